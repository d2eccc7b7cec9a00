"""Notes of a piece with another touch and another swing: when they are struck, and for how long."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tonenet_core.interpretation import TimeInterpretation
from tonenet_core.performance import Piece
from tonenet_core.timing.articulation import (
    SHORTEST_SEC,
    articulation_of,
    durations,
    inter_onset_intervals,
    limit_durations,
)
from tonenet_core.timing.clusters import Clusters, find_clusters, limit_lags
from tonenet_core.timing.micro_timing import micro_warp
from tonenet_core.timing.swing import find_swing, swing_warp
from tonenet_core.timing.warp import Warp

Seconds = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class NoteTimes:
    """Times of a piece's notes, in its order.

    Attributes:
        onset_sec: `(n,)`.
        duration_sec: `(n,)`.
        warp: of places among beats, which everything else in the file goes through.
    """

    onset_sec: Seconds
    duration_sec: Seconds
    warp: Warp


def note_times(
    piece: Piece, time: TimeInterpretation, strength: float, stays: NDArray[np.bool_] | None = None
) -> NoteTimes:
    """Return the times of a piece's notes at a strength; what does not change is the same bit by bit.

    Args:
        piece: the piece that was interpreted.
        time: made from it.
        strength: 0..1.5; at 0 every note stays where it is.
        stays: `(n,)`, notes that keep their times, whatever the others do; None: no others than those that would.
    """
    notes = piece.notes
    if strength == 0 or not len(notes):
        return NoteTimes(notes["onset_sec"].copy(), notes["duration_sec"].copy(), Warp(np.zeros(0), np.zeros(0)))
    clusters = find_clusters(notes)
    warp = _warp(piece, clusters, time, strength)
    moved = replace(clusters, time_sec=warp.seconds(piece.beats_sec, clusters.time_sec))
    lag = limit_lags(moved, _between(clusters.lag_sec, time.lag_sec, strength))
    is_there = (moved.time_sec == clusters.time_sec)[clusters.of_note]
    onset = np.where(is_there & (lag == clusters.lag_sec), notes["onset_sec"], moved.time_sec[moved.of_note] + lag)
    if stays is not None:
        onset = _behind(notes, np.where(stays, notes["onset_sec"], onset), stays)
    plain = notes.copy()
    intervals = inter_onset_intervals(notes, clusters), inter_onset_intervals(notes, moved)
    articulation = _between(articulation_of(notes, intervals[0]), time.articulation, strength)
    plain["onset_sec"], plain["duration_sec"] = onset, _lengths(piece, warp, *intervals, articulation)
    if stays is not None:
        plain["duration_sec"][stays] = notes["duration_sec"][stays]
    return NoteTimes(onset, limit_durations(plain, _least(notes)), warp)


def _behind(notes: NDArray[np.void], onset: Seconds, stays: NDArray[np.bool_]) -> Seconds:
    """Return onsets with which no key that is held by a note that stays is struck, unless it was before."""
    order = np.lexsort((notes["onset_sec"], notes["pitch"]))
    pitch, end = notes["pitch"][order], (notes["onset_sec"] + notes["duration_sec"])[order]
    earliest = np.append(-np.inf, np.where((pitch[1:] == pitch[:-1]) & stays[order[:-1]], end[:-1], -np.inf))
    earliest = np.minimum(earliest, notes["onset_sec"][order])
    limited = onset.copy()
    limited[order] = np.maximum(onset[order], earliest)
    return limited


def _lengths(piece: Piece, warp: Warp, before: Seconds, after: Seconds, articulation: Seconds) -> Seconds:
    """Return how long notes are held, `(n,)`; those without an articulation until where the warp brings their ends.

    Args:
        piece: the piece.
        warp: of places among its beats.
        before: `(n,)` the inter-onset intervals as they were.
        after: `(n,)` those that the clusters have now.
        articulation: `(n,)`, wanted.
    """
    notes = piece.notes
    ends = notes["onset_sec"] + notes["duration_sec"]
    end, begin = (warp.seconds(piece.beats_sec, each) for each in (ends, notes["onset_sec"]))
    kept = np.where((end == ends) & (begin == notes["onset_sec"]), notes["duration_sec"], end - begin)
    is_same = (articulation == articulation_of(notes, before)) & (before == after)
    is_kept = is_same | ~(after > 0)  # an interval may pass the longest that counts
    return durations(np.where(is_kept, np.nan, articulation), after, kept)


def _least(notes: NDArray[np.void]) -> Seconds:
    """Return for each note the length that it may keep over the next one of its key: the whole, if it did before."""
    order = np.lexsort((notes["onset_sec"], notes["pitch"]))
    pitch, onset, length = (notes[name][order] for name in ("pitch", "onset_sec", "duration_sec"))
    free = np.append(np.where(pitch[1:] == pitch[:-1], np.diff(onset), np.inf), np.inf)
    least = np.empty(len(notes))
    least[order] = np.where(length > free, length, np.minimum(length, SHORTEST_SEC))
    return least


def _between(played: Seconds, wanted: Seconds, strength: float) -> Seconds:
    """Return values between those played (0) and those wanted (1); where none are wanted, those played."""
    change = np.nan_to_num(wanted - played)
    return np.asarray(played + strength * change)


def _warp(piece: Piece, clusters: Clusters, time: TimeInterpretation, strength: float) -> Warp:
    swing, warp = find_swing(piece, clusters), Warp(np.zeros(0), np.zeros(0))
    if len(time.log2_bur) == len(swing):
        warp = swing_warp(swing, _between(swing.log2_bur, time.log2_bur, strength))
    return micro_warp(piece, clusters, strength * time.micro_timing, warp) if len(time.micro_timing) else warp
