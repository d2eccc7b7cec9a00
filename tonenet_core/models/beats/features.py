"""Features of each cluster, by which it can be told whether a beat is struck: what sounds around it, and when.

Everything is relative to the cluster, and spans of time are on a logarithmic scale: at another tempo the same music
looks the same, a little farther along.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.performance import Piece
from tonenet_core.timing.chord_changes import chroma_between, novelty
from tonenet_core.timing.clusters import find_clusters

MIDDLE = 64.0  # pitch
HIGHEST_BASS = 52  # pitch
ECHO_SEC = 0.11 * 2.0 ** (np.arange(28) / 6)  # 0.11 to 2.5 s, before and after a cluster
NEAR = 0.06  # of such a span, that it may be missed by
LEAST_NEAR_SEC = 0.025
_ECHOES = 3  # kinds
TOUCH_COLUMNS = slice(0, 5)  # velocities and lengths, which may say nothing
PITCH_COLUMNS = slice(5, 8)
FEATURES = 22 + 2 * _ECHOES * len(ECHO_SEC)

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BeatClusters:
    """Clusters of a piece, as far as the tracker looks at them.

    Attributes:
        time_sec: `(c,)`, ascending.
        rows: `(c, 9)`: notes, lowest and highest pitch, mean and greatest velocity, longest and shortest length in
            seconds, whether it is rolled, how new its harmony is.
    """

    time_sec: Values
    rows: Values

    @property
    def nbytes(self) -> int:
        """Bytes that it takes."""
        return self.time_sec.nbytes + self.rows.nbytes


def beat_clusters(piece: Piece) -> BeatClusters:
    """Return the clusters of a piece."""
    clusters = find_clusters(piece.notes)
    if not len(clusters):
        return BeatClusters(np.zeros(0), np.zeros((0, 9)))
    notes, starts, time = piece.notes, clusters.starts, np.maximum.accumulate(clusters.time_sec)
    pitch, velocity = notes["pitch"].astype(np.float64), notes["velocity"].astype(np.float64)
    of_note = time[clusters.of_note]
    before = chroma_between(notes["pitch"], of_note, time - 1.0, time)
    after = chroma_between(notes["pitch"], of_note, time, time + 0.5)
    rows = [
        clusters.sizes.astype(np.float64),
        np.minimum.reduceat(pitch, starts),
        np.maximum.reduceat(pitch, starts),
        np.add.reduceat(velocity, starts) / clusters.sizes,
        np.maximum.reduceat(velocity, starts),
        np.maximum.reduceat(notes["duration_sec"], starts),
        np.minimum.reduceat(notes["duration_sec"], starts),
        clusters.rolled.astype(np.float64),
        novelty(before, after),
    ]
    return BeatClusters(time, np.stack(rows, axis=1))


def encode(time: Values, rows: Values) -> NDArray[np.float32]:
    """Return the features of clusters, `(c, FEATURES)`, near -2..2; args as in `BeatClusters`."""
    if not len(time):
        return np.zeros((0, FEATURES), np.float32)
    size, low, top, velocity, loudest, longest, shortest, rolled, fresh = rows.T
    gap = np.diff(time)
    ahead, behind = np.append(gap, 8.0), np.append(8.0, gap)
    loudness = _about(velocity, 12) / 16
    is_bass = (low < HIGHEST_BASS).astype(np.float64)
    columns = [
        loudness,
        _about(loudest, 12) / 16,
        (velocity - np.append(velocity[:1], velocity[:-1])) / 16,
        _log(longest),
        _log(shortest),
        (low - MIDDLE) / 16,
        (top - MIDDLE) / 16,
        (_recent(low) - MIDDLE) / 16,
        np.log2(size) - 1,
        (low - _recent(low)) / 12,
        np.clip(np.diff(top, prepend=top[0]) / 7, -2, 2),
        np.clip(np.diff(low, prepend=low[0]) / 12, -2, 2),
        rolled,
        2 * fresh - 1,
        is_bass,
        _log(ahead),
        _log(behind),
        _log(np.append(ahead[1:], 8.0)),
        _log(np.append(8.0, behind[:-1])),
        _log(ahead) - _log(behind),
        _log(ahead) - _smooth(_log(ahead), 6),
        _smooth(_log(ahead), 12),
    ]
    strength = np.sqrt(size)
    kinds = np.stack([strength, is_bass * strength, np.maximum(size - 1, 0) / 2 + fresh], axis=1)
    return np.concatenate([np.clip(np.stack(columns, axis=1), -4, 4), _echoes(time, kinds)], axis=1, dtype=np.float32)


def _echoes(time: Values, strength: Values) -> Values:
    """Return how much of each kind is struck at each span before and after each cluster, `(c, 2 * spans * kinds)`."""
    total = np.concatenate([np.zeros((1, strength.shape[1])), np.cumsum(strength, axis=0)])
    near = np.maximum(NEAR * ECHO_SEC, LEAST_NEAR_SEC)
    middle = time[:, None] + np.concatenate([-ECHO_SEC, ECHO_SEC])
    near = np.concatenate([near, near])
    found = total[np.searchsorted(time, middle + near)] - total[np.searchsorted(time, middle - near)]
    return np.asarray(np.minimum(found, 3.0) - 0.5).reshape(len(time), -1)


def _log(seconds: Values) -> Values:
    return np.log2(np.clip(seconds, 0.02, 8.0) / 0.5) / 2


def _recent(low: Values) -> Values:
    """Return the lowest pitch of each cluster and the eight before it."""
    padded = np.pad(low, (8, 0), mode="edge")
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 9).min(axis=1))


def _smooth(values: Values, reach: int) -> Values:
    padded = np.pad(values, reach, mode="edge")
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).mean(axis=1))


def _about(values: Values, reach: int) -> Values:
    return values - _smooth(values, reach)
