"""Features of each written place, by which it can be told where a player strikes it: rhythm, line, lengths, bar, beat.

None of them depends on how a page was played, but for the piece's mean tempo.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.encoding.rhythm import PLACES, places_of
from tonenet_core.encoding.written import SHORTEST_SEC, beat_at
from tonenet_core.models.timing.tempo_features import BEAT_FEATURES, MIDDLE, encode_beats, smooth, surroundings
from tonenet_core.performance import Piece

HALF, QUARTERS, THIRD = PLACES // 2, (PLACES // 4, 3 * PLACES // 4), PLACES // 3
PAUSE = 4.0  # beats, at the ends of a piece
PLACE_FEATURES = 54
# Columns that are read of the places around, too.
AROUND_COLUMNS = [0, 1, 6, 10, 12, 13, 16, 17, 25, 26, 27, 28, 29, 30, 36, 38]
BAR_COLUMNS = slice(43, 50)
BEAT_BAR_COLUMNS = [16, 17, 18, 19]
REACH = 4  # places before and after
PIECE_COLUMNS = [20, 23, 24]  # whose means over the piece are read
OWN_FEATURES = PLACE_FEATURES + 2 * BEAT_FEATURES  # the first of a row: those of the place itself, and of its beat
ROW_FEATURES = OWN_FEATURES + 2 * REACH * len(AROUND_COLUMNS) + len(PIECE_COLUMNS)

Values = NDArray[np.float64]


def encode_places(piece: Piece) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the written places of a metered piece, `(o,)`, and their features, `(o, ROW_FEATURES)`, near -2..2."""
    if len(piece.beats_sec) < 2 or not len(piece.notes):
        return np.zeros(0, np.int64), np.zeros((0, ROW_FEATURES), np.float32)
    of_note = places_of(piece)
    starts = np.flatnonzero(np.diff(of_note, prepend=of_note[0] - 1) > 0)
    place = of_note[starts]
    at = place / PLACES
    period_sec = float(np.mean(np.diff(piece.beats_sec)))
    columns = [
        *_phase(place),
        *_gaps(at, period_sec),
        *_line(piece, starts),
        *_lengths(piece, starts, at),
        *_bar(piece, at),
        *_position(at),
    ]
    places = np.clip(np.stack(columns, axis=1), -4, 4).astype(np.float32)
    beats = encode_beats(piece)
    beat, last = np.floor(at).astype(np.int64), len(beats) - 1
    rows = [
        places,
        *(beats[np.clip(beat + step, 0, last)] for step in (0, 1)),
        *surroundings(places, AROUND_COLUMNS, REACH),
        np.tile(places.mean(axis=0)[PIECE_COLUMNS], (len(place), 1)),
    ]
    return place, np.concatenate(rows, axis=1)


