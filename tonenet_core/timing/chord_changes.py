"""Harmony as the pitch classes that are struck: how much of it is new, and how much of it clashes when held."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.performance import Piece
from tonenet_core.timing.clusters import Clusters

BEFORE_SEC, AFTER_SEC = 1.0, 0.5  # of what was struck before a cluster, and with it and after it
MOSTLY_NEW = 0.6  # one minus the cosine of two chromas: C major to F major has .67, to A minor .33
HIGHEST_BASS = 60  # pitch

Values = NDArray[np.float64]


def chroma_between(pitch: NDArray[np.integer], onset_sec: Values, begin: Values, end: Values) -> Values:
    """Return how many notes of each pitch class begin from `begin` to before `end`, `(c, 12)`.

    Args:
        pitch: `(n,)`.
        onset_sec: `(n,)`, ascending.
        begin: `(c,)`.
        end: `(c,)`.
    """
    counts = np.zeros((len(pitch) + 1, 12))
    counts[np.arange(1, len(pitch) + 1), np.asarray(pitch, np.int64) % 12] = 1
    counts = np.cumsum(counts, axis=0)
    return np.asarray(counts[np.searchsorted(onset_sec, end)] - counts[np.searchsorted(onset_sec, begin)])


def novelty(before: Values, after: Values) -> Values:
    """Return how different two chromas are, 0..1, `(c,)`: one minus their cosine; 1 where one is empty."""
    size = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    return np.asarray(1 - np.sum(before * after, axis=1) / np.maximum(size, 1e-9))


def clash(before: Values, after: Values) -> Values:
    """Return the share of the notes of one chroma that are a semitone away from notes of another, 0..2, `(c,)`."""
    near = np.roll(before, 1, axis=1) + np.roll(before, -1, axis=1)
    total = np.maximum(before.sum(axis=1) * after.sum(axis=1), 1)
    return np.asarray(np.sum(near * after, axis=1) / total * 4)


def find_changes(piece: Piece, clusters: Clusters) -> NDArray[np.bool_]:
    """Return at which clusters the harmony changes, `(c,)`: most of it is new, or the bass is."""
    time, of_note = clusters.time_sec, clusters.time_sec[clusters.of_note]
    pitch = piece.notes["pitch"].astype(np.int64)
    before = chroma_between(pitch, of_note, time - BEFORE_SEC, time)
    after = chroma_between(pitch, of_note, time, time + AFTER_SEC)
    low = np.minimum.reduceat(pitch, clusters.starts) if len(clusters) else np.zeros(0, np.int64)
    is_new_bass = (low < HIGHEST_BASS) & (before[np.arange(len(low)), low % 12] == 0)
    return np.asarray((before.sum(axis=1) > 0) & (is_new_bass | (novelty(before, after) > MOSTLY_NEW)))
