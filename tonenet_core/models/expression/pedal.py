"""Pedal: whether the foot is down at each cluster, whether it was pressed there, and how soon after, as distributions.

As touch (`touch.py`) it is given for a style and the notes alone, so that a player's own pedalling can be carried from
style to style, and a piece without any can be pedalled.
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

from tonenet_core.analysis.quantiles import VALUES, autoregression
from tonenet_core.compute.devices import one_thread
from tonenet_core.models.expression.mixture import Mixture
from tonenet_core.models.expression.pedal_features import (
    CHROMA,
    GAP_COLUMNS,
    LENGTH_COLUMNS,
    METRE_COLUMNS,
    NOTHING,
    PEDAL_FEATURES,
    PITCH_COLUMNS,
    PreparedPedal,
    encode_clusters,
    pedal_rows,
)
from tonenet_core.models.pedal import LIFT, PRESS, PedalDistribution
from tonenet_core.models.training import PreparedPieces
from tonenet_core.performance import Piece, TrainingPiece
from tonenet_core.progress import Progress, no_progress
from tonenet_core.timing.clusters import find_clusters

CONTEXT = 64  # clusters on either side of a predicted window that are read and not used
WINDOW = 256  # clusters
_LEAST, _MOST = 0.02, 0.98  # probability

Rows = NDArray[np.float32]


@dataclass(frozen=True)
class PedalConfig:
    """Size and training windows of the pedal's network.

    Attributes:
        styles: names, in the order of the style vectors.
        hidden: units of each GRU in each direction.
        layers: of GRUs.
        dropout: share of activations dropped.
        window_clusters: length of a training window.
        transpose: training windows are shifted by up to this many semitones either way.
        tempo: and played faster or slower by up to this factor.
        sharpness: decay of the soft targets, in steps of the distributions of lags.
        hide: how often a window is shown without metre.
        hide_lengths: how often a window of a page is shown without the written lengths.
        sources, shares, unknown: see `mixture.Mixture`; a source without a share teaches nothing.
        memory: clusters that the coherence of a performance looks back.
    """

    styles: tuple[str, ...]
    hidden: int = 64
    layers: int = 2
    dropout: float = 0.3
    window_clusters: int = 192
    transpose: int = 5
    tempo: float = 1.15
    sharpness: float = 1.0
    hide: float = 0.3
    hide_lengths: float = 0.3
    sources: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()
    unknown: float = 0.5
    memory: int = 8

    @property
    def mixture(self) -> Mixture:
        """Sources of the training windows."""
        return Mixture(self.sources, self.shares, unknown=self.unknown)


class Pedal(nn.Module):
    """The network, its training step and its prediction."""

    Config = PedalConfig

    def __init__(self, config: PedalConfig) -> None:
        super().__init__()
        self.config = config
        self.styles = tuple(config.styles)
        self.mixture = config.mixture
        wide = 2 * config.hidden
        self.enter = nn.Linear(PEDAL_FEATURES, wide)
        self.style = nn.Embedding(len(self.styles), wide)
        self.source = nn.Embedding(len(self.mixture.players) + 1, wide)  # the last: unknown
        nn.init.normal_(self.source.weight, std=0.1)
        between = config.dropout if config.layers > 1 else 0.0
        self.trunk = nn.GRU(wide, config.hidden, config.layers, batch_first=True, bidirectional=True, dropout=between)
        self.leave = nn.ModuleList(
            nn.Sequential(
                nn.Dropout(config.dropout), nn.Linear(2 * wide, wide), nn.GELU(), nn.Linear(wide, 2 + 2 * VALUES)
            )
            for _ in self.styles
        )
        self.coherence: Tensor  # of down, change and lags along a piece; see `quantiles.autoregression`
        count = len(self.styles)
        independent = torch.cat([torch.zeros(count, 3, config.memory), torch.ones(count, 3, 1)], dim=2)
        self.register_buffer("coherence", independent)

    def _logits(self, features: Tensor, style: Tensor, source: Tensor | None = None) -> Tensor:
        """Return `(B, T, 2 + 2 * 128)`: log-odds of down and of change, and the logits of the two lags."""
        unknown = torch.full_like(style, self.source.num_embeddings - 1)
        vector = self.style(style) + self.source(unknown if source is None else source)
        state = functional.gelu(self.enter(features)) + vector[:, None]
        out, _ = self.trunk(state)
        seen = torch.cat([out, state], dim=-1)
        result = features.new_zeros(*features.shape[:2], 2 + 2 * VALUES)
        for index, leave in enumerate(self.leave):
            rows = torch.nonzero(style == index)[:, 0]
            if len(rows):
                result = result.index_copy(0, rows, leave(seen[rows]).to(result.dtype))
        return result

    def forward(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the loss of one batch: cross-entropies of states and lags, in nats a cluster."""
        logits = self._logits(batch["features"].float(), batch["style"], batch["source"]).float()
        losses = {}
        for index, name in enumerate(("down", "change")):
            target = batch["targets"][..., index]
            known = torch.isfinite(target).float()
            entropy = functional.binary_cross_entropy_with_logits(
                logits[..., index], torch.nan_to_num(target), reduction="none"
            )
            losses[name] = (entropy * known).sum() / known.sum().clamp(min=1)
        values = torch.arange(VALUES, device=logits.device, dtype=torch.float32)
        for index, scale in enumerate((PRESS, LIFT)):
            target = batch["targets"][..., 2 + index]
            known = torch.isfinite(target).float()
            steps = ((torch.nan_to_num(target) - scale.low) / scale.step - 0.5).clamp(0, VALUES - 1)
            soft = torch.softmax(-(values - steps[..., None]).abs() / self.config.sharpness, dim=-1)
            begin = 2 + index * VALUES
            entropy = -(soft * torch.log_softmax(logits[..., begin : begin + VALUES], dim=-1)).sum(dim=-1)
            losses[scale.name] = (entropy * known).sum() / known.sum().clamp(min=1)
        loss = losses["down"] + losses["change"] + 0.1 * (losses["press"] + losses["lift"])
        return {"loss": loss, **losses}

    # -- training ----------------------------------------------------------------------------------------------

    def prepare_piece(self, piece: TrainingPiece) -> PreparedPedal:
        """Return the piece's rows; none of a source that teaches nothing, or of a piece whose pedal is not known."""
        if self.mixture.sources and piece.source not in self.mixture.sources:
            return NOTHING
        return pedal_rows(piece)

    def sample_batch(
        self, pieces: PreparedPieces[PreparedPedal], windows: int, rng: np.random.Generator
    ) -> dict[str, Tensor]:
        """Return `windows` random windows of each style."""
        length, rows = self.config.window_clusters, windows * len(self.styles)
        features = np.zeros((rows, length, PEDAL_FEATURES), np.float32)
        targets = np.full((rows, length, 4), np.nan, np.float32)
        style, source = np.repeat(np.arange(len(self.styles)), windows), np.zeros(rows, np.int64)
        for row in range(rows):
            sources = pieces[self.styles[style[row]]]
            name = self.mixture.draw([each for each in sources if any(len(p.targets) for p in sources[each])], rng)
            lengths = np.array([len(piece.targets) for piece in sources[name]], np.float64)
            piece = sources[name][rng.choice(len(lengths), p=lengths / lengths.sum())]
            start = int(rng.integers(0, max(len(piece.targets) - length, 0) + 1))
            cut = slice(start, start + length)
            used = features[row, : len(piece.targets[cut])]
            used[:] = piece.features[cut]
            targets[row, : len(used)] = piece.targets[cut]
            self._vary(used, rng, page=piece.page)
            unknown = rng.random() < self.mixture.unknown
            source[row] = len(self.mixture.players) if unknown else self.mixture.number(name)
        batch = {"features": features, "targets": targets, "style": style, "source": source}
        return {name: torch.from_numpy(array) for name, array in batch.items()}

    def _vary(self, rows: Rows, rng: np.random.Generator, *, page: bool) -> None:
        """Transpose a window, change its tempo, and hide what may be hidden, in place."""
        steps = int(rng.integers(-self.config.transpose, self.config.transpose + 1))
        chroma = rows[:, CHROMA].reshape(len(rows), -1, 12)
        rows[:, CHROMA] = np.roll(chroma, steps, axis=2).reshape(len(rows), -1)
        rows[:, PITCH_COLUMNS] += steps / 16
        rows[:, GAP_COLUMNS] += float(rng.uniform(-1, 1)) * np.log2(self.config.tempo) / 2
        if rng.random() < self.config.hide:
            rows[:, METRE_COLUMNS] = 0
        if page and rng.random() < self.config.hide_lengths:
            rows[:, LENGTH_COLUMNS] = 0

    def data_statistics(self, pieces: Sequence[TrainingPiece]) -> dict[str, Any]:
        """Return the number of pieces of each source."""
        names = [piece.source for piece in pieces if piece.source in self.mixture.sources]
        return {name: names.count(name) for name in sorted(set(names))}

    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return each source's losses, and shares of clusters with the pedal down; "score" is the mean of the losses.

        Also measures how the residuals of real pedalling hang together along a piece.
        """
        figures: dict[str, list[float]] = {}
        scores: dict[tuple[str, int], list[NDArray[np.float64]]] = {}
        for piece in pieces:
            rows = self.prepare_piece(piece)
            if not len(rows.targets):
                continue
            made = self._predict(rows.features.astype(np.float32), piece.style)
            down, changed = (rows.targets[:, index].astype(np.float64) for index in (0, 1))
            was_down = np.isfinite(changed)
            odds = [made.down, made.change[was_down]]
            for index, (name, value, logit) in enumerate(
                zip(("down", "change"), (down, changed[was_down]), odds, strict=True)
            ):
                losses = np.logaddexp(0, logit) - value * logit
                figures.setdefault(f"{piece.source} {name} nll", []).append(float(losses.mean()))
                chance = np.clip(1 / (1 + np.exp(-logit)), _LEAST, _MOST)
                residual = (value - chance) / np.sqrt(chance * (1 - chance))
                scores.setdefault((piece.style, index), []).append(residual)
            for name, share in (("share", down.mean()), ("predicted share", np.mean(made.down > 0))):
                figures.setdefault(f"{piece.source} {name}", []).append(float(share))
            known = np.flatnonzero(np.isfinite(rows.targets[:, 2]))
            if len(known):
                lag = rows.targets[known, 2].astype(np.float64)
                borders = PRESS.borders(made.press[known])
                mass = np.diff(borders, axis=1)[np.arange(len(known)), ((lag - PRESS.low) / PRESS.step).astype(int)]
                figures.setdefault(f"{piece.source} press nll", []).append(float(-np.log(mass).mean()))
                scores.setdefault((piece.style, 2), []).append(PRESS.normal_scores(borders, lag))
        for (style, index), found in scores.items():
            process = torch.from_numpy(autoregression(found, self.config.memory))
            self.coherence[self.styles.index(style), index] = process
        means = {name: float(np.mean(values)) for name, values in figures.items()}
        weights = {"down nll": 1.0, "change nll": 1.0, "press nll": 0.1}
        parts = [(means[name], weight) for name in means for end, weight in weights.items() if name.endswith(end)]
        return {**means, "score": sum(value * weight for value, weight in parts) / max(len(parts), 1)}

    # -- prediction --------------------------------------------------------------------------------------------

    def pedalling(
        self, piece: Piece, style: str, *, page: bool = False, progress: Progress = no_progress
    ) -> PedalDistribution:
        """Return the style's distributions of pedalling at each cluster of a piece, whatever its pedal.

        Args:
            piece: any piece.
            style: one of the model's.
            page: whether the notes are written rather than played, so that their lengths may be seen.
            progress: see `Progress`.

        Raises:
            KeyError: if the model has no such style.
        """
        if style not in self.styles:
            raise KeyError(style)
        features = encode_clusters(piece, find_clusters(piece.notes), lengths=page)
        made = self._predict(features, style)
        progress(1.0)
        return made

    def residuals(self, style: str) -> NDArray[np.float64]:
        """Return how residuals of down, change and lag hang together, `(3, order + 1)`: see `autoregression`."""
        return self.coherence[self.styles.index(style)].double().cpu().numpy()

    @torch.inference_mode()
    @one_thread()
    def _predict(self, features: Rows, style: str) -> PedalDistribution:
        self.eval()
        if not len(features):
            nothing = np.zeros((0, VALUES), np.float16)
            return PedalDistribution(np.zeros(0), np.zeros(0), nothing, nothing)
        device, count = self.enter.weight.device, len(features)
        begins = np.arange(0, count, WINDOW)
        rows = begins[:, None] + np.arange(-CONTEXT, WINDOW + CONTEXT)  # side by side, as many steps as one window has
        inside = np.clip(rows, 0, count - 1)
        number = torch.full((len(begins),), self.styles.index(style), device=device)
        seen = self._logits(torch.from_numpy(features[inside]).to(device), number)[:, CONTEXT : CONTEXT + WINDOW]
        logits = seen.reshape(-1, seen.shape[-1])[:count].float()
        press, lift = (
            torch.softmax(logits[:, begin : begin + VALUES], dim=-1).half().cpu().numpy() for begin in (2, 2 + VALUES)
        )
        odds = logits[:, :2].double().cpu().numpy()
        return PedalDistribution(odds[:, 0], odds[:, 1], press, lift)
