"""Transfer of a folder of MIDI files, of any size, by worker processes or on a cluster.

What is done stands in a work list beside the results, so that a batch that was stopped, or whose machine was, goes on
where it was. Each result appears whole or not at all.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import astuple, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from tonenet_core.compute.workers import completed, processes, stop_if_asked
from tonenet_core.data.prepare import MIDI_SUFFIXES
from tonenet_core.errors import MidiError, ToneNetError
from tonenet_core.progress import Progress, no_progress

WORK_LIST = "transfer.sqlite"
AHEAD = 4  # files handed out for each worker
Executors = Callable[[int], AbstractContextManager[Executor]]


@dataclass(frozen=True)
class Manner:
    """How the files of a batch are played; see `transfer.transfer`.

    Attributes:
        model: path of a checkpoint; on a cluster, one that every machine sees.
        digest: of its weights and its added styles', so that the work list knows one model from the next.
    """

    model: Path
    digest: str
    style: str
    source_style: str | None
    strength: float
    accents: float | None
    seed: int
    device: str


@dataclass(frozen=True)
class _Job:
    manner: Manner
    name: str
    path: Path
    target: Path


@dataclass(frozen=True)
class BatchReport:
    """What became of a folder.

    Attributes:
        done: files that were played.
        before: files that an earlier call had played.
        left_out: a sentence for each file that could not be.
    """

    done: int
    before: int
    left_out: tuple[str, ...]


def transfer_folder(
    folder: Path,
    out_dir: Path,
    manner: Manner,
    *,
    workers: int = 1,
    executors: Executors = processes,
    progress: Progress = no_progress,
) -> BatchReport:
    """Play every MIDI file in a folder, and in the folders in it, in another style.

    Args:
        folder: read.
        out_dir: gets a file of the same name, in folders of the same names, for each; and the work list.
        manner: how they are played. What was played in another manner is played again.
        workers: of the executor.
        executors: gives an executor of so many workers, such as `workers.processes` or `ray_executor`.
        progress: see `Progress`; when it asks to stop, files that are done stay done.

    Raises:
        ToneNetError: if `out_dir` cannot be used, or another call is at work in it.
        Cancelled: if `progress` asks to stop.
    """
    if not folder.is_dir():
        raise ToneNetError(f"{folder} is no folder.")
    if out_dir.resolve() == folder.resolve():
        raise ToneNetError(f"{out_dir} holds the files that are read: choose another folder for the results.")
    out_dir.mkdir(parents=True, exist_ok=True)
    with _WorkList.opened(out_dir / WORK_LIST, repr(astuple(manner)[1:-1])) as work:
        count, done, left_out = sum(1 for _ in _midi_files(folder, out_dir)), 0, []
        before = 0

        def missing() -> Iterator[_Job]:
            nonlocal before
            for path in _midi_files(folder, out_dir):
                name = path.relative_to(folder)
                job = _Job(manner, name.as_posix(), path, out_dir / name)
                if work.is_done(job):
                    before += 1
                else:
                    yield job

        with closing(_played(missing(), workers, executors)) as played:
            for job, refusal in played:
                if refusal is None:
                    work.add(job)
                    done += 1
                else:
                    left_out.append(refusal)
                progress((done + before + len(left_out)) / max(count, 1))
    return BatchReport(done, before, tuple(sorted(left_out)))


def _midi_files(folder: Path, out_dir: Path) -> Iterator[Path]:
    """Yield the MIDI files below a folder in the order of their names; not those in `out_dir`, and no hidden ones."""
    aside = out_dir.resolve()
    for name, folders, files in os.walk(folder):
        place = Path(name)
        folders[:] = sorted(each for each in folders if (place / each).resolve() != aside)
        for file in sorted(files):
            if Path(file).suffix.lower() in MIDI_SUFFIXES and not file.startswith("."):
                yield place / file


# -- workers ------------------------------------------------------------------------------------------------------


def _played(jobs: Iterable[_Job], workers: int, executors: Executors) -> Generator[tuple[_Job, str | None], None, None]:
    """Play the files; yield each with None, or with the sentence that says why it is left out.

    A file may bring down the process that reads it, and with it the pool. Those that were under way are then played
    one by one, so that it is that file that is left out, and no other.
    """
    left = iter(jobs)
    suspects: list[_Job] = []

    def until_broken() -> Iterator[_Job]:
        for job in left:
            yield job
            if suspects:
                return

    while True:
        with executors(workers) as executor:
            for job, future in completed(executor, _play, until_broken(), AHEAD * workers):
                if isinstance(future.exception(), BrokenExecutor):
                    suspects.append(job)
                else:
                    yield job, future.result()
        if not suspects:
            return
        for job in suspects:
            with executors(1) as executor:
                future = executor.submit(_play, job)
                broken = isinstance(future.exception(), BrokenExecutor)
                yield job, f"{job.name} brought down the process that read it." if broken else future.result()
        suspects.clear()


def _play(job: _Job) -> str | None:
    """Play one file; return why it is left out, if it is."""
    from tonenet_core.midi import read_midi, write_midi
    from tonenet_core.transfer import transfer

    how = job.manner
    try:
        performance = read_midi(job.path)
        styled = transfer(
            performance,
            _model(how.model, how.digest, how.device),
            how.style,
            source_style=how.source_style,
            strength=how.strength,
            accents=how.accents,
            seed=how.seed,
            progress=stop_if_asked,
        )
        job.target.parent.mkdir(parents=True, exist_ok=True)
        write_midi(job.target, styled)
    except MidiError as error:
        return str(error)
    return None


@lru_cache(maxsize=1)
def _model(path: Path, _digest: str, device: str) -> Any:
    """Load the model once in each worker."""
    from tonenet_core.checkpoint import load

    return load(path, device)


@contextmanager
def ray_executor(workers: int) -> Iterator[Executor]:
    """Give an executor of Ray's: on the cluster of RAY_ADDRESS, or on this machine with so many workers.

    Raises:
        ToneNetError: if Ray is not installed.
    """
    try:
        import ray
    except ImportError as error:
        raise ToneNetError("A cluster needs Ray: pip install 'tonenet[cluster]'.") from error
    ray.init(num_cpus=None if "RAY_ADDRESS" in os.environ else workers, log_to_driver=False, include_dashboard=False)
    try:
        yield _RayExecutor(ray)
    finally:
        ray.shutdown()


class _RayExecutor(Executor):
    """Ray's tasks as futures."""

    def __init__(self, ray: Any) -> None:
        self._ray = ray

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand out a call; one whose process dies, dies as in a pool of processes."""
        answer: Future[Any] = Future()

        def tell(done: Future[Any]) -> None:
            error = done.exception()
            if error is None:
                answer.set_result(done.result())
            else:
                died = isinstance(error, self._ray.exceptions.WorkerCrashedError)
                answer.set_exception(BrokenExecutor(str(error)) if died else error)

        self._ray.remote(max_retries=0)(work).remote(*args, **kwargs).future().add_done_callback(tell)
        return answer


# -- the work list ------------------------------------------------------------------------------------------------


@dataclass
class _WorkList:
    """Which files were played, in which manner; one row a file, written when its result is there."""

    table: sqlite3.Connection
    manner: str

    @classmethod
    @contextmanager
    def opened(cls, path: Path, manner: str) -> Iterator[_WorkList]:
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as table:
            try:
                table.execute("PRAGMA locking_mode = EXCLUSIVE")  # two calls would write the same files
                table.execute("PRAGMA journal_mode = WAL")
                table.execute("BEGIN IMMEDIATE")
                table.execute("CREATE TABLE IF NOT EXISTS done (file TEXT PRIMARY KEY, state TEXT) WITHOUT ROWID")
                table.execute("COMMIT")
            except sqlite3.OperationalError as error:
                raise ToneNetError(f"{path} cannot be used, or another transfer is at work there: {error}.") from error
            except sqlite3.DatabaseError as error:
                raise ToneNetError(f"{path} is no work list of a transfer: {error}.") from error
            yield cls(table, manner)

    def is_done(self, job: _Job) -> bool:
        """Return whether a file was played in this manner, and neither it nor its result was touched since."""
        row = self.table.execute("SELECT state FROM done WHERE file = ?", (os.fsencode(job.name),)).fetchone()
        return row is not None and row[0] == self._state(job)

    def add(self, job: _Job) -> None:
        """Note that a file was played."""
        row = os.fsencode(job.name), self._state(job)
        self.table.execute("INSERT OR REPLACE INTO done VALUES (?, ?)", row)

    def _state(self, job: _Job) -> str:
        found = []
        for path in (job.path, job.target):
            try:
                status = path.stat()
                found.append((status.st_size, status.st_mtime_ns))
            except OSError:
                found.append((-1, -1))
        return f"{self.manner} {found}"
