"""The write-up's matrices as images: any stretch of time, pooled to the pixels it is shown on.

Columns are placed by time, not by step, so that the image stands under the piano roll also where the tempo changes.
What is struck is put where it is seen, note by note; no matrix is ever filled, so that hours cost no more than minutes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.views.raster import highest_of_spans
from tonenet_core.encoding.grid import GridEncoding
from tonenet_core.performance import PIANO_KEYS

Image = NDArray[np.uint8]
ZERO_CHANGE = 128  # the value of a difference image at notes whose velocity stays
SUSTAINED_VALUE, STRUCK_VALUE = 1, 2  # the values of a note image; 0 where nothing sounds


def velocity_image(grid: GridEncoding, start_sec: float, end_sec: float, columns: int) -> Image:
    """Return `(columns, 88)`: in each pixel the loudest velocity struck, 1..127; 0 where none is."""
    step, key, velocity = grid.struck_cells
    return _Columns(grid, start_sec, end_sec, columns).image_of(step, step + 1, key, velocity)


def note_image(grid: GridEncoding, start_sec: float, end_sec: float, columns: int) -> Image:
    """Return `(columns, 88)`: 2 where a note is struck in the pixel, 1 where one only sounds on, else 0."""
    step, key, end = grid.step_of_note, grid.key_of_note, grid.end_of_note
    value = np.repeat(np.array([SUSTAINED_VALUE, STRUCK_VALUE], dtype=np.uint8), len(step))
    steps = (np.concatenate([step, step]), np.concatenate([end, step + 1]))
    return _Columns(grid, start_sec, end_sec, columns).image_of(*steps, np.concatenate([key, key]), value)


def difference_image(
    before: GridEncoding, after: GridEncoding, start_sec: float, end_sec: float, columns: int
) -> Image:
    """Return `(columns, 88)`: in each pixel the largest change of velocity + 128, 2..254; 0 where nothing is struck.

    Args:
        before: the original's encoding.
        after: the styled performance's, on the same grid.
        start_sec: of the image's left edge.
        end_sec: of its right edge.
        columns: pixels from left to right.
    """
    step, key, played = before.struck_cells
    change = after.struck_cells[2].astype(np.int16) - played
    # Changes numbered by their size, so that the largest of a pixel is its maximum: 0, -1, +1, -2, ... from 1 on.
    rank = (1 + 2 * np.abs(change) - (change < 0)).astype(np.uint8)
    value_of_rank = np.zeros(256, dtype=np.uint8)
    numbers = np.arange(1, 256)
    value_of_rank[1:] = ZERO_CHANGE + np.where(numbers % 2 == 1, numbers // 2, -(numbers // 2))
    return np.take(value_of_rank, _Columns(before, start_sec, end_sec, columns).image_of(step, step + 1, key, rank))


class _Columns:
    """Steps of each column: those that begin in the pixel, or the one that it lies in."""

    def __init__(self, grid: GridEncoding, start_sec: float, end_sec: float, columns: int) -> None:
        edges = start_sec + np.arange(columns + 1) * ((end_sec - start_sec) / columns)
        self._step = np.searchsorted(grid.step_times_sec, edges[:-1], side="right") - 1
        self._first = max(int(self._step[0]), 0)
        self._stop = int(np.searchsorted(grid.step_times_sec[:-1], edges[-1]))  # the first step not seen any more
        seen = np.arange(self._first, self._stop)
        self._after = np.searchsorted(self._step, seen, side="right")
        self._begin = np.minimum(np.searchsorted(self._step, seen), self._after - 1)

    def image_of(self, start: NDArray[np.int64], end: NDArray[np.int64], key: NDArray[np.int64], value: Image) -> Image:
        """Return `(columns, 88)` with each pixel's highest value.

        Args:
            start: `(n,)`, the first step of each.
            end: `(n,)`, the one after its last.
            key: `(n,)`, 0..87.
            value: `(n,)`.
        """
        seen = np.flatnonzero((end > self._first) & (start < self._stop))
        seen = seen[np.argsort(value[seen], kind="stable")]
        first = np.maximum(start[seen], self._first) - self._first
        last = np.minimum(end[seen], self._stop) - 1 - self._first
        shape = (PIANO_KEYS, len(self._step))
        return highest_of_spans(shape, key[seen], self._begin[first], self._after[last], value[seen]).T
