"""Drops files on a window the way Qt does it: real events, sent to the widget under the mouse that takes them."""

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

BUTTON, KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def drop(window, paths, at=None):
    """Drag `paths` over `window` and let them go at `at` (window coordinates); return whether they were taken."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return drop_mime(window, mime, at)


def drop_mime(window, mime, at=None):
    point = at or QPoint(window.width() // 2, window.height() // 2)
    target = window.childAt(point) or window
    while not target.acceptDrops() and not target.isWindow():
        target = target.parentWidget()
    inside = target.mapFrom(window, point)
    enter = QDragEnterEvent(inside, Qt.DropAction.CopyAction, mime, BUTTON, KEYS)
    QApplication.sendEvent(target, enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(target, QDragMoveEvent(inside, Qt.DropAction.CopyAction, mime, BUTTON, KEYS))
    event = QDropEvent(QPointF(inside), Qt.DropAction.CopyAction, mime, BUTTON, KEYS)
    QApplication.sendEvent(target, event)
    return event.isAccepted()
