import numpy as np
import pytest
import torch

from tests.training_pieces import STYLES, scale_piece
from tonenet_core.checkpoint import load, save
from tonenet_core.encoding.events import FEATURES
from tonenet_core.errors import Cancelled
from tonenet_core.models.base import VelocityModel
from tonenet_core.models.expression.luong import Luong, LuongConfig
from tonenet_core.transfer import interpret

SMALL = LuongConfig(
    styles=STYLES, hidden=16, layers=1, style_size=4, reach=4, dropout=0.0, window_notes=16, transpose=0, hide=0.0
)


def small(seed=0, **changes):
    torch.manual_seed(seed)
    return Luong(LuongConfig(**{**SMALL.__dict__, **changes}))


def batch_of(network, seed=0, bars=2):
    by_style = {style: {"rules": [network.prepare_piece(scale_piece(style, bars=bars))]} for style in STYLES}
    return network.sample_batch(by_style, 2, np.random.default_rng(seed))


def test_it_is_a_style_model():
    assert isinstance(small(), VelocityModel)


@pytest.mark.parametrize("score", ["general", "dot"])
def test_it_overfits_two_bars_of_each_style(score):
    network = small(score=score, hidden=24)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    losses = []
    for step in range(150):
        loss = network(batch_of(network, step))["loss"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))

    assert losses[-1] < losses[0] / 3
    assert network.validate([scale_piece(style) for style in STYLES])["score"] < 5


def test_attention_is_on_notes_that_are_there_and_adds_up_to_one():
    network, piece = small(), scale_piece("jazz")
    attention = network.attention(piece, "jazz").astype(float)

    assert attention.shape == (16, 9)
    assert np.allclose(attention.sum(axis=1), 1, atol=5e-3)
    assert not attention[0, :4].any()  # there is nothing before the first note
    assert not attention[-1, 5:].any()
    assert (attention[8] > 0).all()


def test_the_decoder_sees_no_further_than_its_reach():
    """With an encoder that looks at one note alone, what lies beyond D changes nothing before it is reached."""
    network = small(reach=2)
    network.encoder = torch.nn.Identity()
    network.encoder.forward = lambda entered: (entered[..., :32], None)
    features = torch.randn(1, 16, network.enter.in_features)
    other = features.clone()
    other[:, 9:] += 1.0
    first, second = (network.velocities(each, torch.tensor([0]))[0][0] for each in (features, other))

    assert torch.equal(first[:7], second[:7])
    assert not torch.equal(first[7:], second[7:])


def test_prediction_is_deterministic_and_does_not_see_the_velocities():
    network = small()
    first = network.predict(scale_piece("jazz"), "jazz")

    assert np.array_equal(first, network.predict(scale_piece("jazz", velocity=1), "jazz"))
    assert first.min() >= 1
    assert first.max() <= 127


def test_a_long_piece_is_read_in_windows_that_blend():
    network = small(seed=3)
    bar, repeated = scale_piece("jazz", bars=1), scale_piece("jazz", bars=120)
    repeated.notes["pitch"] = np.tile(bar.notes["pitch"], 120)
    velocities = network.predict(repeated, "jazz").reshape(120, 8)

    assert np.abs(np.diff(velocities[8:-8], axis=0)).max() < 0.5


def test_save_and_load(tmp_path):
    network, piece = small(), scale_piece("jazz")
    save(tmp_path / "it.safetensors", network, "It", {})
    again = load(tmp_path / "it.safetensors", device="cpu")

    assert np.abs(again.predict(piece, "classical") - network.predict(piece, "classical")).max() < 0.5


def test_cancel_unknown_style_unknown_score_nothing_to_play():
    def stop(fraction):
        raise Cancelled

    with pytest.raises(Cancelled):
        small().predict(scale_piece("jazz"), "jazz", stop)
    with pytest.raises(KeyError):
        small().predict(scale_piece("jazz"), "polka")
    with pytest.raises(ValueError, match="score"):
        small(score="concat")
    assert small().predict(scale_piece("jazz", bars=0), "jazz").shape == (0,)


def test_padding_does_not_count():
    network = small()
    batch = batch_of(network, bars=1)
    before = float(network(batch)["loss"].detach())
    batch["velocity"][:, 8:] = 99
    assert float(network(batch)["loss"].detach()) == before


def test_a_transfer_tells_what_was_looked_at():
    network, piece = small(), scale_piece("jazz")
    interpretation = interpret(piece, network, "jazz")
    expected = network.attention(piece, "jazz").astype(float)
    assert interpretation.attention.dtype == np.uint8
    np.testing.assert_allclose(interpretation.attention / 255, expected, atol=0.5 / 255 + 1e-6)
    np.testing.assert_array_equal(interpretation.median, network.predict(piece, "jazz"))


def test_of_a_transcription_it_learns_neither_loudness_nor_lengths():
    taught = {"sources": ("rules",), "shares": (1.0,)}
    plain, deaf = small(**taught), small(**taught, transcribed=("rules",), spread=1.25)
    batch, guessed = batch_of(plain), batch_of(deaf)
    louder = {**guessed, "velocity": guessed["velocity"] + 9}

    assert not guessed["features"][..., FEATURES.index("log_duration")].any()
    assert batch["features"][..., FEATURES.index("log_duration")].any()
    assert float(guessed["velocity"].std()) == pytest.approx(1.25 * float(batch["velocity"].std()), rel=1e-3)
    with torch.no_grad():
        assert float(deaf(louder)["loss"]) == pytest.approx(float(deaf(guessed)["loss"]), rel=1e-4)
        louder = {**batch, "velocity": batch["velocity"] + 9}
        assert float(plain(louder)["loss"]) != pytest.approx(float(plain(batch)["loss"]), rel=1e-2)
