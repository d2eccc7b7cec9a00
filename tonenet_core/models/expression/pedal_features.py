"""Features of each cluster, by which a player's pedalling can be told: rhythm, bass, harmony, density, place in bar.

They are the same for a performance and for its transfer: velocities, lags and the pedal itself are not looked at, and
the notes' lengths only where they are written.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.encoding.written import PAGES
from tonenet_core.models.pedal import LIFT, PRESS
from tonenet_core.performance import Piece, TrainingPiece
from tonenet_core.timing.chord_changes import chroma_between, clash, novelty
from tonenet_core.timing.clusters import Clusters, find_clusters
from tonenet_core.timing.pedal_states import find_states

MIDDLE = 64.0  # pitch
SHORTEST_SEC, LONGEST_SEC = 0.02, 8.0
RECENT_SEC = 1.0  # in which what was struck is taken for the harmony
CHROMA = slice(0, 36)  # of the cluster, of what was struck before it, and of what follows: twelve columns each
PITCH_COLUMNS = [36, 37, 38]  # that a transposition moves
GAP_COLUMNS = [43, 44]  # that a change of tempo moves
METRE_COLUMNS = slice(53, 63)
LENGTH_COLUMNS = slice(63, 68)
PEDAL_FEATURES = 68
FEWEST_PRESSES = 4  # of a training piece whose pedal was recorded

Values = NDArray[np.float64]


def encode_clusters(piece: Piece, clusters: Clusters, *, lengths: bool = False) -> NDArray[np.float32]:
    """Return the features of each cluster of a piece, `(c, PEDAL_FEATURES)`, near -2..2.

    Args:
        piece: as played, or as written.
        clusters: of its notes.
        lengths: whether the notes' lengths are written, and so may be seen.
    """
    if not len(clusters):
        return np.zeros((0, PEDAL_FEATURES), np.float32)
    rows = np.concatenate(
        [
            *_harmony(piece, clusters),
            *(each[:, None] for each in _line(piece, clusters)),
            *(each[:, None] for each in _rhythm(clusters)),
            *(each[:, None] for each in _density(piece, clusters)),
            *(each[:, None] for each in _metre(piece, clusters)),
            *(each[:, None] for each in _lengths(piece, clusters, lengths=lengths)),
        ],
        axis=1,
    )
    return np.asarray(np.clip(rows, -4, 4), np.float32)


def _log(seconds: Values) -> Values:
    return np.log2(np.clip(seconds, SHORTEST_SEC, LONGEST_SEC) / 0.5) / 2


def _harmony(piece: Piece, clusters: Clusters) -> tuple[Values, ...]:
    """Return the chroma of the cluster, of what was struck before and of what follows, `(c, 12)` each."""
    time = clusters.time_sec
    of_note = clusters.time_sec[clusters.of_note]
    own = chroma_between(piece.notes["pitch"], of_note, time, np.nextafter(time, np.inf))
    before = chroma_between(piece.notes["pitch"], of_note, time - RECENT_SEC, time)
    after = chroma_between(piece.notes["pitch"], of_note, time, time + RECENT_SEC)
    return np.log2(1 + own), np.log2(1 + before) / 2, np.log2(1 + after) / 2


def _line(piece: Piece, clusters: Clusters) -> tuple[Values, ...]:
    """Return seven columns: bass and top, how they move, how wide and how full, and how new the harmony is."""
    pitch, starts = piece.notes["pitch"].astype(np.float64), clusters.starts
    low, top = np.minimum.reduceat(pitch, starts), np.maximum.reduceat(pitch, starts)
    time, of_note = clusters.time_sec, clusters.time_sec[clusters.of_note]
    before = chroma_between(piece.notes["pitch"], of_note, time - RECENT_SEC, time)
    after = chroma_between(piece.notes["pitch"], of_note, time, time + RECENT_SEC / 2)
    bass = _lowest_before(low, time)
    return (
        (low - MIDDLE) / 16,
        (top - MIDDLE) / 16,
        (bass - MIDDLE) / 16,
        (low - bass) / 12,
        np.log2(clusters.sizes) - 1,
        2 * novelty(before, after) - 1,
        clash(before, after) - 1,
    )


def _lowest_before(low: Values, time: Values) -> Values:
    """Return the lowest pitch of each cluster and of what was struck within the last two recent spans before it."""
    found = low.copy()
    for reach in range(1, min(len(low), 32)):  # farther back than anyone plays in this time
        near = time[reach:] - time[:-reach] <= 2 * RECENT_SEC
        found[reach:] = np.where(near, np.minimum(found[reach:], low[:-reach]), found[reach:])
    return found


def _rhythm(clusters: Clusters) -> tuple[Values, ...]:
    """Return seven columns: the gaps before and after, against the usual ones, rolled chords, place in the piece."""
    gap = _log(np.diff(clusters.time_sec))
    before, after = np.concatenate([[2.0], gap]), np.concatenate([gap, [2.0]])
    usual = _smooth(after, 8)
    return (
        before,
        after,
        before - usual,
        after - usual,
        clusters.rolled.astype(np.float64),
        np.linspace(-1, 1, len(clusters)),
        np.exp(-np.arange(len(clusters))[::-1] / 3.0),
    )


def _density(piece: Piece, clusters: Clusters) -> tuple[Values, ...]:
    onset, time = piece.notes["onset_sec"], clusters.time_sec
    counts = [
        np.searchsorted(onset, time + reach, "right") - np.searchsorted(onset, time - reach, "left")
        for reach in (0.25, 1.0, 4.0)
    ]
    return tuple(np.log2(np.maximum(count, 1) / usual) / 1.5 for count, usual in zip(counts, (4, 16, 64), strict=True))


def _metre(piece: Piece, clusters: Clusters) -> tuple[Values, ...]:
    """Return ten columns: place in beat and bar, and the length of the beat; all zero in a free recording."""
    columns: list[Values] = []
    for marks in (piece.beats_sec, piece.downbeats_sec):
        known = len(marks) > 1
        phase = _phase(clusters.time_sec, marks) if known else np.zeros(len(clusters))
        for harmonic in (1, 2):
            angle = 2 * np.pi * harmonic * phase
            columns += [known * np.sin(angle), known * np.cos(angle)]
    beats = piece.beats_sec
    if len(beats) < 2:
        return *columns, np.zeros(len(clusters)), np.zeros(len(clusters))
    at = np.clip(np.searchsorted(beats, clusters.time_sec, "right") - 1, 0, len(beats) - 2)
    return *columns, _log(np.diff(beats)[at]), np.ones(len(clusters))


def _phase(time: Values, marks: Values) -> Values:
    at = np.clip(np.searchsorted(marks, time, "right") - 1, 0, len(marks) - 2)
    return np.asarray(np.mod((time - marks[at]) / np.maximum(marks[at + 1] - marks[at], 1e-6), 1.0))


def _lengths(piece: Piece, clusters: Clusters, *, lengths: bool) -> tuple[Values, ...]:
    """Return five columns: the longest, shortest and lowest note's length, the silence after, whether they are seen."""
    if not lengths:
        return tuple(np.zeros(len(clusters)) for _ in range(5))
    duration, starts = _log(piece.notes["duration_sec"].astype(np.float64)), clusters.starts
    ends = np.maximum.accumulate(
        np.maximum.reduceat(piece.notes["onset_sec"] + piece.notes["duration_sec"], starts).astype(np.float64)
    )
    following = np.append(clusters.time_sec[1:], clusters.time_sec[-1] + LONGEST_SEC)
    gap = _log(following - clusters.time_sec)
    lowest = np.lexsort((piece.notes["pitch"], clusters.of_note))[starts]
    silence = np.clip((following - ends) / 0.5, 0, 2)
    return (
        np.maximum.reduceat(duration, starts) - gap,
        np.minimum.reduceat(duration, starts) - gap,
        duration[lowest] - gap,
        silence,
        np.ones(len(clusters)),
    )


