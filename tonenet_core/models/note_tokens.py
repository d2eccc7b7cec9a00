"""The losses of networks over tokens of notes (`encoding.beat_tokens`), and the windows that they learn from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tonenet_core.encoding.beat_tokens import END, Tokens


class NoteNetwork(Protocol):
    """A network that predicts the place, the pitch and the length of a note one after another, from one state.

    Attributes:
        pitch_inputs: the arrays of a batch that `pitch_logits` needs.
    """

    pitch_inputs: tuple[str, ...]

    def states(self, batch: dict[str, Tensor], style: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return the state from which each token is predicted, `(B, T, hidden)`, and the trunk's own after the last."""
        ...

    def place_logits(self, states: Tensor, places: Tensor, before_place: Tensor) -> Tensor:
        """Return the logits of the next place, `(..., 13)`."""
        ...

    def pitch_logits(self, states: Tensor, token: dict[str, Tensor]) -> Tensor:
        """Return the logits of the pitch of tokens with a known place, `(n, 88)`."""
        ...

    def length_logits(self, states: Tensor, place: Tensor, key: Tensor, root: Tensor) -> Tensor:
        """Return the logits of the length of notes, `(n, 13)`."""
        ...


def token_losses(network: NoteNetwork, batch: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return for each row of a batch the sums of its losses in nats, and the numbers of its notes and known lengths."""
    states, _ = network.states(batch, batch["style"])
    place, pitch, length = batch["place"], batch["pitch"], batch["length"]
    known = place >= 0
    logits = network.place_logits(states, batch["places"], batch["before_place"])
    each = nn.functional.cross_entropy(logits.flatten(0, 1), place.clamp(min=0).flatten(), reduction="none")
    sums = {"place": (each.view_as(place) * known).sum(dim=1)}
    notes = known & (place < END) & (pitch >= 0)
    row = torch.nonzero(notes)[:, 0]
    logits = network.pitch_logits(states[notes], {name: batch[name][notes] for name in network.pitch_inputs})
    sums["pitch"] = _by_row(nn.functional.cross_entropy(logits, pitch[notes], reduction="none"), row, len(place))
    has_length = notes & (length >= 0)
    row = torch.nonzero(has_length)[:, 0]
    logits = network.length_logits(states[has_length], place[has_length], pitch[has_length], batch["root"][has_length])
    entropy = nn.functional.cross_entropy(logits, length[has_length], reduction="none")
    sums["length"] = _by_row(entropy, row, len(place))
    return {**sums, "notes": notes.sum(dim=1).float(), "lengths": has_length.sum(dim=1).float()}


def mean_losses(sums: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the loss of a batch in nats a note, and its parts: place, pitch and length (see `token_losses`)."""
    notes = sums["notes"].sum().clamp(min=1)
    place, pitch = sums["place"].sum() / notes, sums["pitch"].sum() / notes
    length = sums["length"].sum() / sums["lengths"].sum().clamp(min=1)
    return {"loss": place + pitch + length, "place": place, "pitch": pitch, "length": length}


def batch_of(rows: Sequence[dict[str, NDArray[np.generic]]], styles: Sequence[int]) -> dict[str, Tensor]:
    """Return windows of one length as a batch."""
    batch = {name: torch.from_numpy(np.stack([row[name] for row in rows])) for name in rows[0]}
    return {**batch, "style": torch.tensor(styles)}


def random_start(tokens: Tokens, window: int, rng: np.random.Generator) -> int:
    """Return the first token of a beat from which a window is mostly filled."""
    at = int(rng.integers(0, max(len(tokens.beat) - window // 2, 1)))
    return int(np.searchsorted(tokens.beat, tokens.beat[at]))


def draw_piece(sizes: Sequence[int], rng: np.random.Generator) -> int:
    """Return the number of a piece, drawn in proportion to its size."""
    total = np.cumsum(sizes).astype(np.float64)
    return min(int(np.searchsorted(total, rng.random() * total[-1], side="right")), len(sizes) - 1)


def _by_row(values: Tensor, row: Tensor, rows: int) -> Tensor:
    return torch.zeros(rows, device=values.device).index_add(0, row, values)
