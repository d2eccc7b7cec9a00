"""Options of `tonenet transfer` and what they stand for."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, get_args

import typer

if TYPE_CHECKING:
    from tonenet_core.interpretation import Part
    from tonenet_core.timing.passage import Scope


class LoudnessLevel(Enum):
    """`tonenet_core.interpretation.Level` as the choices of an option."""

    KEEP = "keep"
    STYLE = "style"


class Performing(Enum):
    """`tonenet_core.transfer.Perform` as the choices of an option."""

    AUTO = "auto"
    YES = "yes"
    NO = "no"


def track_numbers(text: str | None) -> tuple[int, ...] | None:
    """Return the numbers in a list such as "1,3"; wrong usage for anything else."""
    if text is None:
        return None
    numbers = [part.strip() for part in text.split(",")]
    if not all(number.isdecimal() and int(number) > 0 for number in numbers):
        raise typer.BadParameter(f"{text!r} is no list of track numbers such as 1,3.", param_hint="--tracks")
    return tuple(sorted({int(number) for number in numbers}))


def scope_of(from_bar: int | None, to_bar: int | None, from_sec: float | None, to_sec: float | None) -> Scope | None:
    """Return the passage that options ask for; None for the whole piece, wrong usage for one that cannot be."""
    from tonenet_core.timing.passage import Scope

    if (from_bar, to_bar, from_sec, to_sec) == (None,) * 4:
        return None
    if (from_bar, to_bar) != (None, None) and (from_sec, to_sec) != (None, None):
        raise typer.BadParameter("A passage is given in bars or in seconds, not in both.", param_hint="--from-bar")
    try:
        return Scope(from_bar, to_bar, from_sec, to_sec)
    except ValueError as error:
        hint = "--to-time" if from_bar is None and to_bar is None else "--to-bar"
        raise typer.BadParameter(f"The passage ends before it begins: {error}.", param_hint=hint) from error


def parts_of(text: str) -> tuple[Part, ...]:
    """Return the parts in a list such as "dynamics,timing", or all; wrong usage for anything else."""
    from tonenet_core.interpretation import Part

    known: tuple[Part, ...] = get_args(Part)
    if text == "all":
        return known
    names = {part.strip() for part in text.split(",")}
    if not names <= set(known):
        raise typer.BadParameter(f"{text!r} is no list of {', '.join(known)}, nor all.", param_hint="--parts")
    return tuple(part for part in known if part in names)
