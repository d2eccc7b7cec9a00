"""What is drawn over or under the notes of every view along time, and what its items need to draw themselves."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app import theme


class Playhead(QGraphicsItem):
    """A line at the position; moving it draws only two narrow strips anew."""

    def __init__(self) -> None:
        super().__init__()
        self._half_width = 0.0
        self._rows = (0.0, 1.0)
        self.setZValue(10)

    def set_extent(self, pixel_sec: float, low: float, high: float) -> None:
        """Reach from row `low` to row `high`; a pixel is `pixel_sec` wide."""
        self.prepareGeometryChange()
        self._half_width = 1.5 * pixel_sec
        self._rows = (low, high)

    def boundingRect(self) -> QRectF:
        """Return the line's place, a pixel wider at both sides."""
        low, high = self._rows
        return QRectF(-self._half_width, low, 2 * self._half_width, high - low)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw one line, a pixel wide at any zoom."""
        painter.setPen(cosmetic_pen(theme.current().playhead))
        painter.drawLine(QLineF(0, self._rows[0], 0, self._rows[1]))


class LoopRegion(QGraphicsItem):
    """The seconds that are played again and again: shaded, with edges in the accent colour."""

    def __init__(self) -> None:
        super().__init__()
        self.span: tuple[float, float] | None = None
        self.setZValue(-1)

    def set_span(self, span: tuple[float, float] | None) -> None:
        """Show a loop between two seconds, or none."""
        if span != self.span:
            self.prepareGeometryChange()
            self.span = span
            self.update()

    def boundingRect(self) -> QRectF:
        """Return the region's place; nothing reaches above or below 1000 rows."""
        start, end = self.span or (0.0, 0.0)
        return QRectF(start, -1000, end - start, 2000)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Shade the region and draw both edges."""
        if self.span is None:
            return
        colour = QColor(theme.current().accent)
        painter.setPen(cosmetic_pen(colour))
        for edge in self.span:
            painter.drawLine(QLineF(edge, -1000, edge, 1000))
        colour.setAlpha(34)
        painter.fillRect(self.boundingRect(), colour)


def seconds_on_screen(painter: QPainter, widget: QWidget | None) -> tuple[float, float]:
    """Return the first and last second of the canvas that an item is painted on, also when only a part is exposed.

    What depends on how crowded the screen is must not depend on the part, or parts painted at different times differ.
    """
    to_pixels = painter.worldTransform()
    start = -to_pixels.dx() / to_pixels.m11()
    width = widget.width() if widget is not None else painter.viewport().width()
    return start, start + width / to_pixels.m11()


def cosmetic_pen(colour: str | QColor) -> QPen:
    """Return a pen one device pixel wide at any zoom."""
    pen = QPen(QColor(colour))
    pen.setWidth(0)
    return pen
