"""The result for other programs: dragged out of the window, or copied, as a MIDI file."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QDrag, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from app.documents.document import Result
from app.session.session import Session
from app.system.file_names import path_of, url_of
from app.system.language import translate
from app.theme import icons
from tonenet_core.errors import ToneNetError, printable
from tonenet_core.files.locations import user_dragged
from tonenet_core.files.names import unique_place
from tonenet_core.midi import write_midi
from tonenet_core.performance import Performance

ICON_PX = 18


class ResultFiles(QObject):
    """Writes the result as a file for other programs, which take files, not bytes.

    The files stay when the program ends, a folder a day: a music program may go on reading a file where it lies. Only
    what no program has taken is removed.
    """

    def __init__(self, session: Session, parent: QObject) -> None:
        """Write results of `session`; nothing is written yet."""
        super().__init__(parent)
        self._session = session
        self._not_taken: set[Path] = set()
        if (app := QGuiApplication.instance()) is not None:
            app.aboutToQuit.connect(self.close)

    def close(self) -> None:
        """Remove the files that no program has taken; may be called twice."""
        for path in self._not_taken:
            with suppress(OSError):
                path.unlink()
                path.parent.rmdir()  # succeeds where it is empty
        self._not_taken.clear()

    def mime(self, take: Result | None = None) -> QMimeData | None:
        """Return the result as the URL of a MIDI file named after the piece; None, and a message, if that fails.

        A result of the same name and bytes has the same file, any other a file of its own: another program may still
        read the one before.

        Args:
            take: another result than the current one.
        """
        session = self._session
        result = session.document.result if take is None else take.performance
        if result is None:
            return None
        folder = user_dragged() / f"{date.today():%Y-%m-%d}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = self._write(folder / session.exports.suggested(".mid", take).name, result)
        except (OSError, ToneNetError) as error:
            reason = translate(error) if isinstance(error, ToneNetError) else error
            session.messages.say("error", self.tr("The result could not be copied: {0}").format(reason))
            return None
        mime = QMimeData()
        mime.setUrls([url_of(path)])
        return mime

    def _write(self, wanted: Path, result: Performance) -> Path:
        data, taken = result.to_bytes(), sorted(wanted.parent.iterdir())
        same = (each for each in taken if each.stem.startswith(wanted.stem) and each.read_bytes() == data)
        if (path := next(same, None)) is not None:
            return path
        path = unique_place(wanted, set(taken))
        write_midi(path, result)
        self._not_taken.add(path)
        return path

    def note_taken(self, mime: QMimeData) -> Path:
        """Keep the file of `mime`, which another program has taken, and return it."""
        path = path_of(mime.urls()[0])
        self._not_taken.discard(path)
        return path

    def drag(self, source: QWidget, take: Result | None = None) -> None:
        """Let the user drag the result, or another one, out of a widget; what a program takes counts as exported."""
        result, mime = self._session.document.result if take is None else take.performance, self.mime(take)
        if mime is None or result is None:
            return
        drag = QDrag(source)
        drag.setMimeData(mime)
        drag.setPixmap(icons.icon("drag").pixmap(2 * ICON_PX, 2 * ICON_PX))
        if drag.exec(Qt.DropAction.CopyAction) != Qt.DropAction.IgnoreAction:
            path = self.note_taken(mime)
            self._session.exports.mark_saved(result)
            text = self.tr("{0} stays in {1}, where other programs find it.")
            self._session.messages.say("info", text.format(printable(path.name), printable(path.parent)))

    def copy(self) -> None:
        """Put the result on the clipboard, to be pasted into a folder or another program."""
        if (mime := self.mime()) is None:
            return
        name = printable(self.note_taken(mime).name)
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
        there = self._session.document.has_result
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
            self._files.drag(self)
