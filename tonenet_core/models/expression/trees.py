"""Gradient-boosted trees on note features: the strong simple baseline. Sources: `tree_ensemble.py`.

Each style has two regressions. *Shape* predicts by how much a note is louder than the mean of its piece. *Level*, a
small one, predicts the velocity itself, and its mean over a piece is the usual loudness of such notes: the loudness of
a particular performance cannot be inferred from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from tonenet_core.analysis.tree_ensemble import Boosting, TreeEnsemble, fit
from tonenet_core.encoding.events import FEATURES, encode_events
from tonenet_core.errors import DataError
from tonenet_core.models.training import velocity_errors, velocity_statistics
from tonenet_core.performance import Piece, TrainingPiece
from tonenet_core.progress import Progress, no_progress, part

# The arrays of a `TreeEnsemble`, in its order. Thresholds in double precision, as LightGBM's own: a rounded one would
# send notes down the other branch.
_ARRAYS = {"feature": torch.int16, "child": torch.int16, "value": torch.float64}


@dataclass(frozen=True, kw_only=True)
class TreesConfig(Boosting):
    """The size of the model and its fitting.

    Attributes:
        styles: their names.
        level_rounds: number of trees of the level.
        features: the note features that the trees see, by name, so that a checkpoint reads its own columns.
    """

    styles: tuple[str, ...]
    level_rounds: int = 60
    features: tuple[str, ...] = FEATURES


class Trees(nn.Module):
    """The trees of all styles, their fitting and their prediction."""

    Config = TreesConfig
    default_accents = 0.0

    def __init__(self, config: TreesConfig) -> None:
        super().__init__()
        unknown = sorted(set(config.features) - set(FEATURES))
        if unknown:
            raise ValueError(f"there is no note feature {unknown[0]!r}")
        self.config = config
        self.styles = tuple(config.styles)
        self._columns = [FEATURES.index(name) for name in config.features]
        self._boosting = {"shape": config, "level": replace(config, rounds=config.level_rounds)}
        for kind, boosting in self._boosting.items():
            for name, dtype in _ARRAYS.items():
                self.register_buffer(f"{kind}_{name}", torch.zeros((len(self.styles), *boosting.shape), dtype=dtype))
        self.register_load_state_dict_post_hook(lambda *_: self._check())  # type: ignore[no-untyped-call]

    def fit(self, pieces: list[TrainingPiece], seed: int, progress: Progress = no_progress) -> None:
        """Fit each style's trees to its pieces; a style's sources weigh the same.

        Raises:
            DataError: if a style has no pieces, or LightGBM is not installed.
            Cancelled: if `progress` asks to stop.
        """
        for index, style in enumerate(self.styles):
            own = [piece for piece in pieces if piece.style == style]
            if not own:
                raise DataError(f"There are no training pieces of the style {style!r}.")
            rows, sources = [self._rows(piece) for piece in own], [piece.source for piece in own]
            played = [piece.notes["velocity"].astype(np.float64) for piece in own]
            targets = {"shape": [velocity - velocity.mean() for velocity in played], "level": played}
            for step, (kind, boosting) in enumerate(self._boosting.items()):
                watched = part(part(progress, index, len(self.styles)), step, len(self._boosting))
                trees = fit(rows, targets[kind], sources, boosting, seed=seed, progress=watched)
                for name in _ARRAYS:
                    self.get_buffer(f"{kind}_{name}")[index] = torch.from_numpy(getattr(trees, name))

    def data_statistics(self, pieces: Sequence[TrainingPiece]) -> dict[str, Any]:
        """Return the mean velocity of each style and of its keys."""
        return velocity_statistics(pieces)

    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return the velocity error for each source; "score" is the mean over the sources."""
        return velocity_errors(self, pieces)

    def predict(self, piece: Piece, style: str, progress: Progress = no_progress) -> NDArray[np.float32]:
        """Return the style's velocity for each note, `(n,)`, 1..127, at the loudness usual for such notes.

        Raises:
            KeyError: if the model has no such style.
            Cancelled: if `progress` asks to stop.
        """
        if style not in self.styles:
            raise KeyError(style)
        if not len(piece.notes):
            return np.zeros(0, np.float32)
        index, rows = self.styles.index(style), self._rows(piece)
        level = self._trees("level", index).predict(rows, part(progress, 0, 2)).mean()
        shape = self._trees("shape", index).predict(rows, part(progress, 1, 2))
        return np.asarray(np.clip(shape - shape.mean() + level, 1, 127), np.float32)

    def _trees(self, kind: str, index: int) -> TreeEnsemble:
        return TreeEnsemble(*(self.get_buffer(f"{kind}_{name}")[index].cpu().numpy() for name in _ARRAYS))

    def _check(self) -> None:
        """Check the trees of a checkpoint.

        Raises:
            ValueError: if they are not trees, or use features that do not exist.
        """
        every = [self._trees(kind, index) for kind in self._boosting for index in range(len(self.styles))]
        if max((trees.columns for trees in every), default=0) > len(self._columns):
            raise ValueError("the trees use features that do not exist")

    def _rows(self, piece: Piece) -> NDArray[np.float32]:
        return encode_events(piece)[:, self._columns]
