"""The one maker of actions."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.theme import icons
from app.widgets.forms import plain_text

Keys = str | QKeySequence.StandardKey


def make_action(
    window: QWidget,
    object_name: str,
    text: str,
    call: Callable[[], object],
    keys: Keys = "",
    *,
    icon: str = "",
    tip: str = "",
    shown_key: str = "",
) -> QAction:
    """Return an action of a window, whose shortcut works all over it.

    Args:
        window: owns the action.
        object_name: for tests and assistive tools.
        text: in the menu, with "&" before its mnemonic.
        call: when it is triggered.
        keys: the shortcut.
        icon: of `resources/icons`, without the suffix.
        tip: under the mouse; the text if empty. The shortcut is added to it.
        shown_key: written into the menu for an action whose key is handled elsewhere.
    """
    action = QAction(with_key(text, shown_key), window)
    action.setObjectName(object_name)
    action.triggered.connect(lambda _=False: call())
    action.setShortcut(QKeySequence(keys))
    plain = tip or plain_text(text)
    native = native_text(action.shortcut())
    action.setToolTip(f"{plain} ({native})" if native else plain)
    if icon:
        icons.set_icon(action, icon)
    window.addAction(action)  # so that shortcuts work and the theme finds the icon
    return action


def with_key(text: str, key: str) -> str:
    """Return the text of a menu entry with a key written behind it as the desktop writes it; "" for no key."""
    return f"{text}\t{native_text(QKeySequence(key))}" if key else text


def native_text(keys: QKeySequence) -> str:
    """Return a shortcut as the desktop writes it; empty for none."""
    return keys.toString(QKeySequence.SequenceFormat.NativeText)
