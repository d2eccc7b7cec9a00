"""The source of a piece, which the network has as an input, is recognised by its notes."""

from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.training_pieces import STYLES, scale_piece
from tonenet_core.checkpoint import load, save
from tonenet_core.encoding.events import encode_events
from tonenet_core.models.expression.performer import Performer
from tonenet_core.models.expression.performer_network import PerformerConfig

CONFIG = PerformerConfig(
    styles=STYLES,
    hidden=8,
    layers=1,
    style_size=4,
    block=8,
    sources=("low", "high", "hall"),
    shares=(1.0, 1.0, 1.0),
    recognised=1.0,
)


def from_source(source, seed=0, style="jazz"):
    piece = scale_piece(style, bars=4, seed=seed)
    piece.notes["pitch"] += {"low": 0, "high": 24, "hall": 12}[source]
    return replace(piece, source=source)


@pytest.fixture(scope="module")
def performer():
    torch.manual_seed(0)
    network = Performer(CONFIG).eval()
    for each in network.networks:  # so far from "whatever source" that it is seen
        torch.nn.init.normal_(each.source.weight, std=1.0)
    network.learn_sources(
        {
            "low": [from_source("low", seed) for seed in range(6)],
            "high": [from_source("high", seed) for seed in range(6)],
            "hall": [from_source("hall", seed, "classical") for seed in range(6)],
            "unnamed": [replace(from_source("low", seed), source="unnamed") for seed in range(6)],
        }
    )
    return network


def shares(performer, piece, style=0):
    return performer.recognition.shares(encode_events(piece), style)


def test_pieces_that_were_not_learnt_from_are_recognised(performer):
    for number, source in enumerate(("low", "high")):
        of_each = shares(performer, from_source(source, seed=99))[0]

        assert of_each[number] > 0.9
        assert of_each.sum() == pytest.approx(1)


def test_only_sources_of_the_style_count(performer):
    piece = from_source("hall", seed=99)

    assert shares(performer, piece, style=0)[0, 2] == 0
    assert shares(performer, piece, style=1)[0].tolist() == pytest.approx([0, 0, 1, 0])


def test_the_rest_is_unknown(performer):
    less = Performer(replace(CONFIG, recognised=0.75))
    less.load_state_dict(performer.state_dict())
    of_each = shares(less, from_source("low", seed=99))[0]

    assert of_each[3] == pytest.approx(0.25)
    assert of_each[:3].sum() == pytest.approx(0.75)


def test_a_piece_is_predicted_as_of_the_source_that_it_is_like(performer):
    piece = from_source("high", seed=99)
    (network,) = performer.networks
    features, style = torch.from_numpy(encode_events(piece))[None], torch.tensor([0])
    with torch.inference_mode():
        of = [torch.softmax(network(features, style, torch.tensor([number])), -1)[0, :, 0] for number in (0, 1, 3)]
    low, high, unknown = (each.numpy() for each in of)
    predicted = performer.distribution(piece, "jazz").shape

    assert np.abs(predicted - high).max() < 0.1 * min(np.abs(high - low).max(), np.abs(high - unknown).max())


def test_a_far_out_piece_is_still_of_some_source(performer):
    piece = from_source("high")
    piece.notes["onset_sec"] *= 1000
    piece.notes["pitch"] = 108

    assert torch.isfinite(shares(performer, piece)).all()


def test_an_empty_piece_and_an_added_style_have_no_source(performer):
    added = Performer.joined([deepcopy(performer), deepcopy(performer)])
    added.add_style("evans")
    piece = from_source("low")

    assert performer.predict(scale_piece("jazz", bars=0), "jazz").shape == (0,)
    assert shares(performer, scale_piece("jazz", bars=0)) is None
    assert shares(added, piece, style=2) is None
    assert added.predict(piece, "evans").shape == (32,)
    assert np.allclose(added.predict(piece, "jazz"), performer.predict(piece, "jazz"), atol=0.1)


def test_save_and_load(performer, tmp_path):
    save(tmp_path / "it.safetensors", performer, "It", {})
    again = load(tmp_path / "it.safetensors", device="cpu")
    piece = from_source("high", seed=99)

    assert shares(again, piece)[0].tolist() == pytest.approx(shares(performer, piece)[0].tolist(), abs=0.02)
    assert np.abs(again.predict(piece, "jazz") - performer.predict(piece, "jazz")).max() < 1


def test_a_share_that_cannot_be():
    with pytest.raises(ValueError, match=r"0\.\.1"):
        replace(CONFIG, recognised=1.5)
    with pytest.raises(ValueError, match="has them"):
        PerformerConfig(STYLES, recognised=0.5)
