"""Checks of values from a file against the field types of a dataclass.

A checkpoint or a recipe may come from somebody else. A text in place of a number, or a NaN, would otherwise fail deep
inside a network, without a message for the user.
"""

from __future__ import annotations

import math
from typing import Any, get_args, get_origin, get_type_hints

_LARGEST = 2**31


def check_fields(kind: type, values: dict[str, Any]) -> None:
    """Check values against the field types of a dataclass: numbers, texts, dicts, or tuples of them.

    Integers must be 0 or more, all numbers finite. A list is accepted for a tuple, an integer for a float. Names that
    are not fields are ignored.

    Raises:
        ValueError: if a value does not fit its field.
    """
    for name, wanted in get_type_hints(kind).items():
        if name in values and not _fits(values[name], wanted):
            raise ValueError(f"{name} cannot be {_shown(values[name])}")


def _fits(value: Any, wanted: Any) -> bool:
    if get_origin(wanted) is tuple:
        return isinstance(value, list | tuple) and all(_fits(each, get_args(wanted)[0]) for each in value)
    if get_origin(wanted) is dict:
        return isinstance(value, dict)
    if wanted is int:
        return type(value) is int and 0 <= value <= _LARGEST
    if wanted is float:
        return type(value) in (int, float) and abs(value) < _LARGEST and math.isfinite(value)
    return type(value) is wanted


def _shown(value: Any) -> str:
    text = f"a {type(value).__name__}" if isinstance(value, dict | list | tuple) else repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
