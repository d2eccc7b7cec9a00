"""Velocities set by hand in the whole window: mouse and keys, undo, export, strength, takes."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from app.dialogs.shortcut_sheet import ShortcutSheet
from app.theme.theme import apply_saved_theme
from tests.app.mouse import click, drag
from tests.app.stand_in import place_of
from tonenet_core.harmony.hands import Hands

Key = Qt.Key
SHIFT, CONTROL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def opened(window, qapp, piece_file, open_piece):
    """The window with a piece of 60 notes, 10 s, before a transfer."""
    apply_saved_theme("dark", "sunset")
    window.session.settings.ask_unsaved = False
    window.resize(1366, 768)
    open_piece(window.session, piece_file)
    QApplication.processEvents()
    return window


@pytest.fixture
def desk(opened, transfer):
    """The same with a result."""
    transfer(opened.session, "jazz")
    QApplication.processEvents()
    return opened


def part(window, name):
    return window.findChild(QWidget, name)


def act(window, name):
    window.findChild(QAction, name).trigger()


def dot(window, note):
    """Where the dot of a note in B stands in the velocity lane."""
    session = window.session
    return place_of(part(window, "velocityLane"), onset(window, note), session.styled.velocities[note])


def onset(window, note):
    return float(window.session.original.notes["onset_sec"][note])


def velocities(window):
    return window.session.styled.velocities.astype(int)


def row_px(window):
    """The pixels that a velocity is high in the lane."""
    return place_of(part(window, "velocityLane"), 0, 0).y() / 134


def test_a_dot_is_dragged_undone_and_exported_byte_for_byte(desk, tmp_path):
    lane, before = part(desk, "velocityLane"), velocities(desk)
    at = dot(desk, 20)
    to = place_of(lane, onset(desk, 20), 100)
    drag(lane, [at, at - QPoint(0, 5), to])
    after = velocities(desk)
    assert after[20] == pytest.approx(100, abs=2)
    assert np.array_equal(np.delete(after, 20), np.delete(before, 20))
    assert f"velocity {desk.session.original.velocities[20]} → {after[20]}" in lane.readout() or not lane.readout()
    assert lane.title_label.text().endswith("1 set by hand")
    assert desk.session.editing.selection.notes.tolist() == []

    piece = desk.session.original
    expected = bytearray(piece.source)
    for note, offset in enumerate(piece.velocity_offsets):
        expected[offset] = after[note]
    assert desk.session.exports.midi(tmp_path / "out.mid")
    assert (tmp_path / "out.mid").read_bytes() == bytes(expected)

    act(desk, "undoAction")
    assert np.array_equal(velocities(desk), before)
    assert "set by hand" not in lane.title_label.text()
    act(desk, "redoAction")
    assert np.array_equal(velocities(desk), after)


def test_velocities_are_drawn_across_stems_freely_and_straight(desk):
    lane, before = part(desk, "velocityLane"), velocities(desk)
    drag(lane, [place_of(lane, 2.0, 130), place_of(lane, 3.0, 100), place_of(lane, 4.0, 20)])
    drawn = velocities(desk)
    onsets = desk.session.original.notes["onset_sec"]
    inside = np.flatnonzero((onsets > 2.05) & (onsets < 3.95))
    expected = np.interp(onsets[inside], [2.0, 3.0, 4.0], [127, 100, 20])
    assert np.abs(drawn[inside] - expected).max() <= 5
    outside = (onsets < 1.9) | (onsets > 4.1)
    assert np.array_equal(drawn[outside], before[outside])

    drag(lane, [place_of(lane, 5.0, 110), place_of(lane, 6.0, 10), place_of(lane, 7.0, 30)], SHIFT)
    straight = velocities(desk)
    inside = np.flatnonzero((onsets > 5.0) & (onsets < 7.0))
    assert np.abs(straight[inside] - np.interp(onsets[inside], [5.0, 7.0], [110, 30])).max() <= 2
    assert desk.session.player.loop is None  # no loop was marked

    act(desk, "undoAction")
    assert np.array_equal(velocities(desk), drawn)  # a gesture is one step


def test_drawn_velocities_are_on_screen_at_once_and_esc_gives_them_up(desk):
    lane, before = part(desk, "velocityLane"), velocities(desk)
    at = dot(desk, 20)
    drag(lane, [at, at + QPoint(0, 8), at + QPoint(0, 12)], release=False)
    assert np.array_equal(velocities(desk), before)
    assert "→" in lane.readout()
    drawn = lane.canvas.viewport().grab().toImage()
    lane.canvas.redraw()
    assert lane.canvas.viewport().grab().toImage() == drawn  # the strip that was painted is what all would be
    QTest.keyClick(lane, Key.Key_Escape)
    drag(lane, [at + QPoint(0, 12)])  # the release
    assert np.array_equal(velocities(desk), before)
    assert not desk.session.editing.edits

    lane.canvas.redraw()
    still = lane.canvas.viewport().grab().toImage()
    drag(lane, [at, at + QPoint(0, 12), at])  # and back
    assert not desk.session.editing.edits
    assert not desk.session.transfers.can_redo
    lane.point(None)
    assert lane.canvas.viewport().grab().toImage() == still


def test_edits_stay_when_strength_moves_and_belong_to_their_take(desk, transfer, qtbot):
    session, lane = desk.session, part(desk, "velocityLane")
    at = dot(desk, 20)
    drag(lane, [at, at - QPoint(0, 10), at - QPoint(0, 30)])
    edited = velocities(desk)[20]
    session.transfers.set_strength(0.3)
    assert velocities(desk)[20] == edited
    assert not np.array_equal(velocities(desk), session.original.velocities)
    session.transfers.set_strength(0.0)
    rest = np.delete(velocities(desk), 20)
    assert np.array_equal(rest, np.delete(session.original.velocities, 20))
    session.transfers.set_strength(1.0)

    transfer(session, "classical")
    assert not session.editing.edits
    QTest.keyClick(desk, Key.Key_1)
    assert velocities(desk)[20] == edited
    chip = next(chip for chip in part(desk, "takeStrip").findChildren(QToolButton) if "edited" in chip.text())
    assert "Velocities set by hand: 1" in chip.toolTip()
    QTest.keyClick(desk, Key.Key_2)
    assert not session.editing.edits


def test_selected_notes_are_shaped_together_by_mouse_and_menu(desk):
    session, roll, lane = desk.session, part(desk, "styledRoll"), part(desk, "velocityLane")
    corners = [place_of(roll, 2.0, 100), place_of(roll, 3.0, 70), place_of(roll, 4.0, 22)]
    drag(roll, corners, CONTROL)
    notes = session.editing.selection.notes
    starts = session.original.notes["onset_sec"]
    ends = starts + session.original.notes["duration_sec"]
    assert (
        set(np.flatnonzero((starts > 2.02) & (ends < 3.98)))
        <= set(notes)
        <= set(np.flatnonzero((starts < 4.02) & (ends > 1.98)))
    )
    assert session.player.loop is None
    before = velocities(desk)
    at = dot(desk, notes[0])
    drag(lane, [at, at - QPoint(0, 4), at - QPoint(0, 10)])
    by = 10 / row_px(desk)
    assert np.abs(velocities(desk)[notes] - np.clip(before[notes] + by, 1, 127)).max() <= 1
    act(desk, "undoAction")
    at = dot(desk, notes[0])
    drag(lane, [at, at - QPoint(0, 4), at - QPoint(0, 10)], CONTROL)
    factor = (before[notes[0]] + by) / before[notes[0]]
    assert np.abs(velocities(desk)[notes] - np.clip(before[notes] * factor, 1, 127)).max() <= 2
    act(desk, "undoAction")

    act(desk, "compressAction")
    assert np.ptp(velocities(desk)[notes]) == pytest.approx(0.8 * np.ptp(before[notes]), abs=1)
    act(desk, "undoAction")
    act(desk, "levelAction")
    assert set(velocities(desk)[notes]) == {round(before[notes].mean())}
    assert np.array_equal(np.delete(velocities(desk), notes), np.delete(before, notes))
    drag(lane, [place_of(lane, 0.4, 130), place_of(lane, 8.0, 90)])  # across all, of which only the selected are meant
    assert np.array_equal(np.delete(velocities(desk), notes), np.delete(before, notes))
    act(desk, "removeEditsAction")
    assert np.array_equal(velocities(desk), before)


def test_notes_are_selected_and_changed_by_keyboard_alone(desk):
    session, lane = desk.session, part(desk, "velocityLane")
    lane.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(3):
        QTest.keyClick(lane, Key.Key_Right, SHIFT)
    assert session.editing.selection.notes.tolist() == [2]
    QTest.keyClick(lane, Key.Key_Left, SHIFT)
    QTest.keyClick(lane, Key.Key_Right, CONTROL | SHIFT)
    QTest.keyClick(lane, Key.Key_Right, CONTROL | SHIFT)
    assert session.editing.selection.notes.tolist() == [1, 2, 3]
    before = velocities(desk)
    for _ in range(3):
        QTest.keyClick(lane, Key.Key_Up)
    QTest.keyClick(lane, Key.Key_PageDown)
    expected = before.copy()
    expected[1:4] -= 7
    assert np.array_equal(velocities(desk), np.clip(expected, 1, 127))
    assert "3 notes" in lane.readout()
    act(desk, "undoAction")
    assert np.array_equal(velocities(desk), before)  # presses that follow each other are one step
    act(desk, "redoAction")
    QTest.keyClick(lane, Key.Key_Delete)
    assert np.array_equal(velocities(desk), before)
    QTest.keyClick(lane, Key.Key_Escape)
    assert len(session.editing.selection) == 0


def test_notes_are_selected_by_click_key_pitch_hand_and_loop(desk):
    session, roll = desk.session, part(desk, "originalRoll")
    selection, notes = session.editing.selection, session.original.notes
    note = int(np.argmax(notes["duration_sec"][:20]))
    middle = float(notes["onset_sec"][note] + notes["duration_sec"][note] / 2)
    click(roll, place_of(roll, middle, notes["pitch"][note]))
    assert selection.notes.tolist() == [note]
    assert session.player.position_sec == 0  # it was no seek
    act(desk, "selectPitchAction")
    pitch = notes["pitch"][note]
    assert selection.notes.tolist() == np.flatnonzero(notes["pitch"] == pitch).tolist()
    low = int(notes["pitch"].min())
    keyboard = roll.keyboard
    lane_px = keyboard.height() / (roll.viewport.high - roll.viewport.low)
    key = QPoint(30, round((roll.viewport.high - low) * lane_px))
    QTest.mouseClick(keyboard, Qt.MouseButton.LeftButton, pos=key)
    assert selection.notes.tolist() == np.flatnonzero(notes["pitch"] == low).tolist()
    act(desk, "selectAllNotesAction")
    assert len(selection) == len(notes)
    act(desk, "selectLeftHandAction")
    left = selection.notes
    act(desk, "selectRightHandAction")
    assert not set(left) & set(selection.notes)
    assert len(left) + len(selection) == len(notes)
    assert notes["pitch"][left].mean() < notes["pitch"][selection.notes].mean()
    session.transfers.set(hands=Hands(split=60))
    act(desk, "selectLeftHandAction")
    assert selection.notes.tolist() == np.flatnonzero(notes["pitch"] < 60).tolist()
    session.player.set_loop((2.0, 4.0))
    act(desk, "selectLoopAction")
    assert selection.notes.tolist() == np.flatnonzero((notes["onset_sec"] >= 2) & (notes["onset_sec"] < 4)).tolist()
    click(roll, place_of(roll, 9.99, 21.6))
    assert len(selection) == 0
    assert session.player.position_sec == pytest.approx(9.99, abs=0.1)  # it was a seek
    act(desk, "selectAllNotesAction")
    act(desk, "deselectAction")
    assert len(selection) == 0


@pytest.mark.parametrize("parts", [("dynamics",), ("dynamics", "timing")])
def test_what_edits_is_heard_at_once_and_where_notes_may_move_when_it_rests(opened, transfer, parts, qtbot):
    def heard():
        return len(set(session.player.performances[1].velocities.tolist())) == 1

    session = opened.session
    session.transfers.set(parts=parts)
    transfer(session, "jazz")
    session.editing.selection.select_all()
    act(opened, "levelAction")
    assert heard() == (parts == ("dynamics",))
    qtbot.waitUntil(heard)
    assert session.player.performances[0] is session.original


def test_the_keyboard_sheet_names_the_gestures(desk):
    desk.show_shortcuts()
    sheet = desk.findChild(ShortcutSheet)
    rows = [row for _, section in sheet.sections for row in section]
    assert ("Draw a straight line", "Shift while dragging") in rows
    assert any(name == "Select All Notes" and "A" in keys for name, keys in rows)
    sheet.close()
