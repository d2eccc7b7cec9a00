"""Transfer of a folder of MIDI files, of any size, by worker processes or on a cluster.

Finished files of a folder are recorded in a work list beside the results, so that a batch that was stopped, or whose
machine was, continues where it stopped. Each result appears whole or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import astuple, dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from tonenet_core.compute.workers import completed, processes, stop_if_asked
from tonenet_core.errors import MidiError, ToneNetError
from tonenet_core.file_transfer import model_interpreter, transfer_file
from tonenet_core.files.atomic import remove_unfinished
from tonenet_core.files.work_list import WorkList
from tonenet_core.midi.folders import midi_files
from tonenet_core.progress import Progress, no_progress
from tonenet_core.transfer import TransferOptions

if TYPE_CHECKING:
    from tonenet_core.models.base import VelocityModel

WORK_LIST = "transfer.sqlite"
AHEAD = 4  # files handed out for each worker
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
class BatchReport:
    """Result of the transfer of a folder.

    Attributes:
        done: the number of files that were transferred.
        before: the number of files that an earlier call had transferred.
        left_out: a sentence for each file that could not be transferred.
        notices: sentences for the user on files that were, such as how many of their notes stay as they are.
    """

    done: int
    before: int
    left_out: tuple[str, ...]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Result:
    """Outcome of one file in a worker: why it is left out, or what the user should know of it."""

    refusal: str | None
    notices: tuple[str, ...] = ()


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
        left_out: list[str] = []
        notices: list[str] = []

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
            for job, result in results:
                notices += result.notices
                if result.refusal is None:
                    work.add(job.name, job.path, job.target)
                    done += 1
                else:
                    left_out.append(result.refusal)
                progress((done + before + len(left_out)) / max(count, 1))
    return BatchReport(done, before, tuple(sorted(left_out)), tuple(sorted(notices)))


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
                lost = _Result(f"{job.name} brought down the process that read it.")
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
    made = (f"{job.name}: {notice}" for notice in result.interpretation.notices)
    return _Result(None, (*result.original.transfer_notices, *made))


@lru_cache(maxsize=1)
def _load(model: BatchModel) -> VelocityModel:
    """Load the model once in each worker."""
    from tonenet_core.checkpoint import load_velocity_model

    return load_velocity_model(model.path, model.device)
