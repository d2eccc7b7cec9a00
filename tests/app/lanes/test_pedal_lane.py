"""The pedal lane shows the pedal of A above that of B, paler where it is half down."""

import numpy as np
import pytest

from app.lanes.pedal_lane import PedalLane
from tests.app.stand_in import colour_at, hover, piece, place_of, settle, show
from tonenet_core.midi.retime import TimeMap

NOTES = ((0.0, 1.0, 60, 64), (15.0, 5.0, 60, 64))
ROW_A, ROW_B = 1.5, 0.5


@pytest.fixture
def lane(session, viewport, qtbot):
    lane = PedalLane(session, viewport)
    qtbot.addWidget(lane)
    show(lane, height=60)
    return lane


@pytest.fixture
def pedalled(session, lane):
    session.show(piece(*NOTES, pedal=[(2, 127), (4, 0), (6, 40), (8, 0), (14, 127)]), velocities=[64, 64])
    session.styled = piece(*NOTES, pedal=[(10, 90), (12, 0)])
    session.changed.emit()
    settle()
    return lane


def lit(lane, second, row):
    """How far the colour at a place is from that of a place without a pedal."""
    pairs = zip(colour_at(lane, second, row), colour_at(lane, 0.7, row), strict=True)
    return max(abs(one - other) for one, other in pairs)


def test_a_pedal_is_a_bar_in_its_side_s_row_while_it_is_down(pedalled):
    for second, row, down in (
        (3, ROW_A, True),
        (3, ROW_B, False),
        (5, ROW_A, False),
        (11, ROW_B, True),
        (11, ROW_A, False),
    ):
        assert (lit(pedalled, second + 0.13, row) > 60) == down, (second, row)
    assert lit(pedalled, 19.3, ROW_A) > 60  # to the end of the notes


def test_a_half_pedal_is_paler(pedalled):
    assert 10 < lit(pedalled, 7.1, ROW_A) < 0.7 * lit(pedalled, 3.1, ROW_A)


def test_a_short_lift_is_seen(session, lane):
    session.show(piece(*NOTES, pedal=[(2, 127), (5.0, 0), (5.005, 127), (9, 0)]))
    shades = [lit(lane, 5 + shift / 100, ROW_A) for shift in range(-12, 13)]
    assert min(shades) < 20 < 60 < max(shades)


def test_hovering_tells_both_values(pedalled):
    hover(pedalled, place_of(pedalled, 11.0, ROW_A))
    assert pedalled.readout() == "0:11.0  ·  A up  ·  B down (90)"
    hover(pedalled, place_of(pedalled, 7.02, ROW_A))
    assert pedalled.readout() == "0:07.0  ·  A half down (40)  ·  B up"
    assert pedalled.accessibleDescription() == "the pedal is used"


def test_a_piece_without_a_pedal_says_so(session, lane):
    session.show(piece(*NOTES))
    assert lane.empty_label.text() == "The pedal is not used in this piece"
    assert lane.empty_label.isVisible()


def test_a_result_s_pedal_stands_at_its_place_in_the_original_s_time(session, pedalled):
    session.player.places.time_map = TimeMap(np.array([0.0, 20.0]), np.array([0.0, 40.0]))
    session.styled = piece(*NOTES, pedal=[(10, 90), (12, 0)])
    session.changed.emit()
    assert lit(pedalled, 5.6, ROW_B) > 60
    assert lit(pedalled, 11.1, ROW_B) < 10
    hover(pedalled, place_of(pedalled, 5.52, ROW_A))
    assert pedalled.readout() == "0:05.5  ·  A up  ·  B down (90)"
