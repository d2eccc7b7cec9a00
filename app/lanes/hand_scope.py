"""Which notes of a roll are left out, of what is heard or of the next transfer, and where the hands part."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QMouseEvent

from app.background.jobs import Job
from app.playback.side import ORIGINAL, Side
from app.views.overlays import SplitLine
from tonenet_core.errors import Cancelled
from tonenet_core.harmony.hands import find_hands
from tonenet_core.performance import HIGHEST_PITCH, LOWEST_PITCH

if TYPE_CHECKING:
    from app.session.session import Session
    from app.views.piano_roll import PianoRoll
    from tonenet_core.harmony.hands import Hands
    from tonenet_core.performance import Performance
    from tonenet_core.progress import Progress
    from tonenet_core.sound.audible import Audible

AT_ONCE = 5000  # notes whose hands are found while one waits


class HandScope(QObject):
    """Marks the notes of a roll that are muted, and in A those of the hand that the next transfer leaves as it is.

    Where the hands part at a key, a line shows it in A, which is dragged at the keyboard.
    """

    def __init__(self, session: Session, side: Side, roll: PianoRoll) -> None:
        """Follow `session` in the roll of a side."""
        super().__init__(roll)
        self._session, self._side = session, side
        self._notes, self._canvas, self._keyboard = roll.notes, roll.canvas, roll.keyboard
        self._piece: Performance | None = None
        self._audible: Audible | None = None
        self._hands: Hands | None = None
        self._job: Job | None = None
        self._drags = False
        self._line = SplitLine()
        self._canvas.add(self._line)
        self._keyboard.installEventFilter(self)
        for changed in (session.changed, session.player.changed):  # after the roll, which shows other notes
            changed.connect(self._follow)

    def eventFilter(self, keyboard: QObject, event: QEvent) -> bool:
        """Drag the border of the hands; elsewhere the mouse is for the keys."""
        if not isinstance(event, QMouseEvent):
            return False
        y = event.position().y()
        if event.type() == QEvent.Type.MouseButtonPress:
            self._drags = event.button() == Qt.MouseButton.LeftButton and self._keyboard.is_on_split(y)
            return self._drags
        if event.type() == QEvent.Type.MouseButtonRelease:
            drags, self._drags = self._drags, False
            return drags
        if event.type() == QEvent.Type.MouseMove and self._drags:
            self._part(min(max(round(self._canvas.row_at(y) + 0.5), LOWEST_PITCH + 1), HIGHEST_PITCH))
        elif event.type() == QEvent.Type.MouseMove and self._keyboard.is_on_split(y):
            self._keyboard.setCursor(Qt.CursorShape.SplitVCursor)
        else:
            self._keyboard.unsetCursor()
        return self._drags

    def _follow(self) -> None:
        piece = self._session.sides[0 if self._side == ORIGINAL else 1]
        audible, hands = self._session.player.audible, self._wanted()
        if (piece, audible, hands) == (self._piece, self._audible, self._hands):
            return
        if piece is not self._piece or audible != self._audible:
            self._notes.set_muted(None if piece is None else _muted(piece, audible))
        self._piece, self._audible, self._hands = piece, audible, hands
        self._show_hands()
        self._canvas.redraw()

    def _wanted(self) -> Hands | None:
        """Return the hands of the next transfer; None where nothing of them is shown."""
        hands = self._session.transfers.options.hands
        return hands if self._side == ORIGINAL and not hands.are_both else None

    def _show_hands(self) -> None:
        piece, hands = self._piece, self._hands
        split = None if hands is None or piece is None else hands.split
        self._keyboard.set_split(split)
        self._line.set_split(split)
        if piece is None or hands is None or hands.together:
            self._notes.set_left_out(None)
        elif hands.split is not None or len(piece) <= AT_ONCE:
            self._notes.set_left_out(hands.weights(piece) == 0)
        elif self._job is None:
            self._job = self._session.jobs.run(
                _find, piece, title="", done=self._found, failed=self._fail, lane="figures"
            )

    def _found(self, piece: Performance) -> None:
        self._job = None
        if piece is self._piece and self._hands is not None:
            self._notes.set_left_out(self._hands.weights(piece) == 0)
            self._canvas.redraw()

    def _fail(self, error: Exception) -> None:
        self._job = None
        if not isinstance(error, Cancelled):
            self._session.messages.failed(error)

    def _part(self, key: int) -> None:
        transfers = self._session.transfers
        if key != transfers.options.hands.split:
            transfers.set(hands=replace(transfers.options.hands, split=key))


def _muted(piece: Performance, audible: Audible) -> NDArray[np.bool_] | None:
    tracks = piece.file.events["track"][piece.file.note_rows].astype(np.int64) + 1
    heard = audible.among(tracks, np.ones(len(piece), np.bool_))
    return None if heard.all() else ~heard


def _find(piece: Performance, progress: Progress) -> Performance:
    progress(0.0)
    find_hands(piece)
    return piece
