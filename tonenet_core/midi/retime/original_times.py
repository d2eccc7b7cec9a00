"""The original times of a retimed MIDI file, in one sequencer-specific meta event at the beginning of its first track.

The event (FF 7F) holds 7D (the manufacturer's number for what is not for sale), "ToneNet", a version, the digest of the
original file, and, compressed: for each event of the original the event that it has become, and how far its tick is
from that one's; and what was taken out (tempos, pedal) as it was. Other programs pass it over.

What a file says is not trusted: sizes are bounded before anything is unpacked, and an event that does not give back the
very file whose digest it holds counts for nothing.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tonenet_core.midi.containers import MAX_BYTES
from tonenet_core.midi.retime.packed_arrays import PackedReader, pack_bits, pack_bytes, pack_numbers
from tonenet_core.midi.retime.track_events import LONGEST_DELTA, TrackEvents, division_of, is_channel
from tonenet_core.midi.smf import MAX_MESSAGES

_MARK = b"\x7dToneNet\x01"
_DIGEST = 16  # bytes
_HEADER = struct.Struct("<HHI")  # the original's division, ticks that one of its ticks has become, tracks


@dataclass(frozen=True, eq=False)
class OriginalTimes:
    """The events of a MIDI file before they were retimed; arrays `(m,)`, in the order of the original.

    Attributes:
        division: the header's word on the length of a tick.
        factor: ticks that one of the original's ticks is now.
        counts: `(tracks,)` events of each track.
        place: which event of the present file an event is; below 0: number `-1 - place` of `removed`.
        tick: its original tick.
        is_running: whether it had no status byte of its own.
        delta_size: bytes of its delta time, 0 for as few as possible.
        velocity: the byte of its original velocity; 0 for what begins no note.
        removed: events that were taken out (only their status and bytes count), or None.
        digest: of the original file with its original velocities.
    """

    division: int
    factor: int
    counts: NDArray[np.int64]
    place: NDArray[np.int64]
    tick: NDArray[np.int64]
    is_running: NDArray[np.bool_]
    delta_size: NDArray[np.uint8]
    velocity: NDArray[np.uint8]
    removed: tuple[tuple[int, bytes], ...]
    digest: bytes

    @classmethod
    def of(cls, events: TrackEvents, source: bytes) -> OriginalTimes:
        """Keep the times of a file that was not retimed before.

        Args:
            events: the file's.
            source: its bytes, in which the notes may have other velocities.
        """
        last = np.frombuffer(source, np.uint8)[events.last - 1]
        return cls(
            division=division_of(source),
            factor=1,
            counts=events.counts,
            place=np.arange(len(events)),
            tick=events.tick,
            is_running=events.is_running,
            delta_size=events.delta_size,
            velocity=np.where(events.is_note_on, last, 0).astype(np.uint8),
            removed=(),
            digest=_digest(source),
        )

    def moved(self, events: TrackEvents, place: NDArray[np.int64], factor: int) -> OriginalTimes:
        """Return the same original, of a file in which the present events stand elsewhere.

        Args:
            events: the present events.
            place: the number of each in the new file; -1 for those that are taken out.
            factor: ticks of the new file that a present tick becomes.
        """
        new = np.where(self.place >= 0, place[self.place], self.place)
        gone = np.flatnonzero((new < 0) & (self.place >= 0))
        new[gone] = -1 - len(self.removed) - np.arange(len(gone))
        taken = tuple(
            (int(events.status[row]), events.pool[events.first[row] : events.last[row]].tobytes())
            for row in self.place[gone]
        )
        return replace(self, place=new, removed=self.removed + taken, factor=self.factor * factor)

    def restored(self, events: TrackEvents, *, velocities: bool) -> tuple[bytes, NDArray[np.int64]]:
        """Return the original file, and where the last byte of each of its events stands.

        Args:
            events: the present ones.
            velocities: whether to give the notes their original velocities.

        Raises:
            ValueError: if the original was no MIDI file.
        """
        kept = self.place >= 0
        lengths = np.array([len(content) for _, content in self.removed], np.int64)
        ends = len(events.pool) + np.cumsum(lengths)
        pool = np.frombuffer(events.pool.tobytes() + b"".join(content for _, content in self.removed), np.uint8).copy()
        first = np.concatenate([events.first, ends - lengths])
        last = np.concatenate([events.last, ends])
        status = np.concatenate([events.status, np.array([status for status, _ in self.removed], np.uint8)])
        rows = np.where(kept, self.place, len(events) - 1 - self.place)
        if velocities:
            changed = self.velocity > 0
            pool[last[rows[changed]] - 1] = self.velocity[changed]
        original = replace(
            events,
            pool=pool,
            first=first[rows],
            last=last[rows],
            track=np.repeat(np.arange(len(self.counts)), self.counts),
            tick=self.tick,
            status=status[rows],
            is_running=self.is_running & is_channel(status[rows]),
            delta_size=self.delta_size,
        )
        return original.to_bytes(self.division)

    def gives_back(self, events: TrackEvents) -> bool:
        """Return whether the original that comes of these events is the very one."""
        try:
            return _digest(self.restored(events, velocities=True)[0]) == self.digest
        except ValueError:
            return False

    def encode(self, events: TrackEvents) -> bytes:
        """Return the content of the meta event, of a file of these events."""
        kept = self.place >= 0
        rows = self.place[kept]
        status = np.zeros(len(self.place), np.uint8)
        status[kept] = events.status[rows]
        gone = -1 - self.place[~kept]
        removed = [self.removed[number] for number in gone]
        status[~kept] = [status for status, _ in removed]
        is_odd = self.delta_size > 0
        notes = events.is_note_on[rows]
        content = [
            _HEADER.pack(self.division, self.factor, len(self.counts)),
            pack_numbers(self.counts),
            pack_bits(kept),
            pack_numbers(np.diff(rows, prepend=-1) - 1),
            pack_numbers(np.diff(self.tick[kept] - events.tick[rows] // self.factor, prepend=0)),
            pack_numbers(np.diff(self.tick[~kept], prepend=0)),
            pack_bits(self.is_running ^ (_may_run(status, self.counts) & self._runs)),
            pack_bits(np.array([self._runs])),
            pack_bits(is_odd),
            pack_bytes(self.delta_size[is_odd]),
            pack_bytes(np.array([status for status, _ in removed], np.uint8)),
            pack_numbers(np.array([len(text) for _, text in removed], np.int64)),
            pack_bytes(np.frombuffer(b"".join(text for _, text in removed), np.uint8)),
            pack_bytes(self.velocity[kept][notes]),
        ]
        return _MARK + self.digest + zlib.compress(b"".join(content))

    @property
    def _runs(self) -> bool:
        """Whether the original leaves a status byte out wherever it may."""
        return bool(self.is_running.any())

    @classmethod
    def decode(cls, content: bytes, events: TrackEvents) -> OriginalTimes:
        """Return the original that the content of a meta event in a file of these events stands for.

        Raises:
            ValueError: if it is none, or another file's.
        """
        if not content.startswith(_MARK):
            raise ValueError("this is another event")
        packed = content[len(_MARK) + _DIGEST :]
        reader = PackedReader(_decompressed(packed))
        division, factor, tracks = reader.header(_HEADER)
        if tracks != len(events.tracks) or not factor:
            raise ValueError("the tracks are others")
        counts = reader.numbers(tracks)
        if counts.min() < 0 or counts.max() > MAX_MESSAGES or counts.sum() > MAX_MESSAGES:
            raise ValueError("there are too many events")
        count = int(counts.sum())
        kept = reader.bits(count)
        rows = np.cumsum(reader.numbers(int(np.count_nonzero(kept))) + 1) - 1
        track = np.repeat(np.arange(tracks), counts)
        if len(rows) and not 0 <= int(rows.min()) <= int(rows.max()) < len(events):
            raise ValueError("an event does not exist")
        if np.any(np.bincount(rows, minlength=1) > 1) or np.any(events.track[rows] != track[kept]):
            raise ValueError("an event stands twice, or in another track")
        tick = np.zeros(count, np.int64)
        tick[kept] = np.cumsum(reader.numbers(len(rows))) + events.tick[rows] // factor
        tick[~kept] = np.cumsum(reader.numbers(count - len(rows)))
        flags, runs = reader.bits(count), bool(reader.bits(1)[0])
        sizes = np.zeros(count, np.uint8)
        is_odd = reader.bits(count)
        sizes[is_odd] = reader.bytes(int(np.count_nonzero(is_odd)))
        removed = _removed(reader, count - len(rows))
        status = np.zeros(count, np.uint8)
        status[kept], status[~kept] = events.status[rows], [status for status, _ in removed]
        place = np.zeros(count, np.int64)
        place[kept], place[~kept] = rows, -1 - np.arange(len(removed))
        notes = np.flatnonzero(kept)[events.is_note_on[rows]]
        velocity = np.zeros(count, np.uint8)
        velocity[notes] = reader.bytes(len(notes))
        running = flags ^ (_may_run(status, counts) & runs)
        digest = content[len(_MARK) : len(_MARK) + _DIGEST]
        original = cls(division, factor, counts, place, tick, running, sizes, velocity, removed, digest)
        if sizes.max(initial=0) > 5 or not original.gives_back(events):
            raise ValueError("the file is another")
        return original


def find_original(events: TrackEvents) -> tuple[OriginalTimes, int] | None:
    """Return the original times that a file holds, and which event holds them; None for a file that was not retimed."""
    is_meta = np.flatnonzero(events.is_meta(0x7F) & (events.last - events.first > len(_MARK) + _DIGEST))
    for size in range(1, 5):
        begins = events.first[is_meta] + 2 + size
        found = np.ones(len(is_meta), np.bool_)
        for index, byte in enumerate(_MARK):
            found &= events.pool[np.minimum(begins + index, len(events.pool) - 1)] == byte
        for row, begin in zip(is_meta[found][:1], begins[found], strict=False):
            try:
                return OriginalTimes.decode(events.pool[begin : events.last[row]].tobytes(), events), int(row)
            except ValueError:
                break
    return None


def meta_event(content: bytes) -> NDArray[np.uint8]:
    """Return a sequencer-specific meta event."""
    if len(content) > LONGEST_DELTA:
        raise ValueError("the original is too long for a meta event")
    groups = [len(content) & 0x7F]
    while rest := len(content) >> 7 * len(groups):
        groups.append(rest & 0x7F | 0x80)
    return np.frombuffer(bytes([0xFF, 0x7F, *reversed(groups)]) + content, np.uint8)


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST).digest()


def _decompressed(packed: bytes) -> bytes:
    """Return what was compressed, if that is no more than a file may hold; padding behind it is passed over."""
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(packed, MAX_BYTES)
    except zlib.error as error:
        raise ValueError("the content is damaged") from error
    if not unpacker.eof:
        raise ValueError("the content is too long, or cut off")
    return content


def _removed(reader: PackedReader, count: int) -> tuple[tuple[int, bytes], ...]:
    """Read the events that were taken out."""
    statuses, lengths = reader.bytes(count), reader.numbers(count)
    pool = reader.bytes()
    if count and (int(lengths.min()) < 0 or int(lengths.max()) > len(pool) or int(lengths.sum()) != len(pool)):
        raise ValueError("what was taken out is cut off")
    text, ends = pool.tobytes(), np.cumsum(lengths).tolist()
    begins = [0, *ends[:-1]]
    return tuple((int(status), text[begin:end]) for status, begin, end in zip(statuses, begins, ends, strict=False))


def _may_run(status: NDArray[np.uint8], counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which events are channel messages right after one of the same status in their track."""
    track = np.repeat(np.arange(len(counts)), counts)
    follows: NDArray[np.bool_] = is_channel(status)
    follows[1:] &= (status[1:] == status[:-1]) & (track[1:] == track[:-1])
    follows[:1] = False
    return follows
