"""Clusters: notes that are struck together, and by how much each of them is early or late.

A cluster begins with a note and holds all that follow it within 40 ms. Its time is the onset of its highest note, most
often the melody, so that a change of the other notes' lags moves no cluster. A slowly rolled chord would fall into
several of these windows; it is recognised by its time, order and width, and is one cluster.

Everything here is in terms of the clusters' times and pitches. A change of lags within `limit_lags`, and any change of
durations, leaves the same clusters to be found again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.encoding.events import chord_of

CLUSTER_SEC = 0.04
MARGIN_SEC = 0.002  # that lags keep from the borders of a cluster, so that rounding to ticks does not cross them
# A rolled chord: three strokes or more, all upwards or all downwards, wider apart than a scale, with a pause around it.
ROLL_SEC, ROLL_GAP_SEC, ROLL_LONGEST_SEC = 0.06, 0.09, 0.6
ROLL_FEWEST, ROLL_MOST = 3, 12  # strokes; notes
ROLL_INTERVAL = 2.5  # semitones from note to note, on average
ROLL_PAUSE = 2.0  # of the mean gap inside

Seconds = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Clusters:
    """Clusters of a piece's notes, which are sorted by onset.

    Attributes:
        of_note: `(n,)` int64, the cluster of each note, ascending from 0.
        time_sec: `(c,)`, the onset of the highest note of each, ascending.
        lag_sec: `(n,)`, each note's onset minus its cluster's time; 0 for the highest.
        top: `(c,)` int64, the row of the highest note; of notes that double it the first.
        is_top: `(n,)` bool, whether a note has the pitch of its cluster's highest.
        rolled: `(c,)` bool, whether it is a slowly rolled chord.
    """

    of_note: NDArray[np.int64]
    time_sec: Seconds
    lag_sec: Seconds
    top: NDArray[np.int64]
    is_top: NDArray[np.bool_]
    rolled: NDArray[np.bool_]

    def __len__(self) -> int:
        """Return the number of clusters."""
        return len(self.time_sec)

    @property
    def starts(self) -> NDArray[np.int64]:
        """Row of the first note of each cluster, `(c,)`."""
        return _starts(self.of_note)

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Number of notes of each cluster, `(c,)`."""
        return np.bincount(self.of_note, minlength=len(self))

    @property
    def is_chord_note(self) -> NDArray[np.bool_]:
        """Whether a note has a lag that means something, `(n,)`: under the top of a chord that is not rolled."""
        return ~self.is_top & ~self.rolled[self.of_note]


def find_clusters(notes: NDArray[np.void]) -> Clusters:
    """Return the clusters of notes `(n,)` of `NOTE_DTYPE`, which are sorted by onset."""
    onset, pitch = notes["onset_sec"].astype(np.float64), notes["pitch"].astype(np.int64)
    if not len(notes):
        nothing, none = np.zeros(0, np.int64), np.zeros(0, np.bool_)
        return Clusters(nothing, np.zeros(0), np.zeros(0), nothing, none, none)
    window = chord_of(onset, CLUSTER_SEC)
    follows, rolled_window = _rolls(onset, pitch, window)
    of_window = np.cumsum(~follows) - 1
    of_note = of_window[window].astype(np.int64)
    top = _tops(pitch, of_note)
    time = onset[top]
    rolled = np.zeros(len(top), np.bool_)
    rolled[of_window[rolled_window]] = True
    return Clusters(of_note, time, onset - time[of_note], top, pitch == pitch[top][of_note], rolled)


def _starts(groups: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.flatnonzero(np.diff(groups, prepend=-1)).astype(np.int64)


def _tops(pitch: NDArray[np.int64], groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the row of the highest note of each group, the first of several."""
    order = np.lexsort((np.arange(len(pitch)), -pitch, groups))
    return order[_starts(groups[order])].astype(np.int64)


def _rolls(
    onset: Seconds, pitch: NDArray[np.int64], window: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which windows go on with the rolled chord of the one before, and which are of one; `(windows,)` each."""
    starts, time = _starts(window), onset[_tops(pitch, window)]
    low, high = np.minimum.reduceat(pitch, starts), np.maximum.reduceat(pitch, starts)
    starts_and_end, gap = np.append(starts, len(pitch)), np.diff(time)
    around = np.concatenate([[np.inf], gap, [np.inf]])
    follows, rolled = np.zeros(len(starts), np.bool_), np.zeros(len(starts), np.bool_)
    for up in (True, False):
        is_step = (gap <= ROLL_GAP_SEC) & (low[1:] > high[:-1] if up else high[1:] < low[:-1])
        edges = np.diff(np.concatenate([[False], is_step, [False]]).astype(np.int8))
        # The first and the last window of each run
        begin, end = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
        count = starts_and_end[end + 1] - starts_and_end[begin]
        length, width = time[end] - time[begin], np.abs(high[end] - low[begin] if up else high[begin] - low[end])
        pause = ROLL_PAUSE * length / np.maximum(end - begin, 1)
        is_roll = (length > ROLL_SEC) & (length <= ROLL_LONGEST_SEC)
        is_roll &= (end - begin + 1 >= ROLL_FEWEST) & (count <= ROLL_MOST) & (width >= ROLL_INTERVAL * (count - 1))
        is_roll &= (around[begin] >= pause) & (around[end + 1] >= pause)
        for first, last in zip(begin[is_roll], end[is_roll], strict=True):
            follows[first + 1 : last + 1] = True
            rolled[first : last + 1] = True
    return follows, rolled


def limit_lags(clusters: Clusters, lag_sec: Seconds) -> Seconds:
    """Return lags `(n,)` near the wanted ones with which the same clusters are found again.

    The lags that the notes have come back unchanged. Highest notes and rolled chords keep theirs, and so does a cluster
    that the next one follows so closely that only the notes' own lags keep them apart.

    Args:
        clusters: with the times that they are to have.
        lag_sec: `(n,)`.
    """
    if not len(clusters):
        return clusters.lag_sec
    now, time, starts, of_note = clusters.lag_sec, clusters.time_sec, clusters.starts, clusters.of_note
    earliest, latest = np.minimum.reduceat(now, starts), np.maximum.reduceat(now, starts)
    window = CLUSTER_SEC + MARGIN_SEC
    is_kept = clusters.rolled.copy()
    is_kept[:-1] |= time[:-1] + window >= (time + earliest)[1:]
    begins = time + np.where(clusters.rolled, latest, np.where(is_kept, earliest, 0.0))
    lowest = np.full(len(time), -CLUSTER_SEC + MARGIN_SEC)
    lowest[1:] = np.maximum(lowest[1:], begins[:-1] + window - time[1:])
    lag = np.where(clusters.is_top, now, np.maximum(lag_sec, np.minimum(lowest, earliest)[of_note]))
    spread = np.maximum(CLUSTER_SEC - MARGIN_SEC, latest - earliest)
    lag = np.minimum(lag, (np.minimum.reduceat(lag, starts) + spread)[of_note])
    return np.where(is_kept[of_note], now, lag)