def _smooth(values: Values, reach: int) -> Values:
    """Return the mean of `reach` values on either side and the value itself."""
    padded = np.pad(values, reach, mode="edge")
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).mean(axis=1))


# -- training pieces --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class PreparedPedal:
    """Training piece, a row a cluster.

    Attributes:
        features: `(c, PEDAL_FEATURES)` float16.
        targets: `(c, 4)` float32: down, changed, lag of the press, lag of the lift; NaN where there is nothing to
            learn.
        page: whether the lengths in `features` are written ones.
    """

    features: NDArray[np.float16]
    targets: NDArray[np.float32]
    page: bool


NOTHING = PreparedPedal(np.zeros((0, PEDAL_FEATURES), np.float16), np.zeros((0, 4), np.float32), page=False)


def pedal_rows(piece: TrainingPiece) -> PreparedPedal:
    """Return what a training piece teaches: of a page, how it was played; no rows where its pedal is not known."""
    page = piece.source.endswith(PAGES)
    clusters = find_clusters(piece.notes)
    pedal = piece.played_pedal if page else piece.pedal
    time_sec = np.maximum.accumulate(piece.played["onset_sec"][clusters.top]) if page else clusters.time_sec
    states = find_states(time_sec, pedal)
    if np.count_nonzero(states.is_pressed) < FEWEST_PRESSES:
        return NOTHING
    changed = np.where(states.is_down, states.is_pressed, np.nan)
    lags = [
        np.where(scale.holds(values), values, np.nan)
        for scale, values in ((PRESS, states.press_sec), (LIFT, states.lift_sec))
    ]
    targets = np.stack([states.is_down.astype(np.float64), changed, *lags], axis=1).astype(np.float32)
    features = encode_clusters(piece, clusters, lengths=page)
    return PreparedPedal(features.astype(np.float16), targets, page)
