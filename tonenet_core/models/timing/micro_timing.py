"""Micro-timing: by how much each written place is struck late, as a normal distribution, given the notes.

Gradient-boosted trees learn it from pages and how they were played: where a beat is left, where notes are many or high,
before a chord, players hurry or linger inside the beat. What they do beside that hangs together along the piece. Other
trees learn how long the interval to the next place lasts, whatever the beats.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from tonenet_core.analysis.quantiles import autoregression
from tonenet_core.analysis.tree_ensemble import Boosting
from tonenet_core.analysis.velocity_metrics import pearson
from tonenet_core.encoding.rhythm import PLACES
from tonenet_core.errors import DataError
from tonenet_core.models.micro_timing import LARGEST, MicroTiming
from tonenet_core.models.timing.micro_features import ROW_FEATURES, encode_places
from tonenet_core.models.timing.played_places import LEARNT_IOI, played_places
from tonenet_core.models.timing.style_trees import Rows, StyleTrees, Values, piece_weights
from tonenet_core.performance import Piece, TrainingPiece
from tonenet_core.progress import Progress, no_progress, part

_LEAST_IOI_VARIANCE = 0.01  # as `_LEAST_VARIANCE`
_LEAST_VARIANCE = 4e-4  # of a piece's places, by the root of which it weighs less
_LEAST_AWAY = 0.004  # beats
_FAR = 4.0  # spreads beyond which a residual says nothing of how they hang together


@dataclass(frozen=True, kw_only=True)
class MicroTimingConfig(Boosting):
    """Size and fitting of the micro-timing's trees.

    Attributes:
        styles: names.
        spread_rounds: number of trees of the spread.
        spread_leaves: of one of them at most.
        hide: how many of the pages are shown without bars.
        memory: places that the coherence of a performance looks back.
    """

    styles: tuple[str, ...]
    spread_rounds: int = 60
    spread_leaves: int = 15
    hide: float = 0.2
    memory: int = 6


class MicroTimingTrees(StyleTrees):
    """The trees of all styles, their fitting and their prediction."""

    Config = MicroTimingConfig

    def __init__(self, config: MicroTimingConfig) -> None:
        spread = replace(config, rounds=config.spread_rounds, leaves=config.spread_leaves)
        super().__init__(config.styles, {"middle": config, "spread": spread, "ioi": config}, ROW_FEATURES)
        self.config = config
        count = len(self.styles)
        self.coherence: Tensor  # of what players do about the expectation; see `quantiles.autoregression`
        independent = torch.cat([torch.zeros(count, config.memory), torch.ones(count, 1)], dim=1)
        self.register_buffer("coherence", independent)
        self.usual: Tensor  # by which the spread is multiplied, so that it is that of pieces that were not learnt
        self.register_buffer("usual", torch.ones(count))

    def fit(self, pieces: list[TrainingPiece], seed: int, progress: Progress = no_progress) -> None:
        """Fit each style to its pages.

        Raises:
            DataError: if a style has no pages, or LightGBM is not installed.
            Cancelled: if `progress` asks to stop.
        """
        hidden = np.random.default_rng(seed)
        for index, style in enumerate(self.styles):
            pages = [piece for piece in pieces if piece.style == style]
            played = [
                each for piece in pages if (each := played_places(piece, hide=hidden.random() < self.config.hide))
            ]
            if not played:
                raise DataError(f"There are no played pages of the style {style!r}.")
            own = part(progress, index, len(self.styles))
            rows, targets = _known([(each.rows, each.late) for each in played], LARGEST)
            self.fit_normal(
                index,
                rows,
                targets,
                least_variance=_LEAST_VARIANCE,
                least_away=_LEAST_AWAY,
                seed=seed,
                progress=part(own, 0, 2),
            )
            rows, targets = _known([(each.rows, each.log_ioi) for each in played], LEARNT_IOI)
            weights = piece_weights(targets, _LEAST_IOI_VARIANCE)
            self.fit_trees("ioi", index, rows, targets, weights, seed=seed, progress=part(own, 1, 2))

    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return the mean over pages of correlation and loss; "score" is the loss. Measures coherence and spread, too.

        The loss is the negative log-likelihood of a normal distribution, in nats, without its constant.
        """
        found: dict[int, list[tuple[Values, Values, Values]]] = {}
        for piece in pieces:
            played = played_places(piece)
            if played is not None and piece.style in self.styles:
                index = self.styles.index(piece.style)
                (rows,), (late,) = _known([(played.rows, played.late)], LARGEST)
                found.setdefault(index, []).append((late, *self._predict(rows, index)))
        correlations, losses = [], []
        for index, pages in found.items():
            scores = [(late - middle) / spread for late, middle, spread in pages]
            usual = float(np.median([np.sqrt(np.mean(np.clip(each, -_FAR, _FAR) ** 2)) for each in scores]))
            near = [np.clip(each / usual, -_FAR, _FAR) for each in scores]
            self.usual[index] = usual
            self.coherence[index] = torch.from_numpy(autoregression(near, self.config.memory))
            for (late, middle, spread), each in zip(pages, scores, strict=True):
                correlations.append(pearson(late, middle))
                losses.append(float(np.mean(np.log(usual * spread) + 0.5 * (each / usual) ** 2)))
        return {"r": float(np.mean(correlations)), "score": float(np.mean(losses))}

    # -- prediction --------------------------------------------------------------------------------------------

    def micro_timing(self, piece: Piece, style: str, progress: Progress = no_progress) -> MicroTiming:
        """Return a style's micro-timing for the notes of a metered piece, whatever its own.

        Raises:
            KeyError: if the model has no such style.
            Cancelled: if `progress` asks to stop.
        """
        if style not in self.styles:
            raise KeyError(style)
        index = self.styles.index(style)
        place, rows = encode_places(piece)
        inside = place % PLACES > 0
        middle, spread = np.zeros(len(place)), np.zeros(len(place))
        if inside.any():
            middle[inside], spread[inside] = self._predict(rows[inside], index, part(progress, 0, 2))
        log_ioi = self.trees("ioi", index).predict(rows, part(progress, 1, 2))
        return MicroTiming(place, middle, float(self.usual[index]) * spread, log_ioi)

    def residuals(self, style: str) -> Values:
        """Return how players' deviations hang together along a piece: see `quantiles.autoregression`."""
        return self.coherence[self.styles.index(style)].double().cpu().numpy()

    def _predict(self, rows: Rows, index: int, progress: Progress = no_progress) -> tuple[Values, Values]:
        middle = self.trees("middle", index).predict(rows, part(progress, 0, 2))
        return middle, np.exp(self.trees("spread", index).predict(rows, part(progress, 1, 2)))


def _known(played: list[tuple[Rows, Values]], largest: float) -> tuple[list[Rows], list[Values]]:
    """Return the rows and targets of each page that are known, these up to a largest one."""
    known = [np.isfinite(target) for _, target in played]
    rows = [rows[these] for (rows, _), these in zip(played, known, strict=True)]
    return rows, [np.clip(target[these], -largest, largest) for (_, target), these in zip(played, known, strict=True)]
