"""The position that is heard, smooth between the blocks that the device asks for."""

from __future__ import annotations

import time

from app.playback.audio_output import PERIOD_MS
from tonenet_core.sound.schedule import SAMPLE_RATE

LATENCY = SAMPLE_RATE * PERIOD_MS // 1000  # frames that were mixed and are not heard yet, on average
_PULL = 0.05  # share of the difference to the device's clock that is made good at each tick
_SNAP = SAMPLE_RATE // 4  # a difference that is no unsteadiness but a jump


class Playhead:
    """The frame that is heard now: smooth between the device's blocks, behind them by its buffer.

    Attributes:
        frame: where it is.
        latency: frames between mixing and hearing.
    """

    def __init__(self) -> None:
        self.frame = 0.0
        self.latency = LATENCY
        self._anchor = 0
        self._position = 0
        self._time = 0.0

    def place(self, frame: int) -> None:
        """Put it at `frame`: nothing before it will be heard."""
        self.frame = self._anchor = self._position = frame
        self._time = time.perf_counter()

    def follow(self, position: int) -> float:
        """Return the frame that is heard now, `position` being the one that is mixed next."""
        now = time.perf_counter()
        if position < self._position:
            self._anchor = position  # the loop started over
        target = max(self._anchor, position - self.latency)
        moved = self.frame + (now - self._time) * SAMPLE_RATE
        moved = max(moved + _PULL * (target - moved), self.frame)  # it may stand for a moment, but never creeps back
        self.frame = min(moved, position) if abs(moved - target) < _SNAP else target
        self._position, self._time = position, now
        return self.frame
