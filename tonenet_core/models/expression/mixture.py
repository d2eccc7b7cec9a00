"""Sources of training data: in which shares they are drawn, and what of each a model may see and learn.

Corpora differ in more than their players. A transcription has lengths and lags of the transcriber, a spread of
velocities that is too small and no loudness at all; a competition has one kind of piano. A model that can tell them
apart learns that instead of the style: so its source is an input that is hidden at random, and so is what gives it
away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from tonenet_core.encoding.written import source_of


@dataclass(frozen=True)
class Mixture:
    """Shares of sources, and what is hidden of them.

    Attributes:
        sources: names, pages among them (`encoding.written.PAGES`); empty: all there are, equally often.
        shares: of each; those of one style count in proportion.
        transcribed: sources whose lengths are not shown and whose loudness is not learnt.
        spread: by which the velocities of a transcribed piece are stretched about their mean.
        unknown: how often a window's source is hidden, 0..1.
        hide_touch: how often a window is shown without lags, and how often without lengths, 0..1.
        written: how often a window is drawn from the piece as written, 0..1, where it is prepared.
    """

    sources: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()
    transcribed: tuple[str, ...] = ()
    spread: float = 1.0
    unknown: float = 0.0
    hide_touch: float = 0.0
    written: float = 0.0

    def __post_init__(self) -> None:
        if len(self.sources) != len(self.shares):
            raise ValueError("a mixture has one share a source")
        if any(share < 0 for share in self.shares):
            raise ValueError("shares of sources are 0 or more")

    @property
    def players(self) -> tuple[str, ...]:
        """Sources that a model has as an input, pages being those of the same players."""
        return tuple(dict.fromkeys(map(source_of, self.sources)))

    def draw(self, found: Iterable[str], rng: np.random.Generator) -> str:
        """Draw one of these sources.

        Raises:
            ValueError: if the mixture has shares, and none for any of them.
        """
        names = sorted(found)
        if not self.sources:
            return names[rng.integers(len(names))]
        share_of = dict(zip(self.sources, self.shares, strict=True))
        shares = np.array([share_of.get(name, 0.0) for name in names])
        if shares.sum() <= 0:
            raise ValueError(f"the mixture has no share for {', '.join(names)}")
        return names[int(rng.choice(len(names), p=shares / shares.sum()))]

    def number(self, source: str) -> int:
        """Return the number of a source as a model's input; one beyond the last for a source of no mixture."""
        players = self.players
        name = source_of(source)
        return players.index(name) if name in players else len(players)

    def is_transcribed(self, source: str) -> bool:
        """Whether a source's pieces were transcribed from recordings."""
        return source_of(source) in self.transcribed

    def stretch(self, source: str) -> float:
        """Return by which factor a source's velocities are stretched about the mean of their piece."""
        return self.spread if self.is_transcribed(source) else 1.0
