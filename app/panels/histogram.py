"""Histogram of velocities before and after."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import palette

BIN = 4  # velocities a bar
TICKS = (1, 32, 64, 96, 127)
HIGHEST = 220  # pixels; more would say no more


class Histogram(QWidget):
    """Histogram of velocities: the original as an area, the result as a line over it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.before: NDArray[np.float64] | None = None
        self.after: NDArray[np.float64] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMaximumHeight(HIGHEST)
        self.setAccessibleName(self.tr("Histogram of velocities, before and after"))

    def show_velocities(self, before: NDArray[np.uint8] | None, after: NDArray[np.uint8] | None) -> None:
        """Show the shares of two arrays of velocities `(n,)`, 1..127, or of the first alone, or nothing."""
        self.before, self.after = shares(before), shares(after)
        self.update()

    def sizeHint(self) -> QSize:
        """Return a wide, low box."""
        return QSize(240, 110)

    def minimumSizeHint(self) -> QSize:
        """Return the least at which the shape can be seen."""
        return QSize(160, 34)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the axis, the area and the line."""
        colours = palette.current()
        painter = QPainter(self)
        text_height = self.fontMetrics().height()
        box = QRectF(self.rect()).adjusted(1, 2, -1, -text_height - 3)
        self._draw_axis(painter, box)
        highest = max((part.max() for part in (self.before, self.after) if part is not None), default=0.0)
        if highest <= 0:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.before is not None:
            fill = QColor(colours.before)
            fill.setAlpha(110)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawPolygon(_outline(self.before / highest, box))
        if self.after is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawPolyline(_outline(self.after / highest, box))

    def _draw_axis(self, painter: QPainter, box: QRectF) -> None:
        colours = palette.current()
        painter.setPen(QColor(colours.line))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.setPen(QColor(colours.muted))
        metrics = self.fontMetrics()
        for velocity in TICKS:
            text = str(velocity)
            width = metrics.horizontalAdvance(text)
            left = box.left() + box.width() * velocity / 128 - width / 2
            left = min(max(left, box.left()), box.right() - width)
            painter.drawText(QPointF(left, box.bottom() + metrics.ascent() + 3), text)


def shares(velocities: NDArray[np.uint8] | None) -> NDArray[np.float64] | None:
    """Return the share of the notes in each bin of four velocities, `(32,)`, or None for nothing."""
    if velocities is None or not len(velocities):
        return None
    counts = np.bincount(velocities // BIN, minlength=128 // BIN)
    return np.asarray(counts / len(velocities))


def _outline(heights: NDArray[np.float64], box: QRectF) -> QPolygonF:
    """Return the upper edge of the bars, from the axis to the axis; heights 0..1."""
    edges = box.left() + box.width() * np.arange(len(heights) + 1) / len(heights)
    tops = box.bottom() - (box.height() - 2) * heights
    points = [QPointF(edges[0], box.bottom())]
    for left, right, top in zip(edges[:-1], edges[1:], tops, strict=True):
        points += [QPointF(left, top), QPointF(right, top)]
    return QPolygonF([*points, QPointF(edges[-1], box.bottom())])
