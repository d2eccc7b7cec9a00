"""Every event of every track of a MIDI file, so that it can be written with other times and be the same otherwise.

The events are those that the scanner met (`smf.py`); what it could not read (a last message that is cut off, bytes
after the end of a track, other chunks) is no event and stays where it is in the file.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.midi.smf import Smf

LONGEST_DELTA = 0x0FFFFFFF  # ticks that a delta time of four bytes holds
_OPEN_ENDED = 5  # size of a delta time of four bytes whose last one announces a fifth
_LARGEST_LENGTH = 0x7FFFFFFF  # of a track that means it


@dataclass(frozen=True, eq=False)
class TrackEvents:
    """Events of all tracks, in the order of the file; arrays `(m,)`.

    Attributes:
        file: the MIDI file (without a RIFF wrapper) whose header, chunks and unread bytes are kept.
        tracks: `(tracks,)` of `TRACK_DTYPE`, where the events stand in `file`.
        one_after_another: whether each track begins where the one before it ends (format 2).
        pool: bytes of all messages.
        first, last: where in `pool` a message begins, a channel message behind its status, and ends (exclusive).
        track: int64, ascending.
        tick: int64.
        status: uint8; 0 for a byte that belongs to no message.
        is_running: whether it is a channel message without a status byte of its own.
        delta_size: uint8, the bytes that its delta time takes; 0 for as few as possible.
    """

    file: bytes
    tracks: NDArray[np.void]
    one_after_another: bool
    pool: NDArray[np.uint8]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    track: NDArray[np.int64]
    tick: NDArray[np.int64]
    status: NDArray[np.uint8]
    is_running: NDArray[np.bool_]
    delta_size: NDArray[np.uint8]

    @classmethod
    def of(cls, data: bytes, file: Smf) -> TrackEvents:
        """Take a scanned MIDI file apart; `data` are its bytes, without a RIFF wrapper."""
        pool = np.frombuffer(data + bytes(8), np.uint8)
        tracks, start = file.tracks.copy(), file.message_starts
        counts = np.diff(tracks["first_message"], append=len(start))
        track = np.repeat(np.arange(len(counts)), counts)
        ends_track = np.diff(track, append=len(counts)) > 0
        last = np.where(ends_track, tracks["stop"][track], np.append(start[1:], 0))
        delta, size = _read_deltas(pool, start)
        begin = start + size
        status, is_explicit = _statuses(pool[begin], track)
        is_whole = _are_whole(pool, begin, last, status, is_explicit)
        tracks["stop"][track[~is_whole]] = start[~is_whole]  # only a track's last message can be cut off
        tracks["stop"] = np.maximum(tracks["stop"], tracks["start"])  # a file may end within the name of a chunk
        ticks = np.cumsum(delta)
        before = np.concatenate([[0], ticks])[tracks["first_message"]]
        is_chained = file.format == 2
        base = np.concatenate([[0], file.track_end_ticks[:-1]]) if is_chained else np.zeros(len(counts), np.int64)
        smallest = delta_sizes(delta)
        size = np.where((size == 4) & (pool[begin - 1] > 0x7F), _OPEN_ENDED, size)
        return cls(
            file=data,
            tracks=tracks,
            one_after_another=is_chained,
            pool=pool,
            first=(begin + is_explicit)[is_whole],
            last=last[is_whole],
            track=track[is_whole],
            tick=(ticks + (base - before)[track])[is_whole],
            status=status[is_whole],
            is_running=(is_channel(status) & ~is_explicit)[is_whole],
            delta_size=np.where(size == smallest, 0, size).astype(np.uint8)[is_whole],
        )

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.tick)

    @property
    def counts(self) -> NDArray[np.int64]:
        """Number of events of each track, `(tracks,)`."""
        return np.bincount(self.track, minlength=len(self.tracks)).astype(np.int64)

    @property
    def ends_track(self) -> NDArray[np.bool_]:
        """Whether an event is the meta event "end of track", `(m,)`."""
        return self.is_meta(0x2F)

    @property
    def is_note_on(self) -> NDArray[np.bool_]:
        """Whether an event begins a note, `(m,)`."""
        found: NDArray[np.bool_] = (self.status & 0xF0) == 0x90
        found[found] = self.pool[self.last[found] - 1] > 0
        return found

    @property
    def deltas(self) -> NDArray[np.int64]:
        """Ticks since the event before, `(m,)`; a track's first event counts from the track's beginning."""
        deltas = np.diff(self.tick, prepend=0)
        if not self.one_after_another:
            begins = np.diff(self.track, prepend=-1) > 0
            deltas[begins] = self.tick[begins]
        return deltas

    def is_meta(self, kind: int) -> NDArray[np.bool_]:
        """Return whether each event is a meta event of a kind, `(m,)`."""
        found: NDArray[np.bool_] = self.status == 0xFF
        found[found] = self.pool[self.first[found] + 1] == kind
        return found

    def encode(self) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Return the events as they stand in tracks, and where each one ends there (exclusive), `(m,)`.

        Raises:
            ValueError: if a delta time is negative or too long for a MIDI file.
        """
        deltas = self.deltas
        if len(deltas) and not 0 <= int(deltas.min()) <= int(deltas.max()) <= LONGEST_DELTA:
            raise ValueError("a delta time is out of range")
        sizes = np.where(self.delta_size > 0, np.minimum(self.delta_size, 4), delta_sizes(deltas)).astype(np.int64)
        has_status = is_channel(self.status) & ~self.is_running
        lengths = self.last - self.first
        ends = np.cumsum(sizes + has_status + lengths)
        content = np.zeros(int(ends[-1]) if len(ends) else 0, np.uint8)
        places = ends - lengths - has_status - sizes
        for index in range(4):
            rows = np.flatnonzero(sizes > index)
            shift = 7 * (sizes[rows] - 1 - index)
            goes_on = (shift > 0) | (self.delta_size[rows] == _OPEN_ENDED)
            content[places[rows] + index] = (deltas[rows] >> shift) & 0x7F | np.where(goes_on, 0x80, 0)
        content[(places + sizes)[has_status]] = self.status[has_status]
        texts = np.repeat(self.first - (np.cumsum(lengths) - lengths), lengths) + np.arange(int(lengths.sum()))
        into = np.repeat(ends - np.cumsum(lengths), lengths) + np.arange(int(lengths.sum()))
        content[into] = self.pool[texts]
        return content, ends

    def to_bytes(self, division: int) -> tuple[bytes, NDArray[np.int64]]:
        """Return a MIDI file of these events, and where the last byte of each stands in it, `(m,)`.

        Args:
            division: the header's word on the length of a tick.

        Raises:
            ValueError: as `encode`.
        """
        content, ends = self.encode()
        cuts = np.concatenate([[0], ends])[np.concatenate([[0], np.cumsum(self.counts)])]
        growth = np.cumsum(np.diff(cuts) - (self.tracks["stop"] - self.tracks["start"]))
        parts, position = [], 0
        for row, begin, end in zip(self.tracks, cuts[:-1], cuts[1:], strict=True):
            parts += [self.file[position : row["start"]], content[begin:end].tobytes()]
            position = int(row["stop"])
        data = bytearray(b"".join([*parts, self.file[position:]]))
        begins = self.tracks["start"] + np.concatenate([[0], growth[:-1]])
        self._write_lengths(data, begins, growth)
        if division != division_of(self.file):
            place = data.find(b"MThd") + 12
            data[place : place + 2] = division.to_bytes(2, "big")
        return bytes(data), ends - 1 - cuts[:-1][self.track] + begins[self.track]

    def _write_lengths(self, data: bytearray, begins: NDArray[np.int64], growth: NDArray[np.int64]) -> None:
        """Correct the lengths of track chunks, which may hold several tracks in a damaged file."""
        within = np.searchsorted(self.tracks["stop"], self.tracks["declared_end"], side="right")
        for index, row in enumerate(self.tracks):
            length = int(row["declared_end"] - row["start"])
            if within[index] > index and length < _LARGEST_LENGTH and row["start"] <= len(self.file):
                grown = int(growth[within[index] - 1]) - (int(growth[index - 1]) if index else 0)
                place = int(begins[index]) - 4
                data[place : place + 4] = (length + grown).to_bytes(4, "big")


