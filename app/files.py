"""From what was dropped (files, folders) to the piece to open, and the names of what is written."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tonenet_core.errors import MidiError
from tonenet_core.midi import read_midi
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress

MIDI_SUFFIXES = (".mid", ".midi", ".rmi", ".kar", ".smf")
OTHERS_MAX = 100  # files on offer beside the one that is opened
LOOKED_AT_MAX = 20_000  # files looked at in a dropped folder; somebody may drop a whole disk


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
        MidiError: if it cannot be read, or the folders hold none.
        Cancelled: out of `progress`.
    """
    found = list(_midi_files(paths, progress))
    if not found:
        raise MidiError(f"There is no MIDI file in {', '.join(path.name or str(path) for path in paths)}.")
    return Dropped(read_midi(found[0]), found[0], tuple(found[1:]))


def _midi_files(paths: Sequence[Path], progress: Progress) -> Iterator[Path]:
    files = [path for path in paths if not path.is_dir()]
    midi = [path for path in files if path.suffix.lower() in MIDI_SUFFIXES]
    # One file by itself may be called anything; among several, and in folders, the name must say MIDI.
    chosen = midi or (files if len(paths) == 1 else [])
    yield from chosen[: OTHERS_MAX + 1]
    found = looked_at = 0
    for folder in (path for path in paths if path.is_dir()):
        for where, folders, names in os.walk(folder):
            progress(0.0)
            folders.sort()
            for name in sorted(names):
                if name.lower().endswith(MIDI_SUFFIXES) and not name.startswith("."):
                    found += 1
                    yield Path(where) / name
            looked_at += len(names)
            if found > OTHERS_MAX or looked_at > LOOKED_AT_MAX:
                return


def export_name(source: Path, style: str | None, suffix: str) -> str:
    """Return the file name to suggest: `Piece (classical).mid` for a result, `Piece.wav` for the original."""
    return f"{source.stem} ({style}){suffix}" if style else f"{source.stem}{suffix}"
