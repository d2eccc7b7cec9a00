"""Worker processes for long lists of independent jobs.

Each worker has pipes of its own to its parent and shares no lock with the others: a process that is killed while it
holds a lock never gives it back, and whoever waits for it hangs. So a worker that is killed, at whatever moment, takes
one job with it, and a fresh one goes on with the next.

A caller takes any `concurrent.futures.Executor`; `processes` is the one for this machine.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for
from queue import Empty, SimpleQueue
from typing import Any, ParamSpec, TypeVar

from tonenet_core.errors import Cancelled

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")
GRACE_SEC = 2.0  # for a worker to end by itself before it is killed
_CONTEXT = multiprocessing.get_context("spawn")  # a fork would copy torch's threads half way through their work
_stop: Connection[bytes, bytes] | None = None  # in a worker


class WorkerLostError(BrokenExecutor):
    """A worker process ended before its job did."""


@contextmanager
def processes(count: int) -> Iterator[Executor]:
    """Give a pool of `count` fresh processes.

    A job whose process is killed fails with a `BrokenExecutor`; the others go on. When the block fails, jobs that call
    `stop_if_asked` stop at once, and after `GRACE_SEC` the processes are killed. Files that a killed process was
    writing are the caller's to remove: see `files.atomic.remove_unfinished`.
    """
    pool = _Pool(count)
    try:
        yield pool
    except BaseException:
        pool.stop()
        raise
    else:
        pool.shutdown()


def completed(
    executor: Executor, work: Callable[[T], R], jobs: Iterable[T], ahead: int
) -> Iterator[tuple[T, Future[R]]]:
    """Yield each job with its future as it ends; at most `ahead` are under way, so that `jobs` may be any length."""
    running: dict[Future[R], T] = {}
    for job in jobs:
        running[_submitted(executor, work, job)] = job
        if len(running) >= ahead:
            yield from _ended(running)
    while running:
        yield from _ended(running)


def _submitted(executor: Executor, work: Callable[[T], R], job: T) -> Future[R]:
    try:
        return executor.submit(work, job)
    except BrokenExecutor as error:
        refused: Future[R] = Future()
        refused.set_exception(error)
        return refused


def _ended(running: dict[Future[R], T]) -> Iterator[tuple[T, Future[R]]]:
    for future in wait(running, return_when=FIRST_COMPLETED).done:
        yield running.pop(future), future


# -- in the parent ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Job:
    future: Future[Any]
    call: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]


class _Pool(Executor):
    """Processes that share out jobs, each looked after by a thread."""

    def __init__(self, count: int) -> None:
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._threads = [_WorkerThread(self._jobs) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Hand out a call."""
        future: Future[R] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("A pool that was shut down takes no jobs.")
            self._jobs.put(_Job(future, (fn, args, kwargs)))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more jobs; wait for those that were handed out, and for the end of the processes."""
        with self._lock:
            self._closed = True
        if cancel_futures:
            with suppress(Empty):
                while True:
                    job = self._jobs.get_nowait()
                    if job is not None:
                        job.future.cancel()
        for _ in self._threads:
            self._jobs.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def stop(self) -> None:
        """Ask the jobs under way to stop, and kill the processes that have not ended after `GRACE_SEC`."""
        self.shutdown(wait=False, cancel_futures=True)
        for thread in self._threads:
            thread.ask_to_stop()
        self._join()
        for thread in self._threads:
            thread.kill()
        self._join()

    def _join(self) -> None:
        deadline = time.monotonic() + GRACE_SEC
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))


class _WorkerThread(threading.Thread):
    """A thread that has a process do one job after the other; in place of a process that was lost it starts another."""

    def __init__(self, jobs: SimpleQueue[_Job | None]) -> None:
        super().__init__(name="worker", daemon=True)
        self._jobs = jobs
        self._lock = threading.Lock()  # of `_worker` and `_stopping`
        self._worker: _Worker | None = None
        self._stopping = False

    def run(self) -> None:
        while (job := self._jobs.get()) is not None:
            if job.future.set_running_or_notify_cancel():
                try:
                    result = self._result(job)
                except Exception as error:  # noqa: BLE001 - it is the caller's
                    job.future.set_exception(error)
                else:
                    job.future.set_result(result)
            del job  # or its result would live until the next one
        self._dismiss()

    def _result(self, job: _Job) -> object:
        message = pickle.dumps(job.call)
        answer = self._ready_worker().ask(message)
        if answer is None:
            self._dismiss()
            raise WorkerLostError("A worker process ended before its job did.")
        succeeded, result = pickle.loads(answer)
        if not succeeded:
            raise result
        return result

    def _ready_worker(self) -> _Worker:
        if self._worker is not None and self._worker.has_ended():
            self._dismiss()
        with self._lock:
            if self._stopping:
                raise WorkerLostError("The pool was stopped.")
            if self._worker is None:
                try:
                    self._worker = _Worker()
                except OSError as error:
                    raise WorkerLostError("A worker process could not be started.") from error
            return self._worker

    def _dismiss(self) -> None:
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.dismiss()

    def ask_to_stop(self) -> None:
        """Have the job under way stop when it calls `stop_if_asked`."""
        with self._lock:
            self._stopping = True
            if self._worker is not None:
                self._worker.ask_to_stop()

    def kill(self) -> None:
        """Kill the process."""
        with self._lock:
            if self._worker is not None:
                self._worker.kill()


class _Worker:
    """A process, as its parent sees it."""

    def __init__(self) -> None:
        self._pipe, theirs = _CONTEXT.Pipe()
        stop, self._stop = _CONTEXT.Pipe(duplex=False)  # carries nothing: it is closed to say "stop"
        self._process = _CONTEXT.Process(target=_serve, args=(theirs, stop), daemon=True)
        try:
            self._process.start()
        finally:
            theirs.close()
            stop.close()

    def ask(self, message: bytes) -> bytes | None:
        """Return the answer to a message, or None if the process ends before it has answered."""
        try:
            self._pipe.send_bytes(message)
            wait_for([self._pipe, self._process.sentinel])
            return self._pipe.recv_bytes() if self._pipe.poll() else None
        except (EOFError, OSError):
            return None

    def has_ended(self) -> bool:
        return bool(wait_for([self._process.sentinel], 0))

    def ask_to_stop(self) -> None:
        self._stop.close()

    def kill(self) -> None:
        if not self.has_ended():
            with suppress(OSError):  # it has ended since
                self._process.kill()

    def dismiss(self) -> None:
        """Wait for the end of an idle process, and kill it if that does not come."""
        self._pipe.close()
        self._stop.close()
        self._process.join(GRACE_SEC)
        self.kill()
        self._process.join(GRACE_SEC)


# -- in a worker --------------------------------------------------------------------------------------------------


def stop_if_asked(_fraction: float = 0.0) -> None:
    """Raise `Cancelled` in a worker whose parent gives up, or is gone; a `Progress`."""
    if _stop is not None:
        try:
            asked = _stop.poll()
        except OSError:  # how Windows reports that the other end is closed
            asked = True
        if asked:
            raise Cancelled


def _serve(pipe: Connection[bytes, bytes], stop: Connection[bytes, bytes]) -> None:
    """Answer the parent until it closes the pipe.

    Ctrl-C is the parent's to answer. SIGTERM ends the process at once: as an exception it would be one more result of
    a job to whatever catches those.
    """
    global _stop  # noqa: PLW0603 - the one of this process
    _stop = stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(EOFError, OSError):
        while True:
            pipe.send_bytes(_answer(pipe.recv_bytes()))


def _answer(message: bytes) -> bytes:
    """Do a job; return whether it succeeded and its result, or its exception, pickled."""
    try:
        work, args, kwargs = pickle.loads(message)
        return pickle.dumps((True, work(*args, **kwargs)))
    except Exception as error:  # noqa: BLE001 - it is the caller's
        error.add_note(f"In a worker process:\n{traceback.format_exc()}")
        try:
            return pickle.dumps((False, error))
        except Exception:  # noqa: BLE001 - of whatever kind: the error cannot be pickled
            return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        threading.main_thread().join(GRACE_SEC)  # a job that calls `stop_if_asked` puts away what it has begun
        os._exit(1)
