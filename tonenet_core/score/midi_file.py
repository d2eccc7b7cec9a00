"""Messages at ticks -> the bytes of a Standard MIDI File."""

from __future__ import annotations

import struct
from collections.abc import Sequence

Message = tuple[int, int, bytes]
"""Tick, rank among the messages of one tick, and bytes with their status."""

_END = b"\0\xff\x2f\0"


def midi_file(tracks: Sequence[Sequence[Message]], ticks_per_beat: int) -> bytes:
    """Return a MIDI file, format 1; messages at one tick stand in the order of their ranks, then as they are given."""
    chunks = [struct.pack(">4sIHHH", b"MThd", 6, 1, len(tracks), ticks_per_beat)]
    for track in tracks:
        content, now = bytearray(), 0
        for tick, _, message in sorted(track, key=lambda each: each[:2]):
            content += variable_length(tick - now)
            content += message
            now = tick
        content += _END
        chunks += [struct.pack(">4sI", b"MTrk", len(content)), bytes(content)]
    return b"".join(chunks)


def variable_length(value: int) -> bytes:
    """Return a number as a variable-length quantity."""
    if value < 0x80:
        return bytes((value,))
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F | 0x80)
    return bytes(reversed(groups))


def meta(kind: int, content: bytes) -> bytes:
    """Return a meta event."""
    return bytes((0xFF, kind)) + variable_length(len(content)) + content
