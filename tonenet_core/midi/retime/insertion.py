"""Events that are put into tracks: tempos, pedal messages, and the room for the original times."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from tonenet_core.midi.retime.track_events import TrackEvents, is_channel


@dataclass
class Insertion:
    """Messages, each with its track and tick, in the order in which they are put in at one tick."""

    track: list[int] = field(default_factory=list)
    tick: list[int] = field(default_factory=list)
    message: list[bytes] = field(default_factory=list)

    def add(self, track: int, tick: int, message: bytes) -> None:
        """Put a message, with its status, into a track."""
        self.track.append(track)
        self.tick.append(tick)
        self.message.append(message)

    def in_time(self) -> Insertion:
        """Return the messages by track and tick."""
        rows = np.lexsort((self.tick, self.track))
        columns = (self.track, self.tick, self.message)
        return Insertion(*([column[row] for row in rows] for column in columns))

    def last_ticks(self, tracks: int) -> NDArray[np.int64]:
        """Return the last tick of each of `tracks` tracks; 0 for those that get nothing."""
        last = np.zeros(tracks, np.int64)
        np.maximum.at(last, np.array(self.track, np.int64), np.array(self.tick, np.int64))
        return last


def rearrange(
    events: TrackEvents, tick: NDArray[np.int64], taken_out: NDArray[np.bool_], insertion: Insertion
) -> tuple[TrackEvents, NDArray[np.int64]]:
    """Return events at other ticks, in the order of time, and the number that each has now, `(m,)`.

    At one tick the events keep their order; what is put in stands before the notes and behind everything else.

    Args:
        events: the events as they are.
        tick: `(m,)` their new ticks.
        taken_out: `(m,)` events that are left out; their number is -1.
        insertion: what is put in.
    """
    order = np.lexsort((np.arange(len(events)), tick, events.track))
    order, insertion = order[~taken_out[order]], insertion.in_time()
    order = np.insert(order, _slots(events, tick, order, insertion), len(events) + np.arange(len(insertion.tick)))
    status, is_running = _statuses(events, order, insertion)
    lengths = np.array([len(message) for message in insertion.message], np.int64)
    ends = len(events.pool) + np.cumsum(lengths)
    begins = ends - lengths + is_channel(status[len(events) :])
    moved = replace(
        events,
        pool=np.concatenate([events.pool, np.frombuffer(b"".join(insertion.message), np.uint8)]),
        first=np.concatenate([events.first, begins])[order],
        last=np.concatenate([events.last, ends])[order],
        track=np.concatenate([events.track, np.array(insertion.track, np.int64)])[order],
        tick=np.concatenate([tick, np.array(insertion.tick, np.int64)])[order],
        status=status[order],
        is_running=is_running,
        delta_size=np.zeros(len(order), np.uint8),
    )
    sizes = np.append(events.delta_size, np.zeros(len(lengths), np.uint8))[order]
    is_same = np.append(events.deltas, np.full(len(lengths), -1))[order] == moved.deltas
    place = np.full(len(events) + len(lengths), -1, np.int64)
    place[order] = np.arange(len(order))
    return replace(moved, delta_size=np.where(is_same, sizes, 0).astype(np.uint8)), place[: len(events)]


def _slots(
    events: TrackEvents, tick: NDArray[np.int64], order: NDArray[np.int64], insertion: Insertion
) -> NDArray[np.int64]:
    """Return before which place of `order` each message is put in."""
    kind = events.status[order] & 0xF0
    stops = ((kind == 0x80) | (kind == 0x90) | events.ends_track[order]).nonzero()[0]
    ticks, begins = tick[order], np.searchsorted(events.track[order], np.arange(len(events.tracks) + 1))
    slots = np.zeros(len(insertion.tick), np.int64)
    track, new = np.array(insertion.track, np.int64), np.array(insertion.tick, np.int64)
    for number in np.unique(track):
        rows = np.flatnonzero(track == number)
        part = ticks[begins[number] : begins[number + 1]]
        left, right = (begins[number] + np.searchsorted(part, new[rows], side=side) for side in ("left", "right"))
        stop = np.append(stops, len(order))[np.searchsorted(stops, left)]
        slots[rows] = np.minimum(stop, right)
    return slots


def _statuses(
    events: TrackEvents, order: NDArray[np.int64], insertion: Insertion
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return the statuses of old and new events, and which of those in `order` still need no status byte.

    A message may do without where it follows a channel message of its status, or, as in the source (where meta events
    may stand between), the event that it followed there.
    """
    status = np.append(events.status, [message[0] for message in insertion.message]).astype(np.uint8)
    track = np.append(events.track, np.array(insertion.track, np.int64))[order]
    ordered = status[order]
    channel = is_channel(ordered)
    latest = np.maximum.accumulate(np.where(channel, np.arange(len(order)), -1))
    before = np.append(-1, latest[:-1])
    is_set = (before >= 0) & (track[before] == track) & (ordered[before] == ordered)
    follows = (np.diff(order, prepend=-1) == 1) | np.append(False, channel[:-1])
    running = np.append(events.is_running, np.zeros(len(insertion.tick), np.bool_))[order]
    return status, running & is_set & follows
