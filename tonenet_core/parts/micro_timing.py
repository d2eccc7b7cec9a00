"""Micro-timing of a page: where inside the beats a style's players would strike it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.quantiles import coherent_scores
from tonenet_core.encoding.rhythm import PLACES
from tonenet_core.models.micro_timing import MicroTiming, MicroTimingModel
from tonenet_core.performance import Piece
from tonenet_core.progress import Progress, no_progress
from tonenet_core.timing.clusters import Clusters
from tonenet_core.timing.tempo import beats_at, glided

# Of a style's deviations in a performance: as those of lags they need more than the tempo's for .8 of the humans'
# spread (`valid`).
RESIDUAL = 0.75
_SEEDS = 2  # added to the performance's seed: the tempo and the touch draw from those before

Values = NDArray[np.float64]


def play_micro_timing(
    piece: Piece,
    clusters: Clusters,
    model: MicroTimingModel,
    style: str,
    change: Values,
    *,
    rubato: float,
    seed: int,
    progress: Progress = no_progress,
) -> Values:
    """Return by how many beats each cluster of a page is struck later inside its beat, `(c,)`.

    A tempo that glides moves what is inside the beats already; what is returned is the rest.

    Args:
        piece: a page with beats.
        clusters: of its notes.
        model: of the style's micro-timing.
        style: one of the model's.
        change: `(b - 1,)`, of the beats' log periods.
        rubato: 0..1.5, how freely the page is played.
        seed: of the performance.
        progress: see `Progress`.
    """
    expected = model.micro_timing(piece, style, progress)
    late = perform_micro_timing(expected, model.residuals(style), seed)
    at = beats_at(piece.beats_sec, clusters.time_sec)
    row = np.searchsorted(expected.place, np.rint(at * PLACES).astype(np.int64))
    return np.where(expected.is_inside[row], rubato * late[row] - (glided(change, at) - at), 0.0)


def perform_micro_timing(expected: MicroTiming, process: Values, seed: int) -> Values:
    """Return by how many beats each written place is struck later in a performance, `(o,)`.

    Args:
        expected: of the style, for the page.
        process: see `MicroTimingModel.residuals`.
        seed: of the performance.
    """
    scores = coherent_scores(int(np.count_nonzero(expected.is_inside)), process, seed + _SEEDS)
    return expected.played(scores, RESIDUAL)
