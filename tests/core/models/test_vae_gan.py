import numpy as np
import pytest
import torch

from tests.training_pieces import STYLES, scale_piece
from tonenet_core import checkpoint
from tonenet_core.encoding.images import ONSET, pixels
from tonenet_core.models.image.gan import Gan
from tonenet_core.models.image.image_model import ImageConfig
from tonenet_core.models.image.networks import SLOTS
from tonenet_core.models.image.vae_gan import VaeGan, VaeGanConfig
from tonenet_core.models.training import Adversarial, Drawing

SIZE = {"styles": STYLES, "latent": 8, "hidden": 32, "blocks": 2}


def tiny(**changes):
    torch.manual_seed(0)
    return VaeGan(VaeGanConfig(**{**SIZE, "prior": 16, "mixtures": 3, **changes}))


def pieces(bars=8, count=3):
    return [scale_piece(style, bars=bars, seed=seed) for style in STYLES for seed in range(count)]


def batch(model, windows=4, seed=0):
    prepared = {style: {} for style in STYLES}
    for piece in pieces():
        prepared[piece.style].setdefault(piece.source, []).append(model.prepare_piece(piece))
    return model.sample_batch(prepared, windows, np.random.default_rng(seed))


def losses(model, seed=0):
    torch.manual_seed(seed)
    return model(batch(model) | {"step": 0})


def gradients(model, loss):
    model.zero_grad()
    loss.backward(retain_graph=True)
    return {
        name: [None if p.grad is None else p.grad.clone() for p in part.parameters()]
        for name, part in model.parts().items()
    }


def reaches(found):
    return any(gradient is not None and bool(gradient.abs().max() > 0) for gradient in found)


def together(*parts):
    """Add up gradients, parameter by parameter, each `(weight, gradients)`."""
    added = []
    for each in zip(*(found for _, found in parts), strict=True):
        terms = [weight * gradient for (weight, _), gradient in zip(parts, each, strict=True) if gradient is not None]
        added.append(sum(terms) if terms else None)
    return added


def same(first, second):
    for one, other in zip(first, second, strict=True):
        assert (one is None) == (other is None)
        if one is not None:
            assert torch.allclose(one, other, rtol=1e-4, atol=1e-6)


# -- algorithm 1 --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "reached"),
    [
        ("divergence", {"encoder"}),
        ("similarity", {"encoder", "generator"}),
        ("strokes", {"encoder", "generator"}),
        ("sound", {"encoder", "generator"}),
        ("velocities", {"encoder", "generator"}),
        ("generator", {"generator"}),  # the contest never reaches the encoder
        ("discriminator", {"discriminator"}),
        ("prior", {"prior"}),  # it is fitted to the latents; they are not bent towards it
    ],
)
def test_each_loss_reaches_the_networks_that_the_paper_sends_it_to(loss, reached):
    model = tiny()
    found = gradients(model, losses(model)[loss])

    assert {name for name, each in found.items() if reaches(each)} == reached


def test_one_backward_pass_gives_each_network_the_gradient_of_algorithm_1():
    model = tiny(gamma=0.05, similarity=0.7, pixel=0.3, divergence=0.2)
    said = losses(model)
    whole = gradients(model, said["loss"])
    alone = {name: gradients(model, said[name]) for name in said if name != "loss" and said[name].requires_grad}
    pixel = [("strokes", 0.3), ("sound", 0.3), ("velocities", 0.3)]
    # Through the latents, reconstruction's gradient comes back divided by gamma: the encoder's weight of it is 1.
    again = [("similarity", 0.7), *pixel]

    same(
        whole["encoder"],
        together(
            (0.2, alone["divergence"]["encoder"]), *((0.05 * weight, alone[name]["encoder"]) for name, weight in again)
        ),
    )
    same(
        whole["generator"],
        together(
            (1.0, alone["generator"]["generator"]),
            *((0.05 * weight, alone[name]["generator"]) for name, weight in again),
        ),
    )
    same(whole["discriminator"], alone["discriminator"]["discriminator"])


def test_the_encoders_share_of_reconstruction_does_not_depend_on_gamma():
    found = []
    for gamma in (0.01, 1.0):
        model = tiny(gamma=gamma, divergence=0.0)
        found.append(gradients(model, losses(model)["loss"]))
    same(found[0]["encoder"], found[1]["encoder"])
    assert not all(torch.allclose(a, b) for a, b in zip(*(f["generator"] for f in found), strict=True) if a is not None)


def test_the_discriminators_weights_learn_again_after_a_step():
    model = tiny()
    losses(model)

    assert all(parameter.requires_grad for parameter in model.discriminator.parameters())


# -- learning -----------------------------------------------------------------------------------------------------


