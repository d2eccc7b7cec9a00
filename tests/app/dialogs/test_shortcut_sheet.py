"""Every key on the sheet does what the sheet says, and has its name in the window's language."""

import re

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from app.dialogs.shortcut_sheet import ShortcutSheet
from app.widgets.forms import plain_text
from tests.app.mouse import click, drag
from tests.app.stand_in import place_of, settle, turn_wheel
from tests.pieces import melody

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key
NATIVE = QKeySequence.SequenceFormat.NativeText


@pytest.fixture
def ready(window, session, open_piece, transfer, tmp_path, qtbot):
    """The window with a long piece and its result, and the keyboard."""
    path = tmp_path / "long.mid"
    path.write_bytes(melody(400))
    open_piece(session, path)
    transfer(session, "jazz")
    window.resize(1440, 900)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    settle()
    return window


@pytest.fixture
def roll(ready):
    """One of its views, with the focus."""
    view = ready.findChild(QWidget, "originalRoll")
    view.setFocus()
    view.viewport.zoom(0.5, 10.0)
    return view


def sections(window):
    window.show_shortcuts()
    sheet = window.findChild(ShortcutSheet)
    shown = {title: dict(rows) for title, rows in sheet.sections}
    sheet.reject()
    return shown


def keys_of(text):
    return [QKeySequence.fromString(key, NATIVE) for key in text.split(" or ")]


def test_the_keys_of_the_menus_do_what_stands_there(ready, session):
    *menus, _views, _notes, _everywhere = sections(ready).values()
    ready.activateWindow()
    plain = {plain_text(action.text().partition("\t")[0]): action for action in ready.findChildren(QAction)}
    by_hand = {
        "Play": lambda: session.player.playing,
        "Stop": lambda: session.player.position_sec == 0.0,
        "Switch Sides (A/B)": lambda: session.side == "original",
    }
    pressed = []
    for what, keys in (row for menu in menus for row in menu.items()):
        action = plain[what]
        for key in keys_of(keys):
            if what in by_hand:
                session.player.pause()
                session.player.seek(3.0)
                session.set_side("styled")
                QTest.keySequence(ready, key)
                assert by_hand[what](), what
                continue
            action.triggered.disconnect()
            action.triggered.connect(lambda _=False, what=what: pressed.append(what))
            action.setEnabled(True)
            QTest.keySequence(ready, key)
            assert pressed.pop() == what
            action.triggered.connect(lambda: None)
    assert not pressed


def seek(view, session):
    QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=place_of(view, 10.0, 60))
    return abs(session.player.position_sec - 10.0) < 0.5


def mark_a_loop(view, session):
    canvas = view.canvas.viewport()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=place_of(view, 8.0, 60))
    QTest.mouseMove(canvas, place_of(view, 10.0, 60))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=place_of(view, 12.0, 60))
    return session.player.loop is not None


def with_wheel(keys, figure):
    def turned(view, _session):
        before = figure(view.viewport)
        turn_wheel(view, 1, QPoint(200, 100), keys)
        return figure(view.viewport) != before

    return turned


def with_keys(*keys):
    def pressed(view, _session):
        part = view.viewport
        for key, figure in keys:
            before = figure(part)
            QTest.keyClick(view, key)
            if figure(part) == before:
                return False
        return True

    return pressed


def hear_takes(view, session):
    heard = []
    for key in (Key.Key_0, Key.Key_1):
        QTest.keyClick(view, key)
        heard.append(session.side)
    return heard == ["original", "styled"]


def loop_on_and_off(view, session):
    before = session.player.loop
    QTest.keyClick(view, Key.Key_L)
    return (session.player.loop is None) != (before is None)


def next_control(view, session):
    side = session.side
    QTest.keyClick(view, Key.Key_Tab)
    switched = session.side != side and view.hasFocus()
    QTest.keyClick(view, Key.Key_Tab, CONTROL)
    return switched and QApplication.focusWidget() is not view


def previous_control(view, _session):
    view.setFocus()
    QTest.keyClick(view, Key.Key_Backtab, SHIFT)
    return QApplication.focusWidget() is not view


