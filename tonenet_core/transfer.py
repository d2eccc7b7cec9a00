"""Performance -> Performance in another style.

`interpret` runs the model once; `apply` then sets strength and accents without running it again. `transfer` is both;
`batch.transfer_file` also reads and writes the file.

With a model that predicts distributions, the player's accents are carried over by quantile transport
(`analysis.quantiles`). With one that predicts a single velocity, the player's deviations from it are added to the
target's. A piece without dynamics, or with written ones, has no accents: the first kind of model performs it
(`analysis.performing`), and written dynamics stay as level.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.dynamics import classify_dynamics
from tonenet_core.analysis.performing import perform
from tonenet_core.analysis.quantiles import coherent_scores, log_likelihood, shape_spread
from tonenet_core.compute.devices import GPU_FULL, is_full, move_to_cpu, moved_to_cpu
from tonenet_core.errors import CheckpointError, ToneNetError
from tonenet_core.models.base import AttentionModel, DistributionModel, VelocityModel
from tonenet_core.models.distribution import Distribution, carry
from tonenet_core.performance import Performance, Piece
from tonenet_core.progress import Progress, no_progress, part

STRONGEST = 1.5

T = TypeVar("T")


@dataclass(frozen=True)
class TransferOptions:
    """Options of a transfer.

    Attributes:
        style: the style to play in; one of the model's.
        source_style: the style the piece is played in; None: detected, see `interpret`.
        strength: 0..1.5; 0 is the original, bit for bit; 1 the style.
        accents: 0..1, the share of the player's accents that is kept; None: the model's default.
        seed: of the performance of a piece without dynamics.
    """

    style: str
    source_style: str | None = None
    strength: float = 1.0
    accents: float | None = None
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Interpretation:
    """Result of a model run on a piece: everything that strength and accents need. Small, and can be pickled.

    Attributes:
        style: the target style.
        source_style: the style that the piece was taken to be played in.
        median: `(n,)` float32, 1..127, the target style's own velocity for each note, whatever the source's velocities
            (the write-up's superimposition).
        transported: `(n,)` float32, the same with the player's accents: each note's deviation from the source style,
            added to the target style. May leave 1..127; `apply` clips.
        notices: sentences for the user on how it was made.
        attention: `(n, 2 D + 1)` uint8, the weights of a model with attention in 255ths: row t has those of notes
            t - D..t + D. None for other models.
        default_accents: 0..1, the accents that the model keeps by default.
        seconds: how long the model ran.
    """

    style: str
    source_style: str
    median: NDArray[np.float32]
    transported: NDArray[np.float32]
    notices: tuple[str, ...] = ()
    attention: NDArray[np.uint8] | None = None
    default_accents: float = 0.0
    seconds: float = 0.0


def interpret(
    piece: Piece,
    model: VelocityModel,
    style: str,
    *,
    source_style: str | None = None,
    seed: int = 0,
    device: str = "cpu",
    progress: Progress = no_progress,
) -> Interpretation:
    """Run a model over a piece.

    Args:
        piece: the piece.
        model: see `checkpoint.load`. If a GPU's memory is full, it is moved to the CPU, and stays there.
        style: one of the model's styles.
        source_style: the style it is played in; None: of the styles other than the target, the one that predicts best
            how the player shaped these notes, loudness apart. The target itself is not considered, since a piece that
            is in the target style already would stay as it is; it has to be named.
        seed: of the performance of a piece without a player's dynamics; without effect on any other.
        device: that the model was loaded for; if that is a GPU and it runs on the CPU instead, `notices` say so.
        progress: see `Progress`.

    Raises:
        ToneNetError: if the model has no such style.
        CheckpointError: if the model's velocities are not finite.
        Cancelled: if `progress` asks to stop.
    """
    began, full = time.monotonic(), False
    try:
        interpretation = _interpret(piece, model, style, source_style, seed=seed, progress=progress)
    except RuntimeError as error:
        full = is_full(error)
        if not full:
            raise
        move_to_cpu(model)
        interpretation = _interpret(piece, model, style, source_style, seed=seed, progress=progress)
    interpretation = replace(
        interpretation,
        notices=(GPU_FULL,) if full or moved_to_cpu(model, device) else (),
        default_accents=model.default_accents,
        seconds=time.monotonic() - began,
    )
    if not (np.isfinite(interpretation.median).all() and np.isfinite(interpretation.transported).all()):
        raise CheckpointError("The model gives no velocities for this piece; its checkpoint must be damaged.")
    return interpretation


def _interpret(
    piece: Piece, model: VelocityModel, style: str, source_style: str | None, *, seed: int, progress: Progress
) -> Interpretation:
    for name in (style, source_style):
        if name is not None and name not in model.styles:
            raise ToneNetError(
                "The model has no style {name}; it plays {styles}.", name=repr(name), styles=", ".join(model.styles)
            )
    needed = list(dict.fromkeys([style, source_style])) if source_style is not None else list(model.styles)
    if isinstance(model, AttentionModel):
        attended = _run_for_each(needed, model.attend, piece, progress)
        medians = {each: median for each, (median, _) in attended.items()}
        interpretation = _add_deviations(piece, medians, style, source_style)
        return replace(interpretation, attention=np.rint(attended[style][1].astype(np.float32) * 255).astype(np.uint8))
    if not isinstance(model, DistributionModel):
        predicted = _run_for_each(needed, model.predict, piece, progress)
        return _add_deviations(piece, predicted, style, source_style)
    distributions = _run_for_each(needed, model.distribution, piece, progress)
    if has_dynamics(piece):
        return _transport(piece, distributions, style, source_style)
    scores = coherent_scores(len(piece.notes), model.residuals(style), seed)
    own, written = distributions[style], piece.notes["velocity"] if _varies(piece) else None
    performed = perform(own.shape, own.level, scores, own.width * shape_spread(own.shape), written)
    return Interpretation(style, source_style or style, own.median(), performed.astype(np.float32))


def _run_for_each(
    styles: Sequence[str], run: Callable[[Piece, str, Progress], T], piece: Piece, progress: Progress
) -> dict[str, T]:
    """Run a model once for each style."""
    return {style: run(piece, style, part(progress, index, len(styles))) for index, style in enumerate(styles)}


def has_dynamics(piece: Piece) -> bool:
    """Return whether velocities are a player's: False of what was step-entered or exported from a score.

    That is where all are equal, or where few values or plateaus show that they were written.
    """
    return _varies(piece) and classify_dynamics(piece.notes["velocity"]) == "played"


def _varies(piece: Piece) -> bool:
    return len(piece.notes) > 0 and bool(np.ptp(piece.notes["velocity"]) > 0)


def _transport(
    piece: Piece, distributions: dict[str, Distribution], style: str, source_style: str | None
) -> Interpretation:
    """Carry the player's quantiles from the source style to the target; within one style nothing changes."""
    played = piece.notes["velocity"].astype(np.float64)
    others = [each for each in distributions if each != style]
    source = source_style or max(
        others, key=lambda each: log_likelihood(distributions[each].shape, played), default=style
    )
    carried = played if source == style else carry(distributions[source], distributions[style], played)
    return Interpretation(style, source, distributions[style].median(), carried.astype(np.float32))


def _add_deviations(
    piece: Piece, predicted: dict[str, NDArray[np.float32]], style: str, source_style: str | None
) -> Interpretation:
    """Add the player's deviations from the source style to the target style's velocities."""
    played = piece.notes["velocity"].astype(np.float32)
    others = [each for each in predicted if each != style]
    source = source_style or min(others, key=lambda each: _shape_distance(played, predicted[each]), default=style)
    accents = played - predicted[source] if _varies(piece) else np.float32(0)
    return Interpretation(style, source, predicted[style], predicted[style] + accents)


def _shape_distance(played: NDArray[np.float32], predicted: NDArray[np.float32]) -> float:
    """Return the mean absolute difference once the difference in loudness is taken out."""
    difference = played - predicted
    return float(np.mean(np.abs(difference - np.median(difference)))) if len(difference) else 0.0


def apply(
    performance: Performance, interpretation: Interpretation, strength: float = 1.0, accents: float = 0.0
) -> Performance:
    """Return the piece with an interpretation's velocities, rounded, 1..127; args and errors as in `velocities`."""
    return performance.with_velocities(velocities(performance, interpretation, strength, accents))


def velocities(
    piece: Piece, interpretation: Interpretation, strength: float = 1.0, accents: float = 0.0
) -> NDArray[np.float64]:
    """Return the velocities `(n,)` of an interpretation as real numbers; they may leave 1..127.

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
    model: VelocityModel,
    style: str,
    *,
    source_style: str | None = None,
    strength: float = 1.0,
    accents: float | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> Performance:
    """Return the piece with the velocities of another style and everything else unchanged.

    Args and errors: as in `interpret` and `apply`; accents None is the model's own default.
    """
    interpretation = interpret(performance, model, style, source_style=source_style, seed=seed, progress=progress)
    return apply(performance, interpretation, strength, model.default_accents if accents is None else accents)
