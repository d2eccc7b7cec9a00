"""MIDI files and scores in folders: the one list of suffixes, and the one walk through folders."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from tonenet_core.errors import MidiError
from tonenet_core.progress import Progress, no_progress
from tonenet_core.score.container import SCORE_SUFFIXES, is_score

MIDI_SUFFIXES = (".mid", ".midi", ".rmi", ".kar", ".smf")
PIECE_SUFFIXES = MIDI_SUFFIXES + SCORE_SUFFIXES
_FILES_A_REPORT = 1000
_HEAD = 4096  # bytes, in which a score says that it is one


def has_midi_suffix(path: Path) -> bool:
    """Return whether a file's name ends in one of `MIDI_SUFFIXES`, in either case."""
    return path.suffix.lower() in MIDI_SUFFIXES


def has_piece_suffix(path: Path) -> bool:
    """Return whether a file's name ends in one of `PIECE_SUFFIXES`, in either case: a MIDI file's or a score's."""
    return path.suffix.lower() in PIECE_SUFFIXES


def result_name(source: Path) -> str:
    """Return the name of a MIDI file that was made of another file: its own, or with `.mid` if that is no MIDI file's.

    What came out of an archive is no archive any more, and what was made of a score is no score.
    """
    return source.name if has_midi_suffix(source) else f"{source.stem}.mid"


def midi_files(roots: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Yield the MIDI files below each root, as `piece_files` does, without scores: nobody has played these."""
    return ((path, root) for path, root in piece_files(roots) if has_midi_suffix(path))


def piece_files(
    roots: Sequence[Path], *, excluding: Path | None = None, progress: Progress = no_progress
) -> Iterator[tuple[Path, Path]]:
    """Yield MIDI files and scores below each root, a folder's own before those of its subfolders, in order of names.

    Of the files that end in `.xml` those are taken that begin like a score.

    Files whose names begin with a dot are left out: they are unfinished, or a system's notes on other files. Links to
    folders are not followed, and folders that cannot be read are left out.

    Args:
        roots: folders.
        excluding: a folder that is not entered.
        progress: called for each folder, and now and then in a large one, with the part of the folders that was
            walked through, each folder taken for as large as its neighbours; may raise `Cancelled`.

    Yields:
        The file and the root that it was found under.
    """
    excluded = None if excluding is None else excluding.resolve()
    ahead = [(root, root, *share) for root, share in _shares(roots, 0.0, 1.0)]
    while ahead:
        folder, root, begin, end = ahead.pop()
        progress(begin)
        files, folders = _entries(folder)
        for index, name in enumerate(files):
            if index % _FILES_A_REPORT == 0:
                progress(begin)
            if name.lower().endswith(PIECE_SUFFIXES) and not name.startswith(".") and _may_be_piece(folder / name):
                yield folder / name, root
        entered = [path for path in folders if excluded is None or path.resolve() != excluded]
        ahead += [(path, root, *share) for path, share in _shares(entered, begin, end)]


def _may_be_piece(path: Path) -> bool:
    if path.suffix.lower() != ".xml":
        return True
    try:
        with path.open("rb") as file:
            return is_score(file.read(_HEAD))
    except OSError:
        return False


def _entries(folder: Path) -> tuple[list[str], list[Path]]:
    """Return the names of a folder's files, and its subfolders that are no links, both in order; none if unreadable."""
    files, folders = [], []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.is_dir():
                    files.append(entry.name)
                elif not entry.is_symlink():
                    folders.append(entry.name)
    except OSError:
        return [], []
    return sorted(files), [folder / name for name in sorted(folders)]


def _shares(folders: Sequence[Path], begin: float, end: float) -> list[tuple[Path, tuple[float, float]]]:
    """Return folders, the last one first, each with its equal part of the progress from `begin` to `end`."""
    step = (end - begin) / max(len(folders), 1)
    shares = [(folder, (begin + step * index, begin + step * (index + 1))) for index, folder in enumerate(folders)]
    return shares[::-1]


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