def press_the_focused_button(view, session):
    button = view.window().findChild(QPushButton, "playButton")
    button.setFocus()
    QTest.keyClick(button, Key.Key_Return)
    return session.player.playing


def middle_of(view, session, note):
    row = session.original.notes[note]
    return place_of(view, float(row["onset_sec"] + row["duration_sec"] / 2), int(row["pitch"]))


def selected(session):
    return session.editing.selection.notes.tolist()


def select_a_note(view, session):
    click(view, middle_of(view, session, 40))
    return 40 in selected(session) and len(selected(session)) == 1


def select_one_more(view, session):
    click(view, middle_of(view, session, 40))
    click(view, middle_of(view, session, 43), SHIFT)
    return selected(session) == [40, 43]


def select_in_a_rectangle(view, session):
    drag(view, [place_of(view, 8.0, 107), place_of(view, 9.0, 60), place_of(view, 10.0, 22)], CONTROL)
    onsets = session.original.notes["onset_sec"][selected(session)]
    return len(onsets) > 5 and onsets.min() > 6.5 and onsets.max() <= 10.0 and session.player.loop is None


def select_a_key(view, session):
    QTest.mouseClick(view.keyboard, Qt.MouseButton.LeftButton, pos=QPoint(40, place_of(view, 0, 64).y()))
    return selected(session) == np.flatnonzero(session.original.notes["pitch"] == 64).tolist()


def step_through_notes(view, session):
    visited = []
    for key in (Key.Key_Right, Key.Key_Right, Key.Key_Left):
        QTest.keyClick(view, key, SHIFT)
        visited += selected(session)
    return visited[1] == visited[0] + 1 and visited[2] == visited[0] and len(visited) == 3


def select_up_to(view, session):
    session.editing.selection.select(np.array([40]))
    for key in (Key.Key_Right, Key.Key_Right, Key.Key_Left):
        QTest.keyClick(view, key, CONTROL | SHIFT)
    return selected(session) == [40, 41]


def louder_and_softer(view, session):
    session.editing.selection.select(np.array([40, 41]))
    session.editing.level()
    before, seen = int(session.styled.velocities[40]), []
    for key in (Key.Key_Up, Key.Key_PageDown, Key.Key_Down, Key.Key_PageUp):
        QTest.keyClick(view, key)
        seen.append(session.styled.velocities[[40, 41]].astype(int).tolist())
    return seen == [[before + by] * 2 for by in (1, -9, -10, 0)]


def take_edits_back(view, session):
    before = session.styled.velocities[40]
    session.editing.selection.select(np.array([40]))
    session.editing.shift(-10 if before > 64 else 10)
    changed = session.styled.velocities[40] != before
    QTest.keyClick(view, Key.Key_Delete)
    return changed and session.styled.velocities[40] == before


def give_up(view, session):
    session.editing.selection.select_all()
    QTest.keyClick(view, Key.Key_Escape)
    return not selected(session)


def lane_of(view):
    return view.window().findChild(QWidget, "velocityLane")


def dot(view, session, note):
    return place_of(lane_of(view), float(session.original.notes["onset_sec"][note]), session.styled.velocities[note])


def drag_a_dot(view, session):
    at, before = dot(view, session, 40), session.styled.velocities.astype(int)
    drag(lane_of(view), [at, at - QPoint(0, 4), at - QPoint(0, 8)])
    return np.flatnonzero(session.styled.velocities != before).tolist() == [40]


def drag_in_proportion(view, session):
    session.editing.selection.select(np.array([40, 41]))
    session.editing.set(np.array([40, 41]), [40, 80])
    at = dot(view, session, 40)
    drag(lane_of(view), [at, at + QPoint(0, 4), at + QPoint(0, 8)], CONTROL)
    low, high = session.styled.velocities[[40, 41]].astype(int)
    return low < 40 and abs(high - 2 * low) <= 1


