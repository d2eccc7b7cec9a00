"""The keyboard under a melody: which keys can be struck with what is struck already, and for how long they are held."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tonenet_core.encoding.beat_tokens import STEPS
from tonenet_core.encoding.written import sorted_notes
from tonenet_core.harmony.hands import is_playable, playable_additions
from tonenet_core.models.accompaniment.sheet import SHORTEST_SEC, Desk
from tonenet_core.performance import LOWEST_PITCH, NOTE_DTYPE, PIANO_KEYS


class Keyboard:
    """Keys that were struck in each step of a lead sheet so far."""

    def __init__(self, desk: Desk) -> None:
        """Strike nothing but the melody and what is kept."""
        self._desk = desk
        self._struck = np.zeros((STEPS * desk.context.beats, PIANO_KEYS), bool)
        self._melody_sec = desk.sheet.melody["onset_sec"].astype(np.float64)
        self._melody_pitch = desk.sheet.melody["pitch"].astype(int)

    def strike(self, step: int, pitch: int) -> None:
        """Strike a key."""
        self._struck[step, pitch - LOWEST_PITCH] = True

    def allowed(self, step: int) -> NDArray[np.bool_]:
        """Return which keys can be struck in a step, `(88,)`: clear of the melody, and in reach of the hands."""
        desk, now = self._desk, float(self._desk.times_sec[step])
        near = slice(*np.searchsorted(self._melody_sec, [now - SHORTEST_SEC, now + SHORTEST_SEC]))
        together = self._melody_pitch[near].tolist()
        first, last = np.searchsorted(desk.times_sec, [now - SHORTEST_SEC, now + SHORTEST_SEC])
        for other in range(int(first), min(int(last), len(desk.kept))):
            together += [*(np.flatnonzero(self._struck[other]) + LOWEST_PITCH).tolist(), *desk.kept[other]]
        allowed = playable_additions(together)[LOWEST_PITCH : LOWEST_PITCH + PIANO_KEYS]
        allowed[max(int(desk.ceiling[step]) - LOWEST_PITCH + 1, 0) :] = False
        allowed[: max(int(desk.sheet.floor[step // STEPS]) - LOWEST_PITCH, 0)] = False
        allowed[[pitch - LOWEST_PITCH for pitch in together]] = False
        allowed &= ~desk.taken[step]
        return allowed


def notes_of_steps(desk: Desk, written: Sequence[tuple[int, int, int]]) -> NDArray[np.void]:
    """Return the notes that were written under a lead sheet, `(n,)` of `NOTE_DTYPE`.

    Each ends before the melody comes near it, and when its hand must leave it.

    Args:
        desk: the lead sheet in steps.
        written: step, pitch and length in steps of each note, rising by step.
    """
    times = desk.times_sec
    quiet = np.append(np.flatnonzero(desk.sheet.is_kept) * STEPS, len(times) - 1)
    rows: list[list[float]] = []
    held: list[list[float]] = []
    for step, pitch, length in written:
        last = min(step + length, int(quiet[np.searchsorted(quiet, step, side="right").clip(max=len(quiet) - 1)]))
        busy = np.flatnonzero((desk.ceiling[step:last] < pitch) | desk.taken[step:last, pitch - LOWEST_PITCH])
        last = step + int(busy[0]) if len(busy) else last
        start, end = float(times[step]), float(times[max(last, step + 1)])
        row = [start, max(end, start + SHORTEST_SEC), pitch, float(desk.sheet.level[step // STEPS])]
        held = _released(held, row)
        rows.append(row)
        held.append(row)
    made = np.zeros(len(rows), NOTE_DTYPE)
    for note, (start, end, key, velocity) in zip(made, rows, strict=True):
        note["onset_sec"], note["duration_sec"] = start, end - start
        note["pitch"], note["velocity"] = key, velocity
    return sorted_notes(made)


def _released(held: list[list[float]], row: list[float]) -> list[list[float]]:
    """Return what stays held when a note is struck; the ends of what the hands leave are brought forward."""
    start, _, pitch, _ = row
    still = [other for other in held if other[1] > start]
    for other in still:
        if other[2] == pitch:
            other[1] = start
    still = [other for other in still if other[1] > start]
    while still and still[0][0] < start - SHORTEST_SEC and not is_playable([*(int(o[2]) for o in still), int(pitch)]):
        still.pop(0)[1] = start
    return still
