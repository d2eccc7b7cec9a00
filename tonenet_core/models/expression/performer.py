"""The performer: each note's velocity as a distribution over 128 values, given the notes around it and a style.

Regression on velocities flattens dynamics, because it predicts a mean; a distribution keeps the spread, and
`quantiles.py` carries a player's accents through it. What `performer_network.py`'s networks say is averaged
(`averaged.py`).

Two heads: the *shape* head speaks of velocity relative to the piece's mean, because how loud a piece is played cannot
be read from its notes; the *level* head speaks of the velocity itself, and so says what loudness is usual.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Self, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tonenet_core.analysis.quantiles import (
    CENTRE,
    VALUES,
    autoregression,
    cumulative_distribution,
    loudness,
    normal_scores,
    shape_spread,
)
from tonenet_core.analysis.velocity_metrics import log_loss, mae, mean_removed_mae, pearson
from tonenet_core.compute.devices import one_thread
from tonenet_core.encoding.events import encode_events
from tonenet_core.encoding.written import PAGES
from tonenet_core.models.distribution import Distribution
from tonenet_core.models.expression.averaged import Averaged
from tonenet_core.models.expression.note_windows import (
    WRITTEN_NOTE_BYTES,
    PreparedPiece,
    prepared,
    sample_windows,
    windows,
)
from tonenet_core.models.expression.performer_network import PerformerConfig, PerformerNetwork
from tonenet_core.models.expression.source_recognition import SourceRecognition
from tonenet_core.models.expression.widths import balanced_widths
from tonenet_core.models.training import PreparedPieces, velocity_statistics
from tonenet_core.performance import Piece, TrainingPiece
from tonenet_core.progress import Progress, no_progress

CONTEXT = 128  # notes on either side of a predicted window that are read and not used
WINDOW = 1024  # notes predicted at once: memory is bounded by it, however long the piece


class Performer(Averaged):
    """The networks, their training step and their prediction."""

    Config = PerformerConfig
    config: PerformerConfig
    default_accents = 1.0
    prepared_note_bytes = WRITTEN_NOTE_BYTES

    def __init__(self, config: PerformerConfig) -> None:
        super().__init__(config)
        self.styles = tuple(config.styles)
        self.mixture = config.mixture
        self.networks = nn.ModuleList(PerformerNetwork(config) for _ in range(config.members))
        self.recognition = SourceRecognition(config) if config.recognised else None
        # How the residuals of real playing hang together along a piece, for each style; see `quantiles.autoregression`.
        none = torch.zeros(len(self.styles), config.phrase_notes)
        independent = torch.cat([none, torch.ones(len(self.styles), 1)], dim=1)
        self.coherence: Tensor
        self.register_buffer("coherence", independent)
        self.width: Tensor  # see `Distribution.width`
        self.register_buffer("width", torch.ones(len(self.styles)))
        self.usual: Tensor  # spread that is predicted for a style's own pieces; 0: not measured
        self.register_buffer("usual", torch.zeros(len(self.styles)))

    @classmethod
    def joined(cls, models: Sequence[Self]) -> Self:
        """Return one performer with the networks of several; see `Averaged.joined`."""
        result = super().joined(models)
        result.recognition = models[0].recognition  # of the same training pieces in all
        return result

    def forward(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the loss of one batch: the cross-entropy of both heads, in nats a note, mean over the networks."""
        features, style, source = batch["features"].float(), batch["style"], batch.get("source")
        each = [self._losses(network(features, style, source), batch) for network in self.networks]
        losses = {name: torch.stack([loss[name] for loss in each]).mean() for name in each[0]}
        return {"loss": losses["shape"] + 0.5 * losses["level"], **losses}

    def _losses(self, logits: Tensor, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        played, inside = batch["velocity"].float(), batch["inside"].float()
        relative = played - batch["mean"].float()[:, None] + CENTRE
        known = inside if "level_known" not in batch else inside * batch["level_known"].float()[:, None]
        return {
            name: (self._cross_entropy(logits[:, :, index], target) * counted).sum() / counted.sum().clamp(min=1)
            for index, (name, target, counted) in enumerate((("shape", relative, inside), ("level", played, known)))
        }

    def _cross_entropy(self, logits: Tensor, target: Tensor) -> Tensor:
        values = torch.arange(VALUES, device=logits.device, dtype=torch.float32)
        soft = torch.softmax(-(values - target.clamp(1, VALUES - 1)[..., None]).abs() / self.config.sharpness, dim=-1)
        return -(soft * torch.log_softmax(logits, dim=-1)).sum(dim=-1)

    # -- training ----------------------------------------------------------------------------------------------

    def prepare_piece(self, piece: TrainingPiece) -> PreparedPiece:
        """Return the piece's rows of features."""
        return prepared(piece, written=self.mixture.written > 0)

    def sample_batch(
        self, pieces: PreparedPieces[PreparedPiece], windows: int, rng: np.random.Generator
    ) -> dict[str, Tensor]:
        """Return `windows` random windows of each style."""
        return sample_windows(pieces, self.styles, windows, self.config, rng, mixture=self.mixture)

    def learn_sources(self, pieces: Mapping[str, Sequence[TrainingPiece]]) -> None:
        """Learn to recognise the sources of the training pieces, where the config asks for it."""
        if self.recognition is not None:
            self.recognition.fit(pieces)

    def data_statistics(self, pieces: Sequence[TrainingPiece]) -> dict[str, Any]:
        """Return the mean velocity of each style and of its keys."""
        return velocity_statistics(pieces)

    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return, for each source, the mean over pieces of correlation, errors, likelihoods; and as "score" one mean.

        The score is in nats a note of the shape head; sources weigh the same. Also measures, on the same pieces, what
        a performance needs beside the networks: `coherence`, `usual` and `width`.
        """
        distributions = [{style: self.distribution(piece, style) for style in self.styles} for piece in pieces]
        played = [index for index, piece in enumerate(pieces) if self._is_captured(piece)]
        captured, of_captured = [pieces[index] for index in played], [distributions[index] for index in played]
        self.measure_coherence(captured, of_captured)
        self.measure_usual(captured, of_captured)
        self._measure_widths(captured, of_captured)
        return self.figures(pieces, distributions)

    def _is_captured(self, piece: TrainingPiece) -> bool:
        """Whether a piece's time and velocities are both as they were played."""
        return not (piece.source.endswith(PAGES) or self.mixture.is_transcribed(piece.source))

    def figures(self, pieces: list[TrainingPiece], distributions: list[dict[str, Distribution]]) -> dict[str, float]:
        """Return the figures of `validate`, given what each piece's own style says of it."""
        figures: dict[str, dict[str, list[float]]] = {}
        for piece, by_style in zip(pieces, distributions, strict=True):
            own, played = by_style[piece.style], piece.notes["velocity"].astype(np.float64)
            median = own.median()
            stretched = (played - played.mean()) * self.mixture.stretch(piece.source)
            relative = np.clip(np.rint(stretched) + CENTRE, 0, VALUES - 1).astype(int)
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

    def measure_coherence(self, pieces: list[TrainingPiece], distributions: list[dict[str, Distribution]]) -> None:
        """Measure how the normal scores of real playing hang together, for each style that has pieces."""
        scores: dict[str, list[NDArray[np.float64]]] = {style: [] for style in self.styles}
        for piece, by_style in zip(pieces, distributions, strict=True):
            borders = cumulative_distribution(by_style[piece.style].shape)
            played = piece.notes["velocity"].astype(np.float64)
            scores[piece.style].append(normal_scores(borders, played - loudness(borders, played)))
        for index, style in enumerate(self.styles):
            if scores[style]:
                self.coherence[index] = torch.from_numpy(autoregression(scores[style], self.config.phrase_notes))

    def measure_usual(self, pieces: list[TrainingPiece], distributions: list[dict[str, Distribution]]) -> None:
        """Measure the spread that is predicted for a style's own pieces, for each style that has pieces."""
        spreads: dict[str, list[float]] = {}
        for piece, by_style in zip(pieces, distributions, strict=True):
            spreads.setdefault(piece.style, []).append(shape_spread(by_style[piece.style].shape))
        for style, found in spreads.items():
            self.usual[self.styles.index(style)] = float(np.mean(found))

    def _measure_widths(self, pieces: list[TrainingPiece], distributions: list[dict[str, Distribution]]) -> None:
        """Find the widths with which carrying accents from style to style changes the spread the least either way."""
        self.width.fill_(1.0)
        plain = [
            {style: replace(each, width=self._width(each, style)) for style, each in by_style.items()}
            for by_style in distributions
        ]
        self.width.copy_(torch.from_numpy(balanced_widths(self.styles, pieces, plain)))

    def _width(self, predicted: Distribution, style: str) -> float:
        """Return the width of a piece's distributions: the style's, and half the way to the spread usual for it.

        Half (in logarithms), because the predicted spread is part true and part not: on a style's own pieces it is the
        played one (correlation .5 to .8), on other styles' notes it is an eighth too large.
        """
        index = self.styles.index(style)
        usual, width = float(self.usual[index]), float(self.width[index])
        if usual <= 0 or not len(predicted.shape):
            return width
        return width * float(np.sqrt(usual / shape_spread(predicted.shape)))

    def _members(self) -> list[PerformerNetwork]:
        return cast("list[PerformerNetwork]", list(self.networks))

    # -- styles of one's own -----------------------------------------------------------------------------------

    def add_style(self, style: str) -> None:
        """Append a style, so far a copy of the last one; what the others say stays the same, bit for bit."""
        for network in self._members():
            network.add_style()
        for name, rows in list(self.named_buffers(recurse=False)):
            setattr(self, name, torch.cat([rows, rows[-1:]]))
        self.styles = (*self.styles, style)
        self.config = replace(self.config, styles=self.styles)

    def style_weights(self, style: str) -> dict[str, Tensor]:
        """Return what belongs to one style alone: its vectors, its output blocks, its rows of the buffers."""
        index = self.styles.index(style)
        measured = {name: rows[index] for name, rows in self.named_buffers(recurse=False)}
        return measured | {
            f"{number}.{name}": value
            for number, network in enumerate(self._members())
            for name, value in network.style_weights(index).items()
        }

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
        features, temperature = encode_events(piece), self.config.temperature
        number = torch.tensor([self.styles.index(style)], device=device)
        source = None if self.recognition is None else self.recognition.shares(features, int(number))
        total = np.zeros((len(features), 2, VALUES), np.float16)
        for done, window, fade in windows(len(features), WINDOW, CONTEXT):
            progress(done)
            rows = torch.from_numpy(features[window]).to(device)[None]
            each = [
                torch.softmax(network(rows, number, source).float() / temperature, dim=-1)[0]
                for network in self.networks
            ]
            mean = torch.stack(each).mean(dim=0).cpu().numpy()
            total[window] += (fade[:, None, None] * mean).astype(np.float16)
        progress(1.0)
        result = Distribution(total[:, 0], total[:, 1])
        return replace(result, width=self._width(result, style))

    def predict(self, piece: Piece, style: str, progress: Progress = no_progress) -> NDArray[np.float32]:
        """Return the style's median velocity for each note, `(n,)`, 1..127, at the loudness usual for such notes.

        Raises:
            KeyError: if the model has no such style.
        """
        return self.distribution(piece, style, progress).median()

    def residuals(self, style: str) -> NDArray[np.float64]:
        """Return how the residuals of a style hang together along a piece: see `quantiles.autoregression`."""
        return self.coherence[self.styles.index(style)].double().cpu().numpy()
