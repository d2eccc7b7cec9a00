"""Swing of a style: how unequal the two eighths of a beat are, at each tempo.

A pair's log2 beat-upbeat ratio (`timing.swing`) is the sum of the style's mean at the beat's tempo, of the piece's own
deviation from it, and of the pair's; the deviations are normal. So a piece's swing goes from style to style by scaling
(the quantile transport of normal distributions), and comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tonenet_core.encoding.written import PAGES, as_played
from tonenet_core.errors import DataError
from tonenet_core.models.swing import StyleSwing
from tonenet_core.performance import TrainingPiece
from tonenet_core.progress import Progress, no_progress
from tonenet_core.timing.swing import SWUNG, find_swing

BEATS_A_MINUTE = tuple(float(40 * 2 ** (step / 4)) for step in range(13))  # 40 to 320
_TEMPOS = np.log(BEATS_A_MINUTE)
_DEVIATIONS = 1.4826  # standard deviations of a normal distribution to its median absolute deviation
_LEAST_SPREAD = 0.1  # a model of a single player's exact eighths would scale others without bounds

Values = NDArray[np.float64]


@dataclass(frozen=True)
class SwingConfig:
    """Styles and data of a swing model.

    Attributes:
        styles: names.
        sources: whose pieces are learnt from; pages count with the time in which they were played.
        fewest_pairs: of a piece that is learnt from.
        bandwidth: octaves of tempo over which pieces are averaged.
        known_style: a style whose mean at each tempo is known from elsewhere, of more players than the data has.
        known_tempos: beats a minute, ascending, at which it is known.
        known_means: log2 beat-upbeat ratios there.
        known_spread: standard deviation of its pieces about them.
    """

    styles: tuple[str, ...]
    sources: tuple[str, ...]
    fewest_pairs: int = 20
    bandwidth: float = 0.3
    known_style: str = ""
    known_tempos: tuple[float, ...] = ()
    known_means: tuple[float, ...] = ()
    known_spread: float = 0.0

    def __post_init__(self) -> None:
        if len(self.known_tempos) != len(self.known_means):
            raise ValueError("one known mean is needed for each known tempo")


class Swing(nn.Module):
    """Mean, spread among pieces and spread inside pieces of each style."""

    Config = SwingConfig

    def __init__(self, config: SwingConfig) -> None:
        super().__init__()
        self.config = config
        self.styles = tuple(config.styles)
        self.mean: Tensor
        self.register_buffer("mean", torch.zeros(len(self.styles), len(BEATS_A_MINUTE)))
        self.spread: Tensor
        self.register_buffer("spread", torch.ones(len(self.styles)))
        self.residual: Tensor
        self.register_buffer("residual", torch.ones(len(self.styles)))

    def fit(self, pieces: list[TrainingPiece], seed: int, progress: Progress = no_progress) -> None:
        """Fit each style to the pieces of its sources that have enough pairs; a piece counts once, however long.

        Args:
            pieces: training pieces.
            seed: without effect: nothing is random.
            progress: see `Progress`.

        Raises:
            DataError: if a style has fewer than two such pieces.
        """
        for index, style in enumerate(self.styles):
            found = [
                pairs
                for count, piece in enumerate(pieces)
                if piece.style == style and piece.source in self.config.sources
                if (pairs := self._pairs(piece, progress, count / len(pieces))) is not None
            ]
            if len(found) < 2:
                raise DataError(f"There are too few metered pieces of the style {style!r}.")
            middles = [float(np.median(bur)) for _, bur in found]
            if np.median(middles) > SWUNG:  # a style that swings has pieces that do not, which are another kind
                found = [pairs for pairs, middle in zip(found, middles, strict=True) if middle > SWUNG]
            known = style == self.config.known_style
            mean = self._known() if known else self._mean(found)
            deviations = [bur - np.interp(tempo, _TEMPOS, mean) for tempo, bur in found]
            own = np.array([np.median(each) for each in deviations])
            away = [np.median(np.abs(each - middle)) for each, middle in zip(deviations, own, strict=True)]
            self.mean[index] = torch.from_numpy(mean)
            spread = _DEVIATIONS * float(np.median(np.abs(own - np.median(own))))
            self.spread[index] = max(self.config.known_spread if known else spread, _LEAST_SPREAD)
            self.residual[index] = max(_DEVIATIONS * float(np.mean(away)), _LEAST_SPREAD)

    def _known(self) -> Values:
        """Return the known mean at each tempo, `(t,)`."""
        return np.interp(_TEMPOS, np.log(self.config.known_tempos), self.config.known_means)

    def _pairs(
        self, piece: TrainingPiece, progress: Progress = no_progress, done: float = 0.0
    ) -> tuple[Values, Values] | None:
        """Return tempos (log beats a minute) and log2 beat-upbeat ratios of a piece's pairs; None for too few."""
        progress(done)
        played = as_played(piece) if piece.source.endswith(PAGES) else piece
        swing = find_swing(played)
        if len(swing) < self.config.fewest_pairs:
            return None
        return np.log(60 / np.diff(played.beats_sec)[swing.beat]), swing.log2_bur

    def _mean(self, found: list[tuple[Values, Values]]) -> Values:
        """Return the mean at each tempo, `(t,)`: of all pieces' medians, weighed by how near their tempo is."""
        tempo, bur = (np.array([np.median(each) for each in values]) for values in zip(*found, strict=True))
        away = (tempo[:, None] - _TEMPOS) / (self.config.bandwidth * np.log(2))
        near = np.exp(-0.5 * away**2) + 1e-3
        return np.asarray((near * bur[:, None]).sum(axis=0) / near.sum(axis=0))

    def data_statistics(self, pieces: Sequence[TrainingPiece]) -> dict[str, Any]:
        """Return how many pieces of each source have enough pairs."""
        names = [piece.source for piece in pieces if piece.source in self.config.sources and self._pairs(piece)]
        return {name: names.count(name) for name in sorted(set(names))}

    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return each source's median log2 ratio and error of the style's mean; as "score" the mean of the errors."""
        figures: dict[str, list[float]] = {}
        for piece in pieces:
            pairs = self._pairs(piece) if piece.source in self.config.sources else None
            if pairs is not None:
                tempo, bur = pairs
                usual = np.interp(tempo, _TEMPOS, self.mean[self.styles.index(piece.style)].numpy())
                figures.setdefault(piece.source, []).append(float(np.median(bur)))
                figures.setdefault(f"{piece.source} error", []).append(abs(float(np.median(bur - usual))))
        means = {name: float(np.mean(values)) for name, values in figures.items()}
        errors = [value for name, value in means.items() if name.endswith(" error")]
        return {**means, "score": float(np.mean(errors))}

    def swing(self, style: str) -> StyleSwing:
        """Return a style's swing.

        Raises:
            KeyError: if the model has no such style.
        """
        if style not in self.styles:
            raise KeyError(style)
        index = self.styles.index(style)
        mean = self.mean[index].double().cpu().numpy()
        return StyleSwing(np.array(BEATS_A_MINUTE), mean, float(self.spread[index]), float(self.residual[index]))
