"""Transfer of a folder of MIDI files, of any size, by worker processes or on a cluster.

Finished files of a folder are recorded in a work list beside the results, so that a batch that was stopped, or whose
machine was, continues where it stopped. Each result appears whole or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import astuple, dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from tonenet_core.checkpoint import beat_trackers, digest, find
from tonenet_core.compute.workers import completed, processes, stop_if_asked
from tonenet_core.errors import MidiError, Sentence, ToneNetError, printable
from tonenet_core.file_transfer import model_interpreter, transfer_file
from tonenet_core.files.atomic import remove_unfinished
from tonenet_core.files.names import folded, folds_case
from tonenet_core.files.work_list import WorkList
from tonenet_core.midi.folders import has_midi_suffix, piece_files, result_name
from tonenet_core.parts.beats import BEATS
from tonenet_core.parts.installed import TIME_MODELS
from tonenet_core.parts.time import TIME_PARTS
from tonenet_core.progress import Progress, no_progress
from tonenet_core.transfer import TransferOptions

if TYPE_CHECKING:
    from tonenet_core.models.base import VelocityModel

WORK_LIST = "transfer.sqlite"
AHEAD = 4  # files handed out for each worker
CAPITALS_ONLY = "{name} is left out: its result would replace that of a file whose name differs by capitals only."
SAME_RESULT = "{name} is left out: its result would replace that of a file which is called the same."
Executors = Callable[[int], AbstractContextManager[Executor]]


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
class PartlyPlayed:
    """File of a batch some of whose melodic notes stay as they are.

    Attributes:
        file: its path below the folder.
        notes: the number of notes that are played in the style.
        notes_left_out: the number of those that stay.
        instruments_left_out: their number for each instrument that they are of.
    """

    file: str
    notes: int
    notes_left_out: int
    instruments_left_out: dict[str, int]


@dataclass(frozen=True)
class BatchReport:
    """Result of the transfer of a folder.

    Attributes:
        done: the number of files that were transferred.
        before: the number of files that an earlier call had transferred.
        left_out: a sentence for each file that could not be transferred.
        notices: sentences for the user on files that were, such as how many of their notes stay as they are.
        partly_played: those of them some of whose notes stay, in order of names.
    """

    done: int
    before: int
    left_out: tuple[str, ...]
    notices: tuple[str, ...] = ()
    partly_played: tuple[PartlyPlayed, ...] = ()


@dataclass(frozen=True)
class _Result:
    """Outcome of one file in a worker: why it is left out, or what the user should know of it."""

    refusal: str | None
    notices: tuple[str, ...] = ()
    partly_played: PartlyPlayed | None = None


@dataclass
class _Tally:
    """Outcomes of the files so far."""

    done: int = 0
    before: int = 0
    left_out: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    partly_played: list[PartlyPlayed] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Number of files that need no more work."""
        return self.done + self.before + len(self.left_out)

    def add(self, result: _Result) -> None:
        """Count a file that a worker had."""
        self.notices += result.notices
        if result.partly_played is not None:
            self.partly_played.append(result.partly_played)
        if result.refusal is None:
            self.done += 1
        else:
            self.left_out.append(result.refusal)

    def report(self) -> BatchReport:
        """Return the report, in order of names."""
        partly_played = sorted(self.partly_played, key=lambda each: each.file)
        left_out, notices = tuple(sorted(self.left_out)), tuple(sorted(self.notices))
        return BatchReport(self.done, self.before, left_out, notices, tuple(partly_played))


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
    manner = repr((model.digest, *_time_digests(options), *astuple(options)))
    with WorkList.open(out_dir / WORK_LIST, manner) as work, _unfinished_removed(folder, out_dir):
        count = sum(1 for _ in piece_files([folder], excluding=out_dir))
        tally = _Tally()

        def missing() -> Iterator[_Job]:
            for job in _jobs(folder, out_dir, model, options, tally):
                if work.is_done(job.name, job.path, job.target):
                    tally.before += 1
                else:
                    yield job

        with closing(_transfer_all(missing(), workers, executors)) as results:
            for job, result in results:
                if result.refusal is None:
                    work.add(job.name, job.path, job.target)
                tally.add(result)
                progress(tally.count / max(count, 1))
    return tally.report()


def _jobs(folder: Path, out_dir: Path, model: BatchModel, options: TransferOptions, tally: _Tally) -> Iterator[_Job]:
    """Yield a job for each file; leave those out whose results would be one file: scores after their MIDI files."""
    folds, taken = folds_case(out_dir), set[str]()
    for scores in (False, True):
        for path, _ in piece_files([folder], excluding=out_dir):
            if has_midi_suffix(path) == scores:
                continue
            name = path.relative_to(folder)
            result = name.with_name(result_name(name))
            place = folded(result) if folds else result.as_posix()
            if place in taken:
                text = CAPITALS_ONLY if not scores else SAME_RESULT
                tally.left_out.append(Sentence(text, name=name.as_posix()))
                continue
            taken.add(place)
            yield _Job(model, options, name.as_posix(), path, out_dir / result)


def _time_digests(options: TransferOptions) -> list[str]:
    """Return the digests of the models of time, if they are used."""
    if not TIME_PARTS & set(options.parts):
        return []
    tracks = "timing" in options.parts and options.beats in ("auto", "tracked")
    trackers = [info for info in beat_trackers() if tracks and info.name == BEATS]
    return [digest(info) for info in (*map(find, TIME_MODELS), *trackers)]


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
) -> Generator[tuple[_Job, _Result], None, None]:
    """Transfer the files; yield each with its result.

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
                lost = _Result(f"{printable(job.name)} brought down the process that read it.")
                yield job, lost if broken else future.result()
        suspects.clear()


def _transfer_job(job: _Job) -> _Result:
    """Transfer one file in a worker."""
    load = partial(_load, job.model)
    try:
        interpreter = model_interpreter(load, job.model.device)
        result = transfer_file(job.path, job.target, interpreter, job.options, stop_if_asked)
    except MidiError as error:
        return _Result(str(error))
    original, name = result.original, printable(job.name)
    made = (f"{name}: {notice}" for notice in result.interpretation.notices)
    partly = PartlyPlayed(name, len(original), original.notes_left_out, original.instruments_left_out)
    return _Result(None, (*original.transfer_notices, *made), partly if original.left_out else None)


@lru_cache(maxsize=1)
def _load(model: BatchModel) -> VelocityModel:
    """Load the model once in each worker."""
    from tonenet_core.checkpoint import load_velocity_model

    return load_velocity_model(model.path, model.device)
