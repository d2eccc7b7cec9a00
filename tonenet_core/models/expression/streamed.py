"""Pieces that are prepared for training when they are drawn: a corpus may be larger than memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, overload

import numpy as np
from numpy.typing import ArrayLike

from tonenet_core.models.training import Sized
from tonenet_core.performance import TrainingPiece

P = TypeVar("P", bound=Sized)


class PieceCache(Generic[P]):
    """A cache of the prepared pieces that were drawn last, up to a number of bytes."""

    def __init__(self, capacity: int) -> None:
        self.capacity, self.nbytes = capacity, 0
        self._held: OrderedDict[tuple[int, int], P] = OrderedDict()

    def get(self, key: tuple[int, int], prepare: Callable[[], P]) -> P:
        """Return a piece from the cache, or prepare it and drop those that have not been drawn for the longest time."""
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
        prepare: see `models.training.Trainable.prepare_piece`.
        held: shared with other sources.
    """

    def __init__(
        self,
        pieces: Sequence[TrainingPiece],
        lengths: ArrayLike,
        prepare: Callable[[TrainingPiece], P],
        held: PieceCache[P],
    ) -> None:
        self._pieces, self._prepare, self._held = pieces, prepare, held
        # The same arithmetic as Generator.choice does for every draw, so that the same pieces are drawn.
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
        return self._held.get((id(self), index), lambda: self._prepare(self._pieces[index]))

    def drawn(self, rng: np.random.Generator) -> P:
        """Return a random piece, in proportion to its length."""
        return self[int(self._cumulative.searchsorted(rng.random(), side="right"))]
