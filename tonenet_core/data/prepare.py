"""Folders of MIDI -> a cache (`cache.py`) that training reads without any MIDI package.

It is written shard by shard, by several processes if there are several, so that it takes no more memory than a few
shards, and finished shards survive a crash of the machine.
"""

from __future__ import annotations

import csv
import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from tonenet_core.compute.workers import completed, processes, stop_if_asked
from tonenet_core.data.cache import (
    ARRAYS,
    Arrays,
    Cache,
    Entry,
    left_out_of,
    open_cache,
    shard_names,
    write_header,
    write_shard,
)
from tonenet_core.data.marked_beats import read_marked
from tonenet_core.data.score_pages import pages_of, read_page
from tonenet_core.encoding.written import PAGES
from tonenet_core.errors import DataError, MidiError
from tonenet_core.midi.folders import midi_files
from tonenet_core.performance import MARKED_DTYPE, NOTE_DTYPE, PEDAL_DTYPE, PLAYED_DTYPE
from tonenet_core.progress import Progress, no_progress, part

SPLITS = ("train", "valid", "test")
FEWEST_TO_TEST = 5  # files; of fewer none can be spared
SHARD_PIECES = 1000  # of a usual length, about 100 MB
_BEATS = np.dtype(np.float64)
_DTYPES: tuple[np.dtype[Any], ...] = (NOTE_DTYPE, _BEATS, _BEATS, PEDAL_DTYPE, PLAYED_DTYPE, PEDAL_DTYPE, MARKED_DTYPE)
EMPTY_ARRAYS: Arrays = {name: np.zeros(0, dtype) for name, dtype in zip(ARRAYS, _DTYPES, strict=True)}
logger = logging.getLogger(__name__)


def list_folder(folder: Path) -> list[Entry]:
    """List the pieces of a data folder.

    With a `manifest.csv` (columns style, file, split, group) the pieces are its rows, and then the pages of those that
    have an aligned score (`score_pages.py`). With a `splits.csv` (columns
    file, split) they are those of one style, which has the folder's name. With neither, each subfolder is a style, or
    the folder itself where it has no subfolders of MIDI files; a style's files are split by name, about 8 : 1 : 1.

    Raises:
        DataError: if the folder holds no MIDI files.
    """
    if (folder / "manifest.csv").is_file():
        entries = [
            Entry(row["file"], row["style"], row["split"], row["file"].split("/")[0], row["group"])
            for row in _rows(folder / "manifest.csv", "file", "style", "split", "group")
        ]
        return entries + pages_of(folder, entries)
    if (folder / "splits.csv").is_file():
        name = folder.resolve().name
        return [
            Entry(row["file"], name, row["split"], name, row["file"])
            for row in _rows(folder / "splits.csv", "file", "split")
        ]
    styles: dict[str, list[str]] = {}
    for name in _names(folder, [path for path in folder.iterdir() if path.is_dir()]):
        styles.setdefault(name.split("/")[0], []).append(name)
    if not styles:
        styles[folder.resolve().name] = _names(folder, [folder])
    if not any(styles.values()):
        raise DataError(f"{folder} holds neither a manifest.csv nor MIDI files, nor folders of them, one a style.")
    return [
        Entry(name, style, split, style, name)
        for style, names in styles.items()
        for name, split in split_names(names).items()
    ]


def _rows(table: Path, *columns: str) -> list[dict[str, str]]:
    """Read a table that has these columns."""
    with table.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for column in columns:
        if rows and rows[0].get(column) is None:
            raise DataError(f"{table} has no column {column!r}.")
    return rows


def _names(folder: Path, roots: list[Path]) -> list[str]:
    """Return the MIDI files below `roots` by their paths below `folder`, sorted."""
    return [path.relative_to(folder).as_posix() for path in sorted(path for path, _ in midi_files(roots))]


def split_names(names: list[str]) -> dict[str, str]:
    """Choose splits by a hash of the names, so that adding files moves none of the others.

    Of a few files, which may all hash alike, one goes to `valid` and one to `train` nevertheless, and of five or more
    one to `test`.
    """
    number = {name: int.from_bytes(hashlib.sha1(os.fsencode(name)).digest()[:4], "big") for name in names}
    splits = {name: {8: "valid", 9: "test"}.get(number[name] % 10, "train") for name in names}
    for needed, chosen in (("valid", min), ("train", max)):
        if len(names) > 1 and needed not in splits.values():
            splits[chosen(names, key=lambda name: number[name])] = needed
    train = sorted((name for name in names if splits[name] == "train"), key=lambda name: number[name])
    if len(names) >= FEWEST_TO_TEST and len(train) > 1 and "test" not in splits.values():
        splits[train[0]] = "test"
    return splits


