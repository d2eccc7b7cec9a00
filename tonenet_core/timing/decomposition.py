"""A performance taken apart into tempo, swing, lags, articulation and pedalling, and put together again.

Coarse to fine: an onset is a place among beats, of which each
has its period (tempo) and its upbeat (swing), plus a lag inside the chord; its end is the articulation; then the pedal.
A layer is changed with `dataclasses.replace`; what is not changed comes back to the billionth of a second.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tonenet_core.performance import Piece
from tonenet_core.timing.articulation import SHORTEST_SEC, find_articulation, inter_onset_intervals, limit_durations
from tonenet_core.timing.clusters import Clusters, find_clusters, limit_lags
from tonenet_core.timing.pedalling import Pedalling, find_pedalling
from tonenet_core.timing.swing import Swing, find_swing, swing_warp
from tonenet_core.timing.tempo import beats_at, find_tempo, seconds_at

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Decomposition:
    """Layers of a piece's time.

    Attributes:
        piece: as it was played.
        clusters: of its notes.
        swing: its pairs.
        pedalling: its pedal.
        log_period: `(b - 1,)`, the logarithm of each beat's seconds; empty for a free recording.
        log2_bur: `(p,)`, of each pair.
        lag_sec: `(n,)`, of each note.
        articulation: `(n,)`, log(duration / inter-onset interval); NaN for notes that are as long as they are.
        pedal_lag_sec: `(m,)`, of each pedal message after its cluster.
    """

    piece: Piece
    clusters: Clusters
    swing: Swing
    pedalling: Pedalling
    log_period: Values
    log2_bur: Values
    lag_sec: Values
    articulation: Values
    pedal_lag_sec: Values


def decompose(piece: Piece) -> Decomposition:
    """Take a piece apart; its notes are sorted by onset."""
    clusters = find_clusters(piece.notes)
    swing, pedalling = find_swing(piece, clusters), find_pedalling(piece, clusters)
    return Decomposition(
        piece=piece,
        clusters=clusters,
        swing=swing,
        pedalling=pedalling,
        log_period=find_tempo(piece.beats_sec).log_period,
        log2_bur=swing.log2_bur,
        lag_sec=clusters.lag_sec,
        articulation=find_articulation(piece.notes, clusters),
        pedal_lag_sec=pedalling.lag_sec,
    )


def recompose(layers: Decomposition) -> tuple[Piece, NDArray[np.int64]]:
    """Put a piece together.

    Swing, lags and durations are limited as `swing_warp`, `limit_lags` and `limit_durations` do.

    Returns:
        The piece, sorted by onset, and which row of `layers.piece` each note comes from, `(n,)`.
    """
    piece, clusters = layers.piece, layers.clusters
    moved = _Moved(layers)
    time = moved.seconds(clusters.time_sec)
    now = replace(clusters, time_sec=time)
    notes = piece.notes.copy()
    notes["onset_sec"] = time[clusters.of_note] + limit_lags(now, layers.lag_sec)
    ends = moved.seconds(piece.notes["onset_sec"] + piece.notes["duration_sec"])
    warped = ends - (time[clusters.of_note] + clusters.lag_sec)
    warped = np.maximum(warped, np.minimum(piece.notes["duration_sec"], SHORTEST_SEC))
    notes["duration_sec"] = _durations(layers, warped, inter_onset_intervals(piece.notes, now))
    notes["duration_sec"] = limit_durations(notes, piece.notes["duration_sec"])
    pedal = piece.pedal.copy()
    pedal["time_sec"] = moved.seconds(pedal["time_sec"]) + layers.pedal_lag_sec - layers.pedalling.lag_sec
    pedal["time_sec"] = np.maximum.accumulate(pedal["time_sec"]) if len(pedal) else pedal["time_sec"]
    order = np.lexsort((notes["pitch"], notes["onset_sec"]))
    return Piece(notes[order], moved.beats_sec, moved.seconds(piece.downbeats_sec, swung=False), pedal), order


class _Moved:
    """Times of a piece under other tempos and swing; those of a free recording stay."""

    def __init__(self, layers: Decomposition) -> None:
        self._before = layers.piece.beats_sec
        self.beats_sec = self._before
        if len(layers.log_period):
            periods = np.cumsum(np.exp(layers.log_period))
            self.beats_sec = self._before[0] + np.concatenate([[0.0], periods])
            self._warp = swing_warp(layers.swing, layers.log2_bur)

    def seconds(self, seconds: Values, *, swung: bool = True) -> Values:
        """Return where times `(k,)` go."""
        if len(self._before) < 2:
            return seconds.copy()
        places = beats_at(self._before, seconds)
        return seconds_at(self.beats_sec, self._warp.apply(places) if swung else places)


def _durations(layers: Decomposition, warped: Values, interval_sec: Values) -> Values:
    """Return durations with the articulation of the layers, `(n,)`.

    A note that ends before the next one keeps its share of the interval. One that sounds on, maybe over many notes,
    ends where the warp of time takes its end, unless its articulation is another one.
    """
    wanted = layers.articulation
    played = find_articulation(layers.piece.notes, layers.clusters)
    is_long = (wanted > 0) & (played > 0)
    with np.errstate(invalid="ignore"):
        long = warped * np.exp(wanted - played)
        short = np.exp(wanted) * interval_sec
    return np.where(is_long, long, np.where(np.isfinite(short), short, warped))
