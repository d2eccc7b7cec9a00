"""The written places of a page as it was played: what the models of its rhythm learn from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.encoding.rhythm import PLACES, Rhythm, find_rhythm
from tonenet_core.encoding.written import PAGES, played_beats
from tonenet_core.models.micro_timing import LONGEST_IOI
from tonenet_core.models.timing.micro_features import encode_places, without_bars
from tonenet_core.performance import TrainingPiece

FEWEST = 30  # places inside the beats
LEARNT_IOI = 1.0  # log, about the mean, up to which an interval is learnt
_FARTHEST_IOI = 1.5  # log, about the median; beyond it an alignment has slipped
_FARTHEST_PERIOD = 1.2  # the same of beats

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PlayedPlaces:
    """Places of a page as it was played.

    Attributes:
        rows: `(o, ROW_FEATURES)`.
        late: `(o,)`, by how many beats; NaN on the beats.
        log_ioi: `(o,)`, as of `MicroTiming`, with a mean of 0; NaN of pauses and slips.
        log_period: `(o,)`, of the beat that a place is in, with a mean of 0; NaN of slips.
    """

    rows: NDArray[np.float32]
    late: Values
    log_ioi: Values
    log_period: Values


def played_places(piece: TrainingPiece, *, hide: bool = False) -> PlayedPlaces | None:
    """Return the places of a page as it was played; None of a piece that is no page, or has too few.

    Args:
        piece: any piece.
        hide: whether its bars are hidden.
    """
    if not piece.source.endswith(PAGES):
        return None
    rhythm = find_rhythm(piece)
    if np.count_nonzero(np.isfinite(rhythm.away)) < FEWEST:
        return None
    _, rows = encode_places(piece)
    return PlayedPlaces(
        without_bars(rows) if hide else rows, rhythm.away, _log_ioi(rhythm), _log_period(piece, rhythm.place)
    )


def _log_ioi(rhythm: Rhythm) -> Values:
    lasts, written = np.diff(rhythm.time_sec), np.diff(rhythm.place)
    found = np.full(len(rhythm.place), np.nan)
    known = np.flatnonzero((lasts > 0) & (written <= LONGEST_IOI))
    found[known] = np.log(lasts[known] / written[known])
    return _about_mean(found, _FARTHEST_IOI)


def _log_period(piece: TrainingPiece, place: NDArray[np.int64]) -> Values:
    first, played = played_beats(piece)
    period = np.diff(played)
    beat = place // PLACES - first
    found = np.full(len(place), np.nan)
    known = (beat >= 0) & (beat < len(period))
    found[known] = np.log(period[beat[known]])
    return _about_mean(found, _FARTHEST_PERIOD)


def _about_mean(values: Values, farthest: float) -> Values:
    """Return values about their mean; NaN of those that are too far from their median."""
    if not np.isfinite(values).any():
        return values
    near = np.where(np.abs(values - np.nanmedian(values)) > farthest, np.nan, values)
    return np.asarray(near - np.nanmean(near))
