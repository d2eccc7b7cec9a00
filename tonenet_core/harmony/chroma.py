"""Chroma and bass of the beats of a piece."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Notes = NDArray[np.void]
Seconds = NDArray[np.float64]
_STROKE_SEC = 0.1  # that a stroke counts beside the time for which it is held


def find_chroma(notes: Notes, borders: Seconds) -> NDArray[np.float64]:
    """Return how much each pitch class sounds in each beat, `(b, 12)`, rows of length 1; zeros where nothing sounds.

    Args:
        notes: any.
        borders: of the beats, `(b + 1,)` ascending seconds.
    """
    chroma = np.zeros((len(borders) - 1, 12))
    if not len(notes) or not len(chroma):
        return chroma
    onset, end = notes["onset_sec"], notes["onset_sec"] + notes["duration_sec"]
    first = np.clip(np.searchsorted(borders, onset, side="right") - 1, 0, len(chroma) - 1)
    last = np.maximum(np.searchsorted(borders, end, side="left"), first + 1)
    for beat in range(int((last - first).max())):
        row = np.minimum(first + beat, len(chroma) - 1)
        overlap = np.minimum(end, borders[row + 1]) - np.maximum(onset, borders[row])
        weight = np.maximum(overlap, 0) + (_STROKE_SEC if beat == 0 else 0.0)
        inside = first + beat < np.minimum(last, len(chroma))
        np.add.at(chroma, (row[inside], notes["pitch"][inside].astype(int) % 12), weight[inside])
    length = np.linalg.norm(chroma, axis=1, keepdims=True)
    return np.asarray(chroma / np.where(length > 0, length, 1))


def chroma_similarity(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the mean cosine of two pieces' chroma over the beats in which either sounds, 0..1; NaN without any."""
    sounds = (one.any(axis=1)) | (other.any(axis=1))
    return float(np.mean(np.sum(one * other, axis=1)[sounds])) if sounds.any() else float("nan")


def find_bass(notes: Notes, borders: Seconds) -> NDArray[np.int64]:
    """Return the lowest pitch that sounds in each beat, `(b,)`; 0 where nothing does.

    A note counts in a beat that it is struck in, and in the beats that it is held through by at least a quarter.
    """
    lowest = np.full(len(borders) - 1, 128)
    if len(notes) and len(lowest):
        onset, end = notes["onset_sec"], notes["onset_sec"] + notes["duration_sec"]
        first = np.clip(np.searchsorted(borders, onset, side="right") - 1, 0, len(lowest) - 1)
        np.minimum.at(lowest, first, notes["pitch"].astype(int))
        quarter = borders[:-1] + np.diff(borders) / 4
        last = np.searchsorted(quarter, end, side="right")
        for row in np.flatnonzero(last > first + 1):
            held = slice(int(first[row]) + 1, int(last[row]))
            lowest[held] = np.minimum(lowest[held], int(notes["pitch"][row]))
    return np.where(lowest < 128, lowest, 0)


def bass_rows(notes: Notes, borders: Seconds) -> NDArray[np.int64]:
    """Return which note is the lowest struck between each two borders, the first of equals, `(h,)`; -1 for none."""
    rows = np.full(len(borders) - 1, -1)
    place = np.searchsorted(borders, notes["onset_sec"], side="right") - 1
    for row in np.lexsort((notes["onset_sec"], notes["pitch"])):
        if 0 <= place[row] < len(rows) and rows[place[row]] < 0:
            rows[place[row]] = row
    return rows
