"""The page of a style that is being learnt, and of what was reached."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QWidget

from app.dialogs.learning.agreement_plot import AgreementPlot
from app.learning.sentences import result_text
from app.session.session import Session
from app.widgets.buttons import push_button
from app.widgets.page_layout import fill_page, row_of
from app.widgets.time_text import time_left

FINE = 1000  # steps of the progress bar


class RunPage(QWidget):
    """Progress, time left and curve; at the end the sentence on what was reached.

    Attributes:
        leave: the user wants to close the dialog.
        again: the user wants to learn another style.
    """

    leave = Signal()
    again = Signal()

    def __init__(self, session: Session) -> None:
        """Show what `session` learns."""
        super().__init__()
        self._session, self._learning = session, session.learning
        self._build()
        self._learning.changed.connect(self.refresh)
        self._learning.advanced.connect(self._refresh_progress)
        session.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show whether the style is still being learnt, and what was reached."""
        learning = self._learning
        title = "" if learning.order is None else learning.order.title
        result, running = learning.result, learning.running
        self.heading.setText(title)
        for part in (self.bar, self.left, self.cancel, self.hide_button):
            part.setVisible(running)
        for part in (self.close_button, self.again_button):
            part.setVisible(not running)
        self.use.setVisible(result is not None)
        self.go_on.setVisible(learning.phase == "stopped")
        if result is not None:
            self.use.setEnabled(self._session.original is not None)
            self.sentence.setText(result_text(result))
        elif running:
            self.sentence.setText(
                self.tr("You can close this dialog and go on working: the style is learnt meanwhile.")
            )
        else:
            self.sentence.setText(learning.problem)
        self._refresh_progress()

    def _refresh_progress(self) -> None:
        state, curve = self._learning.state, self._learning.curve
        fraction = state.fraction if state is not None else None
        self.bar.setRange(0, FINE if fraction else 0)
        if fraction:
            self.bar.setValue(round(fraction * FINE))
        self.left.setText(time_left(state.seconds_left) if state is not None and fraction else self.tr("starting…"))
        if curve != self.plot.points:
            self.plot.show_points(curve)
        if curve:
            text = self.tr(
                "Agreement with the pianist on pieces kept back: {0} at first, {1} now. 1 is full agreement."
            )
            first, now = (QLocale().toString(point.agreement, "f", 2) for point in (curve[0], curve[-1]))
            self.figures.setText(text.format(first, now))
        else:
            self.figures.setText(self.tr("The curve begins as soon as the style was tried for the first time."))

    def _use(self) -> None:
        if (result := self._learning.result) is not None:
            self._session.transfers.run(result.style)
            self.leave.emit()

    # --- places --------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.heading, self.left, self.sentence, self.figures = QLabel(), QLabel(), QLabel(), QLabel()
        self.heading.setProperty("class", "heading")
        self.left.setProperty("class", "muted")
        self.left.setObjectName("learningTimeLeft")
        self.figures.setProperty("class", "muted")
        self.figures.setObjectName("learningFigures")
        self.sentence.setObjectName("learningResultLabel")
        for label in (self.sentence, self.figures):
            label.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setObjectName("learningBar")
        self.bar.setAccessibleName(self.tr("Progress of the learning"))
        self.bar.setTextVisible(False)
        self.plot = AgreementPlot()
        tip = self.tr("Stop, and delete what has been learnt so far")
        self.cancel = push_button("cancelLearningButton", self.tr("Cancel"), tip, self._learning.cancel)
        tip = self.tr("Close this dialog; the style is learnt meanwhile")
        self.hide_button = push_button(
            "hideLearningButton", self.tr("Go On Working"), tip, self.leave.emit, primary=True
        )
        self.close_button = push_button("closeResultButton", self.tr("Close"), call=self.leave.emit)
        tip = self.tr("Learn another style")
        self.again_button = push_button("learnAnotherButton", self.tr("Another Style…"), tip, self.again.emit)
        tip = self.tr("Transfer the open piece to the new style")
        self.use = push_button("useStyleButton", self.tr("Transfer"), tip, self._use, primary=True)
        tip = self.tr("Go on with the style that was still being learnt")
        self.go_on = push_button("goOnLearningButton", self.tr("Go On"), tip, self._learning.go_on, primary=True)
        buttons = (self.cancel, self.again_button, self.close_button, self.hide_button, self.go_on, self.use)
        parts = (row_of(self.heading, None, self.left), self.bar, self.plot, self.figures, self.sentence, None)
        fill_page(self, *parts, row_of(None, *buttons))
