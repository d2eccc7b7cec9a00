"""The question before the window closes: about results that were not exported and about running jobs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QCheckBox, QMessageBox, QWidget

from app.documents.document import Result
from app.session.session import Session
from app.window.recent_pieces import result_name

LISTED = 8  # results in the question; of more only the number


class Closing(QObject):
    """Asks at most one question, while everything keeps running, and then closes the window."""

    def __init__(self, session: Session, window: QWidget, save: Callable[[], bool]) -> None:
        """Ask over `window`; `save` exports what was not exported and returns whether all of it was written."""
        super().__init__(window)
        self._session, self._window, self._save = session, window, save
        self._agreed = False
        self._box: QMessageBox | None = None

    def may_close(self) -> bool:
        """Return whether the window may close now; if not, the user is asked, and it closes on consent."""
        if self._agreed:
            return True
        if self._box is not None:
            self._box.raise_()
            return False
        session = self._session
        unsaved = session.document.pieces.unsaved() if session.settings.ask_unsaved else ()
        if not unsaved and not session.batch.running and not session.exports.running:
            return True
        self._ask(unsaved)
        return False

    def _ask(self, unsaved: Sequence[Result]) -> None:
        standard = QMessageBox.StandardButton
        self._box = box = QMessageBox(self._window)
        box.setObjectName("closingBox")
        box.setWindowTitle(self.tr("Close ToneNet"))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        texts = []
        if unsaved:
            texts.append(self._name(unsaved))
            box.setStandardButtons(standard.Save | standard.Discard | standard.Cancel)
            box.button(standard.Save).setText(self.tr("Export…") if len(unsaved) == 1 else self.tr("Export All…"))
            box.button(standard.Discard).setText(self.tr("Close Without Exporting"))
            box.setDefaultButton(standard.Save)
            again = QCheckBox(self.tr("Do not ask again"), box)  # setCheckBox alone would leave it to be deleted
            again.setObjectName("doNotAskCheck")
            again.setToolTip(self.tr("You can turn this question on again under Edit > Preferences"))
            box.setCheckBox(again)
        else:
            box.setStandardButtons(standard.Discard | standard.Cancel)
            box.button(standard.Discard).setText(self.tr("Stop and Close"))
            box.setDefaultButton(standard.Cancel)
        if self._session.batch.running:
            texts.append(
                self.tr(
                    "The batch is still running and stops when you close the window. Files already written are kept."
                )
            )
        if self._session.exports.running:
            texts.append(self.tr("The WAV file is still being written and will be lost."))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText("\n\n".join(texts))
        box.finished.connect(self._answered)
        box.open()

    def _name(self, unsaved: Sequence[Result]) -> str:
        """Return a sentence for one result, and a list of several."""
        first = unsaved[0]
        if len(unsaved) == 1:
            name = self.tr("The result of {0}") if first.take is not None else "{0}"
            return self.tr("{0} has not been exported.").format(name.format(first.document.title))
        lines = [f"•  {result_name(result)}" for result in unsaved[:LISTED]]
        if len(unsaved) > LISTED:
            lines.append(self.tr("and %n more", "", len(unsaved) - LISTED))
        return "\n".join([self.tr("%n results have not been exported:", "", len(unsaved)), *lines])

    def _answered(self, answer: int) -> None:
        box, self._box = self._box, None
        assert box is not None
        standard = QMessageBox.StandardButton
        if answer not in (standard.Save, standard.Discard):
            return
        if (again := box.checkBox()) is not None and again.isChecked():
            self._session.settings.ask_unsaved = False
        if answer == standard.Discard or self._save():
            self._agreed = True
            self._window.close()
