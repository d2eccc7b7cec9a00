"""The metronome of a mixer: clicks with what is heard, and a bar of them before it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.sound.clicks import Clicks

PEAK = 0.5  # of an accent at full volume


class Metronome:
    """Whether and how loud there are clicks, and those that are to be counted before the music begins.

    Attributes:
        on: whether the beats of what is heard click.
        volume: 0..1, of its own; may be set from any thread, as `on`.
    """

    def __init__(self) -> None:
        self.on = False
        self.volume = 0.5
        self._count: Clicks | None = None
        self._place = 0
        self._passed: list[bool] = []

    @property
    def counting(self) -> bool:
        """Whether a bar is being counted."""
        return self._count is not None

    def begin_count(self, clicks: Clicks | None) -> None:
        """Count these before the music begins; None lets it begin at once."""
        self._count, self._place = clicks, 0

    def end_count(self) -> None:
        """Count no more."""
        self._count = None

    def add_beats(self, clicks: Clicks, frame: int, out: NDArray[np.float32]) -> None:
        """Add to samples `(n, 2)` the clicks of a track from its `frame` on."""
        clicks.add_to(out, frame, PEAK * self.volume)

    def pass_count(self, frames: int) -> int:
        """Count on without samples, by `frames` or up to the music, and return by how many."""
        count = self._count
        if count is None:
            return 0
        end = min(self._place + frames, count.end_frame)
        self._passed += count.between(self._place, end)
        passed, self._place = end - self._place, end
        if end >= count.end_frame:
            self._count = None
        return passed

    def take_passed(self) -> list[bool]:
        """Return for each click that was passed without samples, and not taken yet, whether it is accented."""
        passed, self._passed = self._passed, []
        return passed

    def count(self, out: NDArray[np.float32]) -> NDArray[np.float32]:
        """Add the next clicks to silent samples `(n, 2)`; return those of them that lie before the music."""
        count = self._count
        if count is None:
            return out
        out = out[: count.end_frame - self._place]
        count.add_to(out, self._place, PEAK * self.volume)
        self._place += len(out)
        if self._place >= count.end_frame:
            self._count = None
        return out
