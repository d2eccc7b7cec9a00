"""One hand of a passage in the whole window: chosen, seen, transferred, and told apart from other takes."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QSlider, QSpinBox, QWidget

from app.documents.take_name import take_name
from tests.core.parts.test_render import band
from tonenet_core import checkpoint
from tonenet_core.file_transfer import model_interpreter, transfer_performance
from tonenet_core.harmony.hands import BOTH_HANDS, LEFT, RIGHT, Hands, find_hands
from tonenet_core.timing.passage import Scope
from tonenet_core.transfer import TransferOptions


@pytest.fixture
def opened(window, open_piece, tmp_path):
    """The window with eight bars of a band at 120 a minute."""
    path = tmp_path / "band.mid"
    path.write_bytes(band())
    open_piece(window.session, path)
    window.session.transfers.set(level="style")
    return window


def part(window, kind, name):
    return window.findChild(kind, name)


def pick(qtbot, combo, text):
    """Choose an entry by the arrow keys."""
    while combo.currentIndex() > 0:
        qtbot.keyClick(combo, Qt.Key.Key_Up)
    for _ in range(combo.findText(text)):
        qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert combo.currentText() == text


def press(qtbot, window, name="transferToJazzButton"):
    before = window.session.take
    qtbot.mouseClick(part(window, QPushButton, name), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.take is not before, timeout=20_000)
    return window.session.take


def changed(session):
    return session.original.velocities != session.styled.velocities


def test_bars_3_to_5_of_the_left_hand_alone_as_on_the_command_line(opened, qtbot):
    session = opened.session
    assert not part(opened, QComboBox, "splitCombo").isVisible()
    session.player.set_loop((4.0, 10.0))
    session.transfers.set(passage_only=True)
    pick(qtbot, part(opened, QComboBox, "handsCombo"), "Left hand")
    assert part(opened, QComboBox, "splitCombo").isVisible()
    assert part(opened, QPushButton, "transferToJazzButton").text() == "Bars 3–5, left hand, to Jazz"
    assert part(opened, QAction, "transferToJazzAction").text() == "Bars 3–5, left hand, to Jazz"
    take = press(qtbot, opened)
    assert take.hands == Hands(right=0.0)
    assert take_name(take) == "Jazz 100 % · bars 3–5, left hand"
    model = checkpoint.load(session.transfers.options.model.path, "cpu")
    options = TransferOptions("jazz", level="style", scope=Scope(from_bar=3, to_bar=5), hands=Hands(right=0.0))
    made = transfer_performance(session.original, model_interpreter(lambda: model, judge=lambda: None), options)
    assert session.document.result.to_bytes() == made.styled.to_bytes()
    hand = find_hands(session.original)
    assert changed(session)[hand == LEFT].any()
    assert not changed(session)[hand == RIGHT].any()


def test_other_hands_are_another_take_of_the_same_run_and_each_take_brings_its_own_back(opened, qtbot):
    session, combo = opened.session, part(opened, QComboBox, "handsCombo")
    whole = press(qtbot, opened)
    pick(qtbot, combo, "Right hand")
    assert session.take is whole
    right = press(qtbot, opened)
    assert right.interpretation is whole.interpretation
    assert len(session.takes.all) == 2
    hand = find_hands(session.original)
    assert not changed(session)[hand == LEFT].any()
    qtbot.keyClick(opened, Qt.Key.Key_1)
    assert session.take.hands == BOTH_HANDS
    assert combo.currentText() == "Both hands"
    qtbot.keyClick(opened, Qt.Key.Key_2)
    assert combo.currentText() == "Right hand"


def test_each_hand_has_a_share_that_acts_at_once_and_is_undone(opened, qtbot):
    session = opened.session
    press(qtbot, opened)
    before = session.styled.velocities.astype(int) - session.original.velocities
    qtbot.mouseClick(part(opened, QPushButton, "moreButton"), Qt.MouseButton.LeftButton)
    options = part(opened, QWidget, "moreOptions")
    slider = options.findChild(QSlider, "rightHandSlider")
    for _ in range(5):
        qtbot.keyClick(slider, Qt.Key.Key_PageDown)
    assert session.take.hands == Hands(right=0.5)
    after = session.styled.velocities.astype(int) - session.original.velocities
    hand = find_hands(session.original)
    assert np.array_equal(after[hand == LEFT], before[hand == LEFT])
    assert np.abs(after - before / 2)[hand == RIGHT].max() <= 0.5
    assert take_name(session.take) == "Jazz 100 % · left 100 %, right 50 %"
    session.transfers.undo()
    assert session.take.hands == BOTH_HANDS
    assert slider.value() == 100
    session.transfers.set_shares(0.0, 1.0)
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert slider.value() == 100  # one hand is played at least


def test_the_hands_part_at_a_key_that_is_typed_or_dragged_beside_the_roll(opened, qtbot):
    session = opened.session
    pick(qtbot, part(opened, QComboBox, "handsCombo"), "Left hand")
    pick(qtbot, part(opened, QComboBox, "splitCombo"), "At a key")
    key = part(opened, QSpinBox, "splitSpin")
    assert key.text() == "C4"
    key.setFocus()
    key.selectAll()
    qtbot.keyClicks(key, "f#4")
    qtbot.keyClick(key, Qt.Key.Key_Return)
    assert session.transfers.options.hands == Hands(right=0.0, split=66)
    assert key.text() == "F♯4"
    viewport, keyboard = opened.views.viewport, opened.views.rolls.rolls[0].keyboard

    def place(row):
        share = (viewport.high - row) / (viewport.high - viewport.low)
        return QPoint(keyboard.width() // 2, round(keyboard.height() * share))

    session.transfers.set(hands=replace(session.transfers.options.hands, split=72))
    qtbot.mousePress(keyboard, Qt.MouseButton.LeftButton, pos=place(71.5))
    qtbot.mouseMove(keyboard, place(75.5))
    qtbot.mouseRelease(keyboard, Qt.MouseButton.LeftButton, pos=place(75.5))
    assert session.transfers.options.hands.split == 76
    assert key.text() == "E5"
    press(qtbot, opened)
    assert np.array_equal(changed(session)[session.original.notes["pitch"] >= 76].any(), False)
    assert session.take.hands.split == 76


def test_a_hand_without_notes_is_refused_in_a_sentence(opened, qtbot):
    session, told = opened.session, []
    session.transfers.set(hands=Hands(right=0.0, split=21))
    session.transfers.run("jazz", failed=told.append)
    qtbot.waitUntil(lambda: bool(told))
    assert str(told[0]) == "The left hand plays no note of band.mid there."
    assert session.message.text == "The left hand plays no note of band.mid there."
    assert session.styled is None


def test_another_piece_is_played_with_both_hands(opened, open_piece, piece_file):
    opened.session.transfers.set(hands=Hands(left=0.0))
    open_piece(opened.session, piece_file)
    assert opened.session.transfers.options.hands == BOTH_HANDS


def colours_of(roll, rows):
    """The colours in the middle of notes of a roll."""
    picture, notes, viewport = roll.canvas.viewport().grab().toImage(), roll.session.original.notes[rows], roll.viewport
    width, height = roll.canvas.viewport().width(), roll.canvas.viewport().height()
    middle = (notes["onset_sec"] + notes["duration_sec"] / 2 - viewport.start_sec) / viewport.span_sec * width
    down = (viewport.high - notes["pitch"]) / (viewport.high - viewport.low) * height
    points = (QPointF(x, y).toPoint() for x, y in zip(middle, down, strict=True))
    return {picture.pixelColor(point).name() for point in points}


def test_notes_that_are_left_out_are_faint_in_a_and_muted_ones_grey(opened, qtbot):
    session, roll = opened.session, opened.views.rolls.rolls[0]
    opened.views.viewport.show_all()
    hand = find_hands(session.original)
    rows = {side: np.flatnonzero(hand == side)[4:8] for side in (LEFT, RIGHT)}
    QApplication.processEvents()
    before = {side: colours_of(roll, rows[side]) for side in rows}
    session.transfers.set(hands=Hands(right=0.0))
    after = {side: colours_of(roll, rows[side]) for side in rows}
    assert after[LEFT] == before[LEFT]
    assert not after[RIGHT] & before[RIGHT]
    session.transfers.set(hands=BOTH_HANDS)
    session.listening.mute_track(2, True)
    muted = {side: colours_of(roll, rows[side]) for side in rows}
    assert muted[LEFT] == muted[RIGHT]
    assert len(muted[LEFT]) == 1
    session.listening.mute_track(2, False)
    assert colours_of(roll, rows[RIGHT]) == before[RIGHT]
