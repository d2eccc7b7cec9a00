"""One network of the performer: a recurrent trunk that all styles share, and a small output block for each style.

It reads note events in both directions; a style vector steers it (FiLM: Perez et al., arXiv 1709.07871, eq. 1-2).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from tonenet_core.analysis.quantiles import VALUES
from tonenet_core.encoding.events import FEATURES
from tonenet_core.models.expression.averaged import AveragedConfig
from tonenet_core.models.expression.mixture import Mixture


@dataclass(frozen=True)
class PerformerConfig(AveragedConfig):
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
        temperature: by which the log-odds of a prediction are divided; above 1 for a network that is too sure.
        phrase_notes: notes that the coherence of a performance looks back.
        recognised: share of the sources that a piece's notes are like (`SourceRecognition`) in the source input at use;
            the rest is "unknown".
        sources, shares, transcribed, spread, unknown, hide_touch, written: see `mixture.Mixture`. The network is told
            a window's source; without sources it has no input for one.
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
    temperature: float = 1.0
    phrase_notes: int = 16
    recognised: float = 0.0
    sources: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()
    transcribed: tuple[str, ...] = ()
    spread: float = 1.0
    unknown: float = 0.5
    hide_touch: float = 0.0
    written: float = 0.0

    def __post_init__(self) -> None:
        if self.temperature <= 0:
            raise ValueError("the temperature must be above 0")
        if not 0 <= self.recognised <= 1:
            raise ValueError("the share of recognised sources is 0..1")
        if self.recognised and not self.sources:
            raise ValueError("sources are recognised only where the network has them")

    @property
    def mixture(self) -> Mixture:
        """Sources of the training windows."""
        return Mixture(
            self.sources,
            self.shares,
            self.transcribed,
            self.spread,
            self.unknown,
            self.hide_touch,
            self.written,
        )


class PerformerNetwork(nn.Module):
    """The shape and the level of each note's velocity, in a style."""

    def __init__(self, config: PerformerConfig) -> None:
        super().__init__()
        self.config = config
        wide = 2 * config.hidden
        self.enter = nn.Linear(len(FEATURES), wide)
        self.trunk = nn.ModuleList(
            nn.LSTM(wide, config.hidden, batch_first=True, bidirectional=True) for _ in range(config.layers)
        )
        self.norm = nn.ModuleList(nn.LayerNorm(wide) for _ in range(config.layers))
        self.style = nn.Embedding(len(config.styles), config.style_size)
        players = len(config.mixture.players)
        self.source = nn.Embedding(players + 1, config.style_size) if players else None  # the last: unknown
        films = [nn.Linear(config.style_size, 2 * wide) for _ in range(config.layers + 1)]
        self.film = nn.ModuleList(films)
        self.drop = nn.Dropout(config.dropout)
        self.block = nn.ModuleList(self._new_block() for _ in config.styles)
        if self.source is not None:
            nn.init.normal_(self.source.weight, std=0.1)  # starts near "whatever source"
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

    def forward(self, features: Tensor, style: Tensor, source: Tensor | None = None) -> Tensor:
        """Return `(B, T, 2, 128)`, shape and level, for features `(B, T, F)` and one style number a row `(B,)`.

        Source: one a row `(B,)`, numbered by `Mixture.number`, or the shares `(B, S + 1)` of all, the last being the
        unknown one's; None: unknown.
        """
        vector = self.style(style)
        if self.source is not None:
            if source is None:
                source = torch.full_like(style, self.source.num_embeddings - 1)
            vector = vector + (source @ self.source.weight if source.is_floating_point() else self.source(source))
        state = self._steered(functional.gelu(self.enter(features)), vector, 0)
        for index, (lstm, norm) in enumerate(zip(self.trunk, self.norm, strict=True)):
            out, _ = lstm(self.drop(state))
            state = state + self._steered(norm(out), vector, index + 1)
        seen = torch.cat([self.drop(state), features], dim=-1)
        result = features.new_zeros(*features.shape[:2], 2 * VALUES)
        for index in range(len(self.block)):
            rows = torch.nonzero(style == index)[:, 0]
            if len(rows):
                result = result.index_copy(0, rows, self.block[index](seen[rows]).to(result.dtype))
        return result.view(*features.shape[:2], 2, VALUES)

    def _steered(self, state: Tensor, vector: Tensor, place: int) -> Tensor:
        """Scale and shift each channel by what the style vector says."""
        scale, shift = self.film[place](vector)[:, None].chunk(2, dim=-1)
        steered: Tensor = state * (1 + scale) + shift
        return steered

    def add_style(self) -> None:
        """Append a style, so far a copy of the last one; what the others say stays the same, bit for bit."""
        vectors = self.style.weight.detach()
        self.style = nn.Embedding(len(vectors) + 1, vectors.shape[1]).to(vectors.device)
        self.style.load_state_dict({"weight": torch.cat([vectors, vectors[-1:]])})
        self.block.append(self._new_block().to(vectors.device))
        self.block[-1].load_state_dict(self.block[-2].state_dict())

    def style_weights(self, index: int) -> dict[str, Tensor]:
        """Return what belongs to one style alone: its vector and its output block."""
        block = {f"block.{name}": value for name, value in self.block[index].state_dict().items()}
        return {"vector": self.style.weight.detach()[index], **block}
