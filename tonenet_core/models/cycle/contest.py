"""The contest of covers with discriminators of genre, on all strokes and on those of the accompaniment alone."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from tonenet_core.models.cycle.config import CycleGanConfig
from tonenet_core.models.cycle.genres import GenreDiscriminator, covers_loss, played_hinge
from tonenet_core.models.cycle.losses import Drawn, Locked
from tonenet_core.models.cycle.pool import Pool
from tonenet_core.models.image.networks import frozen

WHOLE, ALONE = "whole", "alone"


class Contest(nn.Module):
    """The discriminators whose losses have a weight, and the covers that they remember."""

    def __init__(self, config: CycleGanConfig) -> None:
        super().__init__()
        self.config = config
        styles = len(config.styles)
        self.weights = {WHOLE: config.adversarial, ALONE: config.alone}
        names = [name for name, weight in self.weights.items() if weight]
        self.discriminators = nn.ModuleDict({name: GenreDiscriminator(styles, config.judges) for name in names})
        self.pool = Pool(styles, config.pool)

    def forward(
        self, true: Locked, style: Tensor, spoilt: Tensor, made: Drawn, target: Tensor
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the sum of the losses, weighted, and each: a discriminator's never reaches the covers, nor theirs it.

        Args:
            true: images of pieces.
            style: theirs, `(B, S)`.
            spoilt: where their keys are struck once there is noise in them, `(B, T, 88)` of 0 or 1.
            made: covers of them.
            target: the covers' styles, `(B, S)`.
        """
        config = self.config
        count = round(config.neither * len(spoilt))
        rows = torch.arange(count, device=style.device) * len(spoilt) // max(count, 1)  # of all styles
        spoilt = spoilt[rows]
        seen = self._remembered(true, made, target)
        genre = style.argmax(dim=1)
        genres = torch.cat([genre, torch.full((len(spoilt),), style.shape[1], device=genre.device)])
        shift = int(torch.randint(-config.augment, config.augment + 1, ()))
        known = {
            WHOLE: (true.struck, spoilt, (seen > 0).to(spoilt)),
            ALONE: (true.accompaniment, spoilt * (1 - true.melody[rows]), (seen == 1).to(spoilt)),
        }
        covers = {WHOLE: made.strokes, ALONE: made.struck}
        total, losses = torch.zeros((), device=style.device), dict[str, Tensor]()
        for name, discriminator in self.discriminators.items():
            named, played = discriminator(moved(torch.cat(known[name]), shift))
            told = functional.cross_entropy(named[: len(genres)], genres) + played_hinge(
                played, len(true.struck), len(seen)
            )
            with frozen(discriminator):
                named, played = discriminator(moved(covers[name], shift))
            passing = covers_loss(named, played, target.argmax(dim=1))
            total = total + told + self.weights[name] * passing
            losses |= {f"discriminator {name}": told, f"adversarial {name}": passing}
        return total, losses

    def _remembered(self, true: Locked, made: Drawn, target: Tensor) -> Tensor:
        """Return covers, some of them older ones, `(B, T, 88)`: 1 for the accompaniment, 2 for the melody."""
        covers = (made.struck.detach() + 2 * true.struck * true.melody).to(torch.uint8)
        return self.pool.swapped(covers, target.argmax(dim=1)) if self.training else covers


def moved(struck: Tensor, semitones: int) -> Tensor:
    """Return strokes `(B, T, 88)` in another key; those beyond the keyboard are dropped."""
    if not semitones:
        return struck
    gap = torch.zeros_like(struck[..., : abs(semitones)])
    if semitones > 0:
        return torch.cat([gap, struck[..., :-semitones]], dim=-1)
    return torch.cat([struck[..., -semitones:], gap], dim=-1)
