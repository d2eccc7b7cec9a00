"""Runs core calls on one background QThread and answers on the GUI thread.

One way to do background work: `Jobs.run(function, *args, title=..., done=..., failed=...)`. The function gets a
`progress` keyword argument (`tonenet_core.progress.Progress`) that reports to the window and raises `Cancelled` when
the user asked to stop.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from tonenet_core.errors import Cancelled

log = logging.getLogger(__name__)

HANDOVER_SEC = 0.001  # how long a thread that computes keeps Python's lock while the window's thread waits for it
REPORT_SEC = 0.05  # progress reaches the window at most 20 times a second
ESTIMATE_FROM = 0.04  # below this fraction the time left would be a guess
ESTIMATE_AFTER_SEC = 0.4


@dataclass(frozen=True)
class JobState:
    """How far the job is that the user watches.

    Attributes:
        title: what is being done, for people.
        fraction: 0..1, never falling; None as long as nothing was reported.
        seconds_left: an estimate that never rises; None while there is none.
        waiting: how many more jobs wait behind this one.
    """

    title: str
    fraction: float | None = None
    seconds_left: float | None = None
    waiting: int = 0

    def advanced(self, fraction: float, elapsed_sec: float) -> JobState:
        """Return the state after a report of `fraction` (0..1), `elapsed_sec` seconds after the start."""
        fraction = min(max(fraction, self.fraction or 0.0), 1.0)
        left = self.seconds_left
        if fraction >= ESTIMATE_FROM and elapsed_sec >= ESTIMATE_AFTER_SEC:
            estimate = elapsed_sec * (1.0 - fraction) / fraction
            left = estimate if left is None else min(left, estimate)
        return replace(self, fraction=fraction, seconds_left=left)


class Job:
    """One call that runs, waits or has ended; `cancel` may be called from any thread."""

    def __init__(
        self,
        call: Callable[..., Any],
        title: str,
        done: Callable[[Any], None] | None,
        failed: Callable[[Exception], None] | None,
        background: bool,
    ) -> None:
        self.call = call
        self.title = title
        self.done = done
        self.failed = failed
        self.background = background
        self._cancel = threading.Event()

    def cancel(self) -> None:
        """Ask the job to stop; its next progress report raises `Cancelled`."""
        self._cancel.set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked the job to stop."""
        return self._cancel.is_set()


class _Preempted(Cancelled):
    """A background job makes way for one that the user waits for."""


