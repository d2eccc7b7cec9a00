"""Everything by keyboard: Tab comes everywhere and out again, shows where it is, Space plays, Esc closes."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.dialogs.abx_dialog import AbxDialog
from app.window.message_bar import BugDialog
from tests.app.stand_in import dress

MOST_STOPS = 80
RING = 4  # pixels around a widget that belong to what shows its focus
DIALOGS = {
    "preferences": lambda window: window.show_preferences(),
    "shortcuts": lambda window: window.show_shortcuts(),
    "log": lambda window: window.show_log(),
    "about": lambda window: window.show_about(),
    "batch": lambda window: window.show_batch(),
    "abx": lambda window: AbxDialog(window.session, window).open(),
    "bug": lambda window: BugDialog("Traceback", window).show(),
}


@pytest.fixture
def ready(window, session, piece_file, open_piece, transfer, qapp, qtbot):
    """The window in the dark theme, with a piece, its result and a message."""
    dress(qapp)
    open_piece(session, piece_file)
    transfer(session, "jazz")
    session.messages.say("info", "A sentence.")
    window.resize(1440, 900)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


@pytest.fixture
def show(ready, qtbot):
    """Show one of the window's dialogs and wait until it has the keyboard."""

    def shown(name):
        DIALOGS[name](ready)
        dialog = next(each for each in ready.findChildren(QDialog) if each.isVisible())
        qtbot.waitUntil(dialog.isActiveWindow)
        return dialog

    return shown


def stops(top, key=Qt.Key.Key_Tab, modifier=Qt.KeyboardModifier.NoModifier):
    """Press a key until the focus is where it was before, and return where it came by."""
    seen = []
    for _ in range(MOST_STOPS):
        QTest.keyClick(QApplication.focusWidget() or top, key, modifier)
        at = QApplication.focusWidget()
        if at in seen:
            assert at is seen[0], f"the focus goes in circles from {at.objectName() or at}"
            return seen
        seen.append(at)
    raise AssertionError("the focus never comes back")


def reachable(top):
    """Return what takes the focus by Tab and can be used now."""
    return {
        widget
        for widget in top.findChildren(QWidget)
        if widget.window() is top
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.parent().focusProxy() is not widget
        and widget.objectName() != "qt_spinbox_lineedit"
    }


def picture(top, widget):
    """Return how a widget and its nearest surroundings look."""
    corner = widget.mapTo(top, QPoint(0, 0))
    return top.grab(QRect(corner, widget.size()).adjusted(-RING, -RING, RING, RING)).toImage()


def described(widgets):
    return sorted(f"{type(each).__name__} {each.objectName()}" for each in widgets)


def spoken(widget):
    """Return what a screen reader calls a widget."""
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def check(top, seen):
    missed = reachable(top) - set(seen)
    assert not missed, f"Tab never comes to {described(missed)}"
    assert not described(each for each in seen if not spoken(each))
    unseen = []
    for each in seen:
        each.setFocus(Qt.FocusReason.TabFocusReason)
        with_focus = picture(top, each)
        each.clearFocus()
        if picture(top, each) == with_focus:
            unseen.append(each)
    assert not unseen, f"nothing shows the focus on {described(unseen)}"


@pytest.mark.parametrize("tool", ["transfer", "generate"])
def test_the_focus_goes_round_the_window_and_is_seen(ready, tool):
    ready.findChild(QWidget, f"{tool}ToolButton").click()
    check(ready, stops(ready, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier))


def test_without_a_result_tab_itself_goes_round(window, qapp, qtbot):
    dress(qapp)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    check(window, stops(window))


def test_shift_tab_goes_the_same_way_back(ready):
    there = stops(ready, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    back = stops(ready, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert set(back) == set(there)


@pytest.mark.parametrize("name", DIALOGS)
def test_the_focus_goes_round_a_dialog_and_esc_closes_it(show, name):
    dialog = show(name)
    check(dialog, stops(dialog))
    QTest.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert not [each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()]


def test_space_plays_wherever_the_focus_is(ready, session):
    for each in stops(ready, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier):
        each.setFocus()
        for playing in (True, False):
            QTest.keyClick(each, Qt.Key.Key_Space)
            assert session.player.playing is playing, each.objectName()
