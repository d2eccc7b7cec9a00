"""The notes of the open piece that are selected."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app.documents.open_document import OpenDocument
from app.playback.player import Player
from app.playback.side import ORIGINAL
from tonenet_core.harmony.hands import find_hands
from tonenet_core.performance import Performance

Notes = NDArray[np.int64]
How = Literal["only", "more", "other"]
"""What becomes of the notes that were selected: deselected; kept; kept, and those chosen again are deselected."""


class Selection(QObject):
    """Notes by their indices in the open piece; another piece, or other tracks of it, begin without any.

    Attributes:
        changed: other notes are selected.
    """

    changed = Signal()

    def __init__(self, document: OpenDocument, player: Player, parent: QObject | None = None) -> None:
        """Select nothing yet.

        Args:
            document: the open document.
            player: knows the loop.
            parent: as in Qt.
        """
        super().__init__(parent)
        self._document, self._player = document, player
        self._piece: Performance | None = None
        self._notes: Notes = np.zeros(0, np.int64)
        self._first = self._last = 0  # of a selection by steps: where it began, and where it is
        document.changed.connect(self._follow)

    @property
    def notes(self) -> Notes:
        """The notes that are selected, `(k,)`, rising."""
        return self._notes

    def __len__(self) -> int:
        """Return how many notes are selected."""
        return len(self._notes)

    def has(self, notes: Notes) -> NDArray[np.bool_]:
        """Return which of some notes are selected."""
        return np.isin(notes, self._notes)

    def select(self, notes: Notes, how: How = "only") -> None:
        """Select notes."""
        chosen = np.unique(np.asarray(notes, np.int64))
        if len(chosen):
            self._first = self._last = int(chosen[0])
        if how == "more":
            chosen = np.union1d(self._notes, chosen)
        elif how == "other":
            chosen = np.setxor1d(self._notes, chosen)
        self._set(chosen)

    def clear(self) -> None:
        """Select nothing."""
        self._set(np.zeros(0, np.int64))

    def select_all(self) -> None:
        """Select every note of the piece."""
        if self._piece is not None:
            self.select(np.arange(len(self._piece)))

    def select_pitches(self, pitches: NDArray[np.integer], how: How = "only") -> None:
        """Select every note of some pitches."""
        if self._piece is not None:
            self.select(np.flatnonzero(np.isin(self._piece.notes["pitch"], pitches)), how)

    def select_same_pitch(self) -> None:
        """Select every note that has the pitch of one that is selected."""
        if self._piece is not None:
            self.select_pitches(self._piece.notes["pitch"][self._notes])

    def select_hand(self, hand: int, split: int | None = None) -> None:
        """Select every note of a hand, `LEFT` or `RIGHT`; `split` as in `find_hands`, which takes a while."""
        if self._piece is not None:
            self.select(np.flatnonzero(find_hands(self._piece, split) == hand))

    def select_loop(self) -> None:
        """Select the notes that begin in the loop."""
        loop = self._player.places.loop_sec(ORIGINAL)
        if self._piece is not None and loop is not None:
            onset = self._piece.notes["onset_sec"]
            self.select(np.flatnonzero((onset >= loop[0]) & (onset < loop[1])))

    def step(self, by: int, from_sec: float, *, extend: bool = False) -> int | None:
        """Select the next note in time, or one further away, and return it; None without a piece.

        Args:
            by: 1 for the next, -1 for the one before.
            from_sec: where to begin, in seconds of the piece, with nothing selected.
            extend: select all notes from where the steps began.
        """
        if self._piece is None or not len(self._piece):
            return None
        last = len(self._piece) - 1
        if not len(self):
            begin = int(np.searchsorted(self._piece.notes["onset_sec"], from_sec))
            self._first = self._last = min(max(begin if by > 0 else begin - 1, 0), last)
        else:
            self._last = min(max(self._last + by, 0), last)
            self._first = self._first if extend else self._last
        low, high = sorted((self._first, self._last))
        self._set(np.arange(low, high + 1))
        return self._last

    def _set(self, notes: Notes) -> None:
        if not np.array_equal(notes, self._notes):
            self._notes = notes
            self.changed.emit()

    def _follow(self) -> None:
        piece = self._document.original
        if piece is not self._piece:
            self._piece = piece
            self.clear()
