"""The drawing surface that all views along time share: background, playhead, loop, and what the mouse does."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QResizeEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QApplication, QFrame, QGraphicsItem, QGraphicsRectItem, QGraphicsScene, QGraphicsView

from app.theme import palette
from app.views.keyboard import is_black, visible_pitches
from app.views.overlays import LoopRegion, Playhead
from app.views.viewport import Viewport
from app.widgets.time_axis import grid_lines

if TYPE_CHECKING:
    from app.session.session import Session

ZOOM_PER_NOTCH = 1.25
NOTCH = 120.0  # a wheel's click, in eighths of a degree
PAN_PER_NOTCH = 0.12  # of the span on screen
PITCHES_PER_NOTCH = 3.0
GRAB_PX = 5  # how near to a loop's edge the mouse takes hold of it
STRIP_PX = 3  # to both sides of the playhead
SNAP_PX = 6.0  # how near to a beat a loop's edge goes onto it
VELOCITY_ROWS = (-6.0, 134.0)  # 0..127 with room for the dots at both ends


class TimeCanvas(QGraphicsView):
    """Shows items along the session's time window and turns mouse and wheel into scrolling, seeking and looping.

    Click seeks (and ends a loop), drag marks a loop, a loop's edges can be dragged, middle-drag scrolls. The wheel
    scrolls pitches, Shift+wheel time, Ctrl+wheel zooms time around the mouse, Ctrl+Shift+wheel zooms pitches.

    Attributes:
        pointed: signal with the second and row under the mouse as a QPointF, or None when it has left.
    """

    pointed = Signal(object)

    def __init__(self, session: Session, viewport: Viewport, *, pitches: bool = True) -> None:
        """Build the canvas; `pitches` false makes rows velocities 0..127 instead."""
        super().__init__()
        self._session = session
        self._window = viewport
        self._pitches = pitches
        self._pressed: QPointF | None = None
        self._anchor_sec: float | None = None  # the end of the loop that stays put while the other is dragged
        self._pan_from: QPointF | None = None
        self._space = QGraphicsRectItem()  # draws nothing; its transform is the way from seconds and rows to pixels
        self._space.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents)
        self._build_scene()
        self._playhead, self._loop = Playhead(), LoopRegion()
        self.add(self._playhead)
        self.add(self._loop)
        self._let_drops_through()
        self._window.changed.connect(self.show_window)
        session.player.moved.connect(self._move_playhead)
        session.player.changed.connect(self._read_player)
        session.changed.connect(self._read_player)
        self._read_player()
        self.show_window()

    def add(self, item: QGraphicsItem) -> None:
        """Show an item whose coordinates are seconds and rows."""
        item.setParentItem(self._space)

    @property
    def rows(self) -> tuple[float, float]:
        """Return the lowest and highest row on screen: pitches or velocities."""
        return (self._window.low, self._window.high) if self._pitches else VELOCITY_ROWS

    def show_window(self) -> None:
        """Bring the items to where the time window is now."""
        window, (low, high), size = self._window, self.rows, self._size()
        across, down = size.width() / window.span_sec, size.height() / (high - low)
        self._space.setTransform(QTransform(across, 0, 0, -down, -window.start_sec * across, high * down))
        self._playhead.set_extent(self._pixel_sec(), low, high)
        self.redraw()

    def redraw(self) -> None:
        """Draw everything anew, the background included."""
        self.resetCachedContent()
        self.viewport().update()

    def second_at(self, x: float) -> float:
        """Return the second at a pixel."""
        return self._window.start_sec + x / max(self._size().width(), 1) * self._window.span_sec

    def row_at(self, y: float) -> float:
        """Return the pitch or velocity at a pixel."""
        low, high = self.rows
        return high - y / max(self._size().height(), 1) * (high - low)

    def _size(self) -> QSize:
        return self.viewport().size()

    def _pixel_sec(self) -> float:
        """Return the time that a logical pixel takes up."""
        return self._window.span_sec / max(self._size().width(), 1)

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Draw lanes and grid lines; Qt keeps the result until `redraw`."""
        colours, size = palette.current(), self._size()
        painter.fillRect(rect, QColor(colours.canvas))
        if self._pitches:
            self._draw_lanes(painter)
        else:
            self._draw_levels(painter, (0, 64, 127))
        window = self._window
        lines = grid_lines(self._session.original, window.start_sec, window.end_sec, size.width())
        for moments, colour in zip(lines, (colours.canvas_bar, colours.canvas_line), strict=True):
            across = np.round((moments - window.start_sec) / window.span_sec * size.width())
            painter.setPen(QColor(colour))
            painter.drawLines([QLineF(x, 0, x, size.height()) for x in across.tolist()])

    def _draw_lanes(self, painter: QPainter) -> None:
        """Darken the lanes of black keys, and draw a line below every C."""
        width = self._size().width()
        low, high = self.rows
        lane = self._size().height() / (high - low)
        pitches = visible_pitches(low, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.current().canvas_dark))
        painter.drawRects([QRectF(0, (high - key - 0.5) * lane, width, lane) for key in pitches if is_black(key)])
        self._draw_levels(painter, [pitch - 0.5 for pitch in pitches if pitch % 12 == 0])

    def _draw_levels(self, painter: QPainter, levels: Sequence[float]) -> None:
        (low, high), size = self.rows, self._size()
        heights = [round((high - level) / (high - low) * size.height()) for level in levels]
        painter.setPen(QColor(palette.current().canvas_line))
        painter.drawLines([QLineF(0, y, size.width(), y) for y in heights])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the time window into the new size."""
        super().resizeEvent(event)
        self.scene().setSceneRect(QRectF(self.viewport().rect()))
        self.show_window()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click, a loop, or (middle button) scrolling."""
        if event.button() == Qt.MouseButton.MiddleButton:
            self._pan_from = event.position()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.LeftButton and self._session.original is not None:
            self._pressed = event.position()
            self._anchor_sec = self._other_edge(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scroll, drag a loop's edge, or tell what is under the mouse."""
        place = event.position()
        if self._pan_from is not None:
            moved = place - self._pan_from
            self._pan_from = place
            self._window.pan(-moved.x() * self._pixel_sec())
            if self._pitches:
                low, high = self.rows
                self._window.pan_pitches(moved.y() / self._size().height() * (high - low))
        elif self._pressed is not None:
            self._drag_loop(place)
        else:
            near_edge = self._other_edge(place.x()) is not None
            self.viewport().setCursor(Qt.CursorShape.SplitHCursor if near_edge else Qt.CursorShape.ArrowCursor)
        self.pointed.emit(QPointF(self.second_at(place.x()), self.row_at(place.y())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Set the loop that was dragged; without a drag, end the loop and seek."""
        if event.button() == Qt.MouseButton.MiddleButton:
            self._pan_from = None
            self.viewport().unsetCursor()
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        pressed, self._pressed = self._pressed, None
        marked, self._anchor_sec = self._loop.span, None
        player = self._session.player
        if marked is not None and marked != player.loop:
            self._set_loop(*marked)
        elif abs(event.position().x() - pressed.x()) < QApplication.startDragDistance():
            player.set_loop(None)
            self._window.following = True
            player.seek(min(max(self.second_at(pressed.x()), 0.0), player.duration_sec))
        self._show_loop(player.loop)

    def _set_loop(self, start_sec: float, end_sec: float) -> None:
        """Set the loop, and go into it: whoever marks one wants to hear it."""
        player = self._session.player
        player.set_loop((start_sec, end_sec))
        if not start_sec <= player.position_sec < end_sec:
            player.seek(start_sec)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the second press like any other."""
        self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that the mouse points at nothing now."""
        self.pointed.emit(None)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll or zoom; a sideways wheel or touchpad scrolls time."""
        turned, keys = event.angleDelta(), event.modifiers()
        shift = bool(keys & Qt.KeyboardModifier.ShiftModifier)
        control = bool(keys & Qt.KeyboardModifier.ControlModifier)
        notches = (turned.y() or turned.x()) / NOTCH
        sideways = shift or not self._pitches or abs(turned.x()) > abs(turned.y())
        window, place = self._window, event.position()
        if control and shift and self._pitches:
            window.zoom_pitches(ZOOM_PER_NOTCH**-notches, self.row_at(place.y()))
        elif control:
            window.zoom(ZOOM_PER_NOTCH**-notches, self.second_at(place.x()))
        elif sideways:
            window.pan(-notches * PAN_PER_NOTCH * window.span_sec)
        else:
            window.pan_pitches(notches * PITCHES_PER_NOTCH)
        event.accept()

    def _drag_loop(self, place: QPointF) -> None:
        """Mark a loop from where the button went down (or from the edge that stays) to the mouse."""
        if self._pressed is None or abs(place.x() - self._pressed.x()) < QApplication.startDragDistance():
            return
        if self._anchor_sec is None:
            self._anchor_sec = self._snapped(self._pressed.x())
        ends = sorted((self._anchor_sec, self._snapped(place.x())))
        self._show_loop((ends[0], ends[1]) if ends[1] > ends[0] else None)

    def _snapped(self, x: float) -> float:
        """Return the second at a pixel, within the piece, on a beat where one is near."""
        piece = self._session.original
        second: float = min(max(self.second_at(x), 0.0), self._session.player.duration_sec)
        if piece is None or not piece.metered:
            return second
        beat = float(piece.beats_sec[np.argmin(np.abs(piece.beats_sec - second))])
        return beat if abs(beat - second) <= SNAP_PX * self._pixel_sec() else second

    def _other_edge(self, x: float) -> float | None:
        """Return the loop's far edge when a pixel is on its near one."""
        loop = self._session.player.loop
        if loop is None:
            return None
        reach = GRAB_PX * self._pixel_sec()
        second = self.second_at(x)
        for near, far in (loop, loop[::-1]):
            if abs(second - near) <= reach:
                return float(far)
        return None

    def _move_playhead(self, position_sec: float) -> None:
        """Move the line, and draw only two narrow strips anew: where it was and where it is."""
        before = self._playhead.x()
        self._playhead.setPos(position_sec, 0)
        for second in (before, position_sec):
            x = (second - self._window.start_sec) / self._pixel_sec()
            if -STRIP_PX < x < self._size().width() + STRIP_PX:
                self.viewport().update(floor(x) - STRIP_PX, 0, 2 * STRIP_PX + 1, self._size().height())

    def _read_player(self) -> None:
        player = self._session.player
        self._move_playhead(player.position_sec)
        shown = self._session.original is not None
        if shown != self._playhead.isVisible():
            self._playhead.setVisible(shown)
            self.viewport().update()
        if self._pressed is None:
            self._show_loop(player.loop)

    def _show_loop(self, span: tuple[float, float] | None) -> None:
        if span != self._loop.span:
            self._loop.set_span(span)
            self.viewport().update()

    def _build_scene(self) -> None:
        scene = QGraphicsScene(self)
        scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)  # for the few items that there are
        scene.addItem(self._space)
        self.setScene(scene)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # what lies behind is never seen
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheBackground)
        # A scene has the whole window painted as soon as it has looked what moved in it, so that linked canvases would
        # paint each other's frames again and again: here each is told what to paint.
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.NoViewportUpdate)
        self.setInteractive(False)
        self.setMouseTracking(True)

    def _let_drops_through(self) -> None:
        """Leave dropped files to the window: a QGraphicsView would take them for its scene."""
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)  # the view around it has one
