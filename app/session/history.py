"""The results of one piece in the order in which they were made: what undo and redo walk over."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from tonenet_core.performance import Performance
from tonenet_core.transfer import Interpretation


@dataclass(frozen=True, eq=False)
class Take:
    """One result: what the model made of the piece, and how much of it is laid on.

    Attributes:
        interpretation: the model run.
        strength: 0..1.5.
        accents: 0..1.
        seed: that the model had.
        model: its title.
        model_name: its name.
        source_style: what the user said that the piece is played in; None: that was left to the model.
    """

    interpretation: Interpretation
    strength: float
    accents: float
    seed: int
    model: str
    model_name: str = ""
    source_style: str | None = None


class Takes:
    """A stack of takes with a place in it; at the bottom there is none, the original alone."""

    def __init__(self) -> None:
        self._takes: list[Take | None] = [None]
        self._at = 0
        self._adjusting = ""

    @property
    def now(self) -> Take | None:
        """The take that is shown, or None for the original alone."""
        return self._takes[self._at]

    @property
    def can_undo(self) -> bool:
        """Whether there is an earlier one."""
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        """Whether an undone one can come back."""
        return self._at < len(self._takes) - 1

    def add(self, take: Take) -> None:
        """Put a take on top; what could be redone is gone."""
        self._takes[self._at + 1 :] = [take]
        self._at += 1
        self._adjusting = ""

    def adjust(self, slider: str, strength: float, accents: float) -> None:
        """Change how much is laid on; one slider's moves in a row are one step of undo. Does nothing without a take."""
        if self.now is None:
            return
        take = replace(self.now, strength=strength, accents=accents)
        if self._adjusting == slider:
            self._takes[self._at :] = [take]
        else:
            self.add(take)
        self._adjusting = slider

    def move(self, steps: int) -> None:
        """Go -1 (undo) or 1 (redo) steps, as far as there is something."""
        self._at = min(max(self._at + steps, 0), len(self._takes) - 1)
        self._adjusting = ""


class SavedResults:
    """Which results were taken out of the program; two of the same bytes are the same."""

    def __init__(self) -> None:
        self._digests: set[bytes] = set()

    def add(self, result: Performance) -> None:
        """Count a result as taken out; may be called on any thread."""
        self._digests.add(_digest(result))

    def __contains__(self, result: Performance) -> bool:
        return _digest(result) in self._digests


def _digest(result: Performance) -> bytes:
    return hashlib.sha256(result.to_bytes()).digest()


@dataclass(frozen=True, eq=False)
class Piece:
    """A piece that was left for another, as it was.

    Attributes:
        original: the piece.
        title: its name.
        path: its file; None for one that was made here.
        made_from: what it was made from, if that is known.
        way: the pieces on the way between two, if it is one of them.
        takes: its results.
    """

    original: Performance
    title: str
    path: Path | None
    made_from: Performance | None
    way: tuple[Performance, ...]
    takes: Takes
