"""A training cache: the pieces of a corpus as arrays on disk, which may be larger than memory.

A cache is a folder of shards, each of which holds some pieces end to end: `notes.npy`, `beats.npy`, `downbeats.npy`,
`pedal.npy`, `played.npy`, `played_pedal.npy` and `marked.npy`, and `pieces.json`, which says which rows belong to whom.
Its own `pieces.json` lists the shards. In the layouts before there was no `marked.npy`, before that no
`played_pedal.npy`, then no `played.npy`, and first one shard, the folder itself; they are read too.

The arrays are memory-mapped, a few shards at a time; the index takes some dozens of bytes a piece, and the length of
its name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, cast, overload

import numpy as np
from numpy.typing import NDArray

from tonenet_core.errors import DataError, reason
from tonenet_core.performance import MARKED_DTYPE, NOTE_DTYPE, PEDAL_DTYPE, PLAYED_DTYPE, TrainingPiece

CACHE_FORMAT = 6
ONE_SHARD_FORMAT = 2
ARRAYS = ("notes", "beats", "downbeats", "pedal", "played", "played_pedal", "marked")
ARRAYS_OF = {ONE_SHARD_FORMAT: ARRAYS[:4], 3: ARRAYS[:4], 4: ARRAYS[:5], 5: ARRAYS[:6], CACHE_FORMAT: ARRAYS}
OPEN_SHARDS = 32  # that are mapped at a time
_ROWS_AT_ONCE = 2**20
Arrays = dict[str, NDArray[Any]]
Names = NDArray[np.bytes_]


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of a data folder, and its use.

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


# -- reading ------------------------------------------------------------------------------------------------------


class Categorical:
    """A column of few different texts: `labels`, and for each row the `codes` into them, `(n,)`."""

    def __init__(self, values: Iterable[str]) -> None:
        labels, codes = np.unique(np.fromiter(values, object), return_inverse=True)
        self.codes, self.labels = codes.astype(np.int32), [str(label) for label in labels]

    def __getitem__(self, index: int) -> str:
        return self.labels[int(self.codes[index])]

    def isin(self, wanted: Iterable[str]) -> NDArray[np.bool_]:
        """Return for each row whether its text is one of these, `(n,)`."""
        wanted = set(wanted)
        return np.array([label in wanted for label in self.labels], bool)[self.codes]

    def renamed(self, label: str, name: str) -> Categorical:
        """Return the column with another name for one label."""
        return Categorical(name if self.labels[code] == label else self.labels[code] for code in self.codes)


class Entries(Sequence[Entry]):
    """The entries of a cache, some dozens of bytes each.

    Attributes:
        style, split, source: a column each.
    """

    def __init__(self, names: list[tuple[Names, Names]], columns: dict[str, Categorical]) -> None:
        self._names, self._columns = names, columns
        self.starts = np.cumsum([0, *(len(files) for files, _ in names)])
        self.style, self.split, self.source = columns["style"], columns["split"], columns["source"]

    def __len__(self) -> int:
        return int(self.starts[-1])

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> list[Entry]: ...
    def __getitem__(self, index: int | slice) -> Entry | list[Entry]:
        """Return one entry, or a list of some."""
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        shard, place = self.place(range(len(self))[index])
        file, group = (str(names[place], "utf-8", "surrogatepass") for names in self._names[shard])
        return Entry(file, self.style[index], self.split[index], self.source[index], group)

    def place(self, index: int) -> tuple[int, int]:
        """Return in which shard an entry is, and where there."""
        shard = int(np.searchsorted(self.starts, index, side="right")) - 1
        return shard, index - int(self.starts[shard])

    def called(self, style: str, name: str) -> Entries:
        """Return the entries with a style under another name."""
        return Entries(self._names, self._columns | {"style": self.style.renamed(style, name)})


@dataclass(frozen=True)
class Cache:
    """An opened cache.

    Attributes:
        sha256: of all notes, beats and names; identifies the data in a checkpoint. It does not depend on how the pieces
            are divided into shards.
        bounds: of each shard, for each array, where the rows of each piece begin, and where the last one's end.
        arrays: maps the arrays of a shard.
    """

    folder: Path
    sha256: str
    entries: Entries
    bounds: list[dict[str, NDArray[np.int64]]]
    arrays: Callable[[int], Arrays] = lambda _: {}

    def called(self, style: str, name: str) -> Cache:
        """Return the cache with a style under another name."""
        return replace(self, entries=self.entries.called(style, name))

    def pieces(self, split: str, styles: tuple[str, ...] | None = None) -> Pieces:
        """Return the pieces of a split, of these styles or of all."""
        chosen = self.entries.split.isin({split})
        if styles is not None:
            chosen &= self.entries.style.isin(styles)
        return Pieces(self, np.flatnonzero(chosen))

    def piece(self, index: int) -> TrainingPiece:
        """Return one piece; its arrays stay on disk until they are read."""
        entry = self.entries[index]
        shard, place = self.entries.place(index)
        arrays, bounds = self.arrays(shard), self.bounds[shard]
        rows = {name: arrays[name][bounds[name][place] : bounds[name][place + 1]] for name in ARRAYS}
        return TrainingPiece(
            notes=rows["notes"],
            beats_sec=rows["beats"],
            downbeats_sec=rows["downbeats"],
            pedal=rows["pedal"],
            played=rows["played"],
            played_pedal=rows["played_pedal"],
            marked=rows["marked"],
            style=entry.style,
            source=entry.source,
            name=entry.file,
        )


class Pieces(Sequence[TrainingPiece]):
    """Some pieces of a cache, each made when it is asked for."""

    def __init__(self, cache: Cache, indices: NDArray[np.intp]) -> None:
        self._cache, self._indices = cache, indices

    def __len__(self) -> int:
        return len(self._indices)

    @overload
    def __getitem__(self, index: int) -> TrainingPiece: ...
    @overload
    def __getitem__(self, index: slice) -> Pieces: ...
    def __getitem__(self, index: int | slice) -> TrainingPiece | Pieces:
        """Return one piece, or some of them."""
        if isinstance(index, slice):
            return Pieces(self._cache, self._indices[index])
        return self._cache.piece(int(self._indices[index]))

    def note_counts(self) -> NDArray[np.int64]:
        """Return how many notes each piece has."""
        counts = [np.diff(bounds["notes"]) for bounds in self._cache.bounds]
        return np.concatenate([np.zeros(0, np.int64), *counts])[self._indices]

    def by_style(self) -> dict[str, Pieces]:
        """Return the pieces of each style, in the order in which they first appear."""
        return self._by(self._cache.entries.style)

    def by_source(self) -> dict[str, Pieces]:
        """Return the pieces of each source, in the order in which they first appear."""
        return self._by(self._cache.entries.source)

    def _by(self, column: Categorical) -> dict[str, Pieces]:
        codes = column.codes[self._indices]
        found, first = np.unique(codes, return_index=True)
        ordered = found[np.argsort(first)]
        return {column.labels[code]: Pieces(self._cache, self._indices[codes == code]) for code in ordered}


def open_cache(folder: Path) -> Cache:
    """Open a prepared cache.

    Raises:
        DataError: if the folder is not a cache, or was made by another version.
    """
    try:
        header = json.loads((folder / "pieces.json").read_text(encoding="utf-8"))
        flat = header["format"] == ONE_SHARD_FORMAT
        folders = [folder] if flat else [folder / name for name in header.get("shards", ())]
        notes = np.load(folders[0] / "notes.npy", mmap_mode="r") if folders else np.zeros(0)
        if header["format"] not in ARRAYS_OF or notes.dtype != NOTE_DTYPE:
            raise DataError(f"{folder} was prepared by another version; prepare it again with `tonenet prepare`.")
        entries, bounds = _indexed(header["pieces"] if flat else _rows(shard) for shard in folders)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise DataError(
            f"{folder} is not a training cache; make one with `tonenet prepare` ({reason(error)})."
        ) from error

    @lru_cache(maxsize=OPEN_SHARDS)
    def arrays(shard: int) -> Arrays:
        paths = {name: folders[shard] / f"{name}.npy" for name in ARRAYS_OF[header["format"]]}
        found: Arrays = {name: np.load(path, mmap_mode="r") for name, path in paths.items()}
        missing = {
            "played": np.zeros(0, PLAYED_DTYPE),
            "played_pedal": np.zeros(0, PEDAL_DTYPE),
            "marked": np.zeros(0, MARKED_DTYPE),
        }
        return missing | found

    return Cache(folder, header["sha256"], entries, bounds, arrays)


def _rows(shard: Path) -> list[dict[str, Any]]:
    """Return the descriptions of a shard's pieces."""
    header = json.loads((shard / "pieces.json").read_text(encoding="utf-8"))
    return cast(list[dict[str, Any]], header["pieces"])


