"""Places in a piece that a recording of it is at, sample by sample, on either side."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.playback.mixer import Mixer
from tonenet_core.midi.retime import TimeMap
from tonenet_core.sound.schedule import SAMPLE_RATE

ALIKE = 1e-6
LOCK = 256  # samples that are the same at one place of the piece only
HEARD_SEC = 60  # of each side from its beginning, in which places are looked for

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Lock:
    """One moment of a recording: its sample, the side that is heard (0 for A, 1 for B), and that side's frame."""

    sample: int
    side: int
    frame: int


def renderings(mixer: Mixer) -> list[Samples]:
    """Return the first minute of A and B, as far as it was rendered."""
    sides = [np.empty((HEARD_SEC * SAMPLE_RATE, 2), np.float32) for _ in range(2)]
    for samples, name in zip(sides, ("original", "styled"), strict=True):
        dict(mixer.sides)[name].read(0, samples)
    return sides


def find_lock(samples: Samples, begin: int, sides: list[Samples]) -> Lock | None:
    """Return where the piece is at a sample of a recording, or None in silence and in a fade."""
    wanted = samples[begin : begin + LOCK]
    if len(wanted) < LOCK or np.abs(wanted[0]).max() < 1e-3:
        return None
    for number, side in enumerate(sides):
        for frame in np.flatnonzero(np.abs(side[:-LOCK, 0] - wanted[0, 0]) < ALIKE):
            if np.abs(side[frame : frame + LOCK] - wanted).max() < ALIKE:
                return Lock(begin, number, int(frame))
    return None


def switch_errors_ms(samples: Samples, locks: list[Lock], sides: list[Samples], time_map: TimeMap) -> list[float]:
    """Return how far from the same musical place each switch of sides went on, in milliseconds of the side gone to.

    Args:
        samples: of the recording.
        locks: moments of it, in order.
        sides: the renderings of A and B.
        time_map: of A's seconds to B's.
    """
    errors = []
    for before, after in pairwise(locks):
        if before.side == after.side:
            continue
        length = after.sample - before.sample
        here = sides[before.side][before.frame : before.frame + length]
        differs = np.abs(samples[before.sample : before.sample + len(here)] - here).max(axis=1) > ALIKE
        fade = int(np.flatnonzero(differs)[0])  # where the one side begins to leave
        left, reached = (before.frame + fade) / SAMPLE_RATE, (after.frame - (length - fade)) / SAMPLE_RATE
        there = (time_map if after.side else time_map.inverse).at(left)
        errors.append(abs(reached - there) * 1e3)
    return errors
