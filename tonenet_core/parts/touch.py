"""Touch of a piece in another style: a player's own lags and articulation carried over, or a page performed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.quantiles import coherent_scores, from_normal
from tonenet_core.models.touch import ARTICULATION, LAG, Scale, TouchDistribution
from tonenet_core.performance import Piece
from tonenet_core.timing.articulation import find_articulation
from tonenet_core.timing.clusters import Clusters

# How far styles are set apart. At 0 a note keeps its quantile, and the result lies halfway: what players do beside a
# model's medians leans to their own style. Each 1 adds what the medians differ by, about its mean, once more. By the
# judge of time on `valid` the target style is likelier from these on; with more, the way back of lags and the spread of
# articulation no longer hold, and neighbouring notes sound together more than in either style.
LAG_APART, ARTICULATION_APART = 1.0, 0.5
# Of a style's residuals in a performed page: two takes of a player differ by less than two players do. Lags need more
# for .8 of the humans' spread (`valid`).
LAG_RESIDUAL, RESIDUAL = 0.75, 0.6

Values = NDArray[np.float64]


def carry_touch(
    piece: Piece, clusters: Clusters, source: TouchDistribution, target: TouchDistribution
) -> tuple[Values, Values]:
    """Return the lags and the articulation, `(n,)` each, that put a player's touch into another style.

    Notes that have no lag or no articulation of their own keep what they have. With the styles exchanged it is its own
    inverse, but for values at the ends of their range.
    """
    lag, articulation = clusters.lag_sec.copy(), find_articulation(piece.notes, clusters)
    chord = np.flatnonzero(clusters.is_chord_note)
    lag[chord] = _carried(LAG, source.lag[chord], target.lag[chord], lag[chord], LAG_APART)
    known = np.flatnonzero(np.isfinite(articulation))
    lengths = source.articulation[known], target.articulation[known]
    articulation[known] = _carried(ARTICULATION, *lengths, articulation[known], ARTICULATION_APART)
    return lag, articulation


def _carried(
    scale: Scale, source: NDArray[np.float16], target: NDArray[np.float16], values: Values, apart: float
) -> Values:
    if not len(values):
        return values
    before, after = scale.borders(source), scale.borders(target)
    change = scale.median(after) - scale.median(before)
    return scale.carry(before, after, values, apart / 2 * (change - change.mean()))


def perform_touch(
    piece: Piece, clusters: Clusters, target: TouchDistribution, residuals: NDArray[np.float64], seed: int
) -> tuple[Values, Values]:
    """Return the lags and the articulation, `(n,)` each, of a performance of a piece that has none of its own.

    Args:
        piece: the piece.
        clusters: of its notes.
        target: of the style, for this piece.
        residuals: see `models.base.TouchModel.residuals`.
        seed: of the performance.
    """
    lag, articulation = clusters.lag_sec.copy(), find_articulation(piece.notes, clusters)
    chord = np.flatnonzero(clusters.is_chord_note)
    known = np.flatnonzero(np.isfinite(articulation))
    lag[chord] = _performed(LAG, target.lag[chord], LAG_RESIDUAL, residuals[0], seed)
    articulation[known] = _performed(ARTICULATION, target.articulation[known], RESIDUAL, residuals[1], seed + 1)
    return lag, articulation


def _performed(
    scale: Scale, mass: NDArray[np.float16], share: float, process: NDArray[np.float64], seed: int
) -> Values:
    scores = share * coherent_scores(len(mass), process, seed)
    return scale.at(scale.borders(mass), from_normal(scores))
