"""What a dataclass of settings says of its fields, held against what a file gives for them.

A checkpoint or a recipe comes from somebody else. A text where a number belongs, or a number that is none, would fail
anywhere inside a network, and not with a sentence.
"""

from __future__ import annotations

import math
from typing import Any, get_args, get_origin, get_type_hints

_LARGEST = 2**31


def check_fields(kind: type, values: dict[str, Any]) -> None:
    """Check that values are what a dataclass says of its fields: numbers, texts, dicts, or tuples of them.

    Whole numbers are 0 or more, all are finite. A list may stand for a tuple, a whole number for a real one. Names that
    are no fields are left alone.

    Raises:
        ValueError: if a value is not what its field says.
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
