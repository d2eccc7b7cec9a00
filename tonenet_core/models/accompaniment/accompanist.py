"""The accompanist: its network, its training data and its figures.

It learns to write what it is not shown: the accompaniment of real pieces, given their melody and harmony. To play a
piece in another style is to give it another style than the piece's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tonenet_core.arranging.lead_sheet import LeadSheet
from tonenet_core.compute.devices import one_thread
from tonenet_core.encoding.beat_tokens import Tokens
from tonenet_core.models.accompaniment.features import transposed, window_arrays
from tonenet_core.models.accompaniment.network import AccompanistConfig, AccompanistNetwork
from tonenet_core.models.accompaniment.sheet import lay_out
from tonenet_core.models.accompaniment.tokens import Context, encode_piece
from tonenet_core.models.accompaniment.writing import Writer
from tonenet_core.models.base import USUAL_TOP_P
from tonenet_core.models.drawing import Taste
from tonenet_core.models.expression.mixture import Mixture
from tonenet_core.models.note_tokens import batch_of, draw_piece, mean_losses, random_start, token_losses
from tonenet_core.models.training import PreparedPieces
from tonenet_core.performance import TrainingPiece
from tonenet_core.progress import Progress, no_progress

EXCERPT_NOTES = 1500
"""Notes of a free recording that are learnt from: finding the melody of hours of music takes minutes."""
_VALID_TOKENS = 512  # of a piece that is validated on, from its middle


@dataclass(eq=False)
class PreparedAccompaniment:
    """A training piece, encoded when it is first drawn.

    Attributes:
        piece: the piece.
        lengths: whether its lengths are its player's.
    """

    piece: TrainingPiece
    lengths: bool
    _encoded: tuple[Context, Tokens] | None = None

    @property
    def nbytes(self) -> int:
        """Memory that its notes take."""
        return self.piece.notes.nbytes

    def encoded(self) -> tuple[Context, Tokens]:
        """Return the context and the tokens."""
        if self._encoded is None:
            self._encoded = encode_piece(excerpt(self.piece), lengths=self.lengths)
        return self._encoded


class Accompanist(nn.Module):
    """A model of the accompaniment of a melody in a style."""

    Config = AccompanistConfig

    def __init__(self, config: AccompanistConfig) -> None:
        super().__init__()
        self.config = config
        self.styles = tuple(config.styles)
        self.mixture = Mixture(config.sources, config.shares, config.transcribed)
        self.network = AccompanistNetwork(config)
        self._valid: dict[str, dict[str, Tensor]] = {}

    def forward(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the loss of one batch in nats a note, and its parts: place, pitch and length."""
        return mean_losses(token_losses(self.network, batch))

    # -- training ----------------------------------------------------------------------------------------------

    def prepare_piece(self, piece: TrainingPiece) -> PreparedAccompaniment:
        """Return the piece, to be encoded when it is drawn."""
        return PreparedAccompaniment(piece, not self.mixture.is_transcribed(piece.source))

    def sample_batch(
        self, pieces: PreparedPieces[PreparedAccompaniment], windows: int, rng: np.random.Generator
    ) -> dict[str, Tensor]:
        """Return `windows` random windows of each style, each in a random key."""
        rows, styles = [], []
        for number, style in enumerate(self.styles):
            sources = pieces[style]
            sizes = {name: [len(piece.piece.notes) for piece in found] for name, found in sources.items()}
            for _ in range(windows):
                name = self.mixture.draw(sources, rng)
                context, tokens = sources[name][draw_piece(sizes[name], rng)].encoded()
                shift = int(rng.integers(-self.config.transpose, self.config.transpose + 1))
                start = random_start(tokens, self.config.window_tokens, rng)
                context = context.without_colour if rng.random() < self.config.hide_colour else context
                rows.append(window_arrays(*transposed(context, tokens, shift), start, self.config.window_tokens))
                styles.append(len(self.styles) if rng.random() < self.config.hide_style else number)
        return batch_of(rows, styles)

    def data_statistics(self, pieces: Sequence[TrainingPiece]) -> dict[str, Any]:
        """Return the number of pieces of each source."""
        names = [piece.source for piece in pieces]
        return {name: names.count(name) for name in sorted(set(names))}

    @torch.inference_mode()
    @one_thread()
    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return the loss of each source in nats a note, with the piece's style and with the other ones; and "score".

        "score" is the mean over sources with the right style.
        """
        self.eval()
        found: dict[str, list[list[float]]] = {}
        for piece in pieces:
            if self.mixture.sources and piece.source not in self.mixture.sources:
                continue
            batch, own = self._valid_batch(piece), self.styles.index(piece.style)
            if batch is None:
                continue
            others = [number for number in range(len(self.styles)) if number != own]
            values = [self._loss(batch, number) for number in (own, *others)]
            found.setdefault(piece.source, []).append([values[0], float(np.mean(values[1:] or values))])
        means = {name: np.mean(values, axis=0) for name, values in found.items()}
        figures = {name: float(value[0]) for name, value in means.items()}
        figures |= {f"{name} in other styles": float(value[1]) for name, value in means.items()}
        return {**figures, "score": float(np.mean([value[0] for value in means.values()]))}

    # -- writing -----------------------------------------------------------------------------------------------

    @torch.inference_mode()
    @one_thread()
    def accompany(
        self,
        sheet: LeadSheet,
        style: str,
        seed: int = 0,
        temperature: float = 1.0,
        progress: Progress = no_progress,
    ) -> NDArray[np.void]:
        """Return an accompaniment in a style, `(n,)` of `NOTE_DTYPE`, for the beats that keep none of their own.

        Each note is at least three semitones below the melody, and two hands can play it with the melody. The same seed
        gives the same notes. Velocities are those of the sheet's level.

        Raises:
            KeyError: if the model has no such style.
        """
        if style not in self.styles:
            raise KeyError(style)
        self.eval()
        config, own = self.config, self.styles.index(style)
        others = [number for number in range(len(self.styles)) if number != own] or [len(self.styles)]
        taste = Taste(temperature / config.sharpness, USUAL_TOP_P, config.guidance)
        desk = lay_out(sheet, config.colour)
        return Writer(self.network, desk, (own, *others), taste, np.random.default_rng(seed)).write(progress)

    # -- figures -----------------------------------------------------------------------------------------------

    def _valid_batch(self, piece: TrainingPiece) -> dict[str, Tensor] | None:
        key = f"{piece.source}/{piece.name}"
        if key not in self._valid:
            context, tokens = self.prepare_piece(piece).encoded()
            size = len(tokens.beat)
            start = int(np.searchsorted(tokens.beat, tokens.beat[max(0, (size - _VALID_TOKENS) // 2)])) if size else 0
            arrays = window_arrays(context, tokens, start, min(_VALID_TOKENS, size - start)) if size else None
            self._valid[key] = batch_of([arrays], [0]) if arrays is not None else {}
        return self._valid[key] or None

    def _loss(self, batch: dict[str, Tensor], style: int) -> float:
        """Return the loss in nats a note."""
        device = next(self.parameters()).device
        moved = {name: value.to(device) for name, value in batch.items()}
        moved["style"] = torch.full_like(moved["style"], style)
        return float(self.forward(moved)["loss"])


def excerpt(piece: TrainingPiece) -> TrainingPiece:
    """Return the middle of a long free recording, from 0 on; any other piece as it is."""
    notes = piece.notes
    if len(piece.beats_sec) > 1 or len(notes) <= EXCERPT_NOTES:
        return piece
    first = (len(notes) - EXCERPT_NOTES) // 2
    cut = notes[first : first + EXCERPT_NOTES].copy()
    cut["onset_sec"] -= cut["onset_sec"][0]
    return replace(piece, notes=cut)
