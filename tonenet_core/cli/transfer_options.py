"""Options of `tonenet transfer` and what they stand for."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, get_args

import typer

if TYPE_CHECKING:
    from tonenet_core.interpretation import Part


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
