"""A strip of colours between the labels of its ends."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import palette

BAR_WIDTH, BAR_HEIGHT = 96, 8
GAP = 6


class ColourBar(QWidget):
    """Strip of colours between the labels of its two ends.

    Attributes:
        colours: `(n, 3)` uint8, from left to right.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colours: NDArray[np.uint8] = np.zeros((1, 3), dtype=np.uint8)
        self._labels: Sequence[str] = ("", "")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_scale(self, colours: NDArray[np.uint8], labels: Sequence[str], name: str) -> None:
        """Show other colours.

        Args:
            colours: `(n, 3)`, left to right.
            labels: at the left and the right end.
            name: of the scale, for screen readers and as a tool tip.
        """
        self.colours, self._labels = np.ascontiguousarray(colours), labels
        self.setAccessibleName(name)
        self.setAccessibleDescription(" – ".join(labels))
        self.setToolTip(name)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for the strip and its labels."""
        metrics = self.fontMetrics()
        texts = sum(metrics.horizontalAdvance(label) + GAP for label in self._labels)
        return QSize(BAR_WIDTH + texts, metrics.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw label, strip, label."""
        painter = QPainter(self)
        painter.setPen(QColor(palette.current().muted))
        left, right = self._labels
        box = QRectF(self.rect())
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, left)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, right)
        start = self.fontMetrics().horizontalAdvance(left) + GAP
        strip = QRectF(start, (self.height() - BAR_HEIGHT) / 2, BAR_WIDTH, BAR_HEIGHT)
        count = len(self.colours)
        painter.drawImage(strip, QImage(self.colours.data, count, 1, 3 * count, QImage.Format.Format_RGB888))