def prepare(
    folder: Path,
    cache: Path,
    progress: Progress = no_progress,
    *,
    workers: int = 1,
    resume: bool = False,
    shard_pieces: int = SHARD_PIECES,
) -> list[str]:
    """Read every piece of a data folder once and write the cache, whole or not at all.

    Args:
        folder: see `list_folder`.
        cache: the folder to write, replaced if it is a cache.
        progress: see `Progress`.
        workers: processes that read.
        resume: continue with the shards that a killed call left beside `cache`, if the data folder is unchanged; and if
            this call is stopped, leave its shards.
        shard_pieces: pieces of a shard.

    Returns:
        One sentence for each file that was left out.

    Raises:
        DataError: if nothing could be read, the cache's place is taken by something else, or it cannot be written.
    """
    taken = cache.is_file() or (cache.is_dir() and any(cache.iterdir()))
    if taken and not (cache / "pieces.json").is_file():
        raise DataError(f"{cache} exists and is not a cache; choose another folder.")
    entries = list_folder(folder)
    starts = range(0, len(entries), shard_pieces)
    building = cache.parent / f".{cache.name}.unfinished"
    shards = [
        _Shard(folder, entries[start : start + shard_pieces], building / name)
        for start, name in zip(starts, shard_names(len(starts)), strict=True)
    ]
    try:
        _begin(building, _plan(folder, entries, shard_pieces), resume)
        _write(shards, workers, progress)
        left_out = [sentence for shard in shards for sentence in left_out_of(shard.path)]
        if len(left_out) == len(entries):
            if len(entries) == 1:
                raise DataError(f"The one file in {folder} could not be read.")
            raise DataError(f"None of the {len(entries):,} files in {folder} could be read.")
        write_header(building, [shard.path.name for shard in shards])
        (building / "plan").unlink()
        if cache.exists():
            shutil.rmtree(cache)
        building.rename(cache)
    except BaseException as error:
        if not resume:
            shutil.rmtree(building, ignore_errors=True)
        if not isinstance(error, OSError):
            raise
        # numpy's own error for a full disk counts what was not written
        raise DataError(f"The cache {cache} could not be written: {error.strerror or 'the disk is full'}.") from error
    progress(1.0)
    return left_out


def _plan(folder: Path, entries: list[Entry], shard_pieces: int) -> str:
    """Return a digest of the files to be read and of their division into shards."""
    sha = hashlib.sha256(str(shard_pieces).encode())
    for entry in entries:
        try:
            found = (folder / entry.file).stat()
            state = [found.st_size, found.st_mtime_ns]
        except OSError:
            state = []
        sha.update(json.dumps([*astuple(entry), *state]).encode())
    return sha.hexdigest()


def _begin(building: Path, plan: str, resume: bool) -> None:
    """Have a folder for the shards of this plan; those that are there stay if they are of the same one."""
    mark = building / "plan"
    if building.exists() and not (resume and mark.is_file() and mark.read_text(encoding="utf-8") == plan):
        shutil.rmtree(building)
    building.mkdir(parents=True, exist_ok=True)
    mark.write_text(plan, encoding="utf-8")


@dataclass(frozen=True)
class _Shard:
    """A shard to write.

    Attributes:
        deadly: files of it that brought down the processes that read them; they are left out.
    """

    folder: Path
    entries: list[Entry]
    path: Path
    deadly: frozenset[str] = frozenset()


def _write(shards: Sequence[_Shard], workers: int, progress: Progress) -> None:
    missing = [shard for shard in shards if not shard.path.is_dir()]
    done = len(shards) - len(missing)
    if workers == 1 or len(missing) <= 1:
        for index, shard in enumerate(missing, start=done):
            _write_shard(shard, part(progress, index, len(shards)))
        return
    lost = []
    with processes(min(workers, len(missing))) as pool:
        for shard, future in completed(pool, _write_shard, missing, 2 * workers):
            if isinstance(future.exception(), BrokenExecutor):
                lost.append(shard)
                continue
            future.result()
            done += 1
            progress(done / len(shards))
        for shard in lost:
            _write_lost_shard(shard, pool, 2 * workers)
            done += 1
            progress(done / len(shards))


def _write_lost_shard(shard: _Shard, pool: Executor, ahead: int) -> None:
    """Write a shard whose process was lost, without the files that bring down a process when they are read alone."""
    tried = completed(pool, partial(_try_to_read, shard.folder), shard.entries, ahead)
    deadly = frozenset(entry.file for entry, future in tried if isinstance(future.exception(), BrokenExecutor))
    try:
        pool.submit(_write_shard, replace(shard, deadly=deadly)).result()
    except BrokenExecutor as error:
        raise DataError(
            f"The process that read {shard.entries[0].file} to {shard.entries[-1].file} ended twice, perhaps for want "
            "of memory."
        ) from error


def _try_to_read(folder: Path, entry: Entry) -> None:
    from tonenet_core.midi import read_midi

    stop_if_asked()
    with suppress(MidiError):
        read_midi(folder / entry.file)


def _write_shard(shard: _Shard, progress: Progress = stop_if_asked) -> None:
    pieces, left_out = [], []
    for index, entry in enumerate(shard.entries):
        progress(index / len(shard.entries))
        if entry.file in shard.deadly:
            left_out.append(f"{entry.file} brought down the process that read it.")
            continue
        try:
            rows = (
                read_page(shard.folder, entry)
                if entry.source.endswith(PAGES)
                else read_arrays(shard.folder / entry.file)
            )
        except MidiError as error:
            left_out.append(str(error))
            logger.warning("left out: %s", error)
            continue
        pieces.append((entry, rows))
    write_shard(shard.path, pieces, EMPTY_ARRAYS, left_out)


def read_arrays(path: Path) -> Arrays:
    """Return the arrays of a MIDI file, and the beats that were marked in it or that its time signatures count.

    Raises:
        MidiError: if it cannot be read.
    """
    from tonenet_core.midi import read_midi  # a prepared cache is trained on where no MIDI package is
    from tonenet_core.midi.beats import counted_beats
    from tonenet_core.midi.smf import scan

    performance = read_midi(path)
    rows = (performance.notes, performance.beats_sec, performance.downbeats_sec, performance.pedal)
    marks = read_marked(path)
    time, downbeat = marks.time_sec, marks.downbeat
    if not len(time) and performance.metered:
        time, downbeat = counted_beats(scan(performance.source, performance.name), performance)
    marked = np.empty(len(time), MARKED_DTYPE)
    marked["time_sec"], marked["downbeat"] = time, downbeat
    return EMPTY_ARRAYS | dict(zip(ARRAYS, rows, strict=False)) | {"marked": marked}


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
