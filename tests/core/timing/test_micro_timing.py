"""Clusters that move inside their beats, and what must stay."""

import numpy as np
import pytest

from tonenet_core.performance import NOTE_DTYPE, PEDAL_DTYPE, Piece
from tonenet_core.timing.clusters import find_clusters
from tonenet_core.timing.micro_timing import micro_warp
from tonenet_core.timing.tempo import glide, glided
from tonenet_core.timing.warp import Warp

NO_WARP = Warp(np.zeros(0), np.zeros(0))
BEATS = 8


def page(places):
    """Chords of two notes at places among beats of half a second."""
    rows = [(place * 0.5, 0.2, pitch, 64) for place in places for pitch in (48, 60 + int(place) % 12)]
    beats = np.arange(BEATS + 1) * 0.5
    return Piece(np.array(rows, NOTE_DTYPE), beats, beats[::4], np.zeros(0, PEDAL_DTYPE))


def moved(piece, late, before=NO_WARP):
    clusters = find_clusters(piece.notes)
    late = np.broadcast_to(late, (len(clusters),))
    warp = micro_warp(piece, clusters, late, before)
    return warp.seconds(piece.beats_sec, clusters.time_sec) / 0.5


HALVES = np.arange(0.0, BEATS, 0.5)


def test_what_is_inside_the_beats_moves_by_what_is_asked_and_the_beats_stay():
    late = np.where(np.arange(len(HALVES)) % 4 == 1, 0.06, -0.04)
    made = moved(page(HALVES), late)

    assert made[1::2] == pytest.approx(HALVES[1::2] + late[1::2])
    assert np.array_equal(made[::2], HALVES[::2])


def test_everything_between_moves_along():
    piece = page(HALVES)
    warp = micro_warp(piece, find_clusters(piece.notes), np.full(len(HALVES), 0.1), NO_WARP)

    assert warp.apply(np.array([0.25, 0.5, 0.75, 1.0])) == pytest.approx([0.3, 0.6, 0.8, 1.0])
    assert np.array_equal(warp.apply(np.array([-1.0, 9.5])), [-1.0, 9.5])


def test_notes_keep_their_order_and_half_of_their_distance():
    places = np.array([0, 0.25, 0.5, 0.75, 1, 1 + 1 / 3, 1 + 2 / 3, 2])
    for late in (np.tile([0.2, -0.2], 4), np.full(8, 0.2), np.full(8, -0.2)):
        made = moved(page(places), late)
        assert (np.diff(made) >= 0.5 * np.diff(places) - 1e-9).all()
        assert np.array_equal(made[[0, 4, 7]], places[[0, 4, 7]])


def test_clusters_that_are_close_stay_two_clusters():
    places = np.array([0, 0.5, 0.6, 1])  # 50 ms apart
    piece = page(places)
    made = moved(piece, np.array([0, 0.1, -0.1, 0]))

    assert (made[2] - made[1]) * 0.5 >= 0.04
    assert made[0] == 0


def test_a_chord_across_a_beat_and_a_rolled_one_stay():
    roll = [(1.6 + 0.05 * step, 0.3, 48 + 5 * step, 64) for step in range(5)]
    across = [(0.49, 0.2, 60, 64), (0.51, 0.2, 64, 64)]
    notes = np.array([(0.0, 0.2, 60, 64), *across, *roll, (2.25, 0.2, 70, 64), (3.5, 0.2, 60, 64)], NOTE_DTYPE)
    piece = Piece(notes, np.arange(BEATS + 1) * 0.5, np.zeros(0), np.zeros(0, PEDAL_DTYPE))
    clusters = find_clusters(notes)
    assert clusters.rolled.sum() == 1
    warp = micro_warp(piece, clusters, np.full(len(clusters), 0.1), NO_WARP)

    made = warp.seconds(piece.beats_sec, notes["onset_sec"])
    assert np.array_equal(made[:-2], notes["onset_sec"][:-2])
    assert made[-2] == pytest.approx(2.3)


def test_it_goes_on_where_another_warp_has_led():
    swing = Warp(np.array([0.0, 0.5, 1.0]), np.array([0.0, 0.6, 1.0]))
    made = moved(page(HALVES), np.where(HALVES == 0.5, 0.05, 0.0), swing)

    assert made[:3] == pytest.approx([0.0, 0.65, 1.0])
    assert moved(page(HALVES), 0.0, swing)[:3] == pytest.approx([0.0, 0.6, 1.0])


def test_a_tempo_that_glides_reaches_places_earlier_in_beats_that_grow_longer():
    slower = np.array([0.0, 0.2, 0.4])
    made = glided(slower, np.array([-1.0, 0.0, 1.5, 2.0, 3.5]))

    assert made[[0, 1, 3, 4]] == pytest.approx([-1.0, 0.0, 2.0, 3.5])
    assert made[2] == pytest.approx(1 + np.exp(glide(slower))[1, :2].sum() / np.exp(glide(slower))[1].sum())
    assert made[2] < 1.5
