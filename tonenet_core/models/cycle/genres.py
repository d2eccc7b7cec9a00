"""The networks that the CycleGAN adds to the VAE-GAN's: a translator of latents, and a discriminator of genres."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import spectral_norm

from tonenet_core.models.image.networks import STEPS, Block, with_style

_KEYS, _REGISTERS = 24, 3
_WIDER = 3
_GAIN = 8.0  # of the logits: normalised, two genres would be hardly apart


class Translator(nn.Module):
    """Latents of one style to latents of another, as a change that is nothing at first."""

    def __init__(self, latent: int, styles: int, hidden: int, blocks: int) -> None:
        super().__init__()
        self.enter = nn.Linear(latent + 2 * styles, hidden)
        self.blocks = nn.Sequential(*(Block(hidden) for _ in range(blocks)))
        self.norm = nn.LayerNorm(hidden)
        self.leave = nn.Linear(hidden, latent)
        with torch.no_grad():
            self.leave.weight.zero_()
            self.leave.bias.zero_()

    def forward(self, latent: Tensor, source: Tensor, target: Tensor) -> Tensor:
        """Return latents `(B, L, latent)` for the target style `(B, S)` of those of pieces in the source style."""
        state = self.enter(with_style(with_style(latent, source), target))
        moved: Tensor = self.leave(self.norm(self.blocks(state)))
        return latent + moved


class GenreDiscriminator(nn.Module):
    """Which style keys are struck in, and whether a pianist struck them; spectrally normalised.

    The first layer looks at a beat of 24 neighbouring keys at a time, and the best match in each third of the keyboard
    counts: which voicings and figures there are says more of a genre than on which keys they are.
    """

    def __init__(self, styles: int, hidden: int) -> None:
        super().__init__()
        self.enter = spectral_norm(nn.Conv2d(1, hidden, (STEPS, _KEYS), stride=(STEPS, 3), padding=(0, _KEYS // 2)))
        self.near = spectral_norm(nn.Conv1d(_REGISTERS * hidden, _WIDER * hidden, 3, padding=1))
        self.far = spectral_norm(nn.Conv1d(_WIDER * hidden, _WIDER * hidden, 4, stride=2, padding=1))
        self.leave = spectral_norm(nn.Linear(_WIDER * hidden, styles + 2))

    def forward(self, struck: Tensor) -> tuple[Tensor, Tensor]:
        """Return of where keys are struck, `(B, T, 88)` of 0 or 1, logits of the genre and of "played".

        Those of the genre, `(B, S + 1)`, are one for each style and one for neither; the other is `(B,)`.
        """
        figures = functional.leaky_relu(self.enter(struck[:, None]), 0.2)
        registers = functional.adaptive_max_pool2d(figures, (figures.shape[2], _REGISTERS))
        state = registers.permute(0, 1, 3, 2).flatten(1, 2)
        wide = functional.leaky_relu(self.far(functional.leaky_relu(self.near(state), 0.2)), 0.2)
        logits: Tensor = _GAIN * self.leave(wide.transpose(1, 2)).mean(dim=1)
        return logits[:, :-1], logits[:, -1]


def played_hinge(played: Tensor, pieces: int, covers: int) -> Tensor:
    """Return the hinge loss of logits, the first of which are of pieces, and the last of covers."""
    return 0.5 * (functional.relu(1 - played[:pieces]).mean() + functional.relu(1 + played[-covers:]).mean())


def covers_loss(named: Tensor, played: Tensor, target: Tensor) -> Tensor:
    """Return the loss of covers in their styles `(B,)`: cross-entropy of the genre, less the mean logit of "played"."""
    return functional.cross_entropy(named, target) - played.mean()
