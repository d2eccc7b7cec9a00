"""The result for other programs: dragged out of the window, or copied, as a MIDI file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QPoint, QSize, Qt, QTemporaryDir
from PySide6.QtGui import QDrag, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QToolButton

from app.session.session import Session
from app.system.file_names import path_of, url_of
from app.system.language import translate
from app.theme import icons
from tonenet_core.errors import ToneNetError, printable
from tonenet_core.midi import write_midi

ICON_PX = 18


class ResultFiles(QObject):
    """Writes the result into a folder that is removed when the program ends: other programs take files, not bytes."""

    def __init__(self, session: Session, parent: QObject) -> None:
        """Write results of `session`; nothing is written yet."""
        super().__init__(parent)
        self._session = session
        self._folder: QTemporaryDir | None = None
        self._count = 0
        if (app := QGuiApplication.instance()) is not None:
            app.aboutToQuit.connect(self.close)

    def close(self) -> None:
        """Remove the files written; may be called twice."""
        if self._folder is not None:
            self._folder.remove()
            self._folder = None

    def mime(self) -> QMimeData | None:
        """Return the result as the URL of a MIDI file named after the piece; None, and a message, if that fails.

        Each has its own folder, for another program may still read the one before.
        """
        session = self._session
        if session.document.result is None:
            return None
        if self._folder is None:
            self._folder = QTemporaryDir()
        self._count += 1
        path = Path(self._folder.path()) / str(self._count) / session.exports.suggested(".mid").name
        try:
            path.parent.mkdir()
            write_midi(path, session.document.result)
        except (OSError, ToneNetError) as error:
            reason = translate(error) if isinstance(error, ToneNetError) else error
            session.messages.say("error", self.tr("The result could not be copied: {0}").format(reason))
            return None
        mime = QMimeData()
        mime.setUrls([url_of(path)])
        return mime

    def copy(self) -> None:
        """Put the result on the clipboard, to be pasted into a folder or another program."""
        if (mime := self.mime()) is None:
            return
        name = printable(path_of(mime.urls()[0]).name)
        QGuiApplication.clipboard().setMimeData(mime)
        self._session.messages.say(
            "info", self.tr("{0} is on the clipboard. Paste it before you close ToneNet.").format(name)
        )


class DragHandle(QToolButton):
    """Button whose drag carries the result as a MIDI file; a click copies it."""

    def __init__(self, session: Session, files: ResultFiles) -> None:
        """Drag and copy the result of `session`, written by `files`."""
        super().__init__()
        self._session, self._files = session, files
        self._pressed_at: QPoint | None = None
        self.setObjectName("dragHandle")
        self.setAccessibleName(self.tr("Copy the result, or drag it into another program"))
        self.setToolTip(self.tr("Drag the result into another program as a MIDI file; a click copies it (Ctrl+C)"))
        self.setText(self.tr("Drag MIDI"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(ICON_PX, ICON_PX))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        icons.set_icon(self, "drag")
        self.clicked.connect(files.copy)
        session.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Enable the handle if there is a result."""
        there = self._session.document.result is not None
        self.setEnabled(there)
        self.setCursor(Qt.CursorShape.OpenHandCursor if there else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a drag may begin."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin to drag once the mouse has gone far enough."""
        begun = self._pressed_at
        if begun is None or not event.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(event)
            return
        if (event.position().toPoint() - begun).manhattanLength() >= QApplication.startDragDistance():
            self._pressed_at = None
            self.setDown(False)  # else letting go would count as a click
            self._drag()

    def _drag(self) -> None:
        result, mime = self._session.document.result, self._files.mime()
        if mime is None or result is None:
            return
        drag = QDrag(self)
        drag.setMimeData(mime)
        drag.setPixmap(self.icon().pixmap(2 * ICON_PX, 2 * ICON_PX))
        if drag.exec(Qt.DropAction.CopyAction) != Qt.DropAction.IgnoreAction:
            self._session.exports.mark_saved(result)
