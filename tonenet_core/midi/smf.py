"""Scanner for Standard MIDI Files: each channel message with its time and its place in the file.

The libraries that read MIDI (mido, pretty_midi) do not give the offset of a velocity in the file, and refuse files that
players open. An export that changes velocity bytes and nothing else needs those offsets (decision record 0002).

The scanner accepts what can be understood: running status across meta and system messages, system messages that do not
belong in a file, data bytes above 127 (taken as 127), wrong chunk lengths, tracks without an end. It reports them in
`Smf.notices`. Nothing is allocated from a number that the file declares.

Reference: MIDI Manufacturers Association, "Standard MIDI Files 1.0" (RP-001), and RP-029 for the RIFF wrapper.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tonenet_core.errors import MidiError, Sentence, counted
from tonenet_core.midi.containers import midi_span
from tonenet_core.midi.damage import Damage
from tonenet_core.midi.tempo_map import DEFAULT_TEMPO, sec_at, smpte_tempo, tempo_map, time_signatures
from tonenet_core.performance import EVENT_DTYPE

MAX_MESSAGES = 4_000_000  # of all kinds, some seconds and 500 MB; 1,000,000 notes need 2,000,000
MAX_SEC = 3 * 3600.0
_MAX_TRACKS = 65_535
_MAX_CHUNKS = 2 * _MAX_TRACKS
_LONGEST_NAME = 80  # bytes of a track's name that are kept

TRACK_DTYPE = np.dtype([("first_message", "i8"), ("start", "i8"), ("stop", "i8"), ("declared_end", "i8")])
"""One row a track: the number of messages before it, where its messages begin in the file and where reading them
stopped, and where the file says that it ends."""


@dataclass(frozen=True, eq=False)
class Smf:
    """Contents of a Standard MIDI File.

    Attributes:
        events: `(n,)` of `EVENT_DTYPE`, by tick; at one tick in file order.
        format: 0, 1 or 2. The tracks of format 2 follow one another in time.
        ticks_per_beat: ticks a quarter note, or None when ticks are fractions of a second (SMPTE).
        tempos: `(k,)` of `TEMPO_DTYPE`, by tick.
        time_signatures: `(s,)` of `TIME_SIGNATURE_DTYPE`, by tick.
        track_end_ticks: `(tracks,)` int64, the tick at which each track ends.
        track_ports: `(tracks,)` uint8, the port each track plays on; channels of two ports are different ones.
        tracks: `(tracks,)` of `TRACK_DTYPE`.
        message_starts: `(m,)` int64, where each message of any kind begins in the file, with its delta time.
        track_names: the name of each track as it stands there; empty without one.
        end_sec: seconds to the last message or end of a track; silence beyond 3 hours is not counted.
        notices: full sentences on damage to the file.
    """

    events: NDArray[np.void]
    format: int
    ticks_per_beat: int | None
    tempos: NDArray[np.void]
    time_signatures: NDArray[np.void]
    track_end_ticks: NDArray[np.int64]
    track_ports: NDArray[np.uint8]
    tracks: NDArray[np.void]
    message_starts: NDArray[np.int64]
    track_names: tuple[bytes, ...]
    end_sec: float
    notices: tuple[str, ...] = ()

    def sec_at(self, ticks: ArrayLike) -> NDArray[np.float64]:
        """Return the seconds at which `ticks` (any shape, may be fractional) sound."""
        return sec_at(self.tempos, np.asarray(ticks))


def scan(data: bytes, name: str) -> Smf:
    """Read the bytes of a MIDI file.

    Args:
        data: the whole file, bare (`MThd`) or in a RIFF wrapper (RMID).
        name: the file's name, for messages.

    Raises:
        MidiError: if this is not a MIDI file, or it holds more than 4,000,000 messages.
    """
    state = _Scan(name)
    data = data[: midi_span(data)[1]]
    start = _find_header(data, state)
    file_format, division, position = _read_header(data, start, state)
    for _ in range(_MAX_CHUNKS):
        if position >= len(data) or len(state.track_ends) == _MAX_TRACKS:
            break
        position = _read_chunk(data, position, file_format, state)
    if not state.track_ends:
        raise MidiError("{name} contains no tracks.", name=name)
    declared = int.from_bytes(data[start + 10 : start + 12], "big")
    if declared > len(state.track_ends):
        missing = declared - len(state.track_ends)
        one, many = "{missing} of {declared} tracks is missing", "{missing} of {declared} tracks are missing"
        state.problem(counted(missing, one, many, missing=missing, declared=declared))
    return _assemble(data, file_format, division, state)


@dataclass
class _Scan(Damage):
    """State of a scan; its arrays are compact because a file may hold millions of messages."""

    ticks: array[int] = field(default_factory=lambda: array("q"))
    offsets: array[int] = field(default_factory=lambda: array("q"))
    statuses: bytearray = field(default_factory=bytearray)
    starts: array[int] = field(default_factory=lambda: array("q"))
    tracks: array[int] = field(default_factory=lambda: array("q"))  # the rows of `TRACK_DTYPE`, one after the other
    messages_before: list[int] = field(default_factory=list)  # the number of channel messages before each track
    track_ends: list[int] = field(default_factory=list)
    ports: bytearray = field(default_factory=bytearray)
    names: dict[int, bytes] = field(default_factory=dict)  # by the place of the track
    tempos: array[int] = field(default_factory=lambda: array("q"))  # tick, microseconds a beat, tick, ...
    signatures: array[int] = field(default_factory=lambda: array("q"))  # tick, numerator, power of two, ...
    messages_left: int = field(default_factory=lambda: MAX_MESSAGES)  # that may be read, of all kinds


def _find_header(data: bytes, state: _Scan) -> int:
    if not data:
        raise MidiError("{name} is empty.", name=state.name)
    wrapped = data[:4] == b"RIFF" and data[8:12] == b"RMID"
    start = data.find(b"MThd", 0, None if wrapped else 4096)
    if start < 0:
        raise MidiError("{name} is not a MIDI file.", name=state.name)
    if len(data) < start + 14:
        raise MidiError("{name} ends inside its header.", name=state.name)
    if start and not wrapped:
        one, many = "{bytes} byte stands before its header", "{bytes} bytes stand before its header"
        state.problem(counted(start, one, many, bytes=start))
    return start


def _read_header(data: bytes, start: int, state: _Scan) -> tuple[int, int, int]:
    length = int.from_bytes(data[start + 4 : start + 8], "big")
    file_format = int.from_bytes(data[start + 8 : start + 10], "big")
    division = int.from_bytes(data[start + 12 : start + 14], "big")
    if file_format > 2:
        state.problem(Sentence("format {number} does not exist", number=file_format))
        file_format = 1
    if not division & 0xFF if division & 0x8000 else not division:
        state.problem(Sentence("it does not define the length of a tick"))
        division = 480
    position = start + 8 + length
    if length < 6 or not _chunk_at(data, position):
        position = _next_track(data, start + 14)
    return file_format, division, position


def _chunk_at(data: bytes, position: int) -> bool:
    """Return whether the file ends here or continues with something that looks like a chunk."""
    return position == len(data) or (position + 8 <= len(data) and data[position : position + 4].isalpha())


def _next_track(data: bytes, position: int) -> int:
    """Return the position of the next track chunk at or after `position`, or the end of the file."""
    track = data.find(b"MTrk", position)
    return track if track >= 0 else len(data)


def _read_chunk(data: bytes, position: int, file_format: int, state: _Scan) -> int:
    """Read the chunk at `position` and return the position of the next one."""
    start = position + 8
    declared_end = start + int.from_bytes(data[position + 4 : start], "big")
    trusted = _chunk_at(data, declared_end)
    if data[position : position + 4] != b"MTrk":
        return declared_end if trusted else _next_track(data, position + 1)
    end = declared_end if trusted else _next_track(data, start)
    state.messages_before.append(len(state.ticks))
    state.ports.append(0)
    first_tick = 0
    if file_format == 2 and state.track_ends:
        first_tick = state.track_ends[-1]
        state.tempos.extend((first_tick, DEFAULT_TEMPO))  # each sequence begins at the default tempo
        state.signatures.extend((first_tick, 4, 2))
    first_message = len(state.starts)
    stopped, last_tick, ended = _read_track(data, start, end, first_tick, state)
    state.tracks.extend((first_message, start, stopped, declared_end))
    state.track_ends.append(last_tick)
    if not ended:
        state.problem(Sentence("track {number} has no end", number=len(state.track_ends)))
    if data[stopped : stopped + 4] == b"MTrk":
        return stopped
    return declared_end if trusted else _next_track(data, stopped)


def _read_track(  # noqa: PLR0912  (see below)
    data: bytes, position: int, end: int, tick: int, state: _Scan
) -> tuple[int, int, bool]:
    """Read messages up to `end`; return the position and tick reached, and whether an end of track was met.

    One long loop on purpose: it runs once a message, two million times in the largest files.
    """
    add_tick, add_offset, add_status = state.ticks.append, state.offsets.append, state.statuses.append
    add_start = state.starts.append
    status = done = 0
    try:
        for done in range(state.messages_left):  # noqa: B007  (used when the loop has ended)
            if position >= end:
                break
            add_start(position)
            delta = data[position]
            position += 1
            if delta >= 0x80:
                delta &= 0x7F
                for _more in range(3):  # at most four bytes a number
                    byte = data[position]
                    position += 1
                    delta = delta << 7 | byte & 0x7F
                    if byte < 0x80:
                        break
            tick += delta
            byte = data[position]
            if byte >= 0xF0:
                if byte == 0xFF and data[position + 1] == 0x2F:
                    return min(position + 3, end), tick, True
                position = _read_system(data, position, end, tick, state)
                continue
            if byte >= 0x80:
                status = byte
                position += 1
            elif not status:
                state.problem(Sentence("a message has no status"))
                position += 1
                continue
            position += 1 if 0xC0 <= status < 0xE0 else 2
            if position > end:
                break
            add_tick(tick)
            add_offset(position - 1)
            add_status(status)
        else:
            text = "{name} holds more than {most} messages, which is too many to open."
            raise MidiError(text, name=state.name, most=MAX_MESSAGES)
    except IndexError:
        position = end  # the file stops within a message
    finally:
        state.messages_left -= done
    return min(position, end), tick, False


_SYSTEM_DATA_BYTES = {0xF1: 1, 0xF2: 2, 0xF3: 1}


def _read_system(data: bytes, position: int, end: int, tick: int, state: _Scan) -> int:
    """Read a meta, exclusive or other system message and return the position of the next message."""
    status = data[position]
    if status not in (0xFF, 0xF0, 0xF7):
        state.problem(Sentence("system messages stand between the notes"))
        return position + 1 + _SYSTEM_DATA_BYTES.get(status, 0)
    kind = data[position + 1] if status == 0xFF else -1
    position += 2 if status == 0xFF else 1
    length = 0
    for _ in range(4):
        byte = data[position]
        position += 1
        length = length << 7 | byte & 0x7F
        if byte < 0x80:
            break
    if position + length > end:
        state.problem(Sentence("track {number} ends early", number=len(state.messages_before)))
        return end
    _keep_meta(kind, data[position : position + min(length, _LONGEST_NAME)], tick, state)
    return position + length


def _keep_meta(kind: int, content: bytes, tick: int, state: _Scan) -> None:
    if kind == 0x51 and len(content) >= 3 and (tempo := int.from_bytes(content[:3], "big")):  # 0: all at once
        state.tempos.extend((tick, tempo))
    elif kind == 0x58 and len(content) >= 2 and content[0] > 0 and content[1] <= 6:
        state.signatures.extend((tick, content[0], content[1]))
    elif kind == 0x03:
        state.names.setdefault(len(state.ports) - 1, content)
    elif kind == 0x21 and content:
        state.ports[-1] = content[0] & 0x7F


def _assemble(data: bytes, file_format: int, division: int, state: _Scan) -> Smf:
    smpte = bool(division & 0x8000)
    tempos = smpte_tempo(division) if smpte else tempo_map(state.tempos, division)
    events = _events(data, tempos, state)
    last_sec = float(events["time_sec"][-1]) if len(events) else 0.0
    track_end_ticks = np.array(state.track_ends, np.int64)
    return Smf(
        events=events,
        format=file_format,
        ticks_per_beat=None if smpte else division,
        tempos=tempos,
        time_signatures=time_signatures(state.signatures),
        track_end_ticks=track_end_ticks,
        track_ports=np.frombuffer(bytes(state.ports), np.uint8),
        tracks=np.frombuffer(state.tracks.tobytes(), TRACK_DTYPE),
        message_starts=np.frombuffer(state.starts.tobytes(), np.int64),
        track_names=tuple(state.names.get(track, b"") for track in range(len(track_end_ticks))),
        end_sec=max(last_sec, min(float(sec_at(tempos, track_end_ticks).max()), MAX_SEC)),
        notices=state.notices(),
    )


def _events(data: bytes, tempos: NDArray[np.void], state: _Scan) -> NDArray[np.void]:
    events = np.empty(len(state.ticks), EVENT_DTYPE)
    events["tick"] = state.ticks
    counts = np.diff([*state.messages_before, len(events)])
    events["track"] = np.repeat(np.arange(len(counts), dtype=np.uint16), counts)
    events["status"] = state.statuses
    events["offset"] = state.offsets
    content = np.frombuffer(data, np.uint8)
    single = (events["status"] & 0xE0) == 0xC0
    first, last = content[events["offset"] - ~single], content[events["offset"]]
    if len(events) and max(first.max(), last.max()) > 127:
        state.problem(Sentence("some data bytes are above 127"))
    events["data1"] = np.minimum(first, 127)
    events["data2"] = np.where(single, 0, np.minimum(last, 127))
    if len(counts) > 1:
        events = events[np.argsort(events["tick"], kind="stable")]
    events["time_sec"] = sec_at(tempos, events["tick"])
    events.flags.writeable = False
    return events
