"""Batch transfer of many files into one folder: the model of the batch window.

Each file is a background job on the session's worker: the batch uses the one model process, and gives way at once when
the window needs it for the open piece. A file is transferred by the same call of the core as
by `tonenet transfer`, so the results are the same.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.background.jobs import Job, Jobs, JobState
from app.background.requests import Runner
from app.background.throttle import throttled
from app.documents.dropped_files import Found, limit_text
from app.session.batch_files import Item, Order, State, Tally, add_found, existing_results, find_items, replaced_input
from app.system.language import translate
from app.system.log import report_bug
from tonenet_core.errors import Cancelled, ToneNetError
from tonenet_core.file_transfer import transfer_file
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress
from tonenet_core.transfer import Interpretation, TransferOptions


class Batch(QObject):
    """Files of a batch and their progress; lives as long as the session.

    Attributes:
        changed: the list of files changed, or the batch began or ended.
        advanced: the item of this index changed, and `state` with it.
        finished: the batch ended, or was cancelled.
        searched: `found_so_far` has grown.
        items: the files.
        order: the options of the current or last run; None before the first run.
        state: the progress of the run; None while nothing runs.
        cancelled: whether the last run was cancelled.
        limit_text: a sentence if the last search found more files than the list takes; else empty.
        found_so_far: the number of files that the search has found.
    """

    changed = Signal()
    advanced = Signal(int)
    finished = Signal()
    searched = Signal()
    _began = Signal(int)
    _reported = Signal(int, float)
    _gave_way = Signal(int)
    _counted = Signal(int)

    def __init__(self, jobs: Jobs, runner: Runner, parent: QObject | None = None) -> None:
        """Start without files.

        Args:
            jobs: the session's worker.
            runner: where the models run.
            parent: as in Qt.
        """
        super().__init__(parent)
        self.items: list[Item] = []
        self.order: Order | None = None
        self.state: JobState | None = None
        self.cancelled = False
        self._jobs = jobs
        self._runner = runner
        self._job: Job | None = None
        self.limit_text = ""
        self.found_so_far = 0
        self._searches: list[Job] = []
        self._waiting: deque[int] = deque()
        self._tally = Tally((), ())
        self._index = -1  # of the file that the worker has
        self._began_at = 0.0
        queued = Qt.ConnectionType.QueuedConnection
        self._began.connect(self._on_began, queued)
        self._reported.connect(self._on_reported, queued)
        self._gave_way.connect(self._on_gave_way, queued)
        self._counted.connect(self._on_counted, queued)

    @property
    def running(self) -> bool:
        """Whether files are being transferred."""
        return self.state is not None

    @property
    def searching(self) -> bool:
        """Whether folders are being searched."""
        return bool(self._searches)

    def add(self, paths: Sequence[Path]) -> None:
        """Add files, and all MIDI files in folders; does nothing while the batch runs."""
        if not self.running and paths:
            find = partial(find_items, paths, self.items, throttled(self._counted.emit))
            job = self._jobs.run(find, title="", done=self._found, failed=self._not_found, background=True)
            self._searches.append(job)
            self.changed.emit()

    def remove(self, indexes: Sequence[int]) -> None:
        """Take files off the list; does nothing while the batch runs."""
        if not self.running:
            removed = set(indexes)
            self.items = [item for index, item in enumerate(self.items) if index not in removed]
            self._tally = Tally(self.items, ())
            self.changed.emit()

    def _found(self, result: tuple[list[Item], list[Item], Found]) -> None:
        before, longer, found = result
        self._searches.pop(0)
        self.items = longer if self.items is before else add_found(self.items, found.files)
        self._tally = Tally(self.items, ())
        self.limit_text = limit_text(len(found.files), found.count)
        self.found_so_far = 0
        self.changed.emit()

    def _not_found(self, error: Exception) -> None:
        self._searches.pop(0)
        self.found_so_far = 0
        self.changed.emit()
        if not isinstance(error, Cancelled):
            report_bug(error)

    @Slot(int)
    def _on_counted(self, count: int) -> None:
        if self.searching:
            self.found_so_far = count
            self.searched.emit()

    def replaced_input(self, folder: Path) -> Path | None:
        """Return one of the files that a result in `folder` would replace, or None."""
        return replaced_input(self.items, folder)

    def existing(self, folder: Path) -> list[int]:
        """Return the indexes of the files whose result is in `folder` already."""
        return existing_results(self.items, folder)

    def start(self, order: Order, *, replacing: bool = False) -> None:
        """Transfer every file.

        Args:
            order: the options; none of the results may replace an input (see `replaced_input`).
            replacing: whether results that exist already are replaced; otherwise they are kept.
        """
        if self.running or not self.items:
            return
        kept = set() if replacing else set(self.existing(order.folder))
        self.order, self.cancelled = order, False
        self.items = [
            replace(item, state="kept" if index in kept else "waiting", fraction=0.0, text="")
            for index, item in enumerate(self.items)
        ]
        self._waiting = deque(index for index in range(len(self.items)) if index not in kept)
        self._tally = Tally(self.items, [self.items[index] for index in self._waiting])
        self._began_at = time.monotonic()
        self.state = JobState("", fraction=0.0)
        self.changed.emit()
        self._next()

    def cancel(self) -> None:
        """Stop at once, the search too; finished files stay, and an unfinished one leaves nothing behind."""
        for search in self._searches:
            search.cancel()
        if self.running:
            self.cancelled = True
            if self._job is not None:
                self._job.cancel()
                self._job = None
            self._set_waiting()
            self._end()

    def _next(self) -> None:
        """Hand the next file to the worker, or end."""
        if not self._waiting:
            self._end()
            return
        assert self.order is not None
        index = self._waiting.popleft()
        item, order, self._index = self.items[index], self.order, index
        self._job = job = self._jobs.run(
            partial(self._transfer, index, item, order),
            title="",
            done=lambda text: self._ended(job, index, "done", text),
            failed=lambda error: self._failed(job, index, error),
            background=True,
        )

    def _transfer(self, index: int, item: Item, order: Order, progress: Progress) -> str:
        """Transfer one file on the worker; return the notices on reading it."""
        show = throttled(lambda fraction: self._reported.emit(index, fraction))

        def report(fraction: float) -> None:
            progress(fraction)
            show(fraction)

        def interpret(performance: Performance, options: TransferOptions, report: Progress) -> Interpretation:
            return self._runner.interpret(order.request(performance), report)

        self._began.emit(index)
        try:
            report(0.0)
            result = transfer_file(item.path, order.folder / item.place, interpret, order.options, report)
        except Cancelled:
            self._gave_way.emit(index)
            raise
        return " ".join(map(translate, (*result.original.transfer_notices, *result.interpretation.notices)))

    def _failed(self, job: Job, index: int, error: Exception) -> None:
        if isinstance(error, Cancelled):
            return
        if isinstance(error, ToneNetError):
            self._ended(job, index, "refused", translate(error))
            return
        self._ended(job, index, "refused", self.tr("A fault of the program, not of the file."))
        report_bug(error)

    def _ended(self, job: Job, index: int, state: State, text: str) -> None:
        if job is not self._job:
            return
        self._job = None
        self._set(index, replace(self.items[index], state=state, fraction=1.0, text=text))
        self._next()

    def _end(self) -> None:
        self.state = None
        self.changed.emit()
        self.finished.emit()

    @Slot(int)
    def _on_began(self, index: int) -> None:
        if self.running and index == self._index:
            self._set(index, replace(self.items[index], state="running", fraction=0.0))

    @Slot(int, float)
    def _on_reported(self, index: int, fraction: float) -> None:
        if self.running and index == self._index and self.items[index].state == "running":
            self._set(index, replace(self.items[index], fraction=fraction))

    @Slot(int)
    def _on_gave_way(self, index: int) -> None:
        if self.running and index == self._index and self.items[index].state == "running":
            self._set(index, replace(self.items[index], state="waiting", fraction=0.0))

    def _set_waiting(self) -> None:
        """Let the file wait that the worker has."""
        item = self.items[self._index]
        if item.state == "running":
            self._set(self._index, replace(item, state="waiting", fraction=0.0))

    def _set(self, index: int, item: Item) -> None:
        self._tally.change(self.items[index], item)
        self.items[index] = item
        assert self.state is not None
        self.state = self.state.advanced(self._tally.fraction, time.monotonic() - self._began_at)
        self.advanced.emit(index)

    def summary(self) -> str:
        """Return a sentence on the progress or the result of the run; empty before the first."""
        if self.order is None or not self.items:
            return ""
        count = self._tally.states
        total = len(self.items)
        if self.running:
            over = total - count["waiting"] - count["running"]
            return self.tr("{0} of %Ln files", "", total).format(over)
        parts = [self.tr("{0} of {1} written").format(count["done"], total)]
        if count["refused"]:
            parts.append(self.tr("{0} refused").format(count["refused"]))
        if count["kept"]:
            parts.append(self.tr("{0} there already").format(count["kept"]))
        if self.cancelled:
            parts.append(self.tr("{0} left when it was cancelled").format(count["waiting"]))
        return ", ".join(parts) + "."
