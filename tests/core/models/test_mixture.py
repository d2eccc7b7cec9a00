import numpy as np
import pytest
import torch

from tests.training_pieces import scale_piece
from tonenet_core.encoding.events import FEATURES, LAG, LENGTHS
from tonenet_core.models.expression.mixture import Mixture
from tonenet_core.models.expression.note_windows import prepared, sample_windows
from tonenet_core.models.expression.performer_network import PerformerConfig, PerformerNetwork

STATED = Mixture(sources=("a", "a_pages", "b"), shares=(0.2, 0.2, 0.6), transcribed=("b",), spread=2.0)


class Plain:
    window_notes, hide, transpose, tempo, thin = 16, 0.0, 0, 1.0, 0.0


def batch_of(mixture, count=300, **sources):
    pieces = {name: [prepared(piece, written=mixture.written > 0)] for name, piece in sources.items()}
    return sample_windows({"jazz": pieces}, ("jazz",), count, Plain(), np.random.default_rng(0), mixture=mixture)


def jazz(velocity=None):
    return scale_piece("jazz", bars=8, velocity=velocity)


def test_sources_are_drawn_in_stated_shares():
    batch = batch_of(STATED, a=jazz(10), a_pages=jazz(20), b=jazz(30), unnamed=jazz(40))
    shares = [float((batch["mean"] == mean).float().mean()) for mean in (10, 20, 30, 40)]

    assert shares == pytest.approx([0.2, 0.2, 0.6, 0.0], abs=0.07)
    with pytest.raises(ValueError, match="unnamed"):
        batch_of(STATED, unnamed=jazz())


def test_pages_are_of_the_same_players():
    batch = batch_of(STATED, a=jazz(10), a_pages=jazz(20), b=jazz(30))

    assert STATED.players == ("a", "b")
    assert set(batch["source"][batch["mean"] < 25].tolist()) == {0}
    assert set(batch["source"][batch["mean"] > 25].tolist()) == {1}
    assert STATED.number("nobody") == 2


def test_a_source_is_hidden_as_often_as_asked():
    half = Mixture(sources=("a",), shares=(1.0,), unknown=0.5)

    assert 0.4 < float((batch_of(half, a=jazz())["source"] == 1).float().mean()) < 0.6


def test_of_a_transcription_lengths_and_loudness_are_not_learnt_and_the_spread_is_stretched():
    batch = batch_of(STATED, b=jazz())
    piece = jazz()
    lengths = [FEATURES.index(name) for name in LENGTHS]

    assert not batch["features"][..., lengths].any()
    assert not batch["level_known"].any()
    assert float(batch["velocity"].std()) == pytest.approx(2 * piece.notes["velocity"].std(), rel=0.1)
    captured = batch_of(STATED, a=jazz())
    assert captured["features"][..., lengths].any()
    assert captured["level_known"].all()


def test_lags_and_lengths_are_hidden_at_random():
    strummed = jazz()
    strummed.notes["onset_sec"] += np.where(np.arange(len(strummed.notes)) % 2, -0.22, 0)
    always = batch_of(Mixture(hide_touch=1.0), a=strummed)

    assert batch_of(Mixture(), a=strummed)["features"][..., FEATURES.index(LAG)].any()
    assert not always["features"][..., [FEATURES.index(name) for name in (LAG, *LENGTHS)]].any()


def test_windows_of_written_time_have_no_lags():
    strummed = jazz()
    strummed.notes["onset_sec"] += np.where(np.arange(len(strummed.notes)) % 2, -0.22, 0)
    batch = batch_of(Mixture(written=1.0), a=strummed)

    assert not batch["features"][..., FEATURES.index(LAG)].any()


def test_a_mixture_that_does_not_add_up_is_refused():
    with pytest.raises(ValueError, match="one share a source"):
        Mixture(sources=("a",))
    with pytest.raises(ValueError, match="0 or more"):
        Mixture(sources=("a",), shares=(-1.0,))


def test_the_network_hears_its_source_only_if_it_has_an_input_for_one():
    features, style = torch.randn(1, 8, len(FEATURES)), torch.zeros(1, dtype=torch.int64)
    sizes = {"hidden": 8, "layers": 1, "style_size": 4, "block": 8, "dropout": 0.0}
    deaf = PerformerNetwork(PerformerConfig(("jazz",), **sizes)).eval()
    hearing = PerformerNetwork(PerformerConfig(("jazz",), sources=("a", "b"), shares=(0.5, 0.5), **sizes)).eval()
    first, second, unknown = (torch.tensor([number]) for number in range(3))

    assert torch.equal(deaf(features, style, first), deaf(features, style, second))
    assert not torch.equal(hearing(features, style, first), hearing(features, style, second))
    assert torch.equal(hearing(features, style, unknown), hearing(features, style))