class _Queue:
    """Jobs in the order in which they were asked for; background jobs only when no other waits."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._foreground: deque[Job] = deque()
        self._background: deque[Job] = deque()
        self._closed = False

    def put(self, job: Job) -> None:
        with self._condition:
            (self._background if job.background else self._foreground).append(job)
            self._condition.notify()

    def take(self) -> Job | None:
        """Wait for the next job; None when the queue was closed."""
        with self._condition:
            while not (self._foreground or self._background or self._closed):
                self._condition.wait()
            if self._closed:
                return None
            return self._foreground.popleft() if self._foreground else self._background.popleft()

    def close(self) -> None:
        with self._condition:
            self._closed = True
            self._condition.notify()

    @property
    def waiting(self) -> int:
        return len(self._foreground)


class _Thread(QThread):
    """The one worker; it owns no signals, so that nothing of it can be deleted while it emits."""

    def __init__(self, queue: _Queue, jobs: Jobs) -> None:
        super().__init__()
        self.setObjectName("jobs")
        self._queue = queue
        self._jobs = jobs

    def run(self) -> None:
        while (job := self._queue.take()) is not None:
            self._run(job)

    def _run(self, job: Job) -> None:
        jobs = self._jobs
        jobs.started_.emit(job)
        last_report = -REPORT_SEC

        def progress(fraction: float) -> None:
            nonlocal last_report
            if job.cancelled:
                raise Cancelled
            if job.background and self._queue.waiting:
                raise _Preempted
            now = time.monotonic()
            if now - last_report >= REPORT_SEC:
                last_report = now
                jobs.reported_.emit(job, fraction)

        result: Any = None
        error: Exception | None = None
        try:
            if job.cancelled:
                raise Cancelled
            result = job.call(progress=progress)
        except _Preempted:
            self._queue.put(job)
            return
        except Exception as raised:  # noqa: BLE001  (the one place where a job's bug is caught; it is shown, never lost)
            error = raised
        jobs.ended_.emit(job, result, error)


class Jobs(QObject):
    """The background worker as the GUI thread sees it.

    Lives as long as the session. All callbacks (`done`, `failed`) run on the GUI thread, one after the other.

    Attributes:
        changed: emitted when a watched job starts, advances or ends.
        state: the watched job now, or None.
    """

    changed = Signal()
    started_ = Signal(object)
    reported_ = Signal(object, float)
    ended_ = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        sys.setswitchinterval(HANDOVER_SEC)  # the window asks for the lock many times a frame, and 5 ms each add up
        self.state: JobState | None = None
        self._queue = _Queue()
        self._thread = _Thread(self._queue, self)
        self._open: list[Job] = []
        self._started_at = 0.0
        queued = Qt.ConnectionType.QueuedConnection
        self.started_.connect(self._on_started, queued)
        self.reported_.connect(self._on_reported, queued)
        self.ended_.connect(self._on_ended, queued)

    def run(
        self,
        function: Callable[..., Any],
        *args: Any,
        title: str,
        done: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        background: bool = False,
    ) -> Job:
        """Run `function(*args, progress=progress)` on the worker, after the jobs that wait already.

        Args:
            function: a plain core call that takes `progress`.
            args: its positional arguments.
            title: what is being done, for people.
            done: called with the result on the GUI thread, unless the job was cancelled.
            failed: called with the exception (`Cancelled` included) on the GUI thread.
            background: nobody watches it; it makes way when another job comes and starts again later.
        """

        def call(progress: Callable[[float], None]) -> Any:
            return function(*args, progress=progress)

        job = Job(call, title, done, failed, background)
        self._open.append(job)
        if not self._thread.isRunning():
            self._thread.start()
        self._queue.put(job)
        self._update_waiting()
        return job

    @property
    def idle(self) -> bool:
        """Whether nothing runs or waits, background jobs included."""
        return not self._open

    def cancel_all(self) -> None:
        """Ask every job that runs or waits to stop, background jobs excepted."""
        for job in self._open:
            if not job.background:
                job.cancel()

    def close(self) -> None:
        """Cancel everything, wait for the worker and end it; safe to call twice."""
        for job in self._open:
            job.cancel()
        self._queue.close()
        self._thread.wait()
        self._open.clear()
        self.state = None

    @Slot(object)
    def _on_started(self, job: Job) -> None:
        if job.background or job not in self._open:
            return
        self._started_at = time.monotonic()
        self.state = JobState(job.title, waiting=self._count_waiting(job))
        self.changed.emit()

    @Slot(object, float)
    def _on_reported(self, job: Job, fraction: float) -> None:
        if job.background or self.state is None or job not in self._open:
            return
        self.state = self.state.advanced(fraction, time.monotonic() - self._started_at)
        self.changed.emit()

    @Slot(object, object, object)
    def _on_ended(self, job: Job, result: Any, error: Exception | None) -> None:
        if job not in self._open:
            return
        self._open.remove(job)
        if not job.background:
            self.state = None
        if error is None and job.cancelled:
            error = Cancelled()
        if error is None and job.done is not None:
            job.done(result)
        elif error is not None and job.failed is not None:
            job.failed(error)
        self.changed.emit()

    def _count_waiting(self, running: Job) -> int:
        return sum(not job.background and job is not running for job in self._open)

    def _update_waiting(self) -> None:
        if self.state is not None:
            self.state = replace(self.state, waiting=sum(not job.background for job in self._open) - 1)
            self.changed.emit()
