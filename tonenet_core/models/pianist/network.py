"""The network of the pianist: a recurrent trunk over tokens, and heads for place, pitch and length."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from tonenet_core.encoding.beat_tokens import END, LENGTHS, STEPS
from tonenet_core.models.drawing import NEVER
from tonenet_core.models.pianist.features import BEAT_FEATURES, CHROMA_PLANES, KEY_PLANES, LAGS, NO_DEGREE, START
from tonenet_core.performance import LOWEST_PITCH, PIANO_KEYS

LEAP = 36  # semitones between two notes; those beyond count as this


@dataclass(frozen=True)
class PianistConfig:
    """The size of the network and its training data.

    Attributes:
        styles: names, in the order of the style input.
        hidden, layers, inner, dropout: of the trunk, and of what precedes and follows it.
        window_tokens: length of a training sequence.
        transpose: training windows are transposed by up to this many semitones either way.
        hide_style: how often a window is shown without its style, so that there is a model of any style.
        guidance: how strongly the style is asked for in writing, against the other styles; 1: as it is in its pieces.
        sharpness: power to which probabilities are raised in writing at temperature 1.
        sources, shares, transcribed: see `expression.mixture.Mixture`.
    """

    styles: tuple[str, ...]
    hidden: int = 320
    layers: int = 1
    inner: int = 128
    dropout: float = 0.1
    window_tokens: int = 192
    transpose: int = 5
    hide_style: float = 0.1
    guidance: float = 1.0
    sharpness: float = 1.0
    sources: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()
    transcribed: tuple[str, ...] = ()


class PianistNetwork(nn.Module):
    """The trunk and its heads; a style number of `len(styles)` is any style."""

    pitch_inputs: tuple[str, ...] = ("before_place", "place", "root", "last_key", "low", "high", "chroma", "keys")

    def __init__(self, config: PianistConfig) -> None:
        super().__init__()
        hidden, inner = config.hidden, config.inner
        self.style = nn.Embedding(len(config.styles) + 1, inner)
        self.given = nn.Sequential(nn.Linear(BEAT_FEATURES, inner), nn.ReLU(), nn.Linear(inner, inner))
        self.before_place = nn.Embedding(START + 1, inner)
        self.before_degree = nn.Embedding(NO_DEGREE + 1, inner)
        self.before_length = nn.Embedding(len(LENGTHS) + 1, inner)
        self.trunk = nn.GRU(2 * inner, hidden, config.layers, batch_first=True)
        self.drop = nn.Dropout(config.dropout)
        self.style_of_heads = nn.Embedding(len(config.styles) + 1, hidden)
        self.place = nn.Linear(hidden, END + 1 + LAGS)
        self.place_of_pitch = nn.Embedding(STEPS, inner)
        self.same_step = nn.Embedding(2, inner)
        self.to_pitch = nn.Linear(hidden, inner)
        self.experts = [NO_DEGREE, *[2 * LEAP + 1] * 3, CHROMA_PLANES, KEY_PLANES]
        self.pitch = nn.Linear(inner, sum(self.experts))
        self.to_length = nn.Linear(hidden, inner)
        self.place_of_length = nn.Embedding(STEPS, inner)
        self.degree_of_length = nn.Embedding(NO_DEGREE, inner)
        self.length = nn.Linear(inner, len(LENGTHS))

    def states(self, batch: dict[str, Tensor], style: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return the state from which each token is predicted, `(B, T, hidden)`, and the trunk's own after the last."""
        given = torch.relu(self.given(batch["given"]) + self.style(style)[:, None])
        before = self.before_place(batch["before_place"]) + self.before_degree(batch["before_degree"])
        before = before + self.before_length(batch["before_length"])
        out, state = self.trunk(torch.cat([given, before], dim=-1), state)
        return self.drop(out + self.style_of_heads(style)[:, None]), state

    def place_logits(self, states: Tensor, places: Tensor, before_place: Tensor) -> Tensor:
        """Return the logits of the next place, `(..., 13)`: never before the last one of the beat."""
        out = self.place(states)
        logits, weights = out[..., : END + 1], out[..., END + 1 :]
        logits = logits + nn.functional.pad((weights[..., None] * places).sum(-2), (0, 1))
        earlier = torch.arange(END + 1, device=states.device) < before_place[..., None]
        return torch.where(earlier & (before_place < END)[..., None], NEVER, logits)

    def pitch_logits(self, states: Tensor, token: dict[str, Tensor]) -> Tensor:
        """Return the logits of the pitch of tokens with a known place, `(n, 88)`.

        A sum of experts: one on the degree above the tonic, three on the leap from the last note and from the lowest
        and highest of the last beat, and weights of chroma and echoes.
        """
        same = token["before_place"] == token["place"]
        inner = self.to_pitch(states) + self.place_of_pitch(token["place"]) + self.same_step(same.long())
        degrees, *leaps, chroma, keys = self.pitch(torch.relu(inner)).split(self.experts, dim=-1)
        key = torch.arange(PIANO_KEYS, device=states.device)
        logits = degrees.gather(-1, key - token["root"][..., None] + 11)
        for name, weights in zip(("last_key", "low", "high"), leaps, strict=True):
            logits = logits + weights.gather(-1, (key - token[name][..., None]).clamp(-LEAP, LEAP) + LEAP)
        by_class = (token["chroma"] * chroma[..., None, :]).sum(-1)
        logits = logits + by_class[..., (key + LOWEST_PITCH) % 12]
        logits = logits + (token["keys"] * keys[..., None]).sum(-2)
        return torch.where(same[..., None] & (key <= token["last_key"][..., None]), NEVER, logits)

    def length_logits(self, states: Tensor, place: Tensor, key: Tensor, root: Tensor) -> Tensor:
        """Return the logits of the length of notes, `(n, 13)`."""
        inner = self.to_length(states) + self.place_of_length(place) + self.degree_of_length(key - root + 11)
        logits: Tensor = self.length(torch.relu(inner))
        return logits
