"""Pages: pieces that are written rather than played."""

from __future__ import annotations

import numpy as np

from tonenet_core.performance import Performance, Piece
from tonenet_core.timing.analyse import GRIDS, is_on_grid
from tonenet_core.timing.clusters import Clusters, find_clusters
from tonenet_core.timing.tempo import beats_at, find_tempo

WRITTEN_SEC = 0.001  # lags up to this are those of a page
WRITTEN_SHARE = 0.95
PAGE_GRIDS = (*GRIDS, 24)  # thirty-second triplets, too; finer ones would be those of a recording in few ticks


def is_page(piece: Piece) -> bool:
    """Whether a piece is written to a click, with everything on the grid and chords struck at once."""
    clusters = find_clusters(piece.notes)
    return (
        find_tempo(piece.beats_sec).is_to_a_click
        and is_written(clusters)
        and is_on_grid(beats_at(piece.beats_sec, clusters.time_sec), PAGE_GRIDS)
    )


def usual_rubato(piece: Piece, *, performed: bool) -> float:
    """Return how much of a style's tempo a piece is played with unless the user chooses: all of it, or 0, none.

    A page that the piano plays alone breathes. With others it keeps its click, and what somebody has played its tempo,
    be it quantised.

    Args:
        piece: the piece.
        performed: whether its dynamics are performed, too.
    """
    alone = not isinstance(piece, Performance) or piece.plays_alone
    return 1.0 if performed and alone and is_page(piece) else 0.0


def is_written(clusters: Clusters) -> bool:
    """Whether chords are struck at once, as on a page: lags say nothing of a player."""
    lags = np.abs(clusters.lag_sec[clusters.is_chord_note])
    return not len(lags) or bool(np.mean(lags <= WRITTEN_SEC) >= WRITTEN_SHARE)
