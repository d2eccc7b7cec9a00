"""The question before the window closes: about what was not exported or saved, and about running jobs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QMessageBox, QWidget

from app.documents.document import Document, Result
from app.projects.projects import Projects
from app.session.session import Session
from app.window.recent_pieces import result_name
from tonenet_core.errors import printable

LISTED = 8  # results in the question; of more only the number


class Closing(QObject):
    """Asks at most one question, while everything keeps running, and then closes the window."""

    def __init__(self, session: Session, window: QWidget, projects: Projects, export: Callable[[], bool]) -> None:
        """Ask over `window`.

        Args:
            session: the session.
            window: the window.
            projects: save what belongs to one.
            export: exports what was not exported and returns whether all of it was written.
        """
        super().__init__(window)
        self._session, self._window, self._projects, self._export = session, window, projects, export
        self._agreed = False
        self._box: QMessageBox | None = None
        self._as_project: QAbstractButton | None = None

    def may_close(self) -> bool:
        """Return whether the window may close now; if not, the user is asked, and it closes on consent."""
        if self._agreed:
            return True
        if self._box is not None:
            self._box.raise_()
            return False
        session = self._session
        pieces, asks = session.document.pieces, session.settings.ask_unsaved
        unsaved, changed = (pieces.unsaved(), pieces.changed_projects()) if asks else ((), ())
        if not unsaved and not changed and not self._busy:
            return True
        self._ask(unsaved, changed)
        return False

    @property
    def _busy(self) -> bool:
        """Whether something runs that would be stopped."""
        session = self._session
        return bool(session.batch.running or session.exports.running or session.learning.running)

    def _ask(self, unsaved: Sequence[Result], changed: Sequence[Document]) -> None:
        standard = QMessageBox.StandardButton
        self._box = box = QMessageBox(self._window)
        box.setObjectName("closingBox")
        box.setWindowTitle(self.tr("Close ToneNet"))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        texts = []
        if unsaved or changed:
            texts += self._name(unsaved, changed)
            box.setStandardButtons(standard.Save | standard.Discard | standard.Cancel)
            box.button(standard.Save).setText(self._save_text(unsaved, changed))
            without = self.tr("Close Without Saving") if changed else self.tr("Close Without Exporting")
            box.button(standard.Discard).setText(without)
            box.setDefaultButton(standard.Save)
            again = QCheckBox(self.tr("Do not ask again"), box)  # setCheckBox alone would leave it to be deleted
            again.setObjectName("doNotAskCheck")
            again.setToolTip(self.tr("You can turn this question on again under Edit > Preferences"))
            box.setCheckBox(again)
            self._as_project = None
            if not changed and {result.document.number for result in unsaved} == {self._open_number()}:
                self._as_project = box.addButton(self.tr("Save Project…"), QMessageBox.ButtonRole.AcceptRole)
                self._as_project.setObjectName("saveProjectButton")
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
        if self._session.learning.running:
            texts.append(self.tr("A style is still being learnt. It stops now; you can go on at the next start."))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText("\n\n".join(texts))
        box.finished.connect(self._answered)
        box.open()

    def _open_number(self) -> int:
        current = self._session.document.current
        return -1 if current is None else current.number

    def _save_text(self, unsaved: Sequence[Result], changed: Sequence[Document]) -> str:
        if not unsaved:
            return self.tr("Save")
        if changed:
            return self.tr("Save and Export…")
        return self.tr("Export…") if len(unsaved) == 1 else self.tr("Export All…")

    def _name(self, unsaved: Sequence[Result], changed: Sequence[Document]) -> list[str]:
        """Return a sentence for each project; for one result a sentence, of several a list."""
        text = self.tr("{0} has changes that were not saved.")
        texts = [text.format(printable(each.project.name)) for each in changed if each.project is not None]
        if len(unsaved) == 1:
            name = self.tr("The result of {0}") if unsaved[0].take is not None else "{0}"
            texts.append(self.tr("{0} has not been exported.").format(name.format(unsaved[0].document.title)))
        elif unsaved:
            lines = [f"•  {result_name(result)}" for result in unsaved[:LISTED]]
            if len(unsaved) > LISTED:
                lines.append(self.tr("and %n more", "", len(unsaved) - LISTED))
            texts.append("\n".join([self.tr("%n results have not been exported:", "", len(unsaved)), *lines]))
        return texts

    def _answered(self, answer: int) -> None:
        box, self._box = self._box, None
        assert box is not None
        standard = QMessageBox.StandardButton
        as_project = self._as_project is not None and box.clickedButton() is self._as_project
        if not as_project and answer not in (standard.Save, standard.Discard):
            return
        if (again := box.checkBox()) is not None and again.isChecked():
            self._session.settings.ask_unsaved = False
        if answer == standard.Discard or (self._projects.save() if as_project else self._save()):
            self._agreed = True
            self._window.close()

    def _save(self) -> bool:
        """Save the projects and export the rest; return whether all was written."""
        return self._projects.save_changed() and (not self._session.document.pieces.unsaved() or self._export())
