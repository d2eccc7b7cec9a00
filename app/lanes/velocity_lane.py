"""The velocity lane: how loud each note was played, and how loud it is in the other style; the latter by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtGui import QResizeEvent

from app.lanes.stem_drag import POINT_PX, Indices, StemDrag, Velocities
from app.lanes.stem_item import VELOCITY_ROWS, StemItem
from app.views.lane_gutter import LaneGutter
from app.views.time_picture import Rows
from app.views.time_view import TimeView
from app.widgets.time_text import time_text

if TYPE_CHECKING:
    from app.session.session import Session
    from app.views.viewport import Viewport
    from tonenet_core.editing.edits import Edits
    from tonenet_core.performance import Performance

LEVELS = (0, 127, 64)  # velocities that have a line, those first whose number comes first
HEADER_FROM_PX = 118  # of the lane: in a lower one the height of the header is the stems'
LEAST_HEIGHT = 48


class VelocityLane(TimeView):
    """Velocities before and after, along the same time as the piano rolls; those after can be drawn with the mouse."""

    def __init__(self, session: Session, viewport: Viewport) -> None:
        """Show the session's velocities."""
        gutter, (low, high) = LaneGutter(), VELOCITY_ROWS
        gutter.set_labels([((high - level) / (high - low), str(level)) for level in LEVELS])
        super().__init__(session, viewport, rows=Rows(low, high, LEVELS), gutter=gutter)
        self._shown: tuple[Performance | None, Performance | None] = (None, None)
        self._edits: Edits | None = None
        self._stems = StemItem()
        self.canvas.add(self._stems)
        self._drag = self.canvas.hand = StemDrag(session, self.canvas, self._stems, self._report)
        self.setObjectName("velocityLane")
        self.setMinimumHeight(LEAST_HEIGHT)
        session.editing.selection.changed.connect(self._mark)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the header where it would take the height from the stems."""
        super().resizeEvent(event)
        self.set_compact(self.height() < HEADER_FROM_PX, self.tr("Velocity", "short"))

    def refresh(self) -> None:
        """Show the session's velocities before and after."""
        both, edits = (self.session.original, self.session.styled), self.session.editing.edits
        if both[0] is not self._shown[0] or both[1] is not self._shown[1]:
            self._drag.cancel()
            self._shown, self._edits = both, None
            self._stems.set_performances(*both)
        if edits is not self._edits:
            self._edits = edits
            self._mark()
            self.set_readout(self._selection_text())
        self.set_title(self._title(), tip=self._advice())
        self._describe()

    @property
    def drawing(self) -> bool:
        """Whether velocities follow the mouse."""
        return self._drag.drawing

    def cancel(self) -> None:
        """Give up what is being drawn."""
        self._drag.cancel()

    def point(self, place: QPointF | None) -> None:
        """Show the velocities of the note nearest to the mouse; away from it, those of the selected notes."""
        size = self.canvas.viewport().size()
        low, high = VELOCITY_ROWS
        reach_sec = POINT_PX * self.viewport.span_sec / max(size.width(), 1)
        reach_rows = POINT_PX * (high - low) / max(size.height(), 1)
        index = None if place is None else self._stems.nearest(place.x(), place.y(), reach_sec, reach_rows)
        self.set_readout(self._rest_text() if index is None else self._note_text(index))

    def _mark(self) -> None:
        """Mark the notes that are selected, and those whose velocities were set by hand."""
        editing = self.session.editing
        if self._shown[0] is not self.session.original:
            return  # another piece is open, and is about to be shown
        self._stems.set_marks(editing.edits.notes, editing.selection.notes)
        self.canvas.redraw()
        self.set_readout(self._rest_text())

    def _report(self, notes: Indices, velocities: Velocities) -> None:
        """Show the velocities that are being drawn."""
        if len(notes) == 1:
            self.set_readout(self._note_text(int(notes[0]), int(velocities[notes[0]])))
        else:
            self.set_readout(self._range_text(notes, velocities) if len(notes) else self._rest_text())

    def _title(self) -> str:
        title = self.tr("Velocity") if self._shown[1] is None else self.tr("Velocity, before and after")
        edited = len(self.session.editing.edits)
        return f"{title}  ·  " + self.tr("%Ln set by hand", "", edited) if edited else title

    def _advice(self) -> str:
        return self.tr(
            "Drag a dot, or draw across the stems; Shift: a straight line; Alt: chords keep their proportions"
        )

    def _rest_text(self) -> str:
        """Return the velocities of the selected notes; in a low lane they would lie over the stems."""
        return "" if self.compact else self._selection_text()

    def _selection_text(self) -> str:
        selected, shown = self.session.editing.selection.notes, self._shown[1] or self._shown[0]
        if not len(selected) or shown is None:
            return ""
        return self._note_text(int(selected[0])) if len(selected) == 1 else self._range_text(selected, shown.velocities)

    def _range_text(self, notes: Indices, velocities: Velocities) -> str:
        soft, loud = int(velocities[notes].min()), int(velocities[notes].max())
        span = str(soft) if soft == loud else f"{soft}–{loud}"
        return self.tr("%Ln notes", "", len(notes)) + "  ·  " + self.tr("velocity {0}").format(span)

    def _note_text(self, index: int, drawn: int | None = None) -> str:
        before, after = self._shown
        values = [str(side.velocities[index]) for side in (before, after) if side is not None]
        if drawn is not None:
            values[1:] = [str(drawn)]
        onset = float(before.notes["onset_sec"][index]) if before is not None else 0.0
        return f"{time_text(onset)}  ·  " + self.tr("velocity {0}").format(" → ".join(values))

    def _describe(self) -> None:
        """Describe the mean velocities for screen readers."""
        self.setAccessibleName(self.tr("Velocity lane"))
        means = [f"{side.velocities.mean():.0f}" for side in self._shown if side is not None and len(side)]
        description = self.tr("mean velocity {0}").format(" → ".join(means)) if means else self.tr("no notes")
        if len(self.session.editing.edits):
            description += ", " + self.tr("%Ln set by hand", "", len(self.session.editing.edits))
        self.setAccessibleDescription(description)
