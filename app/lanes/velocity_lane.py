"""The velocity lane: how loud each note was played, and how loud it is in the other style."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtGui import QResizeEvent

from app.lanes.stem_item import VELOCITY_ROWS, StemItem
from app.views.lane_gutter import LaneGutter
from app.views.time_picture import Rows
from app.views.time_view import TimeView
from app.widgets.time_text import time_text

if TYPE_CHECKING:
    from app.session.session import Session
    from app.views.viewport import Viewport
    from tonenet_core.performance import Performance

LEVELS = (0, 127, 64)  # velocities that have a line, those first whose number comes first
HEADER_FROM_PX = 118  # of the lane: in a lower one the height of the header is the stems'
LEAST_HEIGHT = 48
POINT_PX = 6.0  # how near to a stem the mouse means it


class VelocityLane(TimeView):
    """Velocities before and after, along the same time as the piano rolls."""

    def __init__(self, session: Session, viewport: Viewport) -> None:
        """Show the session's velocities."""
        gutter, (low, high) = LaneGutter(), VELOCITY_ROWS
        gutter.set_labels([((high - level) / (high - low), str(level)) for level in LEVELS])
        super().__init__(session, viewport, rows=Rows(low, high, LEVELS), gutter=gutter)
        self._shown: tuple[Performance | None, Performance | None] = (None, None)
        self._stems = StemItem()
        self.canvas.add(self._stems)
        self.setObjectName("velocityLane")
        self.setMinimumHeight(LEAST_HEIGHT)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the header where it would take the height from the stems."""
        super().resizeEvent(event)
        self.set_compact(self.height() < HEADER_FROM_PX, self.tr("Velocity", "short"))

    def refresh(self) -> None:
        """Show the session's velocities before and after."""
        both = (self.session.original, self.session.styled)
        self.set_title(self.tr("Velocity, before and after") if both[1] is not None else self.tr("Velocity"))
        if both[0] is not self._shown[0] or both[1] is not self._shown[1]:
            self._shown = both
            self._stems.set_performances(*both)
            self.canvas.redraw()
        self._describe()

    def point(self, place: QPointF | None) -> None:
        """Show the velocities of the note nearest to the mouse."""
        size = self.canvas.viewport().size()
        low, high = VELOCITY_ROWS
        reach_sec = POINT_PX * self.viewport.span_sec / max(size.width(), 1)
        reach_rows = POINT_PX * (high - low) / max(size.height(), 1)
        index = None if place is None else self._stems.nearest(place.x(), place.y(), reach_sec, reach_rows)
        self.set_readout("" if index is None else self._note_text(index))

    def _note_text(self, index: int) -> str:
        before, after = self._shown
        values = [str(side.velocities[index]) for side in (before, after) if side is not None]
        onset = float(before.notes["onset_sec"][index]) if before is not None else 0.0
        return f"{time_text(onset)}  ·  " + self.tr("velocity {0}").format(" → ".join(values))

    def _describe(self) -> None:
        """Describe the mean velocities for screen readers."""
        self.setAccessibleName(self.tr("Velocity lane"))
        means = [f"{side.velocities.mean():.0f}" for side in self._shown if side is not None and len(side)]
        description = self.tr("mean velocity {0}").format(" → ".join(means)) if means else self.tr("no notes")
        self.setAccessibleDescription(description)
