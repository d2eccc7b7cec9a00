"""Borders of the beats and half bars of a piece, so that every note stands between two of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.performance import Piece

FREE_BEAT_SEC = 0.5
"""Length of a beat of a free recording, whose own beats nobody has marked: four steps of 125 ms."""
BEATS_PER_BAR = 4  # where no bar is known
_SHORTEST_SEC = 1e-6

Seconds = NDArray[np.float64]


def beat_borders(piece: Piece) -> Seconds:
    """Return the borders of the beats, `(b + 1,)` ascending seconds, from before the first note to after the last end.

    The beats of a metered piece go on at the tempo of its first and last beat; a free recording has beats of
    `FREE_BEAT_SEC` from 0 on. A piece without notes has no beats: one border.
    """
    notes = piece.notes
    if not len(notes):
        return np.zeros(1)
    first, last = float(notes["onset_sec"].min()), float((notes["onset_sec"] + notes["duration_sec"]).max())
    last = max(last, float(notes["onset_sec"].max()) + _SHORTEST_SEC)
    beats = np.asarray(piece.beats_sec, np.float64)
    if len(beats) < 2:
        return np.asarray(np.arange(int(last / FREE_BEAT_SEC) + 2) * FREE_BEAT_SEC)
    start, end = beats[1] - beats[0], beats[-1] - beats[-2]
    before = beats[0] - start * np.arange(int(np.ceil(max(beats[0] - first, 0) / start)), 0, -1)
    after = beats[-1] + end * np.arange(1, int(np.ceil(max(last - beats[-1], 0) / end)) + 1)
    return np.concatenate([before, beats, after])


def bar_of_beats(piece: Piece, borders: Seconds) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return for each beat the number of its bar, rising from 0, and its place in the bar, 0, 1, ...; `(b,)` each.

    A beat belongs to the bar that most of it lies in. Where no bar is known, four beats are one.
    """
    middles = (borders[:-1] + borders[1:]) / 2
    place = np.arange(len(middles))
    downbeats = np.asarray(piece.downbeats_sec, np.float64)
    if len(piece.beats_sec) < 2 or len(downbeats) < 2:
        return place // BEATS_PER_BAR, place % BEATS_PER_BAR
    found = np.searchsorted(downbeats, middles, side="right")
    starts = np.flatnonzero(np.diff(found, prepend=-1))
    bar = np.cumsum(np.diff(found, prepend=found[:1]) > 0) if len(found) else found
    return bar.astype(np.int64), place - starts[bar]


def half_bar_borders(piece: Piece, borders: Seconds) -> Seconds:
    """Return the borders of half bars, `(h + 1,)`: a subset of the beats'; a bar of three beats is not divided."""
    bar, place = bar_of_beats(piece, borders)
    size = np.bincount(bar, minlength=1)[bar] if len(bar) else bar
    starts = (place == 0) | ((size >= 4) & (size % 2 == 0) & (place == size // 2))
    return np.asarray(borders[np.append(np.flatnonzero(starts), len(borders) - 1)])
