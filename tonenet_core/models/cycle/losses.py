"""Losses of a cover in images: how alike, which harmony, how many strokes, and whether hands can play them.

Images are `(B, T, 88, 2)`; a slot is a beat.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional

from tonenet_core.encoding.images import ONSET, SUSTAIN
from tonenet_core.harmony.hands import FINGERS, SPAN
from tonenet_core.models.image.networks import STEPS, ImageLogits, binarise
from tonenet_core.performance import LOWEST_PITCH, PIANO_KEYS

KEPT_CHROMA = 0.75
"""Cosine of the chroma of a beat with the piece's, from which on there is no loss."""
_SOFT = 3.0  # by which logits are divided for the gradient alone: a sure one would have none
_NEVER = -20.0  # logit of a cell in which nothing is drawn
_VELOCITY = 8.0  # weight of a velocity's error, as in the VAE-GAN
_FEWEST = 0.1  # strokes a slot; fewer count as this


@dataclass(frozen=True, eq=False)
class Locked:
    """A batch of images with locked melodies.

    Attributes:
        image: `(B, T, 88, 2)`, 0..1.
        melody: `(B, T, 88)`, 1 in its cells, else 0.
        allowed: `(B, T, 88)`, 1 where something may be drawn, else 0.
        left: `(B, T, 88)`, 1 where only the left hand reaches while the right one has the melody, else 0.
    """

    image: Tensor
    melody: Tensor
    allowed: Tensor
    left: Tensor

    @classmethod
    def of(cls, image: Tensor, melody: Tensor, ceiling: Tensor) -> Locked:
        """Return images whose ceilings are `(B, T)`."""
        key = torch.arange(PIANO_KEYS, device=image.device)
        below = ceiling[..., None] - key
        return cls(image, melody, (below > 0).to(image), (below > SPAN - 2).to(image))

    @property
    def struck(self) -> Tensor:
        """Where keys are struck, `(B, T, 88)` of 0 or 1."""
        return (self.image[..., ONSET] > 0).to(self.image)

    @property
    def accompaniment(self) -> Tensor:
        """Where keys of the accompaniment are struck, `(B, T, 88)` of 0 or 1."""
        return self.struck * (1 - self.melody)

    def with_image(self, image: Tensor) -> Locked:
        """Return the same melodies in other images."""
        return replace(self, image=image)

    def under(self, logits: ImageLogits) -> Drawn:
        """Return what is drawn under the melodies by these logits."""
        assert logits.sustain is not None
        strike = torch.where(self.allowed > 0, logits.strike, _NEVER)
        sound = torch.where(self.allowed > 0, logits.sustain, _NEVER)
        struck = binarise(strike / _SOFT) * self.allowed
        drawn = torch.stack([struck * logits.velocity, binarise(sound) * self.allowed], dim=-1)
        image = drawn + self.image * self.melody[..., None]
        return Drawn(strike, logits.velocity, sound, struck, struck + self.struck * self.melody, image)


@dataclass(frozen=True, eq=False)
class Drawn:
    """An accompaniment that was drawn, and the image of it with the melody.

    Attributes:
        strike, sound: logits of the accompaniment's cells, `(B, T, 88)`.
        velocity: 0..1, likewise.
        struck: where its keys are struck, of 0 or 1; the gradient is that of the probability.
        strokes: the same with the melody's.
        image: `(B, T, 88, 2)`, with the melody.
    """

    strike: Tensor
    velocity: Tensor
    sound: Tensor
    struck: Tensor
    strokes: Tensor
    image: Tensor


