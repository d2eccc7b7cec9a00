"""Features for a model of touch: the same for a performance and for its transfer.

A *plain* piece has its chords struck at once, with their top notes; its notes' lengths and its pedal are not looked at.
So nothing in it depends on what a transfer changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tonenet_core.encoding.events import FEATURES, LENGTHS, METRE, PEDAL, encode_events
from tonenet_core.encoding.written import PAGES
from tonenet_core.performance import Piece, TrainingPiece
from tonenet_core.timing.articulation import find_articulation
from tonenet_core.timing.clusters import Clusters, find_clusters

LENGTH_COLUMNS = [FEATURES.index(name) for name in LENGTHS]
METRE_COLUMNS = [FEATURES.index(name) for name in METRE]
_PEDAL = [FEATURES.index(name) for name in PEDAL]


def encode_plain(
    piece: Piece, clusters: Clusters, *, lengths: bool = False
) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Return the features of a plain piece, `(n, len(FEATURES))`, and which note of the piece each row is.

    The rows are sorted by cluster, then pitch: the order in which a chord's notes were struck is not seen.

    Args:
        piece: as played, or as written.
        clusters: of its notes.
        lengths: whether the notes' lengths are written, and so may be seen.
    """
    plain = piece.notes.copy()
    plain["onset_sec"] = clusters.time_sec[clusters.of_note]
    order = np.lexsort((plain["pitch"], clusters.of_note))
    features = encode_events(Piece(plain[order], piece.beats_sec, piece.downbeats_sec, piece.pedal[:0]))
    features[:, _PEDAL] = 0
    if not lengths:
        features[:, LENGTH_COLUMNS] = 0
    return features, order


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
