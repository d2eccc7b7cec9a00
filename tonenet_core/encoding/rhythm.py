"""Rhythm of a page: the places at which notes are written, and when a player struck them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.encoding.written import beat_at, played_beats
from tonenet_core.performance import Piece, TrainingPiece

PLACES = 48  # in a beat; finer than any written value
FARTHEST = 0.3  # beats, from the written place; beyond it an alignment has slipped

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
        away[inside] = (beat_at(time, beats) + first - place / PLACES)[inside]
        away[np.abs(away) > FARTHEST] = np.nan
    return Rhythm(place, time, away)


def places_of(piece: Piece) -> NDArray[np.int64]:
    """Return the place of each note of a metered piece, `(n,)`, see `Rhythm`."""
    return np.rint(beat_at(piece.notes["onset_sec"], piece.beats_sec) * PLACES).astype(np.int64)


def written_places(piece: Piece) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Return the places of a page at which notes are struck, see `Rhythm`, and the row of the highest note of each."""
    places = places_of(piece)
    top = np.flatnonzero(np.append(np.diff(places) > 0, True))  # sorted by pitch at one onset
    return places[top], top
