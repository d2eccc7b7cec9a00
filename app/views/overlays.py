"""What lies over the views along time, the loop and what is lit, and helpers of their items for painting in pixels."""

from __future__ import annotations

from math import ceil, floor

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.theme import palette

LIT_EDGE_PX = 1


class LoopRegion(QGraphicsItem):
    """The seconds that are played again and again: shaded, with edges in the accent colour."""

    def __init__(self) -> None:
        super().__init__()
        self.span: tuple[float, float] | None = None
        self.setZValue(-1)

    def set_span(self, span: tuple[float, float] | None) -> None:
        """Show a loop between two seconds, or none."""
        self.prepareGeometryChange()
        self.span = span

    def boundingRect(self) -> QRectF:
        """Return the region's place; nothing reaches above or below 1000 rows."""
        start, end = self.span or (0.0, 0.0)
        return QRectF(start, -1000, end - start, 2000)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Shade the region and draw both edges."""
        if self.span is None:
            return
        colour = QColor(palette.current().accent)
        painter.setPen(cosmetic_pen(colour))
        for edge in self.span:
            painter.drawLine(QLineF(edge, -1000, edge, 1000))
        colour.setAlpha(34)
        painter.fillRect(self.boundingRect(), colour)


class SplitLine(QGraphicsItem):
    """The border between the keys of the two hands: a dashed line in the accent colour."""

    def __init__(self) -> None:
        super().__init__()
        self._row: float | None = None
        self.setZValue(1)

    def set_split(self, pitch: int | None) -> None:
        """Show the line below a pitch, or none."""
        self.prepareGeometryChange()
        self._row = None if pitch is None else pitch - 0.5

    def boundingRect(self) -> QRectF:
        """Return a band around the line; nothing lasts longer than a million seconds."""
        return QRectF() if self._row is None else QRectF(-1.0, self._row - 1, 1e6, 2)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the line over what is on screen: a longer one would be dashed endlessly."""
        if self._row is not None:
            pen = cosmetic_pen(palette.current().accent)
            pen.setDashPattern([6, 4])
            painter.setPen(pen)
            start, end = seconds_on_screen(self)
            painter.drawLine(QLineF(start, self._row, end, self._row))


class Lights:
    """Places of a canvas that are lit up over its picture, so that they come and go without another."""

    def __init__(self, surface: QWidget) -> None:
        """Light nothing yet; `surface` is what is painted on."""
        self._surface = surface
        self._places: list[QRectF] = []

    def show(self, places: list[QRectF]) -> None:
        """Light up places, in pixels, and no others any more; what is lit already is not repainted."""
        gone = [place for place in self._places if place not in places]
        for place in (*gone, *(place for place in places if place not in self._places)):
            self._surface.update(_around(place).toAlignedRect())
        self._places = places

    def draw(self, painter: QPainter) -> None:
        """Draw the places in the accent colour, with an edge around them that is seen on every colour."""
        colours = palette.current()
        for place in self._places:
            painter.fillRect(_around(place), QColor(colours.playhead))
            painter.fillRect(place, QColor(colours.accent))


def _around(place: QRectF) -> QRectF:
    return place.adjusted(-LIT_EDGE_PX, -LIT_EDGE_PX, LIT_EDGE_PX, LIT_EDGE_PX)


def seconds_on_screen(item: QGraphicsItem) -> tuple[float, float]:
    """Return the first and last second of the canvas that an item is on, also when only a part of it is painted.

    What depends on how crowded the screen is must not depend on the part, or parts painted at different times differ.
    """
    to_pixels = item.sceneTransform()
    start = -to_pixels.dx() / to_pixels.m11()
    return start, start + item.scene().width() / to_pixels.m11()


def exposed_part(item: QGraphicsItem, option: QStyleOptionGraphicsItem) -> QRectF:
    """Return the part of an item that is to be painted, within the screen: `QGraphicsView.render` asks for all."""
    start, end = seconds_on_screen(item)
    exposed = option.exposedRect
    left, right = max(exposed.left(), start), min(exposed.right(), end)
    return QRectF(left, exposed.top(), max(right - left, 0.0), exposed.height())


def paint_in_pixels(painter: QPainter, item: QGraphicsItem) -> QTransform:
    """Let a painter take the canvas's pixels instead of seconds and rows; return the way from these to those."""
    to_pixels = item.sceneTransform()
    painter.setTransform(to_pixels.inverted()[0], combine=True)
    return to_pixels


def device_ratio(painter: QPainter) -> float:
    """Return the device pixels a logical one of a painter in pixels; in a picture for a file it is not the widget's."""
    return round(painter.deviceTransform().m11(), 6)  # there and back again leaves a trace in the last digits


def exposed_pixels(item: QGraphicsItem, exposed: QRectF, ratio: float) -> tuple[int, int]:
    """Return the first and the last but one of the canvas's device pixels, across, that a part of an item touches."""
    to_pixels = item.sceneTransform()
    left, right = (edge * to_pixels.m11() + to_pixels.dx() for edge in (exposed.left(), exposed.right()))
    width = item.scene().width()
    return floor(max(left, 0.0) * ratio), ceil(min(right, width) * ratio)


def cosmetic_pen(colour: str | QColor) -> QPen:
    """Return a pen one device pixel wide at any zoom."""
    pen = QPen(QColor(colour))
    pen.setWidth(0)
    return pen
