"""The plot of how well a style plays, while it is being learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.theme import palette

if TYPE_CHECKING:
    from tonenet_core.learning.curve import Point

LEAST_RANGE = 0.1  # from bottom to top, so that a curve that hardly rises looks so
MARGIN = 0.02
LEAST_MINUTES = 1.0


class AgreementPlot(QWidget):
    """Minutes across, agreement with the pianist up; the dashed line is where the learning began.

    Attributes:
        points: those shown.
    """

    def __init__(self) -> None:
        super().__init__()
        self.points: list[Point] = []
        self.setObjectName("learningCurve")
        self.setAccessibleName(self.tr("Agreement with the pianist over the minutes of learning"))
        self.setToolTip(self.tr("How well the style plays pieces that were kept back; dashed: before it learnt"))
        self._plot = pg.PlotWidget(enableMenu=False)
        self._curve = self._plot.plot(antialias=True)
        self._start = pg.InfiniteLine(angle=0)
        self._plot.addItem(self._start, ignoreBounds=True)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._plot.viewport().setAcceptDrops(False)
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.hideButtons()
        self._plot.setMinimumSize(0, 0)
        for name in ("left", "bottom"):
            self._plot.getAxis(name).enableAutoSIPrefix(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._plot)
        self._restyle()
        self.show_points([])

    def show_points(self, points: list[Point]) -> None:
        """Show the curve of a run."""
        self.points = points
        minutes, agreements = [point.seconds / 60 for point in points], [point.agreement for point in points]
        self._curve.setData(minutes, agreements)
        self._start.setVisible(bool(points))
        low, high = (min(agreements), max(agreements)) if points else (0.0, 1.0)
        middle, half = (low + high) / 2, max((high - low) / 2 + MARGIN, LEAST_RANGE / 2)
        self._plot.setYRange(middle - half, middle + half, padding=0)
        self._plot.setXRange(0.0, max([*minutes, LEAST_MINUTES]), padding=0.02)
        if points:
            self._start.setValue(agreements[0])

    def sizeHint(self) -> QSize:
        """Return a box in which the course of the curve can be seen."""
        return QSize(460, 180)

    def changeEvent(self, event: QEvent) -> None:
        """Repaint in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._restyle()

    def _restyle(self) -> None:
        colours = palette.current()
        self._plot.setBackground(colours.canvas)
        self._curve.setPen(pg.mkPen(colours.accent, width=2))
        self._curve.setSymbol("o")
        self._curve.setSymbolSize(5)
        self._curve.setSymbolBrush(colours.accent)
        self._curve.setSymbolPen(colours.accent)
        self._start.setPen(pg.mkPen(colours.before, width=1, style=Qt.PenStyle.DashLine))
        for name in ("left", "bottom"):
            axis = self._plot.getAxis(name)
            axis.setPen(pg.mkPen(colours.line))
            axis.setTextPen(pg.mkPen(colours.muted))
            axis.setTickFont(self.font())
        label = {"color": colours.muted}
        self._plot.setLabel("bottom", self.tr("Minutes"), **label)
        self._plot.setLabel("left", self.tr("Agreement"), **label)
