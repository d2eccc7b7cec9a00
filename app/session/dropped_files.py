"""From what was dropped (files, folders) to the piece to open, and the names of what is written."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from tonenet_core.errors import MidiError
from tonenet_core.midi import read_midi
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress

MIDI_SUFFIXES = (".mid", ".midi", ".rmi", ".kar", ".smf")
OTHERS_MAX = 100  # files on offer beside the one that is opened
LOOKED_AT_MAX = 20_000  # files looked at in a dropped folder; somebody may drop a whole disk
BATCH_MAX = 10_000  # files in a batch


class NothingFound(MidiError):  # noqa: N818  (nothing is wrong with a folder that holds no MIDI file)
    """Among what was dropped there is no MIDI file."""


@dataclass(frozen=True, eq=False)
class Dropped:
    """What came of a drop.

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
        NothingFound: if there is none.
        Cancelled: out of `progress`.
    """
    found = [path for path, _ in islice(midi_files(paths, progress), OTHERS_MAX + 1)]
    if not found:
        text = QCoreApplication.translate("Files", "There is no MIDI file in {0}.")
        raise NothingFound(text.format(", ".join(path.name or str(path) for path in paths)))
    return Dropped(read_midi(found[0]), found[0], tuple(found[1:]))


def find_midi(paths: Sequence[Path], progress: Progress) -> list[tuple[Path, Path]]:
    """Return up to `BATCH_MAX` MIDI files among `paths`, each with its place below what it was found in.

    Raises:
        Cancelled: out of `progress`.
    """
    return list(islice(midi_files(paths, progress), BATCH_MAX))


def midi_files(paths: Sequence[Path], progress: Progress) -> Iterator[tuple[Path, Path]]:
    """Yield the MIDI files as given, then those in folders in order of names; each with its place below the folder."""
    files = [path for path in paths if not path.is_dir()]
    midi = [path for path in files if path.suffix.lower() in MIDI_SUFFIXES]
    # One file by itself may be called anything; among several, and in folders, the name must say MIDI.
    chosen = midi or (files if len(paths) == 1 else [])
    yield from ((path, Path(path.name)) for path in chosen)
    roots = [path for path in paths if path.is_dir()]
    looked_at = 0
    for root in roots:
        for where, folders, names in os.walk(root):
            progress(0.0)
            folders.sort()
            for name in sorted(names):
                if name.lower().endswith(MIDI_SUFFIXES) and not name.startswith("."):
                    path = Path(where) / name
                    yield path, path.relative_to(root if len(roots) == 1 else root.parent)
            looked_at += len(names)
            if looked_at > LOOKED_AT_MAX:
                return


def export_name(source: Path, style: str | None, suffix: str) -> str:
    """Return the file name to suggest: `Piece (classical).mid` for a result, `Piece.wav` for the original."""
    return f"{source.stem} ({style}){suffix}" if style else f"{source.stem}{suffix}"
