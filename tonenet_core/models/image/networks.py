"""The networks of the VAE-GAN and of the plain GAN: an encoder, a generator and a discriminator of 88 x 88 images.

A beat is four steps of 88 keys, and an image 22 of them. All three networks are convolutions over beats, in which the
keys are channels: so there is one latent vector a beat, and pieces have any length. The style is an input of each.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import spectral_norm

from tonenet_core.encoding.images import IMAGE_STEPS
from tonenet_core.performance import PIANO_KEYS

STEPS = 4  # a slot of an image: the steps that share a latent vector; a beat of a metered piece
SLOTS = IMAGE_STEPS // STEPS


class Block(nn.Module):
    """A residual convolution over three slots."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.conv = nn.Conv1d(channels, channels, 3, padding=1)

    def forward(self, state: Tensor) -> Tensor:
        """Return `(B, L, channels)` of the same."""
        moved: Tensor = self.conv(functional.gelu(self.norm(state)).transpose(1, 2)).transpose(1, 2)
        return state + moved


def slots(image: Tensor) -> Tensor:
    """Return images `(B, T, 88, channels)` as a row a slot, `(B, T / 4, 4 * 88 * channels)`."""
    return image.reshape(len(image), image.shape[1] // STEPS, -1)


def with_style(rows: Tensor, style: Tensor) -> Tensor:
    """Append a style `(B, S)` to each row of `(B, L, n)`."""
    return torch.cat([rows, style[:, None].expand(-1, rows.shape[1], -1)], dim=-1)


class Encoder(nn.Module):
    """Images to the mean and the log-variance of each slot's latent vector."""

    def __init__(self, channels: int, styles: int, latent: int, hidden: int, blocks: int) -> None:
        super().__init__()
        self.enter = nn.Linear(STEPS * PIANO_KEYS * channels + styles, hidden)
        self.blocks = nn.Sequential(*(Block(hidden) for _ in range(blocks)))
        self.leave = nn.Sequential(nn.LayerNorm(hidden), nn.Linear(hidden, 2 * latent))

    def forward(self, image: Tensor, style: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and log-variance, `(B, L, latent)`, of images `(B, 4 L, 88, channels)` in styles `(B, S)`."""
        state = self.blocks(self.enter(with_style(slots(image), style)))
        mean, log_variance = self.leave(state).chunk(2, dim=-1)
        return mean, log_variance.clamp(-8, 4)


@dataclass(frozen=True, eq=False)
class ImageLogits:
    """The output of the generator; all `(B, T, 88)`.

    Attributes:
        strike: logit of "is struck", or of "sounds" where there is one channel.
        velocity: 0..1.
        sustain: logit of "sounds"; None where there is one channel.
    """

    strike: Tensor
    velocity: Tensor
    sustain: Tensor | None

    def image(self) -> Tensor:
        """Return the image `(B, T, 88, channels)`: pixels are 0 or not; the gradient is that of their probability.

        Source: deterministic binary neurons with a straight-through estimator (Dong & Yang, arXiv 1804.09399, section
        3.2). Without them the discriminator recognises generated images by grey pixels alone.
        """
        onset = binarise(self.strike) * self.velocity
        return torch.stack([onset] if self.sustain is None else [onset, binarise(self.sustain)], dim=-1)


def binarise(logit: Tensor) -> Tensor:
    """Return 1 where a logit is above 0, else 0; the gradient is that of its probability."""
    probability = torch.sigmoid(logit)
    return (logit > 0).float() + (probability - probability.detach())  # exactly 0 or 1


class Generator(nn.Module):
    """Latent vectors to images."""

    def __init__(self, channels: int, styles: int, latent: int, hidden: int, blocks: int) -> None:
        super().__init__()
        self.channels = channels
        self.enter = nn.Linear(latent + styles, hidden)
        self.blocks = nn.Sequential(*(Block(hidden) for _ in range(blocks)))
        self.leave = nn.Sequential(nn.LayerNorm(hidden), nn.Linear(hidden, STEPS * PIANO_KEYS * (channels + 1)))
        last = self.leave[1]
        assert isinstance(last, nn.Linear)
        with torch.no_grad():  # images are sparse: few onsets at first
            bias = last.bias.view(STEPS, PIANO_KEYS, channels + 1)
            bias.zero_()
            bias[..., 0] = -3.0
            bias[..., 2:] = -2.0

    def forward(self, latent: Tensor, style: Tensor) -> ImageLogits:
        """Return the images of latent vectors `(B, L, latent)` in styles `(B, S)`; T = 4 L."""
        state = self.leave(self.blocks(self.enter(with_style(latent, style))))
        cells = state.reshape(len(latent), -1, PIANO_KEYS, self.channels + 1)
        velocity = torch.sigmoid(cells[..., 1])
        return ImageLogits(cells[..., 0], velocity, cells[..., 2] if self.channels == 2 else None)


class Discriminator(nn.Module):
    """A classifier of real and generated images, whose first layers also measure similarity."""

    def __init__(self, channels: int, styles: int, hidden: int, *, bounded: bool) -> None:
        super().__init__()

        def made(layer: nn.Module) -> nn.Module:
            return spectral_norm(layer) if bounded else layer

        self.enter = made(nn.Linear(STEPS * PIANO_KEYS * channels + styles, hidden))
        self.near = made(nn.Conv1d(hidden, hidden, 3, padding=1))
        self.far = made(nn.Conv1d(hidden, hidden, 4, stride=2, padding=1))
        self.leave = made(nn.Linear(hidden, 1))

    def forward(self, image: Tensor, style: Tensor) -> tuple[Tensor, Tensor]:
        """Return the logit of "true" `(B,)`, and the features `(B, L, hidden)` in which images are compared."""
        state = functional.leaky_relu(self.enter(with_style(slots(image), style)), 0.2)
        features = self.near(state.transpose(1, 2))
        wide = functional.leaky_relu(self.far(functional.leaky_relu(features, 0.2)), 0.2)
        logit: Tensor = self.leave(wide.transpose(1, 2)).mean(dim=(1, 2))
        return logit, features.transpose(1, 2)


@contextmanager
def frozen(module: nn.Module) -> Iterator[None]:
    """Let gradients pass through a network inside the block, but not into its weights."""
    trained = [parameter for parameter in module.parameters() if parameter.requires_grad]
    for parameter in trained:
        parameter.requires_grad_(False)
    try:
        yield
    finally:
        for parameter in trained:
            parameter.requires_grad_(True)