def without_bars(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return rows as from `encode_places` of a piece whose bars are not known."""
    hidden = rows.copy()
    hidden[:, BAR_COLUMNS] = 0
    for begin in (PLACE_FEATURES, PLACE_FEATURES + BEAT_FEATURES):
        hidden[:, [begin + column for column in BEAT_BAR_COLUMNS]] = 0
    return hidden


def _phase(place: NDArray[np.int64]) -> list[Values]:
    """Return twelve columns: where between two beats a place is, and which written value leads there."""
    phase = place % PLACES
    way = phase / PLACES
    waves = [wave(2 * np.pi * harmonic * way) for harmonic in (1, 2, 3) for wave in (np.sin, np.cos)]
    kinds = [phase == 0, phase == HALF, np.isin(phase, QUARTERS), (phase % THIRD == 0) & (phase > 0)]
    return [*waves, *(kind.astype(np.float64) for kind in kinds), 2 * way - 1, 1 - way]


def _gaps(at: Values, period_sec: float) -> list[Values]:
    """Return thirteen columns: the gaps around, in beats and in seconds, and how many places are near."""
    gap = np.diff(at)
    after, before = np.append(gap, PAUSE), np.append(PAUSE, gap)
    beat = np.floor(at)
    first, last = np.searchsorted(beat, beat), np.searchsorted(beat, beat, "right")
    index = np.arange(len(at))
    logs = [_log(each) for each in (after, before, np.append(after[1:], PAUSE), np.append(PAUSE, before[:-1]))]
    near = [np.searchsorted(at, at + reach) - np.searchsorted(at, at - reach) for reach in (1, 4)]
    return [
        *logs,
        logs[0] - logs[1],
        (last - first) / 4 - 0.5,
        (index - first) / 4,
        (last - index) / 4,
        np.full(len(at), np.log2(period_sec / 0.5)),
        *(np.log2(np.clip(each * period_sec, 0.02, 8) / 0.5) / 2 for each in (after, before)),
        *(count / (4 * reach) - 1 for count, reach in zip(near, (1, 4), strict=True)),
    ]


def _line(piece: Piece, starts: NDArray[np.intp]) -> list[Values]:
    """Return eleven columns: top and bottom, how they move and stand out, how wide and how full it is."""
    pitch = piece.notes["pitch"].astype(np.float64)
    top, low = np.maximum.reduceat(pitch, starts), np.minimum.reduceat(pitch, starts)
    size = np.diff(np.append(starts, len(pitch))).astype(np.float64)
    return [
        (top - MIDDLE) / 16,
        (low - MIDDLE) / 16,
        (top - low) / 24,
        np.log2(size) - 1,
        np.diff(top, append=top[-1]) / 8,
        np.diff(top, prepend=top[0]) / 8,
        np.diff(low, prepend=low[0]) / 8,
        np.diff(low, append=low[-1]) / 8,
        (top - smooth(top, 8)) / 12,
        (low - smooth(low, 8)) / 12,
        np.log2(smooth(size, 4)) - np.log2(size),
    ]


def _lengths(piece: Piece, starts: NDArray[np.intp], at: Values) -> list[Values]:
    """Return seven columns: written lengths against the gap after, rests around, and whether a grace note is there."""
    notes = piece.notes
    onset, end = (
        beat_at(each, piece.beats_sec) for each in (notes["onset_sec"], notes["onset_sec"] + notes["duration_sec"])
    )
    length, tops = end - onset, np.append(starts[1:], len(notes)) - 1
    gap = _log(np.append(np.diff(at), PAUSE))
    sounding = np.maximum.accumulate(np.maximum.reduceat(end, starts))
    return [
        _log(length[tops]) - gap,
        _log(np.minimum.reduceat(length, starts)) - gap,
        _log(np.maximum.reduceat(length, starts)) - gap,
        _log(length[tops]),
        np.clip(np.append(at[1:], at[-1] + PAUSE) - sounding, -1, 2),
        np.clip(at - np.append(at[0], sounding[:-1]), -1, 2),
        (np.minimum.reduceat(notes["duration_sec"], starts) < 1.01 * SHORTEST_SEC).astype(np.float64),
    ]


def _bar(piece: Piece, at: Values) -> list[Values]:
    """Return seven columns: where in its bar a place is, and how long the bar; zero without bars."""
    bars = beat_at(piece.downbeats_sec, piece.beats_sec)
    if len(bars) < 2:
        return [np.zeros(len(at))] * 7
    row = np.clip(np.searchsorted(bars, at + 1e-3, "right") - 1, 0, len(bars) - 2)
    length = np.maximum(bars[row + 1] - bars[row], 1e-3)
    way = (at - bars[row]) / length
    waves = [wave(2 * np.pi * harmonic * way) for harmonic in (1, 2) for wave in (np.sin, np.cos)]
    return [np.ones(len(at)), *waves, (np.abs(way) < 0.01).astype(np.float64), length / 4 - 1]


def _position(at: Values) -> list[Values]:
    left, since = at[-1] - at, at - at[0]
    return [np.linspace(-1, 1, len(at)), np.exp(-left / 2), np.exp(-left / 8), np.exp(-since / 4)]


def _log(beats: Values) -> Values:
    return np.asarray(np.log2(np.clip(beats, 1 / 24, 16)) / 2)
