import numpy as np
import pytest

from app.theme import palette
from app.views.colour_range import LEAST_SPAN, change_limit, changes_of_steps, colour_range, steps_of_changes
from tests.app.stand_in import piece


def played(*velocities):
    return piece(*((place / 4, 0.2, 60, int(velocity)) for place, velocity in enumerate(velocities)))


def test_without_notes_it_is_all_velocities():
    assert colour_range() == colour_range(None, None) == colour_range(played()) == (1, 127)


def test_it_reaches_over_both_sides():
    assert colour_range(played(*range(40, 57)), played(*range(64, 81))) == (40, 80)


def test_ends_are_rounded_outwards():
    assert colour_range(played(33, 95)) == (32, 96)
    assert colour_range(played(1, 127)) == (1, 127)


def test_a_few_extremes_do_not_take_the_others_colours():
    usual = np.linspace(48, 88, 400)
    assert colour_range(played(2, *usual, 127)) == (48, 88)


@pytest.mark.parametrize("velocity", [1, 3, 64, 100, 127])
def test_a_flat_piece_is_not_blown_up(velocity):
    soft, loud = colour_range(played(*[velocity] * 50))
    assert loud - soft == LEAST_SPAN
    assert 1 <= soft <= velocity <= loud <= 127


def test_each_velocity_in_range_has_a_colour_of_its_own():
    for soft, loud in ((1, 127), (32, 96), (48, 80)):
        for look in palette.THEMES.values():
            colours = look.velocities_between(soft, loud)
            assert len(np.unique(colours, axis=0)) == loud - soft + 1
            assert (colours[:soft] == colours[soft]).all()
            assert (colours[loud:] == colours[loud]).all()


def test_the_scale_of_changes_ends_where_nearly_all_lie():
    assert change_limit(np.array([1, -2, 0], np.int16)) == 12  # small ones look small
    assert change_limit(np.r_[np.full(99, -21), 90].astype(np.int16)) == 24
    assert change_limit(np.empty(0, np.int16)) == 12


def test_larger_changes_have_higher_steps_whichever_way_they_go():
    changes = np.array([0, -1, 1, -2, 2, -127, 127], np.int16)
    steps = steps_of_changes(changes)
    assert steps.tolist() == [0, 1, 2, 3, 4, 253, 254]
    assert changes_of_steps()[steps].tolist() == changes.tolist()
