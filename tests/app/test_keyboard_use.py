"""Everything by keyboard: Tab comes everywhere and out again, shows where it is, Space plays, Esc closes."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QScrollArea,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.dialogs import abx
from app.dialogs.abx_dialog import AbxDialog
from app.widgets.forms import identify
from app.widgets.sliders import HANDLE_PX
from app.window.main_window import MainWindow
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
    "learn": lambda window: window.findChild(QAction, "learnStyleAction").trigger(),
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
def inventing_window(inventing, piece_file, open_piece, qapp, qtbot):
    """The window with generators, and a piece."""
    dress(qapp)
    window = MainWindow(inventing)
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    open_piece(inventing, piece_file)
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


def test_tab_comes_to_the_transfer_buttons_first_whatever_model_is_chosen(performing, piece_file, open_piece, qtbot):
    window = MainWindow(performing)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    open_piece(performing, piece_file)
    buttons = ["transferToClassicalButton", "transferToJazzButton"]
    assert [each.objectName() for each in stops(window)][:2] == buttons
    unusual = replace(performing.transfers.options.models[1], name="other", styles=("blues", "jazz"))
    performing.transfers.set(models=(*performing.transfers.options.models, unusual))
    performing.transfers.set_model("other")
    qtbot.waitUntil(lambda: window.findChild(QWidget, "transferToClassicalButton") is None)
    window.setFocus()
    seen = [each.objectName() for each in stops(window)]
    assert sorted(seen[:2]) == ["transferToBluesButton", "transferToJazzButton"]


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


def test_enter_begins_the_blind_comparison_and_never_closes_it(show, ready, session, qtbot, monkeypatch, tmp_path):
    monkeypatch.setattr(abx, "user_abx", lambda: tmp_path / "abx")
    dialog = show("abx")
    dialog.setup_page.matched.setChecked(False)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert dialog.running
    for _ in range(dialog.round.length):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)  # hears X again
        assert (dialog.running, session.player.playing) == (True, True)
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier)
    assert dialog.round.finished
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert dialog.setup_page.isVisible()


def test_enter_starts_a_batch(show, ready, session, piece_file, qtbot):
    dialog = show("batch")
    dialog.add([piece_file])
    qtbot.waitUntil(lambda: bool(session.batch.items), timeout=10_000)
    dialog.choices.folder_edit.setFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.batch.order is not None and not session.batch.running, timeout=20_000)
    assert dialog.isVisible()
    assert [item.state for item in session.batch.items] == ["done"]


def middle_of(widget):
    return QPoint(widget.width() // 2, widget.height() // 2)


def turn_real_wheel(widget, notches):
    """Turn the wheel as the system does: what a widget does not take goes on to the widget that it lies in."""
    window = widget.window()
    place = QPointF(widget.mapTo(window, middle_of(widget)))
    QTest.wheelEvent(window.windowHandle(), place, QPoint(0, 120 * notches))


def values(top):
    """Return what each combo box, spin box and slider that can be used shows, by the widget."""
    shown = {each: each.currentIndex() for each in top.findChildren(QComboBox) if each.isVisible()}
    kinds = (QSpinBox, QDoubleSpinBox, QSlider)
    shown |= {each: each.value() for kind in kinds for each in top.findChildren(kind) if each.isVisible()}
    return {each: value for each, value in shown.items() if each.isEnabled()}


@pytest.mark.parametrize("tool", ["transfer", "generate"])
def test_the_wheel_changes_nothing_but_what_has_the_focus(inventing_window, tool):
    window, session = inventing_window, inventing_window.session
    window.findChild(QWidget, f"{tool}ToolButton").click()
    window.centralWidget().setFocus()
    before = values(window)
    assert {"volumeSlider", "positionSlider", "tempoCombo"} < {each.objectName() for each in before}
    for each in before:
        for notches in (1, -1):
            turn_real_wheel(each, notches)
            assert not each.hasFocus()
            assert values(window) == before, each.objectName()
    volume = window.findChild(QSlider, "volumeSlider")
    volume.setFocus()
    turn_real_wheel(volume, -1)
    assert volume.value() < before[volume]
    assert session.player.volume == volume.value() / 100


def test_the_wheel_over_a_field_scrolls_what_it_lies_in(qtbot):
    spin, area, page = QSpinBox(), QScrollArea(), QWidget()
    identify(spin, "spin", "A number", "")
    column = QVBoxLayout(page)
    column.addWidget(spin)
    column.addSpacing(2000)
    area.setWidget(page)
    qtbot.addWidget(area)
    area.resize(200, 200)
    area.show()
    area.activateWindow()
    qtbot.waitUntil(area.isActiveWindow)
    spin.setValue(5)
    area.setFocus()
    turn_real_wheel(spin, -1)
    assert spin.value() == 5
    assert area.verticalScrollBar().value() > 0


def test_a_click_in_any_groove_jumps_there(inventing_window, piece_file, flat_file, open_piece, qtbot):
    window, session = inventing_window, inventing_window.session
    session.generation.set(origin="between", other=flat_file)
    session.generate()
    qtbot.waitUntil(lambda: bool(session.document.between), timeout=30_000)
    for tool, names in {
        "transfer": ["positionSlider", "volumeSlider", "strengthSlider", "accentsSlider"],
        "generate": ["waySlider"],
    }.items():
        window.findChild(QWidget, f"{tool}ToolButton").click()
        QApplication.processEvents()
        for name in names:
            slider = window.findChild(QSlider, name)
            for share in (0.1, 0.9, 0.3):
                qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(round(slider.width() * share), 8))
                there = (slider.width() * share - HANDLE_PX / 2) / (slider.width() - HANDLE_PX)
                lowest, range_ = slider.minimum(), slider.maximum() - slider.minimum()
                assert (slider.value() - lowest) / range_ == pytest.approx(there, abs=0.08), name
