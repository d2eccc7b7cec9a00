"""Names of chords over the ruler, in the whole window."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QFontMetricsF
from PySide6.QtWidgets import QWidget

from app.lanes.chord_line import ChordLine
from app.playback.side import ORIGINAL, STYLED
from app.system.settings import Settings
from app.theme import palette
from tests.core.arranging.test_arranger import song
from tests.core.parts.test_render import band
from tests.pieces import melody
from tonenet_core.midi.retime import TimeMap

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def opened(window, session, open_piece, tmp_path, qtbot):
    """The window with a tune of 16 bars over C, F, G and C."""
    path = tmp_path / "song.mid"
    path.write_bytes(song())
    open_piece(session, path)
    window.resize(1440, 900)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


@pytest.fixture
def line(opened, session, qtbot):
    """A line of chords of the original."""
    found = ChordLine(session, ORIGINAL, opened)
    found.shown = True
    with qtbot.waitSignal(found.found):
        names(found, opened)
    return found


def names(line, window, width=900):
    return line.texts(window.views.viewport, width, QFontMetricsF(window.font()))


def is_written(ruler):
    """Whether something is written in the uppermost line of a ruler in the colour of chords."""
    picture = ruler.grab().toImage()
    wanted = palette.current().accent_text
    line = range(round(QFontMetricsF(ruler.font()).ascent()))
    return any(picture.pixelColor(x, y).name() == wanted for y in line for x in range(picture.width()))


def test_chords_stand_where_they_begin(line, opened, session):
    viewport, bars = opened.views.viewport, session.original.downbeats_sec
    viewport.show_span(0.0, float(bars[4]))
    found = names(line, opened)
    assert [name for _, name in found] == ["C", "F", "G7", "C"]
    expected = bars[:4] / viewport.span_sec * 900
    assert [x for x, _ in found] == pytest.approx(expected.tolist(), abs=1)
    viewport.show_span(float(bars[1]) + 0.5, float(bars[3]))
    assert names(line, opened)[0] == (0.0, "F")  # which has begun before


def test_only_what_fits_is_written(line, opened):
    opened.views.viewport.show_all()
    assert len(names(line, opened)) == 13  # of 16 bars of which the fourth and the next are one chord
    assert names(line, opened, 60) == []


def test_chords_of_a_result_stand_where_its_bars_are(window, session, open_piece, tmp_path, qtbot):
    path = tmp_path / "band.mid"
    path.write_bytes(band())
    open_piece(session, path)
    found = ChordLine(session, STYLED, window)
    found.shown = True
    with qtbot.waitSignal(found.found):
        names(found, window)
    before = names(found, window)
    piece, later = session.original, TimeMap(np.zeros(1), np.full(1, 0.5))  # half a second behind
    session.player.set_performances(piece, piece, time_map=later, audible=session.player.audible)
    shift = 0.5 / window.views.viewport.span_sec * 900
    assert names(found, window)[1][0] == pytest.approx(before[1][0] + shift)


def test_a_key_shows_the_chords_or_leaves_them_out_and_the_window_remembers_it(opened, qtbot):
    ruler, action = opened.findChild(QWidget, "styledRoll").ruler, opened.findChild(QAction, "chordNamesAction")
    assert action.isChecked()
    qtbot.waitUntil(lambda: is_written(ruler))
    height = ruler.height()
    qtbot.keyClick(opened, Qt.Key.Key_H, SHIFT)
    assert not action.isChecked()
    assert not is_written(ruler)
    assert ruler.height() < height
    assert Settings().shown("chordNames") is False
    qtbot.keyClick(opened, Qt.Key.Key_H, SHIFT)
    assert is_written(ruler)
    assert ruler.height() == height


def test_a_free_recording_has_no_line_of_chords(opened, open_piece, session, tmp_path):
    ruler = opened.findChild(QWidget, "styledRoll").ruler
    height = ruler.height()
    path = tmp_path / "free.mid"
    path.write_bytes(melody(60, metered=False))
    open_piece(session, path)
    assert ruler.height() < height
    assert not is_written(ruler)
