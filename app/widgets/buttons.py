"""The one maker of each kind of button."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QPushButton, QToolButton

from app.theme import icons
from app.widgets.forms import identify, plain_text

ICON_PX = 18


def push_button(
    object_name: str,
    text: str,
    tip: str = "",
    call: Callable[[], object] | None = None,
    *,
    label: str = "",
    primary: bool = False,
    flat: bool = False,
) -> QPushButton:
    """Return a button that Enter presses too.

    Args:
        object_name: for tests and assistive tools.
        text: on the button; may end in "…".
        tip: under the mouse; the text if empty.
        call: on a click.
        label: for screen readers; the text if empty.
        primary: for the one obvious button.
        flat: whether its frame shows only under the mouse.
    """
    button = QPushButton(text)
    identify(button, object_name, label or plain_text(text), tip or plain_text(text))
    button.setProperty("primary", primary)
    button.setProperty("flat", flat)
    button.setAutoDefault(True)  # Space always plays, so Enter presses buttons
    if call is not None:
        button.clicked.connect(lambda _=False: call())
    return button


class CheckBox(QCheckBox):
    """A box that Enter ticks too, as Space always plays."""

    def __init__(self, object_name: str, text: str, tip: str) -> None:
        """Show a text; a tip is under the mouse."""
        super().__init__(text)
        identify(self, object_name, text, tip)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tick or untick."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


def tool_button(
    object_name: str, icon: str, label: str, tip: str, call: Callable[[], object] | None = None, *, text: str = ""
) -> QToolButton:
    """Return a flat button with an icon, and a text beside it where one is given.

    Args:
        object_name: for tests and assistive tools.
        icon: of `resources/icons`, without the suffix.
        label: for screen readers.
        tip: under the mouse.
        call: on a click.
        text: beside the icon.
    """
    button = QToolButton()
    identify(button, object_name, label, tip)
    button.setProperty("flat", True)
    button.setText(text)
    if text:
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    icons.set_icon(button, icon)
    if call is not None:
        button.clicked.connect(lambda _=False: call())
    return button


def action_button(action: QAction, *, icon_only: bool) -> QToolButton:
    """Return a button for an action: its icon, and its text unless `icon_only`."""
    button = QToolButton()
    button.setDefaultAction(action)
    button.setAccessibleName(plain_text(action.text()))
    button.setIconSize(QSize(ICON_PX, ICON_PX))
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    style = Qt.ToolButtonStyle
    button.setToolButtonStyle(style.ToolButtonIconOnly if icon_only else style.ToolButtonTextBesideIcon)
    return button
