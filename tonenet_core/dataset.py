"""Folders of MIDI -> a cache of arrays that training reads without any MIDI package.

A cache is a folder: `notes.npy`, `beats.npy`, `downbeats.npy` and `pedal.npy` hold all pieces end to end, `pieces.json`
says which rows belong to whom. The arrays are memory-mapped, so a cache may be larger than memory.
"""

from __future__ import annotations

import csv
import hashlib
import json
import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tonenet_core.errors import DataError, MidiError
from tonenet_core.models.base import TrainingPiece
from tonenet_core.performance import NOTE_DTYPE
from tonenet_core.progress import Progress, no_progress

CACHE_FORMAT = 2
ARRAYS = ("notes", "beats", "downbeats", "pedal")
SPLITS = ("train", "valid", "test")
MIDI_SUFFIXES = (".mid", ".midi", ".rmi")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """One piece of a data folder: where it is, and what it is used for.

    Attributes:
        file: path inside the data folder.
        style: the name that users see.
        split: "train", "valid" or "test".
        source: the data set, by which figures are reported.
        group: pieces of one tune; no group spans two splits.
    """

    file: str
    style: str
    split: str
    source: str
    group: str


def list_folder(folder: Path) -> list[Entry]:
    """List the pieces of a data folder.

    With a `manifest.csv` (columns style, file, split, group) the pieces are its rows. With a `splits.csv` (columns
    file, split) they are those of one style, which has the folder's name. With neither, each subfolder is a style, or
    the folder itself where it has no subfolders of MIDI files; a style's files are split by name, about 8 : 1 : 1.

    Raises:
        DataError: if the folder holds no MIDI files.
    """
    if (folder / "manifest.csv").is_file():
        return [
            Entry(row["file"], row["style"], row["split"], row["file"].split("/")[0], row["group"])
            for row in _rows(folder / "manifest.csv", "file", "style", "split", "group")
        ]
    if (folder / "splits.csv").is_file():
        name = folder.resolve().name
        return [
            Entry(row["file"], name, row["split"], name, row["file"])
            for row in _rows(folder / "splits.csv", "file", "split")
        ]
    styles: dict[str, list[str]] = {}
    for name in _midi_files(folder, "*/**/*"):
        styles.setdefault(name.split("/")[0], []).append(name)
    if not styles:
        styles[folder.resolve().name] = _midi_files(folder, "*")
    if not any(styles.values()):
        raise DataError(f"{folder} holds neither a manifest.csv nor MIDI files, nor folders of them, one a style.")
    return [
        Entry(name, style, split, style, name)
        for style, names in styles.items()
        for name, split in _splits(names).items()
    ]


def _rows(table: Path, *columns: str) -> list[dict[str, str]]:
    """Read a table that has these columns."""
    with table.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for column in columns:
        if rows and rows[0].get(column) is None:
            raise DataError(f"{table} has no column {column!r}.")
    return rows


def _midi_files(folder: Path, pattern: str) -> list[str]:
    # A name that begins with a dot is a file that was being written, or a system's own notes on a file.
    paths = (path for path in sorted(folder.glob(pattern)) if not path.name.startswith("."))
    found = [path for path in paths if path.suffix.lower() in MIDI_SUFFIXES]
    return [path.relative_to(folder).as_posix() for path in found]


def _splits(names: list[str]) -> dict[str, str]:
    """Choose splits by a hash of the names, so that adding files moves none of the others.

    Of a few files, which may all hash alike, one goes to `valid` and one to `train` nevertheless.
    """
    number = {name: int.from_bytes(hashlib.sha1(name.encode()).digest()[:4], "big") for name in names}
    splits = {name: {8: "valid", 9: "test"}.get(number[name] % 10, "train") for name in names}
    for needed, chosen in (("valid", min), ("train", max)):
        if len(names) > 1 and needed not in splits.values():
            splits[chosen(names, key=lambda name: number[name])] = needed
    return splits


def prepare(folder: Path, cache: Path, progress: Progress = no_progress) -> list[str]:
    """Read every piece of a data folder once and write the cache, whole or not at all.

    Returns:
        One sentence for each file that was left out.

    Raises:
        DataError: if nothing could be read, the cache's place is taken by something else, or it cannot be written.
    """
    taken = cache.is_file() or (cache.is_dir() and any(cache.iterdir()))
    if taken and not (cache / "pieces.json").is_file():
        raise DataError(f"{cache} exists and is not a cache; choose another folder.")
    entries = list_folder(folder)
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=f".{cache.name}", dir=cache.parent))
    except OSError as error:
        raise DataError(f"The cache {cache} could not be written: {error.strerror}.") from error
    try:
        left_out = _write(folder, entries, building, progress)
        if cache.exists():
            shutil.rmtree(cache)
        building.chmod(0o755)
        building.rename(cache)
    except OSError as error:
        # numpy's own error for a full disk counts what was not written
        raise DataError(f"The cache {cache} could not be written: {error.strerror or 'the disk is full'}.") from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return left_out


