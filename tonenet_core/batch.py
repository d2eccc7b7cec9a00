"""Transfer of MIDI files: one file, or a folder of any size by worker processes or on a cluster.

Finished files of a folder are recorded in a work list beside the results, so that a batch that was stopped, or whose
machine was, continues where it stopped. Each result appears whole or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import astuple, dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from tonenet_core.compute.workers import completed, processes, stop_if_asked
from tonenet_core.errors import MidiError, ToneNetError
from tonenet_core.files.atomic import remove_unfinished
from tonenet_core.files.work_list import WorkList
from tonenet_core.midi import read_midi, write_midi
from tonenet_core.midi.folders import make_folder, midi_files
from tonenet_core.performance import Performance, Piece
from tonenet_core.progress import Progress, no_progress
from tonenet_core.transfer import Interpretation, TransferOptions, apply, interpret

if TYPE_CHECKING:
    from tonenet_core.models.base import VelocityModel

WORK_LIST = "transfer.sqlite"
AHEAD = 4  # files handed out for each worker
Executors = Callable[[int], AbstractContextManager[Executor]]
Interpreter = Callable[[Performance, TransferOptions, Progress], Interpretation]
"""Runs a model on a piece, in this process or another one."""


# -- one file -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TransferSummary:
    """Figures of one transfer.

    Attributes:
        notes: the number of notes.
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
    """

    notes: int
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


@dataclass(frozen=True, eq=False)
class TransferredFile:
    """Result of `transfer_file`."""

    original: Performance
    styled: Performance
    interpretation: Interpretation
    options: TransferOptions

    def summary(self, judge: Callable[[Piece], Mapping[str, float]] | None = None) -> TransferSummary:
        """Return the transfer's figures.

        Args:
            judge: gives the probability of each style for a piece, such as `style_probabilities` of a `Judge`.
        """
        before, after = self.original.velocities.astype(float), self.styled.velocities.astype(float)
        made, accents = self.interpretation, self.options.accents
        return TransferSummary(
            notes=len(self.original),
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
            notices=(*self.original.transfer_notices, *made.notices),
            notes_left_out=self.original.notes_left_out,
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
    original = read_midi(path)
    interpretation = interpreter(original, options, progress)
    accents = interpretation.default_accents if options.accents is None else options.accents
    styled = apply(original, interpretation, options.strength, accents)
    progress(1.0)
    make_folder(target.parent)
    write_midi(target, styled)
    return TransferredFile(original, styled, interpretation, options)


def model_interpreter(load: Callable[[], VelocityModel], device: str = "cpu") -> Interpreter:
    """Return an interpreter that runs a model in this process.

    Args:
        load: gives the model, such as `functools.cache` of a `checkpoint.load`; called once for each piece, after the
            file was read, so that a file that cannot be read is refused at once.
        device: that it is loaded for, see `interpret`.
    """

    def run(performance: Performance, options: TransferOptions, progress: Progress) -> Interpretation:
        return interpret(
            performance,
            load(),
            options.style,
            source_style=options.source_style,
            seed=options.seed,
            device=device,
            progress=progress,
        )

    return run


# -- a folder -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BatchModel:
    """Checkpoint that the workers of a batch load.

    Attributes:
        path: the file; on a cluster, one that every machine can read.
        digest: of its weights and its added styles' (`checkpoint.digest`): another model has another one.
        device: see `devices.resolve`.
    """

    path: Path
    digest: str
    device: str = "auto"


@dataclass(frozen=True)
class BatchReport:
    """Result of the transfer of a folder.

    Attributes:
        done: the number of files that were transferred.
        before: the number of files that an earlier call had transferred.
        left_out: a sentence for each file that could not be transferred.
    """

    done: int
    before: int
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class _Job:
    model: BatchModel
    options: TransferOptions
    name: str
    path: Path
    target: Path


def transfer_folder(
    folder: Path,
    out_dir: Path,
    model: BatchModel,
    options: TransferOptions,
    *,
    workers: int = 1,
    executors: Executors = processes,
    progress: Progress = no_progress,
) -> BatchReport:
    """Transfer every MIDI file in a folder and its subfolders.

    Args:
        folder: the files to read.
        out_dir: gets a file of the same name, in folders of the same names, for each; and the work list.
        model: the model.
        options: how the files are played. Files that were transferred with other options are transferred again.
        workers: of the executor.
        executors: opens an executor with that many workers, such as `workers.processes` or `ray.ray_executor`.
        progress: see `Progress`; when it asks to stop, finished files stay finished.

    Raises:
        ToneNetError: if `out_dir` cannot be used, or another call is using it.
        Cancelled: if `progress` asks to stop.
    """
    if not folder.is_dir():
        raise ToneNetError(f"{folder} is not a folder.")
    if out_dir.resolve() == folder.resolve():
        raise ToneNetError(f"{out_dir} holds the files that are read: choose another folder for the results.")
    out_dir.mkdir(parents=True, exist_ok=True)
    manner = repr((model.digest, *astuple(options)))
    with WorkList.open(out_dir / WORK_LIST, manner) as work, _unfinished_removed(folder, out_dir):
        count = sum(1 for _ in midi_files([folder], excluding=out_dir))
        done = before = 0
        left_out = []

        def missing() -> Iterator[_Job]:
            nonlocal before
            for path, _ in midi_files([folder], excluding=out_dir):
                name = path.relative_to(folder)
                job = _Job(model, options, name.as_posix(), path, out_dir / name)
                if work.is_done(job.name, job.path, job.target):
                    before += 1
                else:
                    yield job

        with closing(_transfer_all(missing(), workers, executors)) as results:
            for job, refusal in results:
                if refusal is None:
                    work.add(job.name, job.path, job.target)
                    done += 1
                else:
                    left_out.append(refusal)
                progress((done + before + len(left_out)) / max(count, 1))
    return BatchReport(done, before, tuple(sorted(left_out)))


@contextmanager
def _unfinished_removed(folder: Path, out_dir: Path) -> Iterator[None]:
    """Remove unfinished results before and after the block: of a call that was killed, and of workers that were."""

    def remove() -> None:
        for name, _, files in os.walk(folder):
            remove_unfinished(out_dir / Path(name).relative_to(folder), files)

    remove()
    try:
        yield
    finally:
        remove()


def _transfer_all(
    jobs: Iterable[_Job], workers: int, executors: Executors
) -> Generator[tuple[_Job, str | None], None, None]:
    """Transfer the files; yield each with None, or with the reason that it is left out.

    A file may bring down the process that reads it, and an executor may lose all files in progress with it. These are
    then transferred again, one by one, so that only that file is left out.
    """
    remaining = iter(jobs)
    suspects: list[_Job] = []

    def until_broken() -> Iterator[_Job]:
        for job in remaining:
            yield job
            if suspects:
                return

    while True:
        with executors(workers) as executor:
            for job, future in completed(executor, _transfer_job, until_broken(), AHEAD * workers):
                if isinstance(future.exception(), BrokenExecutor):
                    suspects.append(job)
                else:
                    yield job, future.result()
        if not suspects:
            return
        for job in suspects:
            with executors(1) as executor:
                future = executor.submit(_transfer_job, job)
                broken = isinstance(future.exception(), BrokenExecutor)
                yield job, f"{job.name} brought down the process that read it." if broken else future.result()
        suspects.clear()


def _transfer_job(job: _Job) -> str | None:
    """Transfer one file in a worker; return the reason if it is left out."""
    load = partial(_load, job.model)
    try:
        transfer_file(job.path, job.target, model_interpreter(load, job.model.device), job.options, stop_if_asked)
    except MidiError as error:
        return str(error)
    return None


@lru_cache(maxsize=1)
def _load(model: BatchModel) -> VelocityModel:
    """Load the model once in each worker."""
    from tonenet_core.checkpoint import load_velocity_model

    return load_velocity_model(model.path, model.device)
