"""Velocities set by hand: what they change, and in which bytes."""

import numpy as np
import pytest

from tests.pieces import Note, melody, midi, note_events, track
from tonenet_core.editing.edits import NO_EDITS, Edits
from tonenet_core.midi import parse_midi
from tonenet_core.midi.tracks import choose_tracks


@pytest.fixture(scope="module")
def performance():
    return parse_midi(melody(8, seed=1), "melody.mid")


def rows(*notes):
    return np.array(notes, np.int64)


def test_only_the_velocity_bytes_of_edited_notes_differ(performance):
    edited = NO_EDITS.set(rows(5, 2), [127, 1]).apply(performance)
    expected = bytearray(performance.source)
    expected[performance.velocity_offsets[5]], expected[performance.velocity_offsets[2]] = 127, 1
    assert edited.to_bytes() == bytes(expected)
    assert NO_EDITS.apply(performance) is performance


def test_a_note_that_is_set_again_has_its_last_velocity():
    edits = NO_EDITS.set(rows(4, 1), [40, 10]).set(rows(4, 2), [90.4, -3])
    assert (edits.notes.tolist(), edits.velocities.tolist()) == ([1, 2, 4], [10, 1, 90])
    assert NO_EDITS.set(rows(3, 1), 64).velocities.tolist() == [64, 64]


def test_edits_are_taken_back_note_by_note():
    edits = NO_EDITS.set(rows(1, 2, 4), [10, 20, 40])
    left = edits.without(rows(2, 7))
    assert (left.notes.tolist(), left.velocities.tolist()) == ([1, 4], [10, 40])
    assert len(left.without(rows(1, 4))) == 0


def test_edits_follow_their_notes_to_another_choice_of_tracks():
    lower, higher = ([Note(place * 240, pitch + place) for place in range(3)] for pitch in (40, 60))
    both = parse_midi(midi(track(note_events(lower)), track(note_events(higher))), "two.mid")
    upper = choose_tracks(both, (2,))
    of_upper = np.flatnonzero(both.notes["pitch"] >= 60)
    edits = NO_EDITS.set(np.array([0, of_upper[1]]), [11, 99])
    there = edits.moved(both, upper)
    assert (there.notes.tolist(), there.velocities.tolist()) == ([1], [99])
    back = there.moved(upper, both)
    assert (back.notes.tolist(), back.velocities.tolist()) == ([of_upper[1]], [99])


@pytest.mark.parametrize(
    ("notes", "velocities"), [([2, 1], [5, 5]), ([1, 1], [5, 5]), ([-1], [5]), ([1], [0]), ([1], [128]), ([1], [5, 6])]
)
def test_what_is_no_edit_is_refused(notes, velocities):
    with pytest.raises(ValueError, match=r"rising notes|1\.\.127"):
        Edits(rows(*notes), np.array(velocities, np.uint8))


def test_edits_of_a_longer_piece_are_refused(performance):
    with pytest.raises(ValueError, match="note 8"):
        NO_EDITS.set(rows(8), 64).apply(performance)
