"""Worker processes for long lists of independent jobs: they end with their parent, and stop when they are asked to.

A caller takes any `concurrent.futures.Executor`; `processes` is the one for this machine.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing.connection import wait as wait_for
from multiprocessing.synchronize import Event
from typing import TypeVar

from tonenet_core.errors import Cancelled

T = TypeVar("T")
R = TypeVar("R")
GRACE_SEC = 2.0  # for a worker to put away what it has begun
_stop: Event | None = None


@contextmanager
def processes(count: int) -> Iterator[Executor]:
    """Give a pool of `count` fresh processes; when the block fails, jobs that call `stop_if_asked` stop at once."""
    context = multiprocessing.get_context("spawn")  # a fork would copy torch's threads half way through their work
    stop = context.Event()
    pool = ProcessPoolExecutor(count, context, _begin, (stop,))
    try:
        yield pool
    except BaseException:
        stop.set()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(stop: Event) -> None:
    """Set up a worker: Ctrl-C is its parent's to answer, and it does not outlive a parent that was killed."""
    global _stop  # noqa: PLW0603 - the one event of this process
    _stop = stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as an exception, so that unfinished files are removed
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
        threading.main_thread().join(GRACE_SEC)
        os._exit(1)  # it may wait for its next job for ever: nobody closes the queue that it waits on


def stop_if_asked(_fraction: float = 0.0) -> None:
    """Raise `Cancelled` in a worker whose parent gives up; a `Progress`."""
    if _stop is not None and _stop.is_set():
        raise Cancelled


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
