"""Project files: a piece with its takes and settings in one zip archive, so that a session travels.

mimetype        application/x-tonenet, not packed: desktops know the file by its beginning
project.json    the piece, its takes, the settings
source/NAME     the file that was opened, byte for byte
take-<hash>.safetensors, piece-<hash>.mid    as in the folder of a session (`kept_pieces`)
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.documents.document import Document
from app.documents.history import History, State
from app.documents.kept_piece import KeptPiece, Kind, file_name
from app.documents.kept_pieces import PieceFiles, PieceReader
from app.documents.plain_values import of_plain
from app.documents.renderings import Renderings
from app.playback.side import ORIGINAL, Side
from tonenet_core import __version__
from tonenet_core.errors import MidiError, ToneNetError, printable
from tonenet_core.files.atomic import replacing
from tonenet_core.midi.containers import (
    MAX_BYTES,
    PROJECT_KIND,
    PROJECT_MIME,
    PROJECT_SOURCE,
    PROJECT_SUFFIX,
    unpack,
)
from tonenet_core.progress import Progress

FORMAT = 2  # 1: takes without edits
CONTENT = "project.json"
UNPACKED_BYTES, UNPACKED_RATIO = (
    100_000_000,
    10,
)  # most that a project unpacks to: so many, and of its own size so often
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same project has the same bytes, whenever it is saved
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError),
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, RecursionError, MidiError),
)


class ProjectError(ToneNetError):
    """A project cannot be read or written; the message says why."""


@dataclass(frozen=True)
class PieceSettings:
    """How a piece was left.

    Attributes:
        side: that was heard.
        position_sec: of the playback, in seconds of the original.
        loop: start and end of the loop, in seconds of the original; None for none.
        passage_only: whether the loop alone is transferred.
        muted, solo: numbers of tracks.
        view: first and last second, lowest and highest pitch on screen; None: as a new piece is shown.
        shown: for each lane, whether it was shown.
    """

    side: Side = ORIGINAL
    position_sec: float = 0.0
    loop: tuple[float, float] | None = None
    passage_only: bool = False
    muted: tuple[int, ...] = ()
    solo: tuple[int, ...] = ()
    view: tuple[float, float, float, float] | None = None
    shown: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, eq=False)
class Project:
    """A project file that was read.

    Attributes:
        document: the piece with its takes.
        settings: how it was left.
    """

    document: Document
    settings: PieceSettings


def is_project_file(path: Path) -> bool:
    """Return whether a file's name is that of a project, in either case."""
    return path.suffix.lower() == PROJECT_SUFFIX


def write_project(path: Path, document: Document, settings: PieceSettings) -> None:
    """Write a piece with its takes, whole or not at all; the steps that undo knows are left out.

    Args:
        path: the file.
        document: the piece.
        settings: how it is to be shown again.

    Raises:
        ProjectError: if it cannot be written.
    """
    packed = _Packed()
    (kept,) = PieceFiles(packed).keep([replace(document, history=_numbered(document.history))])
    name, source = _source(document)
    if kept.file not in (kept.source, *kept.between):
        packed.files.pop(kept.file, None)
    kept = replace(kept, file=name, path=_beside(path, document.path), project="")
    content = {"format": FORMAT, "program": f"ToneNet {__version__}", "piece": kept, "settings": settings}
    try:
        with replacing(path) as unfinished, zipfile.ZipFile(unfinished, "w") as archive:
            _add(archive, PROJECT_KIND, PROJECT_MIME, zipfile.ZIP_STORED)
            _add(archive, CONTENT, json.dumps(content, default=vars).encode())
            _add(archive, PROJECT_SOURCE + name, source)
            for file, data in packed.files.items():
                _add(archive, file, data, zipfile.ZIP_STORED)
    except OSError as error:
        text = QCoreApplication.translate("Projects", "{0} could not be saved: {1}.")
        raise ProjectError(text.format(printable(path.name), error.strerror or error)) from error


def read_project(path: Path, progress: Progress) -> Project:
    """Read a project.

    Raises:
        ProjectError: if it cannot be read, is damaged, too large, or of a newer version.
        Cancelled: out of `progress`.
    """
    name = printable(path.name)
    with _opened(path, name) as archive:
        content = _content(archive, name)
        kept = KeptPiece.of_values(content["piece"])
        if not kept.file:
            raise ValueError("no piece")
        archive.source = kept.file
        settings = of_plain(PieceSettings, content["settings"], {})
        document = PieceReader(archive).read(replace(kept, path="", project=""))
        if document.take is not None:
            progress(0.5)
            Renderings().of(document.take)  # what cannot be shown is not opened
    source = path.absolute().parent / kept.path
    if kept.path and not source.is_file():
        source = path.absolute().with_name(Path(kept.file).name)
    return Project(replace(document, path=source if kept.path else None, project=path.absolute()), settings)


