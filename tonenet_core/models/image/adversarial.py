"""The contest of a generator and a discriminator: its losses, and three ways of keeping it even."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

EQUILIBRIUM, MARGIN = 0.68, 0.35  # Larsen et al.'s gate, as in their released code
FASTEST = 20.0  # times the base rate: the write-up's upper bound
RATES = ("dynamic", "gate", "fixed")


def discriminator_loss(true: Tensor, drawn: Tensor) -> Tensor:
    """Return the mean cross-entropy of calling true images (logits `(B,)`) true and drawn ones (`(D,)`) drawn."""
    return 0.5 * (functional.softplus(-true).mean() + functional.softplus(drawn).mean())


def generator_loss(drawn: Tensor) -> Tensor:
    """Return the mean cross-entropy of drawn images passing as true (the non-saturating form)."""
    return functional.softplus(-drawn).mean()


def contest_rates(how: str, rate: float, losses: dict[str, float]) -> tuple[float, float]:
    """Return the learning rates of generator and discriminator for a step.

    Args:
        how: "dynamic": the write-up's rule: whoever loses learns faster, by the ratio of the two losses; the generator
            at `rate` to 20 times that, the discriminator at no more than `rate`. "gate": Larsen's: who is ahead by
            more than a margin is held. "fixed": both at `rate`.
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


def with_gradient_times(value: Tensor, factor: float) -> Tensor:
    """Return the same value; what flows back through it is multiplied by `factor`."""
    scaled: Tensor = _Scaled.apply(value, factor)  # type: ignore[no-untyped-call]
    return scaled
