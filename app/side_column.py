"""The column at the right: what is steered, and below it, where the window is high enough, what is only looked at."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

WIDTH = 296
GAP = 10


class SideColumn(QWidget):
    """`steered` always has the room that it needs; `shown` gets the rest, or is left out."""

    def __init__(self, steered: QWidget, shown: QWidget) -> None:
        """Put `shown` under `steered`."""
        super().__init__()
        self.setFixedWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(steered)
        column.addWidget(_Rest(shown), 1)


class _Rest(QWidget):
    """Shows a widget only while it fits. It asks for no room itself, so that it never takes any from its neighbour."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._room = QWidget(
            self
        )  # hidden in place of the content, which hides and shows itself for reasons of its own
        column = QVBoxLayout(self._room)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(content)
        column.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the content in, or leave it out."""
        super().resizeEvent(event)
        column = self._room.layout()
        assert column is not None
        needed = max(column.totalMinimumSize().height(), column.totalMinimumHeightForWidth(self.width()))
        self._room.setGeometry(self.rect())
        self._room.setVisible(self.height() >= needed)
