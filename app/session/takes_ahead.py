"""Performances of the takes that a key brings next, made before the key is pressed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from app.background.jobs import Job, Jobs
from app.documents.history import Take
from app.documents.open_document import OpenDocument
from app.documents.renderings import make, renderings
from tonenet_core.errors import Cancelled, MidiError
from tonenet_core.parts.render import Rendered
from tonenet_core.progress import Progress


class TakesAhead(QObject):
    """Makes the Performances of takes that were not heard yet in the background, the latest take first.

    Those of a project, and of a session that is restored, are such takes: without it the music would wait for them.
    """

    def __init__(
        self,
        document: OpenDocument,
        jobs: Jobs,
        made: Callable[[], object],
        failed: Callable[[Exception], object],
        parent: QObject | None = None,
    ) -> None:
        """Serve the open document.

        Args:
            document: the open document.
            jobs: make Performances in the background.
            made: called when the document has more `neighbours`.
            failed: called with what went wrong.
            parent: as in Qt.
        """
        super().__init__(parent)
        self._document, self._jobs, self._made, self._failed = document, jobs, made, failed
        self._job: Job | None = None
        self._left_out: set[int] = set()  # numbers of takes that cannot be made
        document.changed.connect(self._go_on)
        document.replaced.connect(self._stop)

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _go_on(self) -> None:
        """Make the next one, if there is one and none is being made."""
        current = self._document.current
        if self._job is not None or current is None:
            return
        take = next((take for take in current.unheard if take.number not in self._left_out), None)
        if take is not None:
            self._job = job = self._jobs.run(
                _make,
                take,
                title="",
                done=lambda rendered: self._keep(job, take, rendered),
                failed=lambda error: self._leave_out(job, take, error),
                lane="figures",
            )

    def _keep(self, job: Job, take: Take, rendered: Rendered) -> None:
        if job is self._job:
            self._job = None
            renderings.keep(take, rendered)
            self._made()
            self._go_on()

    def _leave_out(self, job: Job, take: Take, error: Exception) -> None:
        if job is self._job:
            self._job = None
            if not isinstance(error, Cancelled):  # after that the next change goes on
                self._left_out.add(take.number)
                self._go_on()
            if not isinstance(error, Cancelled | MidiError):
                self._failed(error)


def _make(take: Take, progress: Progress) -> Rendered:
    progress(0.0)
    return make(take)
