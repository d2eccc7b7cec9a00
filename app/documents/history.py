"""The results of one piece in the order in which they were made, for undo and redo."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Literal
from weakref import WeakKeyDictionary

from tonenet_core.interpretation import DEFAULT_PARTS, Part
from tonenet_core.performance import Performance
from tonenet_core.timing.passage import Passage
from tonenet_core.transfer import Interpretation, Level, Perform

Slider = Literal["", "strength", "accents"]
"""A slider whose moves are one step of undo; empty for anything that is chosen in one step."""


@dataclass(frozen=True, eq=False)
class Take:
    """One result: a model run, and how much of it is applied.

    Attributes:
        performance: the piece that it was made of, with the tracks that are played.
        interpretation: the model run.
        strength: 0..1.5.
        accents: 0..1.
        seed: seed of the run.
        model: the model's title.
        model_name: the model's name.
        source_style: the style that the user chose under "From"; None left it to the model.
        level: the loudness of the result.
        perform: whether the user wanted the piece performed.
        parts: of the performance that were changed.
        swing: log2 beat-upbeat ratio that the user chose; None left it to the style.
        rubato: 0..1.5, how far the tempo goes towards the style's.
        passage: that was played in the style; None: the whole piece.
    """

    performance: Performance
    interpretation: Interpretation
    strength: float
    accents: float
    seed: int
    model: str
    model_name: str = ""
    source_style: str | None = None
    level: Level = "keep"
    perform: Perform = "auto"
    parts: tuple[Part, ...] = DEFAULT_PARTS
    swing: float | None = None
    rubato: float = 0.0
    passage: Passage | None = None


@dataclass(frozen=True, eq=False)
class History:
    """An undo history of takes, as a value: each change returns another history.

    Attributes:
        takes: the results, the oldest first.
        position: number of takes that are not undone; 0 is the original alone.
        adjusting: the slider whose moves are collected into one step of undo; empty for none.
    """

    takes: tuple[Take, ...] = ()
    position: int = 0
    adjusting: Slider = ""

    @property
    def current(self) -> Take | None:
        """The take that is shown, or None for the original alone."""
        return self.takes[self.position - 1] if self.position else None

    @property
    def can_undo(self) -> bool:
        """Whether there is an earlier state."""
        return self.position > 0

    @property
    def can_redo(self) -> bool:
        """Whether an undone take can be brought back."""
        return self.position < len(self.takes)

    @property
    def runs(self) -> tuple[Take, ...]:
        """One take of each model run, the oldest run first: as it is shown, or as it was left."""
        latest = {
            id(take.interpretation): take for take in (*self.takes[self.position :], *self.takes[: self.position])
        }
        return tuple(latest[run] for run in dict.fromkeys(id(take.interpretation) for take in self.takes))

    def add(self, take: Take) -> History:
        """Return the history with `take` as the current one and no undone ones.

        Undone takes of other runs come before all others, so that undo still reaches them.
        """
        done = self.takes[: self.position]
        known = {id(other.interpretation) for other in (*done, take)}
        left = tuple(other for other in self.runs if id(other.interpretation) not in known)
        return History((*left, *done, take), len(left) + len(done) + 1)

    def adjust(self, slider: Slider, strength: float, accents: float, level: Level) -> History:
        """Return the history with the current take at another strength, accents and level; itself without a take.

        Consecutive moves of one slider are one step of undo.
        """
        if self.current is None:
            return self
        take = replace(self.current, strength=strength, accents=accents, level=level)
        if slider and self.adjusting == slider:
            return History((*self.takes[: self.position - 1], take), self.position, slider)
        return replace(self.add(take), adjusting=slider)

    def move(self, steps: int) -> History:
        """Return the history `steps` further: -1 is undo, 1 is redo; it stops at the ends."""
        return History(self.takes, min(max(self.position + steps, 0), len(self.takes)))


class SavedResults:
    """Digests of the results that were exported; two of the same bytes are the same."""

    def __init__(self) -> None:
        self._digests: set[bytes] = set()
        self._known: WeakKeyDictionary[Performance, bytes] = WeakKeyDictionary()

    def add(self, result: Performance) -> None:
        """Count a result as exported; may be called on any thread."""
        self._digests.add(self._digest(result))

    def __contains__(self, result: Performance) -> bool:
        return self._digest(result) in self._digests

    def _digest(self, result: Performance) -> bytes:
        if (digest := self._known.get(result)) is None:
            digest = self._known[result] = hashlib.sha256(result.to_bytes()).digest()
        return digest
