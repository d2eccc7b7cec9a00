"""Pieces with their results -> files in a session's folder, and back: a model need not run again."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from app.documents.document import Document
from app.documents.history import History, State, Take, next_number
from app.recovery.snapshot import KeptPiece, KeptStep, KeptTake, SessionFolder, Snapshot
from tonenet_core.errors import MidiError
from tonenet_core.interpretation import Interpretation, PedalInterpretation, TimeInterpretation
from tonenet_core.judge import Detection
from tonenet_core.midi import parse_midi, read_midi
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress
from tonenet_core.timing.passage import Passage
from tonenet_core.timing.taps import check_taps, with_taps

log = logging.getLogger(__name__)

CLASSES = {
    each.__name__: each for each in (Interpretation, TimeInterpretation, PedalInterpretation, Detection, Passage)
}


class PieceFiles:
    """Writes pieces into a session's folder; what was written already is looked at no more."""

    def __init__(self, folder: SessionFolder) -> None:
        """Write into `folder`."""
        self._folder = folder
        self._names: WeakKeyDictionary[Performance, str] = WeakKeyDictionary()
        self._runs: WeakKeyDictionary[Interpretation, tuple[str, dict[str, Any]]] = WeakKeyDictionary()

    def keep(self, documents: Sequence[Document]) -> tuple[KeptPiece, ...]:
        """Write pieces and return what is to stand in the snapshot.

        Raises:
            OSError: if one cannot be written.
        """
        return tuple(map(self._keep_piece, documents))

    def _keep_piece(self, document: Document) -> KeptPiece:
        lost = document.path is None or bool(document.history.takes)
        takes, steps = _steps(document.history)
        return KeptPiece(
            document.title,
            "" if document.path is None else str(document.path),
            document.opened.tracks,
            self._midi(document.opened) if lost else "",
            "" if document.source is None else self._midi(document.source),
            tuple(map(self._midi, document.between)),
            tuple(map(self._keep_take, takes)),
            steps,
            document.history.position,
        )

    def _keep_take(self, take: Take) -> KeptTake:
        made = take.interpretation
        if made not in self._runs:
            arrays: dict[str, NDArray[Any]] = {}
            plain, data = _plain(made, arrays), io.BytesIO()
            np.savez(data, **arrays)  # type: ignore[arg-type]  # of any kind
            self._runs[made] = self._folder.keep(data.getvalue(), "take"), plain
        file, interpretation = self._runs[made]
        kept = {"performance", "interpretation"}
        values = {each.name: getattr(take, each.name) for each in fields(take) if each.name not in kept}
        values["tapped_sec"] = take.performance.tapped_sec
        return KeptTake(
            file, take.performance.tracks, {name: _plain(value, {}) for name, value in values.items()}, interpretation
        )

    def _midi(self, performance: Performance) -> str:
        if (name := self._names.get(performance)) is None:
            name = self._names[performance] = self._folder.keep(performance.to_bytes(), "piece")
        return name


def read_pieces(folder: Path, snapshot: Snapshot, progress: Progress) -> list[Document | None]:
    """Return the pieces of a snapshot in its order; None in the place of one that is damaged.

    Raises:
        MidiError: if there is a single piece, and it cannot be read.
        Cancelled: out of `progress`.
    """
    copies: dict[tuple[str, tuple[int, ...] | None], Performance] = {}
    runs: dict[str, Interpretation] = {}  # takes of one run share it

    def copy_of(file: str, name: str, tracks: tuple[int, ...] | None = None) -> Performance:
        """Return the piece in a copy, the same object for the same file and tracks."""
        if (file, tracks) not in copies:
            copies[file, tracks] = parse_midi((folder / file).read_bytes(), name, tracks)
        return copies[file, tracks]

    def read(piece: KeptPiece) -> Document:
        path = Path(piece.path) if piece.path else None
        if path is not None and not piece.file:
            return Document(read_midi(path, piece.tracks), piece.title, path)
        takes = [_read_take(folder, take, copy_of(piece.file, piece.title, take.tracks), runs) for take in piece.takes]
        return Document(
            copy_of(piece.file, piece.title, piece.tracks),
            piece.title,
            path,
            source=copy_of(piece.source, piece.title) if piece.source else None,
            between=tuple(copy_of(file, piece.title) for file in piece.between),
            history=_history(takes, piece),
        )

    documents: list[Document | None] = []
    for number, piece in enumerate(snapshot.pieces):
        progress(number / len(snapshot.pieces))
        try:
            documents.append(read(piece))
        except MidiError:
            if len(snapshot.pieces) == 1:
                raise
            log.warning("%s could not be restored", piece.title, exc_info=True)
            documents.append(None)
        except (OSError, ValueError, TypeError, KeyError):
            log.warning("%s could not be restored", piece.title, exc_info=True)
            documents.append(None)
    return documents


