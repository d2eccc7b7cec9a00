import numpy as np
import pytest

from app.theme import palette
from app.views.colour_range import LEAST_SPAN, colour_range
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
