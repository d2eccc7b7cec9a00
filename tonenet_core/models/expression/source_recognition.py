"""Sources of a piece, recognised by its notes.

The performer has the source of a piece as an input (`mixture.Mixture`). At use nobody says it, and "unknown" is a mean
over sources that are played differently: transcriptions of recordings, sequenced pieces, competitions. How a piece's
notes lie says which of them it is like, so the input is the mean over sources given the notes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from tonenet_core.encoding.events import FEATURES, encode_events
from tonenet_core.models.expression.performer_network import PerformerConfig
from tonenet_core.performance import TrainingPiece

PIECES = 100  # of a source at most, evenly spaced
_FARTHEST = 4.0  # standard deviations: a strange piece is like the outermost known one
_RIDGE = 2e-3
_ABSENT = -1e4  # log-odds of a source of another style; finite in half precision
_STEPS = 300


class SourceRecognition(nn.Module):
    """Logistic regression of a piece's source on means and standard deviations of its note features, for each style."""

    def __init__(self, config: PerformerConfig) -> None:
        super().__init__()
        self._styles, self._mixture, self._recognised = config.styles, config.mixture, config.recognised
        styles, sources = len(config.styles), len(config.mixture.players)
        wide = 2 * len(FEATURES)
        self.centre: Tensor
        self.register_buffer("centre", torch.zeros(styles, wide))
        self.scale: Tensor
        self.register_buffer("scale", torch.ones(styles, wide))
        self.weight: Tensor
        self.register_buffer("weight", torch.zeros(styles, sources, wide))
        self.bias: Tensor
        self.register_buffer("bias", torch.zeros(styles, sources))

    def fit(self, pieces: Mapping[str, Sequence[TrainingPiece]]) -> None:
        """Fit to the training pieces of each source; all sources count alike. Deterministic."""
        rows: dict[str, list[NDArray[np.float64]]] = {style: [] for style in self._styles}
        numbers: dict[str, list[int]] = {style: [] for style in self._styles}
        for source, found in sorted(pieces.items()):
            number = self._mixture.number(source)
            if number == len(self._mixture.players):
                continue
            for index in np.unique(np.linspace(0, len(found) - 1, PIECES).astype(int)):
                piece = found[int(index)]
                if piece.style in rows and len(piece.notes):
                    rows[piece.style].append(_summary(encode_events(piece)))
                    numbers[piece.style].append(number)
        for index, style in enumerate(self._styles):
            if rows[style]:
                self._fit_style(index, np.stack(rows[style]), np.array(numbers[style]))

    def _fit_style(self, style: int, rows: NDArray[np.float64], numbers: NDArray[np.int64]) -> None:
        centre, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-3
        found, target = np.unique(numbers, return_inverse=True)
        inputs = torch.from_numpy(np.clip((rows - centre) / scale, -_FARTHEST, _FARTHEST))
        targets, counts = torch.from_numpy(target), np.bincount(target)
        weight_of = torch.from_numpy(len(target) / len(found) / counts[target])
        weight = torch.zeros(len(found), inputs.shape[1], dtype=torch.float64, requires_grad=True)
        bias = torch.zeros(len(found), dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.LBFGS([weight, bias], max_iter=_STEPS, line_search_fn="strong_wolfe")

        def loss() -> Tensor:
            optimizer.zero_grad()
            each = functional.cross_entropy(functional.linear(inputs, weight, bias), targets, reduction="none")
            total = (each * weight_of).mean() + _RIDGE * weight.square().sum()
            total.backward()  # type: ignore[no-untyped-call]
            return total

        optimizer.step(loss)  # type: ignore[no-untyped-call]
        self.centre[style], self.scale[style] = torch.from_numpy(centre), torch.from_numpy(scale)
        self.weight[style], self.bias[style] = 0.0, _ABSENT
        self.weight[style, found], self.bias[style, found] = weight.detach().float(), bias.detach().float()

    def shares(self, features: NDArray[np.float32], style: int) -> Tensor | None:
        """Return the shares `(1, sources + 1)` of the sources in a piece, the last being the unknown one's.

        Args:
            features: the piece's, `(n, F)`.
            style: number of the style that it is to be played in.

        Returns:
            None, unknown, for an empty piece and for a style without sources, which was added later.
        """
        if style >= len(self.bias) or not len(features):
            return None
        summary = torch.from_numpy(_summary(features)).to(self.centre)
        inputs = ((summary - self.centre[style]) / self.scale[style]).clamp(-_FARTHEST, _FARTHEST)
        probabilities = torch.softmax(self.weight[style] @ inputs + self.bias[style], dim=0)
        return torch.cat([self._recognised * probabilities, probabilities.new_tensor([1 - self._recognised])])[None]


def _summary(features: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return means and standard deviations `(2 F,)` of note features `(n, F)`, n > 0."""
    return np.concatenate([features.mean(axis=0, dtype=np.float64), features.std(axis=0, dtype=np.float64)])
