"""The middle of the window: the rolls, the velocities, the matrix, one above the other."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSplitter, QVBoxLayout, QWidget

from app.lanes.velocity_lane import VelocityLane
from app.session.session import Session
from app.views.piano_roll import PianoRoll
from app.views.velocity_matrix import VelocityMatrix
from app.views.viewport import Viewport

GAP = 10
MARGINS = (8, 6, 8, 6)  # of a panel: left, top, right, bottom
BETWEEN_ROLLS = 4
READABLE_PX = 110  # of a roll's canvas, with the notes of five octaves
SHARES = (88, 34, 22)  # of the height, where it is more than the least: rolls, velocity lane, matrix


class ViewStack(QSplitter):
    """Splitter with all views of a session.

    A low window hides the matrix, which shows what the rolls show, and a very low one the velocity lane.

    Attributes:
        viewport: the seconds and pitches on screen in all of them.
    """

    def __init__(self, session: Session) -> None:
        """Show `session`."""
        super().__init__(Qt.Orientation.Vertical)
        self.setHandleWidth(GAP)
        self.viewport = viewport = Viewport(session)
        rolls = PianoRoll(session, viewport, "original"), PianoRoll(session, viewport, "styled")
        lane, matrix = VelocityLane(session, viewport), VelocityMatrix(session, viewport)
        self._views = (*rolls, lane, matrix)
        self._rolls, self._lane, self._matrix = RollPair(*rolls), _panel(lane), _panel(matrix)
        for part, share in zip((self._rolls, self._lane, self._matrix), SHARES, strict=True):
            self.addWidget(part)
            self.setStretchFactor(self.indexOf(part), share)
        self.setCollapsible(0, False)
        self.setSizes([10 * share for share in SHARES])  # more than there is: Qt keeps the proportions

    def pictures(self) -> list[tuple[str, QWidget]]:
        """Return the name of each view, and the view."""
        names = (self.tr("Piano roll A"), self.tr("Piano roll B"), self.tr("Velocities"), self.tr("Matrix"))
        return list(zip(names, self._views, strict=True))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what has no room: the matrix while the rolls can be read well, the lane at their least height."""
        super().resizeEvent(event)
        lane, matrix = (GAP + part.minimumSizeHint().height() for part in (self._lane, self._matrix))
        self._lane.setVisible(self.height() >= self._rolls.minimumSizeHint().height() + lane)
        self._matrix.setVisible(self.height() >= self._rolls.height_for(READABLE_PX) + lane + matrix)


class RollPair(QFrame):
    """Both rolls, one above the other. Their canvases are equally high, though only the lower roll has a ruler."""

    def __init__(self, upper: PianoRoll, lower: PianoRoll) -> None:
        super().__init__()
        self.setProperty("class", "panel")
        self._pair = (upper, lower)
        for roll in self._pair:
            roll.setParent(self)
        upper.setMinimumHeight(0)  # it follows the lower one

    def height_for(self, canvas: int) -> int:
        """Return the height at which both canvases are `canvas` high."""
        edges = MARGINS[1] + MARGINS[3] + 2 * self.frameWidth()
        return edges + BETWEEN_ROLLS + sum(roll.frame_height() + canvas for roll in self._pair)

    def minimumSizeHint(self) -> QSize:
        """Return room for the lower roll at its least height, and the same canvas above."""
        lower = self._pair[1]
        width = max(roll.minimumSizeHint().width() for roll in self._pair)
        return QSize(
            width + MARGINS[0] + MARGINS[2] + 2 * self.frameWidth(),
            self.height_for(lower.minimumHeight() - lower.frame_height()),
        )

    def sizeHint(self) -> QSize:
        """Return the least size; the splitter gives more."""
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the height out."""
        super().resizeEvent(event)
        room = self.contentsRect().marginsRemoved(QMargins(*MARGINS))
        canvas, top = (self.height() - self.height_for(0)) // 2, room.top()
        for roll in self._pair:
            height = roll.frame_height() + canvas
            roll.setGeometry(room.left(), top, room.width(), height)
            top += height + BETWEEN_ROLLS


def _panel(view: QWidget) -> QFrame:
    frame = QFrame()
    frame.setProperty("class", "panel")
    column = QVBoxLayout(frame)
    column.setContentsMargins(*MARGINS)
    column.addWidget(view)
    return frame
