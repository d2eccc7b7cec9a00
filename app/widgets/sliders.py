"""A horizontal slider whose handle comes to where one clicks."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QSlider, QStyle, QWidget

_HANDLE = 16  # pixels, as in the style sheet


class JumpSlider(QSlider):
    """A horizontal slider whose handle comes to where one clicks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Bring the handle under the mouse, then let it be dragged."""
        if event.button() == Qt.MouseButton.LeftButton:
            along, span = round(event.position().x()) - _HANDLE // 2, self.width() - _HANDLE
            self.setSliderPosition(QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), along, span))
        super().mousePressEvent(event)
