"""Selecting notes with the mouse: in the rolls, and on their keyboards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.editing.selection import How
from app.lanes.note_band import NoteBand

if TYPE_CHECKING:
    from app.session.session import Session
    from app.views.piano_roll import PianoRoll

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class NoteHand(QObject):
    """A click on a note selects it, one beside the notes deselects all; with Ctrl a drag selects what is in it.

    With Shift, notes are selected in addition. A click on a key, or a drag over several, selects all notes of theirs.
    """

    def __init__(self, session: Session, roll: PianoRoll) -> None:
        """Select in a roll of `session`."""
        super().__init__(roll)
        self._selection, self._roll = session.editing.selection, roll
        self._band = NoteBand(roll.canvas, roll.notes_in)
        self._from = QPointF()
        self._first_key: int | None = None
        roll.canvas.hand = self
        roll.keyboard.installEventFilter(self)

    def begins(self, event: QMouseEvent) -> bool:
        """Take a press with Ctrl."""
        self._from = event.position()
        return bool(event.modifiers() & CONTROL)

    def move(self, event: QMouseEvent) -> None:
        """Pull the rubber band."""
        away = (event.position() - self._from).manhattanLength()
        if self._band.pulled or away >= QApplication.startDragDistance():
            self._band.pull(event, self._from.toPoint())

    def release(self, event: QMouseEvent) -> None:
        """Select what is in the band; without one, the note under the mouse, or deselect it."""
        if self._band.pulled:
            self._selection.select(self._band.release(), "more" if event.modifiers() & SHIFT else "only")
        elif (note := self._note_at(event.position())) is not None:
            self._selection.select(np.array([note]), "other")

    def click(self, event: QMouseEvent) -> bool:
        """Select the note that is clicked; beside the notes deselect all, and let the click seek."""
        note = self._note_at(event.position())
        if note is None:
            self._selection.clear()
            return False
        self._selection.select(np.array([note]), _how(event))
        return True

    def cursor_at(self, place: QPointF) -> Qt.CursorShape | None:
        """Return a hand on a note."""
        return Qt.CursorShape.PointingHandCursor if self._note_at(place) is not None else None

    def eventFilter(self, keyboard: QObject, event: QEvent) -> bool:
        """Select the notes of the keys that are pressed, from the first to the one under the mouse."""
        if not isinstance(event, QMouseEvent):
            return False
        if event.type() == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            self._first_key = self._key_at(event)
            self._selection.select_pitches(np.array([self._first_key]), _how(event))
        elif event.type() == QEvent.Type.MouseMove and self._first_key is not None:
            low, high = sorted((self._first_key, self._key_at(event)))
            self._selection.select_pitches(np.arange(low, high + 1), "more" if _how(event) == "more" else "only")
        elif event.type() == QEvent.Type.MouseButtonRelease:
            self._first_key = None
        return False

    def _key_at(self, event: QMouseEvent) -> int:
        return round(self._roll.canvas.row_at(event.position().y()))

    def _note_at(self, place: QPointF) -> int | None:
        canvas = self._roll.canvas
        return self._roll.note_at(QPointF(canvas.second_at(place.x()), canvas.row_at(place.y())))


def _how(event: QMouseEvent) -> How:
    keys = event.modifiers()
    if keys & CONTROL:
        return "other"
    return "more" if keys & SHIFT else "only"
