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


def spread_ratio(true: ArrayLike, other: ArrayLike) -> float:
    """Return the standard deviation of the second over that of the first; 0 where the first is constant."""
    scale = float(np.std(np.asarray(true, dtype=np.float64)))
    return float(np.std(np.asarray(other, dtype=np.float64))) / scale if scale > 1e-9 else 0.0


def wasserstein(first: ArrayLike, second: ArrayLike) -> float:
    """Return the 1-Wasserstein distance of two sets of velocities once each one's mean is taken out, in units.

    Source: in one dimension it is the mean distance of the quantiles (Villani, Topics in Optimal Transportation, 2003,
    theorem 2.18); 1,000 of them are compared, so the sets may differ in size.
    """
    grid = (np.arange(1000) + 0.5) / 1000
    one, other = (
        np.quantile(values - np.mean(values), grid, method="inverted_cdf")
        for values in map(np.asarray, (first, second))
    )
    return float(np.mean(np.abs(one - other)))


def spearman(first: ArrayLike, second: ArrayLike) -> float:
    """Return Spearman's rank correlation, -1..1, ties sharing their mean rank; 0 where either side is constant."""
    return pearson(_ranks(np.asarray(first)), _ranks(np.asarray(second)))


def _ranks(values: NDArray[np.generic]) -> NDArray[np.float64]:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(count) - (count - 1) / 2)[place])


def log_loss(probability: NDArray[np.floating], values: NDArray[np.integer]) -> float:
    """Return the mean negative log-likelihood of whole values under `(n, 128)` probabilities, in nats a note."""
    found = probability[np.arange(len(values)), values].astype(np.float64)
    return float(-np.log(np.maximum(found, 1e-8)).mean())


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
