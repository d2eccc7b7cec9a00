"""Pedalling: where the sustain pedal is, and how soon after a cluster it is pressed and lifted.

The pedal is down from a value of 64 on, as MIDI has it; of half pedalling the values stay what they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.performance import Piece
from tonenet_core.timing.clusters import Clusters

DOWN = 64

HOLD_DTYPE = np.dtype([("down_sec", "f8"), ("up_sec", "f8"), ("value", "u1")])
"""One row a time for which the pedal is down: from when, until when, and its greatest value, 64..127."""

Seconds = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Pedalling:
    """Pedalling of a piece, its messages told by the clusters that they follow.

    Attributes:
        cluster: `(m,)` int64, the last cluster that begins at or before each message; the first for those before it.
        lag_sec: `(m,)`, seconds from the cluster's time to the message.
        is_press: `(m,)` bool, whether a message brings the pedal down.
        is_lift: `(m,)` bool, whether it brings it up.
        is_down: `(c,)` bool, whether the pedal is down as each cluster ends, which is when the next one begins.
        share_down: of the time from the first onset to the last end; NaN without notes.
        presses_a_second: in the same time; NaN without notes.
    """

    cluster: Rows
    lag_sec: Seconds
    is_press: NDArray[np.bool_]
    is_lift: NDArray[np.bool_]
    is_down: NDArray[np.bool_]
    share_down: float
    presses_a_second: float


def find_pedalling(piece: Piece, clusters: Clusters) -> Pedalling:
    """Return the pedalling of a piece, whose notes fall into these clusters."""
    time, down = piece.pedal["time_sec"].astype(np.float64), piece.pedal["value"] >= DOWN
    was_down = np.concatenate([[False], down[:-1]]) if len(down) else down
    is_press, is_lift = down & ~was_down, ~down & was_down
    if not len(clusters):
        nothing = np.zeros(len(time), np.int64)
        return Pedalling(nothing, time, is_press, is_lift, np.zeros(0, np.bool_), float("nan"), float("nan"))
    cluster = np.maximum(np.searchsorted(clusters.time_sec, time, side="right") - 1, 0)
    begin = float(piece.notes["onset_sec"][0])
    end = max(float(np.max(piece.notes["onset_sec"] + piece.notes["duration_sec"])), begin + 1e-3)
    left_at = np.append(clusters.time_sec[1:], end)
    latest = np.searchsorted(time, left_at, side="left") - 1
    moments = np.clip(np.concatenate([[begin], time, [end]]), begin, end)
    held = float(np.sum(np.diff(moments)[1:][down]))
    presses = np.count_nonzero(is_press & (time <= end))
    return Pedalling(
        cluster=cluster.astype(np.int64),
        lag_sec=time - clusters.time_sec[cluster],
        is_press=is_press,
        is_lift=is_lift,
        is_down=np.append(down, False)[latest],
        share_down=held / (end - begin),
        presses_a_second=presses / (end - begin),
    )


def find_holds(piece: Piece) -> NDArray[np.void]:
    """Return when the pedal of a piece is down, `(h,)` of `HOLD_DTYPE`, in the order of time.

    A pedal that is never lifted again is down until the last note ends.
    """
    time, value = piece.pedal["time_sec"].astype(np.float64), piece.pedal["value"]
    edges = np.diff(np.concatenate([[0], value >= DOWN, [0]]).astype(np.int8))
    first, after = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    ends = piece.notes["onset_sec"] + piece.notes["duration_sec"]
    end = max(float(ends.max(initial=0.0)), float(time.max(initial=0.0)))
    holds = np.empty(len(first), HOLD_DTYPE)
    holds["down_sec"], holds["up_sec"] = time[first], np.append(time, end)[after]
    for row, (begin, stop) in enumerate(zip(first, after, strict=True)):
        holds["value"][row] = value[begin:stop].max()
    return holds
