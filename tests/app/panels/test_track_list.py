"""Mute and solo of the open piece's tracks, in the whole window, with what is rendered of them."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QStyle, QTreeWidget, QWidget

from app.background.in_process import InProcess
from app.playback.mixer import Mixer
from app.playback.player import Player
from app.playback.track import CHUNK
from app.session.session import Session
from app.window.main_window import MainWindow
from tests.app.stand_in import no_judge
from tests.pieces import Note, meta, midi, note_events, program, track
from tonenet_core.midi import parse_midi
from tonenet_core.sound.audible import Audible
from tonenet_core.sound.schedule import SAMPLE_RATE

PIANO, BASS, DRUMS = range(3)  # rows
MUTE, SOLO = 2, 3  # columns
CHECKED, UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


@pytest.fixture
def mixer():
    return Mixer()


@pytest.fixture
def session(qtbot, tiny_model, mixer):
    player = Player(audio=False, mixer=mixer)
    session = Session(runner=InProcess(), models=[tiny_model], player=player, load_judge=no_judge)
    yield session
    session.close()


@pytest.fixture
def window(qtbot, session):
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def band_file(tmp_path):
    """A band of which the piano plays in the first second, the bass in the third, the drums in the fifth."""
    path = tmp_path / "band.mid"
    second = 960
    piano = [(0, meta(3, b"Piano")), (0, program(0)), *note_events([Note(0, 60, 90, second // 2)])]
    bass = [(0, meta(3, b"Bass")), (0, program(32, 1)), *note_events([Note(2 * second, 36, 100, second // 2)], 1)]
    drums = note_events([Note(4 * second, 38, 100, second // 2)], 9)
    path.write_bytes(midi(track(piano), track(bass), track(drums)))
    return path


@pytest.fixture
def tracks(window, session, band_file, open_piece, qtbot):
    """The list, shown as a user does."""
    open_piece(session, band_file)
    qtbot.mouseClick(window.findChild(QPushButton, "moreButton"), Qt.MouseButton.LeftButton)
    options = window.findChild(QWidget, "moreOptions")
    qtbot.waitUntil(options.isVisible)
    return options.findChild(QTreeWidget, "trackList")


@pytest.fixture
def heard(qtbot, mixer):
    """Return which of piano, bass and drums sound in what is rendered of a side."""

    def rows(side):
        sound = dict(mixer.sides)[side]
        qtbot.waitUntil(lambda: sound.ready(0, 6 * SAMPLE_RATE), timeout=20_000)
        samples = np.zeros((6 * SAMPLE_RATE // CHUNK * CHUNK, 2), np.float32)
        sound.read(0, samples)
        begins = [2 * row * SAMPLE_RATE for row in (PIANO, BASS, DRUMS)]
        return {row for row, begin in enumerate(begins) if np.abs(samples[begin : begin + SAMPLE_RATE]).max() > 0.01}

    return rows


def click(qtbot, tracks, row, column):
    """Click a box."""
    place = tracks.visualRect(tracks.indexFromItem(tracks.topLevelItem(row), column))
    box = tracks.style().pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth)
    at = QPoint(place.left() + box // 2, place.center().y())
    qtbot.mouseClick(tracks.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_mute_and_solo_are_heard_on_both_sides_and_never_exported(
    window, session, tracks, heard, transfer, band_file, qtbot
):
    assert heard("original") == {PIANO, BASS, DRUMS}
    click(qtbot, tracks, BASS, MUTE)
    assert heard("original") == {PIANO, DRUMS}
    click(qtbot, tracks, BASS, SOLO)
    click(qtbot, tracks, DRUMS, SOLO)
    assert heard("original") == {DRUMS}
    click(qtbot, tracks, BASS, MUTE)
    transfer(session, "classical")
    assert heard("original") == heard("styled") == {BASS, DRUMS}
    solo = window.findChild(QPushButton, "soloButton")
    assert not solo.isChecked()
    for row in (BASS, DRUMS):
        click(qtbot, tracks, row, SOLO)
    assert heard("styled") == {PIANO}  # as is usual once there is a result
    assert solo.isChecked()
    click(qtbot, tracks, PIANO, MUTE)
    assert heard("styled") == set()
    assert session.original.to_bytes() == band_file.read_bytes()
    exported = parse_midi(session.styled.to_bytes(), "exported", [1, 2])
    assert exported.notes["pitch"].tolist() == [60, 36]
    assert exported.velocities.tolist() == [*session.styled.velocities, 100]


def test_the_playback_menu_leads_to_the_tracks_and_the_header_names_what_is_muted(
    window, session, band_file, piece_file, open_piece, qtbot
):
    action, facts = window.findChild(QAction, "tracksAction"), window.findChild(QLabel, "pieceFacts")
    open_piece(session, piece_file)
    assert not action.isEnabled()  # a single track
    open_piece(session, band_file)
    action.trigger()
    tracks = window.findChild(QWidget, "moreOptions").findChild(QTreeWidget, "trackList")
    qtbot.waitUntil(tracks.isVisible)
    assert "muted" not in facts.text()
    click(qtbot, tracks, BASS, MUTE)
    assert "1 track" in facts.text()
    click(qtbot, tracks, DRUMS, MUTE)
    assert facts.text().endswith("2 tracks muted")
    open_piece(session, piece_file)
    assert "muted" not in facts.text()


def test_arrow_keys_and_space_reach_every_box(session, tracks, qtbot):
    while QApplication.focusWidget() is not tracks:
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Space):
        qtbot.keyClick(tracks, key)
    assert session.player.audible == Audible(muted=frozenset({3}))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Space):
        qtbot.keyClick(tracks, key)
    assert session.player.audible == Audible(muted=frozenset({3}), solo=frozenset({2}))
    qtbot.keyClick(tracks, Qt.Key.Key_Space)
    assert session.player.audible == Audible(muted=frozenset({3}))


def test_each_box_has_a_name(tracks):
    reader = QAccessible.queryAccessibleInterface(tracks)
    names = {reader.child(place).text(QAccessible.Text.Name) for place in range(reader.childCount())}
    assert {"Mute: Piano", "Solo: Bass", "Mute: Track 3", "Solo: Track 3"} <= names


def test_mutes_stay_with_other_tracks_to_play_and_end_with_the_piece(
    session, tracks, band_file, open_piece, tmp_path, qtbot
):
    click(qtbot, tracks, PIANO, MUTE)
    click(qtbot, tracks, BASS, 0)
    qtbot.waitUntil(lambda: session.idle and len(session.original) == 2)
    assert session.player.audible.muted == {1}
    other = tmp_path / "other.mid"
    other.write_bytes(band_file.read_bytes())
    open_piece(session, other)
    assert session.player.audible == Audible()
    assert tracks.topLevelItem(PIANO).checkState(MUTE) == UNCHECKED