def _indexed(shards: Iterable[list[dict[str, Any]]]) -> tuple[Entries, list[dict[str, NDArray[np.int64]]]]:
    """Pack the descriptions of the shards' pieces."""
    names, bounds = [], []
    columns: dict[str, list[str]] = {"style": [], "split": [], "source": []}
    known: dict[str, str] = {}
    for rows in shards:
        files, groups = (_packed(row[key] for row in rows) for key in ("file", "group"))
        names.append((files, files if np.array_equal(files, groups) else groups))
        bounds.append(
            {name: np.cumsum([0, *(int(row.get(name, 0)) for row in rows)], dtype=np.int64) for name in ARRAYS}
        )
        for name, texts in columns.items():
            texts.extend(known.setdefault(row[name], row[name]) for row in rows)  # one string object for each text
    return Entries(names, {name: Categorical(texts) for name, texts in columns.items()}), bounds


def _packed(names: Iterable[str]) -> NDArray[np.bytes_]:
    return np.array([name.encode("utf-8", "surrogatepass") for name in names], np.bytes_)


# -- writing ------------------------------------------------------------------------------------------------------


def write_shard(
    shard: Path, pieces: Sequence[tuple[Entry, Arrays]], empty: Arrays, left_out: Sequence[str] = ()
) -> None:
    """Write a shard, whole or not at all.

    Args:
        shard: its folder, which is not there yet.
        pieces: each with its rows of each array.
        empty: no rows of each array.
        left_out: a sentence for each file of it that could not be read.
    """
    unfinished = shard.with_name(f"{shard.name}.part")
    unfinished.mkdir(exist_ok=True)  # of a call that was killed
    for name in ARRAYS:
        np.save(unfinished / f"{name}.npy", np.concatenate([empty[name], *(rows[name] for _, rows in pieces)]))
    described = [{**asdict(entry), **{name: len(rows[name]) for name in ARRAYS}} for entry, rows in pieces]
    header = {"pieces": described, "left_out": list(left_out)}
    (unfinished / "pieces.json").write_text(json.dumps(header, indent=0), encoding="utf-8")
    unfinished.rename(shard)


