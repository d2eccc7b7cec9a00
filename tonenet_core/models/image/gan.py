"""The plain GAN that the VAE-GAN is measured against (Goodfellow et al., arXiv 1406.2661).

The same generator and discriminator, without an encoder. Its latents are independent normals, as there are no encoded
latents to fit a prior to.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from tonenet_core.models.image.adversarial import discriminator_loss, generator_loss
from tonenet_core.models.image.image_model import ImageConfig, ImageModel
from tonenet_core.models.image.networks import SLOTS, frozen


class Gan(ImageModel):
    """The networks and their training step."""

    Config = ImageConfig

    def forward(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return one step's losses: the gradient of "loss" is, for each network, that of its own objective."""
        style, true = batch["style"], self.pixels(batch["image"])
        latent = torch.randn(len(true), SLOTS, self.config.latent, device=true.device)
        image = self.generator(latent, style).image()
        called, _ = self.discriminator(self.noisy(torch.cat([true, image.detach()])), torch.cat([style, style]))
        with frozen(self.discriminator):
            passing, _ = self.discriminator(self.noisy(image), style)
        count = len(true)
        losses = {
            "generator": generator_loss(passing),
            "discriminator": discriminator_loss(called[:count], called[count:]),
            "on true": functional.softplus(-called[:count]).mean(),
            "on drawn": functional.softplus(called[count:]).mean(),
        }
        return {"loss": losses["generator"] + losses["discriminator"], **losses}

    def sample_latents(self, begun: Tensor, style: Tensor, slots: int, temperature: float) -> Tensor:
        """Return independent latents `(B, slots, latent)`, whatever `begun` is."""
        return temperature * torch.randn(len(style), slots, self.config.latent, device=style.device)
