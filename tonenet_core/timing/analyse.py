"""Analysis of a piece: what there is of tempo, swing, lags, articulation and pedal, and what of it a player brought.

A page, or a sequence that was entered step by step, has time on the grid, chords struck at once, notes as long as they
are written, no pedal. Such a part says nothing of a player: it is to be performed, not carried over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.performance import Piece
from tonenet_core.timing.articulation import find_articulation
from tonenet_core.timing.clusters import Clusters, find_clusters
from tonenet_core.timing.pedalling import Pedalling, find_pedalling
from tonenet_core.timing.swing import Swing, find_swing
from tonenet_core.timing.tempo import Tempo, beats_at, find_tempo

GRIDS = (12, 16)  # places to a beat on which a page has its notes
ON_GRID = 0.004  # beats: two ticks of 480
AT_ONCE_SEC = 0.001
MOST_PLAYED = 0.1  # of the clusters off the grid, of the chord notes with a lag, in what is written
SAME_LENGTH = 0.02  # of log ratios
LENGTHS, WRITTEN_LENGTHS = 3, 0.45  # so few lengths make up so large a share of a page's notes


@dataclass(frozen=True)
class OwnParts:
    """Which parts of a performance carry something of a player's.

    Attributes:
        tempo: the beats are not to a click.
        timing: onsets are off the grid of the beats: swing and what else moves inside a beat.
        lag: chords are not struck at once.
        articulation: the notes have lengths of their own.
        pedal: the pedal is used.
    """

    tempo: bool
    timing: bool
    lag: bool
    articulation: bool
    pedal: bool


@dataclass(frozen=True, eq=False)
class Analysis:
    """Time of a piece.

    Attributes:
        metered: whether its beats mean something.
        clusters: of its notes.
        tempo: of its beats.
        swing: its pairs.
        articulation: `(n,)`, see `articulation.py`.
        pedalling: its pedal.
        own: the parts that a player brought.
    """

    metered: bool
    clusters: Clusters
    tempo: Tempo
    swing: Swing
    articulation: NDArray[np.float64]
    pedalling: Pedalling
    own: OwnParts

    @property
    def chord_spread_sec(self) -> float:
        """Mean seconds from first to last note of the chords that are not rolled; NaN without any."""
        is_chord = (self.clusters.sizes > 1) & ~self.clusters.rolled
        if not is_chord.any():
            return float("nan")
        lag, starts = self.clusters.lag_sec, self.clusters.starts
        return float(np.mean((np.maximum.reduceat(lag, starts) - np.minimum.reduceat(lag, starts))[is_chord]))

    @property
    def top_minus_rest_sec(self) -> float:
        """Mean seconds by which the top notes of chords are later than the others; NaN without chords."""
        lag = self.clusters.lag_sec[self.clusters.is_chord_note]
        return -float(np.mean(lag)) if len(lag) else float("nan")


def analyse(piece: Piece) -> Analysis:
    """Return the time of a piece taken apart."""
    clusters, tempo = find_clusters(piece.notes), find_tempo(piece.beats_sec)
    articulation, pedalling = find_articulation(piece.notes, clusters), find_pedalling(piece, clusters)
    metered = len(piece.beats_sec) > 1
    lag = clusters.lag_sec[clusters.is_chord_note]
    own = OwnParts(
        tempo=not metered or not tempo.is_to_a_click,
        timing=not metered or not is_on_grid(beats_at(piece.beats_sec, clusters.time_sec)),
        lag=bool(len(lag)) and float(np.mean(np.abs(lag) > AT_ONCE_SEC)) > MOST_PLAYED,
        articulation=not _has_few_lengths(articulation),
        pedal=bool(pedalling.is_press.any()),
    )
    return Analysis(metered, clusters, tempo, find_swing(piece, clusters), articulation, pedalling, own)


def is_on_grid(places: NDArray[np.float64], grids: Sequence[int] = GRIDS) -> bool:
    """Whether nearly all places among beats, `(c,)`, are those of a page, which has so many of them to a beat."""
    is_near = np.zeros(len(places), np.bool_)
    for grid in grids:
        is_near |= np.abs(places - np.rint(places * grid) / grid) <= ON_GRID
    return float(np.mean(~is_near)) <= MOST_PLAYED if len(places) else True


def _has_few_lengths(articulation: NDArray[np.float64]) -> bool:
    """Whether most notes have one of a few lengths, against the next onset."""
    known = articulation[np.isfinite(articulation)]
    _, counts = np.unique(np.rint(known / SAME_LENGTH), return_counts=True)
    return float(np.sort(counts)[-LENGTHS:].sum()) >= WRITTEN_LENGTHS * len(known)
