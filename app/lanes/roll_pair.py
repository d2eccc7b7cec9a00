"""Both piano rolls, one above the other, with the scroll bar of their pitches."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame

from app.lanes.chord_line import ChordLine
from app.lanes.hand_scope import HandScope
from app.lanes.note_hand import NoteHand
from app.lanes.note_link import NoteLink
from app.lanes.scroll_bars import PitchScrollBar
from app.playback.side import ORIGINAL, STYLED
from app.session.session import Session
from app.views.piano_roll import PianoRoll
from app.views.viewport import Viewport

MARGINS = (8, 4, 8, 4)  # of a panel: left, top, right, bottom
BETWEEN = 2
CHANGES, CHORDS = "changeColours", "chordNames"  # in the settings
LEAST_PX = 40  # of a roll's canvas
READABLE_PX = 160  # with the notes of five octaves


class RollPair(QFrame):
    """Both rolls. Their canvases are equally high, though only the lower roll has a ruler.

    Attributes:
        rolls: the upper one, A, and the lower one.
    """

    def __init__(self, session: Session, viewport: Viewport) -> None:
        """Show both sides of `session`."""
        super().__init__()
        self.setProperty("class", "panel")
        self.rolls = PianoRoll(session, viewport, "original"), PianoRoll(session, viewport, "styled")
        self._pitches = PitchScrollBar(session, viewport)
        for part in (*self.rolls, self._pitches):
            part.setParent(self)
        self._link = NoteLink(session, self.rolls, self)
        for roll in self.rolls:
            NoteHand(session, roll)
        for side, roll in zip((ORIGINAL, STYLED), self.rolls, strict=True):  # after that: it takes the border's events
            HandScope(session, side, roll)
        self._settings = session.settings
        self.rolls[1].set_by_change(session.settings.shown(CHANGES) is True)
        self._chords = ChordLine(session, STYLED, self)
        self._chords.shown = session.settings.shown(CHORDS) is not False
        self._chords.found.connect(self.rolls[1].ruler.update)
        self.rolls[1].ruler.set_line(self._chords)
        self._frames = 0
        self._played = session.listening.keyboard
        self._played.changed.connect(self._press_keys)
        session.changed.connect(self._follow_rulers)

    def _press_keys(self) -> None:
        """Light the keys that are down on a MIDI keyboard."""
        for roll in self.rolls:
            roll.keyboard.press(self._played.pressed)

    @property
    def by_change(self) -> bool:
        """Whether B is coloured by the change of its velocities."""
        return self.rolls[1].by_change

    def set_by_change(self, by_change: bool) -> None:
        """Colour B by the change of its velocities, or by these; the window remembers it."""
        self._settings.set_shown(CHANGES, by_change)
        self.rolls[1].set_by_change(by_change)

    @property
    def shows_chords(self) -> bool:
        """Whether the ruler of a metered piece has the names of the chords."""
        return self._chords.shown

    def set_shows_chords(self, shown: bool) -> None:
        """Show the names of the chords, or leave them out; the window remembers it."""
        self._chords.shown = shown
        self._settings.set_shown(CHORDS, shown)
        self.rolls[1].ruler.set_line(self._chords)
        self._follow_rulers()

    def height_for(self, canvas: int) -> int:
        """Return the height at which both canvases are `canvas` high."""
        edges = MARGINS[1] + MARGINS[3] + 2 * self.frameWidth()
        return edges + BETWEEN + sum(roll.frame_height() + canvas for roll in self.rolls)

    def minimumSizeHint(self) -> QSize:
        """Return room for the least canvases."""
        width = max(roll.minimumSizeHint().width() for roll in self.rolls)
        return QSize(width + MARGINS[0] + MARGINS[2] + 2 * self.frameWidth(), self.height_for(LEAST_PX))

    def sizeHint(self) -> QSize:
        """Return the least size; the stack gives more."""
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the height out."""
        super().resizeEvent(event)
        self._share()

    def _follow_rulers(self) -> None:
        """Share the height out again where the ruler has another number of lines."""
        if self.height_for(0) != self._frames:
            self._share()
            self.updateGeometry()

    def _share(self) -> None:
        room = self.contentsRect().marginsRemoved(QMargins(*MARGINS))
        self._frames = self.height_for(0)
        canvas, top = (self.height() - self._frames) // 2, room.top()
        for roll in self.rolls:
            height = roll.frame_height() + canvas
            roll.setGeometry(room.left(), top, room.width(), height)
            top += height + BETWEEN
        self._link.setGeometry(room)
        self._link.raise_()
        upper, lower = (roll.canvas.mapTo(self, roll.canvas.rect().topLeft()) for roll in self.rolls)
        width, left = self._pitches.sizeHint().width(), room.right()
        self._pitches.setGeometry(left, upper.y(), width, lower.y() + self.rolls[1].canvas.height() - upper.y())
