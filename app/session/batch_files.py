"""Files of a batch: what each is, where its result goes, and what became of it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.background.requests import Transfer
from app.documents.dropped_files import Found, FoundFile, file_identity, find_midi
from tonenet_core.checkpoint import CheckpointInfo
from tonenet_core.files.names import folded, unique_place
from tonenet_core.harmony.hands import BOTH_HANDS, Hands
from tonenet_core.interpretation import DEFAULT_PARTS, Part
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress
from tonenet_core.transfer import Level, Perform, TransferOptions

State = Literal["waiting", "running", "done", "refused", "kept"]


@dataclass(frozen=True)
class Item:
    """File of a batch.

    Attributes:
        path: the file.
        place: the path of its result, relative to the folder for the results.
        size: in bytes; the time that a file takes is about proportional to it.
        state: `kept` if its result existed already and is not replaced.
        fraction: 0..1 while it runs.
        text: notices on reading, or the reason that it was refused; full sentences.
    """

    path: Path
    place: Path
    size: int = 0
    state: State = "waiting"
    fraction: float = 0.0
    text: str = ""


@dataclass(frozen=True)
class Order:
    """Options for all files of a batch.

    Attributes:
        folder: for the results; made if missing.
        model: the model.
        style: one of its styles.
        source: the style that the files are played in; None lets the model tell.
        strength, accents, seed, level, perform, parts, swing, rubato, hands: see `TransferOptions`.
        device: "auto", "cpu" or "cuda:N".
    """

    folder: Path
    model: CheckpointInfo
    style: str
    source: str | None = None
    strength: float = 1.0
    accents: float = 1.0
    seed: int = 0
    device: str = "auto"
    level: Level = "keep"
    perform: Perform = "auto"
    parts: tuple[Part, ...] = DEFAULT_PARTS
    swing: float | None = None
    rubato: float | None = None
    hands: Hands = BOTH_HANDS

    @property
    def options(self) -> TransferOptions:
        """The same as the options of one transfer."""
        return TransferOptions(
            self.style,
            self.source,
            self.strength,
            self.accents,
            self.seed,
            level=self.level,
            perform=self.perform,
            parts=self.parts,
            swing=self.swing,
            rubato=self.rubato,
            hands=self.hands,
        )

    def request(self, performance: Performance) -> Transfer:
        """Return the request for a run of the model on one of the files."""
        return Transfer(
            performance,
            str(self.model.path),
            self.style,
            source_style=self.source,
            seed=self.seed,
            device=self.device,
            perform=self.perform,
            parts=self.parts,
            swing=self.swing,
            rubato=self.rubato,
        )


def add_found(items: Sequence[Item], found: Iterable[FoundFile]) -> list[Item]:
    """Return items with an item for each file that was found and is not among them; no two results share a place."""
    known = {str(item.path) for item in items}  # a text is found faster than a path
    taken = {folded(item.place) for item in items}
    longer = list(items)
    for file in found:
        if str(file.path) not in known:
            place = unique_place(file.place, taken, folded)
            taken.add(folded(place))
            known.add(str(file.path))
            longer.append(Item(file.path, place, file.size))
    return longer


def find_items(
    paths: Sequence[Path], items: list[Item], report: Callable[[int], object], progress: Progress
) -> tuple[list[Item], list[Item], Found]:
    """Return `items`, the same with the MIDI files in `paths` added, and what was found; see `find_midi`."""
    found = find_midi(paths, report, progress)
    return items, add_found(items, found.files), found


def existing_results(items: Sequence[Item], folder: Path) -> list[int]:
    """Return the indexes of the items whose result is in `folder` already; each folder is read once."""
    there: dict[str, frozenset[str]] = {}
    found: list[int] = []
    if not folder.is_dir():
        return found
    for index, item in enumerate(items):
        beside, name = os.path.split(item.place)
        if beside not in there:
            there[beside] = _names(folder / beside)
        if there[beside] and (name in there[beside] or (folder / item.place).exists()):
            found.append(index)
    return found


def replaced_input(items: Sequence[Item], folder: Path) -> Path | None:
    """Return one of the items' files that a result in `folder` would replace, or None."""
    results = {file_identity(folder / items[index].place) for index in existing_results(items, folder)}
    results.discard(None)
    if not results:
        return None
    return next((item.path for item in items if file_identity(item.path) in results), None)


def _names(folder: Path) -> frozenset[str]:
    try:
        return frozenset(path.name for path in folder.iterdir())
    except OSError:
        return frozenset()


class Tally:
    """Sums over the items of a run, kept up as they change: a batch may have 100,000s of them.

    Attributes:
        states: the number of items in each state.
    """

    def __init__(self, items: Iterable[Item], chosen: Iterable[Item]) -> None:
        """Count `items`; the work is that of `chosen`."""
        self.states = Counter(item.state for item in items)
        self._whole = sum(item.size + 1 for item in chosen)
        self._done = 0.0

    def change(self, before: Item, after: Item) -> None:
        """Count an item in its new state."""
        self.states[before.state] -= 1
        self.states[after.state] += 1
        self._done += (after.size + 1) * after.fraction - (before.size + 1) * before.fraction

    @property
    def fraction(self) -> float:
        """Part of the work that is done, 0..1."""
        return min(self._done / self._whole, 1.0) if self._whole else 1.0
