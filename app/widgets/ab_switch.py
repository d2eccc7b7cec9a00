"""Switch of two halves: A, the original, and B, the result."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.theme import palette

_RADIUS = 6.0
_PADDING = 16.0
_GAP = 8.0  # between the letter and the name
_HEIGHT = 32


class AbSwitch(QAbstractButton):
    """Switch between A and B. A click on a half picks it; `click()` and Enter toggle.

    Attributes:
        picked: the half that was clicked, 0 (A) or 1 (B).
    """

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)  # checked: B
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._names = ["", ""]
        self._hovered = -1
        self.clicked.connect(self._toggled)

    def set_names(self, original: str, styled: str) -> None:
        """Set the names behind the letters A and B."""
        if [original, styled] != self._names:
            self._names = [original, styled]
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Return room for both names in bold."""
        return QSize(round(sum(self._widths())), _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return the same: names are never cut off."""
        return self.sizeHint()

    def _toggled(self, checked: bool) -> None:
        self.picked.emit(int(checked))

    def _bold(self) -> QFont:
        font = QFont(self.font())
        font.setBold(True)
        return font

    def _widths(self) -> list[float]:
        metrics = QFontMetricsF(self._bold())
        letters = (metrics.horizontalAdvance(letter) for letter in "AB")
        return [
            round(2 * _PADDING + letter + _GAP + metrics.horizontalAdvance(name))
            for letter, name in zip(letters, self._names, strict=True)
        ]

    def _halves(self) -> list[QRectF]:
        first, second = self._widths()
        border = round(self.width() * first / (first + second))
        height = self.height() - 1.0
        return [QRectF(0.5, 0.5, border - 0.5, height), QRectF(border, 0.5, self.width() - border - 0.5, height)]

    def _half_at(self, position: QPointF) -> int:
        return int(position.x() >= self._halves()[1].left())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the half under the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit(self._half_at(event.position()))
            event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ignore the release: the press has picked."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Toggle with Enter, pick A with Left and B with Right."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.picked.emit(int(key == Qt.Key.Key_Right))
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Highlight the half under the mouse."""
        self._hover(self._half_at(event.position()))

    def enterEvent(self, event: QEnterEvent) -> None:
        """Highlight the half under the mouse."""
        self._hover(self._half_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Remove the highlight."""
        self._hover(-1)
        super().leaveEvent(event)

    def _hover(self, half: int) -> None:
        self._hovered = half
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint both halves, the active one in the accent colour."""
        colours = palette.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        halves = self._halves()
        outline = QPainterPath()
        outline.addRoundedRect(halves[0].united(halves[1]), _RADIUS, _RADIUS)
        painter.setClipPath(outline)
        for number, half in enumerate(halves):
            self._draw_half(painter, number, half)
        painter.setClipping(False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        focused = self.hasFocus()
        painter.setPen(QPen(QColor(colours.text if focused else colours.control_line), 2.0 if focused else 1.0))
        painter.drawPath(outline)

    def _draw_half(self, painter: QPainter, number: int, half: QRectF) -> None:
        colours = palette.current()
        heard = number == int(self.isChecked())
        hovered = number == self._hovered
        if not self.isEnabled():
            ground, text = colours.control_pressed if heard else colours.panel, colours.disabled
        elif heard:
            ground, text = colours.accent_hover if hovered else colours.accent, colours.on_accent
        else:
            ground, text = colours.control_hover if hovered else colours.control, colours.muted
        painter.fillRect(half, QColor(ground))
        painter.setPen(QColor(text))
        painter.setFont(self._bold())
        metrics = QFontMetricsF(self._bold())
        letter, name = "AB"[number], self._names[number]
        content = metrics.horizontalAdvance(letter) + _GAP + metrics.horizontalAdvance(name)
        left = half.center().x() - content / 2
        baseline = half.center().y() + (metrics.ascent() - metrics.descent()) / 2
        painter.drawText(QPointF(left, baseline), letter)
        if not heard:
            painter.setFont(self.font())
        painter.drawText(QPointF(left + metrics.horizontalAdvance(letter) + _GAP, baseline), name)
