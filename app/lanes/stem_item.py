"""A stem for each note of the velocity lane, with dots at its velocities."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.theme import palette
from app.theme.oklch import from_hex
from app.views.interval_index import CROWD, IntervalIndex
from app.views.overlays import (
    cosmetic_pen,
    device_ratio,
    exposed_part,
    exposed_pixels,
    paint_in_pixels,
    seconds_on_screen,
)
from app.views.raster import blocks, colour_table, draw, pixel

if TYPE_CHECKING:
    from tonenet_core.performance import Performance

VELOCITY_ROWS = (-6.0, 134.0)  # 0..127 with room for the dots at both ends
DOT_PX = 5.0
SQUARE_PX = 2.0  # in a crowd dots overlap: small squares then tell more
STEM, BEFORE, AFTER = 1, 2, 3
STEM_ALPHA = 150

Pixels = NDArray[np.floating]


class StemItem(QGraphicsItem):
    """A stem for each note on screen, from its velocity before (grey dot) to after (dot in the accent colour).

    With one performance alone the stems stand on 0.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._lines = PrimitiveArray(QLineF, 4)
        self._dots = PrimitiveArray(QPainter.PixmapFragment, 10)
        self.set_performances(None, None)

    def set_performances(self, before: Performance | None, after: Performance | None) -> None:
        """Show other velocities; `after`, where given, has the notes of `before`."""
        self.prepareGeometryChange()
        onset = np.ascontiguousarray(before.notes["onset_sec"]) if before is not None else np.empty(0)
        self._onsets = IntervalIndex(onset, onset)
        none = np.empty(0, dtype=np.uint8)
        self._before = np.ascontiguousarray(before.velocities) if before is not None else none
        self._after = np.ascontiguousarray(after.velocities) if after is not None else None
        self.update()

    def nearest(self, second: float, velocity: float, reach_sec: float, reach_rows: float) -> int | None:
        """Return the index of the note whose dot is nearest to a place, within reach, or None."""
        near = self._onsets.touching(second - reach_sec, second + reach_sec)
        if not len(near):
            return None
        sideways = (self._onsets.start_sec[near] - second) / reach_sec
        up = np.abs(self._before[near] - velocity) / reach_rows
        if self._after is not None:
            up = np.minimum(up, np.abs(self._after[near] - velocity) / reach_rows)
        return int(near[np.argmin(np.hypot(sideways, up))])

    def boundingRect(self) -> QRectF:
        """Return the whole piece and all velocities, with room for the dots."""
        onsets = self._onsets.start_sec
        low, high = VELOCITY_ROWS
        return QRectF(-60.0, low, (float(onsets[-1]) if len(onsets) else 0.0) + 120.0, high - low)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw stems, then the dots before, then those after."""
        exposed, reach = exposed_part(self, option), DOT_PX / self.sceneTransform().m11()
        visible = self._onsets.touching(exposed.left() - reach, exposed.right() + reach)
        if not len(visible):
            return
        crowd = self._onsets.count(*seconds_on_screen(self)) > CROWD
        painter.save()
        to_pixels = paint_in_pixels(painter, self)  # so that dots are as high as they are wide
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        x = self._onsets.start_sec[visible] * to_pixels.m11() + to_pixels.dx()
        height_of = np.arange(128) * to_pixels.m22() + to_pixels.dy()
        heights = [height_of[side[visible]] for side in (self._before, self._after) if side is not None]
        base = heights[1] if len(heights) > 1 else np.full(len(x), height_of[0])
        if crowd:
            ratio = device_ratio(painter)
            left, right = exposed_pixels(self, exposed, ratio)
            self._fill_pixels(painter, x * ratio - left, [each * ratio for each in (*heights, base)], left, right)
        else:
            self._draw_stems(painter, x, heights[0], base)
            colours = palette.current()
            for height, colour in zip(heights, (colours.before, colours.accent), strict=False):
                self._stamp_dots(painter, x, height, colour)
        painter.restore()

    def _fill_pixels(self, painter: QPainter, x: Pixels, heights: list[Pixels], left: int, right: int) -> None:
        """Show a line a column, from lowest to highest, and small squares for dots, as a picture of device pixels.

        Args:
            painter: in logical pixels.
            x: `(n,)` of the notes, from the left of the picture.
            heights: `(n,)` each: before, after if any, and the other end of the stems.
            left: of the picture.
            right: of the picture.
        """
        ratio = device_ratio(painter)
        rows, columns = np.arange(round(self.scene().height() * ratio))[:, None], max(right - left, 0)
        column = np.rint(x).astype(np.intp)
        first = np.flatnonzero(np.diff(column, prepend=column[0] - 1))
        highest = np.minimum.reduceat(np.minimum(heights[0], heights[-1]), first)
        lowest = np.maximum.reduceat(np.maximum(heights[0], heights[-1]), first)
        seen = (column[first] >= 0) & (column[first] < columns)
        top, bottom = np.full(columns, len(rows)), np.full(columns, -1)
        top[column[first[seen]]], bottom[column[first[seen]]] = pixel(highest[seen]), pixel(lowest[seen])
        stems = rows >= top
        stems &= rows <= bottom
        codes = stems.view(np.uint8)  # of stems, `STEM`
        size = round(SQUARE_PX * ratio)
        for height, code in zip(heights[:-1], (BEFORE, AFTER), strict=False):
            codes[blocks((len(rows), columns), pixel(height - size / 2), pixel(x - size / 2), size)] = code
        colours = palette.current()
        table = colour_table(_stem_rgb(), from_hex(colours.before), from_hex(colours.accent))
        draw(painter, np.take(table, codes), left, ratio)

    def _draw_stems(self, painter: QPainter, x: Pixels, start: Pixels, end: Pixels) -> None:
        self._lines.resize(len(x))
        lines = self._lines.ndarray()
        lines[:, 0] = lines[:, 2] = x
        lines[:, 1], lines[:, 3] = start, end
        painter.setPen(cosmetic_pen(_stem_colour()))
        painter.drawLines(*self._lines.drawargs())

    def _stamp_dots(self, painter: QPainter, x: Pixels, y: Pixels, colour: str) -> None:
        """Stamp one picture of a round dot at each place: pixel by pixel, as scaling or shifting it costs far more."""
        if painter.paintEngine().type() == QPaintEngine.Type.SVG:
            self._draw_circles(painter, x, y, colour)
            return
        ratio = device_ratio(painter)
        dot = _dot(colour, ratio)
        self._dots.resize(len(x))
        fragments = self._dots.ndarray()
        fragments[:, 0], fragments[:, 1] = x, y
        fragments[:, 2:] = (0, 0, dot.width(), dot.height(), 1 / ratio, 1 / ratio, 0, 1)
        painter.drawPixmapFragments(*self._dots.drawargs(), dot)  # type: ignore[call-arg]  # pointer and count

    def _draw_circles(self, painter: QPainter, x: Pixels, y: Pixels, colour: str) -> None:
        """Draw the dots as shapes that stay round at any size."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        for place in zip(x.tolist(), y.tolist(), strict=True):
            painter.drawEllipse(QPointF(*place), DOT_PX / 2, DOT_PX / 2)


def _stem_colour() -> QColor:
    colour = QColor(palette.current().before)
    colour.setAlpha(STEM_ALPHA)
    return colour


def _stem_rgb() -> NDArray[np.uint8]:
    return np.append(from_hex(palette.current().before), STEM_ALPHA)


@lru_cache(maxsize=8)
def _dot(colour: str, ratio: float) -> QPixmap:
    """Return a filled circle for a canvas of `ratio` device pixels per pixel."""
    size = round(DOT_PX * ratio)
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(0, 0, size, size)
    painter.end()
    return pixmap
