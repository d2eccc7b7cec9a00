"""Micro-timing of pages: features, trees, and what is played of their expectation."""

import numpy as np
import pytest

from tonenet_core.checkpoint import load, save
from tonenet_core.encoding.rhythm import PLACES, find_rhythm
from tonenet_core.errors import CheckpointError, DataError
from tonenet_core.models.base import MicroTimingModel
from tonenet_core.models.micro_timing import LARGEST, MicroTiming, meet_halfway
from tonenet_core.models.tempo import TempoCurve
from tonenet_core.models.timing.micro_features import (
    BAR_COLUMNS,
    REACH,
    ROW_FEATURES,
    encode_places,
    without_bars,
)
from tonenet_core.models.timing.micro_timing import MicroTimingConfig, MicroTimingTrees
from tonenet_core.performance import NOTE_DTYPE, PEDAL_DTYPE, PLAYED_DTYPE, Piece, TrainingPiece

SMALL = MicroTimingConfig(
    styles=("classical",),
    rounds=30,
    leaves=7,
    learning_rate=0.2,
    leaf_notes=5,
    feature_share=1.0,
    spread_rounds=10,
    spread_leaves=3,
)


def page(bars=10, seed=0, late=0.08, noise=0.01):
    """Eighths; before a chord, which is on every fourth beat, the player is late."""
    rng = np.random.default_rng(seed)
    places = np.arange(bars * 8) / 2
    push = np.where(places % 4 == 3.5, late, 0.0) + rng.normal(0, noise, len(places)) * (places % 1 > 0)
    rows = [(place, 72 + int(rng.integers(12)), place + push[index]) for index, place in enumerate(places)]
    rows += [(place, 40 + 4 * voice, place) for place in range(0, bars * 4, 4) for voice in range(3)]
    rows.sort()
    notes = np.array([(place * 0.5, 0.2, pitch, 64) for place, pitch, _ in rows], NOTE_DTYPE)
    played = np.array([(struck * 0.5, 0.2) for *_, struck in rows], PLAYED_DTYPE)
    beats, nothing = np.arange(bars * 4 + 1) * 0.5, np.zeros(0, PEDAL_DTYPE)
    return TrainingPiece(notes, beats, beats[::4], nothing, "classical", "classical_pages", f"page {seed}", played)


@pytest.fixture(scope="module")
def learnt():
    model, pages = MicroTimingTrees(SMALL), [page(seed=seed) for seed in range(5)]
    model.fit(pages, 0)
    model.validate(pages)
    return model, pages


