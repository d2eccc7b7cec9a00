"""The performer: each note's velocity as a distribution over 128 values, given the notes around it and a style.

A recurrent trunk over note events that all styles share, steered by a style vector (FiLM: Perez et al., arXiv
1709.07871, eq. 1-2), and for each style a small output block of its own. Regression on velocities flattens dynamics,
because it predicts a mean; a distribution keeps the spread, and `quantiles.py` carries a player's accents through it.

Two heads: the *shape* head speaks of velocity relative to the piece's mean, because how loud a piece is played cannot
be read from its notes; the *level* head speaks of the velocity itself, and so says what loudness is usual.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from tonenet_core.devices import one_thread
from tonenet_core.encoding.events import FEATURES, encode_events
from tonenet_core.metrics import log_loss, mae, mean_removed_mae, pearson
from tonenet_core.models.base import Distribution, TrainingPiece, velocity_statistics
from tonenet_core.models.note_windows import PreparedPiece, prepared, sample_windows, windows
from tonenet_core.performance import Piece
from tonenet_core.progress import Progress, no_progress
from tonenet_core.quantiles import CENTRE, VALUES, autoregression, loudness, normal_scores, steps, transport

ORDER = 16  # notes that the coherence of a performance looks back
CONTEXT = 128  # notes on either side of a predicted window that are read and not used
WINDOW = 1024  # notes predicted at once: memory is bounded by it, however long the piece


@dataclass(frozen=True)
class PerformerConfig:
    """What rebuilds the network.

    Attributes:
        styles: their names, in the order of the style vectors.
        hidden: units of each LSTM in each direction.
        layers: of the trunk.
        style_size: of a style vector.
        block: units of a style's output block.
        dropout: share of activations dropped between layers.
        window_notes: length of a training window.
        sharpness: decay of the soft targets, in velocity units; neighbours of the true value count exp(-d / sharpness).
        hide: how often a training window is shown without metre, and how often without pedal.
        transpose: training windows are shifted by up to this many semitones either way.
        tempo: and played faster or slower by up to this factor.
        thin: how often a window is drawn from the piece without a fifth of its chord notes.
    """

    styles: tuple[str, ...]
    hidden: int = 128
    layers: int = 3
    style_size: int = 32
    block: int = 128
    dropout: float = 0.25
    window_notes: int = 256
    sharpness: float = 1.0
    hide: float = 0.25
    transpose: int = 5
    tempo: float = 1.15
    thin: float = 0.15


class Performer(nn.Module):
    """The network, its training step and its prediction."""

    Config = PerformerConfig
    default_accents = 1.0

    def __init__(self, config: PerformerConfig) -> None:
        super().__init__()
        self.config = config
        self.styles = tuple(config.styles)
        wide = 2 * config.hidden
        self.enter = nn.Linear(len(FEATURES), wide)
        self.trunk = nn.ModuleList(
            nn.LSTM(wide, config.hidden, batch_first=True, bidirectional=True) for _ in range(config.layers)
        )
        self.norm = nn.ModuleList(nn.LayerNorm(wide) for _ in range(config.layers))
        self.style = nn.Embedding(len(self.styles), config.style_size)
        films = [nn.Linear(config.style_size, 2 * wide) for _ in range(config.layers + 1)]
        self.film = nn.ModuleList(films)
        self.drop = nn.Dropout(config.dropout)
        self.block = nn.ModuleList(self._new_block() for _ in self.styles)
        # How the residuals of real playing hang together along a piece, for each style; see `quantiles.autoregression`.
        independent = torch.cat([torch.zeros(len(self.styles), ORDER), torch.ones(len(self.styles), 1)], dim=1)
        self.coherence: Tensor
        self.register_buffer("coherence", independent)
        self.width: Tensor  # see `Distribution.width`
        self.register_buffer("width", torch.ones(len(self.styles)))
        for film in films:
            nn.init.normal_(film.weight, std=0.05)  # starts near "no change"
            nn.init.zeros_(film.bias)

    def _new_block(self) -> nn.Sequential:
        config = self.config
        return nn.Sequential(
            nn.Linear(2 * config.hidden + len(FEATURES), config.block),
            nn.GELU(),
            nn.Dropout(config.dropout),
            nn.Linear(config.block, 2 * VALUES),
        )

    # -- the network -------------------------------------------------------------------------------------------

    def logits(self, features: Tensor, style: Tensor) -> Tensor:
        """Return `(B, T, 2, 128)`, shape and level, for features `(B, T, F)` and one style number a row `(B,)`."""
        vector = self.style(style)
        state = self._steered(functional.gelu(self.enter(features)), vector, 0)
        for index, (lstm, norm) in enumerate(zip(self.trunk, self.norm, strict=True)):
            out, _ = lstm(self.drop(state))
            state = state + self._steered(norm(out), vector, index + 1)
        seen = torch.cat([self.drop(state), features], dim=-1)
        result = features.new_zeros(*features.shape[:2], 2 * VALUES)
        for index in range(len(self.styles)):
            rows = torch.nonzero(style == index)[:, 0]
            if len(rows):
                result = result.index_copy(0, rows, self.block[index](seen[rows]).to(result.dtype))
        return result.view(*features.shape[:2], 2, VALUES)

    def _steered(self, state: Tensor, vector: Tensor, place: int) -> Tensor:
        """Scale and shift each channel by what the style vector says."""
        scale, shift = self.film[place](vector)[:, None].chunk(2, dim=-1)
        steered: Tensor = state * (1 + scale) + shift
        return steered

    def forward(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the loss of one batch: the cross-entropy of both heads, in nats a note."""
        logits = self.logits(batch["features"].float(), batch["style"])
        played, inside = batch["velocity"].float(), batch["inside"].float()
        relative = played - batch["mean"].float()[:, None] + CENTRE
        count = inside.sum().clamp(min=1)
        losses = {
            name: (self._cross_entropy(logits[:, :, index], target) * inside).sum() / count
            for index, (name, target) in enumerate((("shape", relative), ("level", played)))
        }
        return {"loss": losses["shape"] + 0.5 * losses["level"], **losses}

    def _cross_entropy(self, logits: Tensor, target: Tensor) -> Tensor:
        values = torch.arange(VALUES, device=logits.device, dtype=torch.float32)
        soft = torch.softmax(-(values - target.clamp(1, VALUES - 1)[..., None]).abs() / self.config.sharpness, dim=-1)
        return -(soft * torch.log_softmax(logits, dim=-1)).sum(dim=-1)

    # -- training ----------------------------------------------------------------------------------------------

    def prepare_piece(self, piece: TrainingPiece) -> PreparedPiece:
        """Return the piece's rows of features."""
        return prepared(piece)

    def sample_batch(
        self, pieces: dict[str, dict[str, list[PreparedPiece]]], windows: int, rng: np.random.Generator
    ) -> dict[str, Tensor]:
        """Return `windows` random windows of each style."""
        return sample_windows(pieces, self.styles, windows, self.config, rng)

    def data_statistics(self, pieces: list[TrainingPiece]) -> dict[str, Any]:
        """Return the mean velocity of each style and of its keys."""
        return velocity_statistics(pieces)

    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return, for each source, the mean over pieces of correlation, errors, likelihoods; and as "score" one mean.

        The score is in nats a note of the shape head; sources weigh the same. Also measures, on the same pieces, what
        a performance needs beside the network: `coherence` and `width`.
        """
        said = [{style: self.distribution(piece, style) for style in self.styles} for piece in pieces]
        self.measure_coherence(pieces, said)
        self._measure_width(pieces, said)
        return self.figures(pieces, said)

    def figures(self, pieces: list[TrainingPiece], said: list[dict[str, Distribution]]) -> dict[str, float]:
        """Return the figures of `validate`, given what each piece's own style says of it."""
        figures: dict[str, dict[str, list[float]]] = {}
        for piece, by_style in zip(pieces, said, strict=True):
            own, played = by_style[piece.style], piece.notes["velocity"].astype(np.float64)
            median = own.median()
            relative = np.clip(np.rint(played - played.mean()) + CENTRE, 0, VALUES - 1).astype(int)
            row = {
                "r": pearson(played, median),
                "mae": mae(played, median),
                "mae0": mean_removed_mae(played, median),
                "nll": log_loss(own.level, played.astype(int)),
                "nll0": log_loss(own.shape, relative),
            }
            for name, value in row.items():
                figures.setdefault(piece.source, {}).setdefault(name, []).append(value)
        means = {
            f"{source} {name}": float(np.mean(values))
            for source, rows in figures.items()
            for name, values in rows.items()
        }
        return {**means, "score": float(np.mean([means[f"{source} nll0"] for source in figures]))}

    def measure_coherence(self, pieces: list[TrainingPiece], said: list[dict[str, Distribution]]) -> None:
        """Measure how the normal scores of real playing hang together, for each style that has pieces."""
        scores: dict[str, list[NDArray[np.float64]]] = {style: [] for style in self.styles}
        for piece, by_style in zip(pieces, said, strict=True):
            borders, played = steps(by_style[piece.style].shape), piece.notes["velocity"].astype(np.float64)
            scores[piece.style].append(normal_scores(borders, played - loudness(borders, played)))
        for index, style in enumerate(self.styles):
            if scores[style]:
                self.coherence[index] = torch.from_numpy(autoregression(scores[style], ORDER))

    def _measure_width(self, pieces: list[TrainingPiece], said: list[dict[str, Distribution]]) -> None:
        """Find the widths with which carrying accents from style to style changes the spread the least either way.

        A carried piece's spread over that of the target's own pieces, in logarithms, is the sum of what was found with
        all widths one and of the target's width less the source's: a least-squares fit over all pairs of styles.
        """
        spread = {
            style: np.mean([piece.notes["velocity"].std() for piece in pieces if piece.style == style] or [1.0])
            for style in self.styles
        }
        excess: dict[tuple[str, str], list[float]] = {}
        for piece, by_style in zip(pieces, said, strict=True):
            played = piece.notes["velocity"].astype(np.float64)
            for style in self.styles:
                if style != piece.style and played.std() > 0:
                    plain = transport(steps(by_style[piece.style].shape), steps(by_style[style].shape), played)
                    ratio = max(float(plain.std() / max(spread[style], 1e-9)), 1e-3)
                    excess.setdefault((piece.style, style), []).append(float(np.log(ratio)))
        rows, wanted = [np.ones(len(self.styles))], [0.0]  # only their ratios matter: their logarithms add up to zero
        for (source, target), logarithms in excess.items():
            row = np.zeros(len(self.styles))
            row[self.styles.index(target)], row[self.styles.index(source)] = 1.0, -1.0
            rows.append(row)
            wanted.append(-float(np.mean(logarithms)))
        width = np.exp(np.linalg.lstsq(np.stack(rows), np.array(wanted), rcond=None)[0])
        self.width = torch.from_numpy(np.clip(width, 0.5, 2.0)).to(self.width)

    # -- styles of one's own -----------------------------------------------------------------------------------

    def add_style(self, style: str) -> None:
        """Append a style, so far a copy of the last one; what the others say stays the same, bit for bit."""
        last = self.style_weights(self.styles[-1])
        vectors = self.style.weight.detach()
        self.style = nn.Embedding(len(vectors) + 1, vectors.shape[1]).to(vectors.device)
        self.style.load_state_dict({"weight": torch.cat([vectors, vectors[-1:]])})
        self.block.append(self._new_block().to(vectors.device))
        for name, rows in list(self.named_buffers(recurse=False)):
            setattr(self, name, torch.cat([rows, rows[-1:]]))
        self.styles = (*self.styles, style)
        self.config = replace(self.config, styles=self.styles)
        self.load_style(style, last)

    def style_weights(self, style: str) -> dict[str, Tensor]:
        """Return what belongs to one style alone: its vector, its output block, its rows of the buffers."""
        index = self.styles.index(style)
        block = {f"block.{name}": value for name, value in self.block[index].state_dict().items()}
        measured = {name: rows[index] for name, rows in self.named_buffers(recurse=False)}
        return {"vector": self.style.weight.detach()[index], **measured, **block}

    def load_style(self, style: str, weights: dict[str, Tensor]) -> None:
        """Give a style weights that `style_weights` returned.

        Raises:
            ValueError: if they are those of a network of another size.
        """
        own = self.style_weights(style)
        if {name: value.shape for name, value in own.items()} != {name: value.shape for name, value in weights.items()}:
            raise ValueError("its weights do not fit the network")
        for name, value in own.items():
            value.copy_(weights[name])

    # -- prediction --------------------------------------------------------------------------------------------

    @torch.inference_mode()
    @one_thread()
    def distribution(self, piece: Piece, style: str, progress: Progress = no_progress) -> Distribution:
        """Return the style's distribution for each note; depends on the notes alone.

        A window is read with `CONTEXT` notes on either side, which fade into its neighbours', so that a long piece has
        no seam.

        Raises:
            KeyError: if the model has no such style.
        """
        if style not in self.styles:
            raise KeyError(style)
        self.eval()
        device = next(self.parameters()).device
        features = encode_events(piece)
        number = torch.tensor([self.styles.index(style)], device=device)
        total = np.zeros((len(features), 2, VALUES), np.float16)
        for done, window, fade in windows(len(features), WINDOW, CONTEXT):
            progress(done)
            rows = torch.from_numpy(features[window]).to(device)[None]
            said = torch.softmax(self.logits(rows, number).float(), dim=-1)[0].cpu().numpy()
            total[window] += (fade[:, None, None] * said).astype(np.float16)
        progress(1.0)
        return Distribution(total[:, 0], total[:, 1], float(self.width[self.styles.index(style)]))

    def predict(self, piece: Piece, style: str, progress: Progress = no_progress) -> NDArray[np.float32]:
        """Return the style's median velocity for each note, `(n,)`, 1..127, at the loudness usual for such notes.

        Raises:
            KeyError: if the model has no such style.
        """
        return self.distribution(piece, style, progress).median()

    def residuals(self, style: str) -> NDArray[np.float64]:
        """Return how the residuals of a style hang together along a piece: see `quantiles.autoregression`."""
        return self.coherence[self.styles.index(style)].double().cpu().numpy()
