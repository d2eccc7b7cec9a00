"""Melody, bass, chroma, chords and hands on written examples."""

import numpy as np
import pytest

from tests.core.timing.written import metered, piece_of
from tonenet_core.harmony.borders import bar_of_beats, beat_borders, half_bar_borders
from tonenet_core.harmony.chords import find_chords
from tonenet_core.harmony.chroma import bass_rows, chroma_similarity, find_bass, find_chroma
from tonenet_core.harmony.hands import LEFT, RIGHT, is_playable, playable_additions, playable_share, split_hands
from tonenet_core.harmony.melody import find_melody

ALBERTI = (48, 55, 52, 55)


def melody_of(piece):
    return find_melody(piece.notes).pitch.tolist()


def chord_names(piece):
    borders = beat_borders(piece)
    _, places = bar_of_beats(piece, borders)
    chords = find_chords(find_chroma(piece.notes, borders), find_bass(piece.notes, borders), places)
    return [chord and chord.name for chord in chords]


def chords_in_beats(*chords, beats=4):
    return metered([(beats * place, beats, key) for place, chord in enumerate(chords) for key in chord])


# -- melody ---------------------------------------------------------------------------------------------------------


def test_the_melody_is_the_highest_of_the_struck_notes():
    piece = metered([(beat, 1, key) for beat in range(8) for key in (48, 55, 64, 72 + beat)])
    assert melody_of(piece) == [72, 73, 74, 75, 76, 77, 78, 79]


def test_a_held_melody_is_not_replaced_by_the_accompaniment_below():
    tune = [(0, 2, 76), (2, 2, 74), (4, 4, 72)]
    alberti = [(eighth / 2, 0.5, ALBERTI[eighth % 4]) for eighth in range(16)]
    assert melody_of(metered(tune + alberti)) == [76, 74, 72]


def test_a_short_rest_does_not_lead_the_melody_into_the_accompaniment():
    tune = [(beat, 0.4, key) for beat, key in enumerate((76, 74, 72, 74, 76, 77, 79, 76))]
    alberti = [(eighth / 2, 0.5, ALBERTI[eighth % 4]) for eighth in range(16)]
    assert melody_of(metered(tune + alberti)) == [76, 74, 72, 74, 76, 77, 79, 76]


def test_an_accompaniment_that_crosses_above_for_a_moment_is_not_the_melody():
    tune = [(0, 4, 60), (4, 2, 62), (6, 2, 64), (8, 4, 60)]
    crossing = [(beat + 0.5, 0.25, 72 if beat in (2, 9) else 52) for beat in range(12)]
    assert melody_of(metered(tune + crossing)) == [60, 62, 64, 60]


def test_an_introduction_in_the_bass_is_not_the_melody():
    introduction = [(eighth / 2, 0.5, ALBERTI[eighth % 4]) for eighth in range(8)]
    tune = [(4 + beat, 1, 76 - beat % 3) for beat in range(24)]
    bass = [(4 + beat, 1, 48) for beat in range(24)]
    assert melody_of(metered(introduction + tune + bass)) == [76 - beat % 3 for beat in range(24)]


def test_a_melody_is_heard_until_its_next_note_or_its_end():
    melody = find_melody(piece_of([(0.0, 0.5, 72, 64), (1.0, 1.0, 74, 64), (5.0, 1.0, 72, 64)]).notes)
    assert melody.until_sec.tolist() == [1.0, 2.0, 6.0]


def test_no_notes_have_no_melody():
    assert melody_of(piece_of([])) == []


# -- beats, chroma and bass -----------------------------------------------------------------------------------------


def test_beats_reach_over_all_notes_and_free_ones_are_half_a_second():
    piece = piece_of([(0.2, 1.1, 60, 64)], beats_sec=[0.5, 1.0])
    assert beat_borders(piece).tolist() == [0.0, 0.5, 1.0, 1.5]
    assert beat_borders(piece_of([(0.2, 1.1, 60, 64)])).tolist() == [0.0, 0.5, 1.0, 1.5]


def test_half_bars_of_four_beats_are_two():
    piece = metered([(0, 8, 60)])
    borders = beat_borders(piece)
    assert bar_of_beats(piece, borders)[1].tolist() == [0, 1, 2, 3, 0, 1, 2, 3]
    assert half_bar_borders(piece, borders).tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]


def test_chroma_weighs_pitch_classes_by_their_time_in_each_beat():
    piece = metered([(0, 2, 60), (1, 1, 76), (3, 1, 67)])
    chroma = find_chroma(piece.notes, beat_borders(piece))
    assert np.flatnonzero(chroma[0]).tolist() == [0]
    assert np.flatnonzero(chroma[1]).tolist() == [0, 4]
    assert not chroma[2].any()
    assert chroma[3, 7] == pytest.approx(1)
    assert chroma_similarity(chroma, chroma) == pytest.approx(1)
    assert chroma_similarity(chroma, np.roll(chroma, 1, axis=1)) == pytest.approx(0)


