"""The menu of the session's pieces that have results: each can be opened again as it was left."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu, QWidget

from app.documents.document import Document, Result
from app.documents.history import Take
from app.documents.take_name import take_name
from app.session.session import Session
from app.system.language import style_name
from tonenet_core.errors import printable


def result_name(result: Result) -> str:
    """Return the piece and the take of a result, for people."""
    title = result.document.title
    return title if result.take is None else _titled(title, take_name(result.take))


class RecentPieces(QMenu):
    """One entry a piece, the latest first; what was not exported is marked."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        """List the pieces of `session` whenever the menu is shown."""
        super().__init__(parent)
        self._session = session
        self.setObjectName("recentPiecesMenu")
        self.setTitle(self.tr("Recent &Pieces"))
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self._fill)

    def refresh(self) -> None:
        """Show the menu only where there is another piece than the open one."""
        document = self._session.document
        self.menuAction().setVisible(any(each is not document.current for each in _with_results(self._session)))

    def _fill(self) -> None:
        self.clear()
        open_ = self._session.document
        for each in reversed(_with_results(self._session)):
            kinds = dict.fromkeys(map(_kind, each.history.takes))
            name = _titled(each.title, ", ".join(kinds)).replace("&", "&&")
            unsaved = bool(open_.pieces.unsaved_of(each))
            action = self.addAction(self.tr("{0} (not exported)").format(name) if unsaved else name)
            action.setToolTip(printable(each.path or each.title))
            action.setCheckable(True)
            action.setChecked(each is open_.current)
            action.triggered.connect(lambda _=False, document=each: self._open(document))

    def _open(self, document: Document) -> None:
        if document is not self._session.document.current:
            self._session.document.bring_back(document)


def _with_results(session: Session) -> list[Document]:
    return [each for each in session.document.pieces.documents if each.path is None or each.history.takes]


def _kind(take: Take) -> str:
    """Return the style of a take; of one by hand that it was edited."""
    if take.is_by_hand:
        return QCoreApplication.translate("Takes", "Edited")
    return style_name(take.interpretation.style.capitalize())


def _titled(title: str, names: str) -> str:
    return QCoreApplication.translate("RecentPieces", "{0}: {1}").format(title, names) if names else title
