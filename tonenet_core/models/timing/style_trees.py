"""Gradient-boosted trees as the weights of a model, one ensemble of each kind a style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from tonenet_core.analysis.tree_ensemble import Boosting, TreeEnsemble, fit
from tonenet_core.progress import Progress

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

    def _check(self) -> None:
        """Check the trees of a checkpoint.

        Raises:
            ValueError: if they are not trees, or use features that do not exist.
        """
        every = [self.trees(kind, index) for kind in self._boosting for index in range(len(self.styles))]
        if max((trees.columns for trees in every), default=0) > self._columns:
            raise ValueError("the trees use features that do not exist")
