"""Figures of covers in images, for the curves of a training run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from tonenet_core.analysis.image_metrics import diversity, onset_scores
from tonenet_core.harmony.hands import is_playable
from tonenet_core.models.cycle.losses import Drawn, Locked, chroma_kept


def cover_figures(
    true: Locked, made: Drawn, *, back: Drawn, same: Drawn, target: Tensor, source: Tensor
) -> dict[str, float]:
    """Return figures of covers `made` of images `true`, of these covered `back`, and of the images in their own style.

    cycle F1, identity F1, changed: onset F1 of the accompaniments of `back` and `same` with the true ones, and 1 less
    that of `made`. chroma: mean cosine a beat. playable: share of strokes. density: the ratio, 1 or more, of their
    strokes and those of the style's own images. diversity: how unlike the covers are to each other, over how unlike
    those images are; 0: all are alike.
    """
    own = true.accompaniment.cpu().numpy() > 0
    drawn, returned, kept = (each.struck.cpu().numpy() > 0.5 for each in (made, back, same))
    figures = {
        "cycle F1": _mean_f1(own, returned),
        "identity F1": _mean_f1(own, kept),
        "changed": 1 - _mean_f1(own, drawn),
        "chroma": chroma_kept(made, true),
        "playable": _playable(made.strokes.cpu().numpy() > 0.5),
    }
    densities, unlikenesses = [], []
    for style in range(target.shape[1]):
        covers = drawn[(target[:, style] > 0).cpu().numpy()]
        real = own[(source[:, style] > 0).cpu().numpy()]
        if min(len(covers), len(real)) > 0:
            densities.append(abs(np.log(max(covers.mean(), 1e-9) / max(real.mean(), 1e-9))))
        if min(len(covers), len(real)) > 1:
            unlikenesses.append(diversity(covers) / max(diversity(real), 1e-9))
    return figures | {"density": float(np.exp(_mean(densities))), "diversity": _mean(unlikenesses)}


def _mean_f1(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    return float(np.mean([onset_scores(*pair) for pair in zip(one, other, strict=True)]))


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _playable(strokes: NDArray[np.bool_]) -> float:
    """Return the share of the steps with strokes that two hands can play."""
    rows = strokes.reshape(-1, strokes.shape[-1])
    return _mean([is_playable(np.flatnonzero(row).tolist()) for row in rows[rows.any(axis=1)]])
