from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonenet_core.encoding.grid import SOUNDING, STRUCK, Grid, encode
from tonenet_core.performance import NOTE_DTYPE

NO_BEATS = np.zeros(0)


@dataclass
class Piece:
    notes: np.ndarray
    beats_sec: np.ndarray


def piece(rows, beats=NO_BEATS):
    return Piece(np.array(sorted(rows), dtype=NOTE_DTYPE), np.asarray(beats, dtype=np.float64))


rows = st.lists(
    st.tuples(
        st.floats(0, 30, allow_nan=False), st.floats(0, 5, allow_nan=False), st.integers(21, 108), st.integers(1, 127)
    ),
    max_size=60,
)
beat_lists = st.lists(st.floats(0.05, 2.0), min_size=0, max_size=40).map(np.cumsum)


@given(rows, beat_lists, st.sampled_from([1, 4, 12]))
def test_velocities_come_back_exactly(rows, beats, steps_per_beat):
    encoding = encode(piece(rows, beats), Grid(steps_per_beat))

    assert np.array_equal(encoding.decode(encoding.velocity_matrix), encoding.velocity_of_note)


@given(rows, beat_lists)
def test_every_note_is_struck_in_its_own_cell(rows, beats):
    encoding = encode(piece(rows, beats), Grid())
    notes, velocities = encoding.note_matrix, encoding.velocity_matrix

    assert notes.shape == (encoding.steps, 88, 2)
    assert np.all(notes[encoding.step_of_note, encoding.key_of_note] == [1, 1])
    assert np.array_equal(velocities > 0, notes[..., STRUCK] == 1)
    assert not np.any((notes[..., STRUCK] == 1) & (notes[..., SOUNDING] == 0))


@given(rows, st.integers(-5, 100), st.integers(0, 150))
def test_a_part_of_the_matrices_is_a_slice_of_the_whole(rows, start, length):
    encoding = encode(piece(rows), Grid())
    start = max(start, 0)
    whole_notes, whole_velocities = encoding.note_matrix, encoding.velocity_matrix
    inside = slice(start, min(start + length, encoding.steps))
    count = max(inside.stop - start, 0)

    assert np.array_equal(encoding.notes_between(start, start + length)[:count], whole_notes[inside][:count])
    assert np.array_equal(encoding.velocities_between(start, start + length)[:count], whole_velocities[inside][:count])
    assert not encoding.notes_between(start, start + length)[count:].any()


def test_struck_sustained_off():
    encoding = encode(piece([(0.0, 0.375, 60, 80), (0.5, 0.125, 60, 90)]), Grid(step_sec=0.125))

    states = encoding.note_matrix[:6, 60 - 21].tolist()
    assert states == [[1, 1], [0, 1], [0, 1], [0, 0], [1, 1], [0, 0]]
    assert encoding.velocity_matrix[:6, 60 - 21].tolist() == [80, 0, 0, 0, 90, 0]


def test_a_note_struck_again_while_it_sounds_is_struck_again():
    encoding = encode(piece([(0.0, 1.0, 60, 80), (0.5, 0.125, 60, 90)]), Grid(step_sec=0.25))

    assert encoding.note_matrix[:4, 60 - 21].tolist() == [[1, 1], [0, 1], [1, 1], [0, 1]]


def test_metered_steps_follow_the_tempo():
    beats = [0.0, 1.0, 2.0, 2.5, 3.0]  # the tempo doubles
    onsets = [0.0, 0.5, 1.0, 2.0, 2.25, 2.5]
    encoding = encode(piece([(onset, 0.1, 60, 64) for onset in onsets], beats), Grid(steps_per_beat=4))

    assert encoding.step_of_note.tolist() == [0, 2, 4, 8, 10, 12]


def test_twelve_steps_keep_swing_where_four_flatten_it():
    swing = piece([(0.0, 0.1, 60, 64), (1 / 3, 0.1, 62, 64), (0.5, 0.1, 64, 64)], [0.0, 0.5, 1.0])

    fine = encode(swing, Grid(steps_per_beat=12))
    assert fine.step_of_note.tolist() == [0, 8, 12]
    onset_error = np.abs(fine.step_times_sec[fine.step_of_note] - swing.notes["onset_sec"])
    assert onset_error.max() < 1e-9


def test_notes_before_the_first_and_after_the_last_beat_have_cells():
    encoding = encode(piece([(0.1, 0.1, 60, 64), (9.0, 1.0, 60, 64)], [1.0, 1.5, 2.0]), Grid())

    times = encoding.step_times_sec
    assert times[0] <= 0.1
    assert times[-1] >= 10.0
    assert np.all(np.diff(times) > 0)


def test_two_notes_in_one_cell_read_it_and_keep_their_distance():
    encoding = encode(piece([(0.0, 0.01, 60, 50), (0.02, 0.01, 60, 70)]), Grid(step_sec=0.125))
    louder = encoding.velocity_matrix
    louder[louder > 0] += 10

    assert encoding.velocity_matrix.max() == 70
    assert sorted(encoding.decode(louder).tolist()) == [60, 80]


def test_a_piece_without_notes_has_empty_matrices():
    encoding = encode(piece([]), Grid())

    assert not encoding.note_matrix.any()
    assert len(encoding.decode(encoding.velocity_matrix)) == 0


@pytest.mark.parametrize("grid", [Grid(4), Grid(12)])
def test_a_long_piece_costs_no_more_than_its_steps(grid):
    encoding = encode(piece([(10_000.0, 0.5, 60, 64)]), grid)

    assert encoding.steps == pytest.approx(10_000.5 / grid.step_sec, abs=2)
    assert encoding.notes_between(encoding.steps - 10, encoding.steps).sum() > 0
