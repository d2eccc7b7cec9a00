"""Strokes of an accompaniment -> notes that one hand, or the rest of the melody's, can play."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.arranging.lead_sheet import STRUCK_SEC, Ceiling, Clock, LeadSheet
from tonenet_core.encoding.written import sorted_notes
from tonenet_core.harmony.hands import FINGERS, SPAN, is_playable
from tonenet_core.performance import LOWEST_PITCH, NOTE_DTYPE
from tonenet_core.progress import Progress

SHORTEST_SEC = 0.06


@dataclass(frozen=True)
class Stroke:
    """Keys that are struck at once.

    Attributes:
        place: in beats from the first.
        beats: how long they are held.
        pitches: any number.
        right: whether the hand that plays the melody strikes them.
    """

    place: float
    beats: float
    pitches: tuple[int, ...]
    right: bool = False


def notes_of(strokes: list[Stroke], sheet: LeadSheet, progress: Progress) -> NDArray[np.void]:
    """Return the notes of strokes, `(n,)` of `NOTE_DTYPE`; what no hand could play, or comes near the melody, is cut.

    Of beats that keep their own accompaniment nothing is drawn, and nothing rings into them; where the bass stays,
    nothing is drawn below it, nor what could not be struck together with it.
    """
    clock, ceiling, fits = Clock(sheet), Ceiling(sheet.melody), _Together(sheet)
    left, right = _Hand(), _Hand()
    rows: list[list[float]] = []
    quiet = _quiet_from(sheet)
    for index, stroke in enumerate(sorted(strokes, key=lambda stroke: stroke.place)):
        progress(index / len(strokes))
        beat = int(stroke.place)
        if not 0 <= beat < len(sheet) or sheet.is_kept[beat]:
            continue
        start = max(clock.seconds(stroke.place), 0.0)
        stop = clock.seconds(min(stroke.place + stroke.beats, quiet[beat]))
        if stop - start < SHORTEST_SEC:
            continue
        hand = right if stroke.right else left
        level = float(sheet.level[beat])
        over = ceiling.melody(start, stop) if stroke.right else np.zeros(0, np.int64)
        for key in stroke.pitches:
            until = _clear_until(key, start, stop, ceiling)
            if stroke.right and len(over) and over.max() - key > SPAN:
                continue
            if key < sheet.floor[beat] or not fits(key, start):
                continue
            if until - start >= SHORTEST_SEC and key >= LOWEST_PITCH:
                rows.append([start, until, key, level])
                hand.strike(rows[-1])
                fits.add(key, start)
    made = np.zeros(len(rows), NOTE_DTYPE)
    for note, (begin, end, pitch, velocity) in zip(made, rows, strict=True):
        note["onset_sec"], note["duration_sec"], note["pitch"], note["velocity"] = begin, end - begin, pitch, velocity
    return sorted_notes(made[made["duration_sec"] >= SHORTEST_SEC / 2])


class _Together:
    """The keys that are struck together with notes of the piece's own that stay."""

    def __init__(self, sheet: LeadSheet) -> None:
        self._kept_sec = np.sort(sheet.kept["onset_sec"].astype(np.float64))
        own = np.concatenate([sheet.kept, sheet.melody])
        order = np.argsort(own["onset_sec"], kind="stable")
        self._own_sec, self._own_pitch = own["onset_sec"][order].astype(np.float64), own["pitch"][order].astype(int)
        self._struck: list[int] = []
        self._struck_sec = -np.inf

    def __call__(self, key: int, start: float) -> bool:
        """Return whether a key can be struck; True where nothing stays."""
        near = np.searchsorted(self._kept_sec, [start - STRUCK_SEC, start + STRUCK_SEC])
        if near[0] == near[1]:
            return True
        own = self._own_pitch[slice(*np.searchsorted(self._own_sec, [start - STRUCK_SEC, start + STRUCK_SEC]))].tolist()
        struck = self._struck if start - self._struck_sec < STRUCK_SEC else []
        return key not in own and is_playable([*own, *struck, key])

    def add(self, key: int, start: float) -> None:
        """Strike a key."""
        if start - self._struck_sec >= STRUCK_SEC:
            self._struck, self._struck_sec = [], start
        self._struck.append(key)


class _Hand:
    """The keys that a hand holds; what it cannot hold together with new ones, it leaves."""

    def __init__(self) -> None:
        self._held: list[list[float]] = []

    def strike(self, row: list[float]) -> None:
        """Strike a note, `[onset, end, pitch, velocity]`; ends of earlier ones may be brought forward."""
        start, _, pitch, _ = row
        kept = []
        for other in self._held:
            if other[1] <= start:
                continue
            together = other[0] == start
            if other[2] == pitch or (abs(other[2] - pitch) > SPAN and not together):
                other[1] = start
            elif together and abs(other[2] - pitch) > SPAN:
                row[1] = start  # the first of a stroke stays
                return
            else:
                kept.append(other)
        while len(kept) >= FINGERS:
            kept.pop(0)[1] = start
        self._held = [*kept, row]


def _clear_until(pitch: int, start: float, stop: float, ceiling: Ceiling) -> float:
    """Return until when a pitch stays clear of the melody; `start` if it is not even clear then."""
    if pitch <= ceiling.between(start, stop):
        return stop
    return ceiling.clear_until(pitch, start, stop)


def _quiet_from(sheet: LeadSheet) -> NDArray[np.float64]:
    """Return for each beat the next one that keeps its accompaniment, or the end, `(b,)`."""
    kept = np.append(np.flatnonzero(sheet.is_kept), len(sheet)).astype(np.float64)
    return np.asarray(kept[np.searchsorted(kept, np.arange(len(sheet)), "right").clip(max=len(kept) - 1)])
