"""Files and folders dropped on a window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget


class FileDrops(QObject):
    """Takes every drop of local files and folders on a window, wherever on it they fall."""

    def __init__(
        self, window: QWidget, take: Callable[[list[Path]], object], accepting: Callable[[], bool] = lambda: True
    ) -> None:
        """Watch `window`, whose parts must be in place: graphics views and text fields would swallow files.

        Args:
            window: where files may be dropped.
            take: called with the paths of a drop.
            accepting: whether a drag that enters is welcome now.
        """
        super().__init__(window)
        self._take, self._accepting = take, accepting
        for child in window.findChildren(QWidget):
            child.setAcceptDrops(False)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, _window: QObject, event: QEvent) -> bool:
        """Handle the drags and drops among the window's events."""
        if isinstance(event, QDragEnterEvent):
            from_outside = event.source() is None  # a result that is dragged out of this program is not taken back
            if from_outside and self._accepting() and local_paths(event.mimeData()):
                event.acceptProposedAction()
            return True
        if event.type() == QEvent.Type.DragMove and isinstance(event, QDropEvent):
            event.acceptProposedAction()
            return True
        if event.type() == QEvent.Type.Drop and isinstance(event, QDropEvent):
            if paths := local_paths(event.mimeData()):
                event.acceptProposedAction()
                self._take(paths)
            return True
        return False


def local_paths(mime: QMimeData) -> list[Path]:
    """Return the files and folders of this machine among dragged data."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
