"""Pedal of a piece in another style: a player's own lags carried over, or a piece without any pedalled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.quantiles import coherent_scores, from_normal
from tonenet_core.errors import Sentence
from tonenet_core.interpretation import PedalInterpretation
from tonenet_core.models.pedal import LIFT, PRESS, PedalDistribution, PedalModel
from tonenet_core.models.touch import Scale
from tonenet_core.performance import Piece
from tonenet_core.progress import Progress, no_progress, part
from tonenet_core.timing.clusters import Clusters
from tonenet_core.timing.pedal_states import find_states
from tonenet_core.timing.pedalling import DOWN

# Of a style's residuals in a performance. More of them cost agreement with the humans of the score, by F1 and by kappa
# (`valid`), and presses beside theirs.
RESIDUAL = 0.3
# Log-odds by which a performance leans to a pedal that is down: where F1 counts, the best threshold lies below one half
# (Lipton, Elkan, Naryanaswamy, Optimal Thresholding of Classifiers to Maximize F1 Measure, ECML PKDD 2014). With more,
# kappa falls (`valid`).
DOWN_LEANING = 0.3
LOGISTIC_SD = np.pi / np.sqrt(3)  # of the latent variable of which log-odds are the middle
PEDALLED = Sentence("The piece has no pedal: it is pedalled as is usual for the style.")

Values = NDArray[np.float64]


def has_pedal(piece: Piece) -> bool:
    """Whether the pedal of a piece is ever down."""
    return bool(np.any(piece.pedal["value"] >= DOWN))


def carry_pedal(
    piece: Piece,
    clusters: Clusters,
    model: PedalModel,
    style: str,
    source_style: str,
    *,
    page: bool = False,
    progress: Progress = no_progress,
) -> PedalInterpretation:
    """Return the pedalling that puts a player's own into another style.

    Args:
        piece: with a pedal.
        clusters: of its notes.
        model: knows both styles.
        style: to play in.
        source_style: the one it is played in.
        page: whether the notes are written rather than played.
        progress: see `Progress`.
    """
    source, target = (
        model.pedalling(piece, each, page=page, progress=part(progress, index, 2))
        for index, each in enumerate((source_style, style))
    )
    states = find_states(clusters.time_sec, piece.pedal)
    press = _carried(PRESS, source.press, target.press, states.press_sec)
    lift = _carried(LIFT, source.lift, target.lift, states.lift_sec)
    return PedalInterpretation(target.down, source.down, np.zeros(len(clusters), np.bool_), press, lift)


def _carried(scale: Scale, source: NDArray[np.float16], target: NDArray[np.float16], played: Values) -> Values:
    """Return the lags, `(c,)`: of what was played with the same quantile, else the style's median."""
    borders = scale.borders(target)
    carried = scale.carry(scale.borders(source), borders, played)
    return np.where(np.isfinite(played), carried, scale.median(borders))


def perform_pedal(target: PedalDistribution, residuals: NDArray[np.float64], seed: int | None) -> PedalInterpretation:
    """Return the pedalling of a performance of a piece that has none.

    Args:
        target: of the style, for this piece.
        residuals: see `models.base.PedalModel.residuals`.
        seed: of the performance; None: the style's own median.
    """
    down, change, lag = (
        np.zeros(len(target.down))
        if seed is None
        else RESIDUAL * coherent_scores(len(target.down), process, seed + index)
        for index, process in enumerate(residuals)
    )
    quantile = from_normal(lag)
    return PedalInterpretation(
        target.down + DOWN_LEANING + LOGISTIC_SD * down,
        None,
        target.change + LOGISTIC_SD * change > 0,
        PRESS.at(PRESS.borders(target.press), quantile),
        LIFT.at(LIFT.borders(target.lift), quantile),
    )
