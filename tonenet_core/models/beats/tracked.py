"""Beats that were tracked, and the model that tracks them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tonenet_core.performance import Piece
from tonenet_core.progress import Progress, no_progress


@dataclass(frozen=True, eq=False)
class TrackedBeats:
    """Beats of a recording.

    Attributes:
        time_sec: `(b,)`, ascending; empty where none can be told.
        confidence: F-measure that they are expected to have, 0..1.
    """

    time_sec: NDArray[np.float64]
    confidence: float

    @property
    def beats_a_minute(self) -> float:
        """Mean tempo; NaN for fewer than two beats."""
        span = float(self.time_sec[-1] - self.time_sec[0]) if len(self.time_sec) > 1 else float("nan")
        return 60 * (len(self.time_sec) - 1) / span


@runtime_checkable
class BeatModel(Protocol):
    """A model that finds the beats of a recording without metre."""

    styles: tuple[str, ...]

    def track(self, piece: Piece, progress: Progress = no_progress) -> TrackedBeats:
        """Return the beats of a piece by its notes alone, whatever beats are known of it.

        Raises:
            Cancelled: if `progress` asks to stop.
        """
        ...
