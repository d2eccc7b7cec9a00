"""Drawing of velocities with the mouse, in the velocity lane."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QGraphicsLineItem

from app.lanes.note_band import NoteBand
from app.lanes.stem_item import DIAMOND_PX, VELOCITY_ROWS, StemItem
from app.theme import palette
from app.views.overlays import cosmetic_pen
from app.views.time_canvas import TimeCanvas
from tonenet_core.editing import shapes

if TYPE_CHECKING:
    from app.session.session import Session

POINT_PX = 6.0  # how near to a dot the mouse means it
PASS_PX = 2.0  # how near to a stem the mouse passes it
GRABBED_PX = 3  # from where on a dot that was grabbed follows
SHIFT, CONTROL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
MARGIN = round(DIAMOND_PX)

Velocities = NDArray[np.uint8]
Indices = NDArray[np.intp]
Moment = tuple[float, float]  # second and velocity


class StemDrag:
    """Velocities of B that follow the mouse; with the release they are one edit.

    A dot that is grabbed moves up and down, and with it all that are selected where it is one of them: by the same
    number, or with Ctrl in proportion. Pressed beside the dots, the mouse draws across the stems it passes, or with
    Shift a straight line; where notes are selected, across these alone. With Alt the chords keep their proportions. The
    keys count while the button is down, since desktops use Alt with a press themselves.
    """

    def __init__(
        self, session: Session, canvas: TimeCanvas, stems: StemItem, report: Callable[[Indices, Velocities], object]
    ) -> None:
        """Draw on a canvas.

        Args:
            session: whose B is edited.
            canvas: of the lane.
            stems: on it.
            report: called with the notes that were changed, and all velocities as they are now.
        """
        self._canvas, self._stems, self._report = canvas, stems, report
        self._editing = session.editing
        self._band = NoteBand(canvas, stems.inside)
        self._line = QGraphicsLineItem()
        self._line.hide()
        canvas.add(self._line)
        self._from: QPointF | None = None  # where the button went down
        self._at = QPointF()
        self._note: int | None = None  # that was grabbed
        self._moved = False
        self._base: Velocities = np.zeros(0, np.uint8)  # velocities before
        self._drawn = self._shown = _Drawn(self._base, np.zeros(0, bool))  # freely, and what is on screen
        self._is_first = False  # whether what is drawn is of a piece without a result

    @property
    def drawing(self) -> bool:
        """Whether velocities follow the mouse."""
        return self._from is not None and self._moved and not self._band.pulled

    # --- the gesture -------------------------------------------------------------------------------------------------

    def begins(self, event: QMouseEvent) -> bool:
        """Take everything but the edges of the loop; those too where a dot is there."""
        place, velocities = event.position(), self._editing.velocities
        self._note = self._note_at(place)
        if self._note is None and (velocities is None or self._canvas.on_loop_edge(place.x())):
            return False
        self._from = self._at = place
        self._moved = False
        self._base = np.zeros(0, np.uint8) if velocities is None else velocities
        self._is_first = False
        self._drawn = self._shown = _Drawn(self._base, np.zeros(len(self._base), bool))
        return True

    def move(self, event: QMouseEvent) -> None:
        """Show the velocities at which the mouse is now."""
        if self._from is None:
            return
        place, keys = event.position(), event.modifiers()
        far = QApplication.startDragDistance() if self._note is None else GRABBED_PX
        if not self._moved and (place - self._from).manhattanLength() < far:
            return
        begins, self._moved = not self._moved, True
        selected = self._note is not None and bool(self._editing.selection.has(np.array([self._note]))[0])
        if self._band.pulled or (begins and keys & CONTROL and not selected):
            self._band.pull(event, self._from.toPoint())
        elif self._note is not None:
            self._drag(self._note, place, keys, selected)
        else:
            self._draw(place, keys)
        self._at = place

    def release(self, event: QMouseEvent) -> None:
        """Make one edit of what was drawn; without a drag, select the note, or seek."""
        begun, moved = self._from, self._moved
        if begun is None:
            return
        if self._band.pulled:
            more = event.modifiers() & SHIFT
            self._editing.selection.select(self._band.release(), "more" if more else "only")
            self._end()
            return
        self._end()
        notes = np.flatnonzero(self._shown.touched)
        if moved and len(notes):
            if not self._editing.set(notes, self._shown.velocities[notes]):
                self._restore()
        elif not moved and not self.click(event):
            self._canvas.seek(self._canvas.second_at(begun.x()))

    def click(self, event: QMouseEvent) -> bool:
        """Select the note whose dot is clicked; beside the dots deselect all, and seek."""
        note, selection = self._note_at(event.position()), self._editing.selection
        if note is None:
            selection.clear()
            return False
        selection.select(np.array([note]), "other" if event.modifiers() & (SHIFT | CONTROL) else "only")
        return True

    def cursor_at(self, place: QPointF) -> Qt.CursorShape | None:
        """Return an arrow up and down on a dot."""
        return Qt.CursorShape.SizeVerCursor if self._note_at(place) is not None else None

    def cancel(self) -> None:
        """Give up what was drawn."""
        if self._from is not None:
            if self.drawing:
                self._restore()
            self._band.cancel()
            self._end()
            self._report(np.zeros(0, np.intp), self._base)

    def _restore(self) -> None:
        """Show the velocities as they were."""
        self._show(_Drawn(self._base, np.zeros(len(self._base), bool)))
        if self._is_first:
            self._is_first = False
            self._stems.end_after()
            self._canvas.redraw()

    def _end(self) -> None:
        if self._from is not None:
            self._show_line((0.0, 0.0), (0.0, 0.0), shown=False)
        self._from = None

    # --- velocities --------------------------------------------------------------------------------------------------

    def _drag(self, note: int, place: QPointF, keys: Qt.KeyboardModifier, selected: bool) -> None:
        assert self._from is not None
        by = self._canvas.row_at(place.y()) - self._canvas.row_at(self._from.y())
        notes, base = np.array([note]), self._base
        factor = (base[note] + by) / base[note]
        if selected and len(self._editing.selection) > 1:
            notes = self._editing.selection.notes
            values = shapes.scale(base[notes], factor) if keys & CONTROL else shapes.shift(base[notes], by)
        elif keys & ALT:
            chord = self._editing.chords()
            notes = np.arange(*np.searchsorted(chord, [chord[note], chord[note] + 1]))
            values = shapes.scale(base[notes], factor)
        else:
            values = shapes.shift(base[notes], by)
        self._show(_Drawn(base, np.zeros(len(base), bool)).with_notes(notes, values))

    def _draw(self, place: QPointF, keys: Qt.KeyboardModifier) -> None:
        assert self._from is not None
        straight = bool(keys & SHIFT)
        begin, end = (self._moment(point) for point in (self._from if straight else self._at, place))
        reach_sec = 0.0 if straight else PASS_PX * self._pixel_sec
        notes = self._stems.between(min(begin[0], end[0]) - reach_sec, max(begin[0], end[0]) + reach_sec)
        if len(self._editing.selection):
            notes = notes[self._editing.selection.has(notes)]
        values = shapes.line(self._stems.onset_sec(notes), begin, end)
        if keys & ALT and len(notes):
            notes, values = shapes.chords_in_proportion(self._base, self._editing.chords(), notes, values)
        shown = self._drawn.with_notes(notes, values)
        if not straight:
            self._drawn = shown
        self._show(shown)
        self._show_line(begin, end, shown=straight)

    def _show(self, shown: _Drawn) -> None:
        """Draw the stems that are others now, and no more than these."""
        before, self._shown = self._shown, shown
        changed = np.flatnonzero((shown.velocities != before.velocities) | (shown.touched != before.touched))
        if len(changed) and self._stems.begin_after():
            self._is_first = True
            self._canvas.redraw()
        if len(changed):
            edited = shown.touched[changed] | np.isin(changed, self._editing.edits.notes)
            self._stems.set_velocities(changed, shown.velocities[changed], edited)
            first, last = self._stems.onset_sec(changed[[0, -1]]).tolist()
            self._canvas.redraw_between(first, last, MARGIN)
        self._report(np.flatnonzero(shown.touched), shown.velocities)

    def _show_line(self, begin: Moment, end: Moment, *, shown: bool) -> None:
        """Show the line that is drawn, or take the former one away."""
        former, was_shown = self._line.line(), self._line.isVisible()
        if not (shown or was_shown):
            return
        self._line.setPen(cosmetic_pen(palette.current().text))
        self._line.setLine(QLineF(*begin, *end))
        self._line.setVisible(shown)
        ends = [begin[0], end[0], *((former.x1(), former.x2()) if was_shown else ())]
        self._canvas.redraw_between(min(ends), max(ends), MARGIN)

    def _moment(self, place: QPointF) -> Moment:
        """Return the second and the velocity at a pixel."""
        return self._canvas.second_at(place.x()), self._canvas.row_at(place.y())

    def _note_at(self, place: QPointF) -> int | None:
        size, (low, high) = self._canvas.viewport().size(), VELOCITY_ROWS
        reach_rows = POINT_PX * (high - low) / max(size.height(), 1)
        return self._stems.grabbed(*self._moment(place), POINT_PX * self._pixel_sec, reach_rows)

    @property
    def _pixel_sec(self) -> float:
        return self._canvas.second_at(1.0) - self._canvas.second_at(0.0)


@dataclass(frozen=True, eq=False)
class _Drawn:
    """Velocities of all notes, `(n,)`, and which of them were drawn."""

    velocities: Velocities
    touched: NDArray[np.bool_]

    def with_notes(self, notes: Indices, velocities: Velocities) -> _Drawn:
        """Return this with other velocities of some notes."""
        values, touched = self.velocities.copy(), self.touched.copy()
        values[notes], touched[notes] = velocities, True
        return _Drawn(values, touched)
