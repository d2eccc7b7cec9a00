"""The network of the accompanist: what it sees around each pitch."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from tonenet_core.models.accompaniment.features import BEAT_FEATURES, CHROMA_PLANES, KEY_PLANES, PLACE_PLANES
from tonenet_core.models.accompaniment.tokens import BELOW_MELODY
from tonenet_core.models.drawing import NEVER
from tonenet_core.models.note_network import DEGREES, LEAP, NoteNetwork, by_class, by_degree, by_echoes, by_leap
from tonenet_core.performance import LOWEST_PITCH, PIANO_KEYS

MELODY_REACH = 48  # semitones below the melody; those beyond count as this


@dataclass(frozen=True)
class AccompanistConfig:
    """The size of the network and its training data.

    Attributes:
        styles: names, in the order of the style input.
        hidden, layers, inner, dropout: of the trunk, and of what precedes and follows it.
        window_tokens: length of a training sequence.
        transpose: training windows are transposed by up to this many semitones either way.
        hide_style: how often a window is shown without its style, so that there is a model of any style.
        hide_colour: how often a window is shown with plain triads for its chroma, so that the style colours them.
        guidance: how strongly the style is asked for in writing, against the other styles; 1: as it is in its pieces.
        sharpness: power to which probabilities are raised in writing at temperature 1.
        colour: share of a piece's own chroma in what is given in writing, beside plain triads, 0..1.
        sources, shares, transcribed: see `expression.mixture.Mixture`.
    """

    styles: tuple[str, ...]
    hidden: int = 256
    layers: int = 1
    inner: int = 128
    dropout: float = 0.1
    window_tokens: int = 160
    transpose: int = 5
    hide_style: float = 0.15
    hide_colour: float = 0.4
    guidance: float = 2.0
    sharpness: float = 1.4
    colour: float = 0.5
    sources: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()
    transcribed: tuple[str, ...] = ()


class AccompanistNetwork(NoteNetwork):
    """The trunk and its heads; see `NoteNetwork`."""

    pitch_inputs: tuple[str, ...] = ("before_place", "place", "root", "last_key", "melody", "chroma", "keys")

    def __init__(self, config: AccompanistConfig) -> None:
        experts = [DEGREES, 2 * LEAP + 1, MELODY_REACH + 1, CHROMA_PLANES, KEY_PLANES]
        super().__init__(config, given=BEAT_FEATURES, echoes=PLACE_PLANES, experts=experts, has_lengths=False)

    def pitch_logits(self, states: Tensor, token: dict[str, Tensor]) -> Tensor:
        """Return the logits of the pitch of tokens with a known place, `(n, 88)`.

        A sum of experts: one on the degree above the bass, one on the leap from the last note, one on the distance to
        the melody, and weights of chroma and echoes.
        """
        (degrees, leaps, distances, chroma, keys), is_same = self.opinions(states, token)
        key, above = torch.arange(PIANO_KEYS, device=states.device), token["melody"][..., None]
        logits = by_degree(degrees, token["root"]) + by_leap(leaps, token["last_key"])
        distance = (above - LOWEST_PITCH - key).clamp(0, MELODY_REACH)
        logits = logits + distances.gather(-1, distance) * (above > 0)
        logits = logits + by_class(chroma, token["chroma"]) + by_echoes(keys, token["keys"])
        forbidden = (above > 0) & (key > above - LOWEST_PITCH - BELOW_MELODY)
        forbidden = forbidden | (is_same & (key <= token["last_key"][..., None]))
        return torch.where(forbidden, NEVER, logits)
