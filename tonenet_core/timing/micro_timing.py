"""Micro-timing: clusters that are struck a little before or after their place inside the beat.

All of the file goes with them, so that an ensemble stays in step; the beats stay where they are. A cluster keeps its
neighbours, and from each of them half of the time that is between them, so that notes keep their order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.performance import Piece
from tonenet_core.timing.clusters import CLUSTER_SEC, MARGIN_SEC, Clusters
from tonenet_core.timing.tempo import beats_at
from tonenet_core.timing.warp import Warp

ON_BEAT = 1 / 96  # beats; nearer than any written value

Values = NDArray[np.float64]


def micro_warp(piece: Piece, clusters: Clusters, late: Values, before: Warp) -> Warp:
    """Return a warp that moves each cluster inside its beat, too.

    Clusters on a beat or across it and slowly rolled chords stay where they are.

    Args:
        piece: metered.
        clusters: of its notes.
        late: `(c,)`, by how many beats each is to be later than `before` has it.
        before: a warp that the piece goes through first.
    """
    beats = len(piece.beats_sec)
    place = before.apply(beats_at(piece.beats_sec, piece.notes["onset_sec"]))
    first, last = (each.reduceat(place, clusters.starts) for each in (np.minimum, np.maximum))
    beat = np.floor(first)
    moves = (late != 0) & ~clusters.rolled & (beat >= 0) & (beat < beats - 1)
    moves &= (first - beat > ON_BEAT) & (beat + 1 - last > ON_BEAT)
    if not moves.any():
        return before
    still = np.concatenate([np.arange(beats, dtype=np.float64), first[~moves], last[~moves]])
    still = np.unique(np.clip(still, 0, beats - 1))
    begin, end = np.concatenate([still, first[moves]]), np.concatenate([still, last[moves]])
    shift = np.concatenate([np.full(len(still), np.nan), late[moves]])
    order = np.argsort(begin, kind="stable")
    begin, end, shift = begin[order], end[order], shift[order]
    period = np.diff(piece.beats_sec)[np.minimum(begin.astype(np.int64), beats - 2)]
    moved = _moved(begin, end, shift, (CLUSTER_SEC + MARGIN_SEC) / period)
    knots, kept = np.unique(np.concatenate([begin, end]), return_index=True)
    return before.then(Warp(knots, np.concatenate([moved, moved + end - begin])[kept]))


def _moved(begin: Values, end: Values, shift: Values, window: Values) -> Values:
    """Return where things begin that are moved, `(k,)`, in their order.

    Args:
        begin: `(k,)` places, ascending.
        end: `(k,)`, no later than the next one begins.
        shift: `(k,)`, NaN of what stays.
        window: `(k,)`, the distance at which two things are still two, in beats.
    """
    gap = np.append(0.0, begin[1:] - end[:-1])
    apart = np.minimum(gap, np.maximum(gap / 2, window)).tolist()
    stays, width = np.isnan(shift).tolist(), (end - begin).tolist()
    places, latest = begin.tolist(), begin.tolist()
    for row in range(len(places) - 2, -1, -1):
        if not stays[row]:
            latest[row] = latest[row + 1] - apart[row + 1] - width[row]
    wanted = (begin + np.nan_to_num(shift)).tolist()
    for row in range(1, len(places)):
        if not stays[row]:
            earliest = places[row - 1] + width[row - 1] + apart[row]
            places[row] = min(max(wanted[row], earliest), latest[row])
    return np.array(places)
