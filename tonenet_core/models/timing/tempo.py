"""Tempo: the log period of each beat as a normal distribution, given the notes, in styles whose tempo breathes.

Gradient-boosted trees learn it from pages and how they were played: where a phrase ends, a bar begins or the texture
grows thick, players take time. What players do beside that hangs together along the piece (`models.tempo`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tonenet_core.analysis.tree_ensemble import Boosting
from tonenet_core.analysis.velocity_metrics import pearson
from tonenet_core.encoding.written import PAGES, played_beats
from tonenet_core.errors import DataError
from tonenet_core.models.tempo import PROBABILITIES, StyleTempo, TempoCurve, TempoProcess, fit_process
from tonenet_core.models.timing.style_trees import Rows, StyleTrees, Values
from tonenet_core.models.timing.tempo_features import BAR_COLUMNS, ROW_FEATURES, encode_beats, with_surroundings
from tonenet_core.performance import Piece, TrainingPiece
from tonenet_core.progress import Progress, no_progress, part

FARTHEST = 1.2  # log period about the mean; beyond it an alignment has slipped
FEWEST_BEATS = 30
_LEARNT = 0.8  # log period about the mean, up to which a beat is learnt
_LEAST_VARIANCE = 0.003  # of a piece's log periods, by the root of which it weighs less
_LEAST_AWAY = 0.01  # log period


@dataclass(frozen=True, kw_only=True)
class TempoConfig(Boosting):
    """Size and fitting of the tempo's trees.

    Attributes:
        styles: names.
        spread_rounds: number of trees of the spread.
        spread_leaves: of one of them at most.
        hide: how many of the pages are shown without bars.
        memory: beats that the coherence of a performance looks back.
        steady_styles: those that are not learnt, because they are played to a click or nearly so.
        steady_spread: standard deviation of the log periods in them.
        steady_coherence: coefficients of the beats before in them, nearest first.
    """

    styles: tuple[str, ...]
    spread_rounds: int = 60
    spread_leaves: int = 15
    hide: float = 0.2
    memory: int = 6
    steady_styles: tuple[str, ...] = ("jazz",)
    steady_spread: float = 0.055
    steady_coherence: tuple[float, ...] = (0.27, 0.16, 0.05, 0.05, 0.08, 0.0)


@dataclass(frozen=True, eq=False)
class PlayedBeats:
    """A page as it was played.

    Attributes:
        rows: `(b, ROW_FEATURES)`.
        log_period: `(b,)`, about that of the mean period; NaN where the alignment has slipped.
    """

    rows: Rows
    log_period: Values


class Tempo(StyleTrees):
    """The trees of all styles, their fitting and their prediction."""

    Config = TempoConfig

    def __init__(self, config: TempoConfig) -> None:
        spread = replace(config, rounds=config.spread_rounds, leaves=config.spread_leaves)
        super().__init__(config.styles, {"middle": config, "spread": spread}, ROW_FEATURES)
        self.config = config
        count = len(self.styles)
        self.coherence: Tensor
        independent = torch.cat([torch.zeros(count, config.memory), torch.ones(count, 1)], dim=1)
        self.register_buffer("coherence", independent)
        self.innovations: Tensor
        self.register_buffer("innovations", torch.zeros(count, len(PROBABILITIES)))
        self.usual: Tensor
        self.register_buffer("usual", torch.ones(count))

    def fit(self, pieces: list[TrainingPiece], seed: int, progress: Progress = no_progress) -> None:
        """Fit each style to its pages.

        Raises:
            DataError: if a style has no pages, or LightGBM is not installed.
            Cancelled: if `progress` asks to stop.
        """
        hidden = np.random.default_rng(seed)
        for index, style in enumerate(self.styles):
            own = [piece for piece in pieces if piece.style == style]
            played = [each for piece in own if (each := _played(piece, hide=hidden.random() < self.config.hide))]
            if not played:
                raise DataError(f"There are no played pages of the style {style!r}.")
            known = [np.isfinite(each.log_period) for each in played]
            rows = [each.rows[these] for each, these in zip(played, known, strict=True)]
            targets = [
                np.clip(each.log_period[these], -_LEARNT, _LEARNT) for each, these in zip(played, known, strict=True)
            ]
            self.fit_normal(
                index,
                rows,
                targets,
                least_variance=_LEAST_VARIANCE,
                least_away=_LEAST_AWAY,
                seed=seed,
                progress=part(progress, index, len(self.styles)),
            )

    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return the mean over pages of correlation and loss; "score" is the loss. Measures the process, too."""
        found: dict[int, list[tuple[TempoCurve, Values]]] = {}
        for piece in pieces:
            played = _played(piece)
            if played is not None and piece.style in self.styles:
                index = self.styles.index(piece.style)
                known = np.isfinite(played.log_period)
                found.setdefault(index, []).append((self._curve(played.rows[known], index), played.log_period[known]))
        correlations, losses = [], []
        for index, pages in found.items():
            process = fit_process(pages, self.config.memory)
            self.coherence[index] = torch.from_numpy(process.coherence)
            self.innovations[index] = torch.from_numpy(process.innovations)
            self.usual[index] = process.usual
            for curve, played_so in pages:
                spread = process.usual * curve.spread
                away = (played_so - curve.middle) / spread
                correlations.append(pearson(played_so, curve.middle))
                losses.append(float(np.mean(np.log(spread) + 0.5 * away**2)))
        return {"r": float(np.mean(correlations)), "score": float(np.mean(losses))}

    # -- prediction --------------------------------------------------------------------------------------------

    def tempo_curve(self, piece: Piece, style: str, progress: Progress = no_progress) -> TempoCurve:
        """Return a style's log periods for the beats of a metered piece, whatever its own.

        Raises:
            KeyError: if the model has no such style.
            Cancelled: if `progress` asks to stop.
        """
        if style not in self.styles:
            raise KeyError(style)
        index = self.styles.index(style)
        curve = self._curve(_rows(piece, np.diff(piece.beats_sec)), index, progress)
        return TempoCurve(curve.middle, float(self.usual[index]) * curve.spread)

    def residuals(self, style: str) -> NDArray[np.float64]:
        """Return how players' deviations hang together along a piece: see `quantiles.autoregression`."""
        return self.coherence[self.styles.index(style)].double().cpu().numpy()

    def style_tempo(self, piece: Piece, style: str) -> StyleTempo:
        """Return a style's tempo for the beats of a metered piece; all but those learnt are steady."""
        if style in self.styles:
            innovations = self.innovations[self.styles.index(style)].double().cpu().numpy()
            return StyleTempo(self.tempo_curve(piece, style), TempoProcess(self.residuals(style), innovations, 1.0))
        count = max(len(piece.beats_sec) - 1, 0)
        curve = TempoCurve(np.zeros(count), np.full(count, self.config.steady_spread))
        return StyleTempo(curve, TempoProcess.steady(self.config.steady_coherence))

    def _curve(self, rows: Rows, index: int, progress: Progress = no_progress) -> TempoCurve:
        if not len(rows):
            return TempoCurve(np.zeros(0), np.zeros(0))
        middle = self.trees("middle", index).predict(rows, part(progress, 0, 2))
        return TempoCurve(middle, np.exp(self.trees("spread", index).predict(rows, part(progress, 1, 2))))


def _rows(piece: Piece, period_sec: Values, *, hide: bool = False) -> Rows:
    """Return a piece's rows; no transfer changes its mean period."""
    beats = encode_beats(piece)
    if hide:
        beats[:, BAR_COLUMNS] = 0
    return with_surroundings(beats, float(np.log(np.mean(period_sec))) if len(period_sec) else 0.0)


def _played(piece: TrainingPiece, *, hide: bool = False) -> PlayedBeats | None:
    """Return a page as it was played; None of a piece that is no page, or too short."""
    if not piece.source.endswith(PAGES):
        return None
    first, played = played_beats(piece)
    if len(played) < FEWEST_BEATS:
        return None
    period = np.diff(played)
    about = np.log(period) - float(np.log(np.mean(period)))
    about[np.abs(about) > FARTHEST] = np.nan
    return PlayedBeats(_rows(piece, period, hide=hide)[first : first + len(about)], about)
