"""Positions of lines and labels on the time axis: as many as fit, at bars and beats or round seconds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.widgets.time_text import time_text
from tonenet_core.performance import Performance

LEAST_LINE_GAP = 14.0  # logical pixels
LEAST_BAR_GAP = 44.0
LEAST_LABEL_GAP = 64.0
ROUND_SEC = np.array([0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600])

Lines = tuple[NDArray[np.float64], NDArray[np.float64]]


def grid_lines(piece: Performance | None, start_sec: float, end_sec: float, width: float) -> Lines:
    """Return the seconds of strong and of weak lines between two moments.

    Where the piece is metered, strong lines are bars and weak ones beats; where beats would stand too close, every 2nd,
    4th ... bar alone. In a piece without a metre weak lines are round seconds. None without a piece.

    Args:
        piece: the piece shown, if any.
        start_sec: of the axis.
        end_sec: of the axis, greater than `start_sec`.
        width: of the axis in pixels.
    """
    per_sec = width / (end_sec - start_sec)
    if piece is None:
        return np.empty(0), np.empty(0)
    if not piece.metered:
        return np.empty(0), round_seconds(start_sec, end_sec, LEAST_BAR_GAP / per_sec)
    bars = piece.downbeats_sec if len(piece.downbeats_sec) > 1 else piece.beats_sec
    beats = piece.beats_sec
    if float(np.median(np.diff(beats))) * per_sec >= LEAST_LINE_GAP:
        return _between(bars, start_sec, end_sec), _between(beats, start_sec, end_sec)
    return _thinned(bars, start_sec, end_sec, LEAST_BAR_GAP / per_sec), np.empty(0)


def labels(start_sec: float, end_sec: float, width: float) -> list[tuple[float, str]]:
    """Return the labels of a time axis as (seconds, text)."""
    gap = LEAST_LABEL_GAP * (end_sec - start_sec) / width
    moments = round_seconds(start_sec, end_sec, gap)
    tenths = len(moments) > 1 and moments[1] - moments[0] < 0.99
    return [(float(moment), time_text(float(moment), tenths=tenths)) for moment in moments]


def round_seconds(start_sec: float, end_sec: float, least_gap_sec: float) -> NDArray[np.float64]:
    """Return round moments between two, ascending, at least so far from each other."""
    step = ROUND_SEC[min(int(np.searchsorted(ROUND_SEC, least_gap_sec)), len(ROUND_SEC) - 1)]
    return np.asarray(np.arange(np.ceil(start_sec / step), np.floor(end_sec / step) + 1) * step)


def _between(moments: NDArray[np.float64], start_sec: float, end_sec: float) -> NDArray[np.float64]:
    return moments[slice(*np.searchsorted(moments, [start_sec, end_sec]))]


def _thinned(bars: NDArray[np.float64], start_sec: float, end_sec: float, least_gap_sec: float) -> NDArray[np.float64]:
    """Return every bar, or every 2nd, 4th, ... counted from the first, so that lines stay put while scrolling."""
    every = 1
    bar_sec = max(float(np.median(np.diff(bars))), 1e-3)
    while bar_sec * every < least_gap_sec:
        every *= 2
    return _between(bars[::every], start_sec, end_sec)
