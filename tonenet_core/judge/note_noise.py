"""Notes that nobody would write: what the judge of notes calls neither, and the controls of covers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.performance import HIGHEST_PITCH, LOWEST_PITCH

SEMITONE, FAR, PERMUTED = "moved by a semitone", "moved by up to six", "permuted"
CONTROLS = (SEMITONE, FAR, PERMUTED)
FARTHEST = 6  # semitones

Pitches = NDArray[np.int64]


def spoil(pitch: Pitches, control: str, rng: np.random.Generator, share: float = 1.0) -> Pitches:
    """Return pitches, `(n,)`, of which a share was moved by a semitone, by one to six, or given to other notes.

    Args:
        pitch: 21..108, and so is what comes back.
        control: one of `CONTROLS`.
        rng: draws them.
        share: 0..1, of the notes.
    """
    chosen = np.flatnonzero(rng.random(len(pitch)) < share)
    spoilt = pitch.copy()
    if control == PERMUTED:
        spoilt[chosen] = pitch[rng.permutation(chosen)]
        return spoilt
    steps = rng.integers(1, FARTHEST + 1, len(chosen)) if control == FAR else 1
    moved = pitch[chosen] + steps * rng.choice((-1, 1), len(chosen))
    inside = (moved >= LOWEST_PITCH) & (moved <= HIGHEST_PITCH)
    spoilt[chosen] = np.where(inside, moved, 2 * pitch[chosen] - moved)
    return spoilt


def spoilt_notes(notes: NDArray[np.void], control: str, seed: int) -> NDArray[np.void]:
    """Return notes all of whose pitches went through `spoil`; in the order of onset, then pitch."""
    other = notes.copy()
    other["pitch"] = spoil(notes["pitch"].astype(np.int64), control, np.random.default_rng(seed))
    return other[np.lexsort((other["pitch"], other["onset_sec"]))]
