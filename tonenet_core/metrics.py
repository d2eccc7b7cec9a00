"""Figures on velocities: pure functions on arrays.

Per-piece figures take true and predicted velocities `(n,)` of one piece; `bootstrap_interval` then speaks of a set of
pieces. Following the field, a set's figure is the mean over its pieces, not over its notes: a long piece counts once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def mae(true: ArrayLike, predicted: ArrayLike) -> float:
    """Return the mean absolute error in velocity units.

    Raises:
        ValueError: if the arrays are empty or of different shapes.
    """
    first, second = _pair(true, predicted)
    return float(np.mean(np.abs(first - second)))


def mean_removed_mae(true: ArrayLike, predicted: ArrayLike) -> float:
    """Return the mean absolute error once each side's mean is taken out: shape without loudness."""
    first, second = _pair(true, predicted)
    return mae(first - first.mean(), second - second.mean())


def pearson(true: ArrayLike, predicted: ArrayLike) -> float:
    """Return Pearson's correlation, -1..1; 0 where either side is constant."""
    first, second = _pair(true, predicted)
    first, second = first - first.mean(), second - second.mean()
    scale = np.sqrt(np.sum(first**2) * np.sum(second**2))
    return float(np.sum(first * second) / scale) if scale > 1e-9 else 0.0


def bootstrap_interval(
    values: ArrayLike, level: float = 0.95, resamples: int = 10_000, seed: int = 0
) -> tuple[float, float, float]:
    """Return (mean, low, high): the mean of the values and its percentile bootstrap interval.

    Args:
        values: `(pieces,)`, one figure a piece.
        level: of the interval, 0..1.
        resamples: how many.
        seed: fixes them.

    Source: Efron & Tibshirani, An Introduction to the Bootstrap, 1993, section 13.3.
    """
    figures = np.asarray(values, dtype=np.float64)
    if figures.ndim != 1 or not len(figures):
        raise ValueError("at least one value is needed")
    drawn = np.random.default_rng(seed).integers(len(figures), size=(resamples, len(figures)))
    low, high = np.quantile(figures[drawn].mean(axis=1), [(1 - level) / 2, (1 + level) / 2])
    return float(figures.mean()), float(low), float(high)


def _pair(true: ArrayLike, predicted: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    first, second = np.asarray(true, dtype=np.float64), np.asarray(predicted, dtype=np.float64)
    if first.shape != second.shape or first.ndim != 1 or not len(first):
        raise ValueError(f"two arrays of one length are needed, not {first.shape} and {second.shape}")
    return first, second
