"""A prior of sequences of latent vectors: a mixture density network over an image's slots.

The encoder's latents are regularised towards independent normals, but a beat's vector still depends on the beats
before it: independent samples decode to unrelated beats. This network is fitted to the encoder's latents, and pieces
are sampled from it (two-stage VAE: Dai & Wipf, arXiv 1903.05789; recurrent mixture density:
Ha & Schmidhuber, arXiv 1803.10122, section 2.2).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from tonenet_core.models.image.networks import with_style


class LatentPrior(nn.Module):
    """The network: each latent vector as a mixture of Gaussians, given the ones before it and the style."""

    def __init__(self, latent: int, styles: int, hidden: int, mixtures: int) -> None:
        super().__init__()
        self.latent, self.mixtures = latent, mixtures
        self.recurrent = nn.GRU(latent + styles, hidden, batch_first=True)
        self.drop = nn.Dropout(0.1)
        self.leave = nn.Linear(hidden, mixtures * (1 + 2 * latent))

    def _mixture(self, state: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return log-weights `(B, L, K)`, means and log-deviations `(B, L, K, latent)`."""
        output = self.leave(self.drop(state))
        weight, rest = output[..., : self.mixtures], output[..., self.mixtures :]
        mean, log_sd = rest.reshape(*output.shape[:-1], self.mixtures, 2 * self.latent).chunk(2, dim=-1)
        return torch.log_softmax(weight, dim=-1), mean, log_sd.clamp(-4, 1)

    def forward(self, latent: Tensor, style: Tensor) -> Tensor:
        """Return the mean negative log-likelihood, in nats a slot, of latents `(B, L, latent)` in styles `(B, S)`."""
        before = functional.pad(latent[:, :-1], (0, 0, 1, 0))
        state, _ = self.recurrent(with_style(before, style))
        log_weight, mean, log_sd = self._mixture(state)
        error = (latent[:, :, None] - mean) * torch.exp(-log_sd)
        log_density = -(0.5 * error.square() + log_sd + 0.5 * math.log(2 * math.pi)).sum(dim=-1)
        return -torch.logsumexp(log_weight + log_density, dim=-1).mean()

    @torch.no_grad()
    def sample(self, begun: Tensor, style: Tensor, slots: int, temperature: float = 1.0) -> Tensor:
        """Return latents that continue others, `(B, slots, latent)`.

        Args:
            begun: `(B, L, latent)`, the others; L may be 0.
            style: `(B, S)`.
            slots: number of latents.
            temperature: scales the deviations of each Gaussian, and flattens or sharpens the choice among them; 0 is
                the likeliest.
        """
        seen = with_style(functional.pad(begun, (0, 0, 1, 0)), style)
        out, state = self.recurrent(seen)
        drawn = []
        for _ in range(slots):
            log_weight, mean, log_sd = (each[:, 0] for each in self._mixture(out[:, -1:]))
            chance = torch.softmax(log_weight / max(temperature, 1e-3), dim=-1)
            rows = torch.arange(len(chance), device=chance.device), torch.multinomial(chance, 1)[:, 0]
            vector = mean[rows] + temperature * torch.exp(log_sd[rows]) * torch.randn_like(mean[rows])
            drawn.append(vector)
            out, state = self.recurrent(with_style(vector[:, None], style), state)
        return torch.stack(drawn, dim=1)
