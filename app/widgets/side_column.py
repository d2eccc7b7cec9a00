"""The column at the right: controls, and below them, in a window high enough, displays."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

WIDTH = 296
GAP = 10


class SideColumn(QWidget):
    """Lays out `controls` in full and shows as many of `displays` as fit below, the first ones first."""

    def __init__(self, controls: QWidget, *displays: QWidget) -> None:
        """Put `displays` under `controls`."""
        super().__init__()
        self.setFixedWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(controls)
        column.addWidget(_Rest(*displays), 1)


class _Rest(QWidget):
    """Shows widgets only while they fit; it requests no room itself, so its neighbour loses none."""

    def __init__(self, first: QWidget, *others: QWidget) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        # Hidden in place of its content, which hides and shows itself for its own reasons.
        self._room = QWidget(self)
        column = QVBoxLayout(self._room)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(first)
        column.addWidget(_Rest(*others), 1) if others else column.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the content if it fits, or hide it."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Check again when the content needs more room or less."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        column = self._room.layout()
        assert column is not None
        needed = max(column.totalMinimumSize().height(), column.totalMinimumHeightForWidth(self.width()))
        self._room.setGeometry(self.rect())
        self._room.setVisible(self.height() >= needed)
