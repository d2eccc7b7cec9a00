"""Scores that are made to exhaust whoever reads them; `python -m tests.fuzz.bombs` measures them beside MIDI files."""

from __future__ import annotations

from collections.abc import Callable

from tests import scores

NOTE = "<note><pitch><step>C</step><octave>4</octave></pitch><duration>1</duration></note>"


def with_entities() -> bytes:
    """Write ten levels of ten entities each: a thousand million laughs."""
    levels = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    return scores.score(NOTE, doctype=f'<!DOCTYPE score-partwise [<!ENTITY l0 "ha">{levels}]>')


def with_file() -> bytes:
    """Write an entity that is a file of the machine."""
    doctype = '<!DOCTYPE score-partwise [<!ENTITY file SYSTEM "file:///etc/passwd">]>'
    return scores.score(NOTE, doctype=doctype).replace(b"Part 1", b"&file;")


def measure_of(content: str) -> bytes:
    """Write one measure."""
    return scores.score(scores.attributes() + content)


SMALL: dict[str, Callable[[], bytes]] = {
    "1,000,000,000 XML entities": with_entities,
    "an XML entity that is a file": with_file,
    "elements 100,000 deep": lambda: measure_of("<note>" * 100_000),
    "a measure of 1,000,000 quarters": lambda: measure_of(NOTE.replace(">1</d", ">999999</d") * 5),
    "a compressed score of 101 MB of nothing": lambda: scores.compressed(scores.HEAD.encode() + b" " * 101_000_000),
    "20,000 notes, 64 times": lambda: scores.score(
        scores.attributes() + scores.repeat("forward") + NOTE * 5_000,
        *(NOTE * 5_000,) * 2,
        NOTE * 5_000 + scores.repeat("backward", 64),
    ),
    "2,000 measures, each with da capo": lambda: scores.score(
        scores.attributes() + NOTE, *('<sound dacapo="yes"/>' + NOTE,) * 2_000
    ),
    "2,000 endings": lambda: scores.score(
        scores.attributes() + NOTE,
        *(NOTE + scores.ending("1", "start") + scores.ending("1", "stop", '<repeat direction="backward"/>'),) * 2_000,
    ),
}
LARGE: dict[str, Callable[[], bytes]] = {
    "1,000,000 notes in a score, 84 MB": lambda: measure_of(NOTE.replace(">1</d", ">0.001</d") * 1_000_000),
    "elements of a score, 96 MB": lambda: measure_of("<a/>" * 24_000_000),
    "a tag of 90 MB": lambda: measure_of("<note " + 'a="x" ' * 15_000_000 + "/>"),
    "a word of 90 MB": lambda: measure_of(f"<note><step>{'C' * 90_000_000}</step></note>"),
    "a comment of 90 MB": lambda: measure_of(f"<!--{'x' * 90_000_000}-->" + NOTE),
}
