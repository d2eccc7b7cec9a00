"""The viewport: seconds and pitches on screen, shared by all views of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from tonenet_core.performance import HIGHEST_PITCH, LOWEST_PITCH

if TYPE_CHECKING:
    from app.session.session import Session
    from tonenet_core.performance import Performance

FIRST_SPAN_SEC = 30.0  # how much of a newly opened piece is shown
SHORTEST_SPAN_SEC = 0.25
FEWEST_PITCHES = 12.0
FEWEST_FITTED_PITCHES = 25.0  # a piece on three notes is not blown up to giant bars
PITCH_MARGIN = 1.5
BOTTOM, TOP = LOWEST_PITCH - 0.5, HIGHEST_PITCH + 0.5  # a pitch's lane reaches half a semitone to both sides
MARGIN = 0.04  # of what is zoomed to, to both sides of it
EDGE = 0.06  # part of the span that the playhead keeps from the edges while it is followed
JUMP_SEC = 0.5  # a step of the position longer than this is a seek, not playing


class Viewport(QObject):
    """The part of the piece that is on screen, kept within the piece; it follows the player until scrolled by hand.

    Attributes:
        start_sec, end_sec: the seconds on screen.
        low, high: the pitches on screen, 20.5 to 108.5; lanes are 1 high with their pitch in the middle.
        following: whether the window turns its page to keep the playhead in sight.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.start_sec, self.end_sec = 0.0, FIRST_SPAN_SEC
        self.low, self.high = self._fitted = 47.5, 84.5
        self.following = True
        self._session = session
        self._piece: Performance | None = None
        self._sides: tuple[Performance | None, Performance | None] = (None, None)
        self._length_sec = FIRST_SPAN_SEC
        self._position_sec = 0.0
        self._playing, self._side = False, session.player.side
        session.changed.connect(self._read_session)
        session.player.moved.connect(self._follow)
        session.player.changed.connect(self._read_player)
        self._read_session()

    @property
    def span_sec(self) -> float:
        """Return how many seconds are on screen."""
        return self.end_sec - self.start_sec

    @property
    def length_sec(self) -> float:
        """Return how many seconds there are to show."""
        return self._length_sec

    def zoom(self, factor: float, around_sec: float) -> None:
        """Show `factor` times as much time (below 1: zoom in), with `around_sec` staying where it is on screen."""
        span = min(max(self.span_sec * factor, SHORTEST_SPAN_SEC), self._length_sec)
        share = (around_sec - self.start_sec) / self.span_sec
        self._show(around_sec - share * span, span)
        self.following = self.following and self.start_sec <= self._position_sec <= self.end_sec

    def pan(self, seconds: float) -> None:
        """Scroll in time by hand, later by positive seconds; the playhead is then no longer followed."""
        self.following = False
        self._show(self.start_sec + seconds, self.span_sec)

    def show_span(self, start_sec: float, end_sec: float) -> None:
        """Show the time between two moments, chosen by hand: the playhead is then no longer followed."""
        self.following = False
        self._show(start_sec, min(max(end_sec - start_sec, SHORTEST_SPAN_SEC), self._length_sec))

    def show_between(self, start_sec: float, end_sec: float) -> None:
        """Show the time between two moments, as `show_span`, with a margin to both sides."""
        margin = MARGIN * (end_sec - start_sec)
        self.show_span(start_sec - margin, end_sec + margin)

    def show_notes(self, seconds: tuple[float, float], pitches: tuple[float, float]) -> None:
        """Show the time between two moments, as `show_between`, and the pitches from one to another."""
        lowest, highest = pitches
        count = min(max(highest - lowest + 2 * PITCH_MARGIN, FEWEST_FITTED_PITCHES), TOP - BOTTOM)
        self._show_pitches((lowest + highest - count) / 2, count)
        self.show_between(*seconds)

    @property
    def part(self) -> tuple[float, float, float, float]:
        """The first and last second, the lowest and highest pitch on screen."""
        return self.start_sec, self.end_sec, self.low, self.high

    def show_part(self, part: tuple[float, float, float, float]) -> None:
        """Show a `part` that was shown before, as far as there is such a one."""
        start_sec, end_sec, low, high = part
        self.show_span(start_sec, end_sec)
        self._show_pitches(low, min(max(high - low, FEWEST_PITCHES), TOP - BOTTOM))

    def show_playhead(self) -> None:
        """Bring the playhead into sight, and follow it."""
        self.following = True
        self._turn_page(self._position_sec)

    def show_all(self) -> None:
        """Show the whole piece: all of its time and all of its pitches."""
        self._put(0.0, self._length_sec, *self._fitted)

    def zoom_pitches(self, factor: float, around: float) -> None:
        """Show `factor` times as many pitches, with pitch `around` staying where it is on screen."""
        count = min(max((self.high - self.low) * factor, FEWEST_PITCHES), TOP - BOTTOM)
        share = (around - self.low) / (self.high - self.low)
        self._show_pitches(around - share * count, count)

    def pan_pitches(self, pitches: float) -> None:
        """Scroll by pitches, upwards by positive ones, within the piano's 88 keys."""
        self._show_pitches(self.low + pitches, self.high - self.low)

    def _show(self, start_sec: float, span_sec: float) -> None:
        start_sec = max(0.0, min(start_sec, self._length_sec - span_sec))
        self._put(start_sec, start_sec + span_sec, self.low, self.high)

    def _show_pitches(self, low: float, count: float) -> None:
        low = max(BOTTOM, min(low, TOP - count))
        self._put(self.start_sec, self.end_sec, low, low + count)

    def _put(self, start_sec: float, end_sec: float, low: float, high: float) -> None:
        """Show a part of the piece; where it is shown already, as at the end of a scroll, nothing has to be drawn."""
        before = (self.start_sec, self.end_sec, self.low, self.high)
        self.start_sec, self.end_sec, self.low, self.high = start_sec, end_sec, low, high
        if before != (start_sec, end_sec, low, high):
            self.changed.emit()

    def _read_session(self) -> None:
        """Show the beginning of a newly opened piece, all its pitches in sight."""
        piece = self._session.original
        if piece is self._piece:
            self._read_length()
            return
        self._piece = piece
        self.following = True
        self._position_sec = 0.0
        if piece is None or not len(piece):
            return
        self._read_length()
        sides = [side for side in self._session.sides if side is not None]  # a reconstruction's source has other notes
        pitches = np.concatenate([side.notes["pitch"] for side in sides])
        lowest, highest = float(pitches.min()), float(pitches.max())
        count = min(max(highest - lowest + 2 * PITCH_MARGIN, FEWEST_FITTED_PITCHES), TOP - BOTTOM)
        low = max(BOTTOM, min((lowest + highest - count) / 2, TOP - count))
        self._fitted = low, low + count
        self._put(0.0, min(FIRST_SPAN_SEC, self._length_sec), *self._fitted)

    def _read_length(self) -> None:
        """Take up the length of the longer side: a result may have times of its own."""
        if self._sides == self._session.sides:
            return
        self._sides = self._session.sides
        longest_sec = max((side.duration_sec for side in self._sides if side is not None), default=0.0)
        self._length_sec = max(longest_sec * 1.01 + 0.1, SHORTEST_SPAN_SEC)
        if self.end_sec > self._length_sec:
            self._show(self.start_sec, min(self.span_sec, self._length_sec))

    def _read_player(self) -> None:
        """Follow again when playing begins; the other side, at another second of the same music, is no seek."""
        player = self._session.player
        if player.side != self._side:
            self._side, self._position_sec = player.side, player.position_sec
        playing = player.playing
        if playing and not self._playing:
            self.following = True
        self._playing = playing

    def _follow(self, position_sec: float) -> None:
        """Turn the page when the playhead leaves it; a seek by whomever makes the window follow again."""
        jumped = abs(position_sec - self._position_sec) > JUMP_SEC
        self.following = self.following or (jumped and not self._wrapped(position_sec))
        self._position_sec = position_sec
        if self.following:
            self._turn_page(position_sec)

    def _turn_page(self, position_sec: float) -> None:
        margin = EDGE * self.span_sec
        if not self.start_sec <= position_sec <= self.end_sec - margin:
            start = max(0.0, min(position_sec - margin, self._length_sec - self.span_sec))
            if start != self.start_sec:
                self._show(start, self.span_sec)

    def _wrapped(self, position_sec: float) -> bool:
        """Return whether the step to this position is the loop beginning again."""
        loop = self._session.player.loop
        near_end = loop is not None and abs(self._position_sec - loop[1]) < JUMP_SEC
        return near_end and loop is not None and 0 <= position_sec - loop[0] < JUMP_SEC
