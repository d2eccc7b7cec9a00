import numpy as np
import pytest

from tests import pieces
from tests.core.parts.test_time import MODELS
from tests.pieces import Note
from tonenet_core.errors import MidiError
from tonenet_core.interpretation import Interpretation
from tonenet_core.midi import parse_midi
from tonenet_core.parts.render import render
from tonenet_core.parts.time import interpret_time
from tonenet_core.timing.swing import find_swing
from tonenet_core.timing.taps import check_taps, read_taps, with_taps

BEAT_SEC = 0.55  # 109 a minute, drifting, over ticks that mean nothing


def beat_times(count):
    return 0.7 + BEAT_SEC * np.arange(count) + 0.04 * np.sin(np.arange(count))


@pytest.fixture(scope="module")
def recording():
    """A swung recording without beats of its own."""
    times, chance = beat_times(33), np.random.default_rng(1)
    upbeats = times[:-1] + 0.64 * np.diff(times)
    onsets = np.sort(np.concatenate([times[:-1], upbeats])) + chance.normal(0, 0.004, 64)
    ticks = np.rint(onsets * 960).astype(int)
    notes = [Note(int(tick), 60 + place % 7, 50 + place % 30, 200) for place, tick in enumerate(ticks)]
    return parse_midi(pieces.midi(pieces.track([(0, pieces.tempo(120)), *pieces.note_events(notes)])), "live.mid")


def test_a_file_of_beats(tmp_path):
    path = tmp_path / "beats.txt"
    path.write_text("# tapped\n0.5\n\n 1.0 \n1.55\n")
    assert read_taps(path).tolist() == [0.5, 1.0, 1.55]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("0.5\nx\n", "Line 2 of beats.txt is no time in seconds, such as 12.5."),
        ("0.5\n", "beats.txt has fewer than two beats."),
        ("", "beats.txt has fewer than two beats."),
        ("1\n0.5\n", "The beats of beats.txt must rise, each 0.1 to 10 seconds after the one before."),
        ("1\nnan\n", "The beats of beats.txt must rise, each 0.1 to 10 seconds after the one before."),
        ("-1\n1\n", "The beats of beats.txt must rise, each 0.1 to 10 seconds after the one before."),
        ("1\n2\n" + "3" * 2_000_000, "beats.txt is too large for a file of beats."),
    ],
)
def test_what_is_no_file_of_beats_gets_a_sentence(tmp_path, content, sentence):
    path = tmp_path / "beats.txt"
    path.write_text(content)
    with pytest.raises(MidiError) as caught:
        read_taps(path)
    assert str(caught.value) == sentence


def test_a_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(MidiError, match="could not be read"):
        read_taps(tmp_path / "none.txt")


def test_beats_reach_over_the_whole_piece_and_bars_begin_with_the_first_tap(recording):
    taps = beat_times(33)[8:20]
    tapped = with_taps(recording, taps)
    assert not recording.metered
    assert tapped.metered
    assert tapped.source is recording.source
    assert np.isin(taps, tapped.beats_sec).all()
    assert tapped.beats_sec[0] <= recording.notes["onset_sec"][0] + 0.05
    assert tapped.beats_sec[-1] >= recording.duration_sec - 0.05
    assert taps[0] in tapped.downbeats_sec
    assert tapped.notices[-1].startswith("The beats were tapped from 5.1 to 11.2 s")
    assert len(with_taps(tapped, taps).notices) == len(tapped.notices)


def test_a_transfer_straightens_what_swings_to_the_tapped_beats(recording):
    tapped = with_taps(recording, beat_times(33))
    assert len(find_swing(recording)) == 0
    assert find_swing(tapped).mean > 0.6
    same = recording.velocities.astype(np.float32)
    time = interpret_time(tapped, MODELS, "classical", "jazz")
    made = render(tapped, Interpretation("classical", "jazz", same, same, time=time), 1.0, 1.0, parts=("timing",))
    assert made.performance.tapped_sec is not None
    assert abs(find_swing(made.performance).mean) < 0.15
    assert len(made.performance) == len(recording)


def test_taps_that_are_one_too_few():
    with pytest.raises(MidiError, match="fewer than two"):
        check_taps([1.0], "piece")
