"""Progress of the running job: title, bar, time left, Cancel."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QVBoxLayout

from app.background.jobs import JobState
from app.panels.panel import Panel
from app.session.session import Session
from app.widgets.buttons import push_button
from app.widgets.forms import MARGIN
from app.widgets.time_text import time_left

FINE = 1000  # steps of the progress bar
REVEAL_MS = 150  # jobs that are over sooner show no bar: it would only flicker


class ProgressPanel(Panel):
    """Panel of the running job; hidden without one."""

    def __init__(self, session: Session) -> None:
        """Show the job of `session`."""
        super().__init__(session)
        self._title, self._left = QLabel(), QLabel()
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._left.setProperty("class", "muted")
        self.bar = QProgressBar()
        self.bar.setObjectName("progressBar")
        self.bar.setAccessibleName(self.tr("Progress"))
        self.bar.setTextVisible(False)
        self.cancel = push_button(
            "cancelButton",
            self.tr("Cancel"),
            self.tr("Cancel (Esc)"),
            session.cancel,
            label=self.tr("Cancel the running job"),
        )
        self._reveal = QTimer(self, singleShot=True, interval=REVEAL_MS)
        self._reveal.timeout.connect(lambda: self.setVisible(session.job is not None))
        above = QHBoxLayout()
        above.addWidget(self._title, 1)
        above.addWidget(self._left)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(8)
        column.addLayout(above)
        below = QHBoxLayout()
        below.setSpacing(10)
        below.addWidget(self.bar, 1)
        below.addWidget(self.cancel)
        column.addLayout(below)
        session.progressed.connect(self.refresh)
        self.hide()
        self.refresh()

    def refresh(self) -> None:
        """Show the session's job."""
        job = self.session.job
        self.cancel.setEnabled(job is not None)
        if job is None:
            self._reveal.stop()
            self.hide()
            self.bar.reset()
            return
        if self.isHidden() and not self._reveal.isActive():
            self._reveal.start()
        waiting = self.tr("{0}, {1} waiting").format(job.title, job.waiting)
        self._title.setText(waiting if job.waiting else job.title)
        self._title.setToolTip(job.title)
        self._left.setText(self._remaining(job))
        self.bar.setRange(0, FINE if job.fraction else 0)
        if job.fraction:
            self.bar.setValue(round(job.fraction * FINE))

    def _remaining(self, job: JobState) -> str:
        if not job.fraction:
            return self.tr("starting…")
        return time_left(job.seconds_left)
