"""Marking a loop with the mouse: a new one, or one of the edges of the one that is set."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QApplication

from app.playback.side import STYLED, Side

if TYPE_CHECKING:
    from app.session.session import Session
    from tonenet_core.performance import Performance

GRAB_PX = 5  # how near to a loop's edge the mouse takes hold of it
SNAP_PX = 6.0  # how near to a beat a loop's edge snaps to it
Span = tuple[float, float]


def piece_on(session: Session, side: Side) -> Performance | None:
    """Return the piece whose beats stand along a side's seconds: the result, or else the open piece."""
    styled = session.sides[1] if side == STYLED else None
    return session.original if styled is None else styled


class LoopDrag:
    """Press, drag and release of the left button on a canvas, as a span of seconds."""

    def __init__(self, session: Session, side: Side, second_at: Callable[[float], float]) -> None:
        """Mark loops in the seconds of a side; `second_at` gives the second at a pixel, across."""
        self._session = session
        self._side: Side = side
        self._second_at = second_at
        self._pressed_x: float | None = None
        self._anchor_sec: float | None = None  # the end of the loop that stays put while the other is dragged

    @property
    def pressed(self) -> bool:
        """Whether the button is down."""
        return self._pressed_x is not None

    def press(self, x: float) -> None:
        """Begin at a pixel; on an edge of the loop, the other edge stays where it is."""
        self._pressed_x = x
        self._anchor_sec = self.far_edge(x)

    def span_to(self, x: float) -> Span | None:
        """Return the span from the start of the drag (or the edge that stays) to a pixel; None if it is empty."""
        assert self._pressed_x is not None
        if self._anchor_sec is None:
            self._anchor_sec = self._snapped(self._pressed_x)
        start, end = sorted((self._anchor_sec, self._snapped(x)))
        return (start, end) if end > start else None

    def is_click(self, x: float) -> bool:
        """Return whether the mouse has not yet moved far enough for a drag."""
        return self._pressed_x is not None and abs(x - self._pressed_x) < QApplication.startDragDistance()

    def release(self) -> float:
        """End, and return the second at which the button went down."""
        assert self._pressed_x is not None
        second = self._second_at(self._pressed_x)
        self._pressed_x = self._anchor_sec = None
        return second

    def far_edge(self, x: float) -> float | None:
        """Return the far edge of the loop for a pixel on its near edge; None elsewhere."""
        loop = self._session.player.places.loop_sec(self._side)
        if loop is None:
            return None
        second, reach = self._second_at(x), GRAB_PX * self._pixel_sec
        for near, far in (loop, loop[::-1]):
            if abs(second - near) <= reach:
                return float(far)
        return None

    def _snapped(self, x: float) -> float:
        """Return the second at a pixel, within the piece, on a beat where one is near."""
        piece, length = piece_on(self._session, self._side), self._session.player.places.duration_sec(self._side)
        second = min(max(self._second_at(x), 0.0), length)
        if piece is None or not piece.metered:
            return second
        beat = float(piece.beats_sec[np.argmin(np.abs(piece.beats_sec - second))])
        return beat if abs(beat - second) <= SNAP_PX * self._pixel_sec else second

    @property
    def _pixel_sec(self) -> float:
        return self._second_at(1.0) - self._second_at(0.0)
