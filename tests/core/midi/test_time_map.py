"""Maps between the times of a file and those of the same file retimed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import pieces
from tests.core.midi.retiming_pieces import files, retimings
from tests.pieces import Note
from tonenet_core.errors import MidiError
from tonenet_core.midi import parse_midi
from tonenet_core.midi.retime import TEMPO_CHANGE_DTYPE, Retiming, TimeMap, note_ticks, retime, tempo_changes

BEAT = pieces.TICKS


@st.composite
def maps(draw):
    steps = st.lists(st.floats(1e-5, 50), min_size=1, max_size=20)
    to = draw(steps)
    start = st.floats(0, 10)
    begin = draw(st.lists(st.floats(1e-5, 50), min_size=len(to), max_size=len(to)))
    return TimeMap(np.cumsum([draw(start), *begin]), np.cumsum([draw(start), *to]))


@given(maps(), st.lists(st.floats(0, 2000), min_size=1, max_size=20))
@settings(max_examples=60)
def test_a_map_rises_and_its_inverse_leads_back(made, seconds):
    seconds = np.unique(seconds)
    there = made.apply(seconds)

    assert (np.diff(there) > 0).all() or np.diff(seconds).min() < 1e-9
    steepest = max((np.diff(made.from_sec) / np.diff(made.to_sec)).max(), 1)
    assert made.inverse.apply(there) == pytest.approx(seconds, abs=1e-12 * 2000 * steepest)
    assert [made.at(second) for second in seconds.tolist()] == there.tolist()
    assert np.array_equal(made.apply(made.from_sec), made.to_sec)
    assert made.inverse.inverse.apply(seconds).tolist() == there.tolist()


def test_outside_the_knots_everything_is_shifted_as_the_end_is():
    made = TimeMap(np.array([1.0, 2.0]), np.array([1.5, 4.0]))

    assert made.apply(np.array([0.0, 1.5, 2.0, 7.0])) == pytest.approx([0.5, 2.75, 4.0, 9.0])


def test_knots_must_rise():
    for knots in ([], [1.0, 1.0], [2.0, 1.0]):
        with pytest.raises(ValueError, match="ascending"):
            TimeMap(np.array(knots), np.arange(len(knots), dtype=float))


@st.composite
def retimed(draw):
    try:
        performance = parse_midi(draw(files(formats=(0, 1))), "piece.mid")
    except MidiError:  # a piano whose program changed
        performance = parse_midi(pieces.combo(), "piece.mid")
    smpte = not len(tempo_changes(performance))
    return performance, retime(performance, draw(retimings(note_ticks(performance), is_smpte=smpte)))


@given(retimed())
@settings(max_examples=60)
def test_the_band_sounds_where_the_map_says(case):
    before, made = case
    for channel in (1, 9):
        hits = [_hits(each, channel) for each in (before, made.performance)]
        expected = hits[0] if made.time_map is None else made.time_map.apply(hits[0])
        coarsest = 1.5 / 96  # half a tick at the slowest tempo of these files
        assert np.sort(hits[1]) == pytest.approx(np.sort(expected), abs=coarsest)


def _hits(performance, channel):
    events = performance.file.events
    return events["time_sec"][(events["status"] == (0x90 | channel)) & (events["data2"] > 0)]


def test_a_swing_and_a_tempo_stand_in_the_map_and_nothing_gives_none():
    notes = [Note(beat * BEAT, 60, 60, 100) for beat in range(8)]
    piece = parse_midi(pieces.piece(notes), "piece.mid")
    slower = np.array([(0, 500_000), (4 * BEAT, 1_000_000), (6 * BEAT, 500_000)], TEMPO_CHANGE_DTYPE)
    later = Retiming(np.array([BEAT, 1.5 * BEAT, 2.0 * BEAT]), np.array([BEAT, 1.75 * BEAT, 2.0 * BEAT]), tempo=slower)
    found = retime(piece, later).time_map

    assert found.apply(np.array([0.5, 0.75, 1.0, 2.0, 2.5, 3.0, 4.0])) == pytest.approx(
        [0.5, 0.875, 1.0, 2.0, 3.0, 4.0, 5.0]
    )
    assert retime(piece, Retiming()).time_map is None
    lag = note_ticks(piece)["onset"] + 7.0
    assert retime(piece, Retiming(onset_tick=lag, end_tick=lag + 90)).time_map is None
