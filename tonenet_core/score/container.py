"""Files that hold a score: MusicXML, bare or compressed (.mxl)."""

from __future__ import annotations

import codecs
import zipfile
from xml.etree.ElementTree import Element

from tonenet_core.errors import MidiError
from tonenet_core.score.xml_stream import read_elements

SCORE_SUFFIXES = (".musicxml", ".mxl", ".xml")
CONTAINER = "META-INF/container.xml"
_SCORE_TYPES = (None, "application/vnd.recordare.musicxml+xml", "text/xml")
_MOST_CONTAINER_BYTES = 100_000
_HEAD = 4096  # bytes
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def is_xml(data: bytes) -> bool:
    """Return whether a file is XML rather than MIDI or an archive, by its first bytes."""
    head = data[:_HEAD]
    for mark in _MARKS:
        head = head.removeprefix(mark)
    return head.replace(b"\0", b"").lstrip()[:2] in (b"<?", b"<!", b"<s")


def is_score(head: bytes) -> bool:
    """Return whether the beginning of a file, a few kilobytes, is that of MusicXML."""
    plain = head.replace(b"\0", b"")
    return is_xml(head) and (b"<score-partwise" in plain or b"<score-timewise" in plain)


def find_score(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo | None:
    """Return the score of a compressed MusicXML file; None in any other archive.

    Raises:
        MidiError: if the archive names a score that is not in it.
    """
    if CONTAINER not in archive.namelist():
        return None
    with archive.open(CONTAINER) as file:
        data = file.read(_MOST_CONTAINER_BYTES)
    roots: list[Element] = []
    read_elements(
        data,
        name,
        enter=lambda _path, _attributes: None,
        wanted=lambda path: path[-1] == "rootfile",
        take=lambda _path, element: roots.append(element),
    )
    for root in roots:
        if root.get("media-type") in _SCORE_TYPES and (path := root.get("full-path")) in archive.namelist():
            return archive.getinfo(str(path))
    raise MidiError("{name} names no score that is in it.", name=name)
