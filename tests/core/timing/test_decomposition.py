"""A piece taken apart and put together: the same to the billionth of a second, and in ticks exactly."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.timing.written import eighths, piece_of, pieces
from tonenet_core.midi import read_midi
from tonenet_core.performance import Piece
from tonenet_core.timing.clusters import find_clusters
from tonenet_core.timing.decomposition import decompose, recompose
from tonenet_core.timing.swing import find_swing

TICK_SEC = 60 / (480 * 500)  # of 480 a beat at 500 beats a minute: finer than files have


def assert_same(piece, again, rows):
    assert np.array_equal(rows, np.arange(len(piece.notes)))
    for field in ("pitch", "velocity"):
        assert np.array_equal(again.notes[field], piece.notes[field])
    for field in ("onset_sec", "duration_sec"):
        assert np.allclose(again.notes[field], piece.notes[field], rtol=0, atol=1e-9)
        ticks, before = (np.rint(each.notes[field] / TICK_SEC + 1e-4) for each in (again, piece))
        assert np.array_equal(ticks, before)
    assert np.allclose(again.beats_sec, piece.beats_sec, rtol=0, atol=1e-9)
    assert np.allclose(again.downbeats_sec, piece.downbeats_sec, rtol=0, atol=1e-9)
    assert np.allclose(again.pedal["time_sec"], piece.pedal["time_sec"], rtol=0, atol=1e-9)
    assert np.array_equal(again.pedal["value"], piece.pedal["value"])


@given(pieces())
def test_the_same_piece_comes_back(piece):
    piece = Piece(piece.notes, piece.beats_sec, piece.beats_sec[::4], piece.pedal)
    again, rows = recompose(decompose(piece))
    assert_same(piece, again, rows)


@pytest.mark.data
@pytest.mark.parametrize("folder", ["jazz", "classical_asap", "classical_piano_midi_de", "pop909", "jazz_pijama"])
def test_the_same_real_pieces_come_back(data_folder, folder):
    files = sorted((data_folder / folder).rglob("*.mid"))
    for file in files[:: max(len(files) // 6, 1)]:
        piece = read_midi(file).piece
        assert_same(piece, *recompose(decompose(piece)))


def test_swing_and_tempo_change_apart():
    piece = eighths(2.0)
    layers = decompose(piece)
    again, _ = recompose(
        replace(layers, log2_bur=np.zeros(len(layers.swing)), log_period=layers.log_period + np.log(2))
    )
    assert again.beats_sec == pytest.approx(2 * piece.beats_sec)
    assert find_swing(again).log2_bur == pytest.approx(0, abs=1e-9)
    assert np.allclose(np.rint(again.notes["onset_sec"] * 2), again.notes["onset_sec"] * 2)


def test_a_long_note_keeps_its_end_among_the_beats_and_a_short_one_its_share():
    piece = eighths(2.0)
    layers = decompose(piece)
    again, rows = recompose(replace(layers, log2_bur=np.zeros(len(layers.swing))))
    duration = again.notes["duration_sec"][np.argsort(rows)]
    bass = piece.notes["pitch"] < 60
    assert duration[bass] == pytest.approx(1.0)
    assert duration[~bass] == pytest.approx(0.25)


def test_other_articulation_is_found_again():
    piece = piece_of([(0.5 * place, 0.3, 60 + place % 3, 64) for place in range(20)])
    layers = decompose(piece)
    again, _ = recompose(replace(layers, articulation=layers.articulation + np.log(1.5)))
    assert decompose(again).articulation[:-1] == pytest.approx(np.log(0.9))
    assert again.notes["duration_sec"][-1] == pytest.approx(0.3)


def test_lags_move_notes_and_no_cluster():
    piece = piece_of([(0.5 * place, 0.4, pitch, 64) for place in range(10) for pitch in (48, 60, 72)])
    layers = decompose(piece)
    lag = np.where(layers.clusters.is_top, 0, 0.012)
    again, _ = recompose(replace(layers, lag_sec=lag))
    found = find_clusters(again.notes)
    assert np.array_equal(found.time_sec, layers.clusters.time_sec)
    assert found.lag_sec[~found.is_top] == pytest.approx(0.012)


@given(pieces(), st.integers(0, 2**32 - 1))
def test_any_change_keeps_the_notes(piece, seed):
    chance = np.random.default_rng(seed)
    layers = decompose(piece)

    def change(values, sd):
        return values + chance.normal(0, sd, len(values))

    again, rows = recompose(
        replace(
            layers,
            log_period=change(layers.log_period, 0.1),
            log2_bur=change(layers.log2_bur, 0.5),
            lag_sec=change(layers.lag_sec, 0.02),
            articulation=change(layers.articulation, 0.5),
            pedal_lag_sec=change(layers.pedal_lag_sec, 0.05),
        )
    )
    assert np.array_equal(np.sort(rows), np.arange(len(piece.notes)))
    assert np.array_equal(again.notes["pitch"], piece.notes["pitch"][rows])
    assert (np.diff(again.notes["onset_sec"]) >= 0).all()
    assert (np.diff(again.pedal["time_sec"]) >= 0).all()
    is_silent = piece.notes["duration_sec"][rows] == 0
    assert (again.notes["duration_sec"][~is_silent] > 0).all()
