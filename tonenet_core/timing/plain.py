"""Features of notes in which touch leaves no trace: the same for a performance and for its transfer.

A *plain* piece has its chords struck at once, with their top notes; its notes' lengths and its pedal are not looked at.
So nothing in it depends on what a transfer of touch changes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.encoding.events import FEATURES, LENGTHS, PEDAL, encode_events
from tonenet_core.performance import Piece
from tonenet_core.timing.clusters import Clusters

LENGTH_COLUMNS = [FEATURES.index(name) for name in LENGTHS]
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