def _write(folder: Path, entries: list[Entry], cache: Path, progress: Progress) -> list[str]:
    from tonenet_core.midi import read_midi  # a prepared cache is trained on where no MIDI package is

    arrays: dict[str, list[NDArray[Any]]] = {name: [] for name in ARRAYS}
    pieces, left_out = [], []
    for index, entry in enumerate(entries):
        progress(index / len(entries))
        try:
            performance = read_midi(folder / entry.file)
        except MidiError as error:
            left_out.append(str(error))
            logger.warning("left out: %s", error)
            continue
        rows = (performance.notes, performance.beats_sec, performance.downbeats_sec, performance.pedal)
        for name, array in zip(ARRAYS, rows, strict=True):
            arrays[name].append(array)
        pieces.append({**asdict(entry), **{name: len(found[-1]) for name, found in arrays.items()}})
    if not pieces:
        raise DataError(f"None of the {len(entries)} files in {folder} could be read.")
    whole = {name: np.concatenate(found) for name, found in arrays.items()}
    for name, array in whole.items():
        np.save(cache / f"{name}.npy", array)
    # Downbeats and pedal are no part of the digest: it names the data, and it shall not change with what we read of it.
    named = json.dumps([{key: piece[key] for key in piece if key not in ARRAYS[2:]} for piece in pieces])
    digest = hashlib.sha256(whole["notes"].tobytes() + whole["beats"].tobytes() + named.encode()).hexdigest()
    header = {"format": CACHE_FORMAT, "sha256": digest, "pieces": pieces}
    (cache / "pieces.json").write_text(json.dumps(header, indent=0), encoding="utf-8")
    progress(1.0)
    return left_out


@dataclass(frozen=True)
class Cache:
    """An opened cache.

    Attributes:
        sha256: of all notes, beats and names: what a checkpoint remembers as its data.
        bounds: for each array, where the rows of each piece begin, and where the last one's end.
    """

    folder: Path
    sha256: str
    entries: tuple[Entry, ...]
    bounds: dict[str, tuple[int, ...]]

    def called(self, style: str, name: str) -> Cache:
        """Return the cache with a style under another name."""
        entries = (replace(entry, style=name) if entry.style == style else entry for entry in self.entries)
        return replace(self, entries=tuple(entries))

    def pieces(self, split: str, styles: tuple[str, ...] | None = None) -> Iterator[TrainingPiece]:
        """Yield the pieces of a split, of these styles or of all; their arrays stay on disk until they are read."""
        arrays = {name: np.load(self.folder / f"{name}.npy", mmap_mode="r") for name in ARRAYS}
        for index, entry in enumerate(self.entries):
            if entry.split == split and (styles is None or entry.style in styles):
                rows = {
                    name: array[self.bounds[name][index] : self.bounds[name][index + 1]]
                    for name, array in arrays.items()
                }
                yield TrainingPiece(
                    notes=rows["notes"],
                    beats_sec=rows["beats"],
                    downbeats_sec=rows["downbeats"],
                    pedal=rows["pedal"],
                    style=entry.style,
                    source=entry.source,
                    name=entry.file,
                )


def open_cache(folder: Path) -> Cache:
    """Open a prepared cache.

    Raises:
        DataError: if the folder is none, or was made by another version.
    """
    try:
        header = json.loads((folder / "pieces.json").read_text(encoding="utf-8"))
        notes = np.load(folder / "notes.npy", mmap_mode="r")
        pieces = header["pieces"]
        if header["format"] != CACHE_FORMAT or notes.dtype != NOTE_DTYPE:
            raise DataError(f"{folder} was prepared by another version; prepare it again with `tonenet prepare`.")
        counts = {name: [piece.pop(name) for piece in pieces] for name in ARRAYS}
        entries = tuple(Entry(**piece) for piece in pieces)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{folder} is no training cache; make one with `tonenet prepare`. ({error})") from error
    bounds = {name: (0, *(int(end) for end in np.cumsum(rows))) for name, rows in counts.items()}
    return Cache(folder, header["sha256"], entries, bounds)


@contextmanager
def opened(data: Path, progress: Progress = no_progress) -> Iterator[Cache]:
    """Open a cache, or a data folder as a cache that lasts as long as the block.

    Raises:
        DataError: if it is neither.
    """
    if (data / "pieces.json").is_file():
        yield open_cache(data)
        return
    with tempfile.TemporaryDirectory() as temporary:
        prepare(data, Path(temporary) / "cache", progress)
        yield open_cache(Path(temporary) / "cache")
