"""Line from a note of one roll to the same note of the other, where its time has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.theme import palette

if TYPE_CHECKING:
    from app.session.session import Session
    from app.views.piano_roll import PianoRoll

LEAST_SEC = 1e-3  # by which a note must have moved
DOT_PX = 2.5  # radius of both ends


class NoteLink(QWidget):
    """Lies over both rolls, and shows the line while the mouse is on a note; lets the mouse through.

    Attributes:
        line: from the onset in the upper roll to that in the lower one, in pixels of this widget; None without a note.
    """

    def __init__(self, session: Session, rolls: tuple[PianoRoll, PianoRoll], parent: QWidget) -> None:
        """Watch the notes under the mouse in two rolls of `session`, the original's and the result's."""
        super().__init__(parent)
        self._session, self._rolls, self._pair = session, rolls, parent
        self.line: QLineF | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        for roll in rolls:
            roll.note_pointed.connect(self._link)
        rolls[0].viewport.changed.connect(lambda: self._link(None))
        session.changed.connect(lambda: self._link(None))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line, with a dot at both ends."""
        if self.line is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(palette.current().text)
        painter.setPen(QPen(colour, 1))
        painter.drawLine(self.line)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        for end in (self.line.p1(), self.line.p2()):
            painter.drawEllipse(end, DOT_PX, DOT_PX)

    def _link(self, row: int | None) -> None:
        """Show the line of a note of the original, by its index, or none."""
        line = None if row is None else self._line_of(row)
        if line != self.line:
            self.line = line
            self.setVisible(line is not None)
            self.update()

    def _line_of(self, row: int) -> QLineF | None:
        (before, after), order = self._session.sides, self._session.order
        if before is None or after is None or order is None or before is not self._session.original:
            return None
        note, moved = before.notes[row], after.notes[int(np.flatnonzero(order == row)[0])]
        if abs(float(moved["onset_sec"] - note["onset_sec"])) < LEAST_SEC:
            return None
        upper, lower = (
            self._place(roll, float(each["onset_sec"]), float(each["pitch"]))
            for roll, each in zip(self._rolls, (note, moved), strict=True)
        )
        return QLineF(upper, lower)

    def _place(self, roll: PianoRoll, second: float, pitch: float) -> QPointF:
        """Return where a note begins on a roll's canvas, not beyond its edges."""
        canvas, window = roll.canvas, roll.viewport
        size, (low, high) = canvas.viewport().size(), canvas.rows
        x = (second - window.start_sec) / window.span_sec * size.width()
        y = (high - pitch) / (high - low) * size.height()
        room = QRectF(0, 0, size.width() - 1, size.height() - 1)
        corner = canvas.viewport().mapTo(self._pair, QPoint(0, 0)) - self.pos()
        return QPointF(min(max(x, room.left()), room.right()), min(max(y, room.top()), room.bottom())) + QPointF(corner)