def _steps(history: History) -> tuple[tuple[Take, ...], tuple[KeptStep, ...]]:
    """Return every state of every take of a history, and its steps as indices of them."""
    takes = {take: None for state in history.states for take in state.takes}
    places = {take: place for place, take in enumerate(takes)}
    steps = (
        KeptStep(tuple(places[take] for take in state.takes), -1 if state.current is None else places[state.current])
        for state in history.states
    )
    return tuple(takes), tuple(steps)


def _history(takes: Sequence[Take], piece: KeptPiece) -> History:
    """Return the history of a piece; its takes are numbered as takes of this process.

    Raises:
        ValueError: if a step names a take that is not there.
    """
    if any(not -1 <= place < len(takes) for step in piece.steps for place in (*step.takes, step.current)):
        raise ValueError(f"{piece.title} has steps without takes")
    numbers = {number: next_number() for number in sorted({take.number for take in takes})}
    takes = [replace(take, number=numbers[take.number]) for take in takes]
    states = tuple(
        State(tuple(takes[place] for place in step.takes), None if step.current < 0 else takes[step.current].number)
        for step in piece.steps
    )
    return History(states, min(max(piece.position, 0), len(states) - 1)) if states else History()


def _read_take(folder: Path, take: KeptTake, performance: Performance, runs: dict[str, Interpretation]) -> Take:
    run = f"{take.file} {take.interpretation}"
    if run not in runs:
        with np.load(folder / take.file, allow_pickle=False) as data:
            runs[run] = _whole(take.interpretation, dict(data))
    if len(runs[run].median) != len(performance) or len(runs[run].transported) != len(performance):
        raise ValueError(f"{take.file} is of another piece")
    values = {name: _whole(value, {}) for name, value in take.values.items()}
    if taps := values.pop("tapped_sec", None):
        performance = with_taps(performance, check_taps(taps, performance.name))
    return Take(performance, runs[run], **values)


def _plain(value: Any, arrays: dict[str, NDArray[Any]]) -> Any:
    """Return a value as JSON can have it; arrays are put into `arrays`, and their names in their places."""
    if isinstance(value, np.ndarray):
        name = f"array{len(arrays)}"
        arrays[name] = value
        return {"array": name}
    if is_dataclass(value):
        parts = {each.name: _plain(getattr(value, each.name), arrays) for each in fields(value)}
        return {"class": type(value).__name__, **parts}
    if isinstance(value, tuple):
        return [_plain(each, arrays) for each in value]
    if isinstance(value, np.generic):
        return value.item()
    return str(value) if isinstance(value, str) else value  # a sentence with values in it is one text now


def _whole(value: Any, arrays: dict[str, NDArray[Any]]) -> Any:
    """Return what `_plain` made JSON of."""
    if isinstance(value, list):
        return tuple(_whole(each, arrays) for each in value)
    if not isinstance(value, dict):
        return value
    if "array" in value:
        return arrays[value["array"]]
    parts = {name: _whole(part, arrays) for name, part in value.items() if name != "class"}
    return CLASSES[value["class"]](**parts)
