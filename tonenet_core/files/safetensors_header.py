"""Metadata of safetensors files: JSON that ToneNet keeps in the header, read without torch (decision record 0018)."""

from __future__ import annotations

import hashlib
import json
import struct
from pathlib import Path
from typing import Any

DAMAGE = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)
"""Exceptions that malformed metadata can raise; callers that look into the metadata catch these too."""

_LARGEST_HEADER = 4_000_000  # bytes, hundreds of times what a model needs: JSON takes thirty times its length in memory


def read_header(path: Path, key: str) -> dict[str, Any]:
    """Return the JSON object under a key of the metadata.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it is damaged or not a safetensors file, or has no such key.
    """
    with path.open("rb") as file:
        length = _header_length(path, file.read(8))
        content = file.read(length)
    try:
        header = json.loads(content)
        metadata = json.loads(header.pop("__metadata__")[key])
        end = max((int(tensor["data_offsets"][1]) for tensor in header.values()), default=0)
    except DAMAGE as error:
        raise ValueError(f"its header is damaged: {error}") from error
    if not isinstance(metadata, dict):
        raise ValueError("its header is damaged")
    if path.stat().st_size != 8 + length + end:
        raise ValueError("it is cut off")
    return metadata


def weights_sha256(path: Path) -> str:
    """Return the SHA-256 of a safetensors file's weights, without its header.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it is damaged or not a safetensors file.
    """
    with path.open("rb") as file:
        file.seek(8 + _header_length(path, file.read(8)))
        return hashlib.file_digest(file, "sha256").hexdigest()


def _header_length(path: Path, first: bytes) -> int:
    if len(first) < 8:
        raise ValueError("it is cut off")
    (length,) = struct.unpack("<Q", first)
    if length > min(_LARGEST_HEADER, path.stat().st_size):
        raise ValueError("its header is too long")
    return int(length)
