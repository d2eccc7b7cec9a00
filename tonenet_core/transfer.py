"""Performance -> Performance in another style: a model run, and what is laid on the notes afterwards.

`interpret` runs the model once; `apply` then answers at once to strength and accents. `transfer` is both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.errors import ToneNetError
from tonenet_core.models.base import StyleModel
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress, no_progress, part

STRONGEST = 1.5


@dataclass(frozen=True, eq=False)
class Interpretation:
    """What a model makes of a piece: everything that strength and accents need. Small, and can be pickled.

    Attributes:
        style: the target.
        source_style: what the piece was taken to be played in.
        median: `(n,)` float32, 1..127, the target style's own velocity for each note, whatever the source's velocities
            (the write-up's superimposition).
        transported: `(n,)` float32, the same with the player's accents: how far each note was from what the source
            style does there, laid on what the target style does. May leave 1..127; `apply` clips.
    """

    style: str
    source_style: str
    median: NDArray[np.float32]
    transported: NDArray[np.float32]


def interpret(
    performance: Performance,
    model: StyleModel,
    style: str,
    *,
    source_style: str | None = None,
    progress: Progress = no_progress,
) -> Interpretation:
    """Run a model over a piece.

    Args:
        performance: the piece; only its velocities will change.
        model: see `checkpoint.load`.
        style: one of the model's styles.
        source_style: the style it is played in; None: the one whose velocities for these notes come nearest to the
            player's, loudness apart.
        progress: see `Progress`.

    Raises:
        ToneNetError: if the model has no such style.
        Cancelled: if `progress` asks to stop.
    """
    for name in (style, source_style):
        if name is not None and name not in model.styles:
            raise ToneNetError(f"The model has no style {name!r}; it plays {', '.join(model.styles)}.")
    needed = [style] if source_style == style else [style, source_style] if source_style else list(model.styles)
    predicted = {}
    for index, each in enumerate(needed):
        predicted[each] = model.predict(performance, each, part(progress, index, len(needed)))
    played = performance.velocities.astype(np.float32)
    source = source_style or min(needed, key=lambda each: _unlikeness(played, predicted[each]))
    flat = len(played) == 0 or np.ptp(played) == 0  # step-entered or notation export: it has no accents to keep
    accents = np.float32(0) if flat else played - predicted[source]
    return Interpretation(style, source, predicted[style], predicted[style] + accents)


def _unlikeness(played: NDArray[np.float32], predicted: NDArray[np.float32]) -> float:
    """Return the mean absolute difference once the difference in loudness is taken out."""
    difference = played - predicted
    return float(np.mean(np.abs(difference - np.median(difference)))) if len(difference) else 0.0


def apply(
    performance: Performance, interpretation: Interpretation, strength: float = 1.0, accents: float = 0.0
) -> Performance:
    """Lay an interpretation's velocities on the notes.

    Args:
        performance: the piece that was interpreted.
        interpretation: made from it by `interpret`.
        strength: 0..1.5; 0 is the original, bit for bit; 1 the style.
        accents: 0..1; 0 is the style's own median for each note, 1 keeps the player's accents.

    Raises:
        ValueError: if strength or accents are out of range.
    """
    if not 0 <= strength <= STRONGEST:
        raise ValueError(f"strength must be 0..{STRONGEST}, not {strength}")
    if not 0 <= accents <= 1:
        raise ValueError(f"accents must be 0..1, not {accents}")
    target = interpretation.median + accents * (interpretation.transported - interpretation.median)
    played = performance.velocities.astype(np.float64)
    return performance.with_velocities(played + strength * (target - played))


def transfer(
    performance: Performance,
    model: StyleModel,
    style: str,
    *,
    source_style: str | None = None,
    strength: float = 1.0,
    accents: float | None = None,
    progress: Progress = no_progress,
) -> Performance:
    """Return the piece with the velocities of another style; everything else of it stays as it was.

    Args and errors: as in `interpret` and `apply`; accents None is the model's own default.
    """
    interpretation = interpret(performance, model, style, source_style=source_style, progress=progress)
    return apply(performance, interpretation, strength, model.default_accents if accents is None else accents)
