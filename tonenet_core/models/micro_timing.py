"""Micro-timing of a style: the output of a model of it, and what is played of that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tonenet_core.encoding.rhythm import PLACES
from tonenet_core.performance import Piece
from tonenet_core.progress import Progress, no_progress

Values = NDArray[np.float64]

LARGEST = 0.2  # beats; who is farther away from a written place plays another rhythm


@dataclass(frozen=True, eq=False)
class MicroTiming:
    """By how many beats a style's players are away from the written places, each beat's own length taken as one.

    Attributes:
        place: `(o,)` int64, where notes are written, ascending, in steps of 1 / 48 beat from the first beat.
        middle: `(o,)`, how much later than there they are expected; 0 on the beats.
        spread: `(o,)`, standard deviations of what players do about it; 0 on the beats.
    """

    place: NDArray[np.int64]
    middle: Values
    spread: Values

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
