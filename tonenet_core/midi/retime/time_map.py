"""Map between the seconds of a Performance and those of the same Performance at other times."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tonenet_core.midi.retime.retiming import Retiming
from tonenet_core.midi.tempo_map import sec_at

NEAREST_SEC = 1e-6  # of two knots; nearer ones are one, whose slope would be that of rounding errors

Seconds = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TimeMap:
    """Piecewise-linear, strictly ascending map of seconds to seconds; outside the knots each is shifted as the end is.

    Attributes:
        from_sec: `(k,)`, strictly ascending, at least one.
        to_sec: `(k,)`, strictly ascending.
    """

    from_sec: Seconds
    to_sec: Seconds

    def __post_init__(self) -> None:
        for seconds in (self.from_sec, self.to_sec):
            if not len(seconds) == len(self.from_sec) > 0 or np.any(np.diff(seconds) <= 0):
                raise ValueError("the knots of a map of times are not strictly ascending")

    @cached_property
    def inverse(self) -> TimeMap:
        """Map back."""
        return TimeMap(self.to_sec, self.from_sec)

    def apply(self, seconds: Seconds) -> Seconds:
        """Return where seconds, of any shape, go."""
        inside = np.clip(seconds, self.from_sec[0], self.from_sec[-1])
        return np.asarray(np.interp(inside, self.from_sec, self.to_sec) + (seconds - inside))

    def at(self, second: float) -> float:
        """Return where one second goes."""
        inside = min(max(second, float(self.from_sec[0])), float(self.from_sec[-1]))
        return float(np.interp(inside, self.from_sec, self.to_sec)) + (second - inside)


def time_map(
    before: NDArray[np.void], after: NDArray[np.void], retiming: Retiming, factor: int, end_tick: int
) -> TimeMap | None:
    """Return the map of the seconds of a file to those of the file that a Retiming made of it; None where all stay.

    What its notes have of their own, lags and lengths, is not in it: it says where the place in the music is.

    Args:
        before: `(k,)` of `TEMPO_DTYPE`, the tempos of the file.
        after: `(l,)` of `TEMPO_DTYPE`, those of the new file.
        retiming: the Retiming.
        factor: by which its ticks were multiplied.
        end_tick: at which the file ends.
    """
    unwarp = Retiming(retiming.to_tick, retiming.from_tick)
    ends = np.array([0.0, end_tick])
    knots = [ends, before["tick"].astype(np.float64), retiming.from_tick, unwarp.warp(after["tick"] / factor)]
    ticks: NDArray[np.float64] = np.unique(np.concatenate(knots))
    now, then = sec_at(before, ticks), sec_at(after, retiming.warp(ticks) * factor)
    if float(np.abs(now - then).max()) < NEAREST_SEC:
        return None
    apart = np.append(True, (np.diff(now) > NEAREST_SEC) & (np.diff(then) > NEAREST_SEC))
    return TimeMap(now[apart], then[apart])
