"""Pedal states: what the foot does at each cluster, and how soon after it.

A foot that moves a little before a cluster moves with it, so the span of a cluster begins so much earlier than its
notes. Of a pedal that is pressed and lifted again inside one span nothing is counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.timing.pedalling import DOWN

EARLY_SEC = 0.05  # before a cluster, by which its span begins

Seconds = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class PedalStates:
    """Pedal of a piece by its clusters.

    Attributes:
        span: `(m,)` int64, the cluster in whose span each message is; -1 before the first.
        is_down: `(c,)`, whether the pedal is down at the end of each cluster's span.
        is_pressed: `(c,)`, whether it is down there and was pressed within the span.
        press_sec: `(c,)`, lag of the last press within the span of a cluster that ends with the pedal down; else NaN.
        lift_sec: `(c,)`, lag of the first lift within the span of a cluster that begins with the pedal down; else NaN.
    """

    span: NDArray[np.int64]
    is_down: Flags
    is_pressed: Flags
    press_sec: Seconds
    lift_sec: Seconds


def find_states(time_sec: Seconds, pedal: NDArray[np.void]) -> PedalStates:
    """Return the states of a pedal, of `PEDAL_DTYPE`, at clusters with these times, `(c,)`, ascending."""
    count, time, down = len(time_sec), pedal["time_sec"].astype(np.float64), pedal["value"] >= DOWN
    span = (np.searchsorted(time_sec - EARLY_SEC, time, side="right") - 1).astype(np.int64)
    was_down = np.concatenate([[False], down[:-1]]) if len(down) else down
    is_press, is_lift = (down & ~was_down & (span >= 0)), (~down & was_down & (span >= 0))
    latest = np.searchsorted(span, np.arange(count), side="right") - 1
    is_down = np.append(down, False)[latest]
    begins_down = np.concatenate([np.append(down, False)[np.searchsorted(span, [0]) - 1], is_down[:-1]])[:count]
    press_sec, lift_sec = np.full(count, np.nan), np.full(count, np.nan)
    press_sec[span[is_press]] = time[is_press] - time_sec[span[is_press]]  # the last of several
    first = np.flatnonzero(is_lift)[::-1]
    lift_sec[span[first]] = time[first] - time_sec[span[first]]
    press_sec[~is_down], lift_sec[~begins_down] = np.nan, np.nan
    return PedalStates(span, is_down, is_down & np.isfinite(press_sec), press_sec, lift_sec)
