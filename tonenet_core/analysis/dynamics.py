"""The dynamics of a piece: whether its velocities were played, or only written.

A page that was step-entered or exported from notation has one velocity, or a few of them: plateaus for piano and forte,
an accent on the beat, a softer left hand. Such velocities are part of the score and say nothing of how a player would
shape the notes. A "humanised" page has small random velocities, which say nothing either. Both are to be performed;
only what a player did can be carried over into another style.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.velocity_metrics import pearson

Dynamics = Literal["played", "written", "random"]
Velocities = NDArray[np.integer] | NDArray[np.floating]

# Measured on 141 pieces of six training sets. Captured and transcribed pieces have 55 velocities or more, none of them
# on more than a third of the notes, and a fifth of the notes as loud as the one before; sequenced ones 26, a quarter
# and a half.
FEW_VALUES = 6
LARGEST_SHARE = 0.5
MOST_REPEATS = 0.65
# The least that any of them has: a standard deviation of 8.5, with a correlation of .16 with one of the styles.
NARROWEST = 8.0
LEAST_CORRELATION = 0.2
FEWEST = 24  # notes; a correlation over fewer is chance
_HALVINGS = 40


def classify_dynamics(velocity: Velocities, expected: Sequence[NDArray[np.floating]] = ()) -> Dynamics:
    """Return where a piece's velocities come from: a player, a page, or a random number.

    Args:
        velocity: `(n,)`, 1..127, in the order of onsets.
        expected: what styles would do with these notes, `(n,)` each; without any, nothing is taken for random.

    Returns:
        "written" where few values, one value or long plateaus make up the piece (or there are no notes); "random" where
        the velocities differ a little and no style would do anything like it; otherwise "played".
    """
    values, counts = np.unique(velocity, return_counts=True)
    count = len(velocity)
    if len(values) < 2:
        return "written"
    repeats = float(np.mean(velocity[1:] == velocity[:-1]))
    is_few = len(values) <= FEW_VALUES and count >= 3 * len(values)
    if is_few or (count >= FEWEST and (counts.max() / count >= LARGEST_SHARE or repeats >= MOST_REPEATS)):
        return "written"
    if is_narrow(velocity) and expected:
        played = np.asarray(velocity, np.float64)
        if max(pearson(played, np.asarray(each, np.float64)) for each in expected) < LEAST_CORRELATION:
            return "random"
    return "played"


def is_surely_performed(velocity: Velocities, perform: str) -> bool:
    """Return whether a piece will be performed, as far as can be known before a model has run over it.

    Args:
        velocity: `(n,)`, 1..127, in the order of onsets.
        perform: see `transfer.Perform`.
    """
    return perform == "yes" or (perform == "auto" and classify_dynamics(velocity) == "written")


def is_narrow(velocity: Velocities) -> bool:
    """Return whether velocities `(n,)` differ so little that they may be random, which only a model can tell."""
    return len(velocity) >= FEWEST and float(np.std(velocity)) < NARROWEST


def add_written_dynamics(shape: NDArray[np.float64], velocity: Velocities) -> NDArray[np.float64]:
    """Return a performance's relative velocities `(n,)` with the levels and accents that a page has written.

    Where the performer does already, more weakly or more strongly, what is written (the melody above its
    accompaniment), the larger of the two counts, not the sum.

    Args:
        shape: `(n,)`, how much louder than the piece each note is played, mean 0.
        velocity: `(n,)`, the written velocities.
    """
    written = np.asarray(velocity, np.float64)
    written = written - written.mean()
    power = float(written @ written)
    if power == 0.0:
        return shape
    shared = np.clip(float(shape @ written) / power, 0.0, 1.0)
    return np.asarray(shape + (1.0 - shared) * written)


def shift_to_mean(velocity: NDArray[np.float64], mean: float) -> NDArray[np.float64]:
    """Return velocities `(n,)` shifted by one amount, so that their mean is `mean` once they are cut to 1..127.

    What is cut off at one end is made up for by the notes that are not; the shift is found by halving.

    Args:
        velocity: any real numbers.
        mean: 1..127.
    """
    if not len(velocity):
        return velocity
    low, high = 1 - float(velocity.max()), 127 - float(velocity.min())
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if np.clip(velocity + middle, 1, 127).mean() < mean:
            low = middle
        else:
            high = middle
    return velocity + (low + high) / 2
