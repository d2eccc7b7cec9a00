"""Clicks at the frames of the beats, accented at the bar lines; and a bar that counts in."""

import numpy as np
import pytest

from tests.pieces import TICKS, Note, melody, piece, time_signature
from tonenet_core.midi import parse_midi
from tonenet_core.sound.clicks import Clicks
from tonenet_core.sound.schedule import SAMPLE_RATE
from tonenet_core.timing.taps import with_taps


def in_metre(numerator: int, denominator: int, first: int = 0):
    """Return eight quarter notes at 120 a minute in a time signature."""
    notes = (Note((first + place) * TICKS, 60, ticks=TICKS // 2) for place in range(8))
    return parse_midi(piece(notes, (0, time_signature(numerator, denominator))), "test")


def seconds(clicks: Clicks) -> list[float]:
    return [round(frame / SAMPLE_RATE, 3) for frame in clicks.frames.tolist()]


def test_every_beat_has_a_click_and_every_bar_an_accent():
    clicks = Clicks.of(in_metre(3, 4))
    assert seconds(clicks)[:7] == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]
    assert clicks.accented[:7].tolist() == [True, False, False, True, False, False, True]
    assert clicks.frames[1] == SAMPLE_RATE // 2


def test_at_another_tempo_the_clicks_are_elsewhere():
    assert seconds(Clicks.of(in_metre(4, 4), 0.5))[:3] == [0.0, 1.0, 2.0]


def test_a_bar_that_begins_between_two_quarters_is_counted_from_its_line():
    clicks = Clicks.of(in_metre(7, 8))
    assert seconds(clicks)[:6] == [0.0, 0.5, 1.0, 1.5, 1.75, 2.25]
    assert np.flatnonzero(clicks.accented)[:2].tolist() == [0, 4]


def test_a_pickup_has_no_accent():
    clicks = Clicks.of(in_metre(4, 4, first=3))
    assert seconds(clicks)[:3] == [1.5, 2.0, 2.5]
    assert clicks.accented[:6].tolist() == [False, True, False, False, False, True]


def test_a_free_recording_has_none_until_its_beats_are_tapped():
    free = parse_midi(melody(80, 3, metered=False), "free")
    assert len(Clicks.of(free).frames) == 0
    tapped = with_taps(free, np.arange(1.0, 5.0, 0.4))
    clicks = Clicks.of(tapped)
    beats = tapped.beats_sec[tapped.beats_sec >= 0]
    assert np.allclose(clicks.frames, beats * SAMPLE_RATE, atol=1)
    assert np.array_equal(clicks.accented, np.isin(beats, tapped.downbeats_sec))


def test_samples_are_those_of_the_click_at_its_frame_however_they_are_asked_for():
    clicks = Clicks(np.array([1000, 30_000]), np.array([True, False]))
    whole = np.zeros((40_000, 2), np.float32)
    clicks.add_to(whole, 0, 0.5)
    loud = np.flatnonzero(np.abs(whole[:, 0]) > 1e-3)
    assert 1000 < loud[0] < 1005
    assert np.all((loud < 1000 + 1323) | ((loud > 30_000) & (loud < 30_000 + 1323)))
    assert np.array_equal(whole[:, 0], whole[:, 1])
    assert 0.3 < np.abs(whole[:5000]).max() <= 0.5
    assert np.abs(whole[30_000:]).max() < np.abs(whole[:5000]).max()  # an accent is louder
    parts = np.zeros_like(whole)
    for begin in range(0, len(parts), 700):
        clicks.add_to(parts[begin : begin + 700], begin, 0.5)
    assert np.array_equal(parts, whole)


@pytest.mark.parametrize(
    ("second", "times", "accents", "length"),
    [
        (2.0, [0.0, 0.5, 1.0, 1.5], [0], 2.0),  # a bar before a bar line
        (2.02, [0.0, 0.5, 1.0, 1.5], [0], 2.0),  # drawn with the mouse
        (3.0, [0.0, 0.5, 1.0, 1.5], [2], 2.0),  # before the third beat: the bar line falls on the third click
        (0.0, [0.0, 0.5, 1.0, 1.5], [0], 2.0),
        (2.25, [0.25, 0.75, 1.25, 1.75], [3], 2.0),  # between two beats
    ],
)
def test_a_bar_counts_in_at_the_tempo_of_the_piece(second, times, accents, length):
    count = Clicks.before(in_metre(4, 4), second)
    assert seconds(count) == times
    assert np.flatnonzero(count.accented).tolist() == accents
    assert count.end_frame == round(length * SAMPLE_RATE)


def test_slower_the_count_is_slower():
    assert seconds(Clicks.before(in_metre(3, 4), 1.5, 0.5)) == [0.0, 1.0, 2.0]


def test_a_free_recording_is_counted_in_by_seconds():
    count = Clicks.before(parse_midi(melody(80, 3, metered=False), "free"), 7.3)
    assert seconds(count) == [0.0, 1.0, 2.0, 3.0]
    assert count.end_frame == 4 * SAMPLE_RATE
