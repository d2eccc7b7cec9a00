"""The fade from what was heard into what is heard next, or out of a silence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.playback.track import Track
from tonenet_core.sound.schedule import SAMPLE_RATE

FADE = SAMPLE_RATE // 100  # 10 ms, between two sounds and before a silence
ATTACK = SAMPLE_RATE * 3 // 1000  # 3 ms, out of a silence: short, so that the first note keeps its edge


class Crossfade:
    """A linear fade of `FADE` frames out of a track, or of `ATTACK` frames out of a silence.

    Attributes:
        left: number of frames until it ends; 0 when none is under way.
    """

    def __init__(self) -> None:
        self.left = 0
        self._length = 0
        self._tail = np.zeros((FADE, 2), np.float32)  # of what was heard before
        self._ramps = {n: ((np.arange(n, dtype=np.float32) + 0.5) / n)[:, None] for n in (FADE, ATTACK)}

    def begin(self, former: Track | None, frame: int, gain: float) -> None:
        """Start a fade.

        Args:
            former: the track that was heard; None for a silence.
            frame: the frame of it that would have been heard next.
            gain: what its samples were multiplied by.
        """
        if former is None:
            self._tail[:] = 0.0
            self._length = self.left = ATTACK
        else:
            former.read(frame, self._tail, gain)
            self._length = self.left = FADE

    def end(self) -> None:
        """Drop what is left of the fade."""
        self.left = 0

    def apply(self, out: NDArray[np.float32]) -> None:
        """Blend the next frames `(n, 2)`, n at most `left`, with what was heard before."""
        begin = self._length - self.left
        ramp = self._ramps[self._length][begin : begin + len(out)]
        out *= ramp
        out += self._tail[begin : begin + len(out)] * (1.0 - ramp)
        self.left -= len(out)
