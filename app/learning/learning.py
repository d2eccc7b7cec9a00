"""A style that is learnt from a folder: what was found there, the run, its curve, and what it has reached.

It has a process and a thread of its own, so that the window can transfer and play meanwhile. All that a run needs is in
its folder: after a crash the next start offers to go on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.background.jobs import Job, Jobs, JobState
from app.background.model_process import ModelProcess, ModelProcessError
from app.background.requests import Inquiry, Learner
from app.documents.messages import MessageBoard, Offer
from app.learning.learner_calls import LearnerCalls
from app.learning.sentences import result_text
from app.learning.work_folder import WorkFolder
from app.system.language import translate
from app.system.log import report_bug
from tonenet_core.errors import Cancelled, ToneNetError, printable
from tonenet_core.files.locations import user_learning
from tonenet_core.learning.order import CACHE, Order, write_order

if TYPE_CHECKING:
    from tonenet_core.learning.curve import Point
    from tonenet_core.learning.learn import Learned
    from tonenet_core.learning.survey import Survey

T = TypeVar("T")

Phase = Literal["idle", "reading", "learning", "learnt", "stopped"]


class Learning(QObject):
    """Learns one style at a time; lives as long as the session.

    Attributes:
        changed: the phase is another, or something else was found.
        advanced: only `state` and `curve` are new.
        learned: a style was learnt and installed; the name of the model that plays it.
        phase: what is done now, or was done last.
        order: the style that is being learnt, or was learnt last.
        found: what the folder that was read last holds; None before it was read.
        state: progress of what runs.
        curve: of the run.
        result: what was reached.
        problem: full sentences on why nothing was reached.
    """

    changed = Signal()
    advanced = Signal()
    learned = Signal(str)
    _reported = Signal(float)
    _looked = Signal(object)

    def __init__(
        self,
        jobs: Jobs,
        messages: MessageBoard,
        make_learner: Callable[[], Learner] = ModelProcess,
        parent: QObject | None = None,
    ) -> None:
        """Learn nothing yet.

        Args:
            jobs: run the work in the background.
            messages: get what was reached.
            make_learner: makes what learns.
            parent: as in Qt.
        """
        super().__init__(parent)
        self.phase: Phase = "idle"
        self.order: Order | None = None
        self.found: Survey | None = None
        self.state: JobState | None = None
        self.curve: list[Point] = []
        self.result: Learned | None = None
        self.problem = ""
        self._jobs, self._messages = jobs, messages
        self._calls = LearnerCalls(make_learner, self._reported.emit, self._looked.emit)
        self._work: WorkFolder | None = None
        self._left: WorkFolder | None = None
        self._job: Job | None = None
        self._began_at = 0.0
        self._reported.connect(self._on_reported, Qt.ConnectionType.QueuedConnection)
        self._looked.connect(self._on_looked, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        """Whether a style is being learnt."""
        return self.phase == "learning"

    # --- what the user asks for ------------------------------------------------------------------------------------

    def read(self, folder: Path) -> None:
        """Find what can be learnt from a folder; not while a style is being learnt."""
        if self.running:
            return
        self.cancel()
        self.order, self.found, self.problem = None, None, ""
        if (work := self._new_folder()) is None:
            return
        inquiry = Inquiry(folder, work.path / CACHE)
        self._run("reading", work, partial(self._calls.survey, inquiry), self._on_found)

    def start(self, order: Order) -> None:
        """Learn a style from the folder that was read."""
        if self._work is None or self.found is None or self.found.problem is not None or self.running:
            return
        try:
            write_order(self._work.path, order)
        except OSError as error:
            self._fail_with(self.tr("The style cannot be learnt: {0}.").format(error.strerror or error))
            return
        self._learn(self._work, order)

    def cancel(self) -> None:
        """Stop what runs and leave nothing of it; what was learnt before stays."""
        if self._job is not None:
            self._job.cancel()  # its folder goes when its process has ended
            self._job = self._work = None
        elif self._work is not None:
            self._work.remove()
            self._work = None
        self.found = None
        self._set_phase("idle")

    def close(self) -> None:
        """Let go of everything when no job runs any more; a style that was being learnt can be gone on with."""
        if self._work is not None:
            if self.running or self.phase == "stopped":
                self._work.release()
            else:
                self._work.remove()
        if self._left is not None:
            self._left.release()
        self._work = self._left = None
        self.phase = "idle"
        self._calls.close()

    def end(self) -> None:
        """Forget what was found or reached, and free the process; not while a style is being learnt."""
        if not self.running:
            if self.phase != "stopped":
                self.cancel()
            if self._jobs.is_idle("learning"):
                self._calls.close()

    # --- after a crash -----------------------------------------------------------------------------------------------

    @property
    def left(self) -> Order | None:
        """A style that was being learnt when the program ended."""
        return None if self._left is None else self._left.order

    def offer(self) -> None:
        """Offer in the message bar to go on with a style that was being learnt, once nothing else is said there."""
        if self._left is None:
            self._left = WorkFolder.left(user_learning())
        if self._left is None:
            return
        if self._messages.now is not None:
            self._messages.changed.connect(self._offer_later)
            return
        order = self.left
        text = self.tr("{0} was still being learnt when ToneNet ended. Go on?")
        self._messages.say(
            "info",
            text.format("" if order is None else order.title),
            (
                Offer("goOnOffer", self.tr("Go On"), self.go_on),
                Offer("discardLearningOffer", self.tr("Discard"), self.discard),
            ),
        )

    @Slot()
    def _offer_later(self) -> None:
        if self._messages.now is None:
            self._messages.changed.disconnect(self._offer_later)
            self.offer()

    def go_on(self) -> None:
        """Go on with the style that was being learnt."""
        work, order = self._left, self.left
        if work is None or order is None or self.running:
            return
        self._left = None
        self.cancel()
        self._learn(work, order)

    def discard(self) -> None:
        """Delete what was left of a style that was being learnt."""
        if self._left is not None:
            self._left.remove()
            self._left = None
            self.changed.emit()

    # --- on the window's thread --------------------------------------------------------------------------------------

    def _learn(self, work: WorkFolder, order: Order) -> None:
        self.order, self.curve, self.result, self.problem = order, [], None, ""
        self._run("learning", work, partial(self._calls.learn, work.path), self._on_learned)

    def _run(
        self, phase: Phase, work: WorkFolder, call: Callable[..., T], done: Callable[[WorkFolder, T], object]
    ) -> None:
        self._work, self._began_at = work, time.monotonic()
        self.state = JobState("")
        self._job = job = self._jobs.run(
            call,
            title="",
            done=lambda made: self._done(job, work, done, made),
            failed=lambda error: self._failed(job, work, error),
            lane="learning",
        )
        self._set_phase(phase)

    def _done(self, job: Job, work: WorkFolder, done: Callable[[WorkFolder, T], object], made: T) -> None:
        if job is not self._job:
            work.remove()
            return
        self._job = self.state = None
        done(work, made)

    def _on_found(self, _work: WorkFolder, found: Survey) -> None:
        self.found = found
        self._set_phase("idle")

    def _on_learned(self, work: WorkFolder, learned: Learned) -> None:
        self.result, self._work = learned, None
        self._calls.close()
        work.remove()
        self.learned.emit(learned.base)
        self._messages.say("info", result_text(learned))
        self._set_phase("learnt")

    def _failed(self, job: Job, work: WorkFolder, error: Exception) -> None:
        if job is not self._job:
            work.remove()
            return
        self._job = self.state = None
        if isinstance(error, ModelProcessError) and self.running:
            self._work, self._left = None, work
            self.problem = self.tr("The process that learns has ended. What it has learnt so far is kept.")
            self._set_phase("stopped")
            return
        self._work = None
        work.remove()
        if isinstance(error, Cancelled):
            self._set_phase("idle")
        elif isinstance(error, ToneNetError):
            self._fail_with(translate(error))
        else:
            self._set_phase("idle")
            report_bug(error)

    def _fail_with(self, text: str) -> None:
        self.problem = text
        self._messages.say("error", text)
        self._set_phase("idle")

    def _new_folder(self) -> WorkFolder | None:
        root = user_learning()
        try:
            return WorkFolder.new(root)
        except OSError as error:
            why = error.strerror or error
            self._fail_with(self.tr("{0} cannot be written to: {1}.").format(printable(root), why))
            return None

    def _set_phase(self, phase: Phase) -> None:
        self.phase = phase
        if phase not in ("reading", "learning"):
            self.state = None
        self.changed.emit()

    @Slot(float)
    def _on_reported(self, fraction: float) -> None:
        if self.state is not None:
            self.state = self.state.advanced(fraction, time.monotonic() - self._began_at)
            self.advanced.emit()

    @Slot(object)
    def _on_looked(self, curve: list[Point]) -> None:
        if len(curve) != len(self.curve) and self.phase in ("learning", "learnt"):
            self.curve = curve
            self.advanced.emit()
