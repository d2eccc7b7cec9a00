"""MIDI files in folders: the one list of suffixes, and the one walk through folders."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from tonenet_core.errors import MidiError
from tonenet_core.progress import Progress, no_progress

MIDI_SUFFIXES = (".mid", ".midi", ".rmi", ".kar", ".smf")


def has_midi_suffix(path: Path) -> bool:
    """Return whether a file's name ends in one of `MIDI_SUFFIXES`, in either case."""
    return path.suffix.lower() in MIDI_SUFFIXES


def midi_files(
    roots: Sequence[Path],
    *,
    excluding: Path | None = None,
    max_files: int | None = None,
    progress: Progress = no_progress,
) -> Iterator[tuple[Path, Path]]:
    """Yield the MIDI files below each root, a folder's own before those of its subfolders, both in order of names.

    Files whose names begin with a dot are left out: they are unfinished, or a system's notes on other files. Links to
    folders are not followed.

    Args:
        roots: folders.
        excluding: a folder that is not entered.
        max_files: how many files of any kind are looked at before the search ends; None for no limit.
        progress: called with 0 for each folder; may raise `Cancelled`.

    Yields:
        The file and the root that it was found under.
    """
    excluded = None if excluding is None else excluding.resolve()
    seen = 0
    for root in roots:
        for name, folders, files in os.walk(root):
            progress(0.0)
            folder = Path(name)
            folders[:] = sorted(each for each in folders if excluded is None or (folder / each).resolve() != excluded)
            for file in sorted(files):
                if not file.startswith(".") and has_midi_suffix(path := folder / file):
                    yield path, root
            seen += len(files)
            if max_files is not None and seen > max_files:
                return


def make_folder(folder: Path) -> None:
    """Make a folder for results unless it exists.

    Raises:
        MidiError: if it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror or error
        raise MidiError("The folder {name} could not be made: {why}.", name=folder, why=why) from error
