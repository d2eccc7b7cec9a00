"""Labels of bars and beats on the time axis."""

from dataclasses import replace

import numpy as np
import pytest

from app.widgets.time_axis import bar_and_beat, bar_labels
from tests.app.stand_in import piece

BEATS = np.arange(0, 32.5, 0.5)  # bars of four beats, two seconds each


@pytest.fixture
def metered():
    return piece((0, 1, 60, 64), (30, 2, 60, 64), beats=BEATS)


def test_bars_are_counted_from_one_and_thinned_to_every_second_or_fourth(metered):
    assert bar_labels(metered, 0, 10, 400) == [(0, "1"), (2, "2"), (4, "3"), (6, "4"), (8, "5")]
    assert bar_labels(metered, 0, 32, 250) == [(0, "1"), (8, "5"), (16, "9"), (24, "13")]
    assert bar_labels(metered, 5, 15, 100) == [(8, "5")]


def test_beats_are_named_where_they_have_room(metered):
    assert bar_labels(metered, 1.4, 3.2, 400) == [(1.5, "1:4"), (2, "2:1"), (2.5, "2:2"), (3, "2:3")]
    assert bar_and_beat(metered, 2.9) == "2:2"


def test_a_pickup_is_the_end_of_bar_0(metered):
    upbeat = replace(metered, downbeats_sec=BEATS[2::4].copy())
    assert bar_labels(upbeat, 0, 2, 400) == [(0, "0:3"), (0.5, "0:4"), (1, "1:1"), (1.5, "1:2")]


def test_a_piece_without_beats_has_no_bars():
    free = piece((0, 1, 60, 64))
    assert bar_and_beat(free, 1.0) == ""
