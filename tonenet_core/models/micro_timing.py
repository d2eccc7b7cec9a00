"""Micro-timing of a style: the output of a model of it, and what is played of that.

A tempo curve and what is inside its beats say how long each inter-onset interval lasts; a model that expects the
intervals themselves agrees with players more closely from onset to onset, and less in each of those two. Their mean
has the best of both (`meet_halfway`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tonenet_core.encoding.rhythm import PLACES
from tonenet_core.models.tempo import TempoCurve
from tonenet_core.performance import Piece
from tonenet_core.progress import Progress, no_progress
from tonenet_core.timing.tempo import seconds_at

Values = NDArray[np.float64]

LARGEST = 0.2  # beats; who is farther away from a written place plays another rhythm
LONGEST_IOI = 4 * PLACES  # a longer interval is a pause


@dataclass(frozen=True, eq=False)
class MicroTiming:
    """By how many beats a style's players are away from the written places, each beat's own length taken as one.

    Attributes:
        place: `(o,)` int64, where notes are written, ascending, in steps of 1 / 48 beat from the first beat.
        middle: `(o,)`, how much later than there they are expected; 0 on the beats.
        spread: `(o,)`, standard deviations of what players do about it; 0 on the beats.
        log_ioi: `(o,)`, log of the seconds that a beat of the interval to the next place takes, but for a constant of
            the piece; NaN where nothing is expected of it.
    """

    place: NDArray[np.int64]
    middle: Values
    spread: Values
    log_ioi: Values

    @property
    def is_inside(self) -> NDArray[np.bool_]:
        """Whether each place is between two beats, `(o,)`."""
        return np.asarray(self.place % PLACES > 0)

    def played(self, scores: Values, share: float) -> Values:
        """Return by how many beats each place is played later, `(o,)`.

        Args:
            scores: normal scores, one for each place inside the beats.
            share: of the spread that is played.
        """
        away = self.middle.copy()
        away[self.is_inside] += share * self.spread[self.is_inside] * scores
        return np.clip(away, -LARGEST, LARGEST)


def meet_halfway(curve: TempoCurve, inside: MicroTiming) -> tuple[TempoCurve, MicroTiming]:
    """Return the tempo and the micro-timing whose inter-onset intervals lie between their own and `inside.log_ioi`.

    Args:
        curve: of a page's beats.
        inside: of its places.
    """
    beats, written = len(curve.middle), np.diff(inside.place) / PLACES
    if not beats or not len(written):
        return curve, inside
    times = np.concatenate([[0.0], np.cumsum(np.exp(curve.middle))])
    struck = np.maximum.accumulate(inside.place / PLACES + inside.middle)
    own_sec = seconds_at(times, struck)
    lasts = np.diff(own_sec)
    known = np.isfinite(inside.log_ioi[:-1]) & (np.diff(inside.place) <= LONGEST_IOI) & (lasts > 0)
    if not known.any():
        return curve, inside
    change = np.zeros(len(lasts))
    change[known] = inside.log_ioi[:-1][known] - np.log(lasts[known] / written[known])
    change[known] = (change[known] - change[known].mean()) / 2
    made_sec = own_sec[0] + np.concatenate([[0.0], np.cumsum(lasts * np.exp(change))])
    begin, end = min(times[0], own_sec[0]) - 1.0, max(times[-1], own_sec[-1]) + 1.0  # beyond the places all go along
    known_sec = np.concatenate([[begin], own_sec, [end]])
    moved_sec = np.concatenate([[begin], made_sec, [made_sec[-1] + end - own_sec[-1]]])
    moved = np.interp(times, known_sec, moved_sec)
    middle = np.log(np.diff(moved))
    late = np.interp(made_sec, moved, np.arange(beats + 1.0)) - inside.place / PLACES
    within = inside.is_inside & (inside.place < beats * PLACES)
    return replace(curve, middle=middle - middle.mean() + curve.middle.mean()), replace(
        inside, middle=np.where(within, late, inside.middle)
    )


@runtime_checkable
class MicroTimingModel(Protocol):
    """A model of where inside the beat the players of a style strike what is written."""

    styles: tuple[str, ...]

    def micro_timing(self, piece: Piece, style: str, progress: Progress = no_progress) -> MicroTiming:
        """Return a style's micro-timing for the notes of a metered piece, whatever its own.

        Raises:
            KeyError: if the model has no such style.
            Cancelled: if `progress` asks to stop.
        """
        ...

    def residuals(self, style: str) -> NDArray[np.float64]:
        """Return how players' deviations hang together along a piece: see `quantiles.autoregression`."""
        ...
