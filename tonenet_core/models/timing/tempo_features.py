"""Features of each beat, by which a player's tempo can be told: density, line, place in bar and piece.

None of them depends on how long the beats or the notes are; so they are the same for a performance and its transfer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.performance import Piece
from tonenet_core.timing.tempo import beats_at

STEPS = 12  # a beat
MIDDLE = 64.0  # pitch
BEAT_FEATURES = 25
BAR_COLUMNS = [16, 17, 18, 19]  # of where in its bar a beat is
AROUND_COLUMNS = [0, 1, 2, 8, 10, 11, 12, 15]  # that are read of the beats around, too
REACH = 4  # beats before and after
PIECE_COLUMNS = [0, 1, 8, 10]  # whose means over the piece are read
ROW_FEATURES = 2 * BEAT_FEATURES + 1 + 2 * REACH * len(AROUND_COLUMNS) + len(PIECE_COLUMNS)

Values = NDArray[np.float64]


def encode_beats(piece: Piece) -> NDArray[np.float32]:
    """Return the features of each beat of a metered piece, `(b - 1, BEAT_FEATURES)`, near -2..2."""
    count = len(piece.beats_sec) - 1
    if count < 1 or not len(piece.notes):
        return np.zeros((max(count, 0), BEAT_FEATURES), np.float32)
    place = np.rint(beats_at(piece.beats_sec, piece.notes["onset_sec"]) * STEPS) / STEPS
    beat = np.floor(place).astype(np.int64)
    inside = (beat >= 0) & (beat < count)
    pitch = piece.notes["pitch"].astype(np.float64)
    rows = {
        **_density(place[inside], beat[inside], count),
        **_line(beat[inside], pitch[inside], count),
        "wait": _wait(beat[inside], count),
        **_bar(piece, count),
        **_position(count),
    }
    return np.clip(np.stack(list(rows.values()), axis=1), -4, 4).astype(np.float32)


def with_surroundings(beats: NDArray[np.float32], middle: float) -> NDArray[np.float32]:
    """Return rows for trees, which see nothing but their row, `(b, ROW_FEATURES)`.

    Args:
        beats: as from `encode_beats`.
        middle: logarithm of the piece's mean period.
    """
    count = len(beats)
    if not count:
        return np.zeros((0, ROW_FEATURES), np.float32)
    around = surroundings(beats, AROUND_COLUMNS, REACH)
    mean = beats.mean(axis=0)
    relative = (beats - mean) / (beats.std(axis=0) + 1e-3)
    whole = np.tile(mean[PIECE_COLUMNS], (count, 1))
    columns = [beats, np.full((count, 1), middle), *around, relative, whole]
    return np.concatenate(columns, axis=1).astype(np.float32)


def surroundings(rows: NDArray[np.float32], columns: list[int], reach: int) -> list[NDArray[np.float32]]:
    """Return some columns of the rows before and after each row, `(n, columns)` each, the farthest before first."""
    key = np.pad(rows[:, columns], ((reach, reach), (0, 0)), mode="edge")
    return [key[reach + shift : reach + shift + len(rows)] for shift in range(-reach, reach + 1) if shift]


def _density(place: Values, beat: NDArray[np.int64], count: int) -> dict[str, Values]:
    notes = np.bincount(beat, minlength=count).astype(np.float64)
    _, first = np.unique(place, return_index=True)
    strokes = np.bincount(beat[first], minlength=count).astype(np.float64)
    on_beat = np.bincount(beat, np.isclose(place, beat), minlength=count)
    return {
        "notes": np.log2(1 + notes) / 2 - 1,
        "strokes": strokes / 4 - 0.5,
        "on_beat": np.log2(1 + on_beat) / 2,
        "empty": (notes == 0).astype(np.float64),
        "around": smooth(strokes, 4) / 4 - 0.5,
        "change": (smooth(strokes, 4) - strokes) / 2,
        "to_next": np.diff(strokes, append=0) / 4,
        "from_before": np.diff(strokes, prepend=0) / 4,
    }


def _line(beat: NDArray[np.int64], pitch: Values, count: int) -> dict[str, Values]:
    top, low = np.full(count, np.nan), np.full(count, np.nan)
    np.fmax.at(top, beat, pitch)
    np.fmin.at(low, beat, pitch)
    top, low = _filled(top), _filled(low)
    return {
        "top": (top - MIDDLE) / 16,
        "low": (low - MIDDLE) / 16,
        "span": (top - low) / 24 - 1,
        "top_to_next": np.diff(top, append=top[-1]) / 8,
        "top_from_before": np.diff(top, prepend=top[0]) / 8,
        "top_over_around": (top - smooth(top, 8)) / 12,
        "low_over_around": (low - smooth(low, 8)) / 12,
    }


def _wait(beat: NDArray[np.int64], count: int) -> Values:
    """Return how many beats pass until one is struck again."""
    struck = np.zeros(count, np.bool_)
    struck[beat] = True
    next_struck = np.append(np.flatnonzero(struck), count)
    after = np.searchsorted(next_struck, np.arange(count) + 1).clip(max=len(next_struck) - 1)
    return np.asarray(np.log2(np.maximum(next_struck[after] - np.arange(count), 1)) / 2)


def _bar(piece: Piece, count: int) -> dict[str, Values]:
    """Return where in its bar each beat is; zero without bars."""
    bars = beats_at(piece.beats_sec, piece.downbeats_sec)
    if len(bars) < 2:
        return {f"bar_{name}": np.zeros(count) for name in ("known", "first", "sin", "cos")}
    row = np.clip(np.searchsorted(bars, np.arange(count) + 1e-3, "right") - 1, 0, len(bars) - 2)
    phase = (np.arange(count) - bars[row]) / np.maximum(bars[row + 1] - bars[row], 1e-3)
    angle = 2 * np.pi * phase
    return {
        "bar_known": np.ones(count),
        "bar_first": (np.abs(phase) < 0.02).astype(np.float64),
        "bar_sin": np.sin(angle),
        "bar_cos": np.cos(angle),
    }


def _position(count: int) -> dict[str, Values]:
    index = np.arange(count)
    return {
        "place": np.linspace(-1, 1, count),
        "since_start": np.log2(1 + index) / 4 - 1,
        "to_end": np.log2(1 + count - 1 - index) / 4 - 1,
        "last_beats": np.exp(-(count - 1 - index) / 3),
        "first_beats": np.exp(-index / 3),
    }


def smooth(values: Values, reach: int) -> Values:
    """Return the mean of `reach` values on either side and the value itself."""
    padded = np.pad(values, reach, mode="edge")
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).mean(axis=1))


def _filled(values: Values) -> Values:
    """Return values in which the ones that are missing continue those before them."""
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        return np.full(len(values), MIDDLE)
    return values[known[np.clip(np.searchsorted(known, np.arange(len(values)), "right") - 1, 0, None)]]
