"""Names of chords as musicians write them, on written examples."""

import pytest

from tests.core.timing.written import metered, piece_of
from tonenet_core.harmony.chord_names import name_chords


def named(*chords):
    """The names of chords of four beats each."""
    piece = metered([(4 * place, 4, key) for place, chord in enumerate(chords) for key in chord])
    return [(chord.begin_sec, chord.name) for chord in name_chords(piece)]


@pytest.mark.parametrize(
    ("chord", "name"),
    [
        ((48, 60, 64, 67), "C"),
        ((48, 60, 63, 67, 70), "Cm7"),
        ((45, 60, 65, 69), "F/A"),
        ((56, 64, 68, 71, 76), "E/G♯"),
        ((58, 62, 65, 68), "B♭7"),
        ((47, 62, 65, 69), "Bm7♭5"),
    ],
)
def test_a_chord_has_its_usual_name_and_another_bass_after_a_stroke(chord, name):
    assert named(chord) == [(0.0, name)]


def test_chords_follow_each_other_and_one_that_is_repeated_is_named_once():
    c, f, g = (48, 60, 64, 67), (41, 60, 65, 69), (43, 59, 62, 67)
    assert named(c, c, f, g, c) == [(0.0, "C"), (4.0, "F"), (6.0, "G"), (8.0, "C")]


def test_a_bass_that_comes_to_the_root_is_none_over_a_stroke():
    chord = [(0, 4, key) for key in (64, 67, 72)]
    walking = metered([*chord, (0, 1, 52), (1, 1, 48), (2, 1, 43), (3, 1, 48)])
    assert [each.name for each in name_chords(walking)] == ["C"]


def test_without_beats_or_notes_there_are_none():
    assert name_chords(piece_of([(0.0, 1.0, key, 64) for key in (48, 64, 67)])) == ()
    assert name_chords(metered([])) == ()
