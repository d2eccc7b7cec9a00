"""Velocities for notes that have none of their own: a style's middle, stretched, and a take of one player on it.

The median of a distribution varies less than a player does, and what is missing used to be drawn at random: so it had a
player's spread, and little of his sense. Two players of one score agree at r .67 on their velocities: most of what a
player does follows from the notes. So the median is stretched until it makes up `AGREED` of the spread, and the drawn
residual, which hangs together along the piece, is the smaller rest: what two takes of one player differ by.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.dynamics import add_written_dynamics
from tonenet_core.analysis.quantiles import VALUES, cumulative_distribution, from_normal, velocity_at

AGREED = 0.9  # share of the standard deviation that is the median's; the residual's is what completes the square
STRETCHED_AT_MOST = 2.5  # a study on one note is not made a drama
FARTHEST_SCORE = 2.0  # of a residual: takes of one player have no outliers
# Quantiles of what the style plays on such notes: they bound a performance, about its mean.
SOFTEST, LOUDEST = 0.03, 0.998
CUT = 0.1  # share of the notes that may be cut off at either end of MIDI's range

Velocities = NDArray[np.float64]


def perform(
    shape: NDArray[np.floating],
    level: NDArray[np.floating],
    scores: Velocities,
    spread: float,
    written: NDArray[np.integer] | None = None,
) -> Velocities:
    """Return velocities `(n,)`, as real numbers, for notes that have none, or only written dynamics.

    Args:
        shape: `(n, 128)`, see `quantiles`.
        level: `(n, 128)`, probability of each velocity 0..127.
        scores: `(n,)` normal scores of the residual, as `quantiles.coherent_scores` draws them.
        spread: standard deviation that the velocities shall have, 0 or more; written dynamics add theirs.
        written: `(n,)` velocities whose mean, levels and accents stay (`dynamics.add_written_dynamics`).
    """
    if not len(shape):
        return np.zeros(0)
    borders = cumulative_distribution(shape)
    middle = velocity_at(borders, 0.5)
    drawn = velocity_at(borders, from_normal(np.clip(scores, -FARTHEST_SCORE, FARTHEST_SCORE))) - middle
    curve = _with_spread(middle, AGREED * spread, STRETCHED_AT_MOST)
    residual = _with_spread(drawn, float(np.sqrt(1 - AGREED**2)) * spread, 1.0)
    usual = float(velocity_at(cumulative_distribution(level), 0.5).mean()) + VALUES / 2
    low, high = _bounds(level) - usual
    if written is None:
        return usual + np.clip(curve + residual, low, high)
    # A page that is louder than the style has the same room about its own loudness: one velocity is often a default.
    return float(written.mean()) + np.clip(add_written_dynamics(curve, written) + residual, low, high)


def mean_with_room(velocity: Velocities, mean: float) -> float:
    """Return the mean nearest to a wanted one at which MIDI's range has room for a performance.

    Args:
        velocity: `(n,)`, at least one, any real numbers; their own mean does not matter.
        mean: 1..127.
    """
    soft, loud = np.quantile(velocity - velocity.mean(), (CUT, 1 - CUT))
    return float(np.clip(mean, 1.0 - soft, VALUES - 1.0 - loud))


def has_room(velocity: Velocities, written: NDArray[np.integer]) -> bool:
    """Return whether a performance `(n,)` can have the mean of the written velocities `(n,)`."""
    return not len(written) or abs(mean_with_room(velocity, float(written.mean())) - float(written.mean())) < 1


def _with_spread(values: Velocities, wanted: float, at_most: float) -> Velocities:
    """Return values about 0 whose standard deviation is the wanted one, or those multiplied by `at_most`."""
    centred = values - values.mean()
    spread = float(centred.std())
    return np.asarray(centred * min(wanted / spread, at_most) if spread > 0 else centred)


def _bounds(level: NDArray[np.floating]) -> Velocities:
    """Return the softest and the loudest velocity that the style plays on these notes, leaving out the rarest."""
    reached = np.cumsum(level.mean(axis=0, dtype=np.float64))
    reached /= max(float(reached[-1]), 1e-12)
    return np.clip(np.searchsorted(reached, (SOFTEST, LOUDEST)).astype(np.float64), 1.0, VALUES - 1.0)