def learnt(model, steps, rate=3e-3):
    groups = {name: list(part.parameters()) for name, part in model.parts().items()}
    optimiser = torch.optim.Adam([{"params": each, "name": name} for name, each in groups.items()], lr=rate)
    for step in range(steps):
        torch.manual_seed(step)
        said = model(batch(model, seed=step) | {"step": step})
        optimiser.zero_grad()
        said["loss"].backward()
        rates = model.learning_rates(rate, step, {name: float(each.detach()) for name, each in said.items()})
        for group in optimiser.param_groups:
            group["lr"] = rates[group["name"]]
        optimiser.step()
    return model.eval()


@pytest.fixture(scope="module")
def trained():
    return learnt(tiny(transpose=0, divergence=0.01, hidden=64, latent=16, rates="fixed", gamma=0.3), 200)


def test_it_learns_to_reconstruct_what_it_has_seen(trained):
    before, after = (model.validate(pieces()) for model in (tiny(latent=16, hidden=64), trained))

    assert after["F1"] > 0.7 > before["F1"]
    assert after["velocity error"] < 20
    assert after["score"] < before["score"]


def test_what_it_invents_is_neither_silent_nor_full_nor_always_the_same(trained):
    figures = trained.validate(pieces())

    assert figures["silent"] < 0.2
    assert figures["saturated"] == 0
    assert 0.5 < figures["density"] < 2
    assert figures["diversity"] > 0.5
    # Scales of eighths on two octaves and more: that is heard.
    assert figures["overlap inter-onset"] > 0.5
    assert figures["overlap pitch"] > 0.4


def test_the_fitted_prior_learns_the_latents():
    model = tiny()
    first = losses(model)["prior"].item()
    assert losses(learnt(model, 60).train())["prior"].item() < first


# -- latents ------------------------------------------------------------------------------------------------------


def test_a_seed_gives_the_same_latents_and_another_one_others():
    model = tiny().eval()

    first, again, other = (model.invent(50, "jazz", seed) for seed in (1, 1, 2))
    assert first.shape == (50, 8)
    assert np.array_equal(first, again)
    assert not np.allclose(first, other)
    longer = model.invent(80, "jazz", 1)
    assert np.allclose(longer[:33], first[:33])  # a longer piece begins like a shorter one
    assert not np.allclose(first, model.invent(50, "classical", 1))


def test_nothing_random_of_the_callers_is_used_up():
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    tiny_model = tiny()
    torch.manual_seed(3)
    tiny_model.invent(30, "jazz", 0)
    assert torch.equal(torch.rand(2), expected)


def test_images_go_on_from_the_one_before():
    """What an image begins with is what its latents are drawn given."""
    model = tiny().eval()
    known = model.style_vector({"jazz": 1.0})[None]
    for first in (np.zeros(8), np.full(8, 3.0)):
        begun = torch.tensor(np.tile(first, (1, 11, 1)), dtype=torch.float32)
        torch.manual_seed(0)
        first_drawn = model.sample_latents(begun, known, 1, 0.0)
        if first[0] == 0:
            before = first_drawn
    assert not torch.allclose(before, first_drawn)


def test_temperature_0_is_tame():
    model = tiny().eval()
    cold, warm = (model.invent(200, "jazz", 0, temperature) for temperature in (0.0, 1.0))

    assert cold[100:].std(axis=0).mean() < 0.2 * warm[100:].std(axis=0).mean()


def test_a_long_piece_is_drawn_without_a_seam():
    model = tiny().eval()
    rng = np.random.default_rng(0)
    latents = rng.normal(size=(70, 8)).astype(np.float32)
    with torch.inference_mode():
        style = model.style_vector({"jazz": 1.0})[None]
        whole = model.generator(torch.from_numpy(latents)[None], style).image()[0].numpy()

    assert np.allclose(model.draw(latents, {"jazz": 1.0}), whole, atol=1e-5)


