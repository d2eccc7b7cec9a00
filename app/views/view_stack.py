"""The middle of the window: the rolls, the velocities, the matrix, one above the other."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSplitter, QVBoxLayout, QWidget

from app.session.session import Session
from app.views.piano_roll import PianoRoll
from app.views.velocity_lane import VelocityLane
from app.views.velocity_matrix import VelocityMatrix
from app.views.viewport import Viewport

GAP = 10


class ViewStack(QSplitter):
    """Splitter with all views of a session. A low window hides the velocity lane, since the rolls show velocity too.

    Attributes:
        viewport: the seconds and pitches on screen in all of them.
    """

    def __init__(self, session: Session) -> None:
        """Show `session`."""
        super().__init__(Qt.Orientation.Vertical)
        self.setHandleWidth(GAP)
        self.viewport = viewport = Viewport(session)
        self._views = (
            PianoRoll(session, viewport, "original"),
            PianoRoll(session, viewport, "styled"),
            VelocityLane(session, viewport),
            VelocityMatrix(session, viewport),
        )
        self._rolls = _panel(*self._views[:2])
        self._lane, self._matrix = _panel(self._views[2]), _panel(self._views[3])
        for part, share in ((self._rolls, 50), (self._lane, 17), (self._matrix, 20)):
            self.addWidget(part)
            self.setStretchFactor(self.indexOf(part), share)
        self.setCollapsible(0, False)
        self.setSizes([500, 170, 200])

    def pictures(self) -> list[tuple[str, QWidget]]:
        """Return the name of each view, and the view."""
        names = (self.tr("Piano roll A"), self.tr("Piano roll B"), self.tr("Velocities"), self.tr("Matrix"))
        return list(zip(names, self._views, strict=True))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the lane out where not all views have the least height at which they can be read."""
        super().resizeEvent(event)
        parts = (self._rolls, self._lane, self._matrix)
        needed = sum(part.minimumSizeHint().height() for part in parts) + GAP * (len(parts) - 1)
        self._lane.setVisible(self.height() >= needed)


def _panel(*views: QWidget) -> QFrame:
    frame = QFrame()
    frame.setProperty("class", "panel")
    column = QVBoxLayout(frame)
    column.setContentsMargins(8, 6, 8, 6)
    column.setSpacing(4)
    for view in views:
        column.addWidget(view, 1)
    return frame
