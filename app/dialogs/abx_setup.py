"""The page before a round of the blind comparison: its length, and whether the levels are matched."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLabel, QSpinBox, QWidget

from app.dialogs.abx import TRIALS, USUAL_TRIALS
from app.widgets.buttons import push_button
from app.widgets.forms import identify
from app.widgets.page_layout import fill_page, row_of


class SetupPage(QWidget):
    """Page with the number of trials and the choice of level matching.

    Attributes:
        begin: the user wants to begin.
        leave: the user wants to close the dialog.
    """

    begin = Signal()
    leave = Signal()

    def __init__(self, names: tuple[str, str], *, may_match: bool) -> None:
        """Offer a round over sides of these names."""
        super().__init__()
        words = QLabel(
            self.tr(
                "Can you hear the difference? In each trial X is secretly A or B. Listen to A, B and X as often as you"
                " like, then decide what X is. The music keeps playing while you switch, and a loop stays on."
            )
        )
        words.setWordWrap(True)
        which = QLabel(self.tr("A: {0}     B: {1}").format(*names))
        which.setProperty("class", "heading")
        self.length = QSpinBox()
        tip = self.tr("The number of trials in a round; it is fixed before the round begins")
        identify(self.length, "abxTrialsSpin", self.tr("Trials"), tip)
        self.length.setRange(*TRIALS)
        self.length.setValue(USUAL_TRIALS)
        self.length.setMaximumWidth(96)
        self.matched = QCheckBox(self.tr("Match the levels of A and B"))
        self.matched.setObjectName("abxMatchCheck")
        self.matched.setAccessibleName(self.matched.text())
        self.matched.setToolTip(self.tr("Otherwise the louder side can be recognised by its level alone"))
        self.matched.setEnabled(may_match)
        self.matched.setChecked(may_match)
        self.begin_button = push_button("abxBeginButton", self.tr("Begin"), call=self.begin.emit, primary=True)
        close = push_button("abxCancelButton", self.tr("Close"), call=self.leave.emit)
        self.note = QLabel()
        self.note.setObjectName("abxNoteLabel")
        self.note.setProperty("class", "muted")
        self.note.setWordWrap(True)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.addRow(self.tr("Trials"), self.length)
        fill_page(self, words, which, form, self.matched, self.note, None, row_of(None, close, self.begin_button))
