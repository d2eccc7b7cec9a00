"""Gestures of the left button on the canvas of a view, as real events."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
NO_KEY = Qt.KeyboardModifier.NoModifier


def drag(view, points: Sequence[QPoint], keys: Qt.KeyboardModifier = NO_KEY, *, release: bool = True) -> None:
    """Press at the first point, move over the others, and release at the last; the keys are held all along."""
    kinds = [QEvent.Type.MouseButtonPress, *[QEvent.Type.MouseMove] * (len(points) - 1)]
    for kind, point in zip(kinds, points, strict=True):
        send(view, kind, point, keys)
    if release:
        send(view, QEvent.Type.MouseButtonRelease, points[-1], keys)


def click(view, point: QPoint, keys: Qt.KeyboardModifier = NO_KEY) -> None:
    drag(view, [point], keys)


def send(view, kind: QEvent.Type, point: QPoint, keys: Qt.KeyboardModifier = NO_KEY) -> None:
    canvas = view.canvas.viewport()
    button = NONE if kind == QEvent.Type.MouseMove else LEFT
    held = NONE if kind == QEvent.Type.MouseButtonRelease else LEFT
    where = QPointF(point), QPointF(canvas.mapToGlobal(point))
    QApplication.sendEvent(canvas, QMouseEvent(kind, *where, button, held, keys))
