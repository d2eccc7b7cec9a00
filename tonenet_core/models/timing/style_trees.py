"""Gradient-boosted trees as the weights of a model, one ensemble of each kind a style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from tonenet_core.analysis.tree_ensemble import Boosting, TreeEnsemble, fit
from tonenet_core.encoding.written import PAGES
from tonenet_core.performance import TrainingPiece
from tonenet_core.progress import Progress, part

# The arrays of a `TreeEnsemble`, in its order. Thresholds in double precision, as LightGBM's own: a rounded one would
# send rows down the other branch.
_ARRAYS = {"feature": torch.int16, "child": torch.int16, "value": torch.float64}

Rows = NDArray[np.float32]
Values = NDArray[np.float64]


class StyleTrees(nn.Module):
    """A model whose weights are trees.

    Args:
        styles: names.
        boosting: settings of each kind of ensemble, such as that of an expectation.
        columns: of the rows that they read.
    """

    def __init__(self, styles: Sequence[str], boosting: Mapping[str, Boosting], columns: int) -> None:
        super().__init__()
        self.styles = tuple(styles)
        self._boosting, self._columns = dict(boosting), columns
        for kind, each in self._boosting.items():
            for name, dtype in _ARRAYS.items():
                self.register_buffer(f"{kind}_{name}", torch.zeros((len(self.styles), *each.shape), dtype=dtype))
        self.register_load_state_dict_post_hook(lambda *_: self._check())  # type: ignore[no-untyped-call]

    def trees(self, kind: str, index: int) -> TreeEnsemble:
        """Return the ensemble of a kind for a style, given its number."""
        return TreeEnsemble(*(self.get_buffer(f"{kind}_{name}")[index].cpu().numpy() for name in _ARRAYS))

    def fit_trees(
        self,
        kind: str,
        index: int,
        rows: list[Rows],
        targets: list[Values],
        weights: list[Values],
        *,
        seed: int,
        progress: Progress,
    ) -> TreeEnsemble:
        """Fit the ensemble of a kind for a style, keep it, and return it; args and errors as of `tree_ensemble.fit`."""
        sources = [""] * len(rows)
        trees = fit(rows, targets, sources, self._boosting[kind], weights=weights, seed=seed, progress=progress)
        for name in _ARRAYS:
            self.get_buffer(f"{kind}_{name}")[index] = torch.from_numpy(getattr(trees, name))
        return trees

    def fit_normal(
        self,
        index: int,
        rows: list[Rows],
        targets: list[Values],
        *,
        least_variance: float,
        least_away: float,
        seed: int,
        progress: Progress,
    ) -> None:
        """Fit a style's "middle" to targets, and its "spread" to the log of their distance from that.

        Args:
            index: number of the style.
            rows: of each piece.
            targets: of each piece.
            least_variance: of a piece's targets, by the root of which it weighs less.
            least_away: distance below which all are alike.
            seed: of the fit.
            progress: see `Progress`.

        Raises:
            DataError: as of `tree_ensemble.fit`.
            Cancelled: if `progress` asks to stop.
        """
        weights = piece_weights(targets, least_variance)
        trees = self.fit_trees("middle", index, rows, targets, weights, seed=seed, progress=part(progress, 0, 2))
        away = [
            np.log(np.maximum(np.abs(target - trees.predict(each)), least_away))
            for each, target in zip(rows, targets, strict=True)
        ]
        weights = [np.ones(len(target)) for target in targets]
        self.fit_trees("spread", index, rows, away, weights, seed=seed, progress=part(progress, 1, 2))

    def data_statistics(self, pieces: Sequence[TrainingPiece]) -> dict[str, Any]:
        """Return the number of pages of each source."""
        names = [piece.source for piece in pieces if piece.source.endswith(PAGES)]
        return {name: names.count(name) for name in sorted(set(names))}

    def _check(self) -> None:
        """Check the trees of a checkpoint.

        Raises:
            ValueError: if they are not trees, or use features that do not exist.
        """
        every = [self.trees(kind, index) for kind in self._boosting for index in range(len(self.styles))]
        if max((trees.columns for trees in every), default=0) > self._columns:
            raise ValueError("the trees use features that do not exist")


def piece_weights(targets: Sequence[Values], least_variance: float) -> list[Values]:
    """Return the weights of the pieces' rows, by which a piece of a large variance weighs less."""
    return [np.full(len(target), max(target.var(), least_variance) ** -0.5) for target in targets]
