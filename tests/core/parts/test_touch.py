"""Touch carried from style to style: how far, and back."""

import numpy as np
import pytest

from tonenet_core.models.touch import ARTICULATION, LAG, TouchDistribution
from tonenet_core.parts.touch import carry_touch, perform_touch
from tonenet_core.performance import NOTE_DTYPE, PEDAL_DTYPE, Piece
from tonenet_core.timing.articulation import find_articulation
from tonenet_core.timing.clusters import find_clusters

CHORDS = 40


def played(late, lengths):
    """Chords of two notes half a second apart, the lower ones late; `(CHORDS,)` seconds and `(2 CHORDS,)` seconds."""
    notes = np.zeros(2 * CHORDS, NOTE_DTYPE)
    times = 1.0 + 0.5 * np.arange(CHORDS)
    notes["onset_sec"][::2], notes["onset_sec"][1::2] = times, times + late
    notes["pitch"][::2], notes["pitch"][1::2] = 72, 60
    notes["duration_sec"], notes["velocity"] = lengths, 64
    return Piece(notes, np.zeros(0), np.zeros(0), np.zeros(0, PEDAL_DTYPE))


def around(scale, medians, spread):
    """Normal distributions on a scale, `(n, 128)`."""
    middle = scale.low + scale.step * (np.arange(128) + 0.5)
    mass = np.exp(-(((middle - medians[:, None]) / spread) ** 2) / 2)
    return (mass / mass.sum(axis=1, keepdims=True)).astype(np.float16)


def style(lag, articulation):
    return TouchDistribution(around(LAG, lag, 0.006), around(ARTICULATION, articulation, 0.3))


PLACE = np.arange(2 * CHORDS)
LATER = np.where(PLACE % 4 < 2, 0.008, 0.002)  # of every other chord more so
LONGER = np.where(PLACE % 4 < 2, 0.4, 0.0)
SOURCE = style(np.zeros(2 * CHORDS), np.full(2 * CHORDS, -0.5))
TARGET = style(LATER, -0.5 + LONGER)
RNG = np.random.default_rng(0)
PIECE = played(0.003 + 0.002 * RNG.random(CHORDS), 0.3 + 0.02 * RNG.random(2 * CHORDS))


def test_what_the_styles_differ_by_from_note_to_note_is_added_more_than_once_and_its_mean_once():
    clusters = find_clusters(PIECE.notes)
    lag, articulation = carry_touch(PIECE, clusters, SOURCE, TARGET)
    below = slice(1, None, 2)
    wanted = LATER[below] + (LATER - LATER.mean())[below]
    assert lag[below] - clusters.lag_sec[below] == pytest.approx(wanted, abs=4e-4)
    assert lag[::2].tolist() == [0.0] * CHORDS
    known = np.isfinite(articulation)
    change = (articulation - find_articulation(PIECE.notes, clusters))[known]
    assert change == pytest.approx((LONGER + (LONGER - LONGER.mean()) / 2)[known], abs=0.05)


def test_the_way_back_finds_what_was_played():
    clusters = find_clusters(PIECE.notes)
    lag, articulation = carry_touch(PIECE, clusters, SOURCE, TARGET)
    there = played(lag[1::2], np.where(np.isfinite(articulation), np.exp(articulation) * 0.5, 0.3))
    back_lag, back_articulation = carry_touch(there, find_clusters(there.notes), TARGET, SOURCE)
    assert back_lag == pytest.approx(clusters.lag_sec, abs=1e-5)
    known = np.isfinite(articulation)
    assert back_articulation[known] == pytest.approx(find_articulation(PIECE.notes, clusters)[known], abs=1e-4)


def test_performed_lags_keep_most_of_the_spread_of_what_players_do():
    process = np.stack([np.array([0.3, np.sqrt(1 - 0.3**2)])] * 2)
    made = style(np.zeros(2 * CHORDS), np.full(2 * CHORDS, -0.5))
    spreads = []
    for seed in range(5):
        lag, _ = perform_touch(PIECE, find_clusters(PIECE.notes), made, process, seed)
        spreads.append(float(lag[1::2].std()))
    assert np.mean(spreads) == pytest.approx(0.75 * 0.006, rel=0.15)
