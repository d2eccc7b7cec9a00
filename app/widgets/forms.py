"""Parts of forms: combo boxes, labels, figures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt
from PySide6.QtWidgets import QAbstractSlider, QAbstractSpinBox, QComboBox, QGridLayout, QLabel, QWidget

MARGIN = 12  # pixels


def combo_box(object_name: str, label: str, tip: str) -> QComboBox:
    """Return an empty combo box that is not wider than its column."""
    combo = QComboBox()
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(12)
    identify(combo, object_name, label, tip)
    return combo


def fill(combo: QComboBox, choices: Sequence[tuple[str | None, str]], chosen: str | None) -> None:
    """Show `choices` as (data, text) with the one of data `chosen` selected; untouched where nothing changed."""
    shown = [(combo.itemData(index), combo.itemText(index)) for index in range(combo.count())]
    with QSignalBlocker(combo):
        if shown != [*choices]:
            combo.clear()
            for data, text in choices:
                combo.addItem(text, data)
            combo.view().setMinimumWidth(combo.view().sizeHintForColumn(0))  # the list may be wider than the column
        combo.setCurrentIndex(combo.findData(chosen))
    combo.setEnabled(len(choices) > 1)


def plain_text(text: str) -> str:
    """Return the text of a button or action without its mnemonic and ellipsis."""
    return text.replace("&", "").rstrip("…")


def identify(widget: QWidget, object_name: str, label: str, tip: str) -> None:
    """Set object name, accessible name and tool tip of a widget."""
    widget.setObjectName(object_name)
    widget.setAccessibleName(label)
    widget.setToolTip(tip)
    if isinstance(widget, QComboBox | QAbstractSpinBox | QAbstractSlider):
        _pass_wheel_on(widget)
    if isinstance(widget, QAbstractSpinBox):
        widget.setKeyboardTracking(False)  # a number is typed to its end before it counts
        widget.lineEdit().setTextMargins(6, 0, 0, 0)  # which a style sheet cannot give it


class _WheelFilter(QObject):
    """Passes the wheel over a widget that does not have the focus on to what is behind: scrolling changes no value."""

    def eventFilter(self, widget: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(widget, QWidget) and not widget.hasFocus():
            event.ignore()
            return True
        return False


def _pass_wheel_on(widget: QWidget) -> None:
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel alone does not give it the focus
    widget.installEventFilter(_WheelFilter(widget))


def rows(*widgets: QWidget) -> tuple[QGridLayout, list[QLabel]]:
    """Return a grid of labels and widgets, a row each, and the labels."""
    grid = QGridLayout()
    grid.setVerticalSpacing(6)
    grid.setHorizontalSpacing(12)
    grid.setColumnStretch(1, 1)
    names = [labelled(widget.accessibleName(), widget) for widget in widgets]
    for index, (name, widget) in enumerate(zip(names, widgets, strict=True)):
        grid.addWidget(name, index, 0)
        grid.addWidget(widget, index, 1)
    return grid, names


def labelled(text: str, buddy: QWidget) -> QLabel:
    """Return a label for a widget."""
    label = QLabel(text)
    label.setProperty("class", "muted")
    label.setBuddy(buddy)
    return label


def value_label() -> QLabel:
    """Return a label for a figure beside a slider."""
    label = QLabel()
    label.setProperty("class", "value")
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return label
