"""Damage to MIDI files that knows what it damages: lengths, numbers, running status, meta and exclusive messages."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable, Sequence

from tests import pieces

LENGTHS = (0, 1, 2, 3, 5, 6, 7, 8, 0x7F, 0x80, 0x3FFF, 0x4000, 0xFFFF, 0x1FFFFF, 0xFFFFFFF, 0x7FFFFFFF, 0xFFFFFFFF)
BYTES = (0, 1, 0x40, 0x7F, 0x80, 0x90, 0xB0, 0xC0, 0xD0, 0xE0, 0xF0, 0xF1, 0xF2, 0xF7, 0xFE, 0xFF)
WORDS = (0, 1, 2, 3, 5, 6, 7, 47, 48, 96, 480, 0x7FFF, 0x8000, 0x8001, 0x80FF, 0xE728, 0xE764, 0xFF01, 0xFF00, 0xFFFF)
NUMBERS = (b"\x80", b"\x80\x80\x80\x80", b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff\x7f", b"\x81\x00", b"\x8f\xff\x7f")
META = (0x00, 0x01, 0x03, 0x05, 0x20, 0x21, 0x2F, 0x51, 0x54, 0x58, 0x59, 0x7F)
LARGEST = 20_000  # bytes; the bombs have tests of their own

Damage = Callable[[bytearray, random.Random], None]


def mutate(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """Return one of the seeds, damaged in one to six places."""
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.randint(1, 6)):
        chance.choice(DAMAGES)(data, chance)
    if chance.random() < 0.15:
        other = chance.choice(seeds)
        place = _place(data, chance)
        data[place:] = other[chance.randrange(len(other)) :]
    return bytes(data[:LARGEST])


def mutate_retimed(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """Return one of the seeds, damaged as any file, or in what it keeps of its original times."""
    data = chance.choice(seeds)
    place = data.find(b"\x7dToneNet")
    if place < 0 or chance.random() < 0.5:
        return mutate([data], chance)
    start = data.rfind(b"\xff\x7f", 0, place)
    end = (
        place
        + int.from_bytes(data[start + 2 : place], "big") % 128
        + 128 * (data[start + 2] & 0x7F) * (place - start == 4)
    )
    head, packed = data[place : place + 25], data[place + 25 : end]
    content = bytearray(zlib.decompressobj().decompress(packed))
    for _ in range(chance.randint(1, 4)):
        chance.choice((_byte, _bit, _cut, _delete, _repeat))(content, chance)
    changed = pieces.meta(0x7F, head + zlib.compress(bytes(content)))
    whole = bytearray(data[:start] + changed + data[end:])
    length = whole.find(b"MTrk") + 4
    grown = int.from_bytes(whole[length : length + 4], "big") + len(whole) - len(data)
    whole[length : length + 4] = struct.pack(">I", grown)
    return bytes(whole)


def _place(data: bytearray, chance: random.Random) -> int:
    """Return a place in the tracks rather than in the header."""
    return chance.randint(min(14, len(data)), len(data)) if chance.random() < 0.9 else chance.randint(0, len(data))


def _chunks(data: bytearray) -> list[int]:
    """Return where chunks begin, as far as their names tell."""
    found, place = [], data.find(b"MT")
    while place >= 0:
        found.append(place)
        place = data.find(b"MT", place + 1)
    return found


def _insert(data: bytearray, chance: random.Random, content: bytes) -> None:
    place = _place(data, chance)
    data[place:place] = content


def _chunk_length(data: bytearray, chance: random.Random) -> None:
    if chunks := _chunks(data):
        place = chance.choice(chunks) + 4
        length = chance.choice([*LENGTHS, len(data) - place, len(data) - place - 4, chance.randrange(len(data) + 9)])
        data[place : place + 4] = struct.pack(">I", length & 0xFFFFFFFF)


def _header_word(data: bytearray, chance: random.Random) -> None:
    place = max(data.find(b"MThd"), 0) + chance.choice((8, 10, 12))
    data[place : place + 2] = struct.pack(">H", chance.choice(WORDS))


def _byte(data: bytearray, chance: random.Random) -> None:
    if data:
        place = min(_place(data, chance), len(data) - 1)
        data[place] = chance.choice(BYTES) if chance.random() < 0.7 else chance.randrange(256)


def _bit(data: bytearray, chance: random.Random) -> None:
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _number(data: bytearray, chance: random.Random) -> None:
    _insert(data, chance, chance.choice(NUMBERS))


def _message(data: bytearray, chance: random.Random) -> None:
    status = chance.choice((0x80, 0x90, 0x90, 0xA0, 0xB0, 0xC0, 0xD0, 0xE0)) | chance.choice((0, 0, 1, 9, 15))
    content = bytes(
        [chance.choice((0, 1, 0x7F)), status, *(chance.choice((0, 20, 60, 64, 108, 127, 200)) for _ in "ab")]
    )
    _insert(data, chance, content[: chance.choice((2, 3, 4, 4, 4))])


def _running(data: bytearray, chance: random.Random) -> None:
    pairs = bytes(chance.choice((0, 1, 60, 61, 90, 127)) for _ in range(3 * chance.randint(1, 20)))
    _insert(data, chance, b"\0\x90" + pairs if chance.random() < 0.5 else pairs)


def _meta(data: bytearray, chance: random.Random) -> None:
    content = chance.choice(
        (b"", b"\0", b"\0\0\0", b"\0\0\1", b"\xff\xff\xff", b"\4\2\x18\x08", b"\xff\x06\x18\x08", b"x" * 200)
    )
    declared = len(content) if chance.random() < 0.6 else chance.choice(LENGTHS) & 0xFFFFFFF
    _insert(data, chance, b"\0\xff" + bytes([chance.choice(META)]) + pieces.number(declared) + content)


def _signature(data: bytearray, chance: random.Random) -> None:
    content = bytes([chance.choice((0, 1, 2, 4, 7, 255)), chance.choice((0, 1, 2, 5, 6, 7, 31, 255)), 24, 8])
    _insert(data, chance, chance.choice((b"\0", *NUMBERS)) + pieces.meta(0x58, content))


def _tempo(data: bytearray, chance: random.Random) -> None:
    content = chance.choice((0, 1, 2, 1000, 500_000, 0xFFFFFF)).to_bytes(3, "big")
    _insert(data, chance, chance.choice((b"\0", *NUMBERS)) + pieces.meta(0x51, content))


def _exclusive(data: bytearray, chance: random.Random) -> None:
    content = chance.randbytes(chance.randrange(12)) + chance.choice((b"", b"\xf7"))
    declared = len(content) if chance.random() < 0.6 else chance.choice(LENGTHS) & 0xFFFFFFF
    _insert(data, chance, b"\0" + chance.choice((b"\xf0", b"\xf7")) + pieces.number(declared) + content)


def _cut(data: bytearray, chance: random.Random) -> None:
    del data[_place(data, chance) :]


def _delete(data: bytearray, chance: random.Random) -> None:
    place = _place(data, chance)
    del data[place : place + chance.choice((1, 2, 3, 4, 8, 14, 100))]


def _repeat(data: bytearray, chance: random.Random) -> None:
    place = _place(data, chance)
    part = bytes(data[place : place + chance.choice((1, 2, 3, 4, 8, 14, 100, 1000))])
    data[place:place] = part * chance.choice((1, 1, 2, 3, 30))


def _chunk(data: bytearray, chance: random.Random) -> None:
    kind = chance.choice((b"MTrk", b"MThd", b"XFIH", b"RIFF", b"\0\0\0\0"))
    content = chance.choice((b"", b"\0\xff\x2f\0", b"\0\x90\x40\x40", bytes(9)))
    new = kind + struct.pack(">I", len(content) if chance.random() < 0.6 else chance.choice(LENGTHS)) + content
    place = chance.choice([*_chunks(data), len(data)])
    data[place:place] = new


def _wrap(data: bytearray, chance: random.Random) -> None:
    data[:] = pieces.rmid(bytes(data))


def _before(data: bytearray, chance: random.Random) -> None:
    data[:0] = chance.randbytes(chance.choice((1, 4, 128, 4090, 4096)))


DAMAGES: tuple[Damage, ...] = (
    _chunk_length, _header_word, _byte, _byte, _bit, _number, _message, _running, _meta, _signature, _tempo, _exclusive,
    _cut, _delete, _repeat, _chunk, _wrap, _before,
)  # fmt: skip
