"""Intervals of time, indexed for finding those on screen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CROWD = 1_000  # with more notes on screen, filling pixels is faster than drawing shapes


class IntervalIndex:
    """Stretches of time sorted by their start, found again by the time they touch.

    A stretch that begins long before the screen and still lasts is found too: what ends latest so far is kept beside
    each start, and rises with it, so that both ends of the search are binary.
    """

    def __init__(self, start_sec: NDArray[np.float64], end_sec: NDArray[np.float64]) -> None:
        """Take `(n,)` starts, ascending, and their ends."""
        self.start_sec, self.end_sec = np.ascontiguousarray(start_sec), np.ascontiguousarray(end_sec)
        self._latest_end_sec = np.maximum.accumulate(self.end_sec) if len(end_sec) else self.end_sec

    def touching(self, start_sec: float, end_sec: float) -> NDArray[np.intp]:
        """Return the indices, ascending, of the stretches that touch the time between two moments."""
        first = int(np.searchsorted(self._latest_end_sec, start_sec, side="left"))
        last = int(np.searchsorted(self.start_sec, end_sec, side="right"))
        if first >= last:
            return np.empty(0, dtype=np.intp)
        return first + np.flatnonzero(self.end_sec[first:last] >= start_sec)

    def count(self, start_sec: float, end_sec: float) -> int:
        """Return how many stretches begin between two moments."""
        first, last = np.searchsorted(self.start_sec, [start_sec, end_sec])
        return int(last - first)
