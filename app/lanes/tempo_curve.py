"""The tempo of both sides as curves: a step a beat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.theme import palette
from app.views.overlays import exposed_part, paint_in_pixels

if TYPE_CHECKING:
    from tonenet_core.performance import Performance

WIDTHS = (3.0, 1.0)  # of the lines: where both have one tempo, the first is seen behind the second
CROWDED = 2  # beats a pixel from which a line a pixel shows the same
BEYOND = 0.01  # share of the beats at each end that may lie outside: one slow beat does not flatten all others
LEAST_RATIO = 1.25  # from the slowest to the fastest tempo of the axis: a steady one looks steady
Curve = tuple[NDArray[np.float64], NDArray[np.float64]]


def tempo_curve(piece: Performance | None) -> Curve:
    """Return the beats' seconds `(b,)` and their tempos in quarters a minute `(b - 1,)`; empty without beats."""
    if piece is None or not piece.metered:
        return np.empty(0), np.empty(0)
    return piece.beats_sec, 60 / np.diff(piece.beats_sec)


def tempo_range(curves: list[Curve]) -> tuple[float, float]:
    """Return the slowest and the fastest tempo of an axis for some curves, of which one at least has beats."""
    tempo = np.concatenate([curve[1] for curve in curves])
    slow, fast = np.quantile(tempo, [BEYOND, 1 - BEYOND])
    missing = max(LEAST_RATIO / (fast / slow), 1.0) ** 0.5
    return float(slow / missing), float(fast * missing)


class TempoCurves(QGraphicsItem):
    """Curves of tempo on rows from 0, the slowest, to 1; each beat is level, as in a tempo map."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._lines = PrimitiveArray(QLineF, 4)
        self._curves: list[Curve] = []

    def set_curves(self, curves: list[Curve], slow: float, fast: float) -> None:
        """Show up to two curves, before and after, on an axis between two tempos."""
        self.prepareGeometryChange()
        self._curves = [
            (seconds, np.clip(np.log(tempo / slow) / np.log(fast / slow), 0, 1)) for seconds, tempo in curves
        ]

    def boundingRect(self) -> QRectF:
        """Return more than any piece."""
        return QRectF(-60.0, -0.2, 1e6, 1.4)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the beats on screen, those before first."""
        exposed, colours = exposed_part(self, option), palette.current()
        painter.save()
        to_pixels = paint_in_pixels(painter, self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for (seconds, level), colour, width in zip(
            self._curves, (colours.before, colours.accent), WIDTHS, strict=False
        ):
            first = max(int(np.searchsorted(seconds, exposed.left())) - 1, 0)
            last = int(np.searchsorted(seconds, exposed.right(), side="right"))
            x = seconds[first : last + 1] * to_pixels.m11() + to_pixels.dx()
            y = level[first:last] * to_pixels.m22() + to_pixels.dy()
            if not len(y):
                continue
            lines = _steps(x[: len(y) + 1], y)
            self._lines.resize(len(lines))
            self._lines.ndarray()[:] = lines
            painter.setPen(QPen(QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawLines(*self._lines.drawargs())
        painter.restore()


def _steps(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return lines `(k, 4)` of x and y at both ends: level from edge to edge `(n + 1,)`, upright between two levels.

    Of a crowd, an upright line a pixel from its lowest to its highest level.
    """
    if len(y) > CROWDED * max(x[-1] - x[0], 1):
        column = np.floor(x[:-1])
        first = np.flatnonzero(np.diff(column, prepend=column[0] - 1))
        low, high = np.minimum.reduceat(y, first), np.maximum.reduceat(y, first)
        return np.stack([column[first], low, column[first], np.maximum(high, low + 1)], axis=1)
    level = np.stack([x[:-1], y, x[1:], y], axis=1)
    upright = np.stack([x[1:-1], y[:-1], x[1:-1], y[1:]], axis=1)
    return np.concatenate([level, upright])
