"""The picture of the views along time: background, items and playhead, kept until something changes."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap, QResizeEvent, QTransform
from PySide6.QtWidgets import QFrame, QGraphicsItem, QGraphicsRectItem, QGraphicsScene, QGraphicsView

from app.playback.side import Side
from app.theme import palette
from app.views.canvas_grid import draw_levels, draw_pitch_lanes, draw_time_lines
from app.views.loop_drag import piece_on
from app.views.overlays import Lights
from app.views.viewport import Viewport

if TYPE_CHECKING:
    from app.session.session import Session
    from tonenet_core.performance import Performance

STRIP_PX = 3  # to both sides of the playhead
LEAST_PX = 16  # of a canvas's height


@dataclass(frozen=True)
class Rows:
    """Rows of a canvas that shows no pitches: those at its bottom and top, and those that have a line."""

    low: float
    high: float
    lines: tuple[float, ...] = ()


class TimePicture(QGraphicsView):
    """Shows items along the session's time window, and the playhead over them.

    Attributes:
        lights: what is lit up.
    """

    def __init__(self, session: Session, viewport: Viewport, rows: Rows | None, side: Side) -> None:
        """Show a side's seconds; the rows are the pitches on screen unless others are given."""
        super().__init__()
        self._session, self._places = session, session.player.places
        self._window = viewport
        self._rows = rows
        self._side: Side = side
        self._space = QGraphicsRectItem()  # draws nothing; its transform is the way from seconds and rows to pixels
        self._space.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents)
        self._build_scene()
        self._playhead_sec, self._playhead_px = 0.0, 0
        self._piece: Performance | None = None
        self._still: QPixmap | None = None  # all but the playhead and what is lit, as it is on screen
        self.lights = Lights(self.viewport())
        self._let_drops_through()
        self._window.changed.connect(self.show_window)
        session.player.moved.connect(self._move_playhead)

    def add(self, item: QGraphicsItem) -> None:
        """Show an item whose coordinates are seconds and rows."""
        item.setParentItem(self._space)

    @property
    def rows(self) -> tuple[float, float]:
        """Return the lowest and highest row on screen: pitches, unless the canvas has rows of its own."""
        return (self._window.low, self._window.high) if self._rows is None else (self._rows.low, self._rows.high)

    def minimumSizeHint(self) -> QSize:
        """Return a low box: how high a view must be at least is its own matter."""
        return QSize(super().minimumSizeHint().width(), LEAST_PX)

    def show_window(self) -> None:
        """Bring the items to where the time window is now."""
        window, (low, high), size = self._window, self.rows, self._size()
        across, down = size.width() / window.span_sec, size.height() / (high - low)
        self._space.setTransform(QTransform(across, 0, 0, -down, -window.start_sec * across, high * down))
        self._playhead_px = self._pixel_at(self._playhead_sec)
        self.redraw()

    def redraw(self) -> None:
        """Repaint everything."""
        self._still = None
        self.viewport().update()

    def redraw_between(self, start_sec: float, end_sec: float, margin: int) -> None:
        """Repaint what lies between two seconds, and `margin` pixels beside it: a small change costs a strip."""
        left, right = (floor((second - self._window.start_sec) / self._pixel_sec()) for second in (start_sec, end_sec))
        strip = QRect(left - margin, 0, right - left + 2 * margin + 1, self._size().height()) & self.viewport().rect()
        if self._still is not None and not strip.isEmpty():
            painter = QPainter(self._still)
            self.render(painter, QRectF(strip), strip)
            painter.end()
        self.viewport().update(strip)

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
        """Draw lanes and grid lines."""
        size, window = self._size(), self._window
        painter.fillRect(rect, QColor(palette.current().canvas))
        if self._rows is None:
            draw_pitch_lanes(painter, size, self.rows)
        else:
            draw_levels(painter, size, self.rows, self._rows.lines)
        draw_time_lines(painter, size, self._piece, (window.start_sec, window.end_sec))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show the picture that was painted last, and the playhead over it: a step of it costs a strip of pixels.

        In a picture for a file, for which the cache is switched off, everything is painted at its own resolution.
        """
        if self.cacheMode() == QGraphicsView.CacheModeFlag.CacheNone:
            super().paintEvent(event)
            painter = QPainter(self.viewport())
        else:
            painter = QPainter(self.viewport())
            painter.drawPixmap(0, 0, self._picture())
            self.lights.draw(painter)
        if self._session.original is not None:
            ratio = self.devicePixelRatioF()
            line = QRectF(self._playhead_px / ratio, 0, max(round(ratio), 1) / ratio, self._size().height())
            painter.fillRect(line, QColor(palette.current().playhead))
        painter.end()

    def _picture(self) -> QPixmap:
        """Return everything but the playhead in the pixels of the screen, painted again after a change."""
        ratio = self.devicePixelRatioF()
        if self._still is None or self._still.devicePixelRatio() != ratio:
            self._still = QPixmap(self._size() * ratio)
            self._still.setDevicePixelRatio(ratio)
            self._playhead_px = self._pixel_at(self._playhead_sec)
            painter = QPainter(self._still)
            everything = self.viewport().rect()
            self.render(painter, QRectF(everything), everything)
            painter.end()
        return self._still

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the time window into the new size."""
        super().resizeEvent(event)
        self.scene().setSceneRect(QRectF(self.viewport().rect()))
        self.show_window()

    def _move_playhead(self) -> None:
        """Move the line, and repaint two narrow strips, its old and its new place, where it reaches another pixel."""
        self._playhead_sec = position_sec = self._places.position_sec(self._side)
        pixel, before = self._pixel_at(position_sec), self._playhead_px
        if pixel == before:
            return
        self._playhead_px = pixel
        ratio, size = self.devicePixelRatioF(), self._size()
        for x in (floor(before / ratio), floor(pixel / ratio)):
            if -STRIP_PX < x < size.width() + STRIP_PX:
                self.viewport().update(x - STRIP_PX, 0, 2 * STRIP_PX + 1, size.height())

    def _pixel_at(self, second: float) -> int:
        """Return the device pixel, counted from the left of the canvas, at a second."""
        return floor((second - self._window.start_sec) / self._pixel_sec() * self.devicePixelRatioF())

    def _read_player(self) -> None:
        self._move_playhead()
        piece = piece_on(self._session, self._side)
        if piece is not self._piece:
            self._piece = piece
            self.redraw()

    def _build_scene(self) -> None:
        scene = QGraphicsScene(self)
        scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)  # faster for a few items
        scene.addItem(self._space)
        self.setScene(scene)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # what lies behind is never seen
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheBackground)
        # A scene has the whole window painted as soon as it has looked what moved in it, so that linked canvases would
        # paint each other's frames again and again: here each is updated explicitly.
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.NoViewportUpdate)
        self.setInteractive(False)
        self.setMouseTracking(True)

    def _let_drops_through(self) -> None:
        """Leave dropped files to the window: a QGraphicsView would take them for its scene."""
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)  # the view around it has one
