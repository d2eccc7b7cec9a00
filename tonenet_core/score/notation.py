"""Notation that a score is read into: parts, their measures, and the notes and marks in these."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

MarkKind = Literal["level", "wedge", "accent", "tempo", "pedal"]


class WrittenNote(NamedTuple):
    """Note as it is written.

    Attributes:
        onset: quarters from the beginning of its measure.
        length: quarters; that of a grace note is what it takes from the note before.
        pitch: MIDI's, as it sounds.
        tie_start: whether the next note of this pitch continues it.
        tie_stop: whether it continues the one before.
        accent: 0, 1 (>) or 2 (^).
        held: share of its length that it is held for: less than 1 for staccato.
    """

    onset: float
    length: float
    pitch: int
    tie_start: bool = False
    tie_stop: bool = False
    accent: int = 0
    held: float = 1.0


class Mark(NamedTuple):
    """Mark in a measure.

    Attributes:
        onset: quarters from the beginning of its measure; it may be below 0.
        kind: of the value.
        value: a velocity (level); 1, -1 or 0 for growing, fading and the end of either (wedge); 1 or 2 (accent);
            quarters a minute (tempo); 127 or 0 (pedal).
    """

    onset: float
    kind: MarkKind
    value: float


@dataclass(slots=True)
class Measure:
    """Measure of one part.

    Attributes:
        notes: in the order in which they stand in the file.
        marks: likewise.
        fermatas: onset and length, in quarters, of notes and rests under one.
        length: quarters that are filled.
        time_signature: numerator and denominator, where one stands.
        key: number of sharps (flats below 0), and whether it is a minor key, where one stands.
    """

    notes: list[WrittenNote] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    fermatas: list[tuple[float, float]] = field(default_factory=list)
    length: float = 0.0
    time_signature: tuple[int, int] | None = None
    key: tuple[int, bool] | None = None


@dataclass(slots=True)
class Signs:
    """Signs for the order in which measures are played, those of all parts together.

    Attributes:
        forward: a repeat begins here.
        backward: how often what is repeated is played in all, up to here; 0: no repeat ends.
        endings: numbers of the passes in which this measure is played; empty: in all.
        ending_stops: an ending is over behind it.
        segno, coda: names of the places that begin here.
        to_coda, dal_segno: name of the place to go to behind it.
        da_capo: from the beginning again behind it.
        fine: the piece ends behind it when it was gone back.
    """

    forward: bool = False
    backward: int = 0
    endings: frozenset[int] = frozenset()
    ending_stops: bool = False
    segno: str | None = None
    coda: str | None = None
    to_coda: str | None = None
    dal_segno: str | None = None
    da_capo: bool = False
    fine: bool = False


@dataclass(slots=True)
class Part:
    """Part of a score.

    Attributes:
        name: of the part.
        program: MIDI's, 0..127.
        is_drums: whether its notes are drums.
        drums: MIDI's key of each of its unpitched instruments.
        measures: in the order in which they are written.
    """

    name: str = ""
    program: int = 0
    is_drums: bool = False
    drums: dict[str, int] = field(default_factory=dict)
    measures: list[Measure] = field(default_factory=list)


@dataclass(slots=True)
class Score:
    """Score.

    Attributes:
        parts: in the order in which they are written.
        signs: of each measure that has some, by its place.
    """

    parts: list[Part] = field(default_factory=list)
    signs: dict[int, Signs] = field(default_factory=dict)
