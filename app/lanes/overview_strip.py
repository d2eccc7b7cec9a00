"""The overview strip: the whole piece small, with the part on screen as a handle."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import palette
from app.views.colour_range import colour_range
from app.views.raster import colour_table, draw, highest_of_spans, pixel
from app.widgets.time_text import time_text

if TYPE_CHECKING:
    from app.session.session import Session
    from app.views.viewport import Viewport
    from tonenet_core.performance import Performance

HEIGHT = 27
EDGE_PX = 5  # how near to an edge of the handle the mouse takes hold of it
LEAST_HANDLE_PX = 12  # so that it can be grasped in a long piece
NOTE_PX = 2  # height of a note
DIMMED = 150  # of 255: the canvas's colour over what is not on screen
Span = tuple[float, float]


@dataclass(frozen=True)
class _Grip:
    """What the mouse has taken hold of: where it did, and the seconds on screen then."""

    second: float
    span: Span
    start: bool
    end: bool


class OverviewStrip(QWidget):
    """The notes of the side that is heard, from the first second to the last, and the part that the views show.

    The handle is dragged to scroll and by its edges to zoom; a press beside it brings it there.
    """

    def __init__(self, session: Session, viewport: Viewport) -> None:
        super().__init__()
        self._session, self._viewport = session, viewport
        self._piece: Performance | None = None
        self._picture: QPixmap | None = None
        self._look: tuple[object, ...] = ()
        self._grip: _Grip | None = None
        self._playhead_px = 0
        self.setObjectName("overviewStrip")
        self.setAccessibleName(self.tr("Overview of the piece"))
        self.setToolTip(self.tr("The whole piece: drag the handle to scroll, its edges to zoom"))
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        viewport.changed.connect(self._show_window)
        session.changed.connect(self.refresh)
        session.player.moved.connect(self._move_playhead)
        session.player.changed.connect(self._read_loop)
        self._loop = session.player.loop
        self.refresh()

    def refresh(self) -> None:
        """Show the notes of the side that is heard."""
        sides = self._session.sides
        piece = sides[1] if self._session.side == "styled" and sides[1] is not None else sides[0]
        look = (piece, self._viewport.length_sec, colour_range(*sides))
        if look != self._look:
            self._piece, self._look, self._picture = piece, look, None
            self._show_window()

    @property
    def handle(self) -> QRect:
        """Return the place of the part on screen."""
        window = self._viewport
        left, right = (round(self._x_at(second)) for second in (window.start_sec, window.end_sec))
        missing = max(LEAST_HANDLE_PX - (right - left), 0)
        left = max(min(left - missing // 2, self.width() - LEAST_HANDLE_PX), 0)
        return QRect(left, 0, max(right - left, LEAST_HANDLE_PX), self.height())

    def sizeHint(self) -> QSize:
        """Return a low strip."""
        return QSize(200, HEIGHT)

    # --- the picture -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show the notes, the loop, the handle with the rest dimmed, and the playhead."""
        colours, painter, handle = palette.current(), QPainter(self), self.handle
        painter.drawPixmap(0, 0, self._notes())
        if self._piece is None:
            return
        if self._loop is not None:
            start, end = (round(self._x_at(second)) for second in self._loop)
            painter.fillRect(start, self.height() - 3, max(end - start, 2), 3, QColor(colours.accent))
        dim = QColor(colours.canvas)
        dim.setAlpha(DIMMED)
        painter.fillRect(0, 0, handle.left(), self.height(), dim)
        painter.fillRect(handle.right() + 1, 0, self.width() - handle.right() - 1, self.height(), dim)
        painter.setPen(QColor(colours.muted))
        painter.drawRect(handle.adjusted(0, 0, -1, -1))
        for x in (handle.left(), handle.right() - 1):
            painter.fillRect(QRect(x, handle.height() // 4, 2, handle.height() // 2), QColor(colours.text))
        self._playhead_px = floor(self._x_at(self._session.player.position_sec))
        painter.fillRect(self._playhead_px, 0, 1, self.height(), QColor(colours.playhead))

    def changeEvent(self, event: object) -> None:
        """Take up the theme's colours."""
        self._picture = None
        self.update()

    def _notes(self) -> QPixmap:
        """Return the notes in the pixels of the screen, drawn again after a change."""
        ratio = self.devicePixelRatioF()
        size = self.size() * ratio
        if self._picture is None or self._picture.size() != size:
            self._picture = QPixmap(size)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(QColor(palette.current().canvas))
            if self._piece is not None and len(self._piece):
                painter = QPainter(self._picture)
                self._draw_notes(painter, self._piece, ratio)
                painter.end()
        return self._picture

    def _draw_notes(self, painter: QPainter, piece: Performance, ratio: float) -> None:
        notes = piece.notes[np.argsort(piece.notes["velocity"], kind="stable")]
        columns, rows = round(self.width() * ratio), round(self.height() * ratio)
        across, height = columns / self._viewport.length_sec, round(NOTE_PX * ratio)
        first = pixel(notes["onset_sec"] * across)
        end = np.maximum(pixel((notes["onset_sec"] + notes["duration_sec"]) * across), first + 1)
        pitch = notes["pitch"].astype(np.intp)
        low, span = int(pitch.min()), max(int(np.ptp(pitch)), 12)
        margin = round(3 * ratio)
        row = rows - margin - height - ((pitch - low) * (rows - 2 * margin - height)) // span
        codes = highest_of_spans((rows, columns), row, first, end, notes["velocity"] + np.uint8(1))
        for below in range(1, height):
            codes[below:] = np.maximum(codes[below:], codes[:-below])
        colours = palette.current().velocities_between(*colour_range(*self._session.sides))
        draw(painter, np.take(colour_table(colours), codes), 0, ratio)

    def _show_window(self) -> None:
        window = self._viewport
        whole = time_text(window.length_sec, tenths=False)
        shown = f"{time_text(window.start_sec, tenths=False)} – {time_text(window.end_sec, tenths=False)}"
        self.setAccessibleDescription(self.tr("{0} of {1}").format(shown, whole))
        self.update()

    def _move_playhead(self, position_sec: float) -> None:
        """Repaint the old and the new place of the playhead, where it reaches another pixel."""
        x = floor(self._x_at(position_sec))
        if x != self._playhead_px:
            for place in (x, self._playhead_px):
                self.update(place, 0, 1, self.height())

    def _read_loop(self) -> None:
        if self._session.player.loop != self._loop:
            self._loop = self._session.player.loop
            self.update()
        self._move_playhead(self._session.player.position_sec)

    # --- the mouse ---------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the handle or of one of its edges; beside it, bring its middle there first."""
        if event.button() != Qt.MouseButton.LeftButton or self._piece is None:
            return
        x, window = event.position().x(), self._viewport
        start, end = self._near_edge(x)
        if not (start or end or self.handle.contains(event.position().toPoint())):
            middle = self._second_at(x)
            window.show_span(middle - window.span_sec / 2, middle + window.span_sec / 2)
        self._grip = _Grip(self._second_at(x), (window.start_sec, window.end_sec), start, end)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scroll or zoom; without a button, show what a press would take hold of."""
        grip, x = self._grip, event.position().x()
        if grip is None:
            at_edge = any(self._near_edge(x)) and self._piece is not None
            self.setCursor(Qt.CursorShape.SizeHorCursor if at_edge else Qt.CursorShape.ArrowCursor)
            return
        moved, (start_sec, end_sec) = self._second_at(x) - grip.second, grip.span
        if grip.start:
            start_sec = min(max(start_sec + moved, 0.0), end_sec)
        elif grip.end:
            end_sec = max(min(end_sec + moved, self._viewport.length_sec), start_sec)
        else:
            start_sec, end_sec = start_sec + moved, end_sec + moved
        self._viewport.show_span(start_sec, end_sec)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._grip = None

    def _near_edge(self, x: float) -> tuple[bool, bool]:
        """Return whether a place is on the left and on the right edge of the handle."""
        handle = self.handle
        reach = min(EDGE_PX, handle.width() // 4)
        return abs(x - handle.left()) <= reach, abs(x - handle.right()) <= reach

    def _x_at(self, second: float) -> float:
        return second / self._viewport.length_sec * self.width()

    def _second_at(self, x: float) -> float:
        return x / max(self.width(), 1) * self._viewport.length_sec
