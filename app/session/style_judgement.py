"""What an independent judge says of the piece before and after: it hears the piece once, in the background."""

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


AFTER_MS = 150  # a piece that has come is drawn, and its first sound made, before the judge has the processor


class Judging(QObject):
    """The judge's verdicts on the original and the result.

    What the judge makes of a piece's notes takes seconds and is worked out once a piece; with it, a verdict on
    velocities is there at once, so that the result can change as fast as a slider moves. The slow part has a worker of
    its own: it does not wait behind the import of torch, and no transfer waits behind it.

    Attributes:
        changed: the judge has come, or knows the piece.
        styles: the two that it tells apart, in its own order; empty as long as there is no judge.
        before: its verdict on the original, None as long as there is none.
        after: its verdict on the result, likewise.
    """

    changed = Signal()

    def __init__(
        self,
        load: Callable[[], Judge | None],
        failed: Callable[[Exception], None],
        parent: QObject | None = None,
    ) -> None:
        """Start without a judge.

        Args:
            load: gives the judge, or None where there is none; called on the worker, for `warm` or the first piece.
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
        self._difference: NDArray[np.float64] | None = None
        self._jobs = Jobs(self)
        self._job: Job | None = None
        self._later = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._later.timeout.connect(self._ask)

    @property
    def idle(self) -> bool:
        """Whether nothing is being worked out."""
        return self._jobs.idle and not self._later.isActive()

    def warm(self) -> None:
        """Have the judge loaded before the first piece comes."""
        if self._load is not None:
            self._run(_load, self._load, done=self._loaded)
            self._load = None

    def look_at(self, original: Performance | None, styled: Performance | None) -> None:
        """Judge these two from now on."""
        if original is not self._original:
            self._original, self._difference = original, None
            self._forget()
            if self._load is not None:
                self.warm()
            elif self._judge is not None and original is not None:
                self._later.start()
        self._styled = styled
        self._decide()

    def close(self) -> None:
        """End the worker; safe to call twice."""
        self._later.stop()
        self._jobs.close()

    def _forget(self) -> None:
        """Let go of what was asked for."""
        self._later.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _ask(self) -> None:
        """Have the judge hear the original."""
        self._forget()
        if self._judge is not None and self._original is not None:
            self._job = self._run(_difference, self._judge, self._original, done=self._heard)

    def _loaded(self, judge: Judge | None) -> None:
        if judge is not None:
            self._judge, self.styles = judge, tuple(judge.styles)
            self._ask()
            self.changed.emit()

    def _heard(self, difference: NDArray[np.float64]) -> None:
        self._job, self._difference = None, difference
        self._decide()
        self.changed.emit()

    def _decide(self) -> None:
        self.before, self.after = self._verdict(self._original), self._verdict(self._styled)

    def _verdict(self, performance: Performance | None) -> Verdict | None:
        if self._judge is None or self._difference is None or performance is None:
            return None
        return self._judge.verdict_on(self._difference, performance.velocities)

    def _run(self, function: Callable[..., object], *args: object, done: Callable[..., None]) -> Job:
        return self._jobs.run(function, *args, title="", done=done, failed=self._not_done, background=True)

    def _not_done(self, error: Exception) -> None:
        if not isinstance(error, Cancelled):
            self._failed(error)


def shipped_judge() -> Judge | None:
    """Return the judge that comes with the program, or None; its modules are imported when it is first asked for."""
    from tonenet_core.judge import load_judge

    return load_judge()


def _load(load: Callable[[], Judge | None], progress: Progress) -> Judge | None:
    return load()


def _difference(judge: Judge, performance: Performance, progress: Progress) -> NDArray[np.float64]:
    return judge.difference(performance, progress)
