"""What the networks that write music note by note share: a recurrent trunk over tokens, and heads for place and length.

Their pitch is what tells them apart: each sees other things around it.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor, nn

from tonenet_core.encoding.beat_tokens import END, LENGTHS, STEPS
from tonenet_core.models.drawing import NEVER
from tonenet_core.performance import LOWEST_PITCH, PIANO_KEYS

PLACES = END + 1  # in a beat, and its end
DEGREES = PIANO_KEYS + 11  # of pitches above a bass or tonic
LEAP = 36  # semitones between two notes; those beyond count as this


class NetworkSize(Protocol):
    """Size of a network."""

    @property
    def styles(self) -> tuple[str, ...]:
        """Names of the styles."""
        ...

    @property
    def hidden(self) -> int:
        """Units of a layer of the trunk."""
        ...

    @property
    def layers(self) -> int:
        """Layers of the trunk."""
        ...

    @property
    def inner(self) -> int:
        """Units before the trunk and after it."""
        ...

    @property
    def dropout(self) -> float:
        """Share of the trunk's units that training leaves out."""
        ...


class NoteNetwork(nn.Module):
    """The trunk and its heads; a style number of `len(styles)` is any style."""

    def __init__(self, size: NetworkSize, *, given: int, echoes: int, experts: list[int], has_lengths: bool) -> None:
        """Make a network with random weights.

        Args:
            size: of the network.
            given: features of a beat.
            echoes: features of each place, of which the head of places weighs the sum.
            experts: numbers of the head of pitches, one after another.
            has_lengths: whether the length of the last note is seen.
        """
        super().__init__()
        hidden, inner, styles = size.hidden, size.inner, len(size.styles) + 1
        self.style = nn.Embedding(styles, inner)
        self.given = nn.Sequential(nn.Linear(given, inner), nn.ReLU(), nn.Linear(inner, inner))
        self.before_place = nn.Embedding(PLACES + 1, inner)  # the last: before the first token
        self.before_degree = nn.Embedding(DEGREES + 1, inner)  # the last: no pitch
        self.before_length = nn.Embedding(len(LENGTHS) + 1, inner) if has_lengths else None
        self.trunk = nn.GRU(2 * inner, hidden, size.layers, batch_first=True)
        self.drop = nn.Dropout(size.dropout)
        self.style_of_heads = nn.Embedding(styles, hidden)
        self.place = nn.Linear(hidden, PLACES + echoes)
        self.place_of_pitch = nn.Embedding(STEPS, inner)
        self.same_step = nn.Embedding(2, inner)
        self.to_pitch = nn.Linear(hidden, inner)
        self.experts = experts
        self.pitch = nn.Linear(inner, sum(experts))
        self.to_length = nn.Linear(hidden, inner)
        self.place_of_length = nn.Embedding(STEPS, inner)
        self.degree_of_length = nn.Embedding(DEGREES, inner)
        self.length = nn.Linear(inner, len(LENGTHS))

    def states(self, batch: dict[str, Tensor], style: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return the state from which each token is predicted, `(B, T, hidden)`, and the trunk's own after the last."""
        given = torch.relu(self.given(batch["given"]) + self.style(style)[:, None])
        before = self.before_place(batch["before_place"]) + self.before_degree(batch["before_degree"])
        if self.before_length is not None:
            before = before + self.before_length(batch["before_length"])
        out, state = self.trunk(torch.cat([given, before], dim=-1), state)
        return self.drop(out + self.style_of_heads(style)[:, None]), state

    def place_logits(self, states: Tensor, places: Tensor, before_place: Tensor) -> Tensor:
        """Return the logits of the next place, `(..., 13)`: never before the last one of the beat."""
        out = self.place(states)
        logits, weights = out[..., :PLACES], out[..., PLACES:]
        logits = logits + nn.functional.pad((weights[..., None] * places).sum(-2), (0, 1))
        earlier = torch.arange(PLACES, device=states.device) < before_place[..., None]
        return torch.where(earlier & (before_place < END)[..., None], NEVER, logits)

    def length_logits(self, states: Tensor, place: Tensor, key: Tensor, root: Tensor) -> Tensor:
        """Return the logits of the length of notes, `(n, 13)`."""
        inner = self.to_length(states) + self.place_of_length(place) + self.degree_of_length(key - root + 11)
        logits: Tensor = self.length(torch.relu(inner))
        return logits

    def opinions(self, states: Tensor, token: dict[str, Tensor]) -> tuple[tuple[Tensor, ...], Tensor]:
        """Return what each expert says of the pitch of tokens with a known place, and whether the last has the same.

        Returns:
            `(n, experts[i])` each; and `(n, 1)`, where the key must be above the last one.
        """
        same = token["before_place"] == token["place"]
        inner = self.to_pitch(states) + self.place_of_pitch(token["place"]) + self.same_step(same.long())
        return self.pitch(torch.relu(inner)).split(self.experts, dim=-1), same[..., None]


def by_degree(weights: Tensor, root: Tensor) -> Tensor:
    """Return an expert's logits of the 88 keys by their degree above roots, `(n, 88)`."""
    return weights.gather(-1, _keys(weights) - root[..., None] + 11)


def by_leap(weights: Tensor, key: Tensor) -> Tensor:
    """Return an expert's logits of the 88 keys by their distance from other keys, `(n, 88)`."""
    return weights.gather(-1, (_keys(weights) - key[..., None]).clamp(-LEAP, LEAP) + LEAP)


def by_echoes(weights: Tensor, keys: Tensor) -> Tensor:
    """Return an expert's logits of the 88 keys by which were struck before, `(n, 88)`; `keys` is `(n, planes, 88)`."""
    return (keys * weights[..., None]).sum(-2)


def by_class(weights: Tensor, chroma: Tensor) -> Tensor:
    """Return an expert's logits of the 88 keys by what is seen of their pitch class; `chroma` is `(n, 12, planes)`."""
    return (chroma * weights[..., None, :]).sum(-1)[..., (_keys(weights) + LOWEST_PITCH) % 12]


def _keys(like: Tensor) -> Tensor:
    return torch.arange(PIANO_KEYS, device=like.device)
