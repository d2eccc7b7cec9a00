"""Distributions of velocities: the output of a model that predicts more than a median."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.quantiles import CENTRE, cumulative_distribution, transport, velocity_at


@dataclass(frozen=True, eq=False)
class Distribution:
    """The distribution of a style's velocities at each note of a piece.

    Attributes:
        shape: `(n, 128)` float16, probability of each velocity relative to the piece's loudness; column
            `quantiles.CENTRE` is "as loud as the piece".
        level: `(n, 128)` float16, probability of each velocity 0..127.
        width: factor on the distribution's width when accents are carried into the style or out of it. On the notes of
            another style a model is less certain, and predicts wider distributions than the style's own pieces have.
    """

    shape: NDArray[np.float16]
    level: NDArray[np.float16]
    width: float = 1.0

    def median(self) -> NDArray[np.float32]:
        """Return the median velocity of each note, `(n,)`, 1..127: the shape's, at the mean loudness of the level."""
        if not len(self.shape):
            return np.zeros(0, np.float32)
        shape = velocity_at(cumulative_distribution(self.shape), 0.5)
        level = velocity_at(cumulative_distribution(self.level), 0.5).mean() + CENTRE
        velocity: NDArray[np.float32] = np.clip(shape - shape.mean() + level, 1, 127).astype(np.float32)
        return velocity


def carry(source: Distribution, target: Distribution, velocity: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the velocities `(n,)`, as real numbers, that put a player's accents into the target style."""
    return transport(
        cumulative_distribution(source.shape, source.width),
        cumulative_distribution(target.shape, target.width),
        velocity,
    )
