"""Pedal states: by cluster, with the foot a little early or late."""

import numpy as np
import pytest

from tonenet_core.performance import PEDAL_DTYPE
from tonenet_core.timing.pedal_states import find_states

TIMES = np.array([1.0, 2.0, 3.0, 4.0])


def states(*messages):
    return find_states(TIMES, np.array(list(messages), PEDAL_DTYPE))


def test_a_pedal_that_is_changed_with_each_chord():
    found = states((1.1, 127), (1.97, 0), (2.1, 127), (3.02, 30))

    assert found.is_down.tolist() == [True, True, False, False]
    assert found.is_pressed.tolist() == [True, True, False, False]
    assert found.press_sec[:2] == pytest.approx([0.1, 0.1])
    assert found.lift_sec[1:3] == pytest.approx([-0.03, 0.02])
    assert np.isnan(found.lift_sec[[0, 3]]).all()


def test_a_pedal_that_is_held_over_is_pressed_once():
    found = states((0.5, 90), (3.5, 10))

    assert found.is_down.tolist() == [True, True, False, False]
    assert not found.is_pressed.any()
    assert found.lift_sec[2] == pytest.approx(0.5)


def test_what_is_pressed_and_lifted_within_a_span_counts_for_nothing():
    found = states((2.1, 127), (2.4, 0))

    assert not found.is_down.any()
    assert np.isnan(found.press_sec).all()
    assert np.isnan(found.lift_sec).all()


def test_without_messages_it_is_up():
    found = find_states(TIMES, np.zeros(0, PEDAL_DTYPE))

    assert not found.is_down.any()
    assert not len(found.span)
    assert not len(find_states(np.zeros(0), np.zeros(0, PEDAL_DTYPE)).is_down)
