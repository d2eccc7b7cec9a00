"""Clusters: what is struck together, and lags that leave it so."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.timing.written import piece_of, pieces
from tonenet_core.performance import NOTE_DTYPE
from tonenet_core.timing.clusters import CLUSTER_SEC, find_clusters, limit_lags


def clusters_of(*onsets_and_pitches):
    return find_clusters(piece_of([(onset, 0.5, pitch, 64) for onset, pitch in onsets_and_pitches]).notes)


def moved(notes, clusters, lag_sec):
    """The notes with other lags, sorted, and the old row of each."""
    notes = notes.copy()
    notes["onset_sec"] = clusters.time_sec[clusters.of_note] + lag_sec
    order = np.lexsort((notes["pitch"], notes["onset_sec"]))
    return notes[order], order


def test_a_chord_is_timed_by_its_highest_note():
    found = clusters_of((1.0, 48), (1.01, 72), (1.03, 60), (1.2, 70))
    assert found.of_note.tolist() == [0, 0, 0, 1]
    assert found.time_sec.tolist() == [1.01, 1.2]
    assert found.lag_sec == pytest.approx([-0.01, 0, 0.02, 0])
    assert found.is_chord_note.tolist() == [True, False, True, False]
    assert not found.rolled.any()


def test_the_window_opens_with_the_first_note():
    assert clusters_of((0.0, 60), (0.03, 62), (0.05, 64)).of_note.tolist() == [0, 0, 1]


@pytest.mark.parametrize("pitches", [(48, 55, 64, 72), (76, 64, 55, 48)])
def test_a_rolled_chord_is_one_cluster(pitches):
    roll = [(1 + 0.05 * place, pitch) for place, pitch in enumerate(pitches)]
    found = clusters_of((0.3, 60), *roll, (2.0, 60))
    assert found.of_note.tolist() == [0, 1, 1, 1, 1, 2]
    assert found.rolled.tolist() == [False, True, False]
    assert found.lag_sec[found.top[1]] == 0
    assert not found.is_chord_note.any()


@pytest.mark.parametrize(
    "run",
    [
        [(0.05 * place, 60 + 2 * place) for place in range(5)],  # a scale
        [(0.05 * place, pitch) for place, pitch in enumerate((48, 55, 64, 72, 64, 55, 48))],  # an arpeggio, up and down
        [(0.05 * place, pitch) for place, pitch in enumerate((48, 64, 55, 72))],  # broken
        [(0.12 * place, pitch) for place, pitch in enumerate((48, 55, 64, 72))],  # too slow
    ],
)
def test_runs_are_no_rolls(run):
    found = clusters_of(*run)
    assert not found.rolled.any()
    assert len(found) == len(run)


def test_no_notes():
    found = find_clusters(np.zeros(0, NOTE_DTYPE))
    assert len(found) == 0
    assert len(limit_lags(found, np.zeros(0))) == 0


def test_everything_at_one_time():
    found = clusters_of(*[(0.0, pitch) for pitch in range(21, 109)], (0.0, 108))
    assert len(found) == 1
    assert found.is_top.sum() == 2
    assert not found.lag_sec.any()


@given(pieces())
def test_clusters_hold_together(piece):
    found = find_clusters(piece.notes)
    onset, pitch = piece.notes["onset_sec"], piece.notes["pitch"]
    assert np.array_equal(found.sizes, np.bincount(found.of_note, minlength=len(found)))
    assert (np.diff(found.time_sec) > 0).all()
    assert np.allclose(found.time_sec[found.of_note] + found.lag_sec, onset, rtol=0, atol=1e-9)
    for cluster in range(len(found)):
        rows = found.of_note == cluster
        assert pitch[found.top[cluster]] == pitch[rows].max()
        assert found.lag_sec[found.top[cluster]] == 0
        if not found.rolled[cluster]:
            assert np.ptp(onset[rows]) <= CLUSTER_SEC


@given(pieces())
def test_lags_that_notes_have_stay_bit_by_bit(piece):
    found = find_clusters(piece.notes)
    assert np.array_equal(limit_lags(found, found.lag_sec), found.lag_sec)


@given(pieces(), st.integers(0, 2**32 - 1), st.sampled_from([0.002, 0.01, 0.05, 1.0]))
def test_the_same_clusters_are_found_with_other_lags(piece, seed, sd):
    found = find_clusters(piece.notes)
    wanted = found.lag_sec + np.random.default_rng(seed).normal(0, sd, len(piece.notes))
    lag = limit_lags(found, wanted)
    notes, order = moved(piece.notes, found, lag)
    again = find_clusters(notes)
    assert np.array_equal(again.of_note, found.of_note[order])
    assert np.allclose(again.time_sec, found.time_sec, rtol=0, atol=1e-9)
    assert np.allclose(again.lag_sec, lag[order], rtol=0, atol=1e-9)
    assert np.array_equal(again.rolled, found.rolled)


def test_lags_within_reach_are_taken_as_they_are():
    found = clusters_of((0.0, 60), (0.0, 64), (0.0, 72), (1.0, 60), (1.0, 72))
    wanted = np.array([0.015, -0.01, 0, 0.02, 0])
    assert limit_lags(found, wanted).tolist() == wanted.tolist()
    assert limit_lags(found, np.array([0.5, 0, 0, -0.5, 0])).tolist() == pytest.approx([0.038, 0, 0, -0.038, 0])
