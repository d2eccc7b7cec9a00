"""Gutter of a lane: labels beside its rows, and, where the lane has no header, its title upright at the left."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.theme import palette

TITLE_PX, SMALLEST_PX = 11, 8
EDGE = 6  # from the labels to the canvas


class LaneGutter(QWidget):
    """The labels of a lane's rows at the right, each beside its row, and the title."""

    def __init__(self) -> None:
        super().__init__()
        self._title = ""
        self._labels: tuple[tuple[float, str], ...] = ()

    def set_title(self, title: str) -> None:
        """Show a title, or none."""
        self._title = title
        self.update()

    def set_labels(self, labels: Sequence[tuple[float, str]]) -> None:
        """Show texts at shares of the height from the top, 0..1, the most important ones first."""
        if tuple(labels) != self._labels:
            self._labels = tuple(labels)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write the labels that have room, and the title."""
        painter = QPainter(self)
        painter.setPen(QColor(palette.current().muted))
        line, taken = painter.fontMetrics().height(), list[float]()
        for share, text in self._labels:
            top = min(max(share * self.height() - line / 2, 0.0), float(self.height() - line))
            if all(abs(top - other) >= line for other in taken):
                taken.append(top)
                box = QRectF(0, top, self.width() - EDGE, line)
                painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        if self._title:
            font = painter.font()
            font.setBold(True)
            for size in range(TITLE_PX, SMALLEST_PX - 1, -1):  # smaller in a low lane, or a language of long words
                font.setPixelSize(size)
                if QFontMetrics(font).horizontalAdvance(self._title) < self.height() - 2:
                    break
            painter.setFont(font)
            painter.rotate(-90)
            box = QRectF(-self.height(), 0, self.height(), painter.fontMetrics().height())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._title)
