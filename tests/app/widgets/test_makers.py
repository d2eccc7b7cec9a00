"""Buttons, actions, drops and file filters, each from its one maker."""

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QLineEdit, QMainWindow

from app.widgets.actions import make_action
from app.widgets.buttons import action_button, push_button, tool_button
from app.widgets.file_drops import FileDrops
from app.widgets.file_filters import midi_filter
from tests.app.drops import drop, drop_mime


@pytest.fixture
def calls():
    return []


def test_a_button_has_a_name_a_tip_and_is_pressed_by_enter(qtbot, calls):
    button = push_button("someButton", "Choose…", call=lambda: calls.append("pressed"))
    qtbot.addWidget(button)
    assert (button.objectName(), button.accessibleName(), button.toolTip()) == ("someButton", "Choose", "Choose")
    assert button.autoDefault()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert calls == ["pressed"]


def test_a_button_may_say_more_to_screen_readers_than_it_shows(qtbot):
    button = push_button("b", "Copy", "Copy the log to the clipboard", label="Copy the log", primary=True, flat=True)
    qtbot.addWidget(button)
    assert (button.accessibleName(), button.toolTip()) == ("Copy the log", "Copy the log to the clipboard")
    assert button.property("primary")
    assert button.property("flat")


def test_a_tool_button_shows_its_icon_and_its_text(qtbot, calls):
    plain, wordy = (tool_button("t", "close", "Close", "Tip", lambda: calls.append(1), text=text) for text in ("", "X"))
    for button in (plain, wordy):
        qtbot.addWidget(button)
        assert not button.icon().isNull()
        button.click()
    assert plain.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
    assert wordy.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    assert calls == [1, 1]


def test_an_action_tells_its_key_and_calls(qtbot, calls):
    window = QMainWindow()
    qtbot.addWidget(window)
    action = make_action(window, "someAction", "&Open…", lambda: calls.append("opened"), "Ctrl+O", icon="open")
    assert action.toolTip() == "Open (Ctrl+O)"
    assert action in window.actions()
    button = action_button(action, icon_only=False)
    qtbot.addWidget(button)
    assert button.accessibleName() == "Open"
    button.click()
    assert calls == ["opened"]


def test_a_key_that_is_handled_elsewhere_is_only_shown(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    action = make_action(window, "playAction", "&Play", lambda: None, shown_key="Space")
    assert action.text() == "&Play\tSpace"
    assert action.shortcut().isEmpty()


@pytest.fixture
def target(qtbot):
    window = QMainWindow()
    window.setCentralWidget(QLineEdit())
    qtbot.addWidget(window)
    window.show()
    return window


def test_files_reach_the_window_wherever_they_fall(target, calls, tmp_path):
    FileDrops(target, calls.append)
    assert drop(target, [tmp_path, tmp_path / "a.mid"])
    assert calls == [[tmp_path, tmp_path / "a.mid"]]


def test_a_window_that_is_busy_takes_no_files(target, calls, tmp_path):
    FileDrops(target, calls.append, accepting=lambda: False)
    assert not drop(target, [tmp_path])
    assert calls == []


def test_text_is_no_file(target, calls):
    FileDrops(target, calls.append)
    mime = QMimeData()
    mime.setText("do re mi")
    assert not drop_mime(target, mime)


def test_the_filter_of_midi_files_offers_small_letters_and_capitals():
    shown = "*.mid *.midi *.rmi *.kar *.smf *.musicxml *.mxl *.xml"
    assert midi_filter() == f"MIDI files and scores ({shown} {shown.upper()});;All files (*)"
