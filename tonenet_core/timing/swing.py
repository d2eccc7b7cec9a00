"""Swing: where in the beat the second of two eighths stands.

Its measure is the beat-upbeat ratio (BUR): the time from the beat to the upbeat over the time from there to the next
beat, as its logarithm to base 2; 0 is straight, 1 is the triplet's 2 : 1. Source: Benadon, Slicing the beat: jazz
eighth-notes as expressive microrhythm, Ethnomusicology 50, 2006.

A pair is a beat whose only notes between the beats are those of one upbeat, of one hand or both, somewhere about the
middle. Triplets, dotted rhythms and sixteenths are none, and nothing moves them. Notes within `ON_BEAT` of a beat are
the beat's own, however early or late, and never move; so a warp keeps every pair a pair. Where a player is behind the
beat throughout, as over a click, all this is behind it too (`late`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.performance import Piece
from tonenet_core.timing.clusters import CLUSTER_SEC, MARGIN_SEC, Clusters, find_clusters
from tonenet_core.timing.tempo import beats_at
from tonenet_core.timing.upbeats import (
    EMPTY,
    ON_BEAT,
    PAIR,
    BetweenBeats,
    classify_beats,
    find_between_beats,
    find_lateness,
    find_played_beats,
    leading_clusters,
)
from tonenet_core.timing.warp import Warp

# Of the way from beat to beat: upbeats stand between a triplet's first third and a dotted rhythm.
EARLIEST, LATEST = 0.37, 0.735
WIDEST = 0.18  # beats, of an upbeat that two hands play one after the other; less than any written value
REACH = 4  # beats; pairs no further apart are of one run
SWUNG = 0.15  # mean log2 BUR from which a piece is swung
FEWEST_PAIRS = 20  # for a piece to be called straight or swung
_EDGE = 0.005  # beats, that a moved upbeat keeps from the beats' own notes
_SHORTEST_BEAT_SEC = 0.15

Values = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Swing:
    """Pairs of a metered piece, and the kinds of all its beats. Places are counted in beats.

    Attributes:
        late: by how much the player is behind the beats.
        kind: `(b - 1,)`, of each beat: `EMPTY` between the beats, `PAIR`, `TRIPLET`, `SIXTEENTHS` or `OTHER`.
        beat: `(p,)` int64, ascending, which beats are pairs.
        log2_bur: `(p,)`.
        is_full: `(p,)` bool, whether the beat and the next one are struck too, as the ratio's definition has it; other
            upbeats move with them and are not counted.
        run: `(p,)` int64, which run of eighths each belongs to.
        place: `(p,)`, of the upbeat; that of its highest note.
        first: `(p,)`, place of the upbeat's first onset.
        last: `(p,)`, place of its last onset.
        start: `(p,)`, where the beat was played.
        end: `(p,)`, where the next one was played.
        lowest: `(p,)`, the least log2 BUR with which the pair stays one.
        highest: `(p,)`, the greatest.
    """

    late: float
    kind: Rows
    beat: Rows
    log2_bur: Values
    is_full: NDArray[np.bool_]
    run: Rows
    place: Values
    first: Values
    last: Values
    start: Values
    end: Values
    lowest: Values
    highest: Values

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.beat)

    @property
    def mean(self) -> float:
        """Mean log2 BUR of the full pairs; NaN without any."""
        return float(np.mean(self.log2_bur[self.is_full])) if self.full_pairs else float("nan")

    @property
    def full_pairs(self) -> int:
        """Number of pairs whose two beats are struck."""
        return int(np.count_nonzero(self.is_full))

    @property
    def ratio(self) -> float:
        """Swing ratio of the piece, the geometric mean of its beat-upbeat ratios; NaN without pairs."""
        return float(2.0**self.mean)

    @property
    def is_swung(self) -> bool | None:
        """Whether the eighths are swung rather than equal; None with too few pairs to tell."""
        return None if self.full_pairs < FEWEST_PAIRS else self.mean > SWUNG


def find_swing(piece: Piece, clusters: Clusters | None = None, late: float | None = None) -> Swing:
    """Return the pairs of a piece; none for a free recording.

    Args:
        piece: its beats are taken for the quarter notes.
        clusters: of its notes, if they are known.
        late: by how many beats the player is behind them, if that is known.
    """
    beats = len(piece.beats_sec) - 1
    clusters = find_clusters(piece.notes) if clusters is None else clusters
    if beats < 1 or not len(clusters):
        return _no_pairs(max(beats, 0))
    onset = beats_at(piece.beats_sec, piece.notes["onset_sec"])
    late = find_lateness(onset[clusters.top]) if late is None else late
    onset = onset - late
    groups = find_between_beats(onset, beats)
    played, is_struck = find_played_beats(onset[clusters.top], beats)
    is_pair = _are_pairs(groups, clusters, np.diff(piece.beats_sec))
    place = onset[clusters.top[leading_clusters(piece.notes, clusters, groups)]]
    start, stop = played[groups.beat], played[groups.beat + 1]
    way = (place - start) / (stop - start)
    is_pair &= (way >= EARLIEST) & (way <= LATEST)
    kind = classify_beats(groups, clusters, beats)
    kind[groups.beat[is_pair]] = PAIR
    pairs = groups.only(is_pair)
    place, start, stop = place[is_pair], start[is_pair], stop[is_pair]
    period = np.diff(piece.beats_sec)[pairs.beat]
    low, high = _bounds(pairs, clusters, (start, place, stop), (CLUSTER_SEC + MARGIN_SEC) / period)
    return Swing(
        late=late,
        kind=kind,
        beat=pairs.beat,
        log2_bur=_log2_ratio(place, start, stop),
        is_full=is_struck[pairs.beat] & is_struck[pairs.beat + 1],
        run=np.cumsum(np.diff(pairs.beat, prepend=pairs.beat[:1]) > REACH),
        place=place + late,
        first=onset[pairs.begin] + late,
        last=onset[pairs.end] + late,
        start=start + late,
        end=stop + late,
        lowest=_log2_ratio(low, start, stop),
        highest=_log2_ratio(high, start, stop),
    )


def swing_warp(swing: Swing, log2_bur: Values) -> Warp:
    """Return the warp that gives a piece's pairs other beat-upbeat ratios.

    Each upbeat moves as a whole; between the beats everything else follows, and the beats stay. Beats of a run in which
    the piano plays no upbeat move as their neighbours do, for other instruments and for notes that end there.

    Args:
        swing: of the piece.
        log2_bur: `(p,)`, limited to `lowest` and `highest`.
    """
    if not len(swing):
        return Warp(np.zeros(0), np.zeros(0))
    bur = np.clip(log2_bur, swing.lowest, swing.highest)
    is_same = bur == swing.log2_bur
    move = np.where(is_same, 0.0, swing.start + (swing.end - swing.start) * _share(bur) - swing.place)
    beat, empty = swing.beat + swing.late, _empty_beats(swing)
    now, then = (
        empty + swing.late + np.clip(_share(np.interp(empty, swing.beat, values)), EARLIEST, LATEST)
        for values in (swing.log2_bur, bur)
    )
    beats = np.concatenate([beat, empty + swing.late])
    still = [beats + ON_BEAT, beats + 1 - ON_BEAT]
    sources = np.concatenate([*still, swing.first, swing.last, now])
    targets = np.concatenate([*still, swing.first + move, swing.last + move, then])
    order = np.argsort(sources, kind="stable")
    sources, targets = sources[order], targets[order]
    kept = np.append(True, np.diff(sources) > 0)
    return Warp(sources[kept], targets[kept])


def _empty_beats(swing: Swing) -> Values:
    """Return the beats inside runs in which nothing is struck between the beats."""
    empty = np.flatnonzero(swing.kind == EMPTY)
    after = np.searchsorted(swing.beat, empty)
    is_inside = (after > 0) & (after < len(swing))
    empty, after = empty[is_inside], after[is_inside]
    return np.asarray(empty[swing.run[after - 1] == swing.run[after]], np.float64)


def _no_pairs(beats: int) -> Swing:
    rows, values = np.zeros(0, np.int64), np.zeros(0)
    none = np.zeros(0, np.bool_)
    kind = np.full(beats, EMPTY, np.int64)
    return Swing(0.0, kind, rows, values, none, rows, values, values, values, values, values, values, values)


def _are_pairs(groups: BetweenBeats, clusters: Clusters, period_sec: Values) -> NDArray[np.bool_]:
    """Return which groups can be the upbeat of a pair: close together, in clusters that no other notes belong to."""
    starts = clusters.starts
    ends = np.append(starts[1:], len(clusters.of_note)) - 1
    first, last = clusters.of_note[groups.begin], clusters.of_note[groups.end]
    is_whole = (starts[first] == groups.begin) & (ends[last] == groups.end)
    is_narrow = groups.onset[groups.end] - groups.onset[groups.begin] <= WIDEST
    return np.asarray(is_whole & is_narrow & (period_sec[groups.beat] >= _SHORTEST_BEAT_SEC))


def _bounds(
    pairs: BetweenBeats, clusters: Clusters, way: tuple[Values, Values, Values], window: Values
) -> tuple[Values, Values]:
    """Return between which places an upbeat can move and stay the only one of its beat, in clusters of its own.

    Args:
        pairs: the notes of the upbeats.
        clusters: of all notes.
        way: `(p,)` each, places of the beat as it was played, of the upbeat, and of the next beat.
        window: `(p,)`, beats that clusters keep from each other.
    """
    onset, of_note = pairs.onset, clusters.of_note
    start, place, end = way
    before, after = place - onset[pairs.begin], onset[pairs.end] - place
    begins = np.concatenate([[-np.inf], onset[clusters.starts], [np.inf]])  # of each cluster, one later
    last = of_note[pairs.end] + 1
    low = np.maximum(pairs.beat + ON_BEAT + _EDGE, begins[of_note[pairs.begin]] + window) + before
    high = np.minimum(pairs.beat + 1 - ON_BEAT - _EDGE - after, begins[last + 1] - window + place - begins[last])
    low = np.maximum(low, start + (EARLIEST + _EDGE) * (end - start))
    high = np.minimum(high, start + (LATEST - _EDGE) * (end - start))
    return np.minimum(low, place), np.maximum(high, place)


def _log2_ratio(place: Values, start: Values, end: Values) -> Values:
    return np.asarray(np.log2((place - start) / (end - place)))


def _share(log2_bur: Values) -> Values:
    """Return the way from beat to beat at which an upbeat with a ratio stands."""
    return np.asarray(1 / (1 + 2.0**-log2_bur))
