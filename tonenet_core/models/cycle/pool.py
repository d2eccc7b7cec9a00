"""A pool of covers made before, so that a discriminator does not forget them (Shrivastava et al., arXiv 1612.07828)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from tonenet_core.encoding.images import IMAGE_STEPS
from tonenet_core.performance import PIANO_KEYS


class Pool(nn.Module):
    """The last images of each style. They hold melodies of training pieces, so they are no part of the weights."""

    def __init__(self, styles: int, size: int) -> None:
        super().__init__()
        self.images = nn.Buffer(torch.zeros(styles, size, IMAGE_STEPS, PIANO_KEYS, dtype=torch.uint8), persistent=False)
        self.count = nn.Buffer(torch.zeros(styles, dtype=torch.int64), persistent=False)
        self.register_load_state_dict_pre_hook(_leave_out)  # type: ignore[no-untyped-call]  # torch says no types

    def swapped(self, images: Tensor, style: Tensor) -> Tensor:
        """Take images `(B, T, 88)` uint8 of styles `(B,)` in; return for half of them, by chance, older ones.

        As long as the pool is not full, images come back as they are.
        """
        size = self.images.shape[1]
        if not size:
            return images
        found = []
        for image, own in zip(images, style.tolist(), strict=True):
            count = int(self.count[own])
            if count < size:
                self.images[own, count] = image
                self.count[own] += 1
                found.append(image)
            elif torch.rand(()) < 0.5:
                at = int(torch.randint(size, ()))
                found.append(self.images[own, at].clone())
                self.images[own, at] = image
            else:
                found.append(image)
        return torch.stack(found)


def _leave_out(pool: nn.Module, weights: dict[str, Any], prefix: str, *_: object) -> None:
    """Take the pool that checkpoints once had out of weights that are loaded."""
    for name, _buffer in pool.named_buffers():
        weights.pop(prefix + name, None)
