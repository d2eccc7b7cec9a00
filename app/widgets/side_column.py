"""The column at the right: panels that scroll where they do not all fit, and below them one that is always in sight."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

WIDTH = 296
GAP = 10
BAR = 10  # of the scroll bar, as in the style sheet; it lies in the margin at the right


class SideColumn(QWidget):
    """Lays out panels one below the other; the last takes the height that is left."""

    def __init__(self, panels: Sequence[QWidget], always_seen: QWidget) -> None:
        """Put `always_seen` below the scrolled `panels`."""
        super().__init__()
        self.setFixedWidth(WIDTH + BAR)
        content = QWidget()
        content.setFixedWidth(WIDTH)
        scrolled = QVBoxLayout(content)
        scrolled.setContentsMargins(0, 0, 0, 0)
        scrolled.setSpacing(GAP)
        for panel in panels[:-1]:
            scrolled.addWidget(panel)
        scrolled.addWidget(_Lowest(panels[-1]), 1)
        area = QScrollArea()
        area.setObjectName("sideScroll")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidgetResizable(True)
        area.setWidget(content)
        for each in (area.viewport(), content):
            each.setAutoFillBackground(False)  # the window's colour is behind the panels
        always_seen.setFixedWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(area, 1)
        column.addWidget(always_seen)


class _Lowest(QWidget):
    """Holds a panel, which need not be higher than its least height.

    A layout alone would give a panel with lines that wrap the height that it would like to have.
    """

    def __init__(self, panel: QWidget) -> None:
        super().__init__()
        self._panel = panel
        panel.setParent(self)
        panel.installEventFilter(self)

    def minimumSizeHint(self) -> QSize:
        """Return the least height at which the panel can be read; none while it is hidden."""
        layout = self._panel.layout()
        if layout is None or self._panel.isHidden():
            return QSize(0, 0)
        return QSize(0, max(layout.totalMinimumSize().height(), layout.totalMinimumHeightForWidth(WIDTH)))

    def sizeHint(self) -> QSize:
        """Return the least size; the column gives more."""
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the panel all of the room."""
        super().resizeEvent(event)
        self._panel.setGeometry(self.rect())

    def eventFilter(self, _panel: QObject, event: QEvent) -> bool:
        """Pass on that the panel needs more room or less."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self.updateGeometry()
        return False
