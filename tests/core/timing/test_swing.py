"""Swing: pairs of eighths, their ratio, and warps that change it and nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.timing.written import NO_BEATS, eighths, metered, piece_of, pieces
from tonenet_core.timing.clusters import find_clusters
from tonenet_core.timing.swing import find_swing, swing_warp
from tonenet_core.timing.upbeats import EMPTY, OTHER, PAIR, SIXTEENTHS, TRIPLET
from tonenet_core.timing.warp import warp_piece

BARS = 6


def swung_to(piece, log2_bur):
    swing = find_swing(piece)
    return warp_piece(piece, swing_warp(swing, np.full(len(swing), float(log2_bur))))


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0, 2.6])
def test_the_ratio_of_written_eighths(ratio):
    swing = find_swing(eighths(ratio))
    assert len(swing) == 4 * BARS
    assert swing.log2_bur == pytest.approx(np.log2(ratio), abs=1e-9)
    assert swing.ratio == pytest.approx(ratio)
    assert swing.is_swung is (ratio > 1.2)
    assert (swing.kind == PAIR).all()


@pytest.mark.parametrize("late_beats", [-0.1, 0.03, 0.12])
def test_a_late_player_swings_no_more_than_an_early_one(late_beats):
    late = eighths(2.0)
    late.notes["onset_sec"] += 0.5 * late_beats + (0.5 if late_beats < 0 else 0)
    swing = find_swing(late)
    assert swing.mean == pytest.approx(1.0)
    assert len(swing) >= 4 * BARS - 1
    assert swing.late == pytest.approx(late_beats, abs=0.0126)
    drums = np.arange(24.0)
    assert swing_warp(swing, np.zeros(len(swing))).apply(drums).tolist() == drums.tolist()


def test_too_few_pairs_tell_nothing():
    assert find_swing(eighths(2.0, bars=2)).is_swung is None


@pytest.mark.parametrize("to", [-0.1, 0.0, 0.7, 1.2])
def test_eighths_are_swung_and_straightened(to):
    piece = eighths(2.0)
    again = find_swing(swung_to(piece, to))
    assert again.log2_bur == pytest.approx(to, abs=1e-9)


def test_both_hands_and_ties_move_together_and_beats_stay():
    rows = [(beat + part, 0.5, 72 + beat % 3) for beat in range(8) for part in (0, 0.5)]
    rows += [(2.5, 3.0, 50), (3.55, 1.0, 40)]  # from upbeat to upbeat; and a bass that is late on another
    rows += [(0.5, 6.0, 45)]
    piece = metered(rows)
    moved = swung_to(piece, 1.0)
    before, after = (
        {(int(note["pitch"]), round(float(note["onset_sec"]), 3)): note for note in each.notes}
        for each in (piece, moved)
    )
    shift = 0.5 * (2 / 3 - 0.5)
    assert (50, round(1.25 + shift, 3)) in after  # with the right hand's upbeat
    assert after[50, round(1.25 + shift, 3)]["duration_sec"] == pytest.approx(before[50, 1.25]["duration_sec"])
    assert (40, round(1.775 + shift, 3)) in after  # as late as it was
    on_beats = [(pitch, onset) for pitch, onset in before if round(onset / 0.5, 6) % 1 == 0]
    assert on_beats
    assert all(place in after for place in on_beats)


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ((0, 1 / 3, 2 / 3), TRIPLET),
        ((0, 0.25, 0.5, 0.75), SIXTEENTHS),
        ((0, 0.5, 0.75), SIXTEENTHS),
        ((0, 0.75), SIXTEENTHS),
        ((0, 0.25), SIXTEENTHS),
        ((0, 1 / 3), TRIPLET),
        ((0, 0.2, 0.4, 0.6, 0.8), OTHER),
        ((0,), EMPTY),
    ],
)
def test_what_is_no_pair_stays(parts, kind):
    rows = [(beat + part, 0.1, 72 + beat % 3) for beat in range(8) for part in (0, 0.5)]
    figure = [(8 + beat + part, 0.1, 72 + beat) for beat in range(4) for part in parts]
    rows += [(12 + beat + part, 0.1, 72 + beat % 3) for beat in range(8) for part in (0, 0.5)]
    piece = metered([*rows, *figure])
    assert (find_swing(piece).kind[8:12] == kind).all()
    moved = swung_to(piece, 1.0)
    inside = (piece.notes["onset_sec"] >= 4) & (piece.notes["onset_sec"] < 6)
    assert np.array_equal(moved.notes["onset_sec"][inside], piece.notes["onset_sec"][inside])
    assert np.count_nonzero(moved.notes["onset_sec"] != piece.notes["onset_sec"]) == 16


def test_other_instruments_swing_on_where_the_piano_rests():
    rows = [(beat + part, 0.1, 72) for beat in (0, 1, 2, 6, 7, 8) for part in (0, 0.5)]
    rows += [(3, 2.9, 60)]
    swing = find_swing(metered(rows))
    warp = swing_warp(swing, np.ones(len(swing)))
    drums = np.array([3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0, 6.5])
    assert warp.apply(drums) == pytest.approx([3, 3 + 2 / 3, 4, 4 + 2 / 3, 5, 5 + 2 / 3, 6, 6 + 2 / 3])


def test_a_long_rest_parts_two_runs():
    rows = [(beat + part, 0.1, 72) for beat in (0, 1, 2, 10, 11, 12) for part in (0, 0.5)]
    swing = find_swing(metered([*rows, (13, 1, 60)]))
    assert swing.run.tolist() == [0, 0, 0, 1, 1, 1]
    assert swing_warp(swing, np.ones(len(swing))).apply(np.array([5.5, 7.3])).tolist() == [5.5, 7.3]


@pytest.mark.parametrize("rows", [[], [(0, 0.3, 60)], [(0.5, 0.3, 60)], [(1.0, 0.3, pitch) for pitch in range(40, 80)]])
def test_short_pieces(rows):
    for piece in (metered(rows), piece_of([(on, long, key, 64) for on, long, key in rows], NO_BEATS)):
        swing = find_swing(piece)
        assert swing.is_swung is None
        moved = warp_piece(piece, swing_warp(swing, np.ones(len(swing))))
        assert len(moved.notes) == len(rows)


@given(pieces(with_beats=True), st.integers(0, 2**32 - 1), st.sampled_from([0.1, 0.5, 3.0]))
def test_a_warp_gives_the_ratios_asked_for_and_comes_back(piece, seed, sd):
    swing = find_swing(piece)
    chance = np.random.default_rng(seed)
    wanted = np.clip(swing.log2_bur + chance.normal(0, sd, len(swing)), swing.lowest, swing.highest)
    warp = swing_warp(swing, wanted)
    assert (np.diff(warp.from_beat) > 0).all()
    assert (np.diff(warp.to_beat) > 0).all()
    moved = warp_piece(piece, warp)
    assert (moved.notes["duration_sec"] >= -1e-12).all()
    assert (np.diff(moved.notes["onset_sec"]) >= 0).all()
    back = warp_piece(moved, warp.inverse)
    for field in ("onset_sec", "duration_sec"):
        assert np.allclose(back.notes[field], piece.notes[field], rtol=0, atol=1e-9)
    assert np.allclose(back.pedal["time_sec"], piece.pedal["time_sec"], rtol=0, atol=1e-9)


def lines(draw_count=40):
    """Two hands over beats: pairs of any ratio, triplets, sixteenths, rests, chords with lags, a beating heart."""
    figures = st.sampled_from(["pair", "pair", "pair", "hands", "upbeat", "triplet", "sixteenths", "rest"])
    return st.tuples(
        st.lists(figures, min_size=1, max_size=draw_count),
        st.integers(0, 2**32 - 1),
        st.sampled_from([0.25, 0.4, 0.6, 1.0]),
        st.sampled_from([0.0, 0.15]),
    )


def line_of(figures, seed, period, wobble):
    chance = np.random.default_rng(seed)
    beats = np.cumsum(period * np.exp(chance.normal(0, wobble, len(figures) + 2)))
    rows = []
    for beat, figure in enumerate(figures):
        way = chance.uniform(0.45, 0.68)
        late = chance.uniform(-0.05, 0.05)
        parts = {
            "pair": [late, way],
            "hands": [late, way],
            "upbeat": [way],
            "triplet": [0, 1 / 3, 2 / 3],
            "sixteenths": [0, 0.25, 0.5, 0.75],
            "rest": [],
        }[figure]
        rows += [(beat + part, 0.3, 70 + beat % 7) for part in parts]
        rows += [(beat + way + 0.01, 0.3, 50)] * (figure == "hands") + [(beat + late + 0.01, 2.2, 45)] * (beat % 2)
    places = np.arange(len(beats))
    at = [(np.interp([on, on + long], places, beats), key) for on, long, key in rows]
    return piece_of([(max(on, 0.0), max(off - on, 0.0), key, 64) for (on, off), key in at], beats)


@given(lines(), st.integers(0, 2**32 - 1))
def test_the_pairs_are_found_again_with_their_new_ratios(line, seed):
    piece = line_of(*line)
    clusters, swing = find_clusters(piece.notes), find_swing(piece)
    chance = np.random.default_rng(seed)
    wanted = np.clip(chance.normal(0.3, 0.6, len(swing)), swing.lowest, swing.highest)
    moved = warp_piece(piece, swing_warp(swing, wanted))
    again = find_swing(moved)
    assert np.array_equal(find_clusters(moved.notes).of_note, clusters.of_note)
    assert np.array_equal(again.beat, swing.beat)
    assert np.array_equal(again.is_full, swing.is_full)
    assert np.array_equal(again.kind, swing.kind)
    assert np.allclose(again.log2_bur, wanted, rtol=0, atol=1e-9)
    back = warp_piece(moved, swing_warp(again, swing.log2_bur))
    assert np.allclose(back.notes["onset_sec"], piece.notes["onset_sec"], rtol=0, atol=1e-9)
    assert np.allclose(back.notes["duration_sec"], piece.notes["duration_sec"], rtol=0, atol=1e-9)


@given(pieces())
def test_the_ratios_that_a_piece_has_move_nothing(piece):
    swing = find_swing(piece)
    moved = warp_piece(piece, swing_warp(swing, swing.log2_bur))
    for field in ("onset_sec", "duration_sec"):
        assert np.array_equal(moved.notes[field], piece.notes[field])
    assert np.array_equal(moved.pedal["time_sec"], piece.pedal["time_sec"])


def test_a_hundred_thousand_fast_notes():
    rows = np.arange(100_000)
    piece = piece_of(
        zip(rows * 0.012, np.full(100_000, 0.02), 30 + rows % 50, 1 + rows % 127, strict=True), np.arange(1210)
    )
    moved = swung_to(piece, 1.0)
    assert len(find_clusters(moved.notes)) > 20_000
