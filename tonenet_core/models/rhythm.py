"""Rhythm of a page: the output of a network that reads all of it, and how it joins what trees say of its places."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tonenet_core.models.micro_timing import MicroTiming
from tonenet_core.models.tempo import TempoCurve
from tonenet_core.performance import Piece
from tonenet_core.progress import Progress, no_progress

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PageRhythm:
    """A page's tempo and micro-timing as a style's players are expected to play it.

    Attributes:
        log_period: `(b,)`, of its beats, but for a constant of the piece.
        late: `(o,)`, as `MicroTiming.middle`.
    """

    log_period: Values
    late: Values


@runtime_checkable
class RhythmModel(Protocol):
    """A model of the rhythm in which the players of a style play a page."""

    styles: tuple[str, ...]

    def rhythm(self, piece: Piece, style: str, progress: Progress = no_progress) -> PageRhythm:
        """Return a style's rhythm for the notes of a metered piece, whatever its own.

        Raises:
            KeyError: if the model has no such style.
            Cancelled: if `progress` asks to stop.
        """
        ...


def join(curve: TempoCurve, inside: MicroTiming, other: PageRhythm) -> tuple[TempoCurve, MicroTiming]:
    """Return a tempo and a micro-timing whose expectations are the means of theirs and of another model's."""
    log_period = (curve.middle + other.log_period - np.mean(other.log_period)) / 2
    return replace(curve, middle=log_period), replace(inside, middle=(inside.middle + other.late) / 2)
