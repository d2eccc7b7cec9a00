"""Pedalling: state, presses and lifts by cluster."""

import numpy as np
import pytest
from hypothesis import given

from tests.core.timing.written import NO_BEATS, piece_of, pieces
from tonenet_core.timing.clusters import find_clusters
from tonenet_core.timing.pedalling import find_holds, find_pedalling


def pedalling(messages, onsets=(1.0, 2.0, 3.0), duration=1.0):
    piece = piece_of([(onset, duration, 60, 64) for onset in onsets], NO_BEATS, messages)
    return find_pedalling(piece, find_clusters(piece.notes))


def test_a_pedal_that_follows_the_chords():
    found = pedalling([(1.1, 127), (2.05, 0), (2.15, 100), (3.05, 20)])
    assert found.cluster.tolist() == [0, 1, 1, 2]
    assert found.lag_sec == pytest.approx([0.1, 0.05, 0.15, 0.05])
    assert found.is_press.tolist() == [True, False, True, False]
    assert found.is_lift.tolist() == [False, True, False, True]
    assert found.is_down.tolist() == [True, True, False]
    assert found.share_down == pytest.approx((0.95 + 0.9) / 3)
    assert found.presses_a_second == pytest.approx(2 / 3)


def test_half_pedalling_is_down_from_64_on():
    found = pedalling([(1.1, 63), (1.2, 64), (1.3, 90), (1.4, 64), (1.5, 63), (1.6, 0)])
    assert np.flatnonzero(found.is_press).tolist() == [1]
    assert np.flatnonzero(found.is_lift).tolist() == [4]


def test_a_pedal_before_the_first_note_holds():
    found = pedalling([(0.2, 127)])
    assert found.cluster.tolist() == [0]
    assert found.lag_sec == pytest.approx([-0.8])
    assert found.is_down.all()
    assert found.share_down == pytest.approx(1)


def test_no_pedal_and_no_notes():
    found = pedalling([])
    assert found.share_down == 0
    assert not found.is_down.any()
    assert np.isnan(pedalling([(1.0, 127)], onsets=()).share_down)


@given(pieces())
def test_messages_stand_where_their_clusters_and_lags_say(piece):
    clusters = find_clusters(piece.notes)
    found = find_pedalling(piece, clusters)
    if len(clusters):
        assert np.allclose(clusters.time_sec[found.cluster] + found.lag_sec, piece.pedal["time_sec"], rtol=0, atol=1e-9)
        assert 0 <= found.share_down <= 1 + 1e-9
    assert found.is_press.sum() - found.is_lift.sum() in {0, 1}


def test_holds_are_from_each_press_to_its_lift_or_to_the_end():
    messages = [(1.1, 70), (1.2, 100), (1.3, 64), (1.5, 63), (1.6, 0), (2.2, 90)]
    holds = find_holds(piece_of([(1.0, 1.0, 60, 64), (2.0, 1.0, 60, 64)], NO_BEATS, messages))

    assert holds["down_sec"] == pytest.approx([1.1, 2.2])
    assert holds["up_sec"] == pytest.approx([1.5, 3.0])
    assert holds["value"].tolist() == [100, 90]


def test_a_piece_without_pedal_has_no_holds():
    assert not len(find_holds(piece_of([(1.0, 1.0, 60, 64)], NO_BEATS, [(1.0, 20)])))
