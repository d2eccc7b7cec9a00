"""Melody of piano music: its skyline, with hysteresis.

The skyline (Uitdenbogerd and Zobel, Melodic Matching Techniques for Large Music Databases, 1999) takes the highest note
struck. That follows an accompaniment down whenever the melody rests, and up whenever it crosses the melody. Here the
melody is the cheapest path through the notes: at each stroke it moves to a note of the stroke, or is held. Leaps cost,
falling to a lower note while the melody still sounds costs, and so does passing over a higher note.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tonenet_core.encoding.events import chord_of

BRIDGED_SEC = 1.0
"""Silence up to which a melody is heard as going on: to its next note, or after its last."""
_BEAM = 6  # paths that are followed at once
_CANDIDATES = 2  # notes of a stroke that may be the melody, from the top
_LEAP = 0.1  # cost a semitone
_LONGEST_LEAP = 24
_INNER = 1.5  # of a note that another of its stroke lies above
_WHILE_SOUNDING = 3.0  # of falling to a lower note while the melody is held
_ABOVE_SOUNDING = 0.8  # of rising while it is held
_OVERLAP_SEC = 0.1  # of fingers that play legato
_SOFTER, _MOST_SOFTER = 0.02, 1.0  # a unit of velocity
_PASSED_OVER = 1.2  # of a higher note that is left to the accompaniment
_PASSED_IN_SILENCE = 1.0  # besides, where the melody rests
_REST, _REST_A_SEC, _LONGEST_REST_SEC = 0.15, 0.3, 4.0
_NEAR = 10  # semitones below the melody, from which on a note is not its next
_LOW = 0.1  # cost a semitone below the usual register
_REGISTER = 7  # semitones below the median of the highest notes

Notes = NDArray[np.void]


@dataclass(frozen=True, eq=False)
class Melody:
    """Melody of a piece.

    Attributes:
        rows: `(m,)` int64 ascending, which of the piece's notes are the melody.
        onset_sec, until_sec: `(m,)`, from when to when each is heard; no two overlap.
        pitch: `(m,)` int64.
    """

    rows: NDArray[np.int64]
    onset_sec: NDArray[np.float64]
    until_sec: NDArray[np.float64]
    pitch: NDArray[np.int64]


def find_melody(notes: Notes) -> Melody:
    """Return the melody of notes in the order of onset, then pitch."""
    return melody_of(notes, np.array(_cheapest_path(notes), np.int64))


def melody_of(notes: Notes, rows: NDArray[np.int64]) -> Melody:
    """Return a melody whose notes are known.

    Args:
        notes: in the order of onset, then pitch.
        rows: `(m,)` ascending, which of them are the melody.
    """
    onset, pitch = notes["onset_sec"][rows], notes["pitch"][rows].astype(np.int64)
    end = onset + notes["duration_sec"][rows]
    following = np.append(onset[1:], np.inf)
    until = np.minimum(following, np.where(following - end < BRIDGED_SEC, following, end))
    return Melody(rows, onset, until, pitch)


@dataclass(frozen=True)
class _Path:
    cost: float
    row: int  # of the note that the melody is at; -1 before its first
    before: _Path | None


def _cheapest_path(notes: Notes) -> list[int]:
    if not len(notes):
        return []
    onset, pitch = notes["onset_sec"].tolist(), notes["pitch"].astype(int).tolist()
    end, velocity = (notes["onset_sec"] + notes["duration_sec"]).tolist(), notes["velocity"].astype(int).tolist()
    chord = chord_of(notes["onset_sec"])
    borders = np.append(np.flatnonzero(np.diff(chord, prepend=-1)), len(notes)).tolist()
    low = _usual_register(notes, borders)
    paths = [_Path(0.0, -1, None)]
    for first, last in pairwise(borders):
        stroke = sorted(range(first, last), key=lambda row: -pitch[row])[:_CANDIDATES]
        top, now = pitch[stroke[0]], onset[first]
        best: dict[int, _Path] = {}
        for path in paths:
            held, sounds = path.row, path.row >= 0 and end[path.row] > now + _OVERLAP_SEC
            above = held < 0 or pitch[held]
            if held < 0:
                rest = 0.3 + _LOW * max(0.0, top - low)
            elif top > above:
                rest = _PASSED_OVER + (0.0 if sounds else _PASSED_IN_SILENCE)
            elif sounds:
                rest = 0.0
            else:
                silence = min(max(now - end[held], 0.0), _LONGEST_REST_SEC)
                rest = _REST + _REST_A_SEC * silence + max(0.0, 1 - (above - top) / _NEAR)
            _keep(best, _Path(path.cost + rest, held, path.before))
            for rank, row in enumerate(stroke):
                cost = path.cost + _INNER * rank + _LOW * max(0.0, low - pitch[row])
                if held >= 0:
                    cost += _LEAP * min(abs(pitch[row] - above), _LONGEST_LEAP)
                    cost += min(_SOFTER * max(0, velocity[held] - velocity[row]), _MOST_SOFTER)
                    cost += sounds * (_WHILE_SOUNDING if pitch[row] < above else _ABOVE_SOUNDING)
                _keep(best, _Path(cost, row, path))
        paths = sorted(best.values(), key=lambda path: path.cost)[:_BEAM]
    found: list[int] = []
    at: _Path | None = min(paths, key=lambda path: path.cost)
    while at is not None and at.row >= 0:
        found.append(at.row)
        at = at.before
    return found[::-1]


def _keep(best: dict[int, _Path], path: _Path) -> None:
    """Keep the cheaper of two paths that are at the same note."""
    if path.row not in best or path.cost < best[path.row].cost:
        best[path.row] = path


def _usual_register(notes: Notes, borders: list[int]) -> float:
    """Return the pitch below which a highest note is hardly the melody."""
    onset, end, pitch = notes["onset_sec"], notes["onset_sec"] + notes["duration_sec"], notes["pitch"].astype(int)
    tops = []
    for first, last in pairwise(borders):
        near = slice(max(0, first - 16), last)
        tops.append(pitch[near][end[near] > onset[first]].max(initial=int(pitch[first:last].max())))
    return float(np.median(tops)) - _REGISTER