def drawn_with(keys, is_right):
    def draw(view, session):
        lane, before = lane_of(view), session.styled.velocities.astype(int)
        drag(lane, [place_of(lane, 8.0, 130), place_of(lane, 9.0, 20), place_of(lane, 10.0, 100)], keys)
        onset = session.original.notes["onset_sec"]
        inside = np.flatnonzero((onset > 8.1) & (onset < 9.9))
        return is_right(session, before, session.styled.velocities.astype(int), inside)

    return draw


def follows(seconds, levels):
    def is_right(session, _before, after, inside):
        expected = np.interp(session.original.notes["onset_sec"][inside], seconds, levels)
        return np.abs(after[inside] - np.clip(expected, 1, 127)).max() < 8

    return is_right


def in_proportion(session, before, after, inside):
    chords = session.editing.chords()
    of_two = [group for chord in np.unique(chords[inside]) if len(group := np.flatnonzero(chords == chord)) > 1]
    return all(np.array_equal(np.argsort(before[group]), np.argsort(after[group])) for group in of_two) and any(
        after[inside] != before[inside]
    )


DONE = {
    "Select a note": select_a_note,
    "Select one more": select_one_more,
    "Select what is in a rectangle": select_in_a_rectangle,
    "Select all notes of a key": select_a_key,
    "Next or previous note": step_through_notes,
    "Select up to there": select_up_to,
    "Selected notes louder or softer": louder_and_softer,
    "Take the edits back": take_edits_back,
    "Deselect, or give up what is drawn": give_up,
    "Set a velocity of B": drag_a_dot,
    "Selected notes in proportion": drag_in_proportion,
    "Draw velocities of B": drawn_with(Qt.KeyboardModifier.NoModifier, follows([8.0, 9.0, 10.0], [127, 20, 100])),
    "Draw a straight line": drawn_with(SHIFT, follows([8.0, 10.0], [127, 100])),
    "Chords keep their proportions": drawn_with(Qt.KeyboardModifier.AltModifier, in_proportion),
    "Seek": seek,
    "Mark a loop": mark_a_loop,
    "Zoom in time": with_wheel(CONTROL, lambda part: part.span_sec),
    "Zoom in pitch": with_wheel(CONTROL | SHIFT, lambda part: part.high - part.low),
    "Scroll in time": with_wheel(SHIFT, lambda part: part.start_sec),
    "Scroll the focused view": with_keys(
        (Key.Key_Right, lambda part: part.start_sec),
        (Key.Key_Left, lambda part: part.start_sec),
        (Key.Key_Up, lambda part: part.low),
        (Key.Key_Down, lambda part: part.low),
    ),
    "Zoom the focused view": with_keys(
        (Key.Key_Plus, lambda part: part.span_sec), (Key.Key_Minus, lambda part: part.span_sec)
    ),
    "Hear a take, or the original": hear_takes,
    "Loop on or off": loop_on_and_off,
    "Next control (Ctrl+Tab while Tab switches sides)": next_control,
    "Previous control": previous_control,
    "Press the focused button": press_the_focused_button,
}


def test_the_other_rows_are_these(ready):
    *_menus, views, notes, everywhere = sections(ready).values()
    assert set(DONE) == set(views) | set(notes) | set(everywhere)


@pytest.mark.parametrize("what", DONE)
def test_what_else_stands_there_is_done(roll, session, what):
    if what.startswith("Scroll"):
        roll.viewport.zoom_pitches(0.5, 60)
        roll.viewport.pan(2.0)
    assert DONE[what](roll, session)


def test_in_german_no_key_has_an_english_name(german, ready):
    ready.show_shortcuts()
    texts = [text for each in ready.findChildren(QAction) for text in (each.text(), each.toolTip())]
    texts += [each.toolTip() for each in ready.findChildren(QWidget)]
    texts += [each.text() for each in ready.findChildren(QLabel)]
    assert any("Leertaste" in text for text in texts)
    assert "Umschalt+Tab" in texts
    assert not [text for text in texts if re.search(r"\b(Space|Shift|Ctrl|Del|wheel)\b", text)]
