"""Metrics of whole pieces that a model invents, beside those of real ones.

Notes are `(n,)` of `NOTE_DTYPE`, in the order of onset, then pitch.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.cover_metrics import COPIED_NOTES, textures, windows
from tonenet_core.analysis.key import find_key, scale

FEATURES = ("polyphony", "density", "inter-onset", "pitch", "duration")
GROUP = 4
"""Half seconds of a stretch of a piece that is compared with others."""
FAR = 16
"""Half seconds between stretches that are far apart."""

Notes = NDArray[np.void]


def piece_means(notes: Notes) -> dict[str, float]:
    """Return the mean of each of `FEATURES` over a piece that has notes."""
    return {
        **textures(notes),
        "pitch": float(notes["pitch"].mean()),
        "duration": float(np.log2(np.maximum(notes["duration_sec"], 0.02)).mean()),
    }


def far_similarity(chroma: NDArray[np.float64]) -> float:
    """Return how well stretches of two seconds come back: the mean of their best cosine of chroma far away, 0..1.

    NaN of pieces that have no two stretches far apart.

    Args:
        chroma: `(b, 12)`, of each half second.
    """
    groups = len(chroma) // GROUP
    rows = chroma[: groups * GROUP].reshape(groups, -1)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    unit = rows / np.where(length > 0, length, 1.0)
    apart = np.abs(np.arange(groups)[:, None] - np.arange(groups)) * GROUP >= FAR
    best = np.where(apart, unit @ unit.T, -1.0).max(axis=1, initial=-1.0)[length[:, 0] > 0]
    return float(best[best >= 0].mean()) if (best >= 0).any() else float("nan")


def longest_copy(notes: Notes, known: NDArray[np.uint64]) -> int:
    """Return the number of notes of the longest run that stands in known pieces (`cover_metrics.known_windows`)."""
    copied = np.isin(windows(notes), known)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], copied, [False]]).astype(np.int8)))
    longest = int((edges[1::2] - edges[::2]).max(initial=0))
    return longest + COPIED_NOTES - 1 if longest else 0


def repeated_share(notes: Notes) -> float:
    """Return the share of the runs of eight notes that occur more than once in the piece, 0..1; NaN without any."""
    found = windows(notes)
    _, place, count = np.unique(found, return_inverse=True, return_counts=True)
    return float(np.mean(count[place] > 1)) if len(found) else float("nan")


def share_in_key(notes: Notes) -> float:
    """Return the share of the notes that belong to the key of their half minute, 0..1; NaN without notes."""
    found = []
    for part in np.unique(notes["onset_sec"] // 30.0):
        inside = notes[notes["onset_sec"] // 30.0 == part]
        key = scale(find_key(inside["pitch"], np.minimum(inside["duration_sec"], 2.0) + 0.05))
        found += [int(pitch) % 12 in key for pitch in inside["pitch"]]
    return float(np.mean(found)) if found else float("nan")
