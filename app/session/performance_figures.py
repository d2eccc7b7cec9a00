"""Figures of the piece before and after: swing, tempo, touch and pedal, as `tonenet analyse` gives them."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Signal

from app.background.jobs import Job, Jobs
from tonenet_core.errors import Cancelled
from tonenet_core.performance import MidiSource, Performance
from tonenet_core.progress import Progress
from tonenet_core.timing.summary import AnalysisSummary, summarise


class PerformanceFigures(QObject):
    """Figures of both sides that are of their times and their pedal, computed in the background once a file.

    Performances of one file differ in nothing but velocities, which these figures do not depend on.

    Attributes:
        changed: other figures are known.
        before, after: of A and B; None without one, and before they are known. A result that is changed keeps the
            former ones until then.
    """

    changed = Signal()

    def __init__(self, jobs: Jobs, failed: Callable[[Exception], None], parent: QObject | None = None) -> None:
        """Start without a piece; `failed` is called with what went wrong in the background."""
        super().__init__(parent)
        self.before: AnalysisSummary | None = None
        self.after: AnalysisSummary | None = None
        self._sides: tuple[Performance | None, Performance | None] = (None, None)
        self._known: WeakKeyDictionary[MidiSource, AnalysisSummary | None] = WeakKeyDictionary()
        self._jobs = jobs
        self._failed = failed
        self._job: Job | None = None

    def follow(self, original: Performance | None, styled: Performance | None) -> None:
        """Have the figures of these from now on."""
        if original is not self._sides[0] or styled is None:
            self.after = None
        self._sides = original, styled
        self._read()

    def _read(self) -> None:
        """Take what is known, and have computed what is not."""
        original, styled = self._sides
        self.before = None if original is None else self._known.get(original.file)
        if styled is not None:
            self.after = self._known.get(styled.file, self.after)
        missing = [side for side in self._sides if side is not None and len(side) and side.file not in self._known]
        if missing and self._job is None:
            self._job = self._jobs.run(
                _summarise, missing[0], title="", done=self._finish, failed=self._fail, lane="figures"
            )

    def _finish(self, found: tuple[MidiSource, AnalysisSummary | None]) -> None:
        self._job = None
        self._known[found[0]] = found[1]
        self._read()
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        self._job = None
        if not isinstance(error, Cancelled):
            self._failed(error)


def _summarise(performance: Performance, progress: Progress) -> tuple[MidiSource, AnalysisSummary | None]:
    progress(0.0)
    return performance.file, summarise(performance)
