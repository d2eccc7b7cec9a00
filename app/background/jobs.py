"""Runs core calls on background threads and delivers their results on the GUI thread.

There is one way to do background work: `Jobs.run(function, *args, title=..., done=..., failed=...)`. The function gets
a `progress` keyword argument (`tonenet_core.progress.Progress`) that reports to the window and raises `Cancelled` when
the user asked to stop. Jobs of one lane run one after the other; the lanes run beside each other.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from app.background.throttle import throttled
from tonenet_core.errors import Cancelled
from tonenet_core.progress import Progress

log = logging.getLogger(__name__)

ResultT = TypeVar("ResultT")

HANDOVER_SEC = 0.001  # how long a thread that computes keeps Python's lock while the window's thread waits for it
ESTIMATE_FROM = 0.08  # with less done since the first report the time left would be a guess
ESTIMATE_AFTER_SEC = 0.4
FAR_OFF = 1.25  # an estimate that rises by less is not shown: the figure would go up and down
LEAST_LEFT = 0.25  # of the estimate that is worst: that nothing was done since the last report

Lane = Literal["user", "judge", "figures", "loudness", "devices", "learning"]
"""`user`: everything that the user waits for, and the models. The others must neither wait for it nor hold it up."""


@dataclass(frozen=True)
class JobState:
    """Progress of the job that the user watches.

    Attributes:
        title: what is being done, for people.
        fraction: 0..1, never falling; None until the first report.
        seconds_left: an estimate, which rises only where it was far too low; None while there is no estimate.
        waiting: number of jobs that wait behind this one.
        begun: the first fraction above 0 that was reported, and the seconds from the start to that report: what comes
            before, such as the start of a process, says nothing of the pace.
        elapsed_sec: from the start to the last report.
    """

    title: str
    fraction: float | None = None
    seconds_left: float | None = None
    waiting: int = 0
    begun: tuple[float, float] | None = None
    elapsed_sec: float = 0.0

    def advanced(self, fraction: float, elapsed_sec: float) -> JobState:
        """Return the state after a report of `fraction` (0..1), `elapsed_sec` seconds after the start."""
        before, fraction = self.fraction or 0.0, min(max(fraction, self.fraction or 0.0), 1.0)
        begun = (fraction, elapsed_sec) if self.begun is None and fraction > 0 else self.begun
        left = self.seconds_left
        done, took_sec = (fraction - begun[0], elapsed_sec - begun[1]) if begun is not None else (0.0, 0.0)
        if done >= ESTIMATE_FROM and took_sec >= ESTIMATE_AFTER_SEC:
            estimate = took_sec * (1.0 - fraction) / done
            if left is not None:
                left = max(left - (elapsed_sec - self.elapsed_sec), estimate * LEAST_LEFT)
            if fraction > before and (left is None or not left < estimate < left * FAR_OFF):
                left = estimate
        return replace(self, fraction=fraction, seconds_left=left, begun=begun, elapsed_sec=elapsed_sec)


class Job:
    """One call that waits, runs or has ended; `cancel` may be called from any thread."""

    def __init__(
        self,
        call: Callable[..., Any],
        title: str,
        done: Callable[[Any], object] | None,
        failed: Callable[[Exception], object] | None,
        *,
        lane: Lane,
        background: bool,
    ) -> None:
        self.call = call
        self.title = title
        self.done = done
        self.failed = failed
        self.lane: Lane = lane
        self.background = background
        self._cancel = threading.Event()

    @property
    def watched(self) -> bool:
        """Whether the user waits for it."""
        return self.lane == "user" and not self.background

    def cancel(self) -> None:
        """Ask the job to stop; its next progress report raises `Cancelled`."""
        self._cancel.set()

    @property
    def cancelled(self) -> bool:
        """Whether the job was asked to stop."""
        return self._cancel.is_set()


class _Preempted(Cancelled):
    """Raised in a background job to make way for one that the user waits for."""


class _Queue:
    """Jobs in the order in which they were submitted; background jobs only while no other waits."""

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
        """Wait for the next job; None once the queue is closed."""
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


class _Worker(QThread):
    """The thread of one lane; it owns no signals, so that nothing of it can be deleted while it emits."""

    def __init__(self, lane: Lane, jobs: Jobs) -> None:
        super().__init__()
        self.setObjectName(f"jobs-{lane}")
        self.queue = _Queue()
        self._jobs = jobs

    def run(self) -> None:
        while (job := self.queue.take()) is not None:
            self._run(job)

    def _run(self, job: Job) -> None:
        jobs = self._jobs
        jobs.started_.emit(job)
        report = throttled(lambda fraction: jobs.reported_.emit(job, fraction))

        def progress(fraction: float) -> None:
            if job.cancelled:
                raise Cancelled
            if job.background and self.queue.waiting:
                raise _Preempted
            report(fraction)

        result: Any = None
        error: Exception | None = None
        try:
            if job.cancelled:
                raise Cancelled
            result = job.call(progress=progress)
        except _Preempted:
            self.queue.put(job)
            return
        except Exception as raised:  # noqa: BLE001  (the one place where a job's bug is caught; it is shown, never lost)
            error = raised
        jobs.ended_.emit(job, result, error)


class Jobs(QObject):
    """The background threads as the GUI thread sees them: one for each lane, started by the lane's first job.

    Lives as long as the session. All callbacks (`done`, `failed`) run on the GUI thread, one after the other.

    Attributes:
        changed: emitted when a watched job starts, advances or ends.
        state: the watched job that runs now, or None.
    """

    changed = Signal()
    started_ = Signal(object)
    reported_ = Signal(object, float)
    ended_ = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state: JobState | None = None
        self._workers: dict[Lane, _Worker] = {}
        self._open: list[Job] = []
        self._closed = False
        self._started_at = 0.0
        queued = Qt.ConnectionType.QueuedConnection
        self.started_.connect(self._on_started, queued)
        self.reported_.connect(self._on_reported, queued)
        self.ended_.connect(self._on_ended, queued)

    def run(
        self,
        function: Callable[..., ResultT],
        *args: object,
        title: str,
        done: Callable[[ResultT], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
        lane: Lane = "user",
        background: bool = False,
    ) -> Job:
        """Run `function(*args, progress=progress)` after the jobs of the lane that wait already; not after `close`.

        Args:
            function: a plain core call that takes `progress`.
            args: its positional arguments.
            title: what is being done, for people.
            done: called with the result on the GUI thread, unless the job was cancelled.
            failed: called with the exception (`Cancelled` included) on the GUI thread.
            lane: which thread runs it.
            background: not shown to the user; it makes way when another job of the lane comes, and starts over later.
        """

        def call(progress: Progress) -> ResultT:
            return function(*args, progress=progress)

        job = Job(call, title, done, failed, lane=lane, background=background)
        if self._closed:
            job.cancel()
            return job
        self._open.append(job)
        if lane not in self._workers:
            self._workers[lane] = _Worker(lane, self)
        worker = self._workers[lane]
        if not worker.isRunning():
            worker.start()
        worker.queue.put(job)
        self._update_waiting()
        return job

    @property
    def idle(self) -> bool:
        """Whether nothing runs or waits in any lane, background jobs included."""
        return not self._open

    def is_idle(self, *lanes: Lane) -> bool:
        """Return whether nothing runs or waits in these lanes, background jobs included."""
        return not any(job.lane in lanes for job in self._open)

    def cancel_all(self) -> None:
        """Ask every job that the user waits for to stop."""
        for job in self._open:
            if job.watched:
                job.cancel()

    def close(self) -> None:
        """Cancel everything, wait for the threads and end them; safe to call twice."""
        self._closed = True
        for job in self._open:
            job.cancel()
        for worker in self._workers.values():
            worker.queue.close()
        for worker in self._workers.values():
            worker.wait()
        self._open.clear()
        self.state = None

    @Slot(object)
    def _on_started(self, job: Job) -> None:
        if not job.watched or job not in self._open:
            return
        self._started_at = time.monotonic()
        self.state = JobState(job.title, waiting=self._count_watched() - 1)
        self.changed.emit()

    @Slot(object, float)
    def _on_reported(self, job: Job, fraction: float) -> None:
        if not job.watched or self.state is None or job not in self._open:
            return
        self.state = self.state.advanced(fraction, time.monotonic() - self._started_at)
        self.changed.emit()

    @Slot(object, object, object)
    def _on_ended(self, job: Job, result: Any, error: Exception | None) -> None:
        if job not in self._open:
            return
        self._open.remove(job)
        if job.watched:
            self.state = None
        if error is None and job.cancelled:
            error = Cancelled()
        if error is None and job.done is not None:
            job.done(result)
        elif error is not None and job.failed is not None:
            job.failed(error)
        if job.lane == "user":
            self.changed.emit()

    def _count_watched(self) -> int:
        return sum(job.watched for job in self._open)

    def _update_waiting(self) -> None:
        if self.state is not None:
            self.state = replace(self.state, waiting=self._count_watched() - 1)
            self.changed.emit()
