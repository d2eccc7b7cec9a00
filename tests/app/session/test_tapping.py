"""Tap tempo in the window: T with the beat, a readout, use or discard."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from app.window.message_bar import MessageBar
from tests.pieces import melody


@pytest.fixture
def opened(window, open_piece, tmp_path):
    path = tmp_path / "free.mid"
    path.write_bytes(melody(80, 3, metered=False))
    open_piece(window.session, path)
    return window


def say(window):
    return window.findChild(MessageBar, "messageBar").text()


def tap(window, qtbot, *moments):
    """Press T where the player is at these seconds."""
    player = window.session.player
    player.play()
    for moment in moments:
        player.seek(moment)
        qtbot.keyClick(window, Qt.Key.Key_T)
    player.pause()


def test_t_counts_beats_and_tells_their_tempo_while_the_piece_plays(opened, qtbot):
    qtbot.keyClick(opened, Qt.Key.Key_T)
    assert say(opened) == "Play the piece, and press T with its beat."
    tap(opened, qtbot, 1.0)
    assert say(opened).startswith("1 beat")
    tap(opened, qtbot, 1.5, 2.0, 2.5)
    assert say(opened).startswith("4 beats tapped, 1")
    assert 115 <= opened.session.tapping.beats_a_minute <= 125


def test_tapped_beats_are_used_by_the_piece_and_can_be_discarded(opened, qtbot):
    session = opened.session
    assert not session.original.metered
    tap(opened, qtbot, *(1.0 + 0.5 * beat for beat in range(9)))
    where = session.player.position_sec
    assert where >= 5.0
    qtbot.mouseClick(opened.findChild(QPushButton, "useBeatsOffer"), Qt.MouseButton.LeftButton)
    assert session.original.metered
    assert session.player.position_sec == pytest.approx(where, abs=0.01)
    assert len(session.original.tapped_sec) == 9
    assert session.tapping.taps_sec == []
    qtbot.mouseClick(opened.findChild(QPushButton, "ownBeatsOffer"), Qt.MouseButton.LeftButton)
    assert not session.original.metered
    assert session.player.position_sec == pytest.approx(where, abs=0.01)


def test_taps_are_discarded_by_the_button_a_jump_and_another_piece(opened, qtbot, open_piece, piece_file):
    tapping = opened.session.tapping
    tap(opened, qtbot, 1.0, 1.5)
    qtbot.mouseClick(opened.findChild(QPushButton, "discardBeatsOffer"), Qt.MouseButton.LeftButton)
    assert tapping.taps_sec == []
    assert say(opened) == ""
    tap(opened, qtbot, 3.0, 3.5, 1.0)
    assert len(tapping.taps_sec) == 1
    open_piece(opened.session, piece_file)
    assert tapping.taps_sec == []
