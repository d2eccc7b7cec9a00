"""Calls of what learns, on the thread of their job."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.background.requests import Inquiry, Learner
from app.background.requests import Learning as LearningRequest
from app.background.throttle import throttled
from tonenet_core.progress import Progress

if TYPE_CHECKING:
    from tonenet_core.learning.curve import Point
    from tonenet_core.learning.learn import Learned
    from tonenet_core.learning.survey import Survey

T = TypeVar("T")

CURVE_SEC = 0.5  # between two looks at the curve


class LearnerCalls:
    """Calls a learner, which is made by the first call and stays until it is closed or a call fails."""

    def __init__(
        self,
        make_learner: Callable[[], Learner],
        report: Callable[[float], object],
        show_curve: Callable[[list[Point]], object],
    ) -> None:
        """Make nothing yet; `report` gets the fraction done, and `show_curve` the curve, now and then."""
        self._make_learner, self._report, self._show_curve = make_learner, report, show_curve
        self._learner: Learner | None = None

    def survey(self, inquiry: Inquiry, progress: Progress) -> Survey:
        """Find what a folder holds."""
        return self._call(partial(self._ready().survey, inquiry), self._reporting(progress))

    def learn(self, work: Path, progress: Progress) -> Learned:
        """Learn the style that is ordered in a folder."""
        from tonenet_core.learning.curve import read_curve

        look = throttled(lambda _: self._show_curve(read_curve(work)), CURVE_SEC)
        report = self._reporting(progress)

        def watch(fraction: float) -> None:
            report(fraction)
            look(fraction)

        try:
            return self._call(partial(self._ready().learn, LearningRequest(work)), watch)
        finally:
            self._show_curve(read_curve(work))

    def close(self) -> None:
        """End the learner; while no call runs."""
        learner, self._learner = self._learner, None
        if learner is not None:
            learner.close()

    def _ready(self) -> Learner:
        if self._learner is None:
            self._learner = self._make_learner()
        return self._learner

    def _call(self, call: Callable[[Progress], T], progress: Progress) -> T:
        try:
            return call(progress)
        except BaseException:
            self.close()  # it may still write: its folder can go only when it has ended
            raise

    def _reporting(self, progress: Progress) -> Progress:
        show = throttled(self._report)

        def report(fraction: float) -> None:
            progress(fraction)
            show(fraction)

        return report
