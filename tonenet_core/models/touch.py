"""Distributions of touch: the output of a model of lags and articulation, and the map from style to style."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tonenet_core.analysis.quantiles import CDF, VALUES, to_normal

_TRACE = 0.01  # share of a flat distribution in each: it keeps the quantiles of what was never seen defined
_EDGE = 1e-6  # of a step: a value at the very end would count as out of range

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """Range of a quantity in 128 equal steps.

    Attributes:
        name: of the quantity.
        low: its smallest value.
        step: width of a step.
    """

    name: str
    low: float
    step: float

    @property
    def high(self) -> float:
        """Largest value."""
        return self.low + VALUES * self.step

    def holds(self, values: Values) -> NDArray[np.bool_]:
        """Return which values lie inside the range; NaN does not."""
        return np.asarray((values > self.low) & (values < self.high))

    def borders(self, mass: NDArray[np.floating]) -> CDF:
        """Return the cumulative distributions, `(n, 129)`, at the borders of the steps, of their probabilities."""
        share = mass.astype(np.float64) + 1e-9
        share = (1 - _TRACE) * share / share.sum(axis=1, keepdims=True) + _TRACE / VALUES
        borders = np.zeros((len(mass), VALUES + 1))
        np.cumsum(share, axis=1, out=borders[:, 1:])
        borders /= borders[:, -1:]
        return borders

    def quantiles(self, borders: CDF, values: Values) -> Values:
        """Return the quantile, 0..1, of one value a note, `(n,)`."""
        place = np.clip((values - self.low) / self.step, 0, VALUES)
        step = np.minimum(place.astype(np.int64), VALUES - 1)
        rows = np.arange(len(borders))
        low, high = borders[rows, step], borders[rows, step + 1]
        return np.asarray(low + (place - step) * (high - low))

    def at(self, borders: CDF, quantile: ArrayLike) -> Values:
        """Return the value at one quantile a note, or at one for all; the inverse of `quantiles`."""
        wanted = np.broadcast_to(np.asarray(quantile, np.float64), (len(borders),))
        step = np.clip((borders < wanted[:, None]).sum(axis=1) - 1, 0, VALUES - 1)
        rows = np.arange(len(borders))
        low, high = borders[rows, step], borders[rows, step + 1]
        return np.asarray(self.low + self.step * (step + (wanted - low) / np.maximum(high - low, 1e-15)))

    def median(self, borders: CDF) -> Values:
        """Return the median of each note."""
        return self.at(borders, 0.5)

    def mean(self, borders: CDF) -> Values:
        """Return the mean of each note."""
        return np.asarray(self.low + self.step * (np.diff(borders, axis=1) @ (np.arange(VALUES) + 0.5)))

    def normal_scores(self, borders: CDF, values: Values) -> Values:
        """Return the normal scores of the values' quantiles: standard deviations from the median."""
        return to_normal(self.quantiles(borders, values))

    def carry(self, source: CDF, target: CDF, values: Values, apart: Values | float = 0.0) -> Values:
        """Return the values with the same quantiles in the target's distributions; those out of range as they are.

        Args:
            source: `(n, 129)`, see `borders`.
            target: `(n, 129)`.
            values: `(n,)`.
            apart: `(n,)`, by which the source's distributions are moved down, and the target's up, beforehand.
        """
        inside = self.holds(values)
        quantile, edge = self.quantiles(source, np.where(inside, values, self.low) + apart), _EDGE * self.step
        carried = np.clip(self.at(target, quantile) + apart, self.low + edge, self.high - edge)
        return np.where(inside, carried, values)


LAG = Scale("lag", -0.04, 0.08 / VALUES)
"""Seconds behind the top note of the chord."""
ARTICULATION = Scale("articulation", -3.2, 5.12 / VALUES)
"""Logarithm of a note's duration over the time to the next note near it."""


@dataclass(frozen=True, eq=False)
class TouchDistribution:
    """The distributions of a style's touch at each note of a piece.

    Attributes:
        lag: `(n, 128)` float16, probability of each step of `LAG`.
        articulation: `(n, 128)` float16, probability of each step of `ARTICULATION`.
    """

    lag: NDArray[np.float16]
    articulation: NDArray[np.float16]