def test_a_place_has_one_row_whatever_was_played_there():
    piece = page()
    place, rows = encode_places(piece)
    later = piece.notes.copy()
    later["velocity"] = 99

    assert place.tolist() == list(range(0, 10 * 4 * PLACES, PLACES // 2))
    assert rows.shape == (len(place), ROW_FEATURES)
    changed = Piece(later, piece.beats_sec, piece.downbeats_sec, np.array([(1.0, 127)], PEDAL_DTYPE))
    assert np.array_equal(encode_places(changed)[1], rows)
    free = Piece(piece.notes, piece.beats_sec[:0], piece.downbeats_sec[:0], piece.pedal)
    assert [len(each) for each in encode_places(free)] == [0, 0]


def test_a_row_has_the_places_around_it_and_no_more():
    piece = page()
    notes = piece.notes.copy()
    row = int(np.flatnonzero(notes["onset_sec"] == 10.25)[0])
    notes["duration_sec"][row] = 0.01  # a grace note: of no other feature of the beats
    place, before = encode_places(piece)
    _, after = encode_places(Piece(notes, piece.beats_sec, piece.downbeats_sec, piece.pedal))
    changed = place[(before != after).any(axis=1)] / PLACES

    assert set(changed) <= set(20.5 + np.arange(-REACH, REACH + 1) / 2)
    assert 20.5 in changed


def test_a_piece_without_bars_is_as_one_whose_bars_are_hidden():
    piece = page()
    unknown = Piece(piece.notes, piece.beats_sec, piece.downbeats_sec[:0], piece.pedal)
    rows, hidden = encode_places(unknown)[1], without_bars(encode_places(piece)[1])

    assert not rows[:, BAR_COLUMNS].any()
    assert np.array_equal(rows, hidden)


def test_it_learns_where_the_player_is_late(learnt):
    model, pages = learnt
    found = model.micro_timing(pages[0], "classical")
    is_late = found.place % (4 * PLACES) == 3.5 * PLACES

    assert isinstance(model, MicroTimingModel)
    assert model.validate(pages)["r"] > 0.9
    assert found.middle[is_late].mean() == pytest.approx(0.08, abs=0.02)
    assert np.abs(found.middle[~is_late & found.is_inside].mean()) < 0.01
    assert not found.middle[~found.is_inside].any()
    assert 0.004 < found.spread[found.is_inside].mean() < 0.03
    before = np.flatnonzero(is_late)[:-1] - 1  # the interval that leads there is longer, and the one after it shorter
    assert np.median(found.log_ioi[before] - found.log_ioi[before - 1]) > 0.08
    assert np.median(found.log_ioi[before + 1] - found.log_ioi[before - 1]) < -0.08


def test_what_is_no_page_teaches_nothing():
    piece = page()
    recording = TrainingPiece(piece.notes, piece.beats_sec, piece.downbeats_sec, piece.pedal, "classical", "asap", "it")
    with pytest.raises(DataError, match="pages"):
        MicroTimingTrees(SMALL).fit([recording, page(bars=3)], 0)


def test_save_and_load(tmp_path, learnt):
    model, pages = learnt
    save(tmp_path / "it.safetensors", model, "It", {})
    again = load(tmp_path / "it.safetensors", device="cpu")

    assert isinstance(again, MicroTimingTrees)
    first, second = (each.micro_timing(pages[0], "classical") for each in (model, again))
    assert np.allclose(first.middle, second.middle, atol=1e-9)
    assert np.allclose(first.spread, second.spread, rtol=1e-2)
    assert np.allclose(again.residuals("classical"), model.residuals("classical"), atol=1e-2)
    with pytest.raises(KeyError):
        again.micro_timing(pages[0], "polka")


def test_the_same_seed_fits_the_same_trees(learnt):
    model, pages = learnt
    again = MicroTimingTrees(SMALL)
    again.fit(pages, 0)
    assert again.middle_value.equal(model.middle_value)
    assert again.spread_child.equal(model.spread_child)


def test_trees_that_read_what_is_not_there(tmp_path, learnt):
    model, _ = learnt
    damaged = MicroTimingTrees(SMALL)
    damaged.load_state_dict(model.state_dict())
    damaged.middle_feature[:] = ROW_FEATURES
    save(tmp_path / "it.safetensors", damaged, "It", {})
    with pytest.raises(CheckpointError, match="features"):
        load(tmp_path / "it.safetensors", device="cpu")


def test_what_is_played_is_bounded_and_nothing_on_a_beat():
    place, unknown = np.array([0, 24, 48, 60]), np.full(4, np.nan)
    expected = MicroTiming(place, np.array([0, 0.01, 0, 0.9]), np.array([0, 0.02, 0, 0.02]), unknown)
    made = expected.played(np.array([1.0, -1.0]), 0.5)
    assert made == pytest.approx([0, 0.02, 0, LARGEST])


def test_a_player_is_away_from_where_it_is_written_inside_the_beats_only():
    found = find_rhythm(page(noise=0.0))
    away = found.away[1:-1:2]
    late = found.place[1:-1:2] % (4 * PLACES) == 3.5 * PLACES
    assert away[late] == pytest.approx(0.08)
    assert away[~late] == pytest.approx(0, abs=1e-9)
    assert np.isnan(found.away[::2]).all()


BEATS = 8


def expectation(log_ioi, middle=0.0, place=None):
    """A tempo that keeps, and eighths that its players expect to last so long."""
    place = np.arange(2 * BEATS) * PLACES // 2 if place is None else place
    inside = place % PLACES > 0
    curve = TempoCurve(np.zeros(BEATS), np.full(BEATS, 0.1))
    return curve, MicroTiming(place, np.where(inside, middle, 0.0), np.where(inside, 0.01, 0.0), log_ioi)


def intervals(curve, inside):
    times = np.concatenate([[0.0], np.cumsum(np.exp(curve.middle))])
    return np.log(np.diff(np.interp(inside.place / PLACES + inside.middle, np.arange(len(times)), times)))


def test_intervals_that_are_expected_inside_the_beats_move_what_is_there_halfway():
    curve, inside = expectation(np.tile([0.1, -0.1], BEATS))
    made, moved = meet_halfway(curve, inside)

    assert -np.diff(intervals(made, moved))[::2] == pytest.approx(0.1, abs=1e-3)
    assert moved.middle[:-1][moved.is_inside[:-1]] == pytest.approx(0.5 * np.tanh(0.05), abs=1e-3)
    assert not moved.middle[~moved.is_inside].any()
    assert np.ptp(made.middle[:-1]) < 1e-3
    assert np.array_equal(made.spread, curve.spread)


def test_intervals_that_are_expected_from_beat_to_beat_change_the_tempo_halfway():
    wave = np.repeat(0.2 * np.sin(np.arange(BEATS)), 2)
    made, moved = meet_halfway(*expectation(wave))

    assert made.middle[:-1] - made.middle[0] == pytest.approx((wave[:-2:2] - wave[0]) / 2, abs=1e-6)
    assert made.middle.mean() == pytest.approx(0)
    assert moved.middle[:-1] == pytest.approx(0, abs=1e-9)  # nothing follows the last one


def test_what_agrees_or_expects_nothing_stays_as_it_is():
    push = np.tile([0.06, -0.06], BEATS)  # eighths .03 beats late
    for log_ioi in (np.log1p(push), np.full(2 * BEATS, np.nan)):
        curve, inside = expectation(log_ioi, middle=0.03)
        made, moved = meet_halfway(curve, inside)
        assert made.middle[:-1] == pytest.approx(0, abs=2e-3)
        assert moved.middle[:-1] == pytest.approx(inside.middle[:-1], abs=1e-3)


def test_a_pause_and_a_piece_without_notes_stay_as_they_are():
    place = np.array([0, 24, 48, 48 * 7])  # the last interval is a pause of six beats
    curve, inside = expectation(np.array([0.1, -0.1, 5.0, 0.0]), place=place)
    made, _ = meet_halfway(curve, inside)
    assert np.ptp(made.middle[1:6]) == pytest.approx(0, abs=1e-9)

    nothing = np.zeros(0)
    silent = MicroTiming(np.zeros(0, np.int64), nothing, nothing, nothing)
    assert meet_halfway(curve, silent)[0] is curve
