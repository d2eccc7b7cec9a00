"""Files and folders dropped on a window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.system.file_names import path_of
from app.theme import palette
from tonenet_core.midi.containers import PROJECT_SUFFIX
from tonenet_core.midi.folders import PIECE_SUFFIXES

USABLE_SUFFIXES = {*PIECE_SUFFIXES, ".zip", PROJECT_SUFFIX}
EDGE = 10  # pixels between the window's edge and the line around the drop target
VEIL = 235  # of 255: how much of what lies behind is covered


class FileDrops(QObject):
    """Takes every drop of local files and folders on a window, wherever on it they fall.

    Attributes:
        target: lit while files that can be used are dragged over the window.
    """

    def __init__(
        self,
        window: QWidget,
        take: Callable[[list[Path]], object],
        accepting: Callable[[], bool] = lambda: True,
        *,
        invitation: str = "",
    ) -> None:
        """Watch `window`, whose parts must be in place: graphics views and text fields would swallow files.

        Args:
            window: where files may be dropped.
            take: called with the paths of a drop.
            accepting: whether a drag that enters is welcome now.
            invitation: shown over the window while files that can be used are dragged over it.
        """
        super().__init__(window)
        self._take, self._accepting = take, accepting
        for child in window.findChildren(QWidget):
            child.setAcceptDrops(False)
        self.target = DropTarget(invitation, window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, _window: QObject, event: QEvent) -> bool:
        """Handle the drags and drops among the window's events."""
        if isinstance(event, QDragEnterEvent):
            from_outside = event.source() is None  # a result that is dragged out of this program is not taken back
            paths = local_paths(event.mimeData())
            if from_outside and self._accepting() and paths:
                event.acceptProposedAction()
                self.target.light(any(map(_looks_usable, paths)))
            return True
        if event.type() in (QEvent.Type.DragLeave, QEvent.Type.Drop, QEvent.Type.Hide):
            self.target.hide()
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
    return [path_of(url) for url in mime.urls() if url.isLocalFile()]


class DropTarget(QWidget):
    """Veil over a window with a line around it and an invitation to let go."""

    def __init__(self, invitation: str, window: QWidget) -> None:
        """Wait, hidden, for a drag over `window`."""
        super().__init__(window)
        self._window = window
        self._invitation = invitation
        self.setObjectName("dropTarget")
        self.setAccessibleName(invitation)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def light(self, lit: bool) -> None:
        """Cover the window, or not."""
        self.setGeometry(self._window.rect())
        self.raise_()
        self.setVisible(lit)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the veil, the line and the words."""
        colours = palette.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(colours.window)
        veil.setAlpha(VEIL)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(QColor(colours.accent), 3.0))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(EDGE, EDGE, -EDGE, -EDGE), EDGE, EDGE)
        font = self.font()
        font.setPointSizeF(max(font.pointSizeF(), 10.0) * 1.6)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(colours.text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._invitation)


def _looks_usable(path: Path) -> bool:
    """Return whether a name is that of a piece, an archive, or a folder; only opening it tells for sure."""
    return path.suffix.lower() in USABLE_SUFFIXES or path.is_dir()
