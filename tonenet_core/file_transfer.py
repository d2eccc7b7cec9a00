"""Transfer of one MIDI file: read it, run a model on it, write the result; and the figures of that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.dynamics import is_surely_performed
from tonenet_core.compute.devices import GPU_FULL, is_full
from tonenet_core.interpretation import Part
from tonenet_core.judge import Judge, shipped_judge
from tonenet_core.midi import read_midi, write_midi
from tonenet_core.midi.folders import make_folder
from tonenet_core.parts.beats import choose_beats, with_beats_of
from tonenet_core.parts.passage import check_scope, scope_weights
from tonenet_core.parts.render import render
from tonenet_core.parts.sentences import transfer_sentences
from tonenet_core.performance import Performance, Piece
from tonenet_core.progress import Progress, no_progress, stretch
from tonenet_core.timing.passage import find_passage
from tonenet_core.transfer import Interpretation, TransferOptions, interpret

if TYPE_CHECKING:
    from tonenet_core.models.base import VelocityModel

TRACKED_DONE = 0.1  # of a run, when the beats are found
HEARD_SEC = 0.01  # by which a note has to move to be heard earlier or later
Interpreter = Callable[[Performance, TransferOptions, Progress], Interpretation]
"""Runs a model on a piece, in this process or another one."""


@dataclass(frozen=True)
class TransferSummary:
    """Figures of one transfer.

    Attributes:
        notes: the number of notes.
        notes_in_scope: the number of those that are in the passage and hands that are played in the style.
        style: the style that the piece is played in now.
        source_style: the style that it was taken to be played in.
        strength: 0..1.5.
        accents: 0..1.
        mean_velocity_before: 1..127.
        mean_velocity_after: 1..127.
        mean_absolute_change: of the velocities, 0..126.
        judged_before: the style judge's probability of each style for the original; None without a judge.
        judged_after: its probabilities for the result.
        seconds: how long the model ran.
        notices: sentences for the user, on reading and on the model run.
        notes_left_out: the number of the file's melodic notes that stay as they are.
        instruments_left_out: their number for each instrument that they are of.
        performed: whether the piece was performed; otherwise the player's accents were carried over.
        detected_style: the style that the piece was found to be played in; None if it was given, or the piece was
            performed.
        detected_probability: of that style, as the judge has it; None where it was not sure, and the model decided.
        already: whether the piece was surely in the target style before.
        parts: that were changed.
        notes_moved: the number of notes that begin more than 10 ms earlier or later.
    """

    notes: int
    notes_in_scope: int
    style: str
    source_style: str
    strength: float
    accents: float
    mean_velocity_before: float
    mean_velocity_after: float
    mean_absolute_change: float
    judged_before: dict[str, float] | None
    judged_after: dict[str, float] | None
    seconds: float
    notices: tuple[str, ...]
    notes_left_out: int
    instruments_left_out: dict[str, int]
    performed: bool
    detected_style: str | None
    detected_probability: float | None
    already: bool
    parts: tuple[Part, ...]
    notes_moved: int


@dataclass(frozen=True, eq=False)
class TransferredFile:
    """Original and result of a transfer.

    Attributes:
        order: `(n,)` int64, for each note of the result the place of the same note in the original.
        in_scope: the number of notes of the passage and hands that are played.
    """

    original: Performance
    styled: Performance
    interpretation: Interpretation
    options: TransferOptions
    order: NDArray[np.int64]
    in_scope: int

    def summary(
        self, judge: Callable[[Piece], Mapping[str, float]] | None = None, *, timing_asked: bool = True
    ) -> TransferSummary:
        """Return the transfer's figures.

        Args:
            judge: gives the probability of each style for a piece, such as `style_probabilities` of a `Judge`.
            timing_asked: whether the notices say, too, what of the timing stays as it is, for who asked for it.
        """
        before, after = self.original.velocities[self.order].astype(float), self.styled.velocities.astype(float)
        moved = abs(self.styled.notes["onset_sec"] - self.original.notes["onset_sec"][self.order]) > HEARD_SEC
        made, accents, options = self.interpretation, self.options.accents, self.options
        detected = made.detected
        return TransferSummary(
            notes=len(self.original),
            notes_in_scope=self.in_scope,
            style=made.style,
            source_style=made.source_style,
            strength=self.options.strength,
            accents=made.default_accents if accents is None else accents,
            mean_velocity_before=round(float(before.mean()), 3),
            mean_velocity_after=round(float(after.mean()), 3),
            mean_absolute_change=round(float(abs(after - before).mean()), 3),
            judged_before=None if judge is None else dict(judge(self.original)),
            judged_after=None if judge is None else dict(judge(self.styled)),
            seconds=round(made.seconds, 3),
            notices=(
                *self.original.transfer_notices,
                *transfer_sentences(made, options.parts, options.hands, options.strength, timing_asked=timing_asked),
            ),
            notes_left_out=self.original.notes_left_out,
            instruments_left_out=self.original.instruments_left_out,
            performed=made.performed,
            detected_style=None if detected is None else detected.style,
            detected_probability=None
            if detected is None or detected.probability is None
            else round(detected.probability, 4),
            already=made.already,
            parts=self.options.parts,
            notes_moved=int(moved.sum()),
        )


def transfer_file(
    path: Path, target: Path, interpreter: Interpreter, options: TransferOptions, progress: Progress = no_progress
) -> TransferredFile:
    """Read a MIDI file, give it the velocities of another style, and write the result.

    Args:
        path: the file to read.
        target: the file to write, replaced if it exists; its folder is made if missing.
        interpreter: runs the model; see `model_interpreter`.
        options: how the file is played.
        progress: see `Progress`.

    Raises:
        MidiError: if the file cannot be read, or the result cannot be written.
        Cancelled: if `progress` asks to stop; nothing is written then.
    """
    result = transfer_performance(read_midi(path, options.tracks), interpreter, options, progress)
    make_folder(target.parent)
    write_midi(target, result.styled)
    return result


def transfer_performance(
    original: Performance, interpreter: Interpreter, options: TransferOptions, progress: Progress = no_progress
) -> TransferredFile:
    """Give a piece that was read, with the tracks of `options`, the velocities of another style; as `transfer_file`."""
    original = choose_beats(original, options.beats)
    passage = None if options.scope is None else find_passage(original, options.scope)
    check_scope(original, passage, options.hands)
    interpretation = interpreter(original, options, progress)
    original = with_beats_of(original, interpretation)
    accents = interpretation.default_accents if options.accents is None else options.accents
    made = render(
        original,
        interpretation,
        options.strength,
        accents,
        level=options.level,
        parts=options.parts,
        passage=passage,
        hands=options.hands,
    )
    progress(1.0)
    weights = scope_weights(original, passage, options.hands)
    in_scope = len(original) if weights is None else int(np.count_nonzero(weights))
    return TransferredFile(original, made.performance, interpretation, options, made.order, in_scope)


def model_interpreter(
    load: Callable[[], VelocityModel], device: str = "cpu", judge: Callable[[], Judge | None] = shipped_judge
) -> Interpreter:
    """Return an interpreter that runs a model in this process.

    Args:
        load: gives the model, such as `functools.cache` of a `checkpoint.load`; called once for each piece, after the
            file was read, so that a file that cannot be read is refused at once.
        device: that it is loaded for, see `interpret`.
        judge: gives the judge that helps to detect the style where none is given; None without one.
    """

    def run(performance: Performance, options: TransferOptions, progress: Progress) -> Interpretation:
        return interpret_parts(performance, load(), options, device=device, judge=judge, progress=progress)

    return run


def interpret_parts(
    piece: Piece,
    model: VelocityModel,
    options: TransferOptions,
    *,
    device: str = "cpu",
    judge: Callable[[], Judge | None] = shipped_judge,
    progress: Progress = no_progress,
) -> Interpretation:
    """Run a model on a piece, and the installed models of time if their parts are to change.

    Args:
        piece: the piece.
        model: of its velocities.
        options: of the transfer; what is done with the result does not matter.
        device: that the model is loaded for, see `interpret`.
        judge: as of `model_interpreter`.
        progress: see `Progress`.

    Raises:
        ToneNetError: as of `interpret`.
        Cancelled: if `progress` asks to stop.
    """
    from tonenet_core.parts.beats import needs_tracking, notice_of, track_beats, with_beats
    from tonenet_core.parts.time import TIME_PARTS, find_work

    changes_time, tracked = bool(TIME_PARTS & set(options.parts)), None
    tracks = "timing" in options.parts and needs_tracking(piece, options.beats)
    if tracks:
        tracked = track_beats(piece, options.beats, stretch(progress, 0.0, TRACKED_DONE))
        piece = piece if tracked is None else with_beats(piece, tracked.time_sec)
        progress = stretch(progress, TRACKED_DONE, 1.0)
    dynamics_done = 1.0
    if changes_time:
        performed = is_surely_performed(piece.notes["velocity"], options.perform)
        source_style = options.style if performed and options.source_style is None else options.source_style
        rubato = _rubato(piece, options, performed=performed)
        work = find_work(piece, options.parts, same_style=source_style == options.style, rubato=rubato)
        dynamics_done = 1 / (1 + work.whole)
    made = interpret(
        piece,
        model,
        options.style,
        source_style=options.source_style,
        seed=options.seed,
        perform=options.perform,
        judge=judge() if options.source_style is None else None,
        device=device,
        progress=stretch(progress, 0.0, dynamics_done),
    )
    if not changes_time:
        return made
    timed = _with_time(piece, made, options, device, stretch(progress, dynamics_done, 1.0))
    if not tracks or timed.time is None:
        return timed
    found = None if tracked is None else tracked.time_sec
    return replace(timed, notices=(*timed.notices, notice_of(tracked)), tracked_sec=found)


def _with_time(
    piece: Piece, made: Interpretation, options: TransferOptions, device: str, progress: Progress
) -> Interpretation:
    """Run the models of time; on the CPU where the GPU's memory is full, or was so for the model of the velocities."""
    from tonenet_core.parts.installed import time_models
    from tonenet_core.parts.time import with_time

    def run(place: str) -> Interpretation:
        models, swing, rubato = time_models(place), options.swing, _rubato(piece, options, performed=made.performed)
        return with_time(
            piece, made, models, options.parts, swing=swing, rubato=rubato, seed=options.seed, progress=progress
        )

    try:
        return run("cpu" if GPU_FULL in made.notices else device)
    except RuntimeError as error:
        if not is_full(error):
            raise
    timed = run("cpu")
    return replace(timed, notices=(GPU_FULL, *timed.notices))


def _rubato(piece: Piece, options: TransferOptions, *, performed: bool) -> float:
    """Return how much of the style's tempo is played of a piece whose dynamics are performed or not."""
    from tonenet_core.parts.written import usual_rubato

    return usual_rubato(piece, performed=performed) if options.rubato is None else options.rubato
