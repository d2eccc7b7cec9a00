"""Distributions of velocities: the output of a model that predicts more than a median."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.quantiles import CDF, CENTRE, cumulative_distribution, transport, velocity_at

# How far styles are set apart when accents are carried from one to the other: by this share of what their medians
# differ by, once more. At 0 a note keeps its quantile, and what a player does beside a model's medians still leans to
# the style that was played: by the judge, a transfer leant to the target a third as far as its own pieces do. Chosen on
# `valid`: the least of 0, .25, .5, .75 and 1 with which every set crosses in .8 of its pieces; more is too wide.
APART = 0.25


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
    """Return the velocities `(n,)`, as real numbers, that put a player's accents into the target style.

    With the styles exchanged it is its own inverse.
    """
    before = cumulative_distribution(source.shape, source.width)
    after = cumulative_distribution(target.shape, target.width)
    return transport(before, after, velocity, _apart(before, after))


def _apart(before: CDF, after: CDF) -> NDArray[np.float64]:
    """Return by how much each note's distributions are moved, `(n,)`: its part of `APART`, without any loudness."""
    if not len(before):
        return np.zeros(0)
    change = velocity_at(after, 0.5) - velocity_at(before, 0.5)
    return np.asarray(APART / 2 * (change - change.mean()))
