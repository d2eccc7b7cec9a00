"""Dropped files and folders -> the piece to open or the files of a batch; names and identities of files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale

from tonenet_core.errors import MidiError, printable
from tonenet_core.midi import read_midi
from tonenet_core.midi.folders import has_piece_suffix, piece_files, result_name
from tonenet_core.midi.retime import restore
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress

NO_FILE_NAME = frozenset('/\\:*?"<>|')  # on some system
_FILES_A_REPORT = 1000
ORIGINAL_TIMES = b"\x7dToneNet"  # begins what a file keeps of its original (`midi/retime/original_times.py`)
MAX_LISTED = 250_000  # MIDI files that are kept of a search; somebody may drop a whole disk


class NothingFound(MidiError):  # noqa: N818  (nothing is wrong with a folder that holds no MIDI file)
    """No MIDI file was dropped."""


@dataclass(frozen=True, eq=False)
class Dropped:
    """Result of a drop.

    Attributes:
        performance: the piece that was read.
        path: its file.
        others: the other MIDI files, not read.
        found: the number of all MIDI files, of which no more than `MAX_LISTED` are in `path` and `others`.
        original: the piece as it was before a transfer changed its times; None where the file does not keep it.
    """

    performance: Performance
    path: Path
    others: tuple[Path, ...] = ()
    found: int = 1
    original: Performance | None = None


@dataclass(frozen=True)
class FoundFile:
    """MIDI file of a search.

    Attributes:
        path: the file.
        place: its place below the folder that it was found in.
        size: in bytes; 0 if it cannot be read.
    """

    path: Path
    place: Path
    size: int


@dataclass(frozen=True, eq=False)
class Found:
    """Result of a search.

    Attributes:
        files: the MIDI files, no more than `MAX_LISTED`.
        count: the number of all that were found.
    """

    files: list[FoundFile]
    count: int


def open_first(paths: Sequence[Path], progress: Progress) -> Dropped:
    """Read the first MIDI file among `paths` (files as given, folders searched in order of names).

    Raises:
        MidiError: if it cannot be read.
        NothingFound: if no MIDI file is among them.
        Cancelled: out of `progress`.
    """
    listed, count = [], 0
    for path, _ in _midi_files(paths, progress):
        count += 1
        if count <= MAX_LISTED:
            listed.append(path)
    if not listed:
        text = QCoreApplication.translate("Files", "There is no MIDI file in {0}.")
        raise NothingFound(text.format(", ".join(printable(path.name or path) for path in paths)))
    performance = read_midi(listed[0])
    return Dropped(performance, listed[0], tuple(listed[1:]), count, _original_of(performance))


def _original_of(performance: Performance) -> Performance | None:
    original = restore(performance, velocities=True).performance if ORIGINAL_TIMES in performance.source else None
    return None if original is performance else original


def find_midi(paths: Sequence[Path], report: Callable[[int], object], progress: Progress) -> Found:
    """Find the MIDI files among `paths`, and those in folders.

    Args:
        paths: files and folders.
        report: called with the number of those that were found so far, now and then.
        progress: see `Progress`.

    Raises:
        Cancelled: out of `progress`.
    """
    files, count = [], 0
    for path, place in _midi_files(paths, progress):
        count += 1
        if count <= MAX_LISTED:
            files.append(FoundFile(path, place.with_name(result_name(place)), file_size(path)))
        if count % _FILES_A_REPORT == 0:
            report(count)
            progress(0.0)
    return Found(files, count)


def limit_text(listed: int, found: int) -> str:
    """Return a sentence for a search that found more than is listed; empty if it did not."""
    if found <= listed:
        return ""
    text = QCoreApplication.translate("Files", "{0} of {1} MIDI files are listed.")
    return text.format(QLocale().toString(listed), QLocale().toString(found))


def _midi_files(paths: Sequence[Path], progress: Progress) -> Iterator[tuple[Path, Path]]:
    """Yield the MIDI files among `paths`, then those in folders in order of names; each with its place."""
    files = [path for path in paths if not path.is_dir()]
    midi = [path for path in files if has_piece_suffix(path)]
    # A single file may have any name; among several, and in folders, the name must be that of a MIDI file.
    chosen = midi or (files if len(paths) == 1 else [])
    yield from ((path, Path(path.name)) for path in chosen)
    roots = [path for path in paths if path.is_dir()]
    for path, root in piece_files(roots, progress=progress):
        yield path, path.relative_to(root if len(roots) == 1 else root.parent)


def export_name(source: Path, label: str | None, suffix: str) -> str:
    """Return the file name to suggest: `Piece (classical).mid` for a result, `Piece.wav` for the original.

    A label may have signs that no file name has on some system.
    """
    plain = label and "".join("-" if sign in NO_FILE_NAME else sign for sign in label)
    return f"{source.stem} ({plain}){suffix}" if plain else f"{source.stem}{suffix}"


def file_identity(path: Path) -> tuple[int, int] | None:
    """Return device and inode, which identify a file under any name; None if it does not exist."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def file_size(path: Path) -> int:
    """Return the size in bytes; 0 if the file does not exist."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
