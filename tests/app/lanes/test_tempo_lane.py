"""The tempo lane shows the beats of both sides, a step a beat."""

import numpy as np
import pytest
from PySide6.QtGui import QColor

from app.lanes.tempo_curve import tempo_curve, tempo_range
from app.lanes.tempo_lane import TempoLane
from app.theme import palette
from tests.app.stand_in import colour_at, hover, long_piece, piece, place_of, settle, show
from tonenet_core.midi.retime import TimeMap

GREY, ACCENT = (QColor(colour).getRgb()[:3] for colour in (palette.DARK.before, palette.DARK.accent))
NOTES = ((0.0, 1.0, 60, 64), (15.0, 5.0, 60, 64))
STEADY = np.arange(0, 20.5, 0.5)  # 120 a minute
SLOWER = np.concatenate([np.arange(0, 10, 0.5), np.arange(10, 21, 0.75)])  # 80 from 10 s on


@pytest.fixture
def lane(session, viewport, qtbot):
    lane = TempoLane(session, viewport)
    qtbot.addWidget(lane)
    show(lane, height=80)
    return lane


def show_both(session, before, after):
    session.show(piece(*NOTES, beats=before), velocities=[64, 64])
    session.styled = piece(*NOTES, beats=after)
    session.changed.emit()
    settle()


def row_of(session, tempo):
    slow, fast = tempo_range([tempo_curve(side) for side in session.sides])
    return float(np.log(tempo / slow) / np.log(fast / slow))


def colours_near(lane, second, row):
    """The colours within two pixels above and below a place, clear of the beats' lines."""
    return {colour_at(lane, second, row + shift * 0.015) for shift in range(-2, 3)}


def test_both_curves_stand_at_their_tempos(session, lane):
    show_both(session, STEADY, SLOWER)
    assert ACCENT in colours_near(lane, 3.3, row_of(session, 120))  # over the other
    assert GREY in colours_near(lane, 3.3, row_of(session, 120))
    assert GREY in colours_near(lane, 13.3, row_of(session, 120))
    assert ACCENT in colours_near(lane, 13.3, row_of(session, 80))
    assert not {GREY, ACCENT} & colours_near(lane, 13.3, row_of(session, 98))


def test_a_steady_tempo_lies_in_the_middle_and_is_not_blown_up(session, lane):
    session.show(piece(*NOTES, beats=STEADY))
    assert row_of(session, 120) == pytest.approx(0.5)
    slow, fast = tempo_range([tempo_curve(session.original)])
    assert fast / slow == pytest.approx(1.25)


def test_hovering_tells_bar_time_and_both_tempos(session, lane):
    show_both(session, STEADY, SLOWER)
    hover(lane, place_of(lane, 12.2, 0.5))
    assert lane.readout() == "7:1  ·  0:12.0  ·  120 → 80 a minute"
    hover(lane, place_of(lane, 3.1, 0.5))
    assert lane.readout() == "2:3  ·  0:03.0  ·  120 → 120 a minute"
    assert lane.accessibleDescription() == "mean tempo 120 → 100"


def test_a_piece_without_beats_says_so_in_a_line(session, lane):
    session.show(long_piece())
    assert lane.empty_label.text() == "No beats are known in this piece"
    assert lane.empty_label.isVisible()
    hover(lane, place_of(lane, 12.2, 0.5))
    assert lane.readout() == ""
    session.show(piece(*NOTES, beats=STEADY))
    assert not lane.empty_label.isVisible()


def test_a_crowd_of_beats_shows_its_slowest_and_its_fastest(session, lane):
    beats = np.cumsum(np.tile([0.3, 0.2], 20_000))
    session.show(piece((0.0, 1.0, 60, 64), (beats[-1] - 1, 1, 60, 64), beats=beats))
    lane.viewport.show_all()
    for tempo in (200, 299):
        assert GREY in colours_near(lane, beats[-1] / 2, row_of(session, tempo))


def test_a_result_s_beats_stand_at_their_places_in_the_original_s_time(session, lane):
    session.player.places.time_map = TimeMap(np.array([0.0, 20.0]), np.array([0.0, 30.0]))
    show_both(session, STEADY, STEADY * 1.5)
    assert ACCENT in colours_near(lane, 18.3, row_of(session, 80))
    hover(lane, place_of(lane, 18.2, 0.5))
    assert lane.readout() == "10:1  ·  0:18.0  ·  120 → 80 a minute"