class _Packed:
    """Files of a project before they are written."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def keep(self, data: bytes, kind: Kind) -> str:
        name = file_name(data, kind)
        self.files[name] = data
        return name

    def read_file(self, name: str) -> bytes:
        return self.files[name]


class _Archive:
    """Files of a project that is read; all of them together may be of a sensible size."""

    def __init__(self, archive: zipfile.ZipFile, most_bytes: int, name: str) -> None:
        self.source = ""
        self._archive, self._left, self._name = archive, most_bytes, name

    def keep(self, data: bytes, kind: Kind) -> str:
        raise NotImplementedError

    def read_file(self, name: str) -> bytes:
        """Return the bytes of a file.

        Raises:
            ProjectError: if they are too many.
            KeyError, ValueError: if the file is not there, or damaged.
        """
        with self._archive.open(PROJECT_SOURCE + name if name == self.source else name) as file:
            data = file.read(self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            text = QCoreApplication.translate(
                "Projects", "{0} unpacks to more than a project can hold; it was not opened."
            )
            raise ProjectError(text.format(self._name))
        return data


@contextmanager
def _opened(path: Path, name: str) -> Iterator[_Archive]:
    """Open a project; whatever is wrong with what is read from it meanwhile becomes one sentence."""
    try:
        file = path.open("rb")
    except (OSError, ValueError) as error:
        text = QCoreApplication.translate("Projects", "{0} could not be read: {1}.")
        raise ProjectError(text.format(name, getattr(error, "strerror", None) or error)) from error
    with file:
        try:
            with zipfile.ZipFile(file) as archive:
                most = UNPACKED_BYTES + UNPACKED_RATIO * path.stat().st_size
                yield _Archive(archive, most, name)
        except _DAMAGED as error:
            text = QCoreApplication.translate("Projects", "{0} is damaged, or no project; it was not opened.")
            raise ProjectError(text.format(name)) from error


def _content(archive: _Archive, name: str) -> dict[str, Any]:
    """Return the content of a project, if this version can read it."""
    if archive.read_file(PROJECT_KIND) != PROJECT_MIME:
        raise ValueError("another kind of archive")
    content: dict[str, Any] = json.loads(archive.read_file(CONTENT))
    if not isinstance(content["format"], int) or content["format"] < 1:
        raise ValueError("no version")
    if content["format"] > FORMAT:
        text = QCoreApplication.translate(
            "Projects", "{0} was saved by a newer version of ToneNet; please update to open it."
        )
        raise ProjectError(text.format(name))
    return content


def _numbered(history: History) -> History:
    """Return the takes and the current one, numbered from 1: the numbers of this process mean nothing to others."""
    places = {take.number: place for place, take in enumerate(history.takes, start=1)}
    takes = tuple(replace(take, number=places[take.number]) for take in history.takes)
    return History((State(takes, None if history.current is None else places[history.current.number]),))


def _source(document: Document) -> tuple[str, bytes]:
    """Return the file that was opened, and its name; where it is gone, or another by now, the MIDI file in it."""
    if document.path is None:
        return "piece.mid", document.opened.source
    name = printable(document.path.name)
    for read in (_read_file, _read_from_project):
        try:
            data = read(document)
            if unpack(data, name)[0] == document.opened.source:
                return name, data
        except (ToneNetError, *_DAMAGED):
            continue
    return f"{Path(name).stem}.mid", document.opened.source


def _read_file(document: Document) -> bytes:
    assert document.path is not None
    with document.path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _read_from_project(document: Document) -> bytes:
    if document.project is None:
        raise FileNotFoundError
    with _opened(document.project, document.project.name) as archive:
        archive.source = Path(_content(archive, document.project.name)["piece"]["file"]).name
        return archive.read_file(archive.source)


def _beside(project: Path, source: Path | None) -> str:
    """Return where the piece's file lies, seen from the project; empty for a generated piece."""
    if source is None:
        return ""
    try:
        return Path(os.path.relpath(source.absolute(), project.absolute().parent)).as_posix()
    except ValueError:  # on another drive
        return source.name


def _add(archive: zipfile.ZipFile, name: str, data: bytes, packing: int = zipfile.ZIP_DEFLATED) -> None:
    member = zipfile.ZipInfo(name, LONG_AGO)
    member.compress_type, member.external_attr = packing, 0o644 << 16
    archive.writestr(member, data)
