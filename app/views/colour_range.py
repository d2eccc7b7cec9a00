"""Ranges that colours are spread over: the piece's own velocities, or its changes, so that a change is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tonenet_core.performance import Performance

SOFTEST, LOUDEST = 1, 127  # of MIDI
BEYOND = 0.01  # share of the notes at each end that may lie outside: a few extremes do not take all others' colours
LEAST_SPAN = 32  # velocities from end to end, so that a flat piece looks flat
LARGEST = 0.05  # share of the notes whose change may lie beyond the scale's end
LEAST_LIMIT = 12  # of changes, so that small ones look small
ROUNDING = 8  # of the ends, so that A keeps its colours while the strength of B is dragged


def colour_range(*sides: Performance | None) -> tuple[int, int]:
    """Return the velocities, 1..127, of the first and the last colour for all sides together; without notes 1 and 127.

    The ends are the quantiles .01 and .99, rounded outwards.
    """
    counts = np.zeros(LOUDEST + 1, dtype=np.intp)
    for side in sides:
        if side is not None:
            counts += np.bincount(side.velocities, minlength=len(counts))
    if not counts.any():
        return SOFTEST, LOUDEST
    share = np.cumsum(counts) / counts.sum()
    soft, loud = (int(np.searchsorted(share, quantile - 1e-9)) for quantile in (BEYOND, 1 - BEYOND))
    soft, loud = soft // ROUNDING * ROUNDING, -(-loud // ROUNDING) * ROUNDING
    missing = max(LEAST_SPAN - (loud - soft), 0)
    soft, loud = soft - missing // 2, loud + missing - missing // 2
    low = min(max(soft, SOFTEST), LOUDEST - LEAST_SPAN)
    return low, max(min(loud, LOUDEST), low + LEAST_SPAN)


def change_limit(changes: NDArray[np.int16]) -> int:
    """Return the change of velocity, louder or softer, at which the scale for some changes ends.

    It is their quantile .95 without a sign, rounded up.
    """
    if not len(changes):
        return LEAST_LIMIT
    limit = int(np.quantile(np.abs(changes), 1 - LARGEST))
    return max(-(-limit // ROUNDING) * ROUNDING, LEAST_LIMIT)


def steps_of_changes(changes: NDArray[np.int16]) -> NDArray[np.uint8]:
    """Return changes of velocity, -127..127, numbered by their size: 0, -1, 1, -2, 2 ... are 0, 1, 2, 3, 4 ..."""
    return np.asarray(2 * np.abs(changes) - (changes < 0), dtype=np.uint8)


def changes_of_steps() -> NDArray[np.int16]:
    """Return the change of each step, `(255,)`."""
    step = np.arange(255, dtype=np.int16)
    return np.asarray(np.where(step % 2, -(step + 1) // 2, step // 2), dtype=np.int16)
