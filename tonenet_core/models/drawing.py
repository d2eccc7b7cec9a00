"""Drawing from what a network of several styles predicts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

NEVER = -1e9
"""Logit of what is impossible."""


@dataclass(frozen=True)
class Taste:
    """How choices are drawn.

    Attributes:
        temperature: of all probabilities; 0: the likeliest.
        top_p: share of the probability from which is drawn.
        guidance: how much more of what sets the style apart than there is in its pieces; 1: as much.
    """

    temperature: float
    top_p: float
    guidance: float

    def probabilities(self, logits: Tensor, allowed: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
        """Return the probabilities of the likeliest choices, `(n,)`, which sum up to 1.

        What the style does more than the others is done more yet (as in classifier-free guidance, Ho and Salimans,
        2022, whose negative prompts are the other styles here).

        Args:
            logits: `(k, n)`: with the style, and with each of the others.
            allowed: `(n,)`, at least one of them; None: all.
        """
        rows = torch.log_softmax(logits.double(), dim=-1).numpy()
        others = rows[-1] if len(rows) < 3 else rows[1:].mean(axis=0)
        guided = others + self.guidance * (rows[0] - others)
        guided[rows[0] < NEVER / 2] = -np.inf
        if allowed is not None:
            guided[~allowed] = -np.inf
        if self.temperature <= 0:
            chosen = np.zeros(len(guided))
            chosen[int(np.argmax(guided))] = 1
            return chosen
        weights = np.exp((guided - guided.max()) / self.temperature)
        weights /= weights.sum()
        if self.top_p >= 1:
            return np.asarray(weights)
        order = np.argsort(-weights, kind="stable")
        falling = weights[order]
        weights[order[np.cumsum(falling) - falling >= self.top_p]] = 0
        return np.asarray(weights / weights.sum())


def draw(weights: NDArray[np.float64], rng: np.random.Generator) -> int:
    """Return a choice, drawn in proportion to weights, `(n,)`, of which one at least is above 0."""
    total = np.cumsum(weights)
    return min(int(np.searchsorted(total, rng.random() * total[-1], side="right")), len(weights) - 1)
