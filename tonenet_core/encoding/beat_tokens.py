"""Notes as tokens, beat by beat: for each its place in the beat, its pitch and its length; and an end for each beat.

A metered piece has twelve steps a beat, which keep swing; a free recording has beats of half a second in four steps of
125 ms (see `harmony.borders`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STEPS = 12
"""Steps of a beat."""
FREE_STEPS = 3
"""Of these, between two places where the notes of a free recording stand."""
END = STEPS
"""Place of the token that ends a beat."""
LENGTHS = np.array([1, 2, 3, 4, 6, 8, 9, 12, 18, 24, 36, 48, 96])
"""Lengths of notes in steps."""
UNKNOWN_LENGTH = -1

Steps = NDArray[np.int64]
Notes = NDArray[np.void]


@dataclass(frozen=True, eq=False)
class Tokens:
    """Tokens of a piece or of a part of it, `(n,)` each, beat by beat, in a beat by place and pitch.

    Attributes:
        beat: rising; each beat ends with a token of its own.
        place: 0..11, or `END`.
        pitch: 21..108; 0 at the end of a beat.
        length: index of `LENGTHS`, or `UNKNOWN_LENGTH`.
    """

    beat: NDArray[np.int32]
    place: NDArray[np.uint8]
    pitch: NDArray[np.uint8]
    length: NDArray[np.int8]

    @property
    def nbytes(self) -> int:
        """Memory that they take."""
        return self.beat.nbytes + self.place.nbytes + self.pitch.nbytes + self.length.nbytes


def nearest_steps(borders_sec: NDArray[np.float64], seconds: NDArray[np.float64], *, metered: bool) -> Steps:
    """Return the step nearest to each time, 0 to 12 b, of beats with these borders, `(b + 1,)`."""
    unit = 1 if metered else FREE_STEPS
    beats = np.interp(seconds, borders_sec, np.arange(len(borders_sec)))
    return np.asarray(np.rint(beats * STEPS / unit).astype(np.int64) * unit)


def encode_notes(start: Steps, end: Steps, pitch: Steps, beats: int, *, lengths: bool = True) -> Tokens:
    """Return notes as tokens; of those of one pitch and step, one is left.

    Args:
        start: `(n,)`, the step of each note, 0 to 12 `beats` - 1.
        end: `(n,)`, the step that it ends at.
        pitch: `(n,)`.
        beats: number of beats.
        lengths: whether the lengths are known.
    """
    cells, first = np.unique(start * 128 + pitch, return_index=True)  # in the order of step, then pitch
    length = np.full(len(first), UNKNOWN_LENGTH)
    if lengths:
        length = nearest_length(np.maximum(end - start, 1)[first])
    beat = np.concatenate([cells // 128 // STEPS, np.arange(beats)])
    place = np.concatenate([cells // 128 % STEPS, np.full(beats, END)])
    order = np.lexsort((np.concatenate([cells % 128, np.zeros(beats, np.int64)]), place, beat))
    return Tokens(
        beat[order].astype(np.int32),
        place[order].astype(np.uint8),
        np.concatenate([cells % 128, np.zeros(beats, np.int64)])[order].astype(np.uint8),
        np.concatenate([length, np.full(beats, UNKNOWN_LENGTH)])[order].astype(np.int8),
    )


def nearest_length(steps: Steps) -> NDArray[np.int64]:
    """Return the index in `LENGTHS` of the length with the nearest ratio to each number of steps."""
    middles = np.sqrt(LENGTHS[1:] * LENGTHS[:-1])
    return np.searchsorted(middles, steps)
