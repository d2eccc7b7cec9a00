"""Figures on velocities: pure functions on arrays.

Most figures take true and predicted velocities `(n,)` of one piece; `bootstrap_interval` summarises a set of pieces. As
is usual in the field, a set's figure is the mean over its pieces, not over its notes: a long piece counts once.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tonenet_core.errors import DataError


def mae(true: ArrayLike, predicted: ArrayLike) -> float:
    """Return the mean absolute error in velocity units.

    Raises:
        ValueError: if the arrays are empty or of different shapes.
    """
    first, second = _pair(true, predicted)
    return float(np.mean(np.abs(first - second)))


def mean_removed_mae(true: ArrayLike, predicted: ArrayLike) -> float:
    """Return the mean absolute error with each side's mean removed: shape without loudness."""
    first, second = _pair(true, predicted)
    return mae(first - first.mean(), second - second.mean())


def pearson(true: ArrayLike, predicted: ArrayLike) -> float:
    """Return Pearson's correlation, -1..1; 0 if either side is constant."""
    first, second = _pair(true, predicted)
    first, second = first - first.mean(), second - second.mean()
    scale = np.sqrt(np.sum(first**2) * np.sum(second**2))
    return float(np.sum(first * second) / scale) if scale > 1e-9 else 0.0


def spread_ratio(true: ArrayLike, other: ArrayLike) -> float:
    """Return the standard deviation of the second over that of the first; 0 if the first is constant."""
    scale = float(np.std(np.asarray(true, dtype=np.float64)))
    return float(np.std(np.asarray(other, dtype=np.float64))) / scale if scale > 1e-9 else 0.0


def wasserstein(first: ArrayLike, second: ArrayLike) -> float:
    """Return the 1-Wasserstein distance of two sets of velocities with their means removed, in velocity units.

    Source: Villani, Topics in Optimal Transportation, 2003, theorem 2.18; the sets may differ in size.
    """
    one, other = (values - np.mean(values) for values in map(np.asarray, (first, second)))
    return float(scipy_stats().wasserstein_distance(one, other))


def spearman(first: ArrayLike, second: ArrayLike) -> float:
    """Return Spearman's rank correlation, -1..1, with mean ranks for ties; 0 if either side is constant."""
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    return float(scipy_stats().spearmanr(first, second).statistic)


def log_loss(probability: NDArray[np.floating], values: NDArray[np.integer]) -> float:
    """Return the mean negative log-likelihood of whole values under `(n, 128)` probabilities, in nats a note."""
    likelihood = probability[np.arange(len(values)), values].astype(np.float64)
    return float(-np.log(np.maximum(likelihood, 1e-8)).mean())


def bootstrap_interval(
    values: ArrayLike, level: float = 0.95, resamples: int = 10_000, seed: int = 0
) -> tuple[float, float, float]:
    """Return (mean, low, high): the mean of the values and its percentile bootstrap interval.

    Args:
        values: `(pieces,)`, one figure a piece.
        level: of the interval, 0..1.
        resamples: number of resamples.
        seed: of the resamples.

    Source: Efron & Tibshirani, An Introduction to the Bootstrap, 1993, section 13.3.
    """
    figures = np.asarray(values, dtype=np.float64)
    if figures.ndim != 1 or not len(figures):
        raise ValueError("at least one value is needed")
    mean = float(figures.mean())
    if len(figures) == 1:
        return mean, mean, mean
    interval = (
        scipy_stats()
        .bootstrap(
            (figures,),
            np.mean,
            n_resamples=resamples,
            confidence_level=level,
            method="percentile",
            rng=np.random.default_rng(seed),
        )
        .confidence_interval
    )
    return mean, float(interval.low), float(interval.high)


def scipy_stats() -> ModuleType:
    """Return `scipy.stats`, imported at the first call: the window imports this module and needs no SciPy.

    Raises:
        DataError: if SciPy is not installed.
    """
    try:
        return import_module("scipy.stats")
    except ImportError as error:
        raise DataError("Evaluating models needs SciPy: pip install 'tonenet[train]'.") from error


def shape_distance(played: NDArray[np.float32], predicted: NDArray[np.float32]) -> float:
    """Return the mean absolute difference once the difference in loudness is taken out."""
    difference = played - predicted
    return float(np.mean(np.abs(difference - np.median(difference)))) if len(difference) else 0.0


def _pair(true: ArrayLike, predicted: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    first, second = np.asarray(true, dtype=np.float64), np.asarray(predicted, dtype=np.float64)
    if first.shape != second.shape or first.ndim != 1 or not len(first):
        raise ValueError(f"two arrays of one length are needed, not {first.shape} and {second.shape}")
    return first, second
