"""Tempo map and pedal of a Retiming, as messages in the tracks where the file's own stood."""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from tonenet_core.midi.instruments import ChannelMessages
from tonenet_core.midi.retime.insertion import Insertion
from tonenet_core.midi.retime.track_events import TrackEvents
from tonenet_core.midi.smf import Smf
from tonenet_core.midi.tempo_map import tempo_map

_SUSTAIN = 64


def is_same_tempo(tempo: NDArray[np.void], file: Smf, ticks: NDArray[np.float64], factor: int) -> bool:
    """Return whether a tempo map is that of a file, whose tempos shall stand at `ticks`, `(k,)`."""
    rows = np.stack([np.rint(tempo["tick"] * factor).astype(np.int64), tempo["microseconds"]], axis=1)
    asked = tempo_map(array("q", rows.ravel().tolist()), 1)
    present = np.rint(file.tempos["sec_per_tick"] * float(file.ticks_per_beat or 1) * 1e6)
    return bool(
        np.array_equal(asked["tick"], np.rint(ticks * factor))
        and np.array_equal(np.rint(asked["sec_per_tick"] * 1e6), present)
    )


def insert_tempos(
    insertion: Insertion, tempo: NDArray[np.void], events: TrackEvents, tick: NDArray[np.int64], *, factor: int
) -> None:
    """Put a tempo map where the file's first tempo stood, else into its first track.

    The tracks of format 2 follow one another, and each begins at the default tempo: each gets its part of the map.

    Args:
        insertion: takes the messages.
        tempo: `(t,)` of `TEMPO_CHANGE_DTYPE`.
        events: the file's events.
        tick: `(m,)` the ticks at which they shall stand.
        factor: what ticks are multiplied by.
    """
    ticks = np.rint(tempo["tick"] * factor).astype(np.int64)
    is_last = np.diff(ticks, append=np.iinfo(np.int64).max) > 0
    rows = [(int(at), int(value)) for at, value in zip(ticks[is_last], tempo["microseconds"][is_last], strict=True)]
    if not events.one_after_another:
        present = np.flatnonzero(events.is_meta(0x51))
        track = int(events.track[present[0]]) if len(present) else 0
        for at, value in rows:
            insertion.add(track, at, _set_tempo(value))
        return
    for track, begin, end in _spans(events, tick):
        before = [value for at, value in rows if at <= begin]
        if before:
            insertion.add(track, begin, _set_tempo(before[-1]))
        for at, value in rows:
            if begin < at < end or (at >= end and begin < at and track == len(events.tracks) - 1):
                insertion.add(track, at, _set_tempo(value))


def pedal_rows(messages: ChannelMessages, own: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return the rows of the sustain pedal on the channels of some notes."""
    rows = messages.controls(_SUSTAIN)
    return rows[np.isin(messages.lanes[rows], np.unique(messages.lanes[own]))]


def is_same_pedal(pedal: NDArray[np.void], rows: NDArray[np.void], tick: NDArray[np.int64], factor: int) -> bool:
    """Return whether a pedal is that of a file: its messages, and where they shall stand."""
    ticks = np.rint(pedal["tick"] * factor).astype(np.int64)
    return bool(np.array_equal(ticks, tick) and np.array_equal(pedal["value"], rows["data2"]))


def pedal_homes(messages: ChannelMessages, rows: NDArray[np.integer]) -> list[tuple[int, int]]:
    """Return the track and channel of the first message of each lane among some, in which its pedal is put."""
    rows = np.sort(rows)
    homes = rows[np.unique(messages.lanes[rows], return_index=True)[1]]
    return [(int(messages.events["track"][row]), int(messages.channel[row])) for row in homes]


def insert_pedal(
    insertion: Insertion,
    pedal: NDArray[np.void],
    homes: list[tuple[int, int]],
    events: TrackEvents,
    tick: NDArray[np.int64],
    *,
    factor: int,
) -> None:
    """Put a pedal into some tracks and channels: those that had one; if none had, all of the piano's.

    Args:
        insertion: takes the messages.
        pedal: `(p,)` of `PEDAL_CHANGE_DTYPE`; a message that is there twice is put in once.
        homes: tracks and channels.
        events: the file's events.
        tick: `(m,)` the ticks at which they shall stand.
        factor: what ticks are multiplied by.
    """
    ticks = np.rint(pedal["tick"] * factor).astype(np.int64)
    is_new = (np.diff(ticks, prepend=-1) > 0) | (np.diff(pedal["value"].astype(np.int64), prepend=-1) != 0)
    spans = {track: (begin, end) for track, begin, end in _spans(events, tick)} if events.one_after_another else {}
    for track, channel in homes:
        begin, end = spans.get(track, (0, np.iinfo(np.int64).max))
        for at, value in zip(ticks[is_new], pedal["value"][is_new], strict=True):
            if begin <= at <= end:
                insertion.add(track, int(at), bytes([0xB0 | channel, _SUSTAIN, int(value)]))


def _set_tempo(microseconds: int) -> bytes:
    return bytes([0xFF, 0x51, 3]) + microseconds.to_bytes(3, "big")


def _spans(events: TrackEvents, tick: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """Return each track of format 2 with the ticks at which it begins and ends."""
    ends = np.zeros(len(events.tracks), np.int64)
    np.maximum.at(ends, events.track, tick)
    ends = np.maximum.accumulate(ends)
    return list(zip(range(len(ends)), [0, *ends[:-1].tolist()], ends.tolist(), strict=True))
