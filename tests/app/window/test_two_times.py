"""The whole window with a result of other times: each side at its own seconds, one place in the music."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from app.dialogs.abx_dialog import AbxDialog
from app.lanes.note_link import NoteLink
from app.panels.performance_panel import PerformancePanel
from app.panels.transport import Transport
from app.theme import palette
from app.views.piano_roll import PianoRoll
from app.widgets.time_text import time_text
from app.window.header import Header
from tests import pieces
from tests.app.stand_in import hover, place_of, settle
from tests.pieces import Note
from tonenet_core.interpretation import TimeInterpretation

BEATS = 32


@pytest.fixture
def breathing_file(tmp_path):
    """Quarter notes to a click, 120 a minute."""
    path = tmp_path / "click.mid"
    notes = [Note(beat * pieces.TICKS, 60 + beat % 12, 60 + beat, 200) for beat in range(BEATS)]
    path.write_bytes(pieces.piece(notes, (0, pieces.time_signature(4, 4))))
    return path


@pytest.fixture
def breathing(session, open_piece, transfer, breathing_file):
    """A session whose result takes its time at the beginning and makes it good at the end."""
    piece = open_piece(session, breathing_file)
    transfer(session, "classical")
    document = session.document.current
    take = document.take
    change = np.linspace(0.3, -0.3, len(piece.beats_sec) - 1)
    none = np.full(len(piece), np.nan)
    time = TimeInterpretation(np.zeros(len(piece)), none, np.zeros(0), log_period=change)
    slow = replace(take, interpretation=replace(take.interpretation, time=time), parts=("dynamics", "timing"))
    session.document.set_history(document.history.add(slow), "styled")
    return session


def rolls(window):
    return [window.findChild(PianoRoll, name) for name in ("originalRoll", "styledRoll")]


def playhead_sec(roll):
    """The second under the line that is painted in the playhead's colour."""
    settle()
    image = roll.canvas.viewport().grab().toImage()
    colour = QColor(palette.current().playhead).rgb()
    columns = [x for x in range(image.width()) if all(image.pixel(x, y) == colour for y in (3, image.height() // 2))]
    assert len(columns) == 1
    return roll.canvas.second_at(columns[0] / image.devicePixelRatio())


def test_each_roll_has_its_notes_its_playhead_and_its_loop_at_its_own_seconds(window, breathing):
    session, (upper, lower) = breathing, rolls(window)
    window.resize(1400, 900)
    upper.viewport.show_all()
    times = session.player.places.time_map
    assert session.sides[1].notes["onset_sec"][16] == pytest.approx(times.at(8.0), abs=2e-3)
    assert times.at(8.0) > 8.5
    QTest.mouseClick(upper.canvas.viewport(), Qt.MouseButton.LeftButton, pos=place_of(upper, 8.0, 100))
    pixel = upper.viewport.span_sec / upper.canvas.viewport().width()
    assert playhead_sec(upper) == pytest.approx(8.0, abs=2 * pixel)
    assert playhead_sec(lower) == pytest.approx(times.at(8.0), abs=3 * pixel)
    drag(lower, times.at(4.0), times.at(6.0))
    places = session.player.places
    assert places.loop_sec("original") == pytest.approx((4.0, 6.0), abs=2 * pixel)  # snapped to beats of its own
    assert places.loop_sec("styled") == pytest.approx((times.at(4.0), times.at(6.0)), abs=2 * pixel)


def test_a_line_leads_from_the_note_under_the_mouse_to_the_same_note_on_the_other_side(window, breathing):
    session, (upper, lower) = breathing, rolls(window)
    link = window.findChild(NoteLink)
    upper.viewport.show_all()
    settle()
    assert link.isHidden()
    before, after = session.sides
    row = 16
    there = int(np.flatnonzero(session.order == row)[0])
    ends = [(upper, before.notes[row]), (lower, after.notes[there])]
    for roll, note in ends:
        hover(roll, place_of(roll, float(note["onset_sec"]) + 0.1, float(note["pitch"])))
        assert link.isVisible()
        for point, (canvas, each) in zip((link.line.p1(), link.line.p2()), ends, strict=True):
            wanted = place_of(canvas, float(each["onset_sec"]), float(each["pitch"]))
            found = link.mapTo(window, point.toPoint()) - canvas.canvas.viewport().mapTo(window, QPoint(0, 0))
            assert (found - wanted).manhattanLength() <= 2
        hover(roll, place_of(roll, 8.0, 100))
        assert link.isHidden()
    session.transfers.set_strength(0.0)
    hover(upper, place_of(upper, 8.1, float(before.notes[row]["pitch"])))
    assert link.isHidden()  # nothing has moved


def test_the_performance_panel_tells_the_tempo_of_both_sides(window, breathing, qtbot):
    panel = window.findChild(PerformancePanel)
    qtbot.waitUntil(lambda: breathing.idle)

    def tempos():
        return next([row[1].text(), row[2].text()] for row in panel.rows if row[0].text() == "Tempo")

    qtbot.waitUntil(lambda: tempos()[1] not in ("–", tempos()[0]), timeout=20_000)
    assert tempos()[0] == "120"
    slow, fast = map(int, tempos()[1].split("–"))
    assert slow < 100
    assert fast > 140


def test_a_blind_comparison_shows_the_same_figures_whichever_side_is_heard(window, breathing):
    player = breathing.player
    player.seek(4.0)
    length, loop = player.duration_sec, (2.0, 12.0)
    player.set_loop(loop)
    dialog = AbxDialog(breathing, window)
    dialog.begin()
    player.pause()
    here = player.position_sec
    for letter in "ABXBAX":
        dialog.hear(letter)
        # Once it is scheduled a length is a whole number of blocks of the synthesizer, 1.5 ms each, at the tempo there.
        assert player.duration_sec == pytest.approx(length, abs=5e-3)
        assert player.loop == pytest.approx(loop)
        assert player.position_sec == pytest.approx(here, abs=1e-3)
    dialog.reject()
    assert breathing.side == "styled"


def drag(roll, begin, end):
    canvas = roll.canvas.viewport()
    first, last = place_of(roll, begin, 100), place_of(roll, end, 100)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=first)
    QTest.mouseMove(canvas, first + QPoint(40, 0))
    QTest.mouseMove(canvas, last)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=last)


def test_the_bar_at_the_bottom_and_the_title_follow_the_side_that_sounds(window, breathing):
    session, player = breathing, breathing.player
    bar, times = window.findChild(Transport), player.places.time_map
    player.seek(8.0, "original")
    assert bar.position_label.text() == time_text(times.at(8.0))
    length = player.duration_sec
    QTest.keyClick(window, Qt.Key.Key_Tab)
    assert session.side == "original"
    assert bar.position_label.text() == "0:08.0"
    assert bar.position_slider.value() == pytest.approx(8000, abs=1)
    assert bar.position_slider.maximum() == pytest.approx(1000 * times.inverse.at(length), abs=2)
    assert time_text(player.duration_sec, tenths=False) in window.findChild(Header).facts.text()
    bar.position_slider.setFocus()
    QTest.keyClick(bar.position_slider, Qt.Key.Key_Right)
    assert player.places.position_sec("styled") == pytest.approx(times.at(9.0), abs=2e-3)


def test_a_slider_that_moves_keeps_the_place_in_the_music(window, breathing):
    session = breathing
    session.player.seek(8.0, "original")
    session.transfers.set_strength(0.5)
    half = session.player.places.time_map
    assert session.player.position_sec == pytest.approx(half.at(8.0), abs=1e-3)
    session.transfers.set_strength(0.0)
    assert session.player.places.time_map is None
    assert session.player.position_sec == pytest.approx(8.0, abs=1e-3)
    session.transfers.undo()
    assert session.player.position_sec == pytest.approx(session.player.places.time_map.at(8.0), abs=1e-3)


def test_solo_and_the_level_match_leave_the_place_alone(window, breathing):
    session = breathing
    session.player.seek(8.0, "original")
    there = session.player.position_sec
    session.listening.set_solo(True)
    assert session.player.position_sec == there
    assert session.player.places.position_sec("original") == pytest.approx(8.0, abs=1e-3)


def test_the_views_turn_no_page_because_the_other_side_is_heard(window, breathing):
    session, (upper, _) = breathing, rolls(window)
    session.player.seek(1.0)
    viewport = upper.viewport
    viewport.zoom(0.2, 1.0)
    viewport.pan(5.0)
    assert not viewport.following
    session.player.seek(8.0, "original")
    viewport.pan(0.1)
    before = viewport.start_sec
    session.toggle_side()
    assert viewport.start_sec == before