def test_a_long_piece_is_encoded_without_a_seam(monkeypatch):
    model = tiny().eval()
    piece = scale_piece("jazz", bars=50)
    in_stretches = model.encode(piece, "jazz")
    monkeypatch.setattr("tonenet_core.models.image.vae_gan.STRETCH", 1000)

    assert len(in_stretches) == -(-len(model.prepare_piece(piece)) // 4) > 128
    assert np.allclose(in_stretches, model.encode(piece, "jazz"), atol=1e-5)


def test_a_reconstruction_is_the_decoded_encoding(trained):
    piece = pieces()[0]
    whole = model_image = pixels(trained.prepare_piece(piece))
    back = trained.draw(trained.encode(piece, "jazz"), {"jazz": 1.0})

    assert back.shape[0] == -(-len(whole) // 4) * 4
    struck, found = model_image[..., ONSET] > 0, back[: len(whole), :, ONSET] > 0
    assert 2 * (struck & found).sum() / (struck.sum() + found.sum()) > 0.6


def test_an_unknown_style():
    model = tiny()
    for call in (lambda: model.invent(4, "polka", 0), lambda: model.encode(pieces()[0], "polka")):
        with pytest.raises(KeyError, match="polka"):
            call()


def test_a_checkpoint_gives_the_same_piece(tmp_path):
    model = tiny().half().float().eval()
    checkpoint.save(tmp_path / "tiny.safetensors", model, "Tiny", {})
    again = checkpoint.load(tmp_path / "tiny.safetensors", "cpu")

    assert np.array_equal(model.invent(30, "jazz", 5), again.invent(30, "jazz", 5))
    latents = model.invent(30, "jazz", 5)
    assert np.array_equal(model.draw(latents, {"jazz": 1.0}), again.draw(latents, {"jazz": 1.0}))


def test_without_a_fitted_prior_latents_are_independent_normals():
    model = tiny(prior=0).eval()
    latents = model.invent(2000, "jazz", 0)

    assert "prior" not in model.parts()
    assert latents.std() == pytest.approx(1, abs=0.05)
    assert abs(np.mean(latents[:-1] * latents[1:])) < 0.05
    assert "prior" not in losses(model)


@pytest.mark.parametrize("channels", [1, 2])
def test_both_forms_of_image_are_learnt(channels):
    model = tiny(channels=channels)
    said = losses(model)

    assert (said["sound"].item() > 0) == (channels == 2)
    assert model.generator(torch.zeros(1, SLOTS, 8), torch.zeros(1, 2)).image().shape == (1, 88, 88, channels)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"rates": "quick"}, "rates"),
        ({"channels": 3}, "channels"),
        ({"gamma": 0.0}, "gamma"),
        ({"steps_per_beat": 3}, "4"),
    ],
)
def test_a_config_that_makes_no_sense(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        tiny(**change)


# -- the plain GAN ------------------------------------------------------------------------------------------------


def gan(**changes):
    torch.manual_seed(0)
    return Gan(ImageConfig(**{**SIZE, **changes}))


def test_a_gans_two_losses_reach_one_network_each():
    model = gan()
    said = losses(model)

    for loss in ("generator", "discriminator"):
        found = gradients(model, said[loss])
        assert {name for name, each in found.items() if reaches(each)} == {loss}
    whole = gradients(model, said["loss"])
    same(whole["generator"], gradients(model, said["generator"])["generator"])


def test_a_gan_invents_and_draws_like_the_other():
    model = gan().eval()
    latents = model.invent(30, "jazz", 0)

    assert model.draw(latents, {"jazz": 1.0}).shape == (120, 88, 2)
    assert {"score", "silent", "diversity"} <= set(model.validate(pieces()))
    assert not hasattr(model, "encode")


@pytest.mark.parametrize("model", [tiny(), gan()])
def test_what_the_training_loop_asks_of_them(model):
    assert isinstance(model, Adversarial)
    assert isinstance(model, Drawing)
    held = [id(parameter) for part in model.parts().values() for parameter in part.parameters()]
    assert sorted(held) == sorted(id(parameter) for parameter in model.parameters())
    statistics = model.data_statistics(pieces())
    assert statistics["jazz"]["tempo"] == 120
    low, middle, high = statistics["jazz"]["notes_per_second"]
    assert 0 < low <= middle <= high <= 4.0


def test_once_the_rest_is_settled_the_prior_learns_alone():
    model = tiny(rates="fixed", decay=1.0, settled=100, prior_rate=2.0)
    others = {"encoder", "generator", "discriminator"}

    for step, left in ((0, 1.0), (75, 1.0), (90, 0.4), (100, 0.0), (500, 0.0)):
        rates = model.learning_rates(1.0, step, {})
        assert [rates[name] for name in others] == pytest.approx([left] * 3)
        assert rates["prior"] == 2.0
    said = model(batch(model) | {"step": 100})
    assert set(said) == {"loss", "prior"}
    assert {name for name, each in gradients(model, said["loss"]).items() if reaches(each)} == {"prior"}
    with pytest.raises(ValueError, match="prior"):
        tiny(prior=0, settled=100)


def test_the_base_rate_decays_each_epoch():
    model = tiny(rates="fixed", decay=0.5, epoch_steps=10)

    assert model.learning_rates(1.0, 9, {})["encoder"] == 1.0
    assert model.learning_rates(1.0, 20, {}) == {
        "encoder": 0.25,
        "generator": 0.25,
        "discriminator": 0.25,
        "prior": model.config.prior_rate,
    }
