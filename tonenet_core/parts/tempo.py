"""Tempo of a piece in another style: rubato where it was played to a click, steadiness where the style has it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.quantiles import coherent_scores
from tonenet_core.errors import Sentence
from tonenet_core.models.base import TempoModel
from tonenet_core.performance import Piece
from tonenet_core.timing.tempo import find_tempo

RESIDUAL = 0.6  # of a style's deviations in a performance: two takes of a player differ by less than two players do
NO_BEATS = Sentence("The piece has no beats, so its tempo stays as it is.")
BREATHES = Sentence("The tempo of the piece breathes already, and stays as it is.")
NOTHING: tuple[str, ...] = ()

Values = NDArray[np.float64]


def play_tempo(piece: Piece, model: TempoModel, style: str, rubato: float, seed: int) -> tuple[Values, tuple[str, ...]]:
    """Return by how much the log period of each beat changes, `(b - 1,)`, and why none does if none does.

    The piece stays as long as it is. A style that the model does not know is one that keeps a steady tempo.

    Args:
        piece: the piece.
        model: of the tempo of styles in which it breathes.
        style: to play in.
        rubato: 0..1.5, how much of it.
        seed: of the performance.
    """
    played = find_tempo(piece.beats_sec)
    if not len(played.log_period):
        return np.zeros(0), (NO_BEATS,)
    if style not in model.styles:
        about = played.log_period - np.median(played.log_period)
        return _as_long(played.log_period, -min(rubato, 1.0) * about), NOTHING
    if not played.is_to_a_click:
        return np.zeros(len(played.log_period)), (BREATHES,)
    curve = model.tempo_curve(piece, style)
    scores = coherent_scores(len(played.log_period), model.residuals(style), seed)
    return _as_long(played.log_period, rubato * curve.played(scores, RESIDUAL)), NOTHING


def _as_long(log_period: Values, change: Values) -> Values:
    """Return changes of log periods that leave the sum of the periods as it is."""
    period = np.exp(log_period)
    return np.asarray(change - np.log((period * np.exp(change)).sum() / period.sum()))
