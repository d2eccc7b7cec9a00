from dataclasses import dataclass

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.training_pieces import STYLES, scale_piece
from tonenet_core.encoding.events import FEATURES, METRE, PEDAL, encode_events
from tonenet_core.models.expression.note_windows import prepared, sample_windows, windows


@dataclass(frozen=True)
class Plain:
    """No augmentation but what a test asks for."""

    window_notes: int = 16
    hide: float = 0.0
    transpose: int = 0
    tempo: float = 1.0
    thin: float = 0.0


def batch_of(pieces, how, count=4, seed=0):
    by_style = {style: {"rules": [prepared(piece) for piece in pieces if piece.style == style]} for style in STYLES}
    return sample_windows(by_style, STYLES, count, how, np.random.default_rng(seed))


def pieces(bars=4, **changes):
    return [scale_piece(style, bars=bars, **changes) for style in STYLES]


@given(st.integers(0, 700), st.integers(20, 100), st.integers(1, 10))
def test_windows_cover_every_note_once(count, size, context):
    total = np.zeros(count)
    last = -1.0
    for done, cut, weight in windows(count, size, context):
        assert done > last
        assert len(weight) == cut.stop - cut.start <= size + 2 * context
        total[cut] += weight
        last = done
    assert np.allclose(total, 1, atol=1e-5)


def test_shapes():
    batch = batch_of(pieces(), Plain(), count=3)

    assert batch["features"].shape == (6, 16, len(FEATURES))
    assert batch["velocity"].shape == batch["inside"].shape == (6, 16)
    assert batch["style"].tolist() == [0, 0, 0, 1, 1, 1]
    assert batch["inside"].all()


def test_a_window_is_a_cut_of_its_piece():
    piece = scale_piece("jazz", bars=8)
    rows = encode_events(piece)
    batch = batch_of([piece, scale_piece("classical")], Plain())

    for features, velocity in zip(batch["features"][:4].numpy(), batch["velocity"][:4].numpy(), strict=True):
        starts = [at for at in range(len(rows) - 15) if np.allclose(rows[at : at + 16], features, atol=0.01)]
        assert len(starts) == 1
        assert np.array_equal(piece.notes["velocity"][starts[0] : starts[0] + 16], velocity)


def test_what_is_too_short_is_padded_and_says_so():
    batch = batch_of(pieces(bars=1), Plain())

    assert batch["inside"].sum(dim=1).tolist() == [8] * 8
    assert not batch["features"][:, 8:].any()


@pytest.mark.parametrize("semitones", [-3, 1, 5, 12])
def test_transposing_is_what_the_transposed_piece_would_be(semitones):
    from tonenet_core.models.expression.note_windows import transpose

    piece, higher = scale_piece("jazz"), scale_piece("jazz")
    higher.notes["pitch"] = piece.notes["pitch"].astype(int) + semitones
    features = encode_events(piece)
    transpose(features, semitones)

    assert np.allclose(features, encode_events(higher), atol=1e-5)


def test_tempo_is_what_the_slower_piece_would_be_but_for_its_densities():
    from tonenet_core.models.expression.note_windows import change_tempo

    piece, slower = scale_piece("jazz"), scale_piece("jazz")
    for name in ("onset_sec", "duration_sec"):
        slower.notes[name] *= 1.1
    features = encode_events(piece)
    change_tempo(features, np.log2(1.1))
    spans = [index for index, name in enumerate(FEATURES) if name in {"log_duration", "log_gap_after", "chord_lag"}]

    inner = slice(2, -2)  # at the ends there is a longest gap that no tempo changes
    assert np.allclose(features[inner, spans], encode_events(slower)[inner, spans], atol=1e-5)


def test_hiding_takes_metre_and_pedal_away():
    batch = batch_of(pieces(), Plain(hide=1.0))
    hidden = [FEATURES.index(name) for name in (*METRE, *PEDAL)]

    assert not batch["features"][..., hidden].any()
    assert batch_of(pieces(), Plain())["features"][..., hidden].any()


def test_thinning_takes_notes_out_of_chords_alone():
    chords = scale_piece("jazz", bars=40)
    chords.notes["onset_sec"] = np.repeat(np.arange(160) * 0.5, 2)
    whole, single = prepared(chords), prepared(scale_piece("jazz", bars=40))

    assert 0.7 < len(whole.thinned.velocity) / len(whole.velocity) < 0.9
    assert len(single.thinned.velocity) == len(single.velocity)


def test_sources_of_a_style_are_drawn_equally_often():
    small, large = prepared(scale_piece("jazz", velocity=10)), prepared(scale_piece("jazz", bars=60, velocity=90))
    by_style = {"jazz": {"small": [small], "large": [large, large]}}
    batch = sample_windows(by_style, ("jazz",), 300, Plain(), np.random.default_rng(0))

    assert 0.4 < float((batch["mean"] == 10).float().mean()) < 0.6


def test_the_same_seed_gives_the_same_batch():
    how = Plain(hide=0.5, transpose=5, tempo=1.2, thin=0.5)
    first, second, other = (batch_of(pieces(), how, seed=seed) for seed in (1, 1, 2))

    assert all(torch.equal(first[name], second[name]) for name in first)
    assert not torch.equal(first["features"], other["features"])