def unlike(drawn: Drawn, true: Locked, rare: float) -> Tensor:
    """Return the loss of a drawn accompaniment against the true one, in nats a true stroke.

    Cross-entropy of strokes and of what sounds, and the error of velocities at true strokes; where nothing may be drawn
    nothing counts.

    Args:
        drawn: with the melodies of `true`.
        true: the images.
        rare: weight of a missed stroke, relative to one too many.
    """
    struck, sounds = true.accompaniment, true.image[..., SUSTAIN] * (1 - true.melody)
    weight = torch.tensor(rare, device=struck.device)
    strokes = functional.binary_cross_entropy_with_logits(
        drawn.strike, struck, true.allowed, reduction="sum", pos_weight=weight
    )
    sound = functional.binary_cross_entropy_with_logits(drawn.sound, sounds, true.allowed, reduction="sum")
    velocity = ((drawn.velocity - true.image[..., ONSET]).abs() * struck).sum()
    return (strokes + 0.5 * sound + _VELOCITY * velocity) / struck.sum().clamp(min=1)


def chroma_loss(made: Drawn, true: Locked) -> Tensor:
    """Return how far the cosine of the chroma of each slot is below `KEPT_CHROMA`, mean over those that sound."""
    cosine, sounds = _chroma_cosines(made, true)
    return (functional.relu(KEPT_CHROMA - cosine) * sounds).sum() / sounds.sum().clamp(min=1)


def chroma_kept(made: Drawn, true: Locked) -> float:
    """Return the mean cosine of the chroma of the slots that sound."""
    cosine, sounds = _chroma_cosines(made, true)
    return float((cosine * sounds).sum() / sounds.sum().clamp(min=1))


def _chroma_cosines(made: Drawn, true: Locked) -> tuple[Tensor, Tensor]:
    """Return the cosines of each slot, `(B, L)`, and 1 where it sounds, else 0."""
    one, other = _chroma(made.image[..., SUSTAIN] + made.strokes), _chroma(true.image[..., SUSTAIN] + true.struck)
    cosine = functional.cosine_similarity(one, other, dim=-1, eps=1e-4)
    return cosine, (other.sum(dim=-1) > 0).to(cosine)


def _chroma(presence: Tensor) -> Tensor:
    """Return how much each pitch class sounds in each slot, `(B, L, 12)`: a stroke counts as much as a held step."""
    by_slot = presence.reshape(len(presence), -1, STEPS, PIANO_KEYS).sum(dim=2)
    classes = (torch.arange(PIANO_KEYS, device=presence.device) + LOWEST_PITCH) % 12
    return by_slot @ functional.one_hot(classes, 12).to(presence)


def density_loss(made: Tensor, target: Tensor, true: Tensor, style: Tensor) -> Tensor:
    """Return how far strokes a slot are from those of the style's own images: the squared log of their ratio.

    Args:
        made: strokes of covers, `(B, T, 88)`.
        target: their styles, `(B, S)`.
        true: strokes of real images.
        style: their styles, likewise.
    """
    ratio = torch.log(_density(made, target)) - torch.log(_density(true, style))
    return ratio.square().mean()


def _density(struck: Tensor, style: Tensor) -> Tensor:
    """Return strokes a slot of each style, `(S,)`."""
    each = struck.sum(dim=(1, 2)) * STEPS / struck.shape[1]
    return ((each @ style) / style.sum(dim=0).clamp(min=1)).clamp(min=_FEWEST)


def hands_loss(drawn: Drawn, locked: Locked) -> Tensor:
    """Return how much more is struck at once than two hands can, mean over steps.

    Over ten keys; over five in the left hand, which plays what the right one cannot reach from the melody, and in the
    right one; and pairs of keys of the left hand that are further apart than it reaches.
    """
    left = drawn.struck * locked.left
    right = drawn.strokes - left
    full = functional.relu(left.sum(-1) - FINGERS) + functional.relu(right.sum(-1) - FINGERS)
    key = torch.arange(PIANO_KEYS, device=left.device)
    apart = (key - key[:, None] > SPAN).to(left)
    wide = ((left @ apart.T) * left).sum(-1)
    return (functional.relu(drawn.strokes.sum(-1) - 2 * FINGERS) + full + wide).mean()
