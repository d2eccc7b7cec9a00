"""Metrics of covers: how alike a cover and its piece are built, and what of it was copied.

Notes are `(n,)` of `NOTE_DTYPE`, in the order of onset, then pitch.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.velocity_metrics import pearson

COPIED_NOTES = 8  # of a window
SELF_BEATS = 4  # beats that are compared with others
MOST_PLACES = 600  # of a self-similarity matrix
STROKE_SEC = 0.04

Notes = NDArray[np.void]
Values = NDArray[np.float64]


def self_similarity(chroma: Values) -> Values:
    """Return the cosines of groups of four beats with one another, `(k (k - 1) / 2,)`.

    Args:
        chroma: `(b, 12)`, of each beat.
    """
    groups = len(chroma) // SELF_BEATS
    rows = chroma[: groups * SELF_BEATS].reshape(groups, -1)
    rows = rows[:: max(groups // MOST_PLACES + 1, 1)] if groups > MOST_PLACES else rows
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    unit = rows / np.where(length > 0, length, 1.0)
    return np.asarray((unit @ unit.T)[np.triu_indices(len(unit), 1)])


def structure_kept(one: Values, other: Values) -> float:
    """Return the correlation of two pieces' self-similarity, -1..1; NaN of pieces of a few bars.

    Args:
        one: `(b, 12)`, chroma of each beat of a piece.
        other: `(b, 12)`, of the other at the same beats.
    """
    first, second = self_similarity(one), self_similarity(other)
    return pearson(first, second) if len(first) > 2 else float("nan")


def windows(notes: Notes) -> NDArray[np.uint64]:
    """Return a number for each run of eight notes that is no figure, whatever its transposition and tempo.

    Two runs have one number if their intervals are the same, and the same of their notes are struck together. A figure
    repeats up to four notes, as an Alberti bass does; it is nobody's.
    """
    if len(notes) < COPIED_NOTES:
        return np.zeros(0, np.uint64)
    step = np.diff(notes["pitch"].astype(np.int64)) + 128
    together = np.diff(notes["onset_sec"]) < STROKE_SEC
    word = (step * 2 + together).astype(np.uint64)
    runs = np.lib.stride_tricks.sliding_window_view(word, COPIED_NOTES - 1)
    powers = np.uint64(512) ** np.arange(COPIED_NOTES - 1, dtype=np.uint64)
    numbers = (runs * powers).sum(axis=1, dtype=np.uint64)
    return np.asarray(numbers[~_are_figures(np.lib.stride_tricks.sliding_window_view(notes["pitch"], COPIED_NOTES))])


def _are_figures(pitches: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Return which runs, `(n, 8)`, repeat their first one to four notes."""
    found = np.zeros(len(pitches), np.bool_)
    for size in range(1, COPIED_NOTES // 2 + 1):
        found |= (pitches[:, size:] == pitches[:, :-size]).all(axis=1)
    return found


def known_windows(accompaniments: Iterable[Notes]) -> NDArray[np.uint64]:
    """Return the numbers of all runs of some notes, ascending, each once."""
    found = [windows(notes) for notes in accompaniments]
    return np.unique(np.concatenate(found)) if found else np.zeros(0, np.uint64)


def copied_share(notes: Notes, known: NDArray[np.uint64]) -> float:
    """Return the share of the runs of eight notes that are known, 0..1; NaN without any."""
    found = windows(notes)
    return float(np.mean(np.isin(found, known))) if len(found) else float("nan")


def mean_polyphony(onset_sec: NDArray[np.floating], duration_sec: NDArray[np.floating]) -> float:
    """Return how many notes sound at a stroke, mean over the strokes of notes `(n,)`, rising, n > 0."""
    strokes = onset_sec[np.diff(onset_sec, prepend=-1.0) >= STROKE_SEC]
    ends = np.sort(onset_sec + duration_sec)
    sounding = np.searchsorted(onset_sec, strokes + STROKE_SEC, "right") - np.searchsorted(ends, strokes, "right")
    return float(sounding.mean())


def textures(notes: Notes) -> dict[str, float]:
    """Return the mean polyphony at the strokes of notes, strokes a second, and the mean seconds between strokes."""
    onset = notes["onset_sec"]
    strokes = onset[np.diff(onset, prepend=-1.0) >= STROKE_SEC]
    seconds = max(float(strokes[-1] - strokes[0]), 1.0)
    gaps = np.diff(strokes)
    return {
        "polyphony": mean_polyphony(onset, notes["duration_sec"]),
        "density": len(notes) / seconds,
        "inter-onset": float(gaps[gaps < 4].mean()) if (gaps < 4).any() else 0.0,
    }
