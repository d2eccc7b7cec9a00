"""Shapes of velocities: their right values, and what holds for all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tonenet_core.editing.shapes import chords_in_proportion, compress, level, line, rounded, scale, shift

VELOCITIES = st.lists(st.integers(1, 127), max_size=12).map(lambda values: np.array(values, np.uint8))


def of(*values):
    return np.array(values, np.uint8)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (shift(of(10, 64, 120), 10), [20, 74, 127]),
        (shift(of(10, 64, 120), -12), [1, 52, 108]),
        (scale(of(10, 60, 100), 1.5), [15, 90, 127]),
        (scale(of(10, 60, 100), 0.0), [1, 1, 1]),
        (level(of(40, 60, 83)), [61, 61, 61]),
        (compress(of(40, 60, 80), 0.5), [50, 60, 70]),
        (compress(of(40, 60, 80), 2.0), [20, 60, 100]),
        (line(np.array([0.0, 1.0, 2.0, 3.0]), (1.0, 40), (2.0, 80)), [40, 40, 80, 80]),
        (line(np.array([1.0, 1.25, 2.0]), (2.0, 80), (1.0, 40)), [40, 50, 80]),
        (line(np.array([1.0, 1.0]), (1.0, 40), (1.0, 80)), [80, 80]),
        (rounded([-4.0, 0.4, 63.5, 500.0]), [1, 1, 64, 127]),
    ],
)
def test_right_values(made, expected):
    assert made.dtype == np.uint8
    assert made.tolist() == expected


def test_chords_keep_their_proportions():
    velocities, chord = of(40, 80, 60, 50, 100), np.array([0, 0, 1, 2, 2])
    notes, values = chords_in_proportion(velocities, chord, np.array([0, 4]), [100, 50])
    assert notes.tolist() == [0, 1, 3, 4]
    assert values.tolist() == [50, 100, 25, 50]


def test_of_several_notes_of_a_chord_the_loudest_wish_counts():
    notes, values = chords_in_proportion(of(40, 80), np.array([0, 0]), np.array([1, 0]), [20, 60])
    assert (notes.tolist(), values.tolist()) == ([0, 1], [30, 60])


def test_no_notes_stay_none():
    none, rows = of(), np.zeros(0, np.intp)
    assert len(shift(none, 4)) == len(level(none)) == 0
    assert [len(part) for part in chords_in_proportion(of(40), np.array([0]), rows, [])] == [0, 0]


@settings(max_examples=50, deadline=None)
@given(VELOCITIES, st.floats(-130, 130), st.floats(0, 3))
def test_what_holds_for_all(velocities, by, factor):
    for made in (shift(velocities, by), scale(velocities, factor), compress(velocities, factor), level(velocities)):
        assert made.shape == velocities.shape
        assert ((made >= 1) & (made <= 127)).all()
        assert (np.diff(made[np.argsort(velocities)].astype(int)) >= 0).all()  # no louder note becomes the softer one
    assert np.array_equal(shift(velocities, 0), velocities)
    assert np.array_equal(scale(velocities, 1), velocities)
    assert np.array_equal(compress(velocities, 1), velocities)
    assert len(set(level(velocities).tolist())) <= 1


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 127), st.integers(0, 3)), min_size=1, max_size=12), st.integers(1, 127))
def test_a_chord_in_proportion_reaches_what_is_wanted(notes, wanted):
    velocities = np.array([velocity for velocity, _ in notes], np.uint8)
    chord = np.sort([number for _, number in notes])
    rows, values = chords_in_proportion(velocities, chord, np.array([0]), [wanted])
    assert rows.tolist() == np.flatnonzero(chord == chord[0]).tolist()
    assert values.max() == wanted
    before = velocities[rows].astype(float)
    assert np.abs(values - np.maximum(before * wanted / before.max(), 1)).max() <= 0.5
