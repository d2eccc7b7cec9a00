"""Performance -> Performance in another style: `interpret` runs the model once, `apply` sets strength and accents.

With a model that predicts distributions, the player's accents are carried over by quantile transport
(`analysis.quantiles`). With one that predicts a single velocity, the player's deviations from it are added to the
target's. A piece whose velocities were not played (`analysis.dynamics`) has no accents: the first kind of model
performs it (`analysis.performing`), and what is written stays as level and accent. Doubled notes are one note to a
model and change alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis import performing
from tonenet_core.analysis.doubled_notes import find_leaders, spread_attention
from tonenet_core.analysis.dynamics import Dynamics, classify_dynamics, is_surely_performed
from tonenet_core.analysis.quantiles import coherent_scores, log_likelihood, shape_spread
from tonenet_core.analysis.velocity_metrics import shape_distance
from tonenet_core.compute.devices import GPU_FULL, is_full, move_to_cpu, moved_to_cpu
from tonenet_core.errors import CheckpointError, Sentence, ToneNetError
from tonenet_core.harmony.hands import BOTH_HANDS, Hands
from tonenet_core.interpretation import DEFAULT_PARTS, STRONGEST, Interpretation, Level, Part, apply, velocities
from tonenet_core.judge import Judge, Verdict, detect
from tonenet_core.models.base import AttentionModel, DistributionModel, VelocityModel
from tonenet_core.models.distribution import Distribution, carry
from tonenet_core.performance import Performance, Piece
from tonenet_core.progress import Progress, no_progress, part, stretch
from tonenet_core.timing.passage import Scope
from tonenet_core.timing.taps import BeatSource

# Shares of the time: network and medians of a piece that is performed, whose style is given, or detected; detection.
PERFORMED_DONE, CARRIED_DONE, DETECTED_DONE, SOURCE_FOUND = (0.87, 0.91), (0.79, 0.86), (0.67, 0.73), 0.88
LEAST_SWING, MOST_SWING = -1.0, 1.5
Perform = Literal["auto", "yes", "no"]
"""Whether a piece is performed instead of its accents being carried over; "auto": unless its velocities were played."""
WRITTEN = Sentence("The velocities are written, not played: the piece is performed, and its levels and accents stay.")
MOVED = Sentence("The velocities are written, not played: the piece is performed, at a level with room for dynamics.")
RANDOM = Sentence("The velocities follow no player: the piece is performed.")
PERFORMED = Sentence("The piece is performed, whatever its velocities.")
ALREADY = "The piece seems to be played in {style} style already; it was taken further in it."

__all__ = ["STRONGEST", "Interpretation", "Level", "Perform", "TransferOptions", "apply", "interpret", "transfer"]
__all__ += ["velocities"]

T = TypeVar("T")


@dataclass(frozen=True)
class TransferOptions:
    """Options of a transfer.

    Attributes:
        style: the style to play in; one of the model's.
        source_style: the style the piece is played in; None: detected, see `interpret`.
        strength: 0..1.5; 0 is the original, bit for bit; 1 the style.
        accents: 0..1, the share of the player's accents that is kept; None: the model's default.
        seed: of the performance of a piece without a player's dynamics.
        level, perform, beats: see `Level`, `Perform` and `BeatSource`.
        tracks: numbers, from 1, of the file's tracks that are played; None: the piano's.
        parts: of the performance that change; see `Part`.
        rubato: 0..1.5, how much of the style's tempo is played; 0 leaves it as it is; None: as is usual for the piece,
            see `parts.written.usual_rubato`.
        swing: log2 beat-upbeat ratio of the result's eighths, -1..1.5; None: as is usual for the style.
        scope: the passage that is played in the style; None: the whole piece.
        hands: how far each hand is played in it.
    """

    style: str
    source_style: str | None = None
    strength: float = 1.0
    accents: float | None = None
    seed: int = 0
    level: Level = "keep"
    perform: Perform = "auto"
    tracks: tuple[int, ...] | None = None
    parts: tuple[Part, ...] = DEFAULT_PARTS
    swing: float | None = None
    rubato: float | None = None
    scope: Scope | None = None
    hands: Hands = BOTH_HANDS
    beats: BeatSource = "file"

    def __post_init__(self) -> None:
        if not self.parts or not set(self.parts) <= set(get_args(Part)):
            raise ValueError(f"parts must be some of {get_args(Part)}, not {self.parts!r}")
        if self.swing is not None and not LEAST_SWING <= self.swing <= MOST_SWING:
            raise ValueError(f"swing must be {LEAST_SWING}..{MOST_SWING}, not {self.swing}")
        if self.rubato is not None and not 0 <= self.rubato <= STRONGEST:
            raise ValueError(f"rubato must be 0..{STRONGEST}, not {self.rubato}")
        for name, known in (("level", Level), ("perform", Perform), ("beats", BeatSource)):
            if (value := getattr(self, name)) not in get_args(known):
                raise ValueError(f"{name} must be one of {get_args(known)}, not {value!r}")


def interpret(
    piece: Piece,
    model: VelocityModel,
    style: str,
    *,
    source_style: str | None = None,
    seed: int = 0,
    perform: Perform = "auto",
    judge: Judge | None = None,
    device: str = "cpu",
    progress: Progress = no_progress,
) -> Interpretation:
    """Run a model over a piece.

    Args:
        piece: the piece.
        model: see `checkpoint.load`. If a GPU's memory is full, it is moved to the CPU, and stays there.
        style: one of the model's styles.
        source_style: the style it is played in; None: detected, see `judge.detect`. A piece that is in the target style
            already is taken further in it, away from the likeliest of the others, though to no wider spread than is
            usual there, and `notices` say so where it is sure; to leave it as it is, name the target.
        seed: of the performance of a piece without a player's dynamics; without effect on any other.
        perform: see `Perform`; without effect on a model that predicts a single velocity.
        judge: helps to detect the style; None: the model does so alone.
        device: that the model was loaded for; if that is a GPU and it runs on the CPU instead, `notices` say so.
        progress: see `Progress`.

    Raises:
        ToneNetError: if the model has no such style.
        CheckpointError: if the model's velocities are not finite.
        Cancelled: if `progress` asks to stop.
    """
    began, full = time.monotonic(), False
    ask = None if judge is None or source_style is not None else partial(judge.verdict, piece)
    run = partial(_interpret, piece, model, style, source_style, seed=seed, perform=perform, ask=ask, progress=progress)
    try:
        interpretation = run()
    except RuntimeError as error:
        full = is_full(error)
        if not full:
            raise
        move_to_cpu(model)
        interpretation = run()
    progress(1.0)
    on_cpu = (GPU_FULL,) if full or moved_to_cpu(model, device) else ()
    interpretation = replace(
        interpretation,
        notices=(*on_cpu, *interpretation.notices),
        default_accents=model.default_accents,
        seconds=time.monotonic() - began,
    )
    if not (np.isfinite(interpretation.median).all() and np.isfinite(interpretation.transported).all()):
        raise CheckpointError("The model gives no velocities for this piece; its checkpoint must be damaged.")
    return interpretation


def _interpret(
    piece: Piece,
    model: VelocityModel,
    style: str,
    source_style: str | None,
    *,
    seed: int,
    perform: Perform,
    ask: Callable[[], Verdict] | None,
    progress: Progress,
) -> Interpretation:
    for name in (style, source_style):
        if name is not None and name not in model.styles:
            raise ToneNetError(
                "The model has no style {name}; it plays {styles}.", name=repr(name), styles=", ".join(model.styles)
            )
    run = partial(
        _interpret_single,
        model=model,
        style=style,
        source_style=source_style,
        seed=seed,
        perform=perform,
        ask=ask,
        progress=progress,
    )
    leaders = find_leaders(piece.notes)
    kept, rows = np.unique(leaders, return_inverse=True)
    if len(kept) == len(leaders):
        return run(piece)
    single = Piece(piece.notes[kept], piece.beats_sec, piece.downbeats_sec, piece.pedal)
    made = run(single)
    softer = piece.notes["velocity"].astype(np.float32) - piece.notes["velocity"][leaders]
    attention = None if made.attention is None else spread_attention(made.attention, kept, rows)
    return replace(made, median=made.median[rows], transported=made.transported[rows] + softer, attention=attention)


def _interpret_single(
    piece: Piece,
    model: VelocityModel,
    style: str,
    source_style: str | None,
    *,
    seed: int,
    perform: Perform,
    ask: Callable[[], Verdict] | None,
    progress: Progress,
) -> Interpretation:
    """Run a model over a piece without doubled notes."""
    needed = list(dict.fromkeys([style, source_style])) if source_style is not None else list(model.styles)
    if isinstance(model, AttentionModel):
        attended = _run_for_each(needed, model.attend, piece, progress)
        medians = {each: median for each, (median, _) in attended.items()}
        interpretation = _add_deviations(piece, medians, style, source_style, ask)
        return replace(interpretation, attention=np.rint(attended[style][1].astype(np.float32) * 255).astype(np.uint8))
    if not isinstance(model, DistributionModel):
        predicted = _run_for_each(needed, model.predict, piece, progress)
        return _add_deviations(piece, predicted, style, source_style, ask)
    carried = CARRIED_DONE if source_style is not None else DETECTED_DONE
    network_done, medians_done = PERFORMED_DONE if is_surely_performed(piece.notes["velocity"], perform) else carried
    distributions = _run_for_each(needed, model.distribution, piece, stretch(progress, 0.0, network_done))
    dynamics = classify_dynamics(piece.notes["velocity"], [each.median() for each in distributions.values()])
    progress(medians_done)
    if perform == "no" or (perform == "auto" and dynamics == "played"):
        return _transport(piece, distributions, style, source_style, ask, progress=progress)
    scores = coherent_scores(len(piece.notes), model.residuals(style), seed)
    performed, notice = _perform(piece, distributions[style], scores, dynamics)
    median = distributions[style].median()
    return Interpretation(style, source_style or style, median, performed, notices=(notice,), performed=True)


def _run_for_each(
    styles: Sequence[str], run: Callable[[Piece, str, Progress], T], piece: Piece, progress: Progress
) -> dict[str, T]:
    """Run a model once for each style."""
    return {style: run(piece, style, part(progress, index, len(styles))) for index, style in enumerate(styles)}


def _perform(
    piece: Piece, own: Distribution, scores: NDArray[np.float64], dynamics: Dynamics
) -> tuple[NDArray[np.float32], Sentence]:
    """Return the velocities of a performance of a piece, `(n,)`, and a sentence on what stays of those it has."""
    written = piece.notes["velocity"] if dynamics == "written" else None
    made = performing.perform(own.shape, own.level, scores, own.width * shape_spread(own.shape), written)
    keeps = written is None or performing.has_room(made, written)
    notice = {"written": WRITTEN, "random": RANDOM, "played": PERFORMED}[dynamics] if keeps else MOVED
    return np.asarray(made, np.float32), notice


def _transport(
    piece: Piece,
    distributions: dict[str, Distribution],
    style: str,
    source_style: str | None,
    ask: Callable[[], Verdict] | None,
    *,
    progress: Progress,
) -> Interpretation:
    """Carry the player's quantiles from the source style to the target; within one style nothing changes."""
    played = piece.notes["velocity"].astype(np.float64)
    target = distributions[style]
    if source_style == style or len(distributions) == 1:
        return Interpretation(style, style, target.median(), played.astype(np.float32))
    if source_style is not None:
        carried = carry(distributions[source_style], target, played)
        return Interpretation(style, source_style, target.median(), carried.astype(np.float32))
    likelihood = {each: log_likelihood(given.shape, played) for each, given in distributions.items()}
    detected = detect(likelihood, len(played), None if ask is None else ask())
    progress(SOURCE_FOUND)
    source = detected.style if detected.style != style else _likeliest_other(likelihood, style)
    carried = carry(distributions[source], target, played)
    if detected.style == style:
        widest = max(float(played.std()), target.width * shape_spread(target.shape))
        carried = carried.mean() + (carried - carried.mean()) * min(1.0, widest / max(float(carried.std()), 1e-9))
    made = Interpretation(style, source, target.median(), carried.astype(np.float32), detected=detected)
    return replace(made, notices=(Sentence(ALREADY, style=style),)) if made.already else made


