"""Velocities of the current take, set by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QObject

from app.documents.history import Take
from app.documents.messages import MessageBoard
from app.documents.open_document import OpenDocument
from app.editing.selection import Notes, Selection
from app.playback.player import Player
from app.playback.side import STYLED
from tonenet_core.editing import shapes
from tonenet_core.editing.edits import NO_EDITS, Edits
from tonenet_core.encoding.events import chord_of
from tonenet_core.performance import Performance

SCALING = 1.1
COMPRESSION = 0.8

Velocities = NDArray[np.uint8]


class Editing(QObject):
    """Changes the velocities of B; each change is a step of undo of the take. The original is never changed.

    Without a result the first change makes one, by hand: the piece as it was played, but for what was changed.

    Attributes:
        selection: the notes that commands are about.
    """

    def __init__(
        self, document: OpenDocument, player: Player, messages: MessageBoard, parent: QObject | None = None
    ) -> None:
        """Serve the open document.

        Args:
            document: the open document.
            player: knows the loop.
            messages: forget what was about the result before.
            parent: as in Qt.
        """
        super().__init__(parent)
        self.selection = Selection(document, player, self)
        self._document, self._messages = document, messages
        self._chorded: Performance | None = None  # whose chords are known
        self._chords: NDArray[np.int64] = np.zeros(0, np.int64)

    @property
    def velocities(self) -> Velocities | None:
        """The velocities of B, `(n,)`, in the order of the piece's notes; the piece's own without a result."""
        shown = self._document.original if self._document.styled is None else self._document.styled
        return None if shown is None else shown.velocities

    @property
    def edits(self) -> Edits:
        """Those of the current take."""
        take = self._document.take
        return NO_EDITS if take is None else take.edits

    def chords(self) -> NDArray[np.int64]:
        """Return for each note the number of its chord, rising."""
        piece = self._document.original
        if piece is not None and piece is not self._chorded:
            self._chorded, self._chords = piece, chord_of(piece.notes["onset_sec"])
        return self._chords

    def set(self, notes: Notes, velocities: ArrayLike, *, collecting: str = "") -> bool:
        """Set velocities of B; return whether any is another one now.

        Args:
            notes: `(m,)`, indices in the original, each once.
            velocities: `(m,)`, or one for all, rounded to 1..127.
            collecting: names a kind of changes that are one step of undo while they follow each other.
        """
        before = self.velocities
        values = np.broadcast_to(shapes.rounded(velocities), notes.shape)
        if before is None or np.array_equal(before[notes], values):
            return False
        self._change(self.edits.set(notes, values), collecting)
        return True

    def reshape(self, shape: Callable[[Velocities], Velocities], name: str = "") -> None:
        """Give the velocities of the selected notes another shape.

        Args:
            shape: returns them from the present ones.
            name: of changes that are one step of undo while they follow each other on the same notes.
        """
        notes, velocities = self.selection.notes, self.velocities
        if velocities is not None and len(notes):
            self.set(notes, shape(velocities[notes]), collecting=f"{name} {hash(notes.tobytes())}" if name else "")

    def shift(self, by: int) -> None:
        """Make the selected notes louder by a number, or softer."""
        self.reshape(partial(shapes.shift, by=by), "shift")

    def scale(self, *, up: bool) -> None:
        """Make the selected notes louder in proportion, or softer."""
        self.reshape(partial(shapes.scale, factor=SCALING if up else 1 / SCALING), "scale")

    def compress(self, *, expand: bool = False) -> None:
        """Bring the selected notes closer to their mean, or further from it."""
        self.reshape(partial(shapes.compress, ratio=1 / COMPRESSION if expand else COMPRESSION), "compress")

    def level(self) -> None:
        """Give the selected notes their mean."""
        self.reshape(shapes.level)

    def straighten(self) -> None:
        """Put the selected notes on a straight line from the first to the last."""
        piece, notes = self._document.original, self.selection.notes
        if piece is None or len(notes) < 2:
            return
        onset = piece.notes["onset_sec"][notes]

        def straight(velocities: Velocities) -> Velocities:
            ends = zip(onset[[0, -1]].tolist(), velocities[[0, -1]].tolist(), strict=True)
            begin, end = ends
            return shapes.line(onset, begin, end)

        self.reshape(straight)

    def remove(self) -> None:
        """Give the selected notes back the velocities that the take has without edits; with none selected, all."""
        if len(self.edits):
            left = self.edits.without(self.selection.notes) if len(self.selection) else NO_EDITS
            if len(left) < len(self.edits):
                self._change(left)

    def _change(self, edits: Edits, collecting: str = "") -> None:
        document, take = self._document.current, self._document.take
        assert document is not None
        self._messages.forget_result()
        if take is None:
            made = replace(Take.by_hand(document.performance), edits=edits)
            self._document.set_history(document.history.begin(made, collecting), STYLED)
        else:
            history = document.history.change(replace(take, edits=edits), collecting)
            self._document.set_history(history, self._document.side, moving=True)
