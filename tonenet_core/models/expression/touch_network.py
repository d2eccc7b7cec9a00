"""Network of the touch: for each note, how far it lags behind its chord's top note, and how long it is held.

The trunk is the performer's (`performer_network.py`), smaller. What it reads is the same for a performance and for its
transfer into another style (`encoding.touch`): chords struck at once, no lengths but written ones, no pedal.
"""

from __future__ import annotations

from dataclasses import dataclass

from tonenet_core.models.expression.averaged import AveragedConfig
from tonenet_core.models.expression.mixture import Mixture
from tonenet_core.models.expression.performer_network import PerformerConfig


@dataclass(frozen=True)
class TouchConfig(AveragedConfig):
    """Size and training windows of the touch's network.

    Attributes:
        styles: names, in the order of the style vectors.
        hidden, layers, style_size, block, dropout: as in `PerformerConfig`.
        window_notes, transpose, tempo: as in `PerformerConfig`.
        sharpness: decay of the soft targets, in steps of the distributions.
        hide: how often a training window is shown without metre.
        hide_lengths: how often a window of a page is shown without the written lengths.
        sources, shares, unknown: see `mixture.Mixture`; a source without a share teaches nothing.
        transcribed: sources whose lengths are not learnt.
        phrase_notes: notes that the coherence of a performance looks back.
    """

    styles: tuple[str, ...]
    hidden: int = 96
    layers: int = 2
    style_size: int = 32
    block: int = 128
    dropout: float = 0.2
    window_notes: int = 256
    transpose: int = 5
    tempo: float = 1.15
    sharpness: float = 1.0
    hide: float = 0.5
    hide_lengths: float = 0.3
    sources: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()
    unknown: float = 0.5
    transcribed: tuple[str, ...] = ()
    phrase_notes: int = 8

    @property
    def mixture(self) -> Mixture:
        """Sources of the training windows."""
        return Mixture(self.sources, self.shares, self.transcribed, unknown=self.unknown)

    @property
    def network(self) -> PerformerConfig:
        """Configuration of the trunk and its blocks."""
        return PerformerConfig(
            styles=self.styles,
            hidden=self.hidden,
            layers=self.layers,
            style_size=self.style_size,
            block=self.block,
            dropout=self.dropout,
            sources=self.sources,
            shares=self.shares,
            transcribed=self.transcribed,
        )
