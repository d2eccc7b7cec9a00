"""Pulse of a free recording: beats that follow its onsets, for what needs beats and can do with a listener's guess.

Source: D. Ellis, Beat Tracking by Dynamic Programming, Journal of New Music Research 36, 2007: a tempo from the
autocorrelation of the onsets' strength, weighed by how usual it is; then the beats that stand on strong onsets and keep
near that tempo.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.timing.clusters import Clusters, find_clusters

FRAME_SEC = 0.02
STEADY_SEC = 0.5  # a beat where no pulse can be found
FEWEST = 8  # clusters
USUAL_SEC, OCTAVES = 0.55, 0.9  # the usual length of a beat, and the width of that in octaves
SHORTEST_SEC, LONGEST_SEC = 0.3, 1.2
TIGHTNESS = 60.0  # with which a beat keeps the tempo
_LONGEST_LAG_SEC = 4.8

Seconds = NDArray[np.float64]


def find_pulse(notes: NDArray[np.void]) -> Seconds:
    """Return beats, `(b,)` ascending seconds, from the first note to beyond the last end; b >= 2 if there are notes.

    Of too few notes to tell, they are half a second apart.

    Args:
        notes: `(n,)` of `NOTE_DTYPE`, sorted by onset.
    """
    if not len(notes):
        return np.zeros(0)
    clusters = find_clusters(notes)
    first, last = float(notes["onset_sec"][0]), float((notes["onset_sec"] + notes["duration_sec"]).max())
    if len(clusters) < FEWEST:
        return first + STEADY_SEC * np.arange(int(np.ceil((last - first) / STEADY_SEC)) + 1.0)
    strength = _strength(notes, clusters, first)
    period = _period(strength)
    beats = np.asarray(first + FRAME_SEC * _path(strength, period), np.float64)
    return _filled(beats, period * FRAME_SEC, first, last)


def _strength(notes: NDArray[np.void], clusters: Clusters, first: float) -> Seconds:
    """Return how strongly something is struck in each frame; chords and low notes count more."""
    weight = np.bincount(clusters.of_note, notes["velocity"] / 64 + (notes["pitch"] < 52) * 0.5)
    frame = np.rint((clusters.time_sec - first) / FRAME_SEC).astype(np.int64)
    strength = np.bincount(np.maximum(frame, 0), np.sqrt(weight))
    smooth = np.convolve(strength, np.exp(-0.5 * (np.arange(-3, 4) / 1.5) ** 2), mode="same")
    return np.asarray(smooth / max(float(smooth.std()), 1e-9))


def _period(strength: Seconds) -> int:
    """Return the length of a beat in frames."""
    longest = min(int(_LONGEST_LAG_SEC / FRAME_SEC), len(strength) - 1)
    size = 1 << (len(strength) + longest).bit_length()
    spectrum = np.fft.rfft(strength - strength.mean(), size)
    likeness = np.fft.irfft(np.abs(spectrum) ** 2, size)[: longest + 1]
    lags = np.arange(int(SHORTEST_SEC / FRAME_SEC), int(LONGEST_SEC / FRAME_SEC) + 1)
    lags = lags[lags <= longest]
    if not len(lags):
        return round(STEADY_SEC / FRAME_SEC)
    usual = np.exp(-0.5 * (np.log2(lags * FRAME_SEC / USUAL_SEC) / OCTAVES) ** 2)
    both = likeness[lags] + 0.5 * np.interp(2 * lags, np.arange(longest + 1), likeness, right=0.0)
    return int(lags[np.argmax(np.maximum(both, 0) * usual)])


def _path(strength: Seconds, period: int) -> NDArray[np.int64]:
    """Return the frames of the beats."""
    lags = np.arange(period // 2, 2 * period + 1)
    price = -TIGHTNESS * np.log(lags / period) ** 2
    start = int(lags[-1])
    total = np.concatenate([np.zeros(start), strength])
    came_from = np.full(len(total), -1)
    for frame in range(start, len(total)):
        reached = total[frame - lags] + price
        best = int(np.argmax(reached))
        if reached[best] > 0:
            total[frame] += reached[best]
            came_from[frame] = frame - lags[best]
    frame = len(total) - period + int(np.argmax(total[-period:]))
    frames = []
    while frame >= start:
        frames.append(frame - start)
        frame = int(came_from[frame])
    return np.array(frames[::-1], np.int64)


def _filled(beats: Seconds, period: float, first: float, last: float) -> Seconds:
    """Return beats that go on, at a steady tempo, to the first note and beyond the last end."""
    before = beats[0] - period * np.arange(int(np.ceil(max(beats[0] - first - period / 4, 0.0) / period)), 0, -1)
    after = beats[-1] + period * np.arange(1, int(np.ceil(max(last - beats[-1], 0.0) / period)) + 2)
    return np.concatenate([before, beats, after])
