"""The write-up's matrices as images: any stretch of time, pooled to the pixels it is shown on.

Columns are placed by time, not by step, so that the image stands under the piano roll also where the tempo changes.
Only the steps on screen are ever computed: a piece of three hours needs no more memory than its widest view.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tonenet_core.encoding.grid import SOUNDING, STRUCK, GridEncoding
from tonenet_core.performance import KEYS

Image = NDArray[np.uint8]
ZERO_CHANGE = 128  # the value of a difference image at notes whose velocity stays
SUSTAINED_VALUE, STRUCK_VALUE = 1, 2  # the values of a note image; 0 where nothing sounds


def velocity_image(grid: GridEncoding, start_sec: float, end_sec: float, columns: int) -> Image:
    """Return `(columns, 88)`: in each pixel the loudest velocity struck, 1..127; 0 where none is."""
    return _pooled(grid.velocities_between, grid, start_sec, end_sec, columns)


def note_image(grid: GridEncoding, start_sec: float, end_sec: float, columns: int) -> Image:
    """Return `(columns, 88)`: 2 where a note is struck in the pixel, 1 where one only sounds on, else 0."""

    def states(start: int, stop: int) -> Image:
        notes = grid.notes_between(start, stop)
        return notes[..., SOUNDING] + notes[..., STRUCK]

    return _pooled(states, grid, start_sec, end_sec, columns)


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

    def ranks(start: int, stop: int) -> Image:
        """Number changes by size, so that the largest of a pixel is its maximum: 0, none, -1, +1, -2, ..."""
        played = before.velocities_between(start, stop)
        change = after.velocities_between(start, stop).astype(np.int16) - played
        return np.where(played > 0, 1 + 2 * np.abs(change) - (change < 0), 0).astype(np.uint8)

    rank = _pooled(ranks, before, start_sec, end_sec, columns).astype(np.int16)
    change = np.where(rank % 2 == 1, rank // 2, -(rank // 2))
    return np.where(rank > 0, ZERO_CHANGE + change, 0).astype(np.uint8)


def _pooled(
    steps_between: Callable[[int, int], Image], grid: GridEncoding, start_sec: float, end_sec: float, columns: int
) -> Image:
    """Return each pixel's maximum over the steps that begin in it, or the step that it lies in."""
    image = np.zeros((columns, KEYS), dtype=np.uint8)
    edges = start_sec + np.arange(columns + 1) * ((end_sec - start_sec) / columns)
    step = np.searchsorted(grid.step_times_sec, edges[:-1], side="right") - 1
    inside = (step >= 0) & (step < grid.steps)
    if inside.any():
        first = int(step[inside][0])
        stop = int(np.searchsorted(grid.step_times_sec[:-1], edges[-1]))  # the first step not seen any more
        image[inside] = np.maximum.reduceat(steps_between(first, stop), step[inside] - first, axis=0)
    return image
