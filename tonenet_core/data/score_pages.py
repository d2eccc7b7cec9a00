"""The pages of a data folder: its performances in the time in which their scores are written.

Where a data set of the manifest has a file `SET_scores.npz` beside it, the pieces in it have a page too, of a source
called `SET_pages`. A folder with a `pairs.csv` (columns file, split, same_score_as, group) and a `scores.npz` adds the
pages of other players of the same scores: nothing is trained on them, and a rendering of the page is held against them.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tonenet_core.data.cache import Arrays, Entry
from tonenet_core.data.marked_beats import read_marked
from tonenet_core.encoding.written import PAGES, Metre, metre_of, page
from tonenet_core.errors import DataError, MidiError
from tonenet_core.performance import MARKED_DTYPE, PEDAL_DTYPE

SCORES = "_scores.npz"
_PAIRS = "scores.npz"


def pages_of(folder: Path, entries: list[Entry]) -> list[Entry]:
    """Return the pages of a folder's entries, then those of other players of the same scores."""
    known = {entry.file: entry for entry in entries}
    sources = {entry.source for entry in entries if (folder / f"{entry.source}{SCORES}").is_file()}
    pages = [
        _page_of(entry, entry.file)
        for entry in entries
        if entry.source in sources and Path(entry.file).stem in _alignments(folder / f"{entry.source}{SCORES}")
    ]
    for table in sorted(folder.glob("*/pairs.csv")):
        with table.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            same = known.get(row["same_score_as"])
            if same is not None and same.split == row["split"]:
                pages.append(_page_of(same, f"{table.parent.name}/{row['file']}"))
    return pages


def _page_of(entry: Entry, file: str) -> Entry:
    return Entry(file, entry.style, entry.split, f"{entry.source}{PAGES}", entry.group)


def read_page(folder: Path, entry: Entry) -> Arrays:
    """Read a page as the arrays of a cache, with the velocities of the player.

    Raises:
        MidiError: if its performance cannot be read, or its score is too short for a tempo.
        DataError: if its score is not there.
    """
    from tonenet_core.midi import read_midi

    performed = read_midi(folder / entry.file)
    try:
        written = page(performed.notes, _alignment(folder, entry.file), _metre(folder, entry))
    except ValueError as error:
        raise MidiError("{name} has no page: {why}.", name=entry.file, why=error) from error
    return {
        "notes": written.notes,
        "beats": written.beats_sec,
        "downbeats": written.downbeats_sec,
        "pedal": np.zeros(0, PEDAL_DTYPE),
        "played": written.played,
        "played_pedal": performed.pedal,
        "marked": np.zeros(0, MARKED_DTYPE),
    }


@lru_cache(maxsize=8)
def _alignments(path: Path) -> Mapping[str, NDArray[Any]]:
    found: Mapping[str, NDArray[Any]] = np.load(path)
    return found


def _alignment(folder: Path, file: str) -> NDArray[Any]:
    path = folder / file
    beside = path.parent / _PAIRS
    scores = beside if beside.is_file() else path.parent.with_name(f"{path.parent.name}{SCORES}")
    try:
        return _alignments(scores)[path.stem]
    except (OSError, KeyError, ValueError) as error:
        raise DataError(f"{scores} has no score of {path.name}.") from error


def _metre(folder: Path, entry: Entry) -> Metre:
    """Return the metre of a score by the marked beats of the performance of it that stands in the manifest.

    Where that one is not aligned the score has no bars, and its beats are taken for quarter notes.
    """
    path = folder / entry.file
    if (path.parent / _PAIRS).is_file():
        with (path.parent / "pairs.csv").open(newline="", encoding="utf-8") as table:
            file = next(row["same_score_as"] for row in csv.DictReader(table) if row["file"] == path.name)
    else:
        file = entry.file
    from tonenet_core.midi import read_midi

    try:
        aligned = _alignment(folder, file)
    except DataError:
        return Metre(np.zeros(0), np.zeros(1), np.zeros(1), np.ones(1))
    return metre_of(read_midi(folder / file).notes, aligned, read_marked(folder / file))
