"""Passages: parts of a piece, from bar to bar or from second to second, that alone are played in another style."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.errors import MidiError, counted
from tonenet_core.performance import Performance, Piece
from tonenet_core.timing.tempo import beats_at

FREE_BEAT_SEC = 0.5  # over which the edges are blended where there are no beats
_SAME_SEC = 1e-6

Seconds = NDArray[np.float64]


@dataclass(frozen=True)
class Scope:
    """Passage that is asked for, before a piece is known: bars, or seconds of the original; both ends may be open.

    Attributes:
        from_bar: number of the first bar; bar 1 begins with the first downbeat, and bar 0 is the pickup.
        to_bar: number of the last bar, which belongs to the passage.
        from_sec: where the passage begins.
        to_sec: where it ends.

    Raises:
        ValueError: if bars and seconds are mixed, or the end lies before the beginning.
    """

    from_bar: int | None = None
    to_bar: int | None = None
    from_sec: float | None = None
    to_sec: float | None = None

    def __post_init__(self) -> None:
        if self.has_bars and (self.from_sec is not None or self.to_sec is not None):
            raise ValueError("a passage is given in bars or in seconds")
        if self.from_bar is not None and self.to_bar is not None and self.to_bar < self.from_bar:
            raise ValueError(f"bar {self.to_bar} is before bar {self.from_bar}")
        if self.from_sec is not None and self.to_sec is not None and self.to_sec <= self.from_sec:
            raise ValueError(f"{self.to_sec:g} s is not behind {self.from_sec:g} s")
        if any(value is not None and not 0 <= value < np.inf for value in (self.from_sec, self.to_sec)):
            raise ValueError("seconds are counted from 0")

    @property
    def has_bars(self) -> bool:
        """Whether bars are given."""
        return self.from_bar is not None or self.to_bar is not None


@dataclass(frozen=True)
class Passage:
    """Passage of a piece. An end outside the notes is infinite, and is not blended.

    Attributes:
        begin_sec: where it begins.
        end_sec: where it ends.
    """

    begin_sec: float
    end_sec: float

    def weights(self, piece: Piece, seconds: Seconds) -> Seconds:
        """Return how far each moment (any shape) is in the passage: 0 outside, rising to 1 over a beat at its edges."""
        moments, edges = seconds, np.array([self.begin_sec, self.end_sec])
        if len(piece.beats_sec) > 1:
            moments, edges = beats_at(piece.beats_sec, moments), _places(piece.beats_sec, edges)
        else:
            moments, edges = moments / FREE_BEAT_SEC, edges / FREE_BEAT_SEC
        begin, end = edges
        ramp = min(1.0, (end - begin) / 2)
        return np.asarray(np.clip(np.minimum(moments - begin, end - moments) / ramp, 0.0, 1.0))


def find_passage(piece: Performance, scope: Scope) -> Passage:
    """Return the passage of a piece that is asked for.

    Raises:
        MidiError: if the piece has no such bars, or no note is in the passage.
    """
    begin, end = scope.from_sec, scope.to_sec
    if scope.has_bars:
        begin, end = _bar_times(piece, scope)
    onset = piece.notes["onset_sec"]
    begin = -np.inf if begin is None or begin <= onset[0] + _SAME_SEC else begin
    end = np.inf if end is None or end > onset[-1] + _SAME_SEC else end
    if not np.any((onset >= begin) & (onset < end)):
        raise MidiError("No note of {name} is in that passage.", name=piece.name)
    return Passage(float(begin), float(end))


def count_bars(piece: Piece) -> int:
    """Return the number of a piece's last bar; 0 for a piece without bars."""
    return int(np.count_nonzero(piece.downbeats_sec <= piece.notes["onset_sec"][-1] + _SAME_SEC))


def find_bars(piece: Piece, begin_sec: float, end_sec: float) -> tuple[int, int] | None:
    """Return the first and last bar that have a part in a stretch of time; None for a piece without bars."""
    bars = piece.downbeats_sec
    if not len(bars):
        return None
    first = int(np.searchsorted(bars, begin_sec + _reach(piece), side="right"))
    last = int(np.searchsorted(bars, end_sec - _reach(piece), side="right"))
    return first, max(first, min(last, count_bars(piece)))


def _reach(piece: Piece) -> float:
    """Return by how many seconds an edge may miss a bar line."""
    return 0.1 * float(np.median(np.diff(piece.beats_sec)))


def _bar_times(piece: Performance, scope: Scope) -> tuple[float | None, float | None]:
    bars, last = piece.downbeats_sec, count_bars(piece)
    if not last:
        text = "{name} has no bars, as its beats are not known; give the passage in seconds."
        raise MidiError(text, name=piece.name)
    first = 0 if piece.notes["onset_sec"][0] < bars[0] - _SAME_SEC else 1
    for bar in (scope.from_bar, scope.to_bar):
        if bar is not None and not first <= bar <= last:
            one, many = "{name} has {bars} bar; {bar} is none of it.", "{name} has {bars} bars; {bar} is none of them."
            raise MidiError(counted(last, one, many, name=piece.name, bars=last, bar=str(bar)))
    begin = None if not scope.from_bar else float(bars[scope.from_bar - 1])
    end = None if scope.to_bar is None or scope.to_bar >= len(bars) else float(bars[scope.to_bar])
    return begin, end


def _places(beats_sec: Seconds, seconds: Seconds) -> Seconds:
    """Return the places of times among beats; those of infinite ones are infinite."""
    finite = np.isfinite(seconds)
    return np.where(finite, beats_at(beats_sec, np.where(finite, seconds, 0.0)), seconds)
