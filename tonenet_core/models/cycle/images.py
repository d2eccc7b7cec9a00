"""Images with locked melodies, cut out of pieces for the CycleGAN."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from tonenet_core.encoding.images import IMAGE_STEPS
from tonenet_core.models.accompaniment.accompanist import excerpt
from tonenet_core.models.cycle.locked import LockedImage, LockedPiece, lock_piece
from tonenet_core.models.expression.mixture import Mixture
from tonenet_core.models.image.networks import STEPS
from tonenet_core.models.training import PreparedPieces
from tonenet_core.performance import TrainingPiece

OF_A_PIECE = 4  # images cut from each piece of `valid`


@dataclass(eq=False)
class PreparedImage:
    """A training piece, whose melody is found when it is first drawn."""

    piece: TrainingPiece
    _locked: LockedPiece | None = None

    def locked(self) -> LockedPiece:
        """Return the piece with its melody locked."""
        if self._locked is None:
            self._locked = lock_piece(excerpt(self.piece))
        return self._locked


def random_batch(
    pieces: PreparedPieces[PreparedImage],
    styles: tuple[str, ...],
    windows: int,
    *,
    transpose: int,
    mixture: Mixture,
    rng: np.random.Generator,
) -> dict[str, Tensor]:
    """Return `windows` random images of each style, each in a random key, as `locked_batch` does.

    A source's pieces are drawn in proportion to their notes, an image begins on a beat. "spoilt" has their strokes,
    `(B, T, 88)` of 0 or 1, with noise in the accompaniment.
    """
    cut, numbers = [], []
    for number, style in enumerate(styles):
        sources = pieces[style]
        for _ in range(windows):
            found = sources[mixture.draw(sources, rng)]
            sizes = np.array([len(each.piece.notes) for each in found], np.float64)
            piece = found[int(rng.choice(len(found), p=sizes / sizes.sum()))].locked()
            start = STEPS * int(rng.integers(max((len(piece) - IMAGE_STEPS) // STEPS, 0) + 1))
            cut.append(piece.image(start).transposed(int(rng.integers(-transpose, transpose + 1))))
            numbers.append(number)
    spoilt = torch.from_numpy(np.stack([image.spoilt(rng) for image in cut]))
    return {**locked_batch(cut, numbers, len(styles)), "spoilt": spoilt}


def spaced_batch(pieces: Sequence[TrainingPiece], styles: tuple[str, ...]) -> dict[str, Tensor]:
    """Return a few images of each piece, evenly spaced, as `locked_batch` does."""
    cut, numbers = [], []
    for piece in pieces:
        whole = PreparedImage(piece).locked()
        last = max(len(whole) - IMAGE_STEPS, 0) // STEPS
        for start in np.unique(np.linspace(0, last, OF_A_PIECE).astype(int)) * STEPS:
            cut.append(whole.image(int(start)))
            numbers.append(styles.index(piece.style))
    return locked_batch(cut, numbers, len(styles))


def locked_batch(images: Sequence[LockedImage], numbers: Sequence[int], styles: int) -> dict[str, Tensor]:
    """Return "image" `(B, T, 88, 2)`, "melody" and "ceiling" of images, and "style" `(B, S)` of their numbers."""
    return {
        "image": torch.from_numpy(np.stack([each.image for each in images])),
        "melody": torch.from_numpy(np.stack([each.melody for each in images])),
        "ceiling": torch.from_numpy(np.stack([each.ceiling for each in images])),
        "style": torch.eye(styles)[list(numbers)],
    }