def test_the_bass_is_the_lowest_that_sounds_and_stays_while_it_is_held():
    piece = metered([(0, 2, 36), (0, 1, 60), (1, 1, 48), (2, 1, 55), (4, 1, 50)])
    assert find_bass(piece.notes, beat_borders(piece)).tolist() == [36, 36, 55, 0, 50]


def test_the_bass_of_each_half_bar_is_its_lowest_stroke():
    piece = metered([(0, 1, 60), (1, 1, 40), (2, 1, 62), (3, 1, 62)])
    assert bass_rows(piece.notes, np.array([0.0, 1.0, 2.0, 3.0])).tolist() == [1, 2, -1]


# -- chords ---------------------------------------------------------------------------------------------------------


def test_a_cadence_has_its_chords():
    piece = chords_in_beats((48, 60, 64, 67), (45, 60, 64, 69), (41, 60, 65, 69), (43, 59, 62, 67), beats=2)
    assert chord_names(piece) == ["C", "C", "Am", "Am", "F", "F", "G", "G"]


def test_jazz_chords_have_their_sevenths():
    piece = chords_in_beats((38, 53, 57, 60), (43, 53, 59, 62), (36, 52, 55, 59), beats=2)
    assert chord_names(piece) == ["Dm7", "Dm7", "G7", "G7", "Cmaj7", "Cmaj7"]


def test_a_minor_cadence_in_e_is_spelt_with_sharps():
    piece = chords_in_beats((42, 57, 60, 64), (47, 57, 63, 66), (40, 55, 59, 64), beats=2)
    assert chord_names(piece) == ["F#m7b5", "F#m7b5", "B7", "B7", "Em", "Em"]


def test_a_flat_key_is_spelt_with_flats():
    piece = chords_in_beats((41, 56, 60, 63), (46, 56, 62, 65), (39, 55, 58, 62), (44, 60, 63, 67), beats=2)
    assert chord_names(piece)[::2] == ["Fm7", "Bb7", "Ebmaj7", "Abmaj7"]


def test_a_chord_that_is_broken_over_its_beats_is_one_chord():
    piece = metered([(beat, 1, key) for beat, key in enumerate((48, 55, 52, 55, 43, 50, 47, 50))])
    assert chord_names(piece) == ["C"] * 4 + ["G"] * 4


def test_silence_has_no_chord():
    assert chord_names(metered([(0, 1, 48), (0, 1, 52), (0, 1, 55), (2, 1, 48)])) == ["C", None, "C"]
    assert chord_names(piece_of([])) == []


# -- hands ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pitches", "playable"),
    [
        ((36, 48, 60, 64, 67, 72), True),
        ((60, 74), True),
        ((36, 52, 68), False),
        ((48, 50, 52, 53, 55, 57, 59, 60, 62, 64), True),
        ((48, 50, 52, 53, 55, 57, 59, 60, 62, 64, 65), False),
        ((36, 38, 40, 41, 43, 45, 84), False),
        ((), True),
    ],
)
def test_two_hands_reach_at_most_five_keys_each_within_a_ninth(pitches, playable):
    assert is_playable(pitches) == playable


def test_keys_within_reach_may_be_added():
    additions = playable_additions([36, 72])
    assert np.flatnonzero(additions).tolist() == [*range(22, 51), *range(58, 87)]


@pytest.mark.parametrize("seed", range(20))
def test_an_addition_is_playable_if_all_keys_together_are(seed):
    random = np.random.default_rng(seed)
    pitches = random.integers(36, 90, int(random.integers(0, 10))).tolist()
    assert playable_additions(pitches).tolist() == [is_playable([*pitches, pitch]) for pitch in range(128)]


def test_the_share_of_playable_strokes():
    piece = metered([(0, 1, 60), (1, 1, 36), (1, 1, 52), (1, 1, 68)])
    assert playable_share(piece.notes) == 0.5
    assert np.isnan(playable_share(piece_of([]).notes))


def test_a_melody_and_its_accompaniment_are_in_two_hands():
    left = [(beat, 1, key) for beat in range(8) for key in (48, 52, 55)]
    right = [(beat / 2, 0.5, 72 + beat % 5) for beat in range(16)]
    piece = metered(left + right)
    assert split_hands(piece.notes).tolist() == [RIGHT if key >= 72 else LEFT for key in piece.notes["pitch"]]


def test_a_scale_passes_from_hand_to_hand_once():
    piece = metered([(beat / 4, 0.25, 36 + beat) for beat in range(49)])
    hands = split_hands(piece.notes)
    assert hands[0] == LEFT
    assert hands[-1] == RIGHT
    assert np.count_nonzero(np.diff(hands)) == 1
