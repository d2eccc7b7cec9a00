"""The plot of the loudness curves: pyqtgraph's axes and view box in the window's colours, times and manners."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont

from app.theme import palette
from app.widgets.time_axis import labels

SHORTEST_SPAN_SEC = 2.0  # that can be zoomed to
LEAST_RANGE = 24.0  # velocities from bottom to top, so that an even piece looks even
Curve = NDArray[np.float64]


class CurvePlot:
    """Seconds across, velocities up; the curve before in grey, the one after in the accent colour, and the playhead.

    The wheel zooms in time and a drag scrolls, within the piece; a click seeks, a double click shows the whole piece.

    Attributes:
        widget: pyqtgraph's PlotWidget.
        time_labels: (second, text) below the plot.
    """

    def __init__(self, seek: Callable[[float], object]) -> None:
        """Build an empty plot; `seek` is called with the second that was clicked."""
        self.widget = pg.PlotWidget(enableMenu=False)  # pyqtgraph's own menu is not translated; the panel has one
        self.time_labels: list[tuple[float, str]] = []
        self._seek = seek
        self._length_sec = 0.0
        self._playhead_px = 0
        self._lines = [self.widget.plot(connect="finite", antialias=True) for _ in range(2)]
        self._playhead = pg.InfiniteLine(0.0)
        self.widget.addItem(self._playhead, ignoreBounds=True)
        self._set_up()

    def show_curves(self, curves: Sequence[Curve | None], length_sec: float) -> None:
        """Show the curves before and after, `(n,)` velocities evenly spaced over `length_sec`; None for none."""
        present = [curve for curve in curves if curve is not None]
        for line, curve in zip(self._lines, curves, strict=True):
            if curve is None:
                line.clear()
            else:
                line.setData((np.arange(len(curve)) + 0.5) * length_sec / len(curve), curve)
        self.widget.setYRange(*shown_range(present), padding=0)
        self._playhead.setVisible(bool(present))
        if length_sec != self._length_sec:
            self._length_sec = length_sec
            longest = max(length_sec, SHORTEST_SPAN_SEC)
            self.widget.setLimits(xMin=0.0, xMax=longest, minXRange=SHORTEST_SPAN_SEC)
            self._show_all()

    def set_position(self, position_sec: float) -> None:
        """Show the playhead; it is repainted only where it reaches another pixel."""
        pixel = round(position_sec / max(float(self.widget.getViewBox().viewPixelSize()[0]), 1e-9))
        if pixel != self._playhead_px:
            self._playhead_px = pixel
            self._playhead.setValue(position_sec)

    def restyle(self, font: QFont) -> None:
        """Take up the theme's colours, and a font for the axes."""
        colours = palette.current()
        self.widget.setBackground(colours.panel)
        for line, colour in zip(self._lines, (colours.before, colours.accent), strict=True):
            line.setPen(pg.mkPen(colour, width=2))
        self._playhead.setPen(pg.mkPen(colours.playhead))
        for name in ("left", "bottom"):
            axis = self.widget.getAxis(name)
            axis.setPen(pg.mkPen(colours.line))
            axis.setTextPen(pg.mkPen(colours.muted))
            axis.setTickFont(font)

    def label_times(self) -> None:
        """Write the times below the plot as the rulers of the other views do."""
        box = self.widget.getViewBox()
        start_sec, end_sec = box.viewRange()[0]
        self.time_labels = labels(start_sec, end_sec, max(box.width(), 1.0)) if self._length_sec else []
        self.widget.getAxis("bottom").setTicks([self.time_labels])

    def _set_up(self) -> None:
        self.widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.widget.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.widget.setAcceptDrops(False)
        self.widget.viewport().setAcceptDrops(False)  # files are for the window
        self.widget.setMinimumSize(0, 0)
        self.widget.hideButtons()
        self.widget.setMouseEnabled(x=True, y=False)
        for name in ("left", "bottom"):
            self.widget.getAxis(name).setStyle(tickLength=-3, tickTextOffset=4)
        self.widget.getViewBox().sigXRangeChanged.connect(self.label_times)
        self.widget.getViewBox().sigResized.connect(self.label_times)
        self.widget.scene().sigMouseClicked.connect(self._click)

    def _show_all(self) -> None:
        self.widget.setXRange(0.0, max(self._length_sec, SHORTEST_SPAN_SEC), padding=0)

    def _click(self, event: MouseClickEvent) -> None:
        if not self._length_sec or event.button() != Qt.MouseButton.LeftButton:
            return
        if event.double():
            self._show_all()
            return
        second = float(self.widget.getViewBox().mapSceneToView(event.scenePos()).x())
        self._seek(min(max(second, 0.0), self._length_sec))


def shown_range(curves: Sequence[Curve]) -> tuple[float, float]:
    """Return the velocities at the bottom and at the top: all of the curves, and no less than `LEAST_RANGE`."""
    values = np.concatenate(curves) if curves else np.array([64.0])
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    margin = max((LEAST_RANGE - (high - low)) / 2, 2.0)
    low = max(low - margin, 0.0)
    return low, min(max(high + margin, low + LEAST_RANGE), 127.0)
