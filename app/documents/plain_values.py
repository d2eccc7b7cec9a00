"""Frozen values -> what JSON can have, with their arrays beside it, and back by the types of their fields.

What a file says is checked on the way back: nothing is made that the types do not allow.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]
Value = TypeVar("Value")


def to_plain(value: object, arrays: Arrays, without: Collection[str] = ()) -> Any:
    """Return a value as JSON can have it.

    Args:
        value: a dataclass, tuple, array, text, number, or None.
        arrays: gets the arrays; their names stand in their places.
        without: names of the fields of `value` that are left out.
    """
    if isinstance(value, np.ndarray):
        name = f"array{len(arrays)}"
        arrays[name] = value
        return {"array": name}
    if is_dataclass(value):
        names = [each.name for each in fields(value) if each.name not in without]
        return {name: to_plain(getattr(value, name), arrays) for name in names}
    if isinstance(value, tuple):
        return [to_plain(each, arrays) for each in value]
    if isinstance(value, np.generic):
        return value.item()
    return str(value) if isinstance(value, str) else value  # a sentence with values in it is one text now


def of_plain(kind: type[Value], plain: object, arrays: Mapping[str, NDArray[Any]]) -> Value:
    """Return the dataclass that `to_plain` made JSON of; a field that is missing has its default.

    Args:
        kind: its class.
        plain: out of JSON.
        arrays: by the names that stand in `plain`.

    Raises:
        ValueError: if `plain` is nothing that `to_plain` makes of the class.
    """
    return kind(**of_plain_fields(kind, plain, arrays))


def of_plain_fields(
    kind: type, plain: object, arrays: Mapping[str, NDArray[Any]], without: Collection[str] = ()
) -> dict[str, Any]:
    """Return the fields of a dataclass but those in `without`; see `of_plain`."""
    known = {name: hint for name, hint in _hints(kind).items() if name not in without}
    if not isinstance(plain, dict) or not plain.keys() <= known.keys():
        raise ValueError(f"no {kind.__name__}")
    if missing := known.keys() - plain.keys() - _with_default(kind):
        raise ValueError(f"{kind.__name__} without {', '.join(sorted(missing))}")
    return {name: _whole(known[name], value, arrays) for name, value in plain.items()}


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind)}


@cache
def _with_default(kind: type) -> frozenset[str]:
    return frozenset(
        each.name for each in fields(kind) if each.default is not MISSING or each.default_factory is not MISSING
    )


def _whole(kind: Any, plain: Any, arrays: Mapping[str, NDArray[Any]]) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _whole_of_one(arguments, plain, arrays)
    if origin is tuple and isinstance(plain, list):
        kinds = arguments[:1] * len(plain) if arguments[1:] == (...,) else arguments
        return tuple(_whole(each, part, arrays) for each, part in zip(kinds, plain, strict=True))
    if origin is np.ndarray and isinstance(plain, dict):
        array = arrays.get(str(plain.get("array")))
        if array is not None and array.dtype == np.dtype(get_args(arguments[1])[0]):
            return array
    if is_dataclass(kind):
        return of_plain(kind, plain, arrays)  # type: ignore[arg-type]  # a class
    if kind is float and type(plain) in (int, float) and not math.isnan(plain):
        return float(plain)
    named = origin is Literal and isinstance(plain, str) and plain in arguments
    if named or (kind in (int, str, bool, NoneType) and type(plain) is kind):
        return plain
    raise ValueError(f"{str(plain)[:40]!r} is no {kind}")


def _whole_of_one(kinds: Collection[Any], plain: Any, arrays: Mapping[str, NDArray[Any]]) -> Any:
    for kind in kinds:
        try:
            return _whole(kind, plain, arrays)
        except ValueError:
            continue
    raise ValueError(f"{str(plain)[:40]!r} is none of {kinds}")
