"""Rhythm from the page: the time from onset to onset and micro-timing inside the beat, against humans of the score."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.velocity_metrics import pearson
from tonenet_core.encoding.rhythm import PLACES, Rhythm, find_rhythm, written_places
from tonenet_core.evaluation.pages import HUMANS
from tonenet_core.evaluation.players import Players, play_takes
from tonenet_core.evaluation.report import Report
from tonenet_core.performance import TrainingPiece
from tonenet_core.timing.tempo import glided, seconds_at

RHYTHM = "Rhythm from the page"
RHYTHM_NOTE = (
    "Highest notes of what is written at one place: correlation inside the piece with each human performance of the "
    "same score, mean over humans; of what is expected, and of five takes. IOI ratio: log of the seconds to the next "
    "onset over the written beats. Inside the beat: by how many beats an onset between two beats is away from its "
    "written place, as the beats were played. Spread: of the takes inside the beat, over that of the humans. A tempo "
    "alone glides from beat to beat."
)
FARTHEST_LOG = 1.5  # log IOI ratio about the median; beyond it an alignment has slipped
LONGEST = 4  # beats; a longer interval is a pause
FEWEST = 20  # onsets that two players have in common
IOI, INSIDE, SPREAD = "IOI ratio", "inside the beat", "spread inside the beat"

Values = NDArray[np.float64]


def measure_rhythm_pages(report: Report, players: Sequence[Players], pages: Sequence[TrainingPiece]) -> None:
    """Add one score's figures: of each model of tempo, alone and with micro-timing, and of the humans themselves."""
    first = pages[0]
    known = [(title, each) for title, each in players if first.style in each.styles]
    if not known:
        return
    humans = [find_rhythm(page) for page in pages]
    table, (place, _) = report.table(RHYTHM, RHYTHM_NOTE), written_places(first)

    def add(row: str, column: str, figures: Iterable[float]) -> None:
        measured = [figure for figure in figures if np.isfinite(figure)]
        if measured:
            table.add(row, column, float(np.mean(measured)))

    for title, models in known:
        expected, *takes = (_rhythm(place, *take) for take in play_takes(models, first))
        for name, measure in ((IOI, _ioi), (INSIDE, _inside)):
            add(title, f"r, {name}", (measure(expected, human) for human in humans))
            add(title, f"r, {name}, performed", (measure(take, human) for take in takes for human in humans))
        add(title, SPREAD, (_sd(take.away) / _sd(human.away) for take in takes for human in humans))
    for name, measure in ((IOI, _ioi), (INSIDE, _inside)):
        add(HUMANS, f"r, {name}", (measure(*pair) for pair in combinations(humans, 2)))


def _rhythm(place: NDArray[np.int64], log_period: Values, late: Values | None) -> Rhythm:
    at = place / PLACES
    struck = glided(log_period, at) if late is None else np.maximum.accumulate(at + late)
    times = np.concatenate([[0.0], np.cumsum(np.exp(log_period))])
    return Rhythm(place, seconds_at(times, struck), np.where(place % PLACES > 0, struck - at, np.nan))


def _ioi(mine: Rhythm, theirs: Rhythm) -> float:
    """Return how two players agree on the time from onset to onset; NaN with few in common."""
    common, own, other = np.intersect1d(mine.place, theirs.place, return_indices=True)
    return _agreement(_log_ratios(common, mine.time_sec[own]), _log_ratios(common, theirs.time_sec[other]))


def _inside(mine: Rhythm, theirs: Rhythm) -> float:
    """Return how two players agree on what is inside the beats; NaN with few onsets in common."""
    _, own, other = np.intersect1d(mine.place, theirs.place, return_indices=True)
    return _agreement(mine.away[own], theirs.away[other])


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
