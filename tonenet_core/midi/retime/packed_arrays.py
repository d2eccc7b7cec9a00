"""Arrays as bytes that compress well, and back; nothing is taken on trust."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

_Bytes = bytes  # the name of a method below
_LENGTH = struct.Struct("<I")


def pack_numbers(numbers: NDArray[np.int64]) -> bytes:
    """Return integers, small ones mostly, with all first bytes together, all second bytes, and so on."""
    zigzag = (numbers.astype(np.int64) << 1) ^ (numbers.astype(np.int64) >> 63)
    return pack_bytes(zigzag.astype("<i8").view(np.uint8).reshape(-1, 8).T)


def pack_bits(bits: NDArray[np.bool_]) -> bytes:
    """Return truth values, eight to a byte."""
    return pack_bytes(np.packbits(bits))


def pack_bytes(content: NDArray[np.uint8]) -> bytes:
    """Return bytes and, before them, their number."""
    return _LENGTH.pack(content.size) + content.tobytes()


class PackedReader:
    """Arrays that were packed one after the other; each method raises a ValueError where `content` is another."""

    def __init__(self, content: _Bytes) -> None:
        self._content = content
        self._position = 0

    def header(self, form: struct.Struct) -> tuple[int, ...]:
        """Return the numbers of a header."""
        return form.unpack(self._take(form.size))

    def numbers(self, count: int) -> NDArray[np.int64]:
        """Return integers."""
        zigzag = np.ascontiguousarray(self.bytes(8 * count).reshape(8, -1).T).view("<i8").reshape(-1).astype(np.int64)
        numbers: NDArray[np.int64] = ((zigzag >> 1) & 0x7FFFFFFFFFFFFFFF) ^ -(zigzag & 1)
        return numbers

    def bits(self, count: int) -> NDArray[np.bool_]:
        """Return truth values."""
        return np.unpackbits(self.bytes((count + 7) // 8), count=count).astype(np.bool_)

    def bytes(self, count: int | None = None) -> NDArray[np.uint8]:
        """Return bytes; None: however many there are."""
        (size,) = self.header(_LENGTH)
        if count is not None and size != count:
            raise ValueError("there are more or fewer numbers than events")
        return np.frombuffer(self._take(size), np.uint8)

    def _take(self, count: int) -> _Bytes:
        content = self._content[self._position : self._position + count]
        if len(content) != count:
            raise ValueError("the content is cut off")
        self._position += count
        return content
