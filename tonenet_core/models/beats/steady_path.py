"""Beats of a recording that keeps its tempo, whether somebody strikes them or not.

`timing.beat_path` goes from struck beat to struck beat, and so follows a tempo that breathes. A pianist who plays with
a band, or to a click, leaves most beats out and anticipates others; what keeps is the tempo. Here time goes by in short
frames, each of which is at some place of a beat of some length; what is struck between the beats tells as much of them
as what is struck on them. Source: F. Krebs, S. Böck and G. Widmer, An efficient state-space model for joint tempo and
meter tracking, ISMIR 2015.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.progress import Progress, no_progress
from tonenet_core.timing.beat_path import (
    FEWEST,
    PHASES,
    SHORTEST_SEC,
    STEPS,
    STEPS_PER_OCTAVE,
    BeatEvidence,
    BeatPath,
)

FRAME_SEC = 0.0125
LONGEST_SEC = 1.3  # of a beat
NEAR_SEC = 0.025  # from a beat, within which a cluster strikes it
EDGE_SEC = 0.1
_NEAREST = np.arange(-5, 6)  # lengths, by as many of which a beat may be longer than the one before it
_LEAST = 1e-9
_FLOOR = -2.0  # least log-odds, over an even chance, of one cluster

Values = NDArray[np.float64]


@dataclass(frozen=True)
class SteadyPrices:
    """Weights of the parts, in log-odds.

    Attributes:
        phase: weight of the log-probability of a cluster's place in the beat, over an even one.
        length: of the log-probability of the beat's length at a cluster.
        change: price of a change of tempo by an octave.
    """

    phase: float = 0.25
    length: float = 0.03
    change: float = 25.0


class _States:
    """A state for each length of a beat, and each frame in it."""

    def __init__(self) -> None:
        shortest = round(SHORTEST_SEC / FRAME_SEC)
        self.frames = np.arange(shortest, round(LONGEST_SEC / FRAME_SEC) + 1)  # of a beat of each length
        self.first = np.concatenate([[0], np.cumsum(self.frames)[:-1]])
        self.last = self.first + self.frames - 1
        self.length = np.repeat(np.arange(len(self.frames)), self.frames)
        self.place = np.arange(len(self.length)) - self.first[self.length]
        self.phase = np.rint(PHASES * self.place / self.frames[self.length]).astype(np.int64) % PHASES
        step = np.rint(STEPS_PER_OCTAVE * np.log2(self.frames / shortest)).astype(np.int64)
        self.step = np.clip(step, 0, STEPS - 1)[self.length]


def find_steady_path(
    evidence: BeatEvidence, prices: SteadyPrices | None = None, progress: Progress = no_progress
) -> BeatPath:
    """Return the likeliest beats at a tempo that changes little; none of too few clusters.

    Raises:
        Cancelled: if `progress` asks to stop.
    """
    prices, time, states = prices or SteadyPrices(), evidence.time_sec, _States()
    if len(time) < FEWEST:
        return BeatPath(np.zeros(0), np.zeros(0, np.int64))
    phase = np.maximum(np.log(np.maximum(evidence.phase, _LEAST) * PHASES), _FLOOR) * prices.phase
    length = np.maximum(np.log(np.maximum(evidence.length, _LEAST) * STEPS), _FLOOR) * prices.length
    every = np.arange(len(states.frames))
    near = np.clip(every[:, None] + _NEAREST, 0, every[-1])
    last, price = states.last[near], prices.change * np.abs(np.log2(states.frames[near] / states.frames[:, None]))
    longest = int(states.frames[-1])
    begin = float(time[0]) - longest * FRAME_SEC
    frame = np.rint((time - begin) / FRAME_SEC).astype(np.int64)
    count = int(frame[-1]) + longest + 1
    reached, next_cluster = np.zeros(len(states.length)), 0
    came_from = np.zeros((count, len(every)), np.uint8)  # the length of the beat that ended, of the one that begins
    for now in range(count):
        ways = reached[last] - price
        best = ways.argmax(axis=1)
        came_from[now], begun = near[every, best], ways[every, best]
        reached[1:] = reached[:-1]
        reached[states.first] = begun
        while next_cluster < len(frame) and frame[next_cluster] == now:
            reached += phase[next_cluster][states.phase] + length[next_cluster][states.step]
            next_cluster += 1
        if now % 256 == 0:
            reached -= reached.max()
            progress(now / count)
    beats = begin + FRAME_SEC * _traced(came_from, states, int(reached.argmax()))
    return _struck(evidence, beats[(beats >= time[0] - EDGE_SEC) & (beats <= time[-1] + EDGE_SEC)])


def _traced(came_from: NDArray[np.uint8], states: _States, state: int) -> NDArray[np.int64]:
    """Return the frames in which beats begin, given the state of the last one."""
    length, now = int(states.length[state]), len(came_from) - 1 - int(states.place[state])
    found = []
    while now >= 0:
        found.append(now)
        length = int(came_from[now, length])
        now -= int(states.frames[length])
    return np.array(found[::-1], np.int64)


def _struck(evidence: BeatEvidence, beats: Values) -> BeatPath:
    """Return beats, moved to the clusters that strike them."""
    time, cluster = evidence.time_sec, np.full(len(beats), -1, np.int64)
    first, stop = np.searchsorted(time, beats - NEAR_SEC), np.searchsorted(time, beats + NEAR_SEC)
    for place in np.flatnonzero(stop > first):
        near = slice(int(first[place]), int(stop[place]))
        away = np.abs(time[near] - beats[place]) / NEAR_SEC
        cluster[place] = near.start + int(np.argmax(evidence.odds[near] - away))
    return BeatPath(np.where(cluster >= 0, time[np.maximum(cluster, 0)], beats), cluster)
