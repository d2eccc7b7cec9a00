"""Pieces with their results -> files, and back: a model need not run again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors import numpy as safetensors

from app.documents.document import CoverOf, Document
from app.documents.history import History, State, Take, next_number
from app.documents.kept_piece import KeptPiece, KeptStep, KeptTake, PieceStore
from app.documents.plain_values import Arrays, of_plain, of_plain_fields, to_plain
from tonenet_core.interpretation import STRONGEST, Interpretation
from tonenet_core.midi import parse_midi, read_midi
from tonenet_core.performance import Performance
from tonenet_core.timing.clusters import find_clusters
from tonenet_core.timing.taps import check_taps, with_taps
from tonenet_core.transfer import LEAST_SWING, MOST_SWING

LARGEST = 1e6  # of any array
APART = {"performance", "interpretation"}  # fields of a take that have files of their own


class PieceFiles:
    """Writes pieces into a store; what was written already is looked at no more."""

    def __init__(self, store: PieceStore) -> None:
        """Write into `store`."""
        self._store = store
        self._names: WeakKeyDictionary[Performance, str] = WeakKeyDictionary()
        self._runs: WeakKeyDictionary[Interpretation, tuple[str, dict[str, Any]]] = WeakKeyDictionary()
        self._takes: WeakKeyDictionary[Take, KeptTake] = WeakKeyDictionary()
        self._pieces: WeakKeyDictionary[Document, KeptPiece] = WeakKeyDictionary()

    def keep(self, documents: Sequence[Document]) -> tuple[KeptPiece, ...]:
        """Write pieces and return what is to stand in the snapshot.

        Raises:
            OSError: if one cannot be written.
        """
        return tuple(map(self._keep_piece, documents))

    def forget(self, files: Collection[str]) -> None:
        """Write these files again where they are needed: they are in the store no more."""
        if not files:
            return
        self._pieces.clear()
        self._takes.clear()
        for performance in [each for each, name in self._names.items() if name in files]:
            del self._names[performance]
        for run in [each for each, (name, _) in self._runs.items() if name in files]:
            del self._runs[run]

    def _keep_piece(self, document: Document) -> KeptPiece:
        if (known := self._pieces.get(document)) is not None:
            return known
        lost = document.path is None or bool(document.history.takes)
        takes, steps = _steps(document.history)
        cover = document.cover
        piece = self._pieces[document] = KeptPiece(
            document.title,
            "" if document.path is None else str(document.path),
            document.opened.tracks,
            document.opened.tapped_sec,
            self._midi(document.opened) if lost else "",
            "" if document.source is None else self._midi(document.source),
            tuple(map(self._midi, document.between)),
            None if cover is None else (cover.name, cover.style, cover.seed),
            tuple(map(self._keep_take, takes)),
            steps,
            document.history.position,
            "" if document.project is None else str(document.project),
        )
        return piece

    def _keep_take(self, take: Take) -> KeptTake:
        if (known := self._takes.get(take)) is not None:
            return known
        made, arrays = take.interpretation, Arrays()
        if made not in self._runs:
            of_run = Arrays()
            plain = to_plain(made, of_run)
            self._runs[made] = self._keep_arrays(of_run), plain
        file, interpretation = self._runs[made]
        values = to_plain(take, arrays, without=APART)
        piece, more = take.performance, self._keep_arrays(arrays) if arrays else ""
        kept = self._takes[take] = KeptTake(file, piece.tracks, piece.tapped_sec, values, interpretation, more)
        return kept

    def _keep_arrays(self, arrays: Arrays) -> str:
        data = safetensors.save({name: np.ascontiguousarray(array) for name, array in arrays.items()})
        return self._store.keep(data, "take")

    def _midi(self, performance: Performance) -> str:
        if (name := self._names.get(performance)) is None:
            name = self._names[performance] = self._store.keep(performance.to_bytes(), "piece")
        return name


class PieceReader:
    """Reads pieces out of a store; what stands in one file is one object, in all of them."""

    def __init__(self, store: PieceStore) -> None:
        """Read from `store`."""
        self._store = store
        self._copies: dict[tuple[object, ...], Performance] = {}
        self._runs: dict[str, Interpretation] = {}

    def read(self, piece: KeptPiece) -> Document:
        """Return a piece with its results.

        Raises:
            MidiError: if its file cannot be read.
            OSError: if a copy cannot be read.
            ValueError: if a copy is damaged, or of something else.
        """
        path = Path(piece.path) if piece.path else None
        if path is not None and not piece.file:
            opened = _tapped(read_midi(path, piece.tracks), piece.tapped_sec)
        else:
            opened = self._copy(piece.file, piece.title, piece.tracks, piece.tapped_sec)
        return Document(
            opened,
            piece.title,
            path,
            source=self._copy(piece.source, piece.title) if piece.source else None,
            between=tuple(self._copy(file, piece.title) for file in piece.between),
            cover=None if piece.cover is None else CoverOf(*piece.cover),
            history=_history([self._read_take(take, piece) for take in piece.takes], piece),
            project=Path(piece.project) if piece.project else None,
        )

    def _copy(
        self,
        file: str,
        name: str,
        tracks: tuple[int, ...] | None = None,
        tapped_sec: tuple[float, ...] | None = None,
    ) -> Performance:
        key = file, tracks, tapped_sec
        if key not in self._copies:
            if tapped_sec is None:
                self._copies[key] = parse_midi(self._store.read_file(file), name, tracks)
            else:
                self._copies[key] = _tapped(self._copy(file, name, tracks), tapped_sec)
        return self._copies[key]

    def _read_take(self, take: KeptTake, piece: KeptPiece) -> Take:
        run = f"{take.file} {take.interpretation}"
        if run not in self._runs:
            self._runs[run] = of_plain(Interpretation, take.interpretation, self._arrays(take.file))
        made = self._runs[run]
        performance = self._copy(piece.file, piece.title, take.tracks, take.tapped_sec)
        if not _fits(made, performance):
            raise ValueError(f"{take.file} is of another piece, or damaged")
        values = of_plain_fields(Take, take.values, self._arrays(take.more) if take.more else {}, without=APART)
        read = _checked(Take(performance, made, **values))
        # Without timing nobody chose a rubato, where former versions wrote 0.
        return read if "timing" in read.parts else replace(read, rubato=None)

    def _arrays(self, file: str) -> Arrays:
        try:
            return safetensors.load(self._store.read_file(file))
        except SafetensorError as error:
            raise ValueError(f"{file} is damaged") from error


def _tapped(piece: Performance, taps_sec: tuple[float, ...] | None) -> Performance:
    return piece if taps_sec is None else with_taps(piece, check_taps(taps_sec, piece.name))


def _fits(made: Interpretation, piece: Performance) -> bool:
    """Return whether the arrays of an interpretation are of the sizes that they have for a piece, and are numbers."""
    count, beats, time = len(piece), max(len(piece.beats_sec) - 1, 0), made.time
    arrays: list[tuple[NDArray[Any], tuple[int, ...]]] = [(made.median, (count,)), (made.transported, (count,))]
    if time is not None:
        arrays += [(time.lag_sec, (count,)), (np.nan_to_num(time.articulation), (count,))]
        arrays += [
            (time.log2_bur, time.log2_bur.shape[:1]),
            (time.log_period, (beats,) if len(time.log_period) else (0,)),
        ]
        clusters = (len(find_clusters(piece.notes)),)
        arrays += [(time.micro_timing, clusters if len(time.micro_timing) else (0,))]
    if time is not None and (pedal := time.pedal) is not None:
        source = pedal.target_odds if pedal.source_odds is None else pedal.source_odds
        of_clusters = pedal.target_odds, source, pedal.is_changed, pedal.press_sec, pedal.lift_sec
        arrays += [(array, clusters) for array in of_clusters]
    return all(array.shape == shape and bool((np.abs(array * 1.0) < LARGEST).all()) for array, shape in arrays)


def _checked(take: Take) -> Take:
    """Return a take.

    Raises:
        ValueError: if one of its settings is out of range.
    """
    swing, rubato = take.swing or 0.0, take.rubato or 0.0
    ranges = (
        (take.strength, 0, STRONGEST),
        (take.accents, 0, 1),
        (rubato, 0, STRONGEST),
        (swing, LEAST_SWING, MOST_SWING),
    )
    if not all(least <= value <= most for value, least, most in ranges) or not take.parts:
        raise ValueError("a take has settings that do not exist")
    if len(take.edits) and take.edits.notes[-1] >= len(take.performance):
        raise ValueError("a take has edits of another piece")
    return take


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
