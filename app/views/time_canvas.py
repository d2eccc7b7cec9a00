"""The drawing surface of the views along time: its picture, the loop, and the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent

from app.playback.side import ORIGINAL, Side
from app.views.loop_drag import LoopDrag
from app.views.overlays import LoopRegion
from app.views.time_picture import Rows, TimePicture
from app.views.viewport import Viewport

if TYPE_CHECKING:
    from app.session.session import Session

ZOOM_PER_NOTCH = 1.25
NOTCH = 120.0  # a wheel's click, in eighths of a degree
PAN_PER_NOTCH = 0.12  # of the span on screen
PITCHES_PER_NOTCH = 3.0


class Hand(Protocol):
    """Takes gestures of the left button on a canvas that are not about time."""

    def begins(self, event: QMouseEvent) -> bool:
        """Begin with a press; return whether it is the hand's: then it gets the moves, and the release."""

    def move(self, event: QMouseEvent) -> None:
        """Follow the mouse."""

    def release(self, event: QMouseEvent) -> None:
        """End."""

    def click(self, event: QMouseEvent) -> bool:
        """Take a click that would seek; return whether it was meant for the hand."""

    def cursor_at(self, place: QPointF) -> Qt.CursorShape | None:
        """Return the cursor at a pixel; None where a press is not the hand's."""


class TimeCanvas(TimePicture):
    """Shows items along the session's time window and turns mouse and wheel into scrolling, seeking and looping.

    Click seeks (and ends a loop), drag marks a loop, a loop's edges can be dragged, middle-drag scrolls. The wheel
    scrolls pitches, Shift+wheel time, Ctrl+wheel zooms time around the mouse, Ctrl+Shift+wheel zooms pitches.

    Attributes:
        hand: takes what is not about time; None without one.
        pointed: signal with the second and row under the mouse as a QPointF, or None when it has left.
    """

    pointed = Signal(object)

    def __init__(
        self, session: Session, viewport: Viewport, *, rows: Rows | None = None, side: Side = ORIGINAL
    ) -> None:
        """Build the canvas of a side's seconds; its rows are the pitches on screen unless others are given."""
        super().__init__(session, viewport, rows, side)
        self._loop_drag = LoopDrag(session, side, self.second_at)
        self._pan_from: QPointF | None = None
        self.hand: Hand | None = None
        self._in_hand = False
        self._loop = LoopRegion()
        self.add(self._loop)
        session.player.changed.connect(self._read_player)
        session.changed.connect(self._read_player)
        self._read_player()
        self.show_window()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click, a loop, or (middle button) scrolling."""
        if event.button() == Qt.MouseButton.MiddleButton:
            self._pan_from = event.position()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.LeftButton and self._session.original is not None:
            self._in_hand = self.hand is not None and self.hand.begins(event)
            if not self._in_hand:
                self._loop_drag.press(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scroll, drag a loop's edge, or report the place under the mouse."""
        place = event.position()
        if self._pan_from is not None:
            moved = place - self._pan_from
            self._pan_from = place
            self._window.pan(-moved.x() * self._pixel_sec())
            if self._rows is None:
                low, high = self.rows
                self._window.pan_pitches(moved.y() / self._size().height() * (high - low))
        elif self._in_hand and self.hand is not None:
            self.hand.move(event)
        elif self._loop_drag.pressed:
            if not self._loop_drag.is_click(place.x()):
                self._show_loop(self._loop_drag.span_to(place.x()))
        else:
            edge = Qt.CursorShape.SplitHCursor if self.on_loop_edge(place.x()) else Qt.CursorShape.ArrowCursor
            own = None if self.hand is None else self.hand.cursor_at(place)
            self.viewport().setCursor(edge if own is None else own)
        if not self._in_hand:
            self.pointed.emit(QPointF(self.second_at(place.x()), self.row_at(place.y())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Set the loop that was dragged; without a drag, end the loop and seek."""
        if event.button() == Qt.MouseButton.MiddleButton:
            self._pan_from = None
            self.viewport().unsetCursor()
        if event.button() == Qt.MouseButton.LeftButton and self._in_hand and self.hand is not None:
            self._in_hand = False
            self.hand.release(event)
        if event.button() != Qt.MouseButton.LeftButton or not self._loop_drag.pressed:
            return
        click, second = self._loop_drag.is_click(event.position().x()), self._loop_drag.release()
        marked = self._loop.span
        if marked is not None and marked != self._places.loop_sec(self._side):
            self._set_loop(*marked)
        elif click and not (self.hand is not None and self.hand.click(event)):
            self.seek(second)
        self._show_loop(self._places.loop_sec(self._side))

    def on_loop_edge(self, x: float) -> bool:
        """Return whether a press at a pixel takes hold of an edge of the loop."""
        return self._loop_drag.far_edge(x) is not None

    def seek(self, second: float) -> None:
        """Go on at a second of this side, without a loop."""
        player = self._session.player
        player.set_loop(None)
        self._window.following = True
        player.seek(second, self._side)

    def _set_loop(self, start_sec: float, end_sec: float) -> None:
        """Set the loop, and seek into it so that it is heard."""
        player = self._session.player
        player.set_loop((start_sec, end_sec), self._side)
        if not start_sec <= self._places.position_sec(self._side) < end_sec:
            player.seek(start_sec, self._side)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the second press like any other."""
        self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Report that the mouse has left."""
        self.pointed.emit(None)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll or zoom; a sideways wheel or touchpad scrolls time."""
        turned, keys = event.angleDelta(), event.modifiers()
        shift = bool(keys & Qt.KeyboardModifier.ShiftModifier)
        control = bool(keys & Qt.KeyboardModifier.ControlModifier)
        notches = (turned.y() or turned.x()) / NOTCH
        sideways = shift or self._rows is not None or abs(turned.x()) > abs(turned.y())
        window, place = self._window, event.position()
        if control and shift and self._rows is None:
            window.zoom_pitches(ZOOM_PER_NOTCH**-notches, self.row_at(place.y()))
        elif control:
            window.zoom(ZOOM_PER_NOTCH**-notches, self.second_at(place.x()))
        elif sideways:
            window.pan(-notches * PAN_PER_NOTCH * window.span_sec)
        else:
            window.pan_pitches(notches * PITCHES_PER_NOTCH)
        event.accept()

    def _read_player(self) -> None:
        super()._read_player()
        if not self._loop_drag.pressed:
            self._show_loop(self._places.loop_sec(self._side))

    def _show_loop(self, span: tuple[float, float] | None) -> None:
        if span != self._loop.span:
            self._loop.set_span(span)
            self.redraw()
