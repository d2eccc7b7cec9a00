"""Horizontal sliders: one that jumps to the click, and those for places in the music, percentages, swing, rubato."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractSlider, QSlider, QStyle, QWidget

from app.widgets.forms import identify, value_label
from tonenet_core.transfer import LEAST_SWING, MOST_SWING, STRONGEST

HANDLE_PX = 16  # as in the style sheet
STEP_MS, PAGE_MS = 1000, 5000
SWING_STEP = 0.05  # of log2 of the ratio


class JumpSlider(QSlider):
    """A slider whose handle jumps to the click, from where it can be dragged on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Bring the handle under the mouse and hold it.

        QSlider itself would go a page towards a click that falls beside the handle, as where few values lie far apart.
        """
        if event.button() == Qt.MouseButton.LeftButton:
            self._follow(event)
            self.setSliderDown(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Keep the handle that is held under the mouse."""
        if self.isSliderDown():
            self._follow(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the handle."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)

    def _follow(self, event: QMouseEvent) -> None:
        along, span = round(event.position().x()) - HANDLE_PX // 2, self.width() - HANDLE_PX
        self.setSliderPosition(QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), along, span))


class SeekSlider(JumpSlider):
    """The position in the music, in milliseconds; it seeks when it is clicked, let go of, or moved by a key.

    Attributes:
        dragged: signal with the second under the handle while it is dragged; nothing seeks yet.
    """

    dragged = Signal(float)

    def __init__(self, object_name: str, seek: Callable[[float], object], parent: QWidget | None = None) -> None:
        """Call `seek` with the second to go to."""
        super().__init__(parent)
        self._seek_to = seek
        self._handle_px = 0
        identify(
            self,
            object_name,
            self.tr("Position"),
            self.tr("Click or drag to seek (arrow keys: one second)"),
        )
        self.setSingleStep(STEP_MS)
        self.setPageStep(PAGE_MS)
        self.setMinimumWidth(100)
        self.actionTriggered.connect(self._moved_by_key)
        self.sliderPressed.connect(self._seek)
        self.sliderReleased.connect(self._seek)
        self.sliderMoved.connect(lambda ms: self.dragged.emit(ms / 1000))

    def set_duration(self, sec: float) -> None:
        """Reach to the end of a piece of `sec` seconds."""
        self.setRange(0, round(sec * 1000))

    def sliderChange(self, change: QAbstractSlider.SliderChange) -> None:
        """Repaint only when the handle reaches another pixel: a playing piece moves it 60 times a second."""
        if change == QAbstractSlider.SliderChange.SliderValueChange:
            along, span = self.sliderPosition() - self.minimum(), max(self.maximum() - self.minimum(), 1)
            pixel = round(along / span * (self.width() - HANDLE_PX) * self.devicePixelRatioF())
            if pixel == self._handle_px:
                return
            self._handle_px = pixel
        super().sliderChange(change)

    def set_position(self, sec: float) -> None:
        """Show the position, unless the user holds the handle."""
        if not self.isSliderDown():
            self.setValue(round(sec * 1000))

    @Slot()
    def _seek(self) -> None:
        self._seek_to(self.sliderPosition() / 1000)

    @Slot(int)
    def _moved_by_key(self, _action: int) -> None:
        if not self.isSliderDown():
            self._seek()


_AUTO = -1  # per cent: what is left to the piece


class PercentSlider(JumpSlider):
    """A share in per cent, with its figure in a label.

    Attributes:
        figure: the label, to be placed beside the slider.
        amount_changed: signal with the new share, 1.0 for 100 %; not emitted by `set_amount`.
    """

    amount_changed = Signal(float)

    def __init__(self, object_name: str, label: str, tip: str, highest: float = 1.0) -> None:
        """Offer 0 to `highest`, 1.0 for 100 %."""
        super().__init__()
        identify(self, object_name, label, tip)
        self.figure = value_label()
        self.setRange(0, round(highest * 100))
        self.setPageStep(10)
        self.figure.setMinimumWidth(self.figure.fontMetrics().horizontalAdvance(_percent(self.maximum())))
        self._show(self.value())
        self.valueChanged.connect(self._show)
        self.valueChanged.connect(lambda percent: self.amount_changed.emit(percent / 100))

    @property
    def amount(self) -> float:
        """The share, 1.0 for 100 %."""
        return self.value() / 100

    def set_amount(self, amount: float) -> None:
        """Show a share without emitting `amount_changed`."""
        with QSignalBlocker(self):
            self.setValue(round(amount * 100))
        self._show(self.value())

    def _text(self, percent: int) -> str:
        return _percent(percent)

    @Slot(int)
    def _show(self, percent: int) -> None:
        self.figure.setText(self._text(percent))


