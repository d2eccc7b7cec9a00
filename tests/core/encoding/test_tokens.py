import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tunes import CHORDS, SCALE, piece, tune
from tonenet_core.data.prepare import list_folder
from tonenet_core.encoding.tokens import (
    METRES,
    Token,
    TokenSequence,
    Vocabulary,
    bar_steps,
    decode_melody,
    decode_tokens,
    encode_tokens,
    melody_samples,
)
from tonenet_core.midi import read_midi
from tonenet_core.performance import LOWEST_PITCH

on_grid = st.lists(
    st.tuples(st.integers(0, 200), st.integers(1, 60), st.integers(21, 108)), min_size=1, max_size=60, unique=True
)


def heard(notes):
    """(step, pitch) -> steps, of the longest note there; steps from the first note."""
    found = {}
    for note in notes:
        spot = (int(note["step"] - notes["step"][0]), int(note["key"]) + LOWEST_PITCH)
        found[spot] = max(found.get(spot, 0), int(note["steps"]))
    return found


def rows_heard(rows):
    first = min(step for step, _, _ in rows)
    found = {}
    for step, steps, pitch in rows:
        found[step - first, pitch] = max(found.get((step - first, pitch), 0), steps)
    return found


@given(on_grid)
def test_what_is_on_the_grid_comes_back_exactly(rows):
    assert heard(decode_tokens(encode_tokens(piece(rows)))) == rows_heard(rows)


def test_a_melody_over_chords_is_two_tokens_an_onset():
    sequence = encode_tokens(tune(1))

    assert sequence.tokens[0] == Token(CHORDS[0], 48, 0)
    assert sequence.tokens[1:] == tuple(Token((pitch,), 6, 6) for pitch in SCALE)
    assert sequence.places().tolist() == [0, 0, *range(6, 49, 6)]
    assert sequence.bars() == 1


def test_unlike_lengths_and_wide_gaps_are_tokens_of_their_own():
    sequence = encode_tokens(piece([(0, 12, 60), (0, 24, 64), (0, 12, 64 + 5), (0, 12, 64 + 9)]))

    assert set(sequence.tokens) == {
        Token((60,), 12, 0),
        Token((64,), 24, 0),
        Token((69, 73), 12, 24),
    }


def test_an_upbeat_stands_before_the_first_bar_line():
    rows = [(-12, 12, 67), (0, 48, 72)]
    sequence = encode_tokens(piece(rows, bars=1, upbeat=1))

    assert sequence.start == -12
    assert sequence.places().tolist() == [-12, 0, 48]
    assert decode_tokens(sequence)["step"].tolist() == [36, 48]


@pytest.mark.parametrize("metre", METRES)
def test_metres_are_told_by_their_bars_and_strokes(metre):
    beat = {(6, 8): 18, (9, 8): 18}.get(metre, 12)
    rows = [(step, beat, 60) for step in range(0, 4 * bar_steps(metre), beat)]

    assert encode_tokens(piece(rows, metre)).metre == metre


def test_what_has_no_bars_is_no_sequence():
    free = piece([(0, 12, 60)])
    object.__setattr__(free, "beats_sec", np.zeros(0))
    with pytest.raises(ValueError, match="no beats"):
        encode_tokens(free)
    changing = tune(4)
    object.__setattr__(changing, "downbeats_sec", np.array([0.0, 2.0, 3.0, 5.0]))
    with pytest.raises(ValueError, match="metre changes"):
        encode_tokens(changing)
    odd = tune(5)
    object.__setattr__(odd, "downbeats_sec", np.array([0.0, 2.5, 5.0]))
    with pytest.raises(ValueError, match="quarter notes"):
        encode_tokens(odd)


def test_transposition_moves_every_pitch_and_stops_at_the_keyboards_end():
    sequence = encode_tokens(tune(2))
    higher = sequence.transposed(5)

    assert higher == encode_tokens(tune(2, semitones=5))
    assert higher.transposed(-5) == sequence
    assert sequence.transposed(40) is None


def test_the_first_bars_reach_to_the_next_bar_line():
    sequence = encode_tokens(tune(4)).first_bars(2)

    assert sequence.places()[-1] == 96
    assert len(sequence.tokens) == 18
    assert encode_tokens(tune(2)).first_bars(4).places()[-1] == 96  # no empty bars are made up
    assert TokenSequence(()).first_bars(2).tokens == ()


def test_a_vocabulary_numbers_the_frequent_first_and_is_a_table():
    sequence = encode_tokens(tune(4))
    vocabulary = Vocabulary.learnt([sequence], 100)

    assert vocabulary.read(vocabulary.numbers(sequence)) == sequence.tokens
    counts = np.bincount(vocabulary.numbers(sequence))
    assert (np.diff(counts) <= 0).all()
    table = vocabulary.as_table(120)
    assert table.shape[0] == 120
    assert Vocabulary.of_table(table).tokens == vocabulary.tokens
    assert len(Vocabulary.learnt([sequence], 3)) == 3


def test_an_unknown_token_is_its_nearest_and_keeps_the_time():
    known = (Token((48, 52, 55), 48, 0), Token((48, 51, 55), 48, 0), Token((72,), 6, 6), Token((84,), 12, 12))
    vocabulary = Vocabulary(known)

    def nearest(*token):
        return known[vocabulary.numbers(TokenSequence((Token(*token),)))[0]]

    assert nearest((48, 52, 55, 58), 48, 0) == known[0]
    assert nearest((48, 51, 54), 36, 0) == known[1]
    assert nearest((73,), 6, 6) == known[2]
    assert nearest((72,), 6, 12) == known[3]  # the right pitch would put the rest of the bar in the wrong place


def test_the_melody_form_samples_the_highest_single_voice():
    keys = melody_samples(tune(1))  # eighths last 0.25 s

    assert (keys + LOWEST_PITCH).tolist() == [72, 74, 77, 79, 76]


def test_the_melody_form_holds_through_rests_and_reads_back():
    keys = melody_samples(piece([(0, 12, 60), (48, 24, 64)], bars=2))

    assert (keys + LOWEST_PITCH).tolist() == [60, 60, 60, 60, 60, 64, 64, 64]
    notes = decode_melody(keys)
    assert [(int(n["step"]), int(n["steps"]), int(n["key"]) + LOWEST_PITCH) for n in notes] == [(0, 5, 60), (5, 3, 64)]


@pytest.mark.data
def test_every_nottingham_tune_of_one_metre_comes_back(data_folder):
    folder = data_folder / "nottingham"
    refused = 0
    entries = list_folder(folder)[::15]
    for entry in entries:
        performance = read_midi(folder / entry.file)
        try:
            notes = decode_tokens(encode_tokens(performance))
        except ValueError:
            refused += 1
            continue
        beats = np.interp(performance.notes["onset_sec"], performance.beats_sec, np.arange(len(performance.beats_sec)))
        onsets = {
            (round(float(beat - beats[0]) * 12), int(pitch))
            for beat, pitch in zip(beats, performance.notes["pitch"], strict=True)
        }
        assert set(heard(notes)) == onsets, entry.file
    assert refused <= len(entries) // 20
