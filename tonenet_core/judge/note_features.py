"""Features of the struck notes of a piece, for the judge of notes: harmony, lines and texture, and no time.

Notes struck within 40 ms are one stroke; beyond that, when a note is struck, for how long and how hard is not looked
at: lengths, lags and velocities recognise a transcriber or an instrument, and the rhythm of a cover is its original's.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tonenet_core.encoding.events import chord_of

STROKE_SEC = 0.04
WIDEST = 24  # semitones inside a stroke that are told apart
LEAP = 12  # semitones of a line
LOCAL = 24  # strokes over which a scale is looked for
NEAR = 8  # strokes that make up a harmony
_MAJOR = np.isin(np.arange(12), (0, 2, 4, 5, 7, 9, 11)).astype(np.float64)
_SCALES = np.array([np.roll(_MAJOR, tonic) for tonic in range(12)])

Values = NDArray[np.float64]


def note_features(onset_sec: NDArray[np.float64], pitch: NDArray[np.integer]) -> Values:
    """Return the features of struck notes, `(FEATURES,)`; of few notes they are a matter of chance.

    Args:
        onset_sec: `(n,)` ascending, n >= 1.
        pitch: `(n,)`, 21..108.
    """
    stroke = chord_of(onset_sec, STROKE_SEC)
    order = np.lexsort((pitch, stroke))
    stroke, keys = stroke[order].astype(np.int64), pitch[order].astype(np.int64)
    return np.concatenate([np.atleast_1d(part) for part in _parts(stroke, keys)])


def _parts(stroke: NDArray[np.int64], keys: NDArray[np.int64]) -> Iterator[Values]:
    starts = np.flatnonzero(np.diff(stroke, prepend=-1))
    sizes = np.diff(starts, append=len(keys))
    bottom, top = keys[starts], keys[starts + sizes - 1]
    yield _shares(np.minimum(sizes, 7) - 1, 7)
    yield _shares(np.clip((keys - 21) // 6, 0, 14), 15)
    together = _pairs(stroke, keys)
    yield _shares(np.minimum(together, WIDEST), WIDEST + 1)
    yield _shares(together % 12, 12)
    yield _chords(stroke, keys, sizes)
    for line in (top, bottom):
        steps = np.diff(line)
        yield _shares(np.clip(steps, -LEAP - 1, LEAP + 1) + LEAP + 1, 2 * LEAP + 3)
    single = sizes == 1
    figure = np.abs(np.diff(keys[starts]))[single[1:] & single[:-1]]
    yield _shares(np.minimum(figure, 13), 14)
    yield _harmony(stroke, keys, len(starts))
    yield _crossings(top, bottom)


def _shares(values: NDArray[np.integer], count: int) -> Values:
    """Return the logarithm of the share of each value, smoothed, so that what is rare counts."""
    counts = np.bincount(values, minlength=count).astype(np.float64)
    return np.asarray(np.log((counts + 0.5) / (counts.sum() + 0.5 * count)))


def _pairs(stroke: NDArray[np.int64], keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the intervals between all notes that are struck together."""
    found = []
    for apart in range(1, min(8, len(keys))):
        is_same = stroke[apart:] == stroke[:-apart]
        found.append((keys[apart:] - keys[:-apart])[is_same])
    return np.concatenate(found) if found else np.zeros(0, np.int64)


_SET_CLASSES: dict[int, int] = {}


def _set_class(classes: int) -> int:
    """Return the least of the transpositions and inversions of a set of pitch classes, a number of 12 bits."""
    inverted = sum(1 << (-tone % 12) for tone in range(12) if classes >> tone & 1)
    turns = [((each << by) | (each >> (12 - by))) & 0xFFF for each in (classes, inverted) for by in range(12)]
    return min(turns)


def _transposed(classes: int) -> int:
    return min(((classes << by) | (classes >> (12 - by))) & 0xFFF for by in range(12))


_TRICHORDS = sorted({_transposed(each) for each in range(1 << 12) if each.bit_count() == 3})
_TETRACHORDS = sorted({_set_class(each) for each in range(1 << 12) if each.bit_count() == 4})
_NUMBER = np.full(1 << 12, -1)
for _each in range(1 << 12):
    if _each.bit_count() == 3:
        _NUMBER[_each] = _TRICHORDS.index(_transposed(_each))
    elif _each.bit_count() == 4:
        _NUMBER[_each] = len(_TRICHORDS) + _TETRACHORDS.index(_set_class(_each))
_KINDS = len(_TRICHORDS) + len(_TETRACHORDS)


def _sets(stroke: NDArray[np.int64], keys: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return the pitch classes of each stroke as a number of 12 bits."""
    sets = np.zeros(count, np.int64)
    np.bitwise_or.at(sets, stroke, 1 << (keys % 12))
    return sets


def _chords(stroke: NDArray[np.int64], keys: NDArray[np.int64], sizes: NDArray[np.int64]) -> Values:
    """Return how often each kind of three- and four-note chord is struck."""
    numbers = _NUMBER[_sets(stroke - stroke[0], keys, len(sizes))]
    return _shares(numbers[numbers >= 0], _KINDS)


def _harmony(stroke: NDArray[np.int64], keys: NDArray[np.int64], count: int) -> Values:
    """Return how well the notes fit scales, how many pitch classes are near each other, and which intervals."""
    counts = np.zeros((count, 12))
    np.add.at(counts, (stroke - stroke[0], keys % 12), 1.0)
    summed = np.concatenate([np.zeros((1, 12)), np.cumsum(counts, axis=0)])
    features = []
    for reach in (NEAR, LOCAL, 4 * LOCAL):
        first = np.arange(0, max(count - reach, 0) + 1, max(reach // 2, 1))
        windows = summed[np.minimum(first + reach, count)] - summed[first]
        windows /= np.maximum(windows.sum(axis=1, keepdims=True), 1.0)
        inside = (windows @ _SCALES.T).max(axis=1)
        entropy = -(windows * np.log(np.maximum(windows, 1e-9))).sum(axis=1)
        features += [inside.mean(), inside.std(), entropy.mean(), entropy.std(), (windows > 0).sum(axis=1).mean()]
        likeness = [float((windows * np.roll(windows, by, axis=1)).sum(axis=1).mean()) for by in range(1, 7)]
        total = float((windows * windows).sum(axis=1).mean())
        features += [each / max(total, 1e-9) for each in likeness]
    return np.array(features)


def _crossings(top: NDArray[np.int64], bottom: NDArray[np.int64]) -> Values:
    """Return how far apart the hands are, and how the lines move."""
    width = (top - bottom).astype(np.float64)
    moves = np.abs(np.diff(bottom)).astype(np.float64) if len(bottom) > 1 else np.zeros(1)
    return np.array([width.mean(), width.std(), top.mean(), bottom.mean(), bottom.std(), top.std(), moves.mean()])


FEATURES = len(note_features(np.zeros(1), np.array([60])))
