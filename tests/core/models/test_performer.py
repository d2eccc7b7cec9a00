import numpy as np
import pytest
import torch

from tests.training_pieces import STYLES, scale_piece
from tonenet_core.analysis.quantiles import shape_spread
from tonenet_core.checkpoint import load, save
from tonenet_core.errors import Cancelled
from tonenet_core.models.base import DistributionModel, VelocityModel
from tonenet_core.models.expression.performer import CONTEXT, WINDOW, Performer
from tonenet_core.models.expression.performer_network import PerformerConfig

SMALL = PerformerConfig(
    styles=STYLES, hidden=16, layers=2, style_size=4, block=32, dropout=0.0, window_notes=16, transpose=0, hide=0.0
)


def small(seed=0, **changes):
    torch.manual_seed(seed)
    return Performer(PerformerConfig(**{**SMALL.__dict__, **changes}))


def fit(network, pieces, steps, rate=1e-2):
    by_style = {
        style: {"rules": [network.prepare_piece(piece) for piece in pieces if piece.style == style]} for style in STYLES
    }
    optimizer = torch.optim.Adam(network.parameters(), lr=rate)
    losses = []
    for step in range(steps):
        loss = network(network.sample_batch(by_style, 4, np.random.default_rng(step)))["loss"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    return losses


@pytest.fixture(scope="module")
def learnt():
    network = small()
    pieces = [scale_piece(style, bars=2, seed=seed) for style in STYLES for seed in range(3)]
    return network, pieces, fit(network, pieces, 200)


def test_it_is_a_model_of_distributions():
    assert isinstance(small(), VelocityModel)
    assert isinstance(small(), DistributionModel)


def test_shapes():
    said = small().distribution(scale_piece("jazz"), "jazz")

    assert said.shape.shape == said.level.shape == (16, 128)
    assert np.allclose(said.shape.astype(float).sum(axis=1), 1, atol=1e-2)
    assert said.median().shape == (16,)


def test_it_overfits_two_bars_of_each_style(learnt):
    network, pieces, losses = learnt

    assert losses[-1] < losses[0] - 2
    figures = network.validate(pieces)
    assert figures["jazz rules r"] > 0.95
    assert figures["classical rules r"] > 0.95
    assert figures["jazz rules mae"] < 4


def test_the_styles_differ(learnt):
    network, pieces, _ = learnt
    piece = pieces[0]
    jazz, classical = (network.predict(piece, style) for style in STYLES)

    assert np.corrcoef(jazz, classical)[0, 1] < -0.9


def test_prediction_is_deterministic_and_does_not_see_the_velocities():
    network = small()
    first = network.distribution(scale_piece("jazz"), "jazz")

    for other in (scale_piece("jazz"), scale_piece("jazz", velocity=1)):
        assert np.array_equal(first.shape, network.distribution(other, "jazz").shape)


def test_loudness_is_no_part_of_the_shape(learnt):
    network, pieces, _ = learnt
    louder = [scale_piece("jazz", seed=seed) for seed in range(3)]
    for piece in louder:
        piece.notes["velocity"] += 10
    before, after = network.validate(pieces[:3]), network.validate(louder)

    assert after["jazz rules nll0"] == pytest.approx(before["jazz rules nll0"], abs=1e-6)
    assert after["jazz rules nll"] > before["jazz rules nll"]


def test_widths_bring_the_carried_spread_to_the_targets():
    network = small()  # knows nothing yet: what it carries stays as it was played
    calm = [scale_piece("jazz", bars=8, seed=seed) for seed in range(4)]
    wild = [scale_piece("classical", bars=8, seed=seed) for seed in range(4)]
    for piece in wild:
        middle = piece.notes["velocity"].astype(float)
        piece.notes["velocity"] = np.clip(64 + 1.8 * (middle - 64), 1, 127)
    network.validate([*calm, *wild])
    jazz, classical = network.width.tolist()

    assert classical > 1.2 * jazz
    assert jazz * classical == pytest.approx(1, abs=1e-3)


def test_on_notes_of_which_too_much_is_said_a_style_is_made_narrower(learnt):
    network, pieces, _ = learnt
    network.validate(pieces)
    own = network.distribution(pieces[0], "jazz")
    spread = shape_spread(own.shape)
    assert own.width == pytest.approx(float(network.width[0]) * (float(network.usual[0]) / spread) ** 0.5, rel=1e-4)

    high = scale_piece("jazz", bars=8, seed=9)
    high.notes["pitch"] = np.where(np.arange(64) % 2, 107, 22)  # what such keys would be given is far apart
    said = network.distribution(high, "jazz")
    assert shape_spread(said.shape) > spread
    assert said.width < own.width


def test_joined_performers_say_the_mean_of_what_each_says():
    first, second = small(seed=1), small(seed=2)
    piece = scale_piece("jazz")
    both = Performer.joined([first, second])
    said = [each.distribution(piece, "jazz").shape.astype(np.float32) for each in (first, second, both)]

    assert np.allclose(said[2], (said[0] + said[1]) / 2, atol=1e-3)
    assert both.config.members == 2
    with pytest.raises(ValueError, match="cannot be joined"):
        Performer.joined([first, small(hidden=8)])


def test_a_style_is_added_to_each_of_joined_performers():
    network = Performer.joined([small(seed=1), small(seed=2)])
    piece = scale_piece("jazz")
    before = network.distribution(piece, "jazz").shape
    network.add_style("evans")
    weights = {name: value.clone() for name, value in network.style_weights("evans").items()}

    assert np.array_equal(network.distribution(piece, "jazz").shape, before)
    assert np.array_equal(network.predict(piece, "evans"), network.predict(piece, "classical"))
    network.load_style("evans", {name: torch.zeros_like(value) for name, value in weights.items()})
    assert not np.array_equal(network.predict(piece, "evans"), network.predict(piece, "classical"))
    with pytest.raises(ValueError, match="do not fit"):
        network.load_style("evans", {name: value for name, value in weights.items() if not name.startswith("1.")})


def test_save_and_load(tmp_path, learnt):
    network, pieces, _ = learnt
    network.validate(pieces)
    save(tmp_path / "it.safetensors", network, "It", {})
    again = load(tmp_path / "it.safetensors", device="cpu")

    assert np.abs(again.predict(pieces[0], "jazz") - network.predict(pieces[0], "jazz")).max() < 0.5
    assert np.allclose(again.residuals("classical"), network.residuals("classical"), atol=1e-3)


def test_no_seam_in_a_long_piece():
    network = small(seed=3)
    bars = (2 * WINDOW + 3 * CONTEXT) // 8
    bar, repeated = scale_piece("jazz", bars=1), scale_piece("jazz", bars=bars)
    repeated.notes["pitch"] = np.tile(bar.notes["pitch"], bars)
    velocities = network.predict(repeated, "jazz").reshape(bars, 8)
    inner = velocities[8:-8]

    assert np.abs(np.diff(inner, axis=0)).max() < 0.5


def test_progress_rises_to_one_and_can_stop_it():
    network, seen = small(), []
    long = scale_piece("jazz", bars=400)
    network.distribution(long, "jazz", seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert len(seen) > 2

    def stop(fraction):
        if fraction > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        network.distribution(long, "jazz", stop)


def test_an_empty_piece_and_a_style_it_does_not_have():
    piece = scale_piece("jazz", bars=0)

    assert small().predict(piece, "jazz").shape == (0,)
    with pytest.raises(KeyError):
        small().predict(piece, "polka")


def test_each_style_has_a_block_of_its_own_and_shares_the_trunk():
    network = small()
    batch = network.sample_batch(
        {style: {"rules": [network.prepare_piece(scale_piece(style))]} for style in STYLES}, 2, np.random.default_rng(0)
    )
    jazz_only = {name: value[:2] for name, value in batch.items()}
    network(jazz_only)["loss"].backward()

    assert all(parameter.grad is None for parameter in network.networks[0].block[1].parameters())
    assert all(parameter.grad.any() for parameter in network.networks[0].block[0].parameters())
    assert network.networks[0].enter.weight.grad.any()


def test_padding_does_not_count():
    network = small()
    batch = network.sample_batch(
        {style: {"rules": [network.prepare_piece(scale_piece(style, bars=1))]} for style in STYLES},
        2,
        np.random.default_rng(0),
    )
    before = float(network(batch)["loss"].detach())
    batch["velocity"][:, 8:] = 99
    assert float(network(batch)["loss"].detach()) == before


def test_a_temperature_above_1_makes_the_network_less_sure_and_keeps_its_medians(learnt):
    network, pieces, _ = learnt
    cooler = Performer(PerformerConfig(**{**SMALL.__dict__, "temperature": 2.0}))
    cooler.load_state_dict(network.state_dict())
    sure, unsure = (each.distribution(pieces[0], "jazz") for each in (network, cooler))

    assert unsure.shape.max(axis=1).mean() < sure.shape.max(axis=1).mean()
    assert np.abs(sure.median() - unsure.median()).mean() < 2
    with pytest.raises(ValueError, match="above 0"):
        PerformerConfig(STYLES, temperature=0.0)
