"""Beats of a metered piece as they were played, and the notes between them: which beats hold which figure.

Places are counted in beats of a player who is behind them by nothing; see `find_lateness`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.timing.clusters import Clusters

ON_BEAT = 0.15  # beats
LATES = np.arange(-4, 6) / 40  # beats by which players are early or late; the beat itself stays `ON_BEAT`
_LATE_WIDTH = 0.1

EMPTY, PAIR, TRIPLET, SIXTEENTHS, OTHER = range(5)
_TEMPLATES = {
    (1 / 3,): TRIPLET,
    (2 / 3,): TRIPLET,
    (1 / 3, 2 / 3): TRIPLET,
    (1 / 4,): SIXTEENTHS,
    (3 / 4,): SIXTEENTHS,
    (1 / 4, 1 / 2): SIXTEENTHS,
    (1 / 4, 3 / 4): SIXTEENTHS,
    (1 / 2, 3 / 4): SIXTEENTHS,
    (1 / 4, 1 / 2, 3 / 4): SIXTEENTHS,
}
_NEAR_TEMPLATE = 0.09  # beats

Values = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class BetweenBeats:
    """Notes between two beats, of each beat that has any: the beat, the first row and the last, places of all notes."""

    beat: Rows
    begin: Rows
    end: Rows
    onset: Values

    def only(self, chosen: NDArray[np.bool_]) -> BetweenBeats:
        """Return those of some of the beats."""
        return BetweenBeats(self.beat[chosen], self.begin[chosen], self.end[chosen], self.onset)


def find_between_beats(onset: Values, beats: int) -> BetweenBeats:
    """Return the notes between the beats.

    Args:
        onset: `(n,)`, the places of all notes, ascending.
        beats: the number of beats; what comes before and after them is left out.
    """
    beat = np.floor(onset).astype(np.int64)
    phase = onset - beat
    inner = np.flatnonzero((phase > ON_BEAT) & (phase < 1 - ON_BEAT) & (beat >= 0) & (beat < beats))
    starts = np.flatnonzero(np.diff(beat[inner], prepend=-1))
    begin = inner[starts].astype(np.int64)
    end = (inner[np.append(starts[1:], len(inner)) - 1] if len(inner) else inner).astype(np.int64)
    return BetweenBeats(beat[begin], begin, end, onset)


def find_lateness(places: Values) -> float:
    """Return by how many beats a player is behind the beat throughout, one of `LATES`; below 0 ahead of it.

    It is where most clusters gather; in doubt it is little. What a warp of swing moves does not count.

    Args:
        places: `(c,)`, clusters among beats.
    """
    off = places - np.rint(places)
    weights = np.maximum(1 - np.abs(off[:, None] - LATES) / _LATE_WIDTH, 0.0).sum(axis=0) * (1 - np.abs(LATES))
    nearest = np.argsort(np.abs(LATES), kind="stable")
    best = nearest[np.argmax(weights[nearest])]
    return 0.0 if weights[best] == 0.0 else float(LATES[best])


def find_played_beats(places: Values, beats: int) -> tuple[Values, NDArray[np.bool_]]:
    """Return where each of `beats + 1` beats was played, and whether it was; by the nearest cluster of each.

    A beat on which nothing is struck is as late as the piece's beats are in the middle.
    """
    nearest = np.rint(places).astype(np.int64)
    late = places - nearest
    rows = np.flatnonzero((np.abs(late) <= ON_BEAT) & (nearest >= 0) & (nearest <= beats))
    order = rows[np.lexsort((np.abs(late[rows]), nearest[rows]))]
    order = order[np.flatnonzero(np.diff(nearest[order], prepend=-1))]
    played = np.arange(beats + 1, dtype=np.float64) + (float(np.median(late[order])) if len(order) else 0.0)
    played[nearest[order]] = places[order]
    is_struck = np.zeros(beats + 1, np.bool_)
    is_struck[nearest[order]] = True
    return played, is_struck


def leading_clusters(notes: NDArray[np.void], clusters: Clusters, groups: BetweenBeats) -> Rows:
    """Return the cluster with the highest note of each group."""
    first, last = clusters.of_note[groups.begin], clusters.of_note[groups.end]
    leading = first.copy()
    for group in np.flatnonzero(first < last):
        rows = slice(groups.begin[group], groups.end[group] + 1)
        leading[group] = clusters.of_note[groups.begin[group] + np.argmax(notes["pitch"][rows])]
    return leading


def classify_beats(groups: BetweenBeats, clusters: Clusters, beats: int) -> Rows:
    """Return the kind of each beat, `(beats,)`, but for pairs, which `swing.py` knows."""
    kind = np.full(beats, EMPTY, np.int64)
    kind[groups.beat] = OTHER
    phase = groups.onset[clusters.top] % 1.0
    first, last = clusters.of_note[groups.begin], clusters.of_note[groups.end]
    nearest = np.full(len(first), _NEAR_TEMPLATE)
    for template, name in _TEMPLATES.items():
        of_length = np.flatnonzero(last - first + 1 == len(template))
        rows = first[of_length, None] + np.arange(len(template))
        distance = np.abs(phase[rows] - template).max(axis=1, initial=0.0)
        is_nearer = distance <= nearest[of_length]
        kind[groups.beat[of_length[is_nearer]]] = name
        nearest[of_length[is_nearer]] = distance[is_nearer]
    return kind
