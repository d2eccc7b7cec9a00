"""Positions of lines and labels on the time axis: as many as fit, at bars and beats or round seconds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.widgets.time_text import time_text
from tonenet_core.performance import Performance

LEAST_LINE_GAP = 14.0  # logical pixels
LEAST_BAR_GAP = 44.0
LEAST_LABEL_GAP = 64.0
LEAST_BEAT_LABEL_GAP = 40.0
SAME_BEAT = 0.01  # of a beat
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


def bar_labels(piece: Performance, start_sec: float, end_sec: float, width: float) -> list[tuple[float, str]]:
    """Return labels of a metered piece's bars as (seconds, "bar"), or of all its beats as "bar:beat" where they fit.

    Bar 1 begins with the first downbeat; beats before it are those of bar 0. Where bars would stand too close, every
    2nd, 4th ... is labelled.
    """
    bars, beats = piece.downbeats_sec, piece.beats_sec
    per_sec = width / (end_sec - start_sec)
    if float(np.median(np.diff(beats))) * per_sec >= LEAST_BEAT_LABEL_GAP and len(bars):
        moments = _between(np.union1d(beats, bars), start_sec, end_sec)
        return [(float(each), text) for each in moments if (text := bar_and_beat(piece, float(each)))]
    if not len(bars):
        return []
    every = _every(bars, LEAST_BAR_GAP / per_sec)
    first, last = np.searchsorted(bars, [start_sec, end_sec])
    return [(float(bars[row]), str(row + 1)) for row in range(-(-int(first) // every) * every, int(last), every)]


def bar_and_beat(piece: Performance, second: float) -> str:
    """Return the bar and the quarter of it that a moment lies in, as "5:2"; empty for a piece without bars."""
    bars, beats = piece.downbeats_sec, piece.beats_sec
    if not piece.metered or not len(bars):
        return ""
    bar = int(np.searchsorted(bars, second + 1e-6, side="right"))
    place, begin = (_place(beats, moment) for moment in (second, float(bars[max(bar - 1, 0)])))
    if bar:
        return f"{bar}:{int(place - begin + SAME_BEAT) + 1}"
    length = round(_place(beats, float(bars[1])) - begin) if len(bars) > 1 else 4
    return f"0:{length + int(np.floor(place - begin + SAME_BEAT)) + 1}"


def _place(beats: NDArray[np.float64], second: float) -> float:
    """Return the place of a moment among beats, counted from the first."""
    return float(np.interp(second, beats, np.arange(len(beats))))


def round_seconds(start_sec: float, end_sec: float, least_gap_sec: float) -> NDArray[np.float64]:
    """Return round moments between two, ascending, at least so far from each other."""
    step = ROUND_SEC[min(int(np.searchsorted(ROUND_SEC, least_gap_sec)), len(ROUND_SEC) - 1)]
    return np.asarray(np.arange(np.ceil(start_sec / step), np.floor(end_sec / step) + 1) * step)


def _between(moments: NDArray[np.float64], start_sec: float, end_sec: float) -> NDArray[np.float64]:
    return moments[slice(*np.searchsorted(moments, [start_sec, end_sec]))]


def _thinned(bars: NDArray[np.float64], start_sec: float, end_sec: float, least_gap_sec: float) -> NDArray[np.float64]:
    """Return every bar, or every 2nd, 4th, ... counted from the first, so that lines stay put while scrolling."""
    return _between(bars[:: _every(bars, least_gap_sec)], start_sec, end_sec)


def _every(bars: NDArray[np.float64], least_gap_sec: float) -> int:
    """Return 1, 2, 4 ...: of how many bars one is shown, so that they stand so far from each other."""
    every = 1
    bar_sec = max(float(np.median(np.diff(bars))), 1e-3) if len(bars) > 1 else least_gap_sec
    while bar_sec * every < least_gap_sec:
        every *= 2
    return every