class RubatoSlider(PercentSlider):
    """How far the tempo goes from the piece's own to the style's; on the far left it is left to the piece.

    Attributes:
        chosen: signal with the share, or None, once the handle is let go of; not emitted by `set_rubato`.
    """

    chosen = Signal(object)

    def __init__(self, *, batch: bool = False) -> None:
        """Leave the tempo to the piece; in a batch, under a name of its own."""
        tip = QCoreApplication.translate(
            "RubatoSlider",
            "How freely the tempo is played: 0 % keeps that of the piece, 100 % is as is usual for the style.\n"
            "On the far left a written page that the piano plays alone breathes, and all else keeps its tempo.\n"
            "Only with Timing.",
        )
        super().__init__(
            "batchRubatoSlider" if batch else "rubatoSlider",
            QCoreApplication.translate("RubatoSlider", "Rubato"),
            tip,
            STRONGEST,
        )
        self.setMinimum(_AUTO)
        texts = self._text(_AUTO), self._text(self.maximum())
        self.figure.setMinimumWidth(max(map(self.figure.fontMetrics().horizontalAdvance, texts)))
        self.set_rubato(None)
        self.setTracking(False)  # each value is a run of the model
        self.valueChanged.connect(lambda _: self.chosen.emit(self.rubato))
        self.sliderMoved.connect(self._show)

    @property
    def rubato(self) -> float | None:
        """The share, 1.0 for 100 %; None for what is usual."""
        return None if self.value() == _AUTO else self.amount

    def set_rubato(self, rubato: float | None) -> None:
        """Show a share without emitting `chosen`; one that is being chosen stays."""
        if not self.isSliderDown():
            self.set_amount(_AUTO / 100 if rubato is None else rubato)

    def _text(self, percent: int) -> str:
        return QCoreApplication.translate("RubatoSlider", "Auto") if percent == _AUTO else super()._text(percent)


class SwingSlider(JumpSlider):
    """Ratio of the eighths of a beat, with its figure in a label; on the far left it is left to the style.

    Attributes:
        figure: the label, to be placed beside the slider.
        chosen: signal with log2 of the ratio, or None, once the handle is let go of; not emitted by `set_swing`.
    """

    chosen = Signal(object)

    def __init__(self, *, batch: bool = False) -> None:
        """Leave the swing to the style; in a batch, under a name of its own."""
        super().__init__()
        tip = self.tr(
            "How long the first of two eighths is beside the second: 1 : 1 is straight, 2 : 1 a triplet's swing.\n"
            "On the far left it is as is usual for the style. Only with Timing."
        )
        identify(self, "batchSwingSlider" if batch else "swingSlider", self.tr("Swing"), tip)
        self.figure = value_label()
        self.setRange(round(LEAST_SWING / SWING_STEP) - 1, round(MOST_SWING / SWING_STEP))
        self.setTracking(False)  # each value is a run of the model
        self.setPageStep(5)
        widest = max(map(self.figure.fontMetrics().horizontalAdvance, (self._text(2), self._text(self.minimum()))))
        self.figure.setMinimumWidth(widest)
        self.set_swing(None)
        self.valueChanged.connect(lambda _: self._choose())
        self.sliderMoved.connect(self._show)

    @property
    def swing(self) -> float | None:
        """Log2 of the ratio; None for the style's."""
        return None if self.value() == self.minimum() else round(self.value() * SWING_STEP, 2)

    def set_swing(self, swing: float | None) -> None:
        """Show a swing without emitting `chosen`; one that is being chosen stays."""
        if not self.isSliderDown():
            with QSignalBlocker(self):
                self.setValue(self.minimum() if swing is None else round(swing / SWING_STEP))
            self._show(self.value())

    def _choose(self) -> None:
        self._show(self.value())
        self.chosen.emit(self.swing)

    @Slot(int)
    def _show(self, value: int) -> None:
        self.figure.setText(self._text(value))

    def _text(self, value: int) -> str:
        if value == self.minimum():
            return self.tr("Auto")
        return f"{self.locale().toString(float(2 ** (value * SWING_STEP)), 'f', 1)} : 1"


def _percent(percent: int) -> str:
    return f"{percent} %"
