"""Rhythm from the page: the time from onset to onset and micro-timing inside the beat, against humans of the score."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.velocity_metrics import pearson
from tonenet_core.encoding.written import played_beats
from tonenet_core.evaluation.pages import HUMANS
from tonenet_core.evaluation.report import Report
from tonenet_core.models.base import TempoModel
from tonenet_core.performance import TrainingPiece
from tonenet_core.timing.tempo import GLIDE, beats_at, glide, seconds_at

RHYTHM = "Rhythm from the page"
RHYTHM_NOTE = (
    "Highest notes of what is written at one place: correlation inside the piece with each human performance of the "
    "same score, mean over humans. IOI ratio: log of the seconds to the next onset over the written beats. Inside the "
    "beat: by how many beats an onset between two beats is away from its written place, as the beats were played. "
    "Spread: of what is inside the beat, over that of the humans."
)
PLACES = 48  # in a beat; finer than any written value
FARTHEST = 0.3  # beats, from the written place; beyond it an alignment has slipped
FARTHEST_LOG = 1.5  # log IOI ratio about the median, likewise
LONGEST = 4  # beats; a longer interval is a pause
FEWEST = 20  # onsets that two players have in common

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rhythm:
    """Onsets of a page in one performance.

    Attributes:
        place: `(o,)` int64, written places, ascending, in steps of 1 / 48 beat from the first beat.
        time_sec: `(o,)`, when each was played.
        away: `(o,)`, by how many beats it is away from its place inside the beat; NaN on the beats.
    """

    place: NDArray[np.int64]
    time_sec: Values
    away: Values


def find_rhythm(page: TrainingPiece) -> Rhythm:
    """Return the rhythm of a page as it was played."""
    place, top = written_places(page)
    time = np.maximum.accumulate(page.played["onset_sec"][top].astype(np.float64))
    first, beats = played_beats(page)
    away = np.full(len(place), np.nan)
    if len(beats) > 1:
        inside = (place % PLACES > 0) & (place > first * PLACES) & (place < (first + len(beats) - 1) * PLACES)
        away[inside] = (beats_at(beats, time) + first - place / PLACES)[inside]
        away[np.abs(away) > FARTHEST] = np.nan
    return Rhythm(place, time, away)


def written_places(page: TrainingPiece) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Return the places of a page at which notes are struck, see `Rhythm`, and the row of the highest note of each."""
    beat_sec = float(page.beats_sec[1] - page.beats_sec[0])
    places = np.rint((page.notes["onset_sec"] - page.beats_sec[0]) / beat_sec * PLACES).astype(np.int64)
    top = np.flatnonzero(np.append(np.diff(places) > 0, True))  # sorted by pitch at one onset
    return places[top], top


def measure_rhythm_pages(
    report: Report, models: Sequence[tuple[str, TempoModel]], pages: Sequence[TrainingPiece]
) -> None:
    """Add one score's figures: of each model, by its title, and of the humans themselves."""
    first = pages[0]
    if not any(first.style in model.styles for _, model in models):
        return
    humans = [find_rhythm(page) for page in pages]
    for title, model in models:
        if first.style in model.styles:
            ours = _performed(model, first, humans[0].place)
            _add(report, title, ((ours, human) for human in humans))
    _add(report, HUMANS, combinations(humans, 2))


def _performed(model: TempoModel, page: TrainingPiece, place: NDArray[np.int64]) -> Rhythm:
    """Return the rhythm in which a model of tempo plays a page: what it expects of each beat, gliding as in a file."""
    quarters = np.exp(glide(model.tempo_curve(page, page.style).middle)) / GLIDE
    times = np.concatenate([[0.0], np.cumsum(quarters)])
    time = seconds_at(times, place / PLACES * GLIDE)
    away = beats_at(times[::GLIDE], time) - place / PLACES
    return Rhythm(place, time, np.where(place % PLACES > 0, away, np.nan))


def _add(report: Report, row: str, pairs: Iterable[tuple[Rhythm, Rhythm]]) -> None:
    table = report.table(RHYTHM, RHYTHM_NOTE)
    found: dict[str, list[float]] = {"r, IOI ratio": [], "r, inside the beat": [], "spread inside the beat": []}
    for mine, theirs in pairs:
        common, own, other = np.intersect1d(mine.place, theirs.place, return_indices=True)
        ratios = (_log_ratios(common, each.time_sec[rows]) for each, rows in ((mine, own), (theirs, other)))
        found["r, IOI ratio"].append(_agreement(*ratios))
        found["r, inside the beat"].append(_agreement(mine.away[own], theirs.away[other]))
        if row != HUMANS:
            found["spread inside the beat"].append(_sd(mine.away) / _sd(theirs.away))
    for column, figures in found.items():
        known = [figure for figure in figures if np.isfinite(figure)]
        if known:
            table.add(row, column, float(np.mean(known)))


def _log_ratios(place: NDArray[np.int64], time_sec: Values) -> Values:
    """Return the log of each interval's seconds over its written beats, `(o - 1,)`; NaN of pauses and of slips."""
    beats, seconds = np.diff(place) / PLACES, np.diff(time_sec)
    ratio = np.full(len(beats), np.nan)
    known = (seconds > 0) & (beats <= LONGEST)
    ratio[known] = np.log(seconds[known] / beats[known])
    if known.any():
        ratio[np.abs(ratio - np.median(ratio[known])) > FARTHEST_LOG] = np.nan
    return ratio


def _agreement(mine: Values, theirs: Values) -> float:
    """Return the correlation of two players; NaN for too few onsets."""
    known = np.isfinite(mine) & np.isfinite(theirs)
    return pearson(mine[known], theirs[known]) if np.count_nonzero(known) >= FEWEST else float("nan")


def _sd(values: Values) -> float:
    known = values[np.isfinite(values)]
    return float(known.std()) if len(known) >= FEWEST and known.std() > 0 else float("nan")
