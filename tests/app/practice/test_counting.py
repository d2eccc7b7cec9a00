"""The metronome and the count-in in the window: keys, menu, a sentence where there is nothing to click."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton

from tests.pieces import melody


@pytest.fixture
def metered(window, open_piece, piece_file):
    open_piece(window.session, piece_file)
    return window


@pytest.fixture
def free(window, open_piece, tmp_path):
    path = tmp_path / "free.mid"
    path.write_bytes(melody(80, 3, metered=False))
    open_piece(window.session, path)
    return window


def action(window, name):
    return window.findChild(QAction, name)


def test_k_switches_the_metronome(metered, qtbot):
    metronome = metered.session.player.metronome
    for on in (True, False):
        qtbot.keyClick(metered, Qt.Key.Key_K)
        assert (metronome.on, action(metered, "metronomeAction").isChecked()) == (on, on)
    assert metered.session.message is None


def test_a_recording_without_beats_gets_a_sentence_and_no_clicks(free, qtbot):
    qtbot.keyClick(free, Qt.Key.Key_K)
    assert free.session.message.text.startswith("This recording has no beats for the metronome")
    assert not free.session.player.metronome.on
    assert not action(free, "metronomeAction").isChecked()


def test_the_volume_of_the_clicks_is_chosen_and_remembered(metered, qtbot):
    menu = metered.findChild(QAction, "metronomeAction").associatedObjects()[-1]
    volumes = next(entry.menu() for entry in menu.actions() if entry.text() == "Metronome &Volume").actions()
    assert [entry.isChecked() for entry in volumes] == [False, True, False]
    volumes[2].trigger()
    assert [entry.isChecked() for entry in volumes] == [False, False, True]
    assert metered.session.player.metronome.volume == metered.session.settings.metronome_volume == 1.0


def test_a_bar_is_counted_before_the_piece_plays(metered, qtbot):
    qtbot.keyClick(metered, Qt.Key.Key_K, Qt.KeyboardModifier.ShiftModifier)
    player = metered.session.player
    assert (player.playing, player.metronome.counting) == (True, True)
    qtbot.keyClick(metered, Qt.Key.Key_Space)
    assert (player.playing, player.metronome.counting) == (False, False)


def test_who_wants_to_tap_is_offered_a_count(free, qtbot):
    qtbot.keyClick(free, Qt.Key.Key_T)
    qtbot.mouseClick(free.findChild(QPushButton, "countInOffer"), Qt.MouseButton.LeftButton)
    assert free.session.player.metronome.counting
    assert free.session.player.playing
    free.session.player.pause()
