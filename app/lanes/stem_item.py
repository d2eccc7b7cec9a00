"""A stem for each note of the velocity lane, with dots at its velocities."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPixmap, QPolygonF
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
DIAMOND_PX = 8.0  # of what was set by hand
FIRST_PX = 5.0  # from the beginning of the piece: before it, the edge and the playhead would hide the first notes
STEM, BEFORE, AFTER, SELECTED = 1, 2, 3, 4
STEM_ALPHA = 150

Pixels = NDArray[np.floating]
Notes = NDArray[np.integer]


class StemItem(QGraphicsItem):
    """A stem for each note on screen, from its velocity before (grey dot) to after (dot in the accent colour).

    With one performance alone the stems stand on 0. A velocity that was set by hand has a diamond for its dot; stem and
    dot of a note that is selected are in the colour of texts.
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
        self._after = after.velocities.copy() if after is not None else None
        self._edited, self._selected = np.zeros(len(onset), bool), np.zeros(len(onset), bool)
        self.update()

    def set_marks(self, edited: Notes, selected: Notes) -> None:
        """Mark the notes whose velocities were set by hand, and those that are selected, by their indices."""
        for marks, notes in ((self._edited, edited), (self._selected, selected)):
            marks[:] = False
            marks[notes] = True

    def set_velocities(self, notes: Notes, velocities: NDArray[np.uint8], edited: NDArray[np.bool_]) -> None:
        """Show other velocities after, of some notes, `(m,)` each, until other performances are shown.

        Args:
            notes: their indices.
            velocities: theirs.
            edited: which of them are drawn as set by hand.
        """
        if self._after is not None:
            self._after[notes], self._edited[notes] = velocities, edited

    def begin_after(self) -> bool:
        """Show velocities after that are those before, for some to be drawn; return whether there were none yet."""
        if self._after is not None:
            return False
        self._after = self._before.copy()
        return True

    def end_after(self) -> None:
        """Show velocities before alone."""
        self._after = None
        self._edited[:] = False

    def onset_sec(self, notes: Notes) -> NDArray[np.float64]:
        """Return the onsets of notes, `(m,)`."""
        return self._onsets.start_sec[notes]

    def between(self, start_sec: float, end_sec: float) -> NDArray[np.intp]:
        """Return the indices of the notes that begin between two moments."""
        return self._onsets.touching(start_sec, end_sec)

    def grabbed(self, second: float, velocity: float, reach_sec: float, reach_rows: float) -> int | None:
        """Return the index of the note whose dot (after, where there is one) is nearest to a place, or None."""
        near = self._onsets.touching(second - reach_sec, second + reach_sec)
        if not len(near):
            return None
        shown = (self._before if self._after is None else self._after)[near]
        away = np.hypot((self._onsets.start_sec[near] - second) / reach_sec, (shown - velocity) / reach_rows)
        return int(near[np.argmin(away)]) if away.min() <= 1 else None

    def inside(self, seconds: tuple[float, float], velocities: tuple[float, float]) -> NDArray[np.intp]:
        """Return the indices of the notes whose dots, after where there are any, lie between two moments and levels."""
        notes = self.between(*seconds)
        shown = (self._before if self._after is None else self._after)[notes]
        return notes[(shown >= velocities[0]) & (shown <= velocities[1])]

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
        exposed, reach = exposed_part(self, option), (DOT_PX + FIRST_PX) / self.sceneTransform().m11()
        visible = self._onsets.touching(exposed.left() - reach, exposed.right() + reach)
        if not len(visible):
            return
        crowd = self._onsets.count(*seconds_on_screen(self)) > CROWD
        painter.save()
        to_pixels = paint_in_pixels(painter, self)  # so that dots are as high as they are wide
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        x = np.maximum(self._onsets.start_sec[visible] * to_pixels.m11(), FIRST_PX) + to_pixels.dx()
        height_of = np.arange(128) * to_pixels.m22() + to_pixels.dy()
        heights = [height_of[side[visible]] for side in (self._before, self._after) if side is not None]
        base = heights[1] if len(heights) > 1 else np.full(len(x), height_of[0])
        edited, selected = self._edited[visible], self._selected[visible]
        if crowd:
            ratio = device_ratio(painter)
            left, right = exposed_pixels(self, exposed, ratio)
            heights = [each * ratio for each in (*heights, base)]
            self._fill_pixels(painter, x * ratio - left, heights, (edited, selected), (left, right))
        else:
            for which, colour in ((~selected, _stem_colour()), (selected, QColor(palette.current().text))):
                if which.any():
                    painter.setPen(cosmetic_pen(colour))
                    self._draw_stems(painter, x[which], heights[0][which], base[which])
            self._draw_dots(painter, x, heights, edited, selected)
        painter.restore()

    def _fill_pixels(
        self,
        painter: QPainter,
        x: Pixels,
        heights: list[Pixels],
        marked: tuple[NDArray[np.bool_], NDArray[np.bool_]],
        edges: tuple[int, int],
    ) -> None:
        """Show a line a column, from lowest to highest, and small squares for dots, as a picture of device pixels.

        Args:
            painter: in logical pixels.
            x: `(n,)` of the notes, from the left of the picture.
            heights: `(n,)` each: before, after if any, and the other end of the stems.
            marked: `(n,)` each: which velocities were set by hand, their squares are larger; which notes are selected.
            edges: left and right of the picture.
        """
        ratio, (left, right) = device_ratio(painter), edges
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
        for which, code, large in zip(marked, (AFTER, SELECTED), (2 * size, size), strict=True):
            if which.any():
                top_left = pixel(heights[-2][which] - large / 2), pixel(x[which] - large / 2)
                codes[blocks((len(rows), columns), *top_left, large)] = code
        colours = palette.current()
        table = colour_table(_stem_rgb(), *(from_hex(each) for each in (colours.before, colours.accent, colours.text)))
        draw(painter, np.take(table, codes), left, ratio)

    def _draw_stems(self, painter: QPainter, x: Pixels, start: Pixels, end: Pixels) -> None:
        self._lines.resize(len(x))
        lines = self._lines.ndarray()
        lines[:, 0] = lines[:, 2] = x
        lines[:, 1], lines[:, 3] = start, end
        painter.drawLines(*self._lines.drawargs())

    def _draw_dots(
        self,
        painter: QPainter,
        x: Pixels,
        heights: list[Pixels],
        edited: NDArray[np.bool_],
        selected: NDArray[np.bool_],
    ) -> None:
        """Draw the dots before, then those after in the colour and shape that tells what they are."""
        colours = palette.current()
        if len(heights) > 1:
            self._stamp_dots(painter, x, heights[0], colours.before)
        usual = colours.before if len(heights) == 1 else colours.accent
        for which, colour in ((~selected, usual), (selected, colours.text)):
            for diamonds in (False, True):
                shown = which & (edited == diamonds)
                if shown.any():
                    self._stamp_dots(painter, x[shown], heights[-1][shown], colour, diamonds=diamonds)

    def _stamp_dots(self, painter: QPainter, x: Pixels, y: Pixels, colour: str, *, diamonds: bool = False) -> None:
        """Stamp one picture of a dot at each place: pixel by pixel, as scaling or shifting it costs far more."""
        if painter.paintEngine().type() == QPaintEngine.Type.SVG:
            self._draw_shapes(painter, x, y, colour, diamonds=diamonds)
            return
        ratio = device_ratio(painter)
        dot = _dot(colour, ratio, diamond=diamonds)
        self._dots.resize(len(x))
        fragments = self._dots.ndarray()
        fragments[:, 0], fragments[:, 1] = x, y
        fragments[:, 2:] = (0, 0, dot.width(), dot.height(), 1 / ratio, 1 / ratio, 0, 1)
        painter.drawPixmapFragments(*self._dots.drawargs(), dot)  # type: ignore[call-arg]  # pointer and count

    def _draw_shapes(self, painter: QPainter, x: Pixels, y: Pixels, colour: str, *, diamonds: bool) -> None:
        """Draw the dots as shapes that stay round at any size."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        for place in zip(x.tolist(), y.tolist(), strict=True):
            if diamonds:
                painter.drawPolygon(_diamond(QPointF(*place), DIAMOND_PX))
            else:
                painter.drawEllipse(QPointF(*place), DOT_PX / 2, DOT_PX / 2)


def _stem_colour() -> QColor:
    colour = QColor(palette.current().before)
    colour.setAlpha(STEM_ALPHA)
    return colour


def _stem_rgb() -> NDArray[np.uint8]:
    return np.append(from_hex(palette.current().before), STEM_ALPHA)


def _diamond(middle: QPointF, size: float) -> QPolygonF:
    half = size / 2
    return QPolygonF([middle + QPointF(*to) for to in ((0, -half), (half, 0), (0, half), (-half, 0))])


@lru_cache(maxsize=16)
def _dot(colour: str, ratio: float, *, diamond: bool) -> QPixmap:
    """Return a filled circle, or a diamond, for a canvas of `ratio` device pixels per pixel."""
    size = round((DIAMOND_PX if diamond else DOT_PX) * ratio)
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    if diamond:
        painter.drawPolygon(_diamond(QPointF(size / 2, size / 2), size))
    else:
        painter.drawEllipse(0, 0, size, size)
    painter.end()
    return pixmap
