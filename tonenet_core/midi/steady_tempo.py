"""The steady tempo of onsets that a machine placed, found in their seconds alone.

The same notes at the same seconds can be written on any tempo grid: a sequencer that exports through a host at another
tempo, or a file whose tempo event was lost, has ticks that mean nothing although the music stands exactly on beats. No
human plays so exactly: a tempo is only returned where nearly all onsets stand within a few milliseconds of one grid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SLOWEST, FASTEST = 72.0, 144.0  # beats a minute: one octave, so that each grid has one tempo
PLACES = (4, 3, 6)  # grid steps to a beat, tried in this order before they are doubled or halved
NEAR_SEC = 0.004
LEAST_ON_GRID = 0.97  # share of the onsets
FEWEST = 16  # onsets
FIRST_FIT = 16  # onsets of the first fit; each further one has twice as many, so that no step is miscounted


@dataclass(frozen=True)
class SteadyTempo:
    """A beat's length, and the moment of the first one, in seconds."""

    beat_sec: float
    first_sec: float

    def beats_sec(self, end_sec: float) -> NDArray[np.float64]:
        """Return the beats from the first to the one at or after `end_sec`."""
        count = int(np.ceil((end_sec - self.first_sec) / self.beat_sec - 1e-6))
        return self.first_sec + self.beat_sec * np.arange(max(count, 1) + 1, dtype=np.float64)


def find_steady_tempo(onset_sec: NDArray[np.float64]) -> SteadyTempo | None:
    """Return the tempo of onsets, `(n,)` ascending, in seconds; None for what a human played."""
    onsets = onset_sec[np.diff(onset_sec, prepend=-1.0) > NEAR_SEC]
    if len(onsets) < FEWEST:
        return None
    shortest = float(np.quantile(np.diff(onsets), 0.02))
    for divisor in (1, 2, 3, 4, 6):
        if shortest / divisor < 6 * NEAR_SEC:
            break
        fit = _fit_grid(onsets, shortest / divisor)
        if fit is not None:
            step, first_sec = fit
            return SteadyTempo(_beat_of(step), first_sec)
    return None


def _fit_grid(onsets: NDArray[np.float64], step: float) -> tuple[float, float] | None:
    """Return the step and the first place of a grid on which nearly all onsets stand, by least squares."""
    first, size = float(onsets[0]), FIRST_FIT
    while True:
        part = onsets[:size]
        count = np.rint((part - first) / step)
        step, first = (float(value) for value in np.polyfit(count, part, 1))
        is_near = np.abs(part - first - step * count) < NEAR_SEC
        if np.mean(is_near) < LEAST_ON_GRID:
            return None
        if size >= len(onsets):
            return step, first
        size *= 2


def _beat_of(step: float) -> float:
    """Return the beat that a grid of steps belongs to, within the octave of tempos."""
    for places in PLACES:
        beat = step * places
        beat *= 2.0 ** np.ceil(np.log2(60 / FASTEST / beat) - 1e-9)
        if beat <= 60 / SLOWEST + 1e-9:
            return float(beat)
    raise AssertionError("an octave holds one of each beat's doublings")
