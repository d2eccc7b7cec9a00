"""How well beats that were found agree with those that were marked.

F-measure, and the continuity-based scores CMLt and AMLt. Sources: S. Dixon, Evaluation of the audio beat tracking
system BeatRoot, Journal of New Music Research 36, 2007; M. Davies, N. Degara and M. Plumbley, Evaluation methods for
musical audio beat tracking algorithms, Queen Mary University of London, technical report C4DM-TR-09-06, 2009.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TOLERANCE_SEC = 0.07
CONTINUITY = 0.175  # of the marked interval, for phase and for length

Seconds = NDArray[np.float64]


def f_measure(marked: Seconds, found: Seconds, tolerance_sec: float = TOLERANCE_SEC) -> float:
    """Return the harmonic mean of precision and recall of beats, each marked one being matched once; 0 without any.

    Args:
        marked: `(m,)`, ascending.
        found: `(f,)`, ascending.
        tolerance_sec: by how much a match may be early or late.
    """
    matched, at = 0, 0
    for beat in marked:  # both ascending, so the earliest free one within reach leaves most for the others
        while at < len(found) and found[at] < beat - tolerance_sec:
            at += 1
        if at < len(found) and found[at] <= beat + tolerance_sec:
            matched, at = matched + 1, at + 1
    total = len(marked) + len(found)
    return 2 * matched / total if matched else 0.0


def cmlt(marked: Seconds, found: Seconds) -> float:
    """Return the share of the beats that are right in place and length, at the marked level; 0 for too few."""
    if len(marked) < 2 or len(found) < 2:
        return 0.0
    nearest = np.clip(np.searchsorted(marked, found), 1, len(marked) - 1)
    nearest -= (found - marked[nearest - 1] < marked[nearest] - found).astype(np.int64)
    length = np.diff(marked)
    own = length[np.clip(nearest - 1, 0, len(length) - 1)]
    in_place = np.abs(found - marked[nearest]) < CONTINUITY * own
    gap = np.diff(found, prepend=2 * found[0] - found[1])
    right = in_place & (np.abs(1 - gap / own) < CONTINUITY)
    follows = np.diff(nearest, prepend=nearest[0] - 1) == 1
    right[1:] &= in_place[:-1] & follows[1:]
    return float(np.count_nonzero(right)) / max(len(marked), len(found))


def amlt(marked: Seconds, found: Seconds) -> float:
    """Return the best `cmlt` at the marked level, off the beat, at twice and at half of its tempo."""
    if len(marked) < 2:
        return 0.0
    double = np.interp(np.arange(2 * len(marked) - 1) / 2, np.arange(len(marked)), marked)
    return max(cmlt(each, found) for each in (marked, double, double[1::2], marked[::2], marked[1::2]))
