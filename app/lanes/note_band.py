"""Rubber band on a canvas, whose notes are selected."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QRubberBand

from app.editing.selection import Notes
from app.views.time_canvas import TimeCanvas

Span = tuple[float, float]


class NoteBand:
    """A rectangle from where the button went down to where the mouse is."""

    def __init__(self, canvas: TimeCanvas, notes_in: Callable[[Span, Span], Notes]) -> None:
        """Prepare.

        Args:
            canvas: what it lies on.
            notes_in: returns the notes between two seconds and two rows of the canvas.
        """
        self._canvas, self._notes_in = canvas, notes_in
        self._corner: QPoint | None = None
        self._band = QRubberBand(QRubberBand.Shape.Rectangle, canvas.viewport())
        self._band.setObjectName("noteBand")

    @property
    def pulled(self) -> bool:
        """Whether there is a rectangle."""
        return self._corner is not None

    def pull(self, event: QMouseEvent, corner: QPoint) -> None:
        """Reach from a corner to the mouse, within the canvas."""
        self._corner = corner
        self._band.setGeometry(QRect(corner, event.position().toPoint()).normalized() & self._canvas.viewport().rect())
        self._band.show()

    def release(self) -> Notes:
        """Take the rectangle away, and return the notes in it."""
        place, canvas = self._band.geometry(), self._canvas
        self.cancel()
        seconds = canvas.second_at(place.left()), canvas.second_at(place.right() + 1)
        return self._notes_in(seconds, (canvas.row_at(place.bottom() + 1), canvas.row_at(place.top())))

    def cancel(self) -> None:
        """Take the rectangle away."""
        self._corner = None
        self._band.hide()
        self._band.resize(QSize(0, 0))
