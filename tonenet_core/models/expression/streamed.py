"""Pieces that are prepared for training when they are drawn: a corpus may be larger than memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar, overload

import numpy as np
from numpy.typing import ArrayLike

from tonenet_core.performance import TrainingPiece


class Sized(Protocol):
    """What knows how much memory it takes."""

    @property
    def nbytes(self) -> int:
        """Bytes."""
        ...


P = TypeVar("P", bound=Sized)


class Recent(Generic[P]):
    """The prepared pieces that were drawn last, in a given number of bytes."""

    def __init__(self, capacity: int) -> None:
        self.capacity, self.nbytes = capacity, 0
        self._held: OrderedDict[tuple[int, int], P] = OrderedDict()

    def get(self, key: tuple[int, int], prepare: Callable[[], P]) -> P:
        """Return a piece that is held, or prepare it and let go of those that were not drawn for the longest time."""
        if key in self._held:
            self._held.move_to_end(key)
            return self._held[key]
        piece = self._held[key] = prepare()
        self.nbytes += piece.nbytes
        while self.nbytes > self.capacity and self._held:
            self.nbytes -= self._held.popitem(last=False)[1].nbytes
        return piece


class Streamed(Sequence[P]):
    """The pieces of one source.

    Args:
        pieces: on disk.
        lengths: of each; a piece is drawn in proportion to it.
        prepare: see `models.base.Trainable.prepare_piece`.
        recent: shared with other sources.
    """

    def __init__(
        self,
        pieces: Sequence[TrainingPiece],
        lengths: ArrayLike,
        prepare: Callable[[TrainingPiece], P],
        recent: Recent[P],
    ) -> None:
        self._pieces, self._prepare, self._recent = pieces, prepare, recent
        # What Generator.choice computes of the lengths for every draw, in the same words, so that it draws the same.
        share = np.asarray(lengths, np.float64)
        self._cumulative = (share / share.sum()).cumsum()
        self._cumulative /= self._cumulative[-1]

    def __len__(self) -> int:
        return len(self._pieces)

    @overload
    def __getitem__(self, index: int) -> P: ...
    @overload
    def __getitem__(self, index: slice) -> list[P]: ...
    def __getitem__(self, index: int | slice) -> P | list[P]:
        """Return one piece, prepared, or a list of some."""
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        return self._recent.get((id(self), index), lambda: self._prepare(self._pieces[index]))

    def drawn(self, rng: np.random.Generator) -> P:
        """Return a random piece, in proportion to its length."""
        return self[int(self._cumulative.searchsorted(rng.random(), side="right"))]
