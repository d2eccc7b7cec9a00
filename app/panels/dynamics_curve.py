"""Loudness over time, before and after: two smoothed curves, and the widget that shows them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.panels.curve_plot import CurvePlot
from tonenet_core.performance import Performance

POINTS = 240  # along the piece
LEAST_SMOOTHING_SEC = 1.0  # standard deviation of the weights; a phrase, not a note
SMOOTHING = 1 / 120  # of a long piece's length
REACH = 4.0  # standard deviations beyond which a note counts no longer


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
    """The curves of the open piece. The plot is built when it is first seen: it takes a tenth of a second.

    Attributes:
        before, after: the curves, `(POINTS,)` velocities, or None.
        clicked: signal with the second that was clicked.
    """

    clicked = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.before: NDArray[np.float64] | None = None
        self.after: NDArray[np.float64] | None = None
        self._length_sec = 0.0
        self._position_sec = 0.0
        self._plot: CurvePlot | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Dynamics over time, before and after"))
        self.setToolTip(
            self.tr("Mean velocity over time. Click to seek; the wheel zooms, a double click shows the whole piece")
        )

    @property
    def plot(self) -> CurvePlot:
        """The plot; built on the first call."""
        if self._plot is None:
            self._plot = CurvePlot(self.clicked.emit)
            self._plot.restyle(self.font())
            self._plot.show_curves((self.before, self.after), self._length_sec)
            self._plot.set_position(self._position_sec)
            layout = self.layout()
            assert layout is not None
            layout.addWidget(self._plot.widget)
            self._plot.widget.show()  # at once, not on the next turn of the event loop
        return self._plot

    def show_performances(self, before: Performance | None, after: Performance | None) -> None:
        """Show the curves of two performances, or of the first alone, or nothing."""
        self.before, self.after = dynamics_curve(before), dynamics_curve(after)
        self._length_sec = before.duration_sec if before is not None else 0.0
        if self._plot is not None:
            self._plot.show_curves((self.before, self.after), self._length_sec)

    def set_position(self, position_sec: float) -> None:
        """Show the playhead at a second."""
        self._position_sec = position_sec
        if self._plot is not None and self.isVisible():
            self._plot.set_position(position_sec)

    def sizeHint(self) -> QSize:
        """Return a wide, low box, as large as the histogram's."""
        return QSize(240, 110)

    def minimumSizeHint(self) -> QSize:
        """Return the least size at which the shape can be seen."""
        return QSize(160, 40)

    def showEvent(self, event: QShowEvent) -> None:
        """Build the plot, and bring its playhead up to date."""
        self.plot.set_position(self._position_sec)
        super().showEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Repaint in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._plot is not None:
            self._plot.restyle(self.font())
