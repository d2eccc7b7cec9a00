"""Dynamics before and after: histogram of velocities or curve over time, mean and range."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.panels.dynamics_curve import DynamicsCurve
from app.session.session import Session
from app.system.language import style_name
from app.theme import palette
from app.widgets.segmented_control import Segment, SegmentedControl
from tonenet_core.performance import Performance

BIN = 4  # velocities a bar
TICKS = (1, 32, 64, 96, 127)
HIGHEST = 220  # pixels; more would say no more
SOFT, LOUD = 5, 95  # percentiles of the range shown


class DynamicsPanel(QFrame):
    """Panel of the dynamics; it only reads the session."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        """Show the dynamics of `session`."""
        super().__init__(parent)
        self.setObjectName("dynamicsPanel")
        self.setProperty("class", "panel")
        self._session = session
        self._seen: tuple[Performance | None, Performance | None] = (None, None)
        heading = QLabel(self.tr("Dynamics"))
        heading.setProperty("class", "heading")
        self.histogram, self.curve = Histogram(), DynamicsCurve()
        self.histogram.setObjectName("histogram")
        self.curve.setObjectName("dynamicsCurve")
        self._pictures = {"histogram": self.histogram, "curve": self.curve}
        self.curve.clicked.connect(session.player.seek)
        session.player.moved.connect(self.curve.set_position)
        self.rows = [[QLabel() for _ in range(3)] for _ in range(3)]
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        for row, labels in enumerate(self.rows):
            for place, label in enumerate(labels):
                label.setProperty("class", "value" if row and place else "muted")
                side = Qt.AlignmentFlag.AlignRight if place else Qt.AlignmentFlag.AlignLeft
                grid.addWidget(label, row, place, side | Qt.AlignmentFlag.AlignVCenter)
        for label, text in zip(self.rows[0], ("", self.tr("mean"), self.tr("range")), strict=True):
            label.setText(text)
        self.rows[0][2].setToolTip(self.tr("Nine out of ten notes lie in this range"))
        self.change = QLabel()
        self.change.setProperty("class", "muted")
        self.change.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(heading)
        head.addStretch(1)
        self.segments = self._build_switch()
        head.addLayout(self.segments)
        column.addLayout(head)
        for picture in self._pictures.values():
            column.addWidget(picture, 1)
        self.show_picture("histogram")
        column.addLayout(grid)
        column.addWidget(self.change)
        session.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Re-read the session."""
        original, styled = self._session.original, self._session.styled
        self.setVisible(original is not None)
        if self._seen == (original, styled):
            return
        self._seen = (original, styled)
        self.histogram.show_velocities(_velocities(original), _velocities(styled))
        self.curve.show_performances(original, styled)
        name = style_name((self._session.style or "").capitalize())
        self._describe(self.rows[1], self.tr("Original"), original)
        self._describe(self.rows[2], name, styled)
        self.change.setVisible(styled is not None)
        if original is not None and styled is not None:
            moved = np.abs(original.velocities.astype(int) - styled.velocities)
            text = self.tr("{0} of %Ln notes changed, by {1} on average", "", len(moved))
            self.change.setText(
                text.format(
                    self.locale().toString(int(np.count_nonzero(moved))),
                    self.locale().toString(float(moved.mean()), "f", 1),
                )
            )

    def pictures(self) -> list[tuple[str, QWidget]]:
        """Return the name of each picture, and the picture."""
        return [(self.tr("Histogram"), self.histogram), (self.tr("Dynamics over time"), self.curve)]

    def show_picture(self, name: str) -> None:
        """Show the `histogram`, or the `curve` over time."""
        for each, picture in self._pictures.items():
            picture.setVisible(each == name)
        self.segments.check(name)

    def _build_switch(self) -> SegmentedControl:
        """Build the segmented choice of the picture."""
        return SegmentedControl(
            [
                Segment(
                    "histogram",
                    "histogramButton",
                    self.tr("Histogram"),
                    self.tr("The number of notes at each velocity"),
                ),
                Segment(
                    "curve", "curveButton", self.tr("Over time"), self.tr("Mean velocity over the course of the piece")
                ),
            ],
            self.show_picture,
        )

    def _describe(self, row: list[QLabel], name: str, performance: Performance | None) -> None:
        for label in row:
            label.setVisible(performance is not None)
        if performance is not None:
            soft, loud = np.percentile(performance.velocities, [SOFT, LOUD])
            texts = (name, f"{performance.velocities.mean():.0f}", f"{soft:.0f} – {loud:.0f}")
            for label, text in zip(row, texts, strict=True):
                label.setText(text)


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
        return QSize(160, 40)

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


def _velocities(performance: Performance | None) -> NDArray[np.uint8] | None:
    return None if performance is None else performance.velocities


def _outline(heights: NDArray[np.float64], box: QRectF) -> QPolygonF:
    """Return the upper edge of the bars, from the axis to the axis; heights 0..1."""
    edges = box.left() + box.width() * np.arange(len(heights) + 1) / len(heights)
    tops = box.bottom() - (box.height() - 2) * heights
    points = [QPointF(edges[0], box.bottom())]
    for left, right, top in zip(edges[:-1], edges[1:], tops, strict=True):
        points += [QPointF(left, top), QPointF(right, top)]
    return QPolygonF([*points, QPointF(edges[-1], box.bottom())])
