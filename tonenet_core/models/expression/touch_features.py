"""What a training piece teaches a model of touch: plain features of its notes, lags and articulation."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tonenet_core.encoding.events import FEATURES, METRE
from tonenet_core.encoding.written import PAGES
from tonenet_core.performance import TrainingPiece
from tonenet_core.timing.articulation import find_articulation
from tonenet_core.timing.clusters import find_clusters
from tonenet_core.timing.plain import encode_plain

METRE_COLUMNS = [FEATURES.index(name) for name in METRE]


@dataclass(frozen=True, eq=False)
class TouchRows:
    """Training piece for a model of touch, in the order of the plain piece.

    Attributes:
        features: `(n, F)` float32.
        lag_sec: `(n,)`, NaN of notes that have none.
        articulation: `(n,)`, NaN of notes that have none.
        page: whether the lengths in `features` are written ones.
    """

    features: NDArray[np.float32]
    lag_sec: NDArray[np.float64]
    articulation: NDArray[np.float64]
    page: bool


def touch_rows(piece: TrainingPiece) -> TouchRows:
    """Return what a training piece teaches: of a page, how it was played."""
    clusters = find_clusters(piece.notes)
    page = piece.source.endswith(PAGES)
    played, notes = clusters, piece.notes
    if page:
        notes = notes.copy()
        notes["onset_sec"], notes["duration_sec"] = piece.played["onset_sec"], piece.played["duration_sec"]
        time_sec = notes["onset_sec"][clusters.top]
        played = replace(clusters, time_sec=time_sec, lag_sec=notes["onset_sec"] - time_sec[clusters.of_note])
    lag = np.where(clusters.is_chord_note, played.lag_sec, np.nan)
    with np.errstate(invalid="ignore"):  # an interval of a page may be negative where two chords were played as one
        articulation = find_articulation(notes, played)
    features, order = encode_plain(piece, clusters, lengths=page)
    return TouchRows(features, lag[order], articulation[order], page)
