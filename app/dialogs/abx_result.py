"""The page after a round of the blind comparison: its score, the meaning of it, and its file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget

from app.dialogs.abx import Report, Round, keep_report, write_report
from app.system.file_names import path_of_text
from app.system.folders import show_folder
from app.widgets.buttons import push_button
from app.widgets.page_layout import fill_page, row_of
from tonenet_core.errors import printable

CONVINCING = 0.05  # the p-value below which a score counts as more than luck


class ResultPage(QWidget):
    """Page with the score of a round, its meaning, and its file.

    Attributes:
        again: the user wants another round.
        leave: the user wants to close the dialog.
        file: where the last result is kept; None before, or if that failed.
    """

    again = Signal()
    leave = Signal()

    def __init__(self, folder: Path) -> None:
        """Begin without a result.

        Args:
            folder: where "Save As" begins.
        """
        super().__init__()
        self.file: Path | None = None
        self._folder = folder
        self._report: Report = {}
        self.score = QLabel()
        self.score.setObjectName("abxScoreLabel")
        self.score.setProperty("class", "title")
        self.meaning = QLabel()
        self.meaning.setObjectName("abxMeaningLabel")
        self.meaning.setWordWrap(True)
        self.kept = QLabel()
        self.kept.setProperty("class", "muted")
        self.kept.setWordWrap(True)
        self.kept.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.show_button = push_button(
            "abxShowButton", self.tr("Show File"), self.tr("Open the folder with the results"), self._show_file
        )
        self.save_button = push_button(
            "abxSaveButton", self.tr("Save As…"), self.tr("Save a copy of the result"), self._ask_save
        )
        self.again_button = push_button("abxAgainButton", self.tr("Another Round"), call=self.again.emit)
        self.close_button = push_button("abxCloseButton", self.tr("Close"), call=self.leave.emit)
        buttons = row_of(self.show_button, self.save_button, None, self.again_button, self.close_button)
        fill_page(self, self.score, self.meaning, self.kept, None, buttons)

    def show_result(self, finished: Round, report: Report) -> None:
        """Show the score of a round and keep `report` in the user's folder."""
        p_value = finished.p_value
        shown = f"p = {p_value:.3f}" if p_value >= 0.001 else "p < 0.001"
        self.score.setText(self.tr("{0} of {1} right, {2}").format(finished.score, finished.length, shown))
        share = f"{100 * p_value:.1f}" if p_value >= 0.001 else self.tr("less than 0.1")
        meaning = (
            self.tr("You hear the difference: guessing would do this well in only {0} % of all rounds.")
            if p_value < CONVINCING
            else self.tr(
                "This does not show that you hear a difference: guessing would do this well in {0} % of all rounds."
            )
        )
        self.meaning.setText(meaning.format(share))
        self._report = report
        try:
            self.file = keep_report(report)
            self.kept.setText(self.tr("Saved in {0}").format(printable(self.file)))
        except OSError as error:
            self.file = None
            self.kept.setText(self.tr("The result could not be saved: {0}.").format(error.strerror or error))
        self.show_button.setEnabled(self.file is not None)

    def _ask_save(self) -> None:
        start = self._folder / (self.file.name if self.file else "abx.json")
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the Result"), printable(start), self.tr("JSON (*.json)")
        )
        if not name:
            return
        try:
            write_report(path_of_text(name), self._report)
            self.kept.setText(self.tr("Saved {0}").format(name))
        except OSError as error:
            self.kept.setText(self.tr("{0} could not be written: {1}.").format(name, error.strerror or error))

    def _show_file(self) -> None:
        if self.file is not None:
            show_folder(self.file.parent)
