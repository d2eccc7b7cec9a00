"""The network of the pianist: what it sees around each pitch."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from tonenet_core.models.drawing import NEVER
from tonenet_core.models.note_network import DEGREES, LEAP, NoteNetwork, by_class, by_degree, by_echoes, by_leap
from tonenet_core.models.pianist.features import BEAT_FEATURES, CHROMA_PLANES, KEY_PLANES, LAGS
from tonenet_core.performance import PIANO_KEYS


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
        style_sharpness: the same of each style, in their order; empty: `sharpness` of all.
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
    style_sharpness: tuple[float, ...] = ()
    sources: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()
    transcribed: tuple[str, ...] = ()


class PianistNetwork(NoteNetwork):
    """The trunk and its heads; see `NoteNetwork`."""

    pitch_inputs: tuple[str, ...] = ("before_place", "place", "root", "last_key", "low", "high", "chroma", "keys")

    def __init__(self, config: PianistConfig) -> None:
        experts = [DEGREES, *[2 * LEAP + 1] * 3, CHROMA_PLANES, KEY_PLANES]
        super().__init__(config, given=BEAT_FEATURES, echoes=LAGS, experts=experts, has_lengths=True)

    def pitch_logits(self, states: Tensor, token: dict[str, Tensor]) -> Tensor:
        """Return the logits of the pitch of tokens with a known place, `(n, 88)`.

        A sum of experts: one on the degree above the tonic, three on the leap from the last note and from the lowest
        and highest of the last beat, and weights of chroma and echoes.
        """
        (degrees, *leaps, chroma, keys), is_same = self.opinions(states, token)
        logits = by_degree(degrees, token["root"])
        for name, weights in zip(("last_key", "low", "high"), leaps, strict=True):
            logits = logits + by_leap(weights, token[name])
        logits = logits + by_class(chroma, token["chroma"]) + by_echoes(keys, token["keys"])
        below = torch.arange(PIANO_KEYS, device=states.device) <= token["last_key"][..., None]
        return torch.where(is_same & below, NEVER, logits)