def division_of(data: bytes) -> int:
    """Return the header's word on the length of a tick, of a MIDI file without a RIFF wrapper."""
    start = data.find(b"MThd")
    return int.from_bytes(data[start + 12 : start + 14], "big")


def is_channel(status: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return whether each status is that of a channel message."""
    found: NDArray[np.bool_] = (status >= 0x80) & (status < 0xF0)
    return found


def delta_sizes(deltas: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the fewest bytes that hold each delta time."""
    return 1 + (deltas > 0x7F).astype(np.int64) + (deltas > 0x3FFF) + (deltas > 0x1FFFFF)


def _read_deltas(pool: NDArray[np.uint8], start: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the delta times at some places, and how many bytes each takes."""
    delta, size = np.zeros(len(start), np.int64), np.zeros(len(start), np.int64)
    goes_on = np.ones(len(start), np.bool_)
    for index in range(4):
        byte = pool[start + index]
        delta = np.where(goes_on, delta << 7 | byte & 0x7F, delta)
        size += goes_on
        goes_on &= byte > 0x7F
    return delta, size


def _statuses(byte: NDArray[np.uint8], track: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return each message's status, by running status where it has none, and whether it is a channel status of its own.

    The running status lasts across meta and exclusive messages, as the scanner has it.
    """
    is_explicit = is_channel(byte)
    latest = np.maximum.accumulate(np.where(is_explicit, np.arange(len(byte)), -1))
    is_set = (latest >= 0) & (track[latest] == track) if len(byte) else is_explicit
    running = np.where(is_set, byte[latest], 0) if len(byte) else byte
    return np.where(byte >= 0x80, byte, running).astype(np.uint8), is_explicit


def _are_whole(
    pool: NDArray[np.uint8],
    begin: NDArray[np.int64],
    last: NDArray[np.int64],
    status: NDArray[np.uint8],
    is_explicit: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return which messages are not cut off by the end of what could be read."""
    size = np.where((status & 0xE0) == 0xC0, 1, 2) + is_explicit
    is_whole: NDArray[np.bool_] = (begin < last) & (~is_channel(status) | (begin + size == last))
    rows = np.flatnonzero(is_whole & ((status == 0xFF) | (status == 0xF0) | (status == 0xF7)))
    places = begin[rows] + np.where(status[rows] == 0xFF, 2, 1)
    length, size = _read_deltas(pool, places)
    is_end = (status[rows] == 0xFF) & (pool[places - 1] == 0x2F)
    is_whole[rows] = is_end | (places + size + length == last[rows])
    return is_whole
