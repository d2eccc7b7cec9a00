"""What a pianist sees before each token: the plan, and what was played one or more beats and bars ago.

Everything is seen from the tonic, so that keys are alike. A theme can come back only to who remembers it: therefore
the keys that were struck at the same place one, two, four and eight bars ago are in view.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from tonenet_core.encoding.beat_tokens import END, STEPS, UNKNOWN_LENGTH, Tokens
from tonenet_core.models.pianist.plan import LONGEST_BAR, Plan
from tonenet_core.performance import LOWEST_PITCH, PIANO_KEYS

LAGS = 6  # one beat and two, then bars:
BAR_LAGS = (1, 2, 4, 8)
AHEAD = BAR_LAGS[-1] * LONGEST_BAR
"""Silent beats before the first, which its echoes look at."""
START = END + 1
"""Place of the token before the first."""
NO_DEGREE = PIANO_KEYS + 11
"""Degree of a token without a pitch; pitches have 0..98: semitones above the lowest tonic that any has."""
MIDDLE = 39
"""Key (middle C) that stands for the lowest and highest of a beat of silence."""
CHROMA_PLANES = 4
KEY_PLANES = LAGS + 2
FREE_BAR = 4  # beats of what stands for a bar where none is known
BEAT_FEATURES = LAGS * STEPS + 3 * 12 + 2 * 4 + (LONGEST_BAR + 1) + (LONGEST_BAR + 1) + 2 + 1 + 4
_CLASS_OF_KEYS = np.eye(12)[(np.arange(PIANO_KEYS) + LOWEST_PITCH) % 12]
_NEAR_END = 4.0  # beats
_FAR_END = 32

Floats = NDArray[np.float32]
Grid = NDArray[np.bool_]


def lags(plan: Plan, beat: int) -> NDArray[np.int64]:
    """Return how many beats ago each echo of a beat lies, `(LAGS,)`."""
    bar = int(plan.bar_beats[beat]) or FREE_BAR
    return np.array([1, 2, *(bar * each for each in BAR_LAGS)])


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What is seen from a beat, whatever is played in it.

    Attributes:
        given: `(BEAT_FEATURES,)`.
        chroma: `(12, CHROMA_PLANES)`, by pitch class: of the last beat, bar and four bars, and of the beat a bar ago.
        places: `(LAGS, 12)`, in which steps something was struck, at each echo.
    """

    given: Floats
    chroma: Floats
    places: Floats


