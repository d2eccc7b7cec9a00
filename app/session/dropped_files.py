"""Dropped files and folders -> the piece to open or the files of a batch; names and identities of files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from tonenet_core.errors import MidiError
from tonenet_core.midi import read_midi
from tonenet_core.midi.folders import has_midi_suffix, midi_files
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress

MAX_OTHERS = 100  # files on offer beside the one that is opened
MAX_LOOKED_AT = 20_000  # files looked at in dropped folders; somebody may drop a whole disk
MAX_BATCH = 10_000  # files in a batch


class NothingFound(MidiError):  # noqa: N818  (nothing is wrong with a folder that holds no MIDI file)
    """No MIDI file was dropped."""


@dataclass(frozen=True, eq=False)
class Dropped:
    """Result of a drop.

    Attributes:
        performance: the piece that was read.
        path: its file.
        others: the other MIDI files, not read.
    """

    performance: Performance
    path: Path
    others: tuple[Path, ...]


def open_first(paths: Sequence[Path], progress: Progress) -> Dropped:
    """Read the first MIDI file among `paths` (files as given, folders searched in order of names).

    Raises:
        MidiError: if it cannot be read.
        NothingFound: if no MIDI file is among them.
        Cancelled: out of `progress`.
    """
    found = [path for path, _ in islice(_midi_files(paths, progress), MAX_OTHERS + 1)]
    if not found:
        text = QCoreApplication.translate("Files", "There is no MIDI file in {0}.")
        raise NothingFound(text.format(", ".join(path.name or str(path) for path in paths)))
    return Dropped(read_midi(found[0]), found[0], tuple(found[1:]))


def find_midi(paths: Sequence[Path], progress: Progress) -> list[tuple[Path, Path]]:
    """Return up to `MAX_BATCH` MIDI files among `paths`, each with its place below the folder it was found in.

    Raises:
        Cancelled: out of `progress`.
    """
    return list(islice(_midi_files(paths, progress), MAX_BATCH))


def _midi_files(paths: Sequence[Path], progress: Progress) -> Iterator[tuple[Path, Path]]:
    """Yield the MIDI files among `paths`, then those in folders in order of names; each with its place."""
    files = [path for path in paths if not path.is_dir()]
    midi = [path for path in files if has_midi_suffix(path)]
    # A single file may have any name; among several, and in folders, the name must be that of a MIDI file.
    chosen = midi or (files if len(paths) == 1 else [])
    yield from ((path, Path(path.name)) for path in chosen)
    roots = [path for path in paths if path.is_dir()]
    for path, root in midi_files(roots, max_files=MAX_LOOKED_AT, progress=progress):
        yield path, path.relative_to(root if len(roots) == 1 else root.parent)


def export_name(source: Path, style: str | None, suffix: str) -> str:
    """Return the file name to suggest: `Piece (classical).mid` for a result, `Piece.wav` for the original."""
    return f"{source.stem} ({style}){suffix}" if style else f"{source.stem}{suffix}"


def unique_place(place: Path, taken: set[Path]) -> Path:
    """Return `place`, with a number if it is taken."""
    free, number = place, 2
    while free in taken:
        free = place.with_name(f"{place.stem} ({number}){place.suffix}")
        number += 1
    return free


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
