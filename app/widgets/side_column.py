"""The column at the right: what is steered, and below it, where the window is high enough, what is only looked at."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

WIDTH = 296
GAP = 10


class SideColumn(QWidget):
    """`steered` always has the room that it needs; of `shown` as many as fit get the rest, the first ones first."""

    def __init__(self, steered: QWidget, *shown: QWidget) -> None:
        """Put `shown` under `steered`."""
        super().__init__()
        self.setFixedWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(steered)
        column.addWidget(_Rest(*shown), 1)


class _Rest(QWidget):
    """Shows widgets only while they fit. It asks for no room itself, so that it never takes any from its neighbour."""

    def __init__(self, first: QWidget, *others: QWidget) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        # Hidden in place of its content, which hides and shows itself for reasons of its own.
        self._room = QWidget(self)
        column = QVBoxLayout(self._room)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(first)
        column.addWidget(_Rest(*others), 1) if others else column.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the content in, or leave it out."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Look again when the content needs more room or less."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        column = self._room.layout()
        assert column is not None
        needed = max(column.totalMinimumSize().height(), column.totalMinimumHeightForWidth(self.width()))
        self._room.setGeometry(self.rect())
        self._room.setVisible(self.height() >= needed)