def surroundings(plan: Plan, beat: int, before: Grid) -> Surroundings:
    """Return what is seen from a beat.

    Args:
        plan: of the piece.
        beat: number of the beat.
        before: `(12 * AHEAD, 88)`, the keys struck in the steps before it.
    """
    ago, bar = lags(plan, beat), int(plan.bar_beats[beat]) or FREE_BAR
    by_beat = before.reshape(AHEAD, STEPS, PIANO_KEYS)
    struck: Grid = np.max(by_beat, axis=2)
    places: Floats = struck[AHEAD - ago].astype(np.float32)
    counts = by_beat.sum(axis=1)  # (AHEAD, 88)
    recent = np.stack([counts[-1], counts[-bar:].sum(axis=0), counts[-4 * bar :].sum(axis=0), counts[-bar]])
    classes = _by_class(recent)
    rolled = np.roll(classes[:3], -plan.tonic, axis=1)
    about = np.concatenate([_shape(counts[-1]), _shape(counts[-bar])])
    size = int(plan.bar_beats[beat])
    given = np.concatenate(
        [
            places.ravel(),
            rolled.ravel(),
            about,
            _one_hot(min(int(plan.bar_place[beat]), LONGEST_BAR - 1) if size else LONGEST_BAR, LONGEST_BAR + 1),
            _one_hot(size, LONGEST_BAR + 1),
            _one_hot(plan.key // 12, 2),
            [np.log2(plan.beat_sec[beat] / 0.5)],
            _distance(beat),
            _distance(plan.beats - 1 - beat),
        ]
    )
    return Surroundings(given.astype(np.float32), classes.T.astype(np.float32), places)


def key_planes(near: Grid, ago: NDArray[np.int64], steps: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which keys were struck at each echo of some steps, and in the beat and the bar before them.

    Args:
        near: `(t, 88)`, the keys struck in each step.
        ago: `(n, LAGS)`, see `lags`.
        steps: `(n,)`, rows of `near`, from `12 * AHEAD` on.

    Returns:
        `(n, KEY_PLANES, 88)`.
    """
    echoes = near[steps[:, None] - STEPS * ago]
    running = np.concatenate([np.zeros((1, PIANO_KEYS), np.int32), np.cumsum(near, axis=0, dtype=np.int32)])
    bars = STEPS * ago[:, 2]
    recent = np.stack([running[steps] > running[steps - STEPS], running[steps] > running[steps - bars]], axis=1)
    return np.concatenate([echoes, recent], axis=1)


def outer_keys(near: Grid, steps: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the lowest and the highest key struck in the beat before each step; `MIDDLE` after a silence."""
    keys = np.arange(PIANO_KEYS)
    lowest = np.where(near, keys, PIANO_KEYS).min(axis=1)
    highest = np.where(near, keys, -1).max(axis=1)
    low = sliding_window_view(lowest, STEPS).min(axis=1)[steps - STEPS]
    high = sliding_window_view(highest, STEPS).max(axis=1)[steps - STEPS]
    return np.where(low < PIANO_KEYS, low, MIDDLE), np.where(high >= 0, high, MIDDLE)


def degrees(pitch: NDArray[np.int64], tonic: int) -> NDArray[np.int64]:
    """Return the degrees of pitches, 0..98, or `NO_DEGREE` where there is none (0)."""
    return np.where(pitch > 0, pitch - tonic - LOWEST_PITCH + 11, NO_DEGREE)


def window_arrays(plan: Plan, tokens: Tokens, start: int, length: int) -> dict[str, NDArray[np.generic]]:
    """Return tokens `start..start + length` and everything that each is predicted from, by name.

    Args:
        plan: of the piece.
        tokens: of the piece.
        start: first token of a beat.
        length: rows of the arrays; those beyond the last token have place -1.
    """
    cut = slice(start, min(start + length, len(tokens.beat)))
    beat, place = tokens.beat[cut].astype(np.int64), tokens.place[cut].astype(np.int64)
    pitch, size = tokens.pitch[cut].astype(np.int64), cut.stop - cut.start
    first, last = int(beat[0]), int(beat[-1])
    near = _grid(tokens, first - AHEAD, last + 1)
    seen = [
        surroundings(plan, each, near[STEPS * (each - first) : STEPS * (each - first + AHEAD)])
        for each in range(first, last + 1)
    ]
    row = beat - first
    steps = (AHEAD + row) * STEPS + np.minimum(place, STEPS - 1)
    ago = np.stack([lags(plan, each) for each in range(first, last + 1)])[row]
    before = np.concatenate([[0], pitch[:-1]])
    held = np.maximum.accumulate(np.where(before > 0, np.arange(size), 0))
    low, high = outer_keys(near, steps)
    arrays: dict[str, NDArray[np.generic]] = {
        "place": place,
        "pitch": np.where(pitch > 0, pitch - LOWEST_PITCH, -1),
        "length": tokens.length[cut].astype(np.int64),
        "before_place": np.concatenate([[START], place[:-1]]),
        "before_degree": degrees(before, plan.tonic),
        "before_length": np.concatenate([[UNKNOWN_LENGTH], tokens.length[cut][:-1]]).astype(np.int64) + 1,
        "last_key": np.where(before[held] > 0, before[held] - LOWEST_PITCH, MIDDLE),
        "low": low,
        "high": high,
        "root": np.full(size, plan.tonic, np.int64),
        "given": np.stack([each.given for each in seen])[row],
        "chroma": np.stack([each.chroma for each in seen])[row],
        "places": np.stack([each.places for each in seen])[row],
        "keys": key_planes(near, ago, steps),
    }
    filled = {name: np.zeros((length, *array.shape[1:]), array.dtype) for name, array in arrays.items()}
    for name in ("place", "pitch", "length"):
        filled[name][:] = -1
    for name, array in arrays.items():
        filled[name][:size] = array
    return filled


def _grid(tokens: Tokens, first: int, last: int) -> Grid:
    """Return the keys struck in each step of beats `first..last`, `(t, 88)`; `first` may lie before the piece."""
    grid = np.zeros((STEPS * (last - first), PIANO_KEYS), bool)
    near = slice(*np.searchsorted(tokens.beat, [first, last]))
    notes = tokens.place[near] != END
    step = (tokens.beat[near].astype(np.int64) - first) * STEPS + tokens.place[near]
    grid[step[notes], tokens.pitch[near][notes].astype(int) - LOWEST_PITCH] = True
    return grid


def _by_class(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the chroma of counts of keys, `(k, 12)`, rows of length 1 or 0."""
    classes = counts @ _CLASS_OF_KEYS
    return np.asarray(classes / np.maximum(np.linalg.norm(classes, axis=1, keepdims=True), 1e-9))


def _shape(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the mean, lowest and highest key of a beat in octaves about middle C, and how many it has."""
    keys = np.flatnonzero(counts)
    if not len(keys):
        return np.zeros(4)
    middle = (np.array([keys.mean(), keys[0], keys[-1]]) - MIDDLE) / 12
    return np.append(middle, counts.sum() / 8)


def _distance(beats: int) -> list[float]:
    return [min(beats, _FAR_END) / _FAR_END, float(np.exp(-beats / _NEAR_END))]


def _one_hot(index: int, size: int) -> NDArray[np.float64]:
    return np.asarray(np.eye(size)[index])
