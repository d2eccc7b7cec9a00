"""Articulation: durations against the next note of the voice."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.timing.written import piece_of, pieces
from tonenet_core.timing.articulation import (
    articulation_of,
    durations,
    find_articulation,
    inter_onset_intervals,
    legato_share,
    limit_durations,
    overlapping_share,
)
from tonenet_core.timing.clusters import find_clusters, limit_lags


def test_a_line_over_a_bass():
    notes = piece_of(
        [(0, 0.25, 72, 64), (0, 2.0, 40, 64), (0.5, 0.5, 74, 64), (1.0, 0.55, 76, 64), (1.5, 1, 79, 64)]
    ).notes
    found = find_articulation(notes, find_clusters(notes))
    # The bass (row 0) has no voice that goes on, nor has the last note.
    assert found == pytest.approx([np.nan, np.log(0.5), 0, np.log(1.1), np.nan], nan_ok=True)
    assert overlapping_share(found) == pytest.approx(1 / 3)
    assert legato_share(found) == pytest.approx(2 / 3)


def test_a_fifth_is_near_and_four_seconds_are_not_far():
    notes = piece_of([(0, 1, 60, 64), (1, 1, 67, 64), (2, 1, 75, 64), (6.5, 1, 75, 64)]).notes
    interval = inter_onset_intervals(notes, find_clusters(notes))
    assert interval == pytest.approx([1, np.nan, np.nan, np.nan], nan_ok=True)


def test_notes_of_the_same_chord_do_not_follow_each_other():
    notes = piece_of([(0, 1, 60, 64), (0.03, 1, 64, 64), (1.0, 1, 62, 64)]).notes
    assert inter_onset_intervals(notes, find_clusters(notes))[:2] == pytest.approx([0.97, 0.97])


def test_two_clusters_at_one_time_have_no_articulation():
    notes = piece_of([(0, 0.5, 60, 64), (0.5, 0.5, 62, 64)]).notes
    found = articulation_of(notes, np.array([0.0, 0.5]))
    assert found == pytest.approx([np.nan, 0], nan_ok=True)


def test_shares_of_nothing():
    assert np.isnan(legato_share(np.array([np.nan])))
    assert np.isnan(overlapping_share(np.zeros(0)))


@given(pieces())
def test_intervals_as_counted_note_by_note(piece):
    clusters = find_clusters(piece.notes)
    pitch = piece.notes["pitch"].astype(int)
    interval = inter_onset_intervals(piece.notes, clusters)
    for row, cluster in enumerate(clusters.of_note):
        near = clusters.of_note[(clusters.of_note > cluster) & (np.abs(pitch - pitch[row]) <= 7)]
        expected = clusters.time_sec[near.min()] - clusters.time_sec[cluster] if len(near) else np.inf
        assert interval[row] == expected if expected <= 4 else np.isnan(interval[row])


@given(pieces())
def test_durations_come_back(piece):
    clusters = find_clusters(piece.notes)
    interval = inter_onset_intervals(piece.notes, clusters)
    again = durations(find_articulation(piece.notes, clusters), interval, piece.notes["duration_sec"])
    assert np.allclose(again, piece.notes["duration_sec"], rtol=0, atol=1e-9)


@given(pieces(), st.integers(0, 2**32 - 1))
def test_other_lags_leave_the_intervals(piece, seed):
    clusters = find_clusters(piece.notes)
    lag = limit_lags(clusters, np.random.default_rng(seed).normal(0, 0.02, len(piece.notes)))
    notes = piece.notes.copy()
    notes["onset_sec"] = clusters.time_sec[clusters.of_note] + lag
    order = np.lexsort((notes["pitch"], notes["onset_sec"]))
    again = inter_onset_intervals(notes[order], find_clusters(notes[order]))
    assert np.allclose(again, inter_onset_intervals(piece.notes, clusters)[order], rtol=0, atol=1e-9, equal_nan=True)


@given(pieces(), st.integers(0, 2**32 - 1))
def test_no_key_is_struck_while_it_is_held(piece, seed):
    before = piece.notes["duration_sec"]
    notes = piece.notes.copy()
    assert np.array_equal(limit_durations(notes, before), before)
    notes["duration_sec"] *= np.random.default_rng(seed).uniform(0, 3, len(notes))
    after = limit_durations(notes, before)
    assert (after >= np.minimum(before, 0) - 1e-12).all()
    for key in np.unique(notes["pitch"]):
        rows = np.flatnonzero(notes["pitch"] == key)
        gaps = np.diff(notes["onset_sec"][rows])
        is_new = (after[rows][:-1] > gaps + 1e-12) & (before[rows][:-1] <= gaps)
        assert not is_new.any()
