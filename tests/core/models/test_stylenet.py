import numpy as np
import pytest
import torch

from tests.training_pieces import STYLES, scale_piece
from tonenet_core.encoding.grid import SOUNDING, STRUCK
from tonenet_core.errors import Cancelled
from tonenet_core.models.base import VelocityModel
from tonenet_core.models.expression.stylenet import StyleNet, StyleNetConfig

SMALL = StyleNetConfig(styles=STYLES, hidden=16, layers=2, window_steps=32, transpose=0)


def small(seed=0, **changes):
    torch.manual_seed(seed)
    return StyleNet(StyleNetConfig(**{**SMALL.__dict__, **changes}))


def fit(network, pieces, steps, rate=1e-2):
    prepared = {
        style: {"rules": [network.prepare_piece(piece) for piece in pieces if piece.style == style]} for style in STYLES
    }
    optimizer = torch.optim.Adam(network.parameters(), lr=rate)
    losses = []
    for step in range(steps):
        torch.manual_seed(step)
        loss = network(network.sample_batch(prepared, 4, np.random.default_rng(step)))["loss"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    return losses


def test_it_is_a_style_model():
    assert isinstance(small(), VelocityModel)


def test_shapes():
    network = small()
    notes = torch.zeros(3, 32, 88, 2, dtype=torch.uint8)

    assert network.velocities(notes, 0).shape == (3, 32, 88)
    assert network.predict(scale_piece("jazz"), "jazz").shape == (16,)


def test_the_papers_size():
    network = StyleNet(StyleNetConfig(styles=STYLES))
    count = sum(parameter.numel() for parameter in network.parameters())
    shared = 4 * 176 * (176 + 176 + 2)
    layer = [2 * 4 * 176 * (inputs + 176 + 2) for inputs in (176, 352, 352)]
    assert count == shared + 2 * (sum(layer) + 352 * 88 + 88)


def test_styles_share_no_weight_of_their_own_layers():
    network = small()
    own = [{id(p) for module in (network.style_lstm[i], network.head[i]) for p in module.parameters()} for i in (0, 1)]
    assert not own[0] & own[1]

    pieces = {style: {"rules": [network.prepare_piece(scale_piece(style))]} for style in STYLES}
    network(network.sample_batch(pieces, 2, np.random.default_rng(0)))["jazz"].backward()
    assert all(parameter.grad is None for parameter in network.style_lstm[1].parameters())
    assert any(parameter.grad is not None and parameter.grad.any() for parameter in network.style_lstm[0].parameters())


def test_only_struck_cells_count():
    network = small(dropout=0.0)
    piece = network.prepare_piece(scale_piece("jazz"))
    batch = network.sample_batch({style: {"rules": [piece]} for style in STYLES}, 2, np.random.default_rng(0))
    before = float(network(batch)["loss"].detach())
    for style in STYLES:
        silent = batch[style]["notes"][..., 0] == 0
        batch[style]["velocities"][silent] = 99
    assert float(network(batch)["loss"].detach()) == before


@pytest.mark.parametrize("loss", ["mse", "l1"])
def test_it_overfits_two_bars_of_each_style(loss):
    network = small(dropout=0.0, hidden=32, loss=loss)
    pieces = [scale_piece(style) for style in STYLES]
    losses = fit(network, pieces, 250)

    assert losses[-1] < losses[0] / 4
    errors = network.validate(pieces)
    assert errors["score"] < 4.0
    assert set(errors) == {"jazz rules", "classical rules", "score"}
    other = np.abs(network.predict(pieces[0], "classical") - pieces[0].notes["velocity"]).mean()
    assert other > 2 * errors["jazz rules"]


def test_prediction_is_deterministic_and_does_not_see_the_velocities():
    network = small()
    first = network.predict(scale_piece("jazz"), "jazz")

    assert np.array_equal(first, network.predict(scale_piece("jazz"), "jazz"))
    assert np.array_equal(first, network.predict(scale_piece("jazz", velocity=1), "jazz"))
    assert first.min() >= 1
    assert first.max() <= 127


def test_no_seam_in_a_long_piece():
    """A piece that repeats itself is played the same way at each repetition, wherever the windows lie."""
    network = small(seed=3)
    bar = scale_piece("jazz", bars=1)
    repeated = scale_piece("jazz", bars=40)
    repeated.notes.flags.writeable = True
    repeated.notes["pitch"] = np.tile(bar.notes["pitch"], 40)
    velocities = network.predict(repeated, "jazz").reshape(40, 8)

    inner = velocities[4:-4]
    assert np.abs(inner - inner.mean(axis=0)).max() < 1.5


def test_windows_blend_to_the_whole_where_nothing_depends_on_the_place():
    network = small()
    with torch.no_grad():
        for parameter in network.head.parameters():
            parameter.zero_()
        network.head[0].bias.fill_(0.3)
    velocities = network.predict(scale_piece("jazz", bars=30), "jazz")
    assert np.allclose(velocities, 0.3 * 127, atol=1e-3)


def test_progress_rises_to_one_and_can_stop_it():
    network = small()
    seen = []
    network.predict(scale_piece("jazz", bars=60), "jazz", seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert len(seen) > 2

    def stop(fraction):
        if fraction > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        network.predict(scale_piece("jazz", bars=60), "jazz", stop)


def test_a_style_it_does_not_have():
    with pytest.raises(KeyError):
        small().predict(scale_piece("jazz"), "polka")


def test_an_unknown_loss_is_refused():
    with pytest.raises(ValueError, match="loss"):
        small(loss="hinge")


def test_transposing_keeps_notes_and_velocities_together():
    network = small(transpose=12)
    piece = network.prepare_piece(scale_piece("jazz"))
    for seed in range(5):
        batch = network.sample_batch({style: {"rules": [piece]} for style in STYLES}, 4, np.random.default_rng(seed))
        for style in STYLES:
            struck = batch[style]["notes"][..., 0] == 1
            assert torch.equal(struck, batch[style]["velocities"] > 0)
            assert struck.any()


def test_statistics_of_the_data():
    statistics = small().data_statistics([scale_piece("jazz", velocity=50), scale_piece("classical", velocity=70)])

    assert statistics["jazz"]["mean"] == 50
    assert statistics["classical"]["by_key"] == [70.0] * 88


def test_prediction_leaves_the_number_of_threads_as_it_was():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        small().predict(scale_piece("jazz"), "jazz")
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_sources_of_a_style_are_drawn_equally_often_whatever_their_size():
    network = small()
    soft = network.prepare_piece(scale_piece("jazz", bars=4, velocity=10))
    loud = [network.prepare_piece(scale_piece("jazz", bars=40, velocity=90)) for _ in range(5)]
    pieces = {style: {"small": [soft], "large": loud} for style in STYLES}
    rng = np.random.default_rng(0)
    loudest = network.sample_batch(pieces, 400, rng)["jazz"]["velocities"].flatten(1).amax(dim=1)

    assert 0.4 < float((loudest == 10).float().mean()) < 0.6


def test_of_a_transcription_it_learns_neither_loudness_nor_lengths():
    taught = {"sources": ("rules",), "shares": (1.0,)}
    plain, deaf = small(**taught), small(**taught, transcribed=("rules",), spread=1.5)
    pieces = {style: {"rules": [plain.prepare_piece(scale_piece(style, bars=8))]} for style in STYLES}
    batch, guessed = (network.sample_batch(pieces, 2, np.random.default_rng(0)) for network in (plain, deaf))
    struck = batch["jazz"]["velocities"] > 0

    assert batch["jazz"]["notes"][..., SOUNDING].sum() > batch["jazz"]["notes"][..., STRUCK].sum()
    assert torch.equal(guessed["jazz"]["notes"][..., SOUNDING], guessed["jazz"]["notes"][..., STRUCK])
    spread = [float(each["jazz"]["velocities"][struck].float().std()) for each in (batch, guessed)]
    assert spread[1] == pytest.approx(1.5 * spread[0], rel=0.02)
    for network, each, is_deaf in ((plain, batch, False), (deaf, guessed, True)):
        louder = {style: {**own, "velocities": own["velocities"] + 5} for style, own in each.items()}
        losses = [float(network.eval()(these)["loss"].detach()) for these in (each, louder)]
        assert (losses[0] == pytest.approx(losses[1], rel=1e-3)) == is_deaf
