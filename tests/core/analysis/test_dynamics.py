"""Played, written, random: what the velocities of a piece say of where they come from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonenet_core.analysis.dynamics import add_written_dynamics, classify_dynamics, shift_to_mean

NOTES = 336


def expected():
    """Return what some style would do: a melody over its accompaniment, phrases that swell."""
    index = np.arange(NOTES)
    return 12.0 * (index % 4 == 0) + 8 * np.sin(index / 40)


def played(seed=0):
    return np.clip(np.rint(64 + expected() + np.random.default_rng(seed).normal(0, 8, NOTES)), 1, 127).astype(np.uint8)


def filled(value):
    return np.full(NOTES, value, np.uint8)


def one_off():
    velocity = filled(80)
    velocity[100] = 81
    return velocity


def accented():
    return np.where(np.arange(NOTES) % 16 == 0, 90, 80).astype(np.uint8)


def hands():
    return np.where(np.arange(NOTES) % 4 == 0, 80, 64).astype(np.uint8)


def plateaus():
    return np.repeat([49, 96, 64, 80], NOTES // 4).astype(np.uint8)


def hairpins():
    """Return crescendos as notation programs write them: a step a beat, the same for all its notes."""
    return np.repeat(np.linspace(40, 100, NOTES // 8), 8).astype(np.uint8)


@pytest.mark.parametrize("velocity", [filled(80), one_off(), accented(), hands(), plateaus(), hairpins()])
def test_a_page_is_written(velocity):
    assert classify_dynamics(velocity, [expected()]) == "written"


def test_what_a_player_did_is_played():
    assert classify_dynamics(played(), [expected()]) == "played"


@pytest.mark.parametrize("seed", range(5))
def test_a_humanised_page_is_random(seed):
    velocity = np.rint(np.random.default_rng(seed).normal(80, 6, NOTES)).astype(np.uint8)
    assert classify_dynamics(velocity, [expected(), -expected()[::-1]]) == "random"
    assert classify_dynamics(velocity) == "played"  # nobody knows what would be played


def test_a_soft_player_is_no_random_number():
    soft = np.rint(50 + (played().astype(float) - 64) * 0.4).astype(np.uint8)
    assert soft.std() < 8
    assert classify_dynamics(soft, [expected()]) == "played"


@pytest.mark.parametrize("velocity", [[], [64], [64, 64]])
def test_the_smallest_pieces_are_written(velocity):
    assert classify_dynamics(np.array(velocity, np.uint8)) == "written"


def test_a_short_phrase_with_different_velocities_is_played():
    assert classify_dynamics(np.array([60, 70, 64, 58], np.uint8)) == "played"


def test_plateaus_and_accents_stay_and_nothing_is_added_twice():
    shape = expected() - expected().mean()
    assert np.array_equal(add_written_dynamics(shape, filled(80)), shape)
    loud, soft = (slice(84, 168), slice(0, 84))
    level = add_written_dynamics(shape, plateaus())
    assert level[loud].mean() - level[soft].mean() == pytest.approx(47, abs=8)
    both = add_written_dynamics(shape, hands())
    melody = np.arange(NOTES) % 4 == 0
    assert both[melody].mean() - both[~melody].mean() == pytest.approx(16, abs=2)  # the larger of 16 and 12


@given(st.lists(st.integers(1, 127), min_size=1, max_size=60))
def test_any_page_keeps_the_loudness_of_the_piece(velocity):
    shape = np.sin(np.arange(len(velocity)))
    added = add_written_dynamics(shape - shape.mean(), np.array(velocity, np.uint8))
    assert added.mean() == pytest.approx(0, abs=1e-9)


@given(st.lists(st.floats(-60, 190), min_size=1, max_size=60), st.floats(1, 127))
def test_a_shift_meets_any_mean_and_keeps_the_order(velocity, mean):
    shifted = shift_to_mean(np.array(velocity), mean)
    assert np.clip(shifted, 1, 127).mean() == pytest.approx(mean, abs=1e-6)
    assert np.ptp(shifted - np.array(velocity)) < 1e-9


def test_no_notes_have_no_mean():
    assert len(shift_to_mean(np.zeros(0), 64)) == 0
