"""Range of velocities that the colours are spread over: the piece's own, so that a change of velocity is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tonenet_core.performance import Performance

SOFTEST, LOUDEST = 1, 127  # of MIDI
BEYOND = 0.01  # share of the notes at each end that may lie outside: a few extremes do not take all others' colours
LEAST_SPAN = 32  # velocities from end to end, so that a flat piece looks flat
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
