"""Tempo of a style: the output of a tempo model, and the curve that is played."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

LARGEST = 0.6  # change of a beat's log period: no player is farther from a piece's tempo but at its end


@dataclass(frozen=True, eq=False)
class TempoCurve:
    """Log periods of a piece's beats, about those of its middle, as a style would have them.

    Attributes:
        middle: `(b,)`, the expected ones.
        spread: `(b,)`, standard deviations of what players do about them.
    """

    middle: Values
    spread: Values

    def played(self, scores: Values, share: float) -> Values:
        """Return the log periods, `(b,)`, of a performance, as long as the piece at one tempo.

        Args:
            scores: `(b,)` normal scores.
            share: of the spread that is played.
        """
        curve = np.clip(self.middle + share * self.spread * scores, -LARGEST, LARGEST)
        return np.asarray(curve - np.log(np.mean(np.exp(curve)))) if len(curve) else curve
