"""How a model plays from the page: its velocities for written-out time against every human's of the same score.

A page is a performance of a score in written time (`score_pages.py`), so the notes are the same for all players, who
are each other's ceiling.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.velocity_metrics import mean_removed_mae, pearson
from tonenet_core.data.cache import Cache
from tonenet_core.encoding.events import chord_of
from tonenet_core.encoding.written import PAGES, played_beats
from tonenet_core.evaluation.report import Report
from tonenet_core.models.base import DistributionModel, VelocityModel
from tonenet_core.performance import TrainingPiece
from tonenet_core.timing.swing import find_swing
from tonenet_core.transfer import interpret, velocities

PAGE = "From the page"
HUMANS = "another human"
SEEDS = range(5)
FLAT = 64
_PLACES_PER_BEAT = 48  # finer than any written value
_EQUAL = 0.05  # log2 beat-upbeat ratio; that of a triplet's eighths is 1
_FEWEST_SHARED = 0.5  # of the notes of two pages of one score

Velocities = NDArray[np.float64]
NOTE = (
    "Written-out time and no velocities; figures against each human of the same score, mean over humans and five "
    "takes. Spread: over that of the humans. Softest: the softest velocity of all takes. Melody: by how much the top "
    "of the chords is louder than the rest, in the take where it is least."
)


def is_page(piece: TrainingPiece) -> bool:
    """Whether a piece is in written time."""
    return piece.source.endswith(PAGES)


def find_equal_eighths(page: TrainingPiece) -> NDArray[np.int64]:
    """Return which beats have two equal eighths in the score, ascending, counted from the first that was played."""
    written = find_swing(page)
    return written.beat[np.abs(written.log2_bur) < _EQUAL] - played_beats(page)[0]


def pages_by_score(cache: Cache, split: str, styles: Sequence[str]) -> Iterator[list[TrainingPiece]]:
    """Yield the pages of each score, one a human."""
    scores: dict[str, list[int]] = {}
    for index, entry in enumerate(cache.entries):
        if entry.split == split and entry.source.endswith(PAGES) and entry.style in styles:
            scores.setdefault(entry.group, []).append(index)
    for _, indices in sorted(scores.items()):
        yield [cache.piece(index) for index in indices]


def measure_pages(report: Report, models: Sequence[tuple[str, VelocityModel]], pages: list[TrainingPiece]) -> None:
    """Add one score's figures: of each model, by its title, and of the humans themselves."""
    first = pages[0]
    table = report.table(PAGE, NOTE)
    humans = [_by_note(page) for page in pages]
    shared = [_shared(humans[0], human) for human in humans]
    kept = [index for index, rows in enumerate(shared) if len(rows[0]) >= _FEWEST_SHARED * len(first.notes)]
    spread = float(np.mean([pages[index].notes["velocity"].std() for index in kept]))

    def against(velocity: Velocities, measure: Any) -> float:
        rows = (shared[index] for index in kept)
        return float(np.mean([measure(theirs, velocity[mine]) for mine, theirs in rows]))

    for title, model in models:
        if first.style not in model.styles:
            continue
        median = model.predict(first, first.style).astype(np.float64)
        table.add(title, "r, medians", against(median, pearson))
        table.add(title, "MAE, mean removed, medians", against(median, mean_removed_mae))
        if isinstance(model, DistributionModel):
            takes = [_take(first, model, seed) for seed in SEEDS]
            table.add(title, "r, performed", float(np.mean([against(take, pearson) for take in takes])))
            table.add(title, "spread, performed", float(np.mean([take.std() for take in takes])) / spread)
            table.add(title, "softest", float(min(take.min() for take in takes)))
            table.add(title, "melody", min(_melody(first, take) for take in takes))
    pairs = [_shared(humans[a], humans[b], values=True) for a, b in combinations(kept, 2)]
    if pairs:
        table.add(HUMANS, "r, medians", float(np.mean([pearson(theirs, mine) for mine, theirs in pairs])))
        error = float(np.mean([mean_removed_mae(theirs, mine) for mine, theirs in pairs]))
        table.add(HUMANS, "MAE, mean removed, medians", error)


def _take(page: TrainingPiece, model: VelocityModel, seed: int) -> Velocities:
    """Return the velocities, as a file holds them, of a page performed in its own style."""
    notes = page.notes.copy()
    notes["velocity"] = FLAT
    flat = TrainingPiece(notes, page.beats_sec, page.downbeats_sec, page.pedal, page.style, page.source, page.name)
    interpretation = interpret(flat, model, page.style, source_style=page.style, seed=seed)
    return np.clip(np.rint(velocities(flat, interpretation, 1.0, 1.0)), 1, 127)


def _melody(page: TrainingPiece, velocity: Velocities) -> float:
    """Return by how much the highest notes of the chords are louder than the others; 0 where there are no others."""
    top = np.diff(chord_of(page.notes["onset_sec"]), append=-1) != 0  # notes of a page are sorted by pitch in a chord
    return float(velocity[top].mean() - velocity[~top].mean()) if not top.all() else 0.0


ByNote = dict[tuple[int, int], tuple[int, float]]  # place in the score and pitch: which note it is, its velocity


def _by_note(page: TrainingPiece) -> ByNote:
    beat_sec = float(page.beats_sec[1] - page.beats_sec[0])
    places = np.rint((page.notes["onset_sec"] - page.beats_sec[0]) / beat_sec * _PLACES_PER_BEAT).astype(np.int64)
    rows = zip(places.tolist(), page.notes["pitch"].tolist(), page.notes["velocity"].tolist(), strict=True)
    return {(place, pitch): (index, float(velocity)) for index, (place, pitch, velocity) in enumerate(rows)}


def _shared(mine: ByNote, theirs: ByNote, *, values: bool = False) -> tuple[NDArray[Any], Velocities]:
    """Return which of my notes they have too (or their velocities), and their velocities of them."""
    common = [note for note in mine if note in theirs]
    own = np.array([mine[note][int(values)] for note in common], np.float64)
    return own if values else own.astype(np.int64), np.array([theirs[note][1] for note in common])