def _likeliest_other(likelihood: dict[str, float], style: str) -> str:
    return max((each for each in likelihood if each != style), key=lambda each: likelihood[each])


def _add_deviations(
    piece: Piece,
    predicted: dict[str, NDArray[np.float32]],
    style: str,
    source_style: str | None,
    ask: Callable[[], Verdict] | None,
) -> Interpretation:
    """Add the player's deviations from the source style to the target style's velocities."""
    played = piece.notes["velocity"].astype(np.float32)
    closeness = {each: -shape_distance(played, curve) for each, curve in predicted.items()}
    detected = None
    if source_style is None and len(predicted) > 1:  # by the shape alone, of which no model is sure
        detected = detect(closeness, 0, None if ask is None else ask())
    source = source_style or style
    if detected is not None:
        source = detected.style if detected.style != style else _likeliest_other(closeness, style)
    accents = played - predicted[source] if len(played) and np.ptp(played) > 0 else np.float32(0)
    return Interpretation(style, source, predicted[style], predicted[style] + accents, detected=detected)


def transfer(
    performance: Performance,
    model: VelocityModel,
    style: str,
    *,
    source_style: str | None = None,
    strength: float = 1.0,
    accents: float | None = None,
    seed: int = 0,
    level: Level = "keep",
    perform: Perform = "auto",
    progress: Progress = no_progress,
) -> Performance:
    """Return the piece with the velocities of another style and everything else unchanged.

    Args and errors: as in `interpret` and `apply`; accents None is the model's own default.
    """
    made = interpret(
        performance, model, style, source_style=source_style, seed=seed, perform=perform, progress=progress
    )
    return apply(performance, made, strength, model.default_accents if accents is None else accents, level)
