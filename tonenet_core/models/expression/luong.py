"""Luong: an attention sequence-to-sequence model over notes (Luong, Pham & Manning, arXiv 1508.04025).

An encoder LSTM reads the notes; a decoder LSTM predicts one velocity a note, with attention to the encoder's states. As
in the paper, the attentional vector h~ = tanh(W_c [c; h]) (eq. 5) gives the output, and is an input of the decoder's
next step (input feeding, section 3.3).

Notes and velocities have one length and one order, so the paper's monotonic alignment p_t = t (section 3.2, local-m) is
exact here: the decoder attends to notes t - D..t + D, and memory grows with the length of a piece, not with its square.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from tonenet_core.compute.devices import one_thread
from tonenet_core.encoding.events import FEATURES, encode_events
from tonenet_core.models.expression.mixture import Mixture
from tonenet_core.models.expression.note_windows import NOTE_BYTES, PreparedPiece, prepared, sample_windows, windows
from tonenet_core.models.training import PreparedPieces, velocity_errors, velocity_statistics
from tonenet_core.performance import Piece, TrainingPiece
from tonenet_core.progress import Progress, no_progress

LOUDEST = 127.0  # velocities are 0..1 inside the network
SCORES = ("general", "dot")
FARTHEST = 1024  # notes on either side
WINDOW, CONTEXT = 256, 64  # notes that are predicted at once, and that neighbouring windows share
WINDOWS_AT_ONCE = 16
BLOCK = 32  # decoder steps that share one slice of the encoder's states


@dataclass(frozen=True)
class LuongConfig:
    """The size of the network and its training data.

    Attributes:
        styles: their names, in the order of the style vectors.
        hidden: units of the encoder in each direction; the decoder has twice as many.
        layers: of the encoder.
        style_size: of a style vector.
        reach: D, number of notes on either side that attention covers.
        score: "general" or "dot" (eq. 8 of the paper).
        dropout: share of activations dropped.
        window_notes, hide, transpose, tempo, thin: see `note_windows.Augmentation`.
        sources, shares, transcribed, spread, hide_touch: see `mixture.Mixture`.
    """

    styles: tuple[str, ...]
    hidden: int = 128
    layers: int = 2
    style_size: int = 32
    reach: int = 32
    score: str = "general"
    dropout: float = 0.25
    window_notes: int = 256
    hide: float = 0.25
    transpose: int = 5
    tempo: float = 1.15
    thin: float = 0.15
    sources: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()
    transcribed: tuple[str, ...] = ()
    spread: float = 1.0
    hide_touch: float = 0.0

    def __post_init__(self) -> None:
        if self.reach > FARTHEST:
            raise ValueError(f"the decoder may look at up to {FARTHEST:,} notes, not {self.reach:,}")

    @property
    def mixture(self) -> Mixture:
        """Sources of the training windows."""
        return Mixture(self.sources, self.shares, self.transcribed, self.spread, hide_touch=self.hide_touch)


class Luong(nn.Module):
    """The network, its training step and its prediction."""

    Config = LuongConfig
    default_accents = 0.0  # superimposition, as in the write-up
    prepared_note_bytes = NOTE_BYTES

    def __init__(self, config: LuongConfig) -> None:
        super().__init__()
        if config.score not in SCORES:
            raise ValueError(f"score is one of {', '.join(SCORES)}, not {config.score!r}")
        self.config = config
        self.styles = tuple(config.styles)
        wide = 2 * config.hidden
        self.enter = nn.Linear(len(FEATURES), wide)
        self.style = nn.Embedding(len(self.styles), config.style_size)
        self.encoder = nn.LSTM(
            wide + config.style_size,
            config.hidden,
            config.layers,
            batch_first=True,
            bidirectional=True,
            dropout=config.dropout if config.layers > 1 else 0.0,
        )
        self.decoder = nn.LSTMCell(wide + config.style_size + wide, wide)
        self.general = nn.Linear(wide, wide, bias=False) if config.score == "general" else nn.Identity()
        self.combine = nn.Linear(2 * wide, wide, bias=False)
        self.drop = nn.Dropout(config.dropout)
        self.head = nn.ModuleList(nn.Linear(wide, 1) for _ in self.styles)
        for name, parameter in self.head.named_parameters():
            if name.endswith("bias"):
                nn.init.constant_(parameter, 0.5)  # start at a medium velocity, not at silence

    # -- the network -------------------------------------------------------------------------------------------

    def velocities(self, features: Tensor, style: Tensor) -> tuple[Tensor, Tensor]:
        """Return velocities `(B, T)`, 0..1, and attention `(B, T, 2 D + 1)` for features `(B, T, F)`, styles `(B,)`.

        Attention is on notes t - D..t + D; its rows add up to one, and notes outside the window have none.
        """
        batch, length, _ = features.shape
        reach = self.config.reach
        vector = self.style(style)[:, None].expand(-1, length, -1)
        entered = torch.cat([functional.gelu(self.enter(features)), vector], dim=-1)
        states, _ = self.encoder(self.drop(entered))  # (B, T, 2 H)
        states = self.drop(states)
        keys = functional.pad(self.general(states), (0, 0, reach, reach))
        values = functional.pad(states, (0, 0, reach, reach))
        hidden = cell = fed = features.new_zeros(batch, states.shape[-1])
        attentional, attention = [], []
        for t in range(length):
            at = t % BLOCK
            if at == 0:  # the gradient of a slice is as large as its source: slice a block first, then the step
                near = slice(t, t + BLOCK + 2 * reach)
                near_keys, near_values = keys[:, near], values[:, near]
            hidden, cell = self.decoder(torch.cat([entered[:, t], fed], dim=-1), (hidden, cell))
            score = torch.einsum("bk,bdk->bd", hidden, near_keys[:, at : at + 2 * reach + 1])
            score = score.masked_fill(self._outside(t, length, score.device), float("-inf"))
            weights = torch.softmax(score, dim=-1)
            context = torch.einsum("bd,bdk->bk", weights, near_values[:, at : at + 2 * reach + 1])
            fed = torch.tanh(self.combine(torch.cat([context, hidden], dim=-1)))
            attentional.append(fed)
            attention.append(weights)
        out = self.drop(torch.stack(attentional, dim=1))
        every = torch.cat([head(out) for head in self.head], dim=-1)  # (B, T, styles)
        return every.gather(2, style[:, None, None].expand(-1, length, 1))[..., 0], torch.stack(attention, dim=1)

    def _outside(self, t: int, length: int, device: torch.device) -> Tensor:
        """Return which of the notes t - D..t + D do not exist, `(2 D + 1,)`."""
        place = torch.arange(t - self.config.reach, t + self.config.reach + 1, device=device)
        return (place < 0) | (place >= length)

    def forward(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the mean absolute error of one batch: it learns the median velocity.

        Where nobody knows how loud a window was played, its mean error does not count.
        """
        predicted, _ = self.velocities(batch["features"].float(), batch["style"])
        inside = batch["inside"].float()
        error = (predicted - batch["velocity"].float() / LOUDEST) * inside
        if "level_known" in batch:
            louder = error.sum(dim=1) / inside.sum(dim=1).clamp(min=1)
            error = (error - (louder * ~batch["level_known"])[:, None]) * inside
        return {"loss": error.abs().sum() / inside.sum().clamp(min=1)}

    # -- training ----------------------------------------------------------------------------------------------

    def prepare_piece(self, piece: TrainingPiece) -> PreparedPiece:
        """Return the piece's rows of features."""
        return prepared(piece)

    def sample_batch(
        self, pieces: PreparedPieces[PreparedPiece], windows: int, rng: np.random.Generator
    ) -> dict[str, Tensor]:
        """Return `windows` random windows of each style."""
        return sample_windows(pieces, self.styles, windows, self.config, rng, mixture=self.config.mixture)

    def data_statistics(self, pieces: Sequence[TrainingPiece]) -> dict[str, Any]:
        """Return the mean velocity of each style and of its keys."""
        return velocity_statistics(pieces)

    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return the mean absolute error over pieces of each source, and "score", their mean."""
        return velocity_errors(self, pieces)

    # -- prediction --------------------------------------------------------------------------------------------

    def predict(self, piece: Piece, style: str, progress: Progress = no_progress) -> NDArray[np.float32]:
        """Return the style's velocity for each note, `(n,)`, 1..127.

        Raises:
            KeyError: if the model has no such style.
        """
        return self.attend(piece, style, progress)[0]

    def attention(self, piece: Piece, style: str, progress: Progress = no_progress) -> NDArray[np.float16]:
        """Return the attention weights, `(n, 2 D + 1)`: row t has those of notes t - D..t + D.

        Raises:
            KeyError: if the model has no such style.
        """
        return self.attend(piece, style, progress)[1]

    @torch.inference_mode()
    @one_thread()
    def attend(
        self, piece: Piece, style: str, progress: Progress = no_progress
    ) -> tuple[NDArray[np.float32], NDArray[np.float16]]:
        """Return the velocities of `predict` and the weights of `attention`, from one run.

        Raises:
            KeyError: if the model has no such style.
        """
        if style not in self.styles:
            raise KeyError(style)
        self.eval()
        device = next(self.parameters()).device
        features = encode_events(piece)
        velocities = np.zeros(len(features), np.float32)
        attention = np.zeros((len(features), 2 * self.config.reach + 1), np.float16)
        if not len(features):
            return velocities, attention
        cuts = list(windows(len(features), WINDOW, CONTEXT))
        longest = max(cut.stop - cut.start for _, cut, _ in cuts)
        for begin in range(0, len(cuts), WINDOWS_AT_ONCE):
            group = cuts[begin : begin + WINDOWS_AT_ONCE]
            progress(group[0][0])
            rows = torch.zeros(len(group), longest, features.shape[1])
            for row, (_, cut, _) in zip(rows, group, strict=True):
                row[: cut.stop - cut.start] = torch.from_numpy(features[cut])
            number = torch.full((len(group),), self.styles.index(style), device=device)
            predicted, attended = (each.float().cpu().numpy() for each in self.velocities(rows.to(device), number))
            for index, (_, cut, weight) in enumerate(group):
                used = cut.stop - cut.start
                velocities[cut] += weight * predicted[index, :used]
                attention[cut] += (weight[:, None] * attended[index, :used]).astype(np.float16)
        progress(1.0)
        return np.clip(velocities * LOUDEST, 1, 127).astype(np.float32), attention
