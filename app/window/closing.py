"""The question before the window closes: about an unsaved result and about running jobs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QCheckBox, QMessageBox, QWidget

from app.session.session import Session


class Closing(QObject):
    """Asks at most one question, while everything keeps running, and then closes the window."""

    def __init__(self, session: Session, window: QWidget, save: Callable[[], bool]) -> None:
        """Ask over `window`; `save` exports the result and returns whether it was written."""
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
        unsaved = session.settings.ask_unsaved and session.document.unsaved
        if not unsaved and not session.batch.running and not session.exports.running:
            return True
        self._ask(unsaved=unsaved)
        return False

    def _ask(self, *, unsaved: bool) -> None:
        standard = QMessageBox.StandardButton
        self._box = box = QMessageBox(self._window)
        box.setObjectName("closingBox")
        box.setWindowTitle(self.tr("Close ToneNet"))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        texts = []
        if unsaved:
            texts.append(self.tr("{0} has not been exported.").format(self._name()))
            box.setStandardButtons(standard.Save | standard.Discard | standard.Cancel)
            box.button(standard.Save).setText(self.tr("Export…"))
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
        box.setText(" ".join(texts))
        box.finished.connect(self._answered)
        box.open()

    def _name(self) -> str:
        session = self._session
        if session.styled is not None:
            return self.tr("The result of {0}").format(session.title)
        return session.title

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
