"""Articulation: how long a note sounds of the time until the next one of its voice.

Its measure is the logarithm of the duration over the inter-onset interval: 0 where a note ends as the next begins, less
where it is detached, more where it overlaps. The voice is taken to go on within a fifth (7 semitones); intervals are
those of the clusters' times, so that a change of lags changes none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.performance import HIGHEST_PITCH, LOWEST_PITCH
from tonenet_core.timing.clusters import Clusters

WITHIN_SEMITONES = 7
LONGEST_INTERVAL_SEC = 4.0
LEGATO = 0.9  # duration over the interval from which a listener hears the notes as joined
SHORTEST_SEC = 0.02

Seconds = NDArray[np.float64]


def inter_onset_intervals(notes: NDArray[np.void], clusters: Clusters) -> Seconds:
    """Return the seconds from each note's cluster to the next one with a note within a fifth, `(n,)`.

    NaN where no note follows within four seconds.

    Args:
        notes: `(n,)` of `NOTE_DTYPE`.
        clusters: of these notes.
    """
    interval = np.full(len(notes), np.nan)
    if not len(notes):
        return interval
    pitch = notes["pitch"].astype(np.int64)
    times = np.append(clusters.time_sec, np.inf)
    is_struck = np.zeros(len(clusters), np.bool_)  # faster than `np.unique` for each key
    order = np.argsort(pitch, kind="stable")
    bounds = np.searchsorted(
        pitch[order], np.arange(LOWEST_PITCH - WITHIN_SEMITONES, HIGHEST_PITCH + WITHIN_SEMITONES + 2)
    )
    for key in np.unique(pitch).tolist():
        place = key - LOWEST_PITCH  # of the lowest pitch within reach, in `bounds`
        rows = order[bounds[place + WITHIN_SEMITONES] : bounds[place + WITHIN_SEMITONES + 1]]
        reach = order[bounds[place] : bounds[place + 2 * WITHIN_SEMITONES + 1]]
        is_struck[:] = False
        is_struck[clusters.of_note[reach]] = True
        struck = np.flatnonzero(is_struck)
        here = clusters.of_note[rows]
        following = np.append(struck, len(clusters))[np.searchsorted(struck, here, side="right")]
        interval[rows] = times[following] - times[here]
    interval[interval > LONGEST_INTERVAL_SEC] = np.nan
    return interval


def find_articulation(notes: NDArray[np.void], clusters: Clusters) -> NDArray[np.float64]:
    """Return log(duration / inter-onset interval) of each note, `(n,)`; NaN without an interval or a duration."""
    return articulation_of(notes, inter_onset_intervals(notes, clusters))


def articulation_of(notes: NDArray[np.void], interval_sec: Seconds) -> NDArray[np.float64]:
    """Return the articulation of notes, `(n,)`, as `find_articulation`, with their inter-onset intervals."""
    duration = notes["duration_sec"]
    ratio: NDArray[np.float64] = np.full(len(notes), np.nan)
    known = (duration > 0) & (interval_sec > 0)
    ratio[known] = np.log(duration[known] / interval_sec[known])
    return ratio


def durations(articulation: NDArray[np.float64], interval_sec: Seconds, otherwise_sec: Seconds) -> Seconds:
    """Return the durations of notes with an articulation, `(n,)`; where it is NaN, those of `otherwise_sec`."""
    return np.where(np.isfinite(articulation), np.exp(articulation) * interval_sec, otherwise_sec)


def limit_durations(notes: NDArray[np.void], original_sec: Seconds) -> Seconds:
    """Return durations `(n,)` with which no key is struck while it is held, but where it was before.

    No note becomes shorter than 20 ms that was not.

    Args:
        notes: `(n,)` of `NOTE_DTYPE`, in any order.
        original_sec: `(n,)`, the durations before.
    """
    limited = np.maximum(notes["duration_sec"], np.minimum(original_sec, SHORTEST_SEC))
    order = np.lexsort((notes["onset_sec"], notes["pitch"]))
    pitch, onset = notes["pitch"][order], notes["onset_sec"][order]
    free = np.append(np.where(pitch[1:] == pitch[:-1], np.diff(onset), np.inf), np.inf)
    limited[order] = np.minimum(limited[order], np.where(original_sec[order] > free, original_sec[order], free))
    return np.asarray(limited)


def legato_share(articulation: NDArray[np.float64]) -> float:
    """Return the share of notes that reach the next one, or nearly; NaN for none."""
    return _share(articulation, np.log(LEGATO))


def overlapping_share(articulation: NDArray[np.float64]) -> float:
    """Return the share of notes that sound into the next one; NaN for none."""
    return _share(articulation, 0.0)


def _share(articulation: NDArray[np.float64], above: float) -> float:
    known = articulation[np.isfinite(articulation)]
    return float(np.mean(known > above)) if len(known) else float("nan")
