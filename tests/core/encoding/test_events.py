import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pieces import Note, melody, piece
from tests.training_pieces import scale_piece
from tonenet_core.encoding.events import FEATURES, METRE, PEDAL, encode_events
from tonenet_core.midi import parse_midi
from tonenet_core.performance import NOTE_DTYPE, PEDAL_DTYPE, TrainingPiece


def notes_of(rows, beats=(), downbeats=(), pedal=()):
    """A piece of (onset, duration, pitch) rows."""
    notes = np.zeros(len(rows), NOTE_DTYPE)
    for row, (onset, duration, pitch) in zip(notes, rows, strict=True):
        row["onset_sec"], row["duration_sec"], row["pitch"] = onset, duration, pitch
    notes["velocity"] = 64
    return TrainingPiece(
        notes,
        np.array(beats, float),
        np.array(downbeats, float),
        np.array(list(pedal), PEDAL_DTYPE),
        "jazz",
        "rules",
        "x",
    )


def column(found, name):
    return found[:, FEATURES.index(name)]


CHORD = [(0.0, 1.0, 48), (0.01, 1.0, 55), (0.03, 0.5, 64), (0.5, 0.4, 67), (1.0, 0.4, 50)]


def test_a_row_a_note_and_a_column_a_feature():
    assert encode_events(scale_piece("jazz")).shape == (16, len(FEATURES))
    assert len(set(FEATURES)) == len(FEATURES)
    assert set(METRE) | set(PEDAL) < set(FEATURES)


@pytest.mark.parametrize("rows", [[], [(0.0, 0.0, 21)], [(0.0, 0.0, 108), (0.0, 0.0, 108)]])
def test_the_smallest_pieces(rows):
    found = encode_events(notes_of(rows))

    assert found.shape == (len(rows), len(FEATURES))
    assert np.isfinite(found).all()


def test_nothing_of_the_velocities_is_seen():
    assert np.array_equal(
        encode_events(scale_piece("jazz", velocity=1)), encode_events(scale_piece("jazz", velocity=127))
    )


def test_chords():
    found = encode_events(notes_of(CHORD))

    assert column(found, "is_bottom").tolist() == [1, 0, 0, 1, 1]
    assert column(found, "is_top").tolist() == [0, 0, 1, 1, 1]
    assert (column(found, "rank_from_bottom") * 2).tolist() == [0, 1, 2, 0, 0]
    assert (column(found, "chord_lag") * 0.02).tolist() == pytest.approx([0, 0.01, 0.03, 0, 0])
    assert (column(found, "chord_size") * 2 + 2).tolist() == [3, 3, 3, 1, 1]
    assert (column(found, "top_to_next")[:4] * 8).tolist() == [3, 3, 3, -17]


def test_gaps_are_between_chords_not_between_their_notes():
    found = encode_events(notes_of(CHORD))
    seconds = 0.5 * 2.0 ** (2 * column(found, "log_gap_after"))

    assert seconds[:4].tolist() == pytest.approx([0.5, 0.5, 0.5, 0.5], rel=1e-5)


def test_where_in_beat_and_bar():
    found = encode_events(notes_of(CHORD, beats=[0, 1, 2], downbeats=[0, 2]))

    assert column(found, "beat_cos_1")[[0, 3, 4]].tolist() == pytest.approx([1, -1, 1], abs=1e-6)
    assert column(found, "bar_cos_1")[[0, 4]].tolist() == pytest.approx([1, -1], abs=1e-6)


def test_a_free_recording_has_no_metre_and_a_dry_one_no_pedal():
    found = encode_events(notes_of(CHORD))

    assert all(not column(found, name).any() for name in (*METRE, *PEDAL))


def test_pedal():
    found = encode_events(notes_of(CHORD, pedal=[(0.25, 127), (0.75, 0)]))

    assert column(found, "pedal")[0] < column(found, "pedal")[3]
    assert column(found, "pedal")[4] == column(found, "pedal")[0]
    assert 0.5 * 2.0 ** (2 * column(found, "log_since_pedal")[3]) == pytest.approx(0.25, rel=1e-5)


def test_the_same_key_again():
    found = encode_events(notes_of([(0, 0.1, 60), (0.5, 0.1, 61), (1.0, 0.1, 60)]))

    assert 0.5 * 2.0 ** (2 * column(found, "log_since_same_key")[2]) == pytest.approx(1.0, rel=1e-5)


@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(21, 108), st.integers(0, 2000)), min_size=1, max_size=40))
def test_any_piece_gives_finite_rows_near_zero(rows):
    performance = parse_midi(piece([Note(start, pitch, 64, ticks) for start, pitch, ticks in rows]), "x.mid")
    found = encode_events(performance)

    assert found.shape == (len(performance), len(FEATURES))
    assert np.isfinite(found).all()
    assert np.abs(found).max() < 16


def test_a_performance_and_a_training_piece_are_seen_alike():
    performance = parse_midi(melody(50), "melody.mid")
    same = TrainingPiece(
        performance.notes, performance.beats_sec, performance.downbeats_sec, performance.pedal, "jazz", "x", "x"
    )

    assert np.array_equal(encode_events(performance), encode_events(same))
