"""Messages of the sustain pedal in another style, from an interpretation and a strength.

A player's messages move as a warp of time whose knots are the presses and lifts, so that what lies between, such as
half pedalling, keeps its order and its values. Where the state changes, its messages give way to a press and a lift.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tonenet_core.interpretation import PedalInterpretation
from tonenet_core.performance import Piece
from tonenet_core.timing.chord_changes import find_changes
from tonenet_core.timing.clusters import Clusters, find_clusters
from tonenet_core.timing.pedal_states import EARLY_SEC, PedalStates, find_states
from tonenet_core.timing.pedalling import DOWN

MARGIN = 1.0  # log-odds by which two styles differ where a state changes at full strength
SHORTEST_SEC = 0.5  # of a state that is new
SOONEST_SEC = 0.3  # from one change of the pedal to the next
LEAST_SEC = 0.2  # for which a pedal that is performed is down
APART_SEC = 0.03  # a lift and the press after it
SILENCE_SEC = 0.7  # over which no pedal that is performed is held
LINGER_SEC = 0.15  # after the last sound before a silence
FULL = 127
SAME_SEC = 1e-6
FAR_SEC = 10.0  # after the last message, where the warp of a pedal ends

Seconds = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class PedalMessages:
    """Pedal messages of a piece in a style, in the order of time.

    Attributes:
        time_sec: `(m,)`, in the time of the piece before any warp.
        value: `(m,)` int64, 0..127.
        origin: `(m,)` int64, the row in the piece's pedal of a message that is where it was; -1 of any other.
    """

    time_sec: Seconds
    value: NDArray[np.int64]
    origin: NDArray[np.int64]


def pedal_messages(piece: Piece, made: PedalInterpretation, strength: float) -> PedalMessages:
    """Return the pedal of a piece at a strength above 0; without a change the very messages that it has."""
    clusters = find_clusters(piece.notes)
    if made.source_odds is None:
        holds = performed_holds(piece, clusters, made, strength)
        return PedalMessages(holds.ravel(), np.tile([FULL, 0], len(holds)), np.full(2 * len(holds), -1))
    return _Carried(piece, clusters, find_states(clusters.time_sec, piece.pedal), made, strength).messages()


# -- performed ----------------------------------------------------------------------------------------------------


def performed_holds(piece: Piece, clusters: Clusters, made: PedalInterpretation, strength: float) -> Seconds:
    """Return when the pedal is down in the performance of a piece without one, `(h, 2)` seconds of press and lift.

    It is down where the performance's log-odds are above a threshold that falls with the strength. A state shorter
    than half a second gives way to those around it; a pedal is pressed again where the harmony changes, and lifted
    before a long silence.
    """
    count, time = len(clusters), clusters.time_sec
    if not count:
        return np.zeros((0, 2))
    is_down = made.target_odds > MARGIN * (1 / strength - 1)
    following = np.append(time[1:], _sound_end(piece))
    for wanted in (False, True):  # gaps are closed before what is left alone is dropped
        for begin, end in _runs(is_down == wanted):
            inside = wanted or (begin > 0 and end < count)
            if inside and following[end - 1] - time[begin] < SHORTEST_SEC:
                is_down[begin:end] = not wanted
    silent_from, holds, latest = _silences(piece, clusters), [], -np.inf
    follows_silence = np.concatenate([[True], np.isfinite(silent_from[:-1])])
    has_to = follows_silence | find_changes(piece, clusters)
    for begin, end in _runs(is_down):
        starts = [begin]
        for cluster in begin + 1 + np.flatnonzero((has_to | made.is_changed)[begin + 1 : end]):
            if follows_silence[cluster] or time[cluster] - time[starts[-1]] >= SOONEST_SEC:
                starts.append(int(cluster))
            elif has_to[cluster] and not has_to[starts[-1]]:
                starts[-1] = int(cluster)
        for first, after in zip(starts, [*starts[1:], end], strict=True):
            lift = time[after] + made.lift_sec[after] if after < count else _sound_end(piece) + LINGER_SEC
            lift = min(lift, silent_from[after - 1] + LINGER_SEC if np.isfinite(silent_from[after - 1]) else np.inf)
            press = max(time[first] + made.press_sec[first], latest + APART_SEC, 0.0)
            if lift - press >= LEAST_SEC:
                holds.append((press, lift))
                latest = lift
    return np.array(holds, np.float64).reshape(-1, 2)


def _sound_end(piece: Piece) -> float:
    return float((piece.notes["onset_sec"] + piece.notes["duration_sec"]).max(initial=0.0))


def _silences(piece: Piece, clusters: Clusters) -> Seconds:
    """Return for each cluster when the last key before the next cluster is released, if long before it; else NaN."""
    ends = piece.notes["onset_sec"] + piece.notes["duration_sec"]
    latest = np.maximum.accumulate(np.maximum.reduceat(ends, clusters.starts))
    following = np.append(clusters.time_sec[1:], np.inf)
    return np.where(following - latest > SILENCE_SEC, latest, np.nan)


# -- carried over -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Carried:
    """A player's pedal on the way into another style."""

    piece: Piece
    clusters: Clusters
    states: PedalStates
    made: PedalInterpretation
    strength: float

    def messages(self) -> PedalMessages:
        """Return the messages in the style."""
        played, time = self.piece.pedal, self._moved()
        is_same = np.abs(time - played["time_sec"]) < SAME_SEC
        time = np.where(is_same, played["time_sec"], time)
        origin = np.where(is_same, np.arange(len(time)), -1)
        messages = PedalMessages(time, played["value"].astype(np.int64), origin)
        up, down = self._changed()
        for begin, end in _runs(up):
            messages = self._lifted(messages, begin, end)
        if down.any():
            full = int(np.median(played["value"][played["value"] >= DOWN]))
            changes = find_changes(self.piece, self.clusters)
            for begin, end in _runs(down):
                messages = self._pressed(messages, begin, end, changes=changes, value=full)
        return messages

    def _changed(self) -> tuple[Flags, Flags]:
        """Return where a pedal that is down is to be up, and where one that is up is to be down, `(c,)` each.

        The styles expect different states there, and their log-odds differ by more than a margin.
        """
        source, target = self.made.source_odds, self.made.target_odds
        assert source is not None
        margin = MARGIN / self.strength
        rises = (source < 0) & (target > 0) & (target - source > margin)
        falls = (source > 0) & (target < 0) & (source - target > margin)
        is_silent = np.isfinite(_silences(self.piece, self.clusters))
        up, down = self.states.is_down & falls, ~self.states.is_down & rises & ~is_silent
        time = self.clusters.time_sec
        following = np.append(time[1:], _sound_end(self.piece))
        for flags in (up, down):
            for begin, end in _runs(flags):
                if following[end - 1] - time[begin] < SHORTEST_SEC:
                    flags[begin:end] = False
        return self._without_rests(up, following), down

    def _without_rests(self, up: Flags, following: Seconds) -> Flags:
        """Return where the pedal is to be up, `(c,)`, with the short rests of holds that are cut."""
        time, pressed, cut = self.clusters.time_sec, self.states.is_pressed, up.copy()
        for start, stop in _runs(self.states.is_down & ~up):
            borders = [start, *(start + 1 + np.flatnonzero(pressed[start + 1 : stop])).tolist(), stop]
            for begin, end in pairwise(borders):
                is_rest = (begin > 0 and up[begin - 1] and not pressed[begin]) or (
                    end < len(up) and up[end] and not pressed[end]
                )
                if is_rest and following[end - 1] - time[begin] < SHORTEST_SEC:
                    cut[begin:end] = True
        return cut

    def _moved(self) -> Seconds:
        """Return the times of the pedal's messages with other lags, `(m,)`; their order stays."""
        time, cluster_sec = self.piece.pedal["time_sec"].astype(np.float64), self.clusters.time_sec
        begins = cluster_sec - EARLY_SEC
        ends = np.append(begins[1:], np.inf) - APART_SEC / 10
        knots, places = [-1.0], [-1.0]
        for played, made in ((self.states.lift_sec, self.made.lift_sec), (self.states.press_sec, self.made.press_sec)):
            rows = np.flatnonzero(np.isfinite(played))
            was = cluster_sec[rows] + played[rows]
            wanted = was + self.strength * (made[rows] - played[rows])
            lowest, highest = np.minimum(begins[rows], was), np.maximum(ends[rows], was)
            knots += was.tolist()
            places += np.clip(wanted, lowest, highest).tolist()
        order = np.argsort(knots, kind="stable")
        knot, place = np.array(knots)[order], np.array(places)[order]
        steps = np.concatenate([[0.0], np.cumsum(np.minimum(np.diff(knot), APART_SEC))])
        place = np.maximum.accumulate(place - steps) + steps  # never nearer to the one before than they are apart
        far = max(float(knot[-1]), float(place[-1]), float(time[-1])) + FAR_SEC
        return np.asarray(np.interp(time, np.append(knot, far), np.append(place, far)))

    def _lifted(self, messages: PedalMessages, begin: int, end: int) -> PedalMessages:
        """Return messages with the pedal up from the span of cluster `begin` to that of `end`."""
        time, states = self.clusters.time_sec, self.states
        was_down = begin > 0 and bool(states.is_down[begin - 1])
        first = time[begin] + self.made.lift_sec[begin] if was_down else time[begin] - EARLY_SEC
        until = np.inf if end == len(time) else time[end] - EARLY_SEC
        if end < len(time) and states.is_down[end] and not states.is_pressed[end]:  # it was held over
            until = time[end] + self.made.press_sec[end]
        return _between(messages, first, until, 0)

    def _pressed(self, messages: PedalMessages, begin: int, end: int, *, changes: Flags, value: int) -> PedalMessages:
        """Return messages with the pedal down from cluster `begin` to `end`.

        Args:
            messages: so far.
            begin: the first cluster.
            end: the one after the last.
            changes: `(c,)`, where the harmony changes, and the pedal is pressed again.
            value: of the pedal.
        """
        time, pressed, made = self.clusters.time_sec, -np.inf, self.made
        until = _sound_end(self.piece) + LINGER_SEC if end == len(time) else time[end] + made.lift_sec[end]
        for cluster in range(begin, end):
            at = time[cluster] + made.press_sec[cluster]
            if cluster > begin and not (changes[cluster] and at - pressed >= SOONEST_SEC):
                continue
            if cluster > begin:
                messages = _between(messages, min(time[cluster] + made.lift_sec[cluster], at - APART_SEC), at, 0)
            messages = _between(messages, at, until, value)
            pressed = at
        return messages


def _between(messages: PedalMessages, begin: float, end: float, value: int) -> PedalMessages:
    """Return the messages with one value from `begin` to before `end`, and what they had from there on."""
    if end <= begin:
        return messages
    time = messages.time_sec
    first, after = np.searchsorted(time, [begin, end], side="left")
    values = np.concatenate([[0], messages.value])
    before, last = int(values[first]), int(values[after])
    inserted = [(begin, value)] if (before >= DOWN) != (value >= DOWN) else []
    resumes = np.isfinite(end) and (last >= DOWN) != (value >= DOWN) and (after == len(time) or time[after] > end)
    inserted += [(end, last)] if resumes else []
    rows = np.array(inserted, np.float64).reshape(-1, 2)
    return PedalMessages(
        np.concatenate([time[:first], rows[:, 0], time[after:]]),
        np.concatenate([messages.value[:first], rows[:, 1].astype(np.int64), messages.value[after:]]),
        np.concatenate([messages.origin[:first], np.full(len(rows), -1), messages.origin[after:]]),
    )


def _runs(flags: Flags) -> list[tuple[int, int]]:
    """Return the first of each run of flags that are set, and the one after its last."""
    edges = np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8))
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True))
