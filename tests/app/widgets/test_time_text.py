"""One clock for the whole window."""

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from app.widgets.time_axis import labels
from app.widgets.time_text import time_left, time_text
from app.window.header import Header
from tests.app.stand_in import hover, place_of
from tests.pieces import Note, piece


@pytest.mark.parametrize(
    ("sec", "text"),
    [
        (-1, "0:00.0"),
        (0, "0:00.0"),
        (0.1 + 0.2, "0:00.3"),
        (20.64, "0:20.6"),
        (59.99, "0:59.9"),
        (186, "3:06.0"),
        (3786.5, "1:03:06.5"),
        (7261.5, "2:01:01.5"),
    ],
)
def test_a_moment_in_tenths(sec, text):
    assert time_text(sec) == text


@pytest.mark.parametrize(("sec", "text"), [(186, "3:06"), (59.7, "0:59"), (3600, "1:00:00")])
def test_a_moment_in_seconds(sec, text):
    assert time_text(sec, tenths=False) == text


@pytest.mark.parametrize("start", [0.0, 59.0, 3599.0])
@pytest.mark.parametrize("span", [1.0, 10.0, 1000.0])
def test_the_labels_of_an_axis_are_the_moments_that_they_stand_at(start, span):
    for second, text in labels(start, start + span, 600):
        assert text in (time_text(second), time_text(second, tenths=False))


def test_the_time_left():
    assert time_left(None) == ""
    assert time_left(0.2) == "about 1 s left"
    assert time_left(600) == "about 10 min left"


@pytest.fixture
def almost_a_minute(tmp_path):
    """A piece of 59.7 s whose last note starts at 58.76 s (480 ticks a beat, 120 beats a minute)."""
    path = tmp_path / "minute.mid"
    path.write_bytes(piece([Note(0, 60), Note(round(58.76 * 960), 72, ticks=round(0.94 * 960))]))
    return path


def test_header_transport_ruler_and_hover_show_the_same_clock(window, session, open_piece, almost_a_minute):
    opened = open_piece(session, almost_a_minute)
    assert opened.duration_sec == pytest.approx(59.7, abs=0.01)
    assert "0:59" in window.findChild(Header).facts.text()
    assert window.findChild(QLabel, "durationLabel").text() == "0:59"
    onset = float(opened.notes["onset_sec"][-1])
    session.player.seek(onset)
    roll = window.findChild(QWidget, "originalRoll")
    roll.viewport.show_all()
    hover(roll, place_of(roll, onset + 0.4, 72))
    assert window.findChild(QLabel, "positionLabel").text() == "0:58.7"
    assert "0:58.7" in roll.readout()
    assert (55.0, "0:55") in labels(50.0, 60.0, 700.0)


def test_a_pedal_that_is_held_after_the_last_note_counts_in_both_clocks(window, session, open_piece, tmp_path, qtbot):
    """What is played is longer than the notes as soon as the player has read the file."""
    path = tmp_path / "pedal.mid"
    pedal = (round(2.5 * 960), bytes([0xB0, 64, 127])), (round(10.2 * 960), bytes([0xB0, 64, 0]))
    path.write_bytes(piece([Note(0, 60), Note(960, 72)], *pedal))
    notes_sec = open_piece(session, path).duration_sec
    session.player.play()
    qtbot.waitUntil(lambda: session.player.duration_sec > notes_sec + 1, timeout=20_000)
    shown = window.findChild(QLabel, "durationLabel").text()
    assert shown != time_text(notes_sec, tenths=False)
    assert shown in window.findChild(Header).facts.text().split("  ·  ")
