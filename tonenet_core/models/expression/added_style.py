"""A style added to a trained performer: its vector and its output block are trained, everything else is frozen.

An adapter in the sense of Houlsby et al. (arXiv 1902.00751): the trunk that all styles share is frozen, so that a
style needs little data and little time, and no other style changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from torch import Tensor, nn

from tonenet_core.models.expression.note_windows import NOTE_BYTES, PreparedPiece, sample_windows
from tonenet_core.models.expression.performer import Performer
from tonenet_core.models.training import PreparedPieces, velocity_statistics
from tonenet_core.performance import TrainingPiece


class AddedStyle(nn.Module):
    """A `models.training.Trainable` of one added style alone.

    Attributes:
        base: the performer, with the new style appended.
        known: its other styles.
        styles: the new one.
        first_figures: those of `validate` before the first step.
    """

    prepared_note_bytes = NOTE_BYTES

    def __init__(self, base: Performer, style: str) -> None:
        super().__init__()
        self.known = base.styles
        self.styles: tuple[str, ...] = (style,)
        self.first_figures: dict[str, float] = {}
        self.base = base.requires_grad_(False)
        base.add_style(style)  # its parameters alone learn: no batch asks for the vectors of the others

    def begin(self, pieces: list[TrainingPiece]) -> str:
        """Start from the known style whose distributions fit these pieces of the new one best, and return its name."""
        # The mean of all styles, another start, had led to the same figures after a hundred steps.
        (style,) = self.styles
        figures = {}
        for known in self.known:
            self.base.load_style(style, self.base.style_weights(known))
            figures[known] = self.validate(pieces)
        nearest = min(figures, key=lambda known: figures[known]["score"])
        self.first_figures = figures[nearest]
        self.base.load_style(style, self.base.style_weights(nearest))
        return nearest

    def weights(self) -> dict[str, Tensor]:
        """Return the weights of the style."""
        return self.base.style_weights(self.styles[0])

    def prepare_piece(self, piece: TrainingPiece) -> PreparedPiece:
        """Return the piece's rows of features."""
        return self.base.prepare_piece(piece)

    def sample_batch(
        self, pieces: PreparedPieces[PreparedPiece], windows: int, rng: np.random.Generator
    ) -> dict[str, Tensor]:
        """Return `windows` random windows of the new style."""
        batch = sample_windows(pieces, self.styles, windows, self.base.config, rng)
        return batch | {"style": batch["style"] + len(self.known)}

    def data_statistics(self, pieces: Sequence[TrainingPiece]) -> dict[str, Any]:
        """Return the mean velocity of the style and of its keys."""
        return velocity_statistics(pieces)

    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return the figures of `Performer.validate`; the style keeps the width of the one that it started from."""
        predicted = [{piece.style: self.base.distribution(piece, piece.style)} for piece in pieces]
        self.base.measure_coherence(pieces, predicted)
        self.base.measure_usual(pieces, predicted)
        return self.base.figures(pieces, predicted)

    def forward(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the loss of one batch: see `Performer.forward`."""
        loss: dict[str, Tensor] = self.base(batch)
        return loss
