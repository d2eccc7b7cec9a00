"""Shapes that velocities are given by hand: louder, wider, level, a straight line, and chords kept in proportion.

All take and return `(n,)` velocities of the notes meant; those returned are whole numbers, 1..127.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

SOFTEST, LOUDEST = 1, 127

Velocities = NDArray[np.uint8]


def rounded(velocities: ArrayLike) -> Velocities:
    """Return velocities as whole numbers, 1..127."""
    return np.clip(np.rint(np.asarray(velocities, np.float64)), SOFTEST, LOUDEST).astype(np.uint8)


def shift(velocities: Velocities, by: float) -> Velocities:
    """Return all of them louder by a number; softer by a negative one."""
    return rounded(velocities.astype(np.float64) + by)


def scale(velocities: Velocities, factor: float) -> Velocities:
    """Return all of them times a factor, so that their proportions stay."""
    return rounded(velocities * factor)


def level(velocities: Velocities) -> Velocities:
    """Return the mean of all for each of them."""
    return compress(velocities, 0.0)


def compress(velocities: Velocities, ratio: float) -> Velocities:
    """Return all of them at `ratio` times their distance from the mean: below 1 closer to it, above 1 further away."""
    if not len(velocities):
        return velocities
    mean = velocities.mean()
    return rounded(mean + ratio * (velocities - mean))


def line(onset_sec: NDArray[np.float64], begin: tuple[float, float], end: tuple[float, float]) -> Velocities:
    """Return the velocities of a straight line at the onsets of notes.

    Args:
        onset_sec: `(n,)`; those beyond an end have its velocity.
        begin: second and velocity of one end.
        end: of the other, which may be the earlier one; of two at one second it alone counts.
    """
    (first, low), (last, high) = sorted([begin, end])
    if first == last:
        return rounded(np.full(len(onset_sec), end[1]))
    return rounded(np.interp(onset_sec, [first, last], [low, high]))


def chords_in_proportion(
    velocities: Velocities, chord: NDArray[np.int64], meant: NDArray[np.intp], wanted: ArrayLike
) -> tuple[NDArray[np.intp], Velocities]:
    """Return the notes of the chords that some notes belong to, and velocities in the proportions that they have.

    The loudest note of a chord gets the loudest that is wanted in it.

    Args:
        velocities: `(n,)`, of all notes, as they are.
        chord: `(n,)`, rising, the number of each note's chord.
        meant: `(m,)`, indices of the notes meant.
        wanted: `(m,)`, their velocities.

    Returns:
        `(k,)`, rising, indices of notes; `(k,)`, their velocities.
    """
    chords, place = np.unique(chord[meant], return_inverse=True)
    target = np.zeros(len(chords))
    np.maximum.at(target, place, np.broadcast_to(np.asarray(wanted, np.float64), meant.shape))
    begin, end = np.searchsorted(chord, chords), np.searchsorted(chord, chords, side="right")
    size = end - begin
    notes = np.repeat(begin - np.append(0, np.cumsum(size)[:-1]), size) + np.arange(size.sum())
    if not len(notes):
        return notes, velocities[notes]
    loudest = np.maximum.reduceat(velocities[notes], np.append(0, np.cumsum(size)[:-1]))
    return notes, rounded(velocities[notes] * np.repeat(target / loudest, size))
