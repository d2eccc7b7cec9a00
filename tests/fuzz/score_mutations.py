"""Damage to scores that knows XML: elements that are doubled, taken out or moved, and values that no score has."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Sequence

from tests import scores
from tests.fuzz.text_mutations import damaged_bytes

VALUES = (
    *("0", "-1", "1", "2", "3", "7", "64", "127", "128", "255", "1e9", "1e308", "1e400", "nan", "inf", "-inf", "0.001"),
    *("1/2", "3+2", "9" * 400, "x", "", " ", "½", "yes", "no", "start", "stop", "backward", "forward", "crescendo"),
    *("0.3333333333333", "1000000", "99999999", "-99999999", "1,2,3", "C", "H", "10", "16", "32", "whole", "maxima"),
)
ELEMENT = re.compile(rb"<(\w[\w-]*)[^<>]*(?:/>|>[^<>]*</\1>)")
VALUE = re.compile(rb'(?<=>)[^<>]+(?=</)|(?<==")[^"<>]*(?=")')
TAG = re.compile(rb"</?[\w-]+[^<>]*>")
HEADS = (
    b'<!DOCTYPE a [<!ENTITY a "b">]>',
    b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    b'<!DOCTYPE a [<!ENTITY % a SYSTEM "http://example.org/a"> %a;]>',
    b"<!-- words -->" * 50,
    b"<?xml-stylesheet href='a'?>",
)
DEPTHS = (10, 39, 50, 3000)
LARGEST = 30_000  # bytes; the bombs have tests of their own


def mutate_score(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """Return one of the seeds, damaged in one to six places; some of them compressed."""
    data = chance.choice([seed for seed in seeds if not seed.startswith(b"PK")])
    for _ in range(chance.randint(1, 6)):
        data = chance.choice(DAMAGES)(data, chance)
    data = damaged_bytes(data, chance) if chance.random() < 0.1 else data
    if chance.random() < 0.1:
        method = chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
        data = scores.compressed(data[:LARGEST], chance.choice((scores.CONTAINER, _container(chance))), method=method)
        return damaged_bytes(data, chance) if chance.random() < 0.6 else data
    return data[:LARGEST] if chance.random() < 0.9 else _cut(data, chance)


def _container(chance: random.Random) -> str:
    return _value(scores.CONTAINER.encode(), chance).decode(errors="replace")


def _value(data: bytes, chance: random.Random) -> bytes:
    return _replaced(data, VALUE, chance, chance.choice(VALUES).encode())


def _taken_out(data: bytes, chance: random.Random) -> bytes:
    return _replaced(data, ELEMENT, chance, b"")


def _doubled(data: bytes, chance: random.Random) -> bytes:
    found = _found(data, ELEMENT, chance)
    if found is None:
        return data
    content = found.group() * chance.choice((2, 3, 30))
    return data[: found.start()] + content + data[found.end() :]


def _moved(data: bytes, chance: random.Random) -> bytes:
    found = _found(data, ELEMENT, chance)
    if found is None:
        return data
    rest = data[: found.start()] + data[found.end() :]
    place = _found(rest, TAG, chance)
    at = len(rest) if place is None else place.end()
    return rest[:at] + found.group() + rest[at:]


def _nested(data: bytes, chance: random.Random) -> bytes:
    place, depth = _found(data, TAG, chance), chance.choice(DEPTHS)
    at = 0 if place is None else place.end()
    return data[:at] + b"<note>" * depth + b"</note>" * depth + data[at:]


def _renamed(data: bytes, chance: random.Random) -> bytes:
    names = re.findall(rb"<([\w-]+)", data) or [b"note"]
    old, new = chance.choice(names), chance.choice(names)
    return re.sub(rb"(</?)" + old + rb"(?=[\s/>])", rb"\1" + new, data, count=chance.choice((1, 2, 1000)))


def _headed(data: bytes, chance: random.Random) -> bytes:
    return re.sub(rb"<!DOCTYPE[^>]*>", lambda _: chance.choice(HEADS), data)


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randint(0, len(data))]


def _replaced(data: bytes, pattern: re.Pattern[bytes], chance: random.Random, new: bytes) -> bytes:
    found = _found(data, pattern, chance)
    return data if found is None else data[: found.start()] + new + data[found.end() :]


def _found(data: bytes, pattern: re.Pattern[bytes], chance: random.Random) -> re.Match[bytes] | None:
    return pattern.search(data, chance.randint(0, len(data))) or pattern.search(data)


DAMAGES = (_value, _value, _value, _value, _taken_out, _doubled, _moved, _moved, _renamed, _nested, _headed)
