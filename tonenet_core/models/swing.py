"""Swing of one style, the model that gives it, and the map from style to style."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

_KNEE = 0.15  # log2 beat-upbeat ratio: how near to its bound a pair is slowed down
_FARTHEST = 5.0  # knees beyond which all is the bound


@dataclass(frozen=True, eq=False)
class StyleSwing:
    """Distribution of a style's log2 beat-upbeat ratios.

    Attributes:
        beats_a_minute: `(t,)`, ascending.
        mean: `(t,)`, of pieces at these tempos.
        spread: standard deviation of the pieces' medians about it.
        residual: standard deviation of the pairs about their piece's median.
    """

    beats_a_minute: Values
    mean: Values
    spread: float
    residual: float

    def mean_at(self, period_sec: Values) -> Values:
        """Return the style's mean at beats of these lengths."""
        return np.interp(-np.log(period_sec), np.log(self.beats_a_minute / 60), self.mean)


@runtime_checkable
class SwingModel(Protocol):
    """A model of how unequal a style's eighths are."""

    styles: tuple[str, ...]

    def swing(self, style: str) -> StyleSwing:
        """Return a style's swing.

        Raises:
            KeyError: if the model has no such style.
        """
        ...


def carry_swing(
    source: StyleSwing,
    target: StyleSwing,
    period_sec: Values,
    log2_bur: Values,
    *,
    bounds: tuple[Values, Values],
    middle: float | None = None,
) -> Values:
    """Return a piece's log2 beat-upbeat ratios in the target style, `(p,)`, within their bounds.

    Args:
        source: of the style that the piece is played in.
        target: of the style that it is to be played in.
        period_sec: `(p,)`, of the pairs' beats.
        log2_bur: `(p,)`, as played.
        bounds: `(p,)` each, the least and the greatest ratio of each pair (`timing.swing.Swing`).
        middle: that the piece is to have; None: as far from the target's usual one as it was from the source's.
    """
    if not len(log2_bur):
        return log2_bur
    deviation = _unbounded(log2_bur, *bounds) - source.mean_at(period_sec)
    own = float(np.median(deviation))
    residual = (deviation - own) * (target.residual / source.residual)
    usual = target.mean_at(period_sec)
    if middle is not None:
        made = middle + residual + usual - np.median(usual)
    else:
        made = usual + own * (target.spread / source.spread) + residual
    return _bounded(made, *bounds)


def _bounded(values: Values, lowest: Values, highest: Values) -> Values:
    """Return values, of which those near a bound approach it instead of being clipped there: so they come back."""
    knee = _knee(lowest, highest)
    above, below = (np.clip(each / knee, 0, _FARTHEST) for each in (values - highest + knee, lowest + knee - values))
    made = np.clip(values, lowest + knee, highest - knee)
    return np.asarray(made - knee * np.expm1(-above) + knee * np.expm1(-below))


def _unbounded(values: Values, lowest: Values, highest: Values) -> Values:
    """Return the inverse of `_bounded`."""
    knee = _knee(lowest, highest)
    nearest = np.exp(-_FARTHEST)
    above, below = (-np.log(np.clip(each / knee, nearest, 1)) for each in (highest - values, values - lowest))
    return np.asarray(np.clip(values, lowest + knee, highest - knee) + knee * (above - below))


def _knee(lowest: Values, highest: Values) -> Values:
    return np.asarray(np.minimum(_KNEE, (highest - lowest) / 3) + 1e-9)
