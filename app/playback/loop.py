"""The loop: a span of frames that is played over and over once the position is within."""

from __future__ import annotations

from tonenet_core.sound.schedule import SAMPLE_RATE

SHORTEST_LOOP = SAMPLE_RATE // 20


class Loop:
    """The span of a mixer's loop, and whether the position has entered it.

    Attributes:
        span: the first frame and the one after the last; None without a loop.
        entered: whether the position is within, so that it returns to the beginning at the end. A position that was
            put behind the loop has not entered it, and plays on.
    """

    def __init__(self) -> None:
        self.span: tuple[int, int] | None = None
        self.entered = False

    def set(self, span: tuple[int, int] | None, frame: int) -> None:
        """Take another span while the position is at `frame`; one under 50 ms is none."""
        self.span = span if span is not None and span[1] - span[0] >= SHORTEST_LOOP else None
        self.follow(frame)

    def follow(self, frame: int) -> None:
        """Note that the position is at `frame` now."""
        self.entered = self.span is not None and self.span[0] <= frame < self.span[1]

    def rescale(self, ratio: float) -> None:
        """Multiply the frames of the span, for another tempo."""
        self.span = self.span and (round(self.span[0] * ratio), round(self.span[1] * ratio))

    @property
    def end_frame(self) -> int | None:
        """Where the position returns to the beginning; None while it has not entered."""
        return self.span[1] if self.entered and self.span else None

    def wrap(self, frame: int) -> int:
        """Return the frame within the loop that takes the place of one at or behind its end."""
        assert self.span is not None
        begin, end = self.span
        return begin + (frame - end) % (end - begin)
