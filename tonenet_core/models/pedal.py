"""Distributions of pedalling, and the model of the sustain pedal that gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.quantiles import VALUES
from tonenet_core.models.touch import Scale
from tonenet_core.performance import Piece
from tonenet_core.progress import Progress, no_progress

Values = NDArray[np.float64]

PRESS = Scale("press", -0.05, 0.768 / VALUES)
"""Seconds from a cluster to the press that follows it."""
LIFT = Scale("lift", -0.05, 0.768 / VALUES)
"""Seconds from a cluster to the lift that follows it."""


@dataclass(frozen=True, eq=False)
class PedalDistribution:
    """The distributions of a style's pedalling at each cluster of a piece.

    Attributes:
        down: `(c,)`, log-odds that the pedal is down at the end of a cluster's span (`timing.pedal_states`).
        change: `(c,)`, log-odds that a pedal that is down there was pressed within the span, not held.
        press: `(c, 128)` float16, probability of each step of `PRESS`.
        lift: `(c, 128)` float16, probability of each step of `LIFT`.
    """

    down: Values
    change: Values
    press: NDArray[np.float16]
    lift: NDArray[np.float16]


@runtime_checkable
class PedalModel(Protocol):
    """A model of a style's pedalling."""

    styles: tuple[str, ...]

    def pedalling(
        self, piece: Piece, style: str, *, page: bool = False, progress: Progress = no_progress
    ) -> PedalDistribution:
        """Return the style's distributions of pedalling at each cluster of a piece, whatever its pedal.

        Args and errors: as in `base.TouchModel.touch`.
        """
        ...

    def residuals(self, style: str) -> NDArray[np.float64]:
        """Return how residuals of down, change and lag hang together, `(3, order + 1)`: see `autoregression`."""
        ...
