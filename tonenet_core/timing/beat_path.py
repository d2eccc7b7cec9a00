"""Beats of a recording as the likeliest path through its clusters, given what a model says of each of them.

A beat is struck by a cluster, or passes in silence between two that are; silent beats divide the time between their
neighbours evenly. The best path is found by dynamic programming over clusters and lengths of a beat (a semi-Markov
model): it gains by clusters that look like beats and by lengths that fit them, and pays for changes of tempo and for
silent beats. Source: F. Krebs, S. Böck and G. Widmer, An efficient state-space model for joint tempo and meter
tracking, ISMIR 2015, here over onsets instead of frames.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.progress import Progress, no_progress, stretch

PHASES = 24  # of a beat
SHORTEST_SEC = 0.2
STEPS_PER_OCTAVE = 8
STEPS = 30  # lengths of a beat, from 0.2 s to 2.5 s
LENGTHS_SEC = SHORTEST_SEC * 2.0 ** (np.arange(STEPS) / STEPS_PER_OCTAVE)
MOST_SILENT = 3  # beats in a row
LONGEST_SEC = 5.0  # between two struck beats; a longer rest parts the piece
EDGE_SEC = 3.0  # from the first or last cluster, within which the first or last struck beat is
FEWEST = 4  # clusters of a part that is tracked

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BeatEvidence:
    """Evidence of beats at the clusters of a piece.

    Attributes:
        time_sec: `(c,)`, ascending.
        odds: `(c,)`, log-odds that a beat is struck.
        length: `(c, STEPS)`, probability of each of `LENGTHS_SEC` there.
        phase: `(c, PHASES)`, probability of each place in a beat, from the beat on.
    """

    time_sec: Values
    odds: Values
    length: Values
    phase: Values


@dataclass(frozen=True)
class PathPrices:
    """Weights of the path's parts, in log-odds.

    Attributes:
        length: weight of the log-probability of a beat's length, over an even one.
        change: price of a change of length by a step.
        silent: price of a silent beat.
        beat: price of any beat, which keeps a doubtful one out.
    """

    length: float = 1.0
    change: float = 0.6
    silent: float = 1.5
    beat: float = 0.0


@dataclass(frozen=True, eq=False)
class BeatPath:
    """Beats of a piece.

    Attributes:
        time_sec: `(b,)`, ascending.
        cluster: `(b,)` int64, the cluster that strikes each; -1 of a silent one.
    """

    time_sec: Values
    cluster: NDArray[np.int64]


def find_path(evidence: BeatEvidence, prices: PathPrices | None = None, progress: Progress = no_progress) -> BeatPath:
    """Return the likeliest beats; none of too few clusters.

    Raises:
        Cancelled: if `progress` asks to stop.
    """
    prices, time = prices or PathPrices(), evidence.time_sec
    edges = np.flatnonzero(np.diff(time) > LONGEST_SEC) + 1
    struck: list[tuple[int, int]] = []  # each with the number of beats since the one before it, 0: unknown
    for part in np.split(np.arange(len(time)), edges):
        if len(part) >= FEWEST:
            begin, end = int(part[0]), int(part[-1]) + 1
            struck += _struck(evidence, prices, begin, end, stretch(progress, begin / len(time), end / len(time)))
    return _filled(time, struck)


def _struck(
    evidence: BeatEvidence, prices: PathPrices, begin: int, end: int, progress: Progress
) -> list[tuple[int, int]]:
    """Return the clusters of a part that strike beats, each with the number of beats since the one before."""
    time, odds = evidence.time_sec[begin:end], evidence.odds[begin:end] - prices.beat
    fits = prices.length * np.log(np.maximum(evidence.length[begin:end], 1e-6) * STEPS)
    steps = np.arange(STEPS)
    apart = prices.change * np.abs(steps[:, None] - steps)
    reached = np.full((len(time), STEPS), -np.inf)  # by a path whose last beat is struck here and had this length
    from_cluster = np.full((len(time), STEPS), -1)
    beats_since = np.zeros((len(time), STEPS), np.int64)
    onwards = np.empty_like(reached)  # the best of them for a next beat of each length
    from_step = np.empty_like(beats_since)
    count = np.arange(1, MOST_SILENT + 2)
    silent = -prices.silent * (count - 1.0)
    first = np.searchsorted(time, time - LONGEST_SEC)
    for here in range(len(time)):
        if here % 256 == 0:
            progress(here / len(time))
        span = (time[here] - time[first[here] : here, None]) / count
        step = np.rint(STEPS_PER_OCTAVE * np.log2(np.maximum(span, 1e-6) / SHORTEST_SEC)).astype(np.int64)
        before, beats = np.nonzero((step >= 0) & (step < STEPS))
        step, before = step[before, beats], before + first[here]
        gain = onwards[before, step] + silent[beats]
        order = np.argsort(gain, kind="stable")  # of those of one length the best is written last
        reached[here, step[order]] = gain[order]
        from_cluster[here, step[order]] = before[order]
        beats_since[here, step[order]] = count[beats[order]]
        if time[here] - time[0] <= EDGE_SEC:
            begins = reached[here] < 0
            reached[here, begins], from_cluster[here, begins] = 0.0, -1
        reached[here] += odds[here]
        ways = reached[here] - apart
        from_step[here] = np.argmax(ways, axis=1)
        onwards[here] = ways[steps, from_step[here]] + fits[here]
    last = int(np.searchsorted(time, time[-1] - EDGE_SEC))
    place, at = (int(each) for each in np.unravel_index(np.argmax(reached[last:]), (len(time) - last, STEPS)))
    place += last
    path = []
    while place >= 0:
        former = int(from_cluster[place, at])
        path.append((begin + place, int(beats_since[place, at]) if former >= 0 else 0))
        at = int(from_step[former, at]) if former >= 0 else 0
        place = former
    return path[::-1]


def _filled(time: Values, struck: list[tuple[int, int]]) -> BeatPath:
    """Return the struck beats and the silent ones between them; over a long rest they go on at the usual tempo."""
    if not struck:
        return BeatPath(np.zeros(0), np.zeros(0, np.int64))
    cluster = np.array([each for each, _ in struck])
    since = np.array([beats for _, beats in struck])
    known = np.flatnonzero(since > 0)
    usual = float(np.median((time[cluster[known]] - time[cluster[known - 1]]) / since[known])) if len(known) else 0.5
    gap = np.diff(time[cluster])
    between = np.where(since[1:] > 0, since[1:], np.maximum(np.rint(gap / usual), 1)).astype(np.int64)
    place = np.concatenate([[0], np.cumsum(between)])
    every = np.arange(place[-1] + 1)
    of_beat = np.full(len(every), -1, np.int64)
    of_beat[place] = cluster
    return BeatPath(np.interp(every, place, time[cluster]), of_beat)
