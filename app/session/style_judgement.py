"""An independent classifier's verdicts on the styles of the piece before and after a transfer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from app.background.jobs import Job, Jobs
from tonenet_core.errors import Cancelled
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress

if TYPE_CHECKING:
    from tonenet_core.judge import Judge, Verdict


AFTER_MS = 150  # a new piece is drawn, and its first sound rendered, before the judge has the processor


class StyleJudgement(QObject):
    """The judge's verdicts on the original and the result.

    The judge's expectations for a piece's notes take seconds and are computed once a piece, in the background; a
    verdict on velocities then takes no time, so that it can follow a slider.

    Attributes:
        changed: the judge was loaded, or has finished with the piece.
        styles: the two styles that it tells apart, in its own order; empty without a judge.
        before: its verdict on the original; None until there is one.
        after: its verdict on the result; None until there is one.
    """

    changed = Signal()

    def __init__(
        self,
        load: Callable[[], Judge | None],
        jobs: Jobs,
        failed: Callable[[Exception], None],
        parent: QObject | None = None,
    ) -> None:
        """Start without a judge.

        Args:
            load: returns the judge, or None without one; called in the background by `warm` or for the first piece.
            jobs: run the judge in the lane `judge`, beside the model runs.
            failed: called with what went wrong in the background.
            parent: as in Qt.
        """
        super().__init__(parent)
        self.styles: tuple[str, ...] = ()
        self.before: Verdict | None = None
        self.after: Verdict | None = None
        self._load: Callable[[], Judge | None] | None = load
        self._failed = failed
        self._judge: Judge | None = None
        self._original: Performance | None = None
        self._styled: Performance | None = None
        self._expectations: NDArray[np.float64] | None = None
        self._jobs = jobs
        self._job: Job | None = None
        self._later = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._later.timeout.connect(self._start)

    @property
    def idle(self) -> bool:
        """Whether nothing is being computed."""
        return self._jobs.is_idle("judge") and not self._later.isActive()

    def warm(self) -> None:
        """Load the judge before the first piece is opened."""
        if self._load is not None:
            self._run(_load, self._load, done=self._loaded)
            self._load = None

    def judge(self, original: Performance | None, styled: Performance | None) -> None:
        """Judge these two Performances from now on."""
        if original is not self._original:
            self._original, self._expectations = original, None
            self._cancel()
            if self._load is not None:
                self.warm()
            elif self._judge is not None and original is not None:
                self._later.start()
        self._styled = styled
        self._decide()

    def close(self) -> None:
        """Ask for nothing more; safe to call twice."""
        self._later.stop()

    def _cancel(self) -> None:
        """Cancel what is being computed."""
        self._later.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _start(self) -> None:
        """Start the judge on the original."""
        self._cancel()
        if self._judge is not None and self._original is not None:
            self._job = self._run(_expectations, self._judge, self._original, done=self._finish)

    def _loaded(self, judge: Judge | None) -> None:
        if judge is not None:
            self._judge, self.styles = judge, tuple(judge.styles)
            self._start()
            self.changed.emit()

    def _finish(self, expectations: NDArray[np.float64]) -> None:
        self._job, self._expectations = None, expectations
        self._decide()
        self.changed.emit()

    def _decide(self) -> None:
        self.before, self.after = self._verdict(self._original), self._verdict(self._styled)

    def _verdict(self, performance: Performance | None) -> Verdict | None:
        if self._judge is None or self._expectations is None or performance is None:
            return None
        return self._judge.verdict_on(self._expectations, performance.velocities)

    def _run(self, function: Callable[..., object], *args: object, done: Callable[..., None]) -> Job:
        return self._jobs.run(function, *args, title="", done=done, failed=self._fail, lane="judge")

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, Cancelled):
            self._failed(error)


def shipped_judge() -> Judge | None:
    """Return the judge that comes with the program, or None; imports its modules only now."""
    from tonenet_core.judge import load_judge

    return load_judge()


def _load(load: Callable[[], Judge | None], progress: Progress) -> Judge | None:
    return load()


def _expectations(judge: Judge, performance: Performance, progress: Progress) -> NDArray[np.float64]:
    return judge.expectations(performance, progress)
