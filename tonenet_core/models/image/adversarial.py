"""Adversarial training of a generator and a discriminator: the losses, and three rules that balance it."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

EQUILIBRIUM, MARGIN = 0.68, 0.35  # Larsen et al.'s gate, as in their released code
FASTEST = 20.0  # times the base rate: the write-up's upper bound
RATES = ("dynamic", "gate", "fixed")


def discriminator_loss(true: Tensor, drawn: Tensor) -> Tensor:
    """Return the mean cross-entropy of the discriminator on real (logits `(B,)`) and generated images (`(D,)`)."""
    return 0.5 * (functional.softplus(-true).mean() + functional.softplus(drawn).mean())


def generator_loss(drawn: Tensor) -> Tensor:
    """Return the mean cross-entropy of generated images passing as real (the non-saturating form)."""
    return functional.softplus(-drawn).mean()


def adversarial_rates(how: str, rate: float, losses: dict[str, float]) -> tuple[float, float]:
    """Return the learning rates of generator and discriminator for a step.

    Args:
        how: "dynamic": the write-up's rule: the network with the higher loss learns faster, by the ratio of the losses;
            the generator at `rate` to 20 times that, the discriminator at no more than `rate`. "gate": Larsen's: a
            network that is ahead by more than a margin is not updated. "fixed": both at `rate`.
        rate: the base rate, already decayed.
        losses: "generator", "discriminator", and the discriminator's "on true" and "on drawn".
    """
    if how == "dynamic":
        ratio = losses["generator"] / max(losses["discriminator"], 1e-6)
        return max(rate, min(rate * ratio, FASTEST * rate)), min(rate, rate / max(ratio, 1e-6))
    if how == "gate":
        sides = losses["on true"], losses["on drawn"]
        holds_discriminator = min(sides) < EQUILIBRIUM - MARGIN
        holds_generator = max(sides) > EQUILIBRIUM + MARGIN
        if holds_discriminator and holds_generator:
            return rate, rate
        return 0.0 if holds_generator else rate, 0.0 if holds_discriminator else rate
    return rate, rate


class _Scaled(torch.autograd.Function):
    """The identity, whose gradient is multiplied."""

    @staticmethod
    def forward(ctx: torch.autograd.function.FunctionCtx, value: Tensor, factor: float) -> Tensor:
        ctx.factor = factor  # type: ignore[attr-defined]
        return value.view_as(value)

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, gradient: Tensor) -> tuple[Tensor, None]:
        return gradient * ctx.factor, None  # type: ignore[attr-defined]


def scale_gradient(value: Tensor, factor: float) -> Tensor:
    """Return the same value, with its gradient multiplied by `factor`."""
    scaled: Tensor = _Scaled.apply(value, factor)  # type: ignore[no-untyped-call]
    return scaled
