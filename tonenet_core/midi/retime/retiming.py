"""Other times for a Performance: a warp of all ticks, its notes' own ticks, a tempo map and a sustain pedal."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tonenet_core.midi.instruments import ChannelMessages
from tonenet_core.midi.retime.new_events import pedal_rows
from tonenet_core.midi.retime.note_messages import NoteMessages
from tonenet_core.midi.smf import Smf, scan
from tonenet_core.performance import MidiSource, Performance

NOTE_TICKS_DTYPE = np.dtype([("onset", "i8"), ("end", "i8")])
"""One row a note: the ticks at which it begins and ends."""

TEMPO_CHANGE_DTYPE = np.dtype([("tick", "f8"), ("microseconds", "i4")])
"""One row a tempo: its tick, and the microseconds of a quarter note, 1..16,777,215."""

PEDAL_CHANGE_DTYPE = np.dtype([("tick", "f8"), ("value", "u1")])
"""One row a sustain-pedal message: its tick and value 0..127."""

_MOST_TICKS = 2.0**48  # exact in a float, and far beyond what a file can hold


def _nothing() -> NDArray[np.float64]:
    return np.zeros(0)


@dataclass(frozen=True, eq=False)
class Retiming:
    """Times that a Performance shall have. Ticks are those of its file, and may be fractional.

    A tempo map leaves all ticks where they are, so that the notation stays readable; the warp moves every event of
    every track; the ticks of notes override it. Without any of them, a Retiming changes nothing.

    Attributes:
        from_tick, to_tick: `(k,)` float64, knots of a piecewise-linear warp of the ticks of every event, both strictly
            ascending. Events before the first knot and after the last are shifted as that knot is.
        onset_tick, end_tick: `(n,)` float64, where each note of the Performance begins and ends, in the order of
            `Performance.notes`; None: by the warp.
        tempo: `(t,)` of `TEMPO_CHANGE_DTYPE`, ascending, in ticks after the warp: replaces the file's tempo map; None:
            the file's own, warped. Not for files whose ticks are fractions of a second (SMPTE).
        pedal: `(p,)` of `PEDAL_CHANGE_DTYPE`, ascending, in ticks after the warp: replaces the pedal of the piano's
            channels; None: the file's own, warped.

    Raises:
        ValueError: if an array is not as described.
    """

    from_tick: NDArray[np.float64] = field(default_factory=_nothing)
    to_tick: NDArray[np.float64] = field(default_factory=_nothing)
    onset_tick: NDArray[np.float64] | None = None
    end_tick: NDArray[np.float64] | None = None
    tempo: NDArray[np.void] | None = None
    pedal: NDArray[np.void] | None = None

    def __post_init__(self) -> None:
        for name in ("from_tick", "to_tick", "onset_tick", "end_tick"):
            if (ticks := getattr(self, name)) is not None:
                object.__setattr__(self, name, _checked(np.asarray(ticks, np.float64), name))
        if len(self.from_tick) != len(self.to_tick):
            raise ValueError("a warp needs as many ticks to move to as from")
        if np.any(np.diff(self.from_tick) <= 0) or np.any(np.diff(self.to_tick) <= 0):
            raise ValueError("the knots of a warp are not strictly ascending")
        if (self.onset_tick is None) != (self.end_tick is None):
            raise ValueError("notes need onsets and ends")
        if self.onset_tick is not None and self.end_tick is not None and len(self.onset_tick) != len(self.end_tick):
            raise ValueError("there is not one end a note")
        for name, column, lowest, highest in (("tempo", "microseconds", 1, 0xFFFFFF), ("pedal", "value", 0, 127)):
            if (changes := getattr(self, name)) is not None:
                ticks = _checked(changes["tick"], name)
                if np.any(np.diff(ticks) < 0):
                    raise ValueError(f"the ticks of {name} are not ascending")
                if len(changes) and not lowest <= changes[column].min() <= changes[column].max() <= highest:
                    raise ValueError(f"{name} is out of range")

    def warp(self, ticks: NDArray[np.int64] | NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where the warp takes ticks, of any shape; never below 0."""
        if not len(self.from_tick):
            return ticks.astype(np.float64)
        inside = np.interp(ticks, self.from_tick, self.to_tick)
        outside = ticks - np.clip(ticks, self.from_tick[0], self.from_tick[-1])
        return np.maximum(inside + outside, 0.0)

    @property
    def warps(self) -> bool:
        """Whether the warp moves anything."""
        return bool(np.any(self.from_tick != self.to_tick))

    @property
    def least_slope(self) -> float:
        """Smallest number of new ticks that a tick becomes; 1 without a warp."""
        slopes = np.diff(self.to_tick) / np.diff(self.from_tick)
        return min(float(slopes.min(initial=1.0)), 1.0)

    @property
    def is_fractional(self) -> bool:
        """Whether any tick that is asked for is not a whole one."""
        asked = [self.onset_tick, self.end_tick]
        asked += [changes["tick"] for changes in (self.tempo, self.pedal) if changes is not None]
        return any(ticks is not None and bool(np.any(np.abs(ticks - np.rint(ticks)) > 1e-6)) for ticks in asked)


def note_ticks(performance: Performance) -> NDArray[np.void]:
    """Return the ticks of a Performance's notes, `(n,)` of `NOTE_TICKS_DTYPE`, in their order."""
    file = scan_source(performance)
    notes = NoteMessages.of(file)
    places = np.searchsorted(notes.starts, performance.file.note_rows)
    ticks = np.empty(len(performance), NOTE_TICKS_DTYPE)
    ticks["onset"] = file.events["tick"][performance.file.note_rows]
    ticks["end"] = notes.end_ticks(file)[places]
    return ticks


def pedal_ticks(performance: Performance) -> NDArray[np.int64] | None:
    """Return the ticks of a Performance's pedal, `(m,)`, in its order; None if its channels have different pedals."""
    file = scan_source(performance)
    messages = ChannelMessages.of(file)
    rows = pedal_rows(messages, performance.file.note_rows)
    lanes = [rows[messages.lanes[rows] == lane] for lane in np.unique(messages.lanes[rows])]
    first = file.events[lanes[0]] if lanes else file.events[:0]
    for lane in lanes[1:]:
        other = file.events[lane]
        if not all(np.array_equal(other[column], first[column]) for column in ("tick", "data2")):
            return None
    return np.asarray(file.events["tick"][rows], np.int64)


def scan_source(performance: Performance) -> Smf:
    """Return the scan of a Performance's file; that of the last one is kept: a slider asks for it again and again."""
    return _scan(performance.file, performance.name)


@lru_cache(maxsize=1)
def _scan(file: MidiSource, name: str) -> Smf:
    return scan(file.data, name)


def tempo_changes(performance: Performance) -> NDArray[np.void]:
    """Return the tempo map of a Performance's file, `(t,)` of `TEMPO_CHANGE_DTYPE`; empty where it has none (SMPTE)."""
    file = scan_source(performance)
    if file.ticks_per_beat is None:
        return np.zeros(0, TEMPO_CHANGE_DTYPE)
    changes = np.empty(len(file.tempos), TEMPO_CHANGE_DTYPE)
    changes["tick"] = file.tempos["tick"]
    changes["microseconds"] = np.rint(file.tempos["sec_per_tick"] * file.ticks_per_beat * 1e6)
    return changes


def _checked(ticks: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    if ticks.ndim != 1 or not np.all((ticks >= 0) & (ticks < _MOST_TICKS)):
        raise ValueError(f"the ticks of {name} are not numbers from 0")
    return ticks
