"""Gradient-boosted regression trees: fitted by LightGBM, evaluated on plain arrays.

Fitting needs the extra `train`; prediction needs numpy alone, so that the window can ask the style judge without
loading anything heavy. Source: Friedman, Greedy Function Approximation, Annals of Statistics 29 (2001); Ke et al.,
LightGBM, NIPS 2017.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tonenet_core.errors import DataError
from tonenet_core.progress import Progress, no_progress, part

_AT_ONCE = 1 << 17  # pairs of row and tree that are evaluated together; they fit into a processor's cache


@dataclass(frozen=True)
class Boosting:
    """Settings of the fit.

    Attributes:
        rounds: number of trees.
        leaves: of a tree at most.
        learning_rate: by which each tree's output is multiplied.
        leaf_notes: smallest number of notes of a leaf.
        feature_share: of the features that a tree may choose from, 0..1.
        note_share: of the notes that a tree is fitted on, 0..1.
        kept: share of the training notes that are used, 0..1.
        fits: number of ensembles that are fitted, from consecutive seeds, and averaged: they differ in the notes and
            features that their trees were given (bagging: Breiman, Machine Learning 24, 1996).
    """

    rounds: int = 400
    leaves: int = 63
    learning_rate: float = 0.05
    leaf_notes: int = 100
    feature_share: float = 0.6
    note_share: float = 0.8
    kept: float = 1.0
    fits: int = 1

    @property
    def shape(self) -> tuple[int, int]:
        """Trees, and the nodes of the largest possible one."""
        return self.fits * self.rounds, 2 * self.leaves - 1


@dataclass(frozen=True, eq=False)
class TreeEnsemble:
    """Trees whose outputs add up; node 0 of each is its root.

    Attributes:
        feature: `(trees, nodes)` int16, the column that a node looks at.
        child: `(trees, nodes)` int16, the left child of a node; the right one stands behind it. 0: the node is a leaf.
        value: `(trees, nodes)` float64, a leaf's output; of other nodes the threshold up to which rows go left.

    Raises:
        ValueError: if they are not trees: evaluation would not end, or leave the arrays.
    """

    feature: NDArray[np.int16]
    child: NDArray[np.int16]
    value: NDArray[np.float64]

    def __post_init__(self) -> None:
        shape, child = self.value.shape, self.child
        if len(shape) != 2 or self.feature.shape != shape or child.shape != shape or not self.value.size:
            raise ValueError("the trees have no common shape")
        if child.dtype.kind != "i" or self.feature.dtype.kind != "i" or self.value.dtype.kind != "f":
            raise ValueError("the trees are of another type")
        down = (child > np.arange(shape[1])) & (child < shape[1] - 1)  # the right child stands behind the left one
        if not ((child == 0) | down).all() or self.feature.min() < 0 or not np.isfinite(self.value).all():
            raise ValueError("the trees are damaged")

    @property
    def columns(self) -> int:
        """Number of columns that a row must have."""
        return int(self.feature.max()) + 1

    def predict(self, rows: NDArray[np.float32], progress: Progress = no_progress) -> NDArray[np.float64]:
        """Return the sum of the trees' outputs for each row `(n, features)`, `(n,)`; memory does not grow with n.

        Raises:
            Cancelled: if `progress` asks to stop.
        """
        total = np.zeros(len(rows))
        size = max(_AT_ONCE // len(self.child), 1)
        nodes = self.child.shape[1]
        # All trees end to end: a child's number counts from the first node of all, and a leaf's is 0 as before.
        first = np.arange(len(self.child), dtype=np.int32) * nodes
        child = np.where(self.child > 0, self.child + first[:, None], 0).astype(np.int32).ravel()
        feature, value = self.feature.astype(np.int32).ravel(), self.value.ravel()
        for start in range(0, len(rows), size):
            progress(start / len(rows))
            chunk = rows[start : start + size]
            flat, width = chunk.astype(np.float64).ravel(), np.int32(chunk.shape[1])
            node = np.repeat(first, len(chunk))
            row = np.tile(np.arange(len(chunk), dtype=np.int32), len(first))
            while len(node):
                left = child[node]
                leaf = left == 0
                if leaf.any():
                    total[start : start + size] += np.bincount(row[leaf], value[node[leaf]], len(chunk))
                    node, row, left = node[~leaf], row[~leaf], left[~leaf]
                node = left + (flat[row * width + feature[node]] > value[node])
        progress(1.0)
        return total


def fit(
    rows: list[NDArray[np.float32]],
    targets: list[NDArray[np.float64]],
    sources: list[str],
    boosting: Boosting,
    *,
    weights: list[NDArray[np.float64]] | None = None,
    shares: Mapping[str, float] | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> TreeEnsemble:
    """Fit a regression on the notes of pieces; a source's weight does not depend on its number of notes.

    Args:
        rows: of each piece `(n, features)`.
        targets: of each piece `(n,)`.
        sources: the data set of each piece.
        boosting: see there.
        weights: of each piece `(n,)`; None: all notes of a source weigh the same.
        shares: the weight of each source, above 0; None: all weigh the same.
        seed: fixes the choice of notes and features; one thread, so that the same data gives the same trees.
        progress: see `Progress`.

    Raises:
        DataError: if LightGBM is not installed, or there is no piece.
        Cancelled: if `progress` asks to stop.
    """
    try:
        import lightgbm
    except (ImportError, OSError) as error:  # OSError: the system has no OpenMP library
        raise DataError(f"Fitting trees needs LightGBM: pip install 'tonenet[train]'. ({error})") from error
    if not rows:
        raise DataError("There are no pieces to fit trees on.")
    rng = np.random.default_rng(seed)
    kept = [rng.random(len(target)) < boosting.kept for target in targets]
    names, number = np.unique(sources, return_inverse=True)
    source = np.repeat(number, [np.count_nonzero(these) for these in kept])
    own = [np.ones(len(target)) for target in targets] if weights is None else weights
    weight = np.concatenate([piece[these] for piece, these in zip(own, kept, strict=True)])
    total = np.bincount(source, weight, len(names))
    share = np.array([1.0 if shares is None else shares[name] for name in names]) * (total > 0)
    data = lightgbm.Dataset(
        np.concatenate([piece[these] for piece, these in zip(rows, kept, strict=True)]),
        np.concatenate([piece[these] for piece, these in zip(targets, kept, strict=True)]),
        weight=weight * len(source) * share[source] / (share.sum() * total[source]),
    )
    parameters = {
        "objective": "regression",
        "num_leaves": boosting.leaves,
        "learning_rate": boosting.learning_rate,
        "min_data_in_leaf": boosting.leaf_notes,
        "feature_fraction": boosting.feature_share,
        "bagging_fraction": boosting.note_share,
        "bagging_freq": 1,
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }
    return from_lightgbm(_boosters(parameters, data, boosting, seed, progress), boosting)


def _boosters(parameters: dict[str, Any], data: Any, boosting: Boosting, seed: int, progress: Progress) -> list[Any]:
    """Return LightGBM's boosters, one a fit."""
    import lightgbm

    boosters = []
    for index in range(boosting.fits):
        done = part(progress, index, boosting.fits)

        def tell(state: Any, done: Progress = done) -> None:
            done(state.iteration / boosting.rounds)

        seeded = {**parameters, "seed": seed + index}
        boosters.append(lightgbm.train(seeded, data, boosting.rounds, callbacks=[tell]))
    progress(1.0)
    return boosters


def from_lightgbm(boosters: Sequence[Any], boosting: Boosting) -> TreeEnsemble:
    """Return the mean of boosters as trees; of one that stopped early, the rest are roots of value 0."""
    feature, child = np.zeros(boosting.shape, np.int16), np.zeros(boosting.shape, np.int16)
    value = np.zeros(boosting.shape)
    for index, booster in enumerate(boosters):
        for tree, described in enumerate(booster.dump_model()["tree_info"], index * boosting.rounds):
            waiting, free = [(0, described["tree_structure"])], 1
            while waiting:
                place, node = waiting.pop()
                if "leaf_value" in node:
                    value[tree, place] = node["leaf_value"] / len(boosters)
                    continue
                feature[tree, place], value[tree, place] = node["split_feature"], node["threshold"]
                child[tree, place] = free
                waiting += [(free, node["left_child"]), (free + 1, node["right_child"])]
                free += 2
    return TreeEnsemble(feature, child, value)
