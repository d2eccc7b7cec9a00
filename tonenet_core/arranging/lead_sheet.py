"""Lead sheets: melody, chords and bars of a piece, all that a cover keeps of it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tonenet_core.harmony.chords import Chord

ANCHOR = 0.2  # beats about a beat or its middle in which a melody note says where the two hands meet
STRUCK_SEC = 0.03  # an onset so soon after another is struck with it
CLEARANCE = 3  # semitones that an accompaniment keeps below the melody


@dataclass(frozen=True, eq=False)
class LeadSheet:
    """Melody and harmony of a piece with `b` beats, and what was played under them.

    Attributes:
        beats_sec: `(b + 1,)` ascending, where each beat begins, and where the last one ends.
        bar_place: `(b,)` int64, 0 for the first beat of a bar.
        melody: `(m,)` of `NOTE_DTYPE`, sorted by onset; none of them changes.
        accompaniment: `(a,)` of `NOTE_DTYPE`, sorted by onset, all other notes of the piece.
        chords: of each beat; None where nothing is known.
        chroma: `(b, 12)`, see `harmony.chroma`.
        bass: `(b,)` int64, the lowest pitch of each beat; 0 where nothing sounds.
        level: `(b,)`, the velocity about each beat, 1..127.
        density: accompaniment notes that the piece strikes in a beat, on average.
        kept: `(k,)` of `NOTE_DTYPE`, what stays of the piece's own accompaniment.
        is_kept: `(b,)` bool, the beats to which nothing is added.
        floor: `(b,)` int64, the lowest pitch that is written in each beat: above the bass where that stays; else 0.
    """

    beats_sec: NDArray[np.float64]
    bar_place: NDArray[np.int64]
    melody: NDArray[np.void]
    accompaniment: NDArray[np.void]
    chords: tuple[Chord | None, ...]
    chroma: NDArray[np.float64]
    bass: NDArray[np.int64]
    level: NDArray[np.float64]
    density: float
    kept: NDArray[np.void]
    is_kept: NDArray[np.bool_]
    floor: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of beats."""
        return len(self.chords)

    @property
    def beat_sec(self) -> float:
        """Usual length of a beat."""
        return float(np.median(np.diff(self.beats_sec)))

    def bars(self) -> list[tuple[int, int]]:
        """Return the first beat of each bar and its number of beats; a pickup is a bar of its own."""
        starts = np.flatnonzero(self.bar_place == 0)
        edges = np.unique(np.concatenate([[0], starts, [len(self)]])).tolist()
        return [(start, stop - start) for start, stop in pairwise(edges)]


class Clock:
    """Seconds of places among the beats, at which the melody's own notes on beats and between them count.

    A pianist strikes his hands together: where the melody is late or swings, so is what stands under it. Beats and
    their middles without a melody note near them stand as the beats say; the middles, as the melody has them elsewhere.
    """

    def __init__(self, sheet: LeadSheet) -> None:
        """Find where the melody is struck."""
        beats, onset = sheet.beats_sec, sheet.melody["onset_sec"].astype(np.float64)
        halves = np.interp(np.arange(0, len(beats) - 0.5, 0.5), np.arange(len(beats)), beats)
        place = np.interp(onset, beats, np.arange(len(beats)), np.nan, np.nan)
        near = np.rint(place * 2)
        is_anchor = np.isfinite(place) & (np.abs(place - near / 2) <= ANCHOR)
        is_middle = is_anchor & (near % 2 == 1)
        usual = float(np.median((place - near / 2)[is_middle])) if np.count_nonzero(is_middle) > 8 else 0.0
        halves[1::2] += usual * np.diff(beats)
        rows = near[is_anchor].astype(np.int64)
        halves[rows[::-1]] = onset[is_anchor][::-1]  # of several notes the first
        self._halves = np.maximum.accumulate(halves)

    def seconds(self, place: float) -> float:
        """Return when a place, in beats from the first, is reached."""
        return float(np.interp(place * 2, np.arange(len(self._halves)), self._halves))


class Ceiling:
    """The highest pitch that an accompaniment may have; a melody note counts until the next one is struck."""

    def __init__(self, melody: NDArray[np.void]) -> None:
        """Take a melody, `(m,)` of `NOTE_DTYPE`, sorted by onset, m >= 1."""
        self._onset, self._pitch = melody["onset_sec"], melody["pitch"].astype(np.int64)
        self._end = melody["onset_sec"] + melody["duration_sec"]

    def melody(self, start_sec: float, stop_sec: float) -> NDArray[np.int64]:
        """Return the melody's pitches between two times, at least one."""
        first = max(int(np.searchsorted(self._onset, start_sec + STRUCK_SEC, "right")) - 1, 0)
        last = max(int(np.searchsorted(self._onset, stop_sec - STRUCK_SEC)), first + 1)
        while first > 0 and self._end[first - 1] > start_sec:  # it is still held under the next one
            first -= 1
        return self._pitch[first:last]

    def between(self, start_sec: float, stop_sec: float) -> int:
        """Return the highest pitch of a note that sounds between two times."""
        return int(self.melody(start_sec, stop_sec).min()) - CLEARANCE

    def clear_until(self, pitch: int, start_sec: float, stop_sec: float) -> float:
        """Return until when a pitch that is struck at `start_sec` stays below the ceiling; `start_sec` if it is not."""
        if pitch > self.between(start_sec, start_sec + STRUCK_SEC):
            return start_sec
        near = (self._onset > start_sec + STRUCK_SEC) & (self._onset < stop_sec) & (self._pitch - CLEARANCE < pitch)
        return float(self._onset[np.argmax(near)]) if near.any() else stop_sec
