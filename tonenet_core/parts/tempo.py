"""Tempo of a piece in another style: a player's own carried over, or a style's performed over a click."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.quantiles import coherent_scores
from tonenet_core.errors import Sentence
from tonenet_core.models.base import TempoModel
from tonenet_core.models.tempo import TempoCurve, carry_tempo
from tonenet_core.performance import Piece
from tonenet_core.timing.tempo import find_tempo, keep_length

# Of a style's deviations in a performance: two takes of a player differ by less than two players do. With these the
# spread is .95 of the humans' on `valid`, whose players keep their tempo better than those of `train`.
RESIDUAL = 0.95
NO_BEATS = Sentence("The piece has no beats, so its tempo and swing stay.")
NOTHING: tuple[str, ...] = ()

Values = NDArray[np.float64]


def play_tempo(
    piece: Piece, model: TempoModel, style: str, source_style: str, *, rubato: float, seed: int
) -> tuple[Values, tuple[str, ...]]:
    """Return by how much the log period of each beat changes, `(b - 1,)`, and why none does if none does.

    The piece stays as long as it is. A tempo that breathes is carried from style to style. A piece that was played to a
    click breathes in a style that the model has learnt; what its tempo map says beside that, such as another tempo from
    some bar on, stays.

    Args:
        piece: the piece.
        model: of the tempo of styles in which it breathes; in all others it is steady.
        style: to play in.
        source_style: the one it is played in.
        rubato: 0..1.5, how far the tempo goes from the piece's own, 0, to the style's, 1.
        seed: of the performance of a piece that was played to a click.
    """
    played = find_tempo(piece.beats_sec)
    log_period = played.log_period
    if not len(log_period):
        return np.zeros(0), (NO_BEATS,)
    if played.is_to_a_click:
        if style not in model.styles:
            return np.zeros(len(log_period)), NOTHING
        wanted = perform_tempo(model.tempo_curve(piece, style), model.residuals(style), seed)
    elif style == source_style:
        return np.zeros(len(log_period)), NOTHING
    else:
        source, target = (model.style_tempo(piece, name) for name in (source_style, style))
        wanted = carry_tempo(source, target, log_period) - log_period
        rubato = rubato if style in model.styles else min(rubato, 1.0)  # beyond a steady style nothing is steadier
    return keep_length(log_period, rubato * wanted), NOTHING


def perform_tempo(expected: TempoCurve, process: Values, seed: int) -> Values:
    """Return the log periods of a performance, `(b,)`, as long as the piece at one tempo.

    Args:
        expected: of the style, for the piece.
        process: see `TempoModel.residuals`.
        seed: of the performance.
    """
    return expected.played(coherent_scores(len(expected.middle), process, seed), RESIDUAL)
