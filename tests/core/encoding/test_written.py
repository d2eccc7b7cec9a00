import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tonenet_core.encoding.written import (
    ALIGNMENT_DTYPE,
    SHORTEST_SEC,
    Beats,
    metre_of,
    page,
    snapped,
    source_of,
    written_out,
)
from tonenet_core.performance import NOTE_DTYPE


def notes_at(onsets, durations=0.2, pitches=60, velocities=64):
    notes = np.zeros(len(onsets), NOTE_DTYPE)
    notes["onset_sec"], notes["duration_sec"] = onsets, durations
    notes["pitch"], notes["velocity"] = pitches, velocities
    return notes


times = st.lists(st.floats(0, 20), min_size=1, max_size=30).map(sorted)


def test_snapping_strikes_a_chord_at_once_and_holds_it_to_the_next():
    played = notes_at([1.0, 1.02, 2.0, 3.0], [0.7, 1.9, 0.4, 0.5], [64, 60, 62, 65], [70, 50, 60, 80])
    written = snapped(played)

    assert written["onset_sec"].tolist() == [1.0, 1.0, 2.0, 3.0]
    assert written["pitch"].tolist() == [60, 64, 62, 65]
    assert written["velocity"].tolist() == [50, 70, 60, 80]
    assert written["duration_sec"] == pytest.approx([2.0, 1.0, 1.0, 0.5])


@given(times)
def test_snapping_twice_is_snapping_once(onsets):
    once = snapped(notes_at(onsets))

    assert np.array_equal(snapped(once), once)
    assert len(once) == len(onsets)


def test_a_metered_piece_is_written_out_at_one_tempo():
    beats = np.cumsum([0, 0.5, 0.6, 0.4, 0.5])  # rubato
    played = notes_at([0.01, 0.26, 0.81, 1.5], pitches=[60, 62, 64, 65])
    written = written_out(played, beats, beats[[0, 4]])

    assert written.beats_sec == pytest.approx(np.arange(5) * 0.5)
    assert written.downbeats_sec == pytest.approx([0.0, 2.0])
    assert np.mod(written.notes["onset_sec"] / 0.5 * 24, 1) == pytest.approx([0, 0, 0, 0], abs=1e-6)
    assert written.notes["onset_sec"][[1, 3]] == pytest.approx([0.25 + 0.5 / 24, 1.5], abs=0.03)
    with pytest.raises(ValueError, match="free recording"):
        written_out(played, beats[:1], beats[:0])


def aligned(places, lengths=1.0):
    rows = np.zeros(len(places), ALIGNMENT_DTYPE)
    rows["note"], rows["onset_beat"], rows["duration_beat"] = np.arange(len(places)), places, lengths
    return rows


def test_a_page_has_the_scores_time_at_the_mean_tempo_and_the_players_velocities():
    played = notes_at([1.0, 1.0, 1.4, 2.3, 3.0], 0.1, [60, 64, 62, 65, 67], [50, 70, 60, 80, 40])
    alignment = aligned([0, 0, 1, 2, 4])[[0, 1, 2, 4]]  # the fourth note is in no score
    beats = Beats(np.array([1.0, 1.4, 2.2, 2.6, 3.0]), np.array([1, 0, 0, 0, 1], bool), np.array([4, 0, 0, 0, 0]))
    written = page(played, alignment, metre_of(played, alignment, beats))

    assert written.notes["onset_sec"] == pytest.approx([0, 0, 0.5, 2.0])
    assert written.notes["duration_sec"] == pytest.approx([0.5] * 4)
    assert written.notes["velocity"].tolist() == [50, 70, 60, 40]
    assert np.diff(written.beats_sec) == pytest.approx([0.5] * (len(written.beats_sec) - 1))
    assert written.downbeats_sec == pytest.approx([0, 2.0])


def test_beats_of_a_time_signature_become_quarter_notes():
    played = notes_at(np.arange(12) * 0.5)
    marked = Beats(np.arange(12) * 0.5, np.arange(12) % 6 == 0, np.where(np.arange(12) == 6, 8, 0))
    marked.beat_unit[0] = 4
    metre = metre_of(played, aligned(np.arange(12)), marked)

    assert metre.quarters_at(np.array([0, 3, 6, 8, 10.0])) == pytest.approx([0, 3, 6, 7, 8])
    assert metre.downbeats == pytest.approx([0, 6])


def test_without_marked_beats_a_score_has_no_bars():
    none = Beats(np.zeros(0), np.zeros(0, bool), np.zeros(0, np.int64))
    played = notes_at([0, 0.5, 1.0])
    written = page(played, aligned([0, 1, 2], 0.0), metre_of(played, aligned([0, 1, 2]), none))

    assert not len(written.downbeats_sec)
    assert written.notes["duration_sec"] == pytest.approx(SHORTEST_SEC)
    with pytest.raises(ValueError, match="tempo"):
        page(played, aligned([0, 0, 0]), metre_of(played, aligned([0, 1, 2]), none))


def test_pages_are_of_the_source_that_they_were_played_in():
    assert source_of("concerts_pages") == source_of("concerts") == "concerts"
