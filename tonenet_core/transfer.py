"""Performance -> Performance in another style: a model run, and what is laid on the notes afterwards.

`interpret` runs the model once; `apply` then answers at once to strength and accents. `transfer` is both.

A model that knows distributions carries the player's accents over by quantile transport (`quantiles.py`); of one that
knows only a middle velocity, the player's deviations from it are added to the target's. A piece without dynamics has
no accents: the first kind performs it, with residuals that hang together like a player's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.quantiles import coherent_scores, from_normal, log_likelihood, steps, velocity_at
from tonenet_core.errors import CheckpointError, ToneNetError
from tonenet_core.models.base import AttentiveModel, Distribution, DistributionModel, StyleModel, carry
from tonenet_core.performance import Performance, Piece
from tonenet_core.progress import Progress, no_progress, part

STRONGEST = 1.5

T = TypeVar("T")


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
        notices: sentences for the user on how it was made.
        attention: `(n, 2 D + 1)` uint8, what a model with attention looked at for each note: row t has the weights of
            notes t - D..t + D in 255ths. None of any other model.
    """

    style: str
    source_style: str
    median: NDArray[np.float32]
    transported: NDArray[np.float32]
    notices: tuple[str, ...] = ()
    attention: NDArray[np.uint8] | None = None


def interpret(
    piece: Piece,
    model: StyleModel,
    style: str,
    *,
    source_style: str | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> Interpretation:
    """Run a model over a piece.

    Args:
        piece: the piece.
        model: see `checkpoint.load`. Where a GPU's memory is full, it is moved to the CPU, and stays there.
        style: one of the model's styles.
        source_style: the style it is played in; None: of the styles other than the target, the one that tells best how
            the player shaped these notes, loudness apart. Who asks for a style wants to hear it: that a piece is in
            the target style already, and so stays as it is, has to be said.
        seed: of the performance of a piece without dynamics; without effect on any other.
        progress: see `Progress`.

    Raises:
        ToneNetError: if the model has no such style.
        CheckpointError: if the model answers with what are no numbers.
        Cancelled: if `progress` asks to stop.
    """
    try:
        interpretation = _interpreted(piece, model, style, source_style, seed=seed, progress=progress)
    except RuntimeError as error:
        from tonenet_core.compute.devices import fall_back, is_full

        if not is_full(error):
            raise
        fall_back(model)
        interpretation = _interpreted(piece, model, style, source_style, seed=seed, progress=progress)
    interpretation = replace(interpretation, notices=getattr(model, "notices", ()))
    if not (np.isfinite(interpretation.median).all() and np.isfinite(interpretation.transported).all()):
        raise CheckpointError("The model gives no velocities for this piece; its checkpoint must be damaged.")
    return interpretation


def _interpreted(
    piece: Piece, model: StyleModel, style: str, source_style: str | None, *, seed: int, progress: Progress
) -> Interpretation:
    for name in (style, source_style):
        if name is not None and name not in model.styles:
            raise ToneNetError(
                "The model has no style {name}; it plays {styles}.", name=repr(name), styles=", ".join(model.styles)
            )
    needed = list(dict.fromkeys([style, source_style])) if source_style is not None else list(model.styles)
    if isinstance(model, AttentiveModel):
        attended = _of_each(needed, model.attend, piece, progress)
        interpretation = _by_addition(piece, {each: said for each, (said, _) in attended.items()}, style, source_style)
        return replace(interpretation, attention=np.rint(attended[style][1].astype(np.float32) * 255).astype(np.uint8))
    if not isinstance(model, DistributionModel):
        predicted = _of_each(needed, model.predict, piece, progress)
        return _by_addition(piece, predicted, style, source_style)
    said = _of_each(needed, model.distribution, piece, progress)
    if has_dynamics(piece):
        return _by_transport(piece, said, style, source_style)
    scores = coherent_scores(len(piece.notes), model.residuals(style), seed)
    return _performed(said[style], scores, style, source_style or style)


def _of_each(
    styles: Sequence[str], run: Callable[[Piece, str, Progress], T], piece: Piece, progress: Progress
) -> dict[str, T]:
    """Run a model once for each style."""
    return {style: run(piece, style, part(progress, index, len(styles))) for index, style in enumerate(styles)}


def has_dynamics(piece: Piece) -> bool:
    """Return whether the velocities differ: False for what was step-entered or exported from notation."""
    return len(piece.notes) > 0 and bool(np.ptp(piece.notes["velocity"]) > 0)


def _by_transport(piece: Piece, said: dict[str, Distribution], style: str, source_style: str | None) -> Interpretation:
    """Carry the player's quantiles from the source style to the target; within one style nothing changes."""
    played = piece.notes["velocity"].astype(np.float64)
    others = [each for each in said if each != style]
    source = source_style or max(others, key=lambda each: log_likelihood(said[each].shape, played), default=style)
    carried = played if source == style else carry(said[source], said[style], played)
    return Interpretation(style, source, said[style].median(), carried.astype(np.float32))


def _performed(said: Distribution, scores: NDArray[np.float64], style: str, source: str) -> Interpretation:
    """Play a piece without dynamics: the style's median, and residuals drawn along the whole piece."""
    target, median = steps(said.shape), said.median()
    residual = velocity_at(target, from_normal(scores)) - velocity_at(target, 0.5)
    return Interpretation(style, source, median, median + residual.astype(np.float32))


def _by_addition(
    piece: Piece, predicted: dict[str, NDArray[np.float32]], style: str, source_style: str | None
) -> Interpretation:
    played = piece.notes["velocity"].astype(np.float32)
    others = [each for each in predicted if each != style]
    source = source_style or min(others, key=lambda each: _unlikeness(played, predicted[each]), default=style)
    accents = played - predicted[source] if has_dynamics(piece) else np.float32(0)
    return Interpretation(style, source, predicted[style], predicted[style] + accents)


def _unlikeness(played: NDArray[np.float32], predicted: NDArray[np.float32]) -> float:
    """Return the mean absolute difference once the difference in loudness is taken out."""
    difference = played - predicted
    return float(np.mean(np.abs(difference - np.median(difference)))) if len(difference) else 0.0


def apply(
    performance: Performance, interpretation: Interpretation, strength: float = 1.0, accents: float = 0.0
) -> Performance:
    """Return the piece with an interpretation's velocities, whole and 1..127; args and errors as in `velocities`."""
    return performance.with_velocities(velocities(performance, interpretation, strength, accents))


def velocities(
    piece: Piece, interpretation: Interpretation, strength: float = 1.0, accents: float = 0.0
) -> NDArray[np.float64]:
    """Return the velocities `(n,)` that an interpretation gives the notes, as real numbers; they may leave 1..127.

    Args:
        piece: the piece that was interpreted.
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
    played = piece.notes["velocity"].astype(np.float64)
    return played + strength * (target - played)


def transfer(
    performance: Performance,
    model: StyleModel,
    style: str,
    *,
    source_style: str | None = None,
    strength: float = 1.0,
    accents: float | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> Performance:
    """Return the piece with the velocities of another style; everything else of it stays as it was.

    Args and errors: as in `interpret` and `apply`; accents None is the model's own default.
    """
    interpretation = interpret(performance, model, style, source_style=source_style, seed=seed, progress=progress)
    return apply(performance, interpretation, strength, model.default_accents if accents is None else accents)
