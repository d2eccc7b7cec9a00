"""The files of a folder that a style can be learnt from, and why the others cannot be used."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tonenet_core.analysis.dynamics import classify_dynamics
from tonenet_core.data.cache import Arrays, Entry, shard_names, write_header, write_shard
from tonenet_core.data.prepare import EMPTY_ARRAYS, read_arrays, split_names
from tonenet_core.errors import MidiError, Sentence, counted
from tonenet_core.midi.folders import midi_files
from tonenet_core.progress import Progress, no_progress
from tonenet_core.training.add_style import FEWEST_FILES, FEWEST_NOTES

MOST_FILES = 1000  # that are read: a run draws fewer windows than these have, and they stay in memory meanwhile


@dataclass(frozen=True)
class Survey:
    """What a folder holds for a style.

    Attributes:
        folder: its name.
        files: number of its MIDI files, those of its subfolders included.
        read: number of those that were read.
        pieces: number of those that can be learnt from.
        notes: of these.
        seconds: of these.
        refused: for each of the others why it cannot be used.
        written: number of the others that nobody has played.
    """

    folder: str
    files: int
    read: int = 0
    pieces: int = 0
    notes: int = 0
    seconds: float = 0.0
    refused: tuple[Sentence, ...] = ()
    written: int = 0

    @property
    def problem(self) -> Sentence | None:
        """Why no style can be learnt from the folder; None where one can."""
        if not self.files:
            return Sentence("There is no MIDI file in {folder}.", folder=self.folder)
        if not self.pieces and self.written == self.read:
            text = "Nobody has played the pieces in {folder}: their velocities are written, and show no style."
            return Sentence(text, folder=self.folder)
        if not self.pieces:
            return Sentence("None of the files in {folder} can be used.", folder=self.folder)
        if self.pieces >= FEWEST_FILES and self.notes >= FEWEST_NOTES:
            return None
        return counted(
            self.pieces,
            "{found} piece with {notes} notes is too little: a style needs {pieces} pieces and {least} notes.",
            "{found} pieces with {notes} notes are too little: a style needs {pieces} pieces and {least} notes.",
            found=self.pieces,
            notes=self.notes,
            pieces=FEWEST_FILES,
            least=FEWEST_NOTES,
        )

    @property
    def limit(self) -> Sentence | None:
        """A sentence on a folder of more files than are read; None for others."""
        if self.read == self.files:
            return None
        text = "The folder has {files} files; {read} of them, evenly spread, are enough."
        return Sentence(text, files=self.files, read=self.read)


def survey(folder: Path, cache: Path, progress: Progress = no_progress) -> Survey:
    """Read a folder once and write the pieces that a style can be learnt from into a cache of that style.

    Files that cannot be read, whose velocities nobody has played, or that are the same as another are left out. The
    splits are those of `data.prepare`.

    Args:
        folder: with its subfolders, all of them one style.
        cache: the folder to write, replaced if it exists; not written where there is no piece.
        progress: see `Progress`.
    """
    found = sorted(path for path, _ in midi_files([folder]))
    chosen = [found[int(index)] for index in np.linspace(0, len(found) - 1, min(len(found), MOST_FILES)).astype(int)]
    name = folder.resolve().name or str(folder)
    pieces: dict[str, Arrays] = {}
    refused: list[Sentence] = []
    known: dict[bytes, str] = {}
    written = 0
    for index, path in enumerate(chosen):
        progress(index / len(chosen))
        try:
            arrays = read_arrays(path)
        except MidiError as error:
            refused.append(error.sentence)
            continue
        same = known.setdefault(arrays["notes"].tobytes(), path.name)
        if classify_dynamics(arrays["notes"]["velocity"]) == "written":
            written += 1
            refused.append(Sentence("{name} has velocities that nobody has played.", name=path.name))
        elif same != path.name:
            refused.append(Sentence("{name} is the same as {other}.", name=path.name, other=same))
        else:
            pieces[path.relative_to(folder).as_posix()] = arrays
    _write(cache, name, pieces)
    progress(1.0)
    notes = [arrays["notes"] for arrays in pieces.values()]
    return Survey(
        folder=name,
        files=len(found),
        read=len(chosen),
        pieces=len(pieces),
        notes=sum(map(len, notes)),
        seconds=sum(float(np.max(each["onset_sec"] + each["duration_sec"])) for each in notes),
        refused=tuple(refused),
        written=written,
    )


def _write(cache: Path, style: str, pieces: dict[str, Arrays]) -> None:
    """Write the cache, or leave none where there is no piece."""
    shutil.rmtree(cache, ignore_errors=True)
    if not pieces:
        return
    cache.mkdir(parents=True)
    (shard,) = shard_names(1)
    splits = split_names(list(pieces))
    write_shard(
        cache / shard,
        [(Entry(file, style, splits[file], style, file), arrays) for file, arrays in pieces.items()],
        EMPTY_ARRAYS,
    )
    write_header(cache, [shard])
