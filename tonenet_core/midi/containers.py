"""Files around a MIDI file: RIFF (RMID), zip archives, MacBinary; and scores, of which one is made.

A MIDI file that is exported under a MIDI file's name has to be one: what was packed is unpacked on reading, and a RIFF
wrapper is kept only under its own suffix.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from pathlib import PurePosixPath

from tonenet_core.errors import MidiError, Sentence, reason
from tonenet_core.midi.folders import PIECE_SUFFIXES
from tonenet_core.score.container import find_score, is_xml

RMID_SUFFIX = ".rmi"
PROJECT_SUFFIX = ".tonenet"
PROJECT_KIND, PROJECT_MIME = "mimetype", b"application/x-tonenet"  # member that says that an archive is a project
PROJECT_SOURCE = "source/"  # folder in a project in which its piece lies, as it was opened
MAX_BYTES = 100_000_000
_MAC_HEADER = 128  # bytes
_ARCHIVE_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, OSError, RuntimeError, NotImplementedError, ValueError),
)


def unpack(data: bytes, name: str) -> tuple[bytes, tuple[Sentence, ...]]:
    """Return the MIDI file, bare or in RIFF, in the bytes of a file, and notices on where it was found.

    Args:
        data: a whole file, whatever it is; what is no container comes back as it is.
        name: the file's name, for messages.

    Raises:
        MidiError: if this is an archive without exactly one MIDI file or score, a score that cannot be read, or a MIDI
            2.0 clip.
    """
    notices: tuple[Sentence, ...] = ()
    if is_project(data):
        return _source_of_project(data, name)
    if data[:4] == b"PK\x03\x04":
        data, notices = _unzip(data, name)
    if is_xml(data) and len(data) <= MAX_BYTES:
        from tonenet_core.score.written_out import write_out

        return write_out(data, name), notices
    if data[:8] == b"SMF2CLIP":
        raise MidiError("{name} is a MIDI 2.0 clip file; export it as a Standard MIDI File (.mid) first.", name=name)
    if is_mac_binary(data):
        length = int.from_bytes(data[83:87], "big") or len(data)  # some programs leave it out
        return data[_MAC_HEADER : _MAC_HEADER + length], notices
    return data, notices


def is_project(data: bytes) -> bool:
    """Return whether an archive is a project of the window: the member that says so comes first, and is not packed."""
    head = 30 + len(PROJECT_KIND)  # a local file header, and the name in it
    return data[:4] == b"PK\x03\x04" and data[30 : head + len(PROJECT_MIME)] == PROJECT_KIND.encode() + PROJECT_MIME


def is_mac_binary(data: bytes) -> bool:
    """Return whether a MIDI file stands in a MacBinary: the header, then the data fork."""
    zeros = data[:1] + data[74:75] + data[82:83]
    return zeros == b"\0\0\0" and 0 < data[1] < 64 and data[_MAC_HEADER : _MAC_HEADER + 4] == b"MThd"


def without_riff(data: bytes) -> bytes:
    """Return the MIDI file in a RIFF wrapper; other data as it is."""
    start, end = midi_span(data)
    return data[start:end]


def midi_span(data: bytes) -> tuple[int, int]:
    """Return where the MIDI file in a RIFF wrapper begins and ends (exclusive); of other data, all of it."""
    if not _is_riff(data):
        return 0, len(data)
    position = 12
    while position + 8 <= len(data):
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        if data[position : position + 4] == b"data":
            end = position + 8 + length
            is_trusted = any(not data[place:] or data[place : place + 4].isalpha() for place in (end, end + length % 2))
            return position + 8, min(end, len(data)) if is_trusted else len(data)
        position += 8 + length + length % 2
    return max(data.find(b"MThd"), 0), len(data)  # the wrapper is damaged


def with_midi(data: bytes, midi: bytes) -> bytes:
    """Return a file in which another MIDI file stands; the sizes in a RIFF wrapper grow as it does.

    The two MIDI files are of lengths both even or both odd, so that a wrapper's padding stays.
    """
    start, end = midi_span(data)
    before, growth = bytearray(data[:start]), len(midi) - (end - start)
    if _is_riff(data):
        for place in {4, start - 4} if data[start - 8 : start - 4] == b"data" else {4}:
            size = int.from_bytes(before[place : place + 4], "little") + growth
            before[place : place + 4] = (size & 0xFFFFFFFF).to_bytes(4, "little")
    return bytes(before) + midi + data[end:]


def _is_riff(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"RMID"


def _unzip(data: bytes, name: str) -> tuple[bytes, tuple[Sentence, ...]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if (score := find_score(archive, name)) is not None:
                with archive.open(score) as file:
                    return file.read(MAX_BYTES + 1), ()  # whatever length the archive declares
            members = [member for member in archive.infolist() if _is_piece(member)]
            if not members:
                raise MidiError("{name} is an archive without a MIDI file.", name=name)
            if len(members) > 1:
                text = "{name} is an archive of {count} MIDI files; unpack it, and open them one by one or as a folder."
                raise MidiError(text, name=name, count=len(members))
            with archive.open(members[0]) as file:
                content = file.read(MAX_BYTES + 1)
    except _ARCHIVE_ERRORS as error:
        raise MidiError("{name} could not be unpacked: {why}.", name=name, why=reason(error)) from error
    notice = Sentence("{member} was taken out of the archive {name}.", member=members[0].filename, name=name)
    return content, (notice,)


def _source_of_project(data: bytes, name: str) -> tuple[bytes, tuple[Sentence, ...]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if member.filename.startswith(PROJECT_SOURCE)]
            if len(members) != 1:
                raise MidiError("{name} is a damaged project.", name=name)
            with archive.open(members[0]) as file:
                content = file.read(MAX_BYTES + 1)
    except _ARCHIVE_ERRORS as error:
        raise MidiError("{name} could not be unpacked: {why}.", name=name, why=reason(error)) from error
    if is_project(content):
        raise MidiError("{name} is a damaged project.", name=name)
    source, notices = unpack(content, name)
    text = "{name} is a project: its piece is read without its takes, which the window shows."
    return source, (Sentence(text, name=name), *notices)


def _is_piece(member: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(member.filename)
    is_hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return not member.is_dir() and not is_hidden and path.suffix.lower() in PIECE_SUFFIXES
