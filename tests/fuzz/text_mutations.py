"""Damage to what is written in words and numbers: the header of a safetensors file, recipes, settings, projects."""

from __future__ import annotations

import io
import json
import random
import re
import struct
import zipfile
from collections.abc import Sequence
from typing import Any

HOSTILE: tuple[Any, ...] = (
    None, True, False, 0, 1, 2, 3, -1, 7, 88, 255, 65_536, 10**6, 2**31, 2**63, 10**400, 0.0, 0.5, -0.5, 1e-300, 1e308,
    float("nan"), float("inf"), "", "jazz", "x" * 5000, "\0", "../../x", "\ud800", [], {}, [0], [-1], [2**40], ["jazz"],
    ["jazz", "jazz"], [["jazz"]], {"a": 1}, "performer", "trees", "seq-gan", "F16", "I16", "F64", "BOOL", "F8_E4M3",
)  # fmt: skip
DEPTHS = (10, 900, 5_000)
METADATA = "__metadata__"


def mutate_safetensors(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """Return one of the seeds with a damaged header, or damaged bytes."""
    data = chance.choice(seeds)
    if chance.random() < 0.8:
        data = _damaged_header(data, chance)
    if chance.random() < 0.35:
        data = damaged_bytes(data, chance)
    return data


def mutate_project(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """Return one of the seeds, zip archives with JSON in them, with damaged content, members or bytes."""
    data = chance.choice(seeds)
    if chance.random() < 0.85:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        content = json.loads(members["project.json"])
        for _ in range(chance.randint(0, 3)):
            content = _damaged(content, chance)
        members["project.json"] = _text(content, chance).encode("utf-8", "surrogatepass")
        if chance.random() < 0.3:
            name = chance.choice(list(members))
            members[name] = damaged_bytes(members[name], chance)
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
            for name, each in members.items():
                archive.writestr(name, each)
        data = stream.getvalue()
    return damaged_bytes(data, chance) if chance.random() < 0.2 else data


def _damaged_header(data: bytes, chance: random.Random) -> bytes:
    (length,) = struct.unpack("<Q", data[:8])
    header, weights = json.loads(data[8 : 8 + length]), data[8 + length :]
    (key, said), *_ = header[METADATA].items()
    inner = json.loads(said)
    for _ in range(chance.randint(1, 3)):
        if chance.random() < 0.7:
            inner = _damaged(inner, chance)
        else:
            header = _damaged(header, chance)
    if isinstance(header, dict) and isinstance(header.get(METADATA), dict) and key in header[METADATA]:
        header[METADATA] = {key: _text(inner, chance)}
    text = _text(header, chance).encode("utf-8", "surrogatepass")
    declared = (
        len(text) if chance.random() < 0.93 else chance.choice((0, 1, len(text) - 1, len(text) + 1, 2**40, 2**64 - 1))
    )
    return struct.pack("<Q", declared) + text + weights


def _text(value: Any, chance: random.Random) -> str:
    text = json.dumps(value, ensure_ascii=chance.random() < 0.5)
    if chance.random() < 0.04:
        depth = chance.choice(DEPTHS)
        text = chance.choice(("[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth, "[" * depth))
    return text


def _damaged(value: Any, chance: random.Random) -> Any:
    """Return a JSON value with one place in it changed."""
    if isinstance(value, dict) and value and chance.random() < 0.93:
        key = chance.choice(list(value))
        match chance.random():
            case draw if draw < 0.8:
                return {**value, key: _damaged(value[key], chance)}
            case draw if draw < 0.9:
                return {name: each for name, each in value.items() if name != key}
            case draw if draw < 0.95:
                return {("" if name == key else name): each for name, each in value.items()}
            case _:
                return {**value, "more": chance.choice(HOSTILE)}
    if isinstance(value, list) and value and chance.random() < 0.7:
        place = chance.randrange(len(value))
        new = list(value)
        new[place] = _damaged(value[place], chance)
        return new if chance.random() < 0.7 else new + new[:1] * chance.choice((1, 3, 300))
    if isinstance(value, int) and chance.random() < 0.4:
        return value + chance.choice((-1, 1, value, -2 * value, 1000))
    return chance.choice(HOSTILE)


def mutate_text(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """Return one of the seeds, which are lines of `name = value`, with damaged lines, values or bytes."""
    lines = chance.choice(seeds).split(b"\n")
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(lines))
        match chance.randrange(5):
            case 0:
                lines[place:place] = [chance.choice(lines)]
            case 1:
                del lines[place]
                lines = lines or [b""]
            case 2:
                depth = chance.choice(DEPTHS)
                name = lines[place].split(b"=")[0]
                lines[place] = name + b"= " + chance.choice((b"[" * depth + b"]" * depth, b"{a=" * depth, b"[" * depth))
            case _:
                name = lines[place].split(b"=")[0]
                value = json.dumps(chance.choice(HOSTILE)).encode()
                lines[place] = name + b"= " + re.sub(rb"^null$", b"2026-01-01", value)
    data = b"\n".join(lines)
    return damaged_bytes(data, chance) if chance.random() < 0.3 else data


def damaged_bytes(data: bytes, chance: random.Random) -> bytes:
    """Return data with some bytes changed, cut off, put in or taken out."""
    damaged = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        place = chance.randint(0, len(damaged))
        match chance.randrange(5):
            case 0:
                del damaged[place:]
            case 1:
                del damaged[place : place + chance.choice((1, 2, 8, 100))]
            case 2:
                damaged[place:place] = chance.randbytes(chance.choice((1, 2, 8, 100)))
            case _:
                damaged[place : place + 1] = bytes([chance.choice((0, 10, 0x22, 0x30, 0x5B, 0x7B, 0x7F, 0x80, 0xFF))])
    return bytes(damaged)
