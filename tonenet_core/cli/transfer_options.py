"""Options of `tonenet transfer` and what they stand for."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, get_args

import typer

if TYPE_CHECKING:
    from tonenet_core.harmony.hands import Hands
    from tonenet_core.interpretation import Part
    from tonenet_core.timing.passage import Scope


USUAL_PARTS = "dynamics,timing"
"""`tonenet_core.interpretation.DEFAULT_PARTS` for the help, which imports nothing that computes."""
NATURALS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
HIGHEST_MIDI_PITCH = 127
ACCIDENTALS = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}


class LoudnessLevel(Enum):
    """`tonenet_core.interpretation.Level` as the choices of an option."""

    KEEP = "keep"
    STYLE = "style"


class Beats(Enum):
    """`tonenet_core.timing.taps.BeatSource` as the choices of an option."""

    AUTO = "auto"
    FILE = "file"
    TAPPED = "tapped"
    TRACKED = "tracked"
    NONE = "none"


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


def hands_of(text: str, split: str) -> Hands:
    """Return the hands that options ask for: left, right, both, or the share of each; wrong usage for anything else."""
    from tonenet_core.harmony.hands import Hands

    named = {"both": (1.0, 1.0), "left": (1.0, 0.0), "right": (0.0, 1.0)}
    try:
        left, right = named.get(text.strip().lower()) or map(float, text.split(","))
        return Hands(left, right, pitch_of(split))
    except ValueError:
        usage = f"{text!r} is none of left, right, both, and no shares of 0 to 1 of both hands such as 1,0.4."
        raise typer.BadParameter(usage, param_hint="--hands") from None


def pitch_of(text: str) -> int | None:
    """Return the MIDI pitch of a key such as C4 (60), F#3 or 60, and None for "voice"; wrong usage for others."""
    if text.strip().lower() == "voice":
        return None
    key = re.fullmatch(r"([A-Ga-g])([#♯b♭]?)(-?\d)", text.strip())
    number = text.strip()
    if key is not None:
        number = str(NATURALS[key[1].upper()] + ACCIDENTALS[key[2]] + 12 * (int(key[3]) + 1))
    if not number.isdecimal() or int(number) > HIGHEST_MIDI_PITCH:
        raise typer.BadParameter(f"{text!r} is no key such as C4 or F#3, nor voice.", param_hint="--split")
    return int(number)


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
