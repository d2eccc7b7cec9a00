import pytest
import torch

from tonenet_core.models.image.adversarial import (
    adversarial_rates,
    discriminator_loss,
    generator_loss,
    scale_gradient,
)


def losses(generator, discriminator, true=0.69, drawn=0.69):
    return {"generator": generator, "discriminator": discriminator, "on true": true, "on drawn": drawn}


@pytest.mark.parametrize(
    ("generator", "discriminator", "expected"),
    [
        (0.7, 0.7, (1e-4, 1e-4)),  # even
        (1.4, 0.7, (2e-4, 0.5e-4)),  # the discriminator is ahead: the generator hurries, the other waits
        (7.0, 0.1, (20e-4, 1e-4 / 70)),  # but no more than twenty times
        (0.35, 0.7, (1e-4, 1e-4)),  # the generator is ahead: neither leaves the base rate
    ],
)
def test_the_write_ups_rule(generator, discriminator, expected):
    assert adversarial_rates("dynamic", 1e-4, losses(generator, discriminator)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("true", "drawn", "expected"),
    [
        (0.69, 0.69, (1.0, 1.0)),
        (0.30, 0.69, (1.0, 0.0)),  # below .68 - .35: the discriminator is held
        (0.69, 1.10, (0.0, 1.0)),  # above .68 + .35: the generator is held
        (0.30, 1.10, (1.0, 1.0)),  # both would be held: both go on
    ],
)
def test_larsens_gate(true, drawn, expected):
    assert adversarial_rates("gate", 1.0, losses(0.7, 0.7, true, drawn)) == expected


def test_fixed_rates():
    assert adversarial_rates("fixed", 0.5, losses(9.0, 0.1)) == (0.5, 0.5)


def test_the_losses_are_cross_entropies():
    right, wrong = torch.full((3,), 20.0), torch.full((5,), -20.0)

    assert discriminator_loss(right, wrong).item() == pytest.approx(0, abs=1e-6)
    assert discriminator_loss(torch.zeros(3), torch.zeros(5)).item() == pytest.approx(0.6931, abs=1e-4)
    assert discriminator_loss(wrong, wrong).item() == pytest.approx(10, abs=1e-4)
    assert generator_loss(wrong).item() == pytest.approx(20, abs=1e-4)
    assert generator_loss(right).item() == pytest.approx(0, abs=1e-6)


def test_a_scaled_gradient_leaves_the_value():
    value = torch.tensor([1.0, 2.0], requires_grad=True)
    scaled = scale_gradient(value, 0.25)
    scaled.square().sum().backward()

    assert scaled.tolist() == [1.0, 2.0]
    assert value.grad.tolist() == [0.5, 1.0]
