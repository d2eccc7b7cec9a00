"""How loud the piece is as it goes on, before and after: two smoothed curves over its whole length."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import palette
from app.widgets.time_axis import labels
from tonenet_core.performance import Performance

POINTS = 240  # along the piece
LEAST_SMOOTHING_SEC = 1.0  # standard deviation of the weights; a phrase, not a note
SMOOTHING = 1 / 120  # of a long piece's length
REACH = 4.0  # standard deviations beyond which a note counts no longer
LEAST_RANGE = 24.0  # velocities from bottom to top, so that an even piece looks even


def dynamics_curve(performance: Performance | None) -> NDArray[np.float64] | None:
    """Return the mean velocity around each of `POINTS` moments from the beginning to the end, `(POINTS,)`.

    Notes are weighted by a normal curve around the moment; where none is near, as in a long rest, it is NaN. None
    without notes.
    """
    if performance is None or not len(performance):
        return None
    length = max(performance.duration_sec, 1e-3)
    smoothing = max(LEAST_SMOOTHING_SEC, SMOOTHING * length) / length * POINTS
    place = np.clip((performance.notes["onset_sec"] / length * POINTS).astype(np.intp), 0, POINTS - 1)
    count = np.bincount(place, minlength=POINTS).astype(np.float64)
    total = np.bincount(place, weights=performance.velocities, minlength=POINTS)
    reach = int(np.ceil(REACH * smoothing))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / smoothing) ** 2)
    near, loud = (np.convolve(part, weights)[reach : reach + POINTS] for part in (count, total))
    least = weights[0] / 2
    return np.where(near > least, loud / np.maximum(near, least), np.nan)


class DynamicsCurve(QWidget):
    """The curves: as played in grey, the result in the accent colour. A click tells where it was, 0..1.

    Attributes:
        clicked: signal with the part of the piece before the click.
    """

    clicked = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.before: NDArray[np.float64] | None = None
        self.after: NDArray[np.float64] | None = None
        self._length_sec = 0.0
        self._place = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Loudness over time, before and after"))
        self.setToolTip(self.tr("Mean velocity around each moment; click to go there"))

    def show_performances(self, before: Performance | None, after: Performance | None) -> None:
        """Show the curves of two performances, or of the first alone, or nothing."""
        self.before, self.after = dynamics_curve(before), dynamics_curve(after)
        self._length_sec = before.duration_sec if before is not None else 0.0
        self.update()

    def set_position(self, position_sec: float) -> None:
        """Show where the music is; drawn anew only when that is another pixel."""
        place = round(self._box().width() * position_sec / self._length_sec) if self._length_sec else 0
        if place != self._place:
            self._place = place
            self.update()

    def sizeHint(self) -> QSize:
        """Return a wide, low box, as large as the histogram's."""
        return QSize(240, 110)

    def minimumSizeHint(self) -> QSize:
        """Return the least at which the shape can be seen."""
        return QSize(160, 40)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell where the click was."""
        box = self._box()
        if self._length_sec and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(min(max((event.position().x() - box.left()) / box.width(), 0.0), 1.0))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the axes, the curves and the playhead."""
        painter, colours, box = QPainter(self), palette.current(), self._box()
        curves = [(self.before, colours.before), (self.after, colours.accent)]
        low, high = shown_range([curve for curve, _ in curves if curve is not None])
        self._draw_axes(painter, box, low, high)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for curve, colour in curves:
            if curve is not None:
                painter.setPen(QPen(QColor(colour), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                for part in _polygons(curve, box, low, high):
                    painter.drawPolyline(part)
        if self._length_sec:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QColor(colours.playhead))
            x = round(box.left()) + self._place
            painter.drawLine(x, round(box.top()), x, round(box.bottom()))

    def _box(self) -> QRectF:
        metrics = self.fontMetrics()
        return QRectF(self.rect()).adjusted(metrics.horizontalAdvance("127") + 6, 2, -1, -metrics.height() - 3)

    def _draw_axes(self, painter: QPainter, box: QRectF, low: float, high: float) -> None:
        colours, metrics = palette.current(), self.fontMetrics()
        painter.setPen(QColor(colours.line))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.setPen(QColor(colours.muted))
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for value, y in ((high, box.top() + metrics.height() / 2), (low, box.bottom() - metrics.height() / 2)):
            painter.drawText(QRectF(0, y - 10, box.left() - 5, 20), side, f"{value:.0f}")
        if not self._length_sec:
            return
        for second, text in labels(0.0, self._length_sec, box.width()):
            width = metrics.horizontalAdvance(text)
            x = box.left() + box.width() * second / self._length_sec - width / 2
            x = min(max(x, box.left()), box.right() - width)
            painter.drawText(QPointF(x, box.bottom() + metrics.ascent() + 3), text)


def shown_range(curves: list[NDArray[np.float64]]) -> tuple[float, float]:
    """Return the velocities at the bottom and at the top: all of the curves, and no less than `LEAST_RANGE`."""
    values = np.concatenate(curves) if curves else np.array([64.0])
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    margin = max((LEAST_RANGE - (high - low)) / 2, 2.0)
    low = max(low - margin, 0.0)
    return low, min(max(high + margin, low + LEAST_RANGE), 127.0)


def _polygons(curve: NDArray[np.float64], box: QRectF, low: float, high: float) -> list[QPolygonF]:
    """Return the curve in pixels, cut where it has gaps."""
    x = box.left() + box.width() * (np.arange(len(curve)) + 0.5) / len(curve)
    y = box.bottom() - box.height() * (curve - low) / (high - low)
    heard = np.flatnonzero(~np.isnan(curve))
    parts = np.split(heard, np.flatnonzero(np.diff(heard) > 1) + 1)
    return [QPolygonF([QPointF(x[index], y[index]) for index in part]) for part in parts]
