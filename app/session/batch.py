"""Batch transfer of many files into one folder: the model of the batch window.

Each file is a background job on the session's worker: the batch uses the one model process, and gives way at once when
the window needs it for the open piece. A file is transferred by the same call of the core as
by `tonenet transfer`, so the results are the same.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.background.jobs import Job, Jobs, JobState
from app.background.requests import Runner, Transfer
from app.background.throttle import throttled
from app.session.dropped_files import file_identity, file_size, find_midi, unique_place
from app.system.language import translate
from app.system.log import report_bug
from tonenet_core.checkpoint import CheckpointInfo
from tonenet_core.errors import Cancelled, ToneNetError
from tonenet_core.file_transfer import transfer_file
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress
from tonenet_core.transfer import Interpretation, TransferOptions

State = Literal["waiting", "running", "done", "refused", "kept"]


@dataclass(frozen=True)
class Item:
    """File of a batch.

    Attributes:
        path: the file.
        place: the path of its result, relative to the folder for the results.
        size: in bytes; the time that a file takes is about proportional to it.
        state: `kept` if its result existed already and is not replaced.
        fraction: 0..1 while it runs.
        text: notices on reading, or the reason that it was refused; full sentences.
    """

    path: Path
    place: Path
    size: int = 0
    state: State = "waiting"
    fraction: float = 0.0
    text: str = ""


@dataclass(frozen=True)
class Order:
    """Options for all files of a batch.

    Attributes:
        folder: for the results; made if missing.
        model: the model.
        style: one of its styles.
        source: the style that the files are played in; None lets the model tell.
        strength: 0..1.5.
        accents: 0..1.
        seed: for pieces without dynamics.
        device: "auto", "cpu" or "cuda:N".
    """

    folder: Path
    model: CheckpointInfo
    style: str
    source: str | None = None
    strength: float = 1.0
    accents: float = 1.0
    seed: int = 0
    device: str = "auto"


class Batch(QObject):
    """Files of a batch and their progress; lives as long as the session.

    Attributes:
        changed: the list of files changed, or the batch began or ended.
        advanced: the item of this index changed, and `state` with it.
        finished: the batch ended, or was cancelled.
        items: the files.
        order: the options of the current or last run; None before the first run.
        state: the progress of the run; None while nothing runs.
        cancelled: whether the last run was cancelled.
    """

    changed = Signal()
    advanced = Signal(int)
    finished = Signal()
    _began = Signal(int)
    _reported = Signal(int, float)
    _gave_way = Signal(int)

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
        self._searches = 0
        self._chosen: list[int] = []
        self._index = -1  # of the file that the worker has
        self._began_at = 0.0
        queued = Qt.ConnectionType.QueuedConnection
        self._began.connect(self._on_began, queued)
        self._reported.connect(self._on_reported, queued)
        self._gave_way.connect(self._on_gave_way, queued)

    @property
    def running(self) -> bool:
        """Whether files are being transferred."""
        return self.state is not None

    @property
    def searching(self) -> bool:
        """Whether folders are being searched."""
        return self._searches > 0

    def add(self, paths: Sequence[Path]) -> None:
        """Add files, and all MIDI files in folders; does nothing while the batch runs."""
        if not self.running and paths:
            self._searches += 1
            self._jobs.run(find_midi, paths, title="", done=self._found, failed=self._not_found, background=True)
            self.changed.emit()

    def remove(self, indexes: Sequence[int]) -> None:
        """Take files off the list; does nothing while the batch runs."""
        if not self.running:
            self.items = [item for index, item in enumerate(self.items) if index not in set(indexes)]
            self.changed.emit()

    def _found(self, found: list[tuple[Path, Path]]) -> None:
        self._searches -= 1
        known = {item.path for item in self.items}
        taken = {item.place for item in self.items}
        for path, place in found:
            if path not in known:
                free = unique_place(place, taken)
                taken.add(free)
                known.add(path)
                self.items.append(Item(path, free, file_size(path)))
        self.changed.emit()

    def _not_found(self, error: Exception) -> None:
        self._searches -= 1
        self.changed.emit()
        if not isinstance(error, Cancelled):
            report_bug(error)

    def replaced_input(self, folder: Path) -> Path | None:
        """Return one of the files that a result in `folder` would replace, or None."""
        inputs = {file_identity(item.path): item.path for item in self.items}
        inputs.pop(None, None)
        return next(
            (inputs[found] for item in self.items if (found := file_identity(folder / item.place)) in inputs), None
        )

    def existing(self, folder: Path) -> list[int]:
        """Return the indexes of the files whose result is in `folder` already."""
        return [index for index, item in enumerate(self.items) if (folder / item.place).exists()]

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
        self._chosen = [index for index in range(len(self.items)) if index not in kept]
        self._began_at = time.monotonic()
        self.state = JobState("", fraction=0.0)
        self.changed.emit()
        self._next()

    def cancel(self) -> None:
        """Stop at once; finished files stay, and an unfinished one leaves nothing behind."""
        if self.running:
            self.cancelled = True
            if self._job is not None:
                self._job.cancel()
                self._job = None
            self._set_waiting()
            self._end()

    def _next(self) -> None:
        """Hand the next file to the worker, or end."""
        index = next((index for index in self._chosen if self.items[index].state == "waiting"), None)
        if index is None:
            self._end()
            return
        assert self.order is not None
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
            path = str(order.model.path)
            request = Transfer(performance, path, options.style, options.source_style, options.seed, order.device)
            return self._runner.interpret(request, report)

        self._began.emit(index)
        options = TransferOptions(order.style, order.source, order.strength, order.accents, order.seed)
        try:
            report(0.0)
            result = transfer_file(item.path, order.folder / item.place, interpret, options, report)
        except Cancelled:
            self._gave_way.emit(index)
            raise
        return " ".join(map(translate, result.original.transfer_notices))

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
        self.items = [
            replace(item, state="waiting", fraction=0.0) if item.state == "running" else item for item in self.items
        ]

    def _set(self, index: int, item: Item) -> None:
        self.items[index] = item
        assert self.state is not None
        self.state = self.state.advanced(self._done(), time.monotonic() - self._began_at)
        self.advanced.emit(index)

    def _done(self) -> float:
        """Return the fraction of the work that is done, 0..1."""
        chosen = [self.items[index] for index in self._chosen]
        whole = sum(item.size + 1 for item in chosen)
        return sum((item.size + 1) * item.fraction for item in chosen) / whole if whole else 1.0

    def summary(self) -> str:
        """Return a sentence on the progress or the result of the run; empty before the first."""
        if self.order is None or not self.items:
            return ""
        count = Counter(item.state for item in self.items)
        total = len(self.items)
        if self.running:
            over = total - count["waiting"] - count["running"]
            return self.tr("{0} of %n files", "", total).format(over)
        parts = [self.tr("{0} of {1} written").format(count["done"], total)]
        if count["refused"]:
            parts.append(self.tr("{0} refused").format(count["refused"]))
        if count["kept"]:
            parts.append(self.tr("{0} there already").format(count["kept"]))
        if self.cancelled:
            parts.append(self.tr("{0} left when it was cancelled").format(count["waiting"]))
        return ", ".join(parts) + "."
