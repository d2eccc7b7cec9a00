import numpy as np
import pytest

from tonenet_core.analysis.beat_metrics import amlt, cmlt, f_measure

MARKED = 1.0 + 0.5 * np.arange(21)


def test_beats_that_are_right_are_right_by_all_measures():
    found = MARKED + 0.02
    assert (f_measure(MARKED, found), cmlt(MARKED, found), amlt(MARKED, found)) == (1, 1, 1)


def test_a_beat_is_matched_once_and_within_70_ms():
    assert f_measure(MARKED, MARKED + 0.071) == 0
    twice = np.sort(np.concatenate([MARKED, MARKED + 0.01]))
    assert f_measure(MARKED, twice) == pytest.approx(2 / 3)
    assert f_measure(MARKED, MARKED[:7]) == pytest.approx(2 * 7 / 28)
    assert f_measure(np.array([1.0, 1.1]), np.array([0.95, 1.05])) == 1


def test_another_level_is_no_mistake_of_amlt():
    double, half = 1.0 + 0.25 * np.arange(41), MARKED[::2]
    for found in (double, half, MARKED[:-1] + 0.25):
        assert cmlt(MARKED, found) < 0.1
        assert amlt(MARKED, found) > 0.9
    assert f_measure(MARKED, double) == pytest.approx(2 * 21 / 62)


def test_continuity_is_lost_where_the_tempo_is_wrong():
    wrong = MARKED.copy()
    wrong[10] += 0.2
    assert cmlt(MARKED, wrong) == pytest.approx(19 / 21)
    assert cmlt(MARKED, MARKED * 1.25) < 0.3


def test_nothing_found():
    nothing = np.zeros(0)
    assert (f_measure(MARKED, nothing), cmlt(MARKED, nothing), amlt(MARKED, nothing)) == (0, 0, 0)
    assert (f_measure(nothing, MARKED), amlt(nothing, MARKED)) == (0, 0)
