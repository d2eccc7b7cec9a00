"""Rhythm of a page: the tempo a style's players would take, and where inside the beats they would strike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.quantiles import coherent_scores
from tonenet_core.encoding.rhythm import PLACES
from tonenet_core.models.base import TempoModel
from tonenet_core.models.micro_timing import MicroTiming, MicroTimingModel, meet_halfway
from tonenet_core.models.rhythm import RhythmModel, join
from tonenet_core.models.tempo import TempoCurve
from tonenet_core.parts.tempo import perform_tempo
from tonenet_core.performance import Piece
from tonenet_core.progress import Progress, no_progress, part
from tonenet_core.timing.clusters import Clusters
from tonenet_core.timing.tempo import beats_at, find_tempo, glided, keep_length

# Of a style's deviations in a performance: as those of lags they need more than the tempo's for .8 of the humans'
# spread (`valid`).
RESIDUAL = 0.85
_SEEDS = 2  # added to the performance's seed: the tempo and the touch draw from those before

Values = NDArray[np.float64]


@dataclass(frozen=True)
class PageModels:
    """The models that play a page together; without the last one, the first two do.

    Attributes:
        tempo: of its beats.
        micro_timing: of what is inside them.
        rhythm: of both.
    """

    tempo: TempoModel
    micro_timing: MicroTimingModel
    rhythm: RhythmModel | None = None

    @property
    def styles(self) -> frozenset[str]:
        """Styles that all know."""
        return frozenset.intersection(*(frozenset(each.styles) for each in self._models))

    @property
    def _models(self) -> list[TempoModel | MicroTimingModel | RhythmModel]:
        both: list[TempoModel | MicroTimingModel | RhythmModel] = [self.tempo, self.micro_timing]
        return both if self.rhythm is None else [*both, self.rhythm]


def expect_rhythm(
    piece: Piece, models: PageModels, style: str, progress: Progress = no_progress
) -> tuple[TempoCurve, MicroTiming]:
    """Return the tempo and the micro-timing that a style's players are expected to give a page.

    Args:
        piece: a page with beats.
        models: that play it.
        style: one of theirs.
        progress: see `Progress`.
    """
    curve = models.tempo.tempo_curve(piece, style, part(progress, 0, 3))
    inside = models.micro_timing.micro_timing(piece, style, part(progress, 1, 3))
    if models.rhythm is not None:
        curve, inside = join(curve, inside, models.rhythm.rhythm(piece, style, part(progress, 2, 3)))
    return meet_halfway(curve, inside)


def play_page(
    piece: Piece,
    clusters: Clusters,
    models: PageModels,
    style: str,
    *,
    rubato: float,
    seed: int,
    progress: Progress = no_progress,
) -> tuple[Values, Values]:
    """Return the rhythm of a performance of a page.

    Args:
        piece: a page with beats.
        clusters: of its notes.
        models: that play it.
        style: one of theirs.
        rubato: 0..1.5, how freely the page is played.
        seed: of the performance.
        progress: see `Progress`.

    Returns:
        By how much the log period of each beat changes, `(b - 1,)`; and by how many beats each cluster is struck later
        inside its beat than a tempo that glides has it, `(c,)`.
    """
    curve, inside = expect_rhythm(piece, models, style, progress)
    wanted = rubato * perform_tempo(curve, models.tempo.residuals(style), seed)
    change = keep_length(find_tempo(piece.beats_sec).log_period, wanted)
    late = perform_micro_timing(inside, models.micro_timing.residuals(style), seed)
    at = beats_at(piece.beats_sec, clusters.time_sec)
    row = np.searchsorted(inside.place, np.rint(at * PLACES).astype(np.int64))
    return change, np.where(inside.is_inside[row], rubato * late[row] - (glided(change, at) - at), 0.0)


def perform_micro_timing(expected: MicroTiming, process: Values, seed: int) -> Values:
    """Return by how many beats each written place is struck later in a performance, `(o,)`.

    Args:
        expected: of the style, for the page.
        process: see `MicroTimingModel.residuals`.
        seed: of the performance.
    """
    scores = coherent_scores(int(np.count_nonzero(expected.is_inside)), process, seed + _SEEDS)
    return expected.played(scores, RESIDUAL)
