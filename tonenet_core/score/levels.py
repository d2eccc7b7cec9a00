"""Dynamics of a part along its ticks: marks as plateaus, hairpins as steps between them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from tonenet_core.score.marks import STEP, USUAL_LEVEL

GRAIN = STEP // 2
_LOOK_AHEAD = 480  # ticks behind the end of a hairpin at which the mark that it leads to may stand

Event = tuple[int, str, float]
"""Tick, kind ("level" or "wedge") and value of a mark (`notation.Mark`)."""


class Levels:
    """Velocities that the dynamics of a part ask for.

    They are multiples of half a step between two marks, so that a page is known by its few values.
    """

    def __init__(self, events: Sequence[Event]) -> None:
        """Lay out the levels.

        Args:
            events: marks, by their ticks.
        """
        self._ticks: list[int] = []
        self._lines: list[tuple[float, float, int]] = []  # level, the one it leads to, and when that is reached
        level, wedge = float(USUAL_LEVEL), None
        self._add(-(1 << 40), level, level, 0)
        for place, (tick, kind, value) in enumerate(events):
            if wedge is not None and (kind == "level" or value == 0):
                began, sign = wedge
                target = self._target(events, place, level, sign)
                self._add(began, level, target, tick)
                level, wedge = target, None
            if kind == "level":
                level = value
                self._add(tick, level, level, tick)
            elif value:
                wedge = (tick, value) if wedge is None else wedge

    def _add(self, tick: int, level: float, target: float, end: int) -> None:
        self._ticks.append(tick)
        self._lines.append((level, target, end))

    @staticmethod
    def _target(events: Sequence[Event], place: int, level: float, sign: float) -> float:
        """Return the level that a hairpin ending at an event leads to: the mark's there, or the neighbouring one."""
        tick = events[place][0]
        for later, kind, value in events[place : place + 4]:
            if kind == "level" and later <= tick + _LOOK_AHEAD and (value - level) * sign > 0:
                return value
        return min(max(level + sign * STEP, 17.0), 113.0)

    def velocity(self, tick: int, accent: int = 0) -> int:
        """Return the velocity of a note, 1..127.

        Args:
            tick: of its onset.
            accent: 0, 1 (>) or 2 (^, sforzato).
        """
        row = bisect_right(self._ticks, tick) - 1
        begin, (level, target, end) = self._ticks[row], self._lines[row]
        if target != level:
            level += (target - level) * min((tick - begin) / max(end - begin, 1), 1.0)
        level += accent * STEP
        return int(min(max(round((level - 1) / GRAIN) * GRAIN + 1, 1), 127))