def write_header(folder: Path, shards: Sequence[str]) -> None:
    """Make a folder of shards, in this order, a cache; a shard without pieces is left out."""
    written = [name for name in shards if _rows(folder / name)]
    header = {"format": CACHE_FORMAT, "sha256": _digest([folder / name for name in written]), "shards": written}
    (folder / "pieces.json").write_text(json.dumps(header, indent=0), encoding="utf-8")


def left_out_of(shard: Path) -> list[str]:
    """Return the sentences of `write_shard`."""
    header = json.loads((shard / "pieces.json").read_text(encoding="utf-8"))
    return cast(list[str], header["left_out"])


def _digest(shards: Sequence[Path]) -> str:
    # Downbeats and pedal are left out: the digest identifies the data, whichever of it this version reads.
    sha = hashlib.sha256()
    for name in ARRAYS[:2]:
        for shard in shards:
            array = np.load(shard / f"{name}.npy", mmap_mode="r")
            for start in range(0, len(array), _ROWS_AT_ONCE):
                sha.update(array[start : start + _ROWS_AT_ONCE].tobytes())
    for index, row in enumerate(row for shard in shards for row in _rows(shard)):
        named = json.dumps({key: value for key, value in row.items() if key not in ARRAYS[2:]})
        sha.update(f"{', ' if index else '['}{named}".encode())
    sha.update(b"]")
    return sha.hexdigest()


def shard_names(count: int) -> Iterator[str]:
    """Yield the usual names of `count` shards."""
    return (f"shard-{index:06d}" for index in range(count))
