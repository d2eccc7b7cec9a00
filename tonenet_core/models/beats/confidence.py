"""How far tracked beats can be trusted: the F-measure that is to be expected of them, by signs of the path itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.beat_metrics import TOLERANCE_SEC, f_measure
from tonenet_core.models.beats.features import BeatClusters
from tonenet_core.models.beats.steady_path import find_steady_path
from tonenet_core.progress import Progress, no_progress, stretch
from tonenet_core.timing.beat_path import (
    LENGTHS_SEC,
    PHASES,
    STEPS,
    STEPS_PER_OCTAVE,
    BeatEvidence,
    BeatPath,
    find_path,
)

WAYS, SIGNS = 2, 8
EXCERPT, MOST_EXCERPTS = 256, 4  # clusters of an excerpt that the calibration learns from; of a piece
FEWEST_BEATS = 12  # with fewer nothing can be told
CHANCE, BY_CHANCE = "chance", 0.2  # a source of onsets that come by chance, and the F-measure to be expected there
_CLOSEST_SEC = 0.05
_RIDGE, _EXAMPLES = 0.1, 20.0  # as many as each source counts for

Values = NDArray[np.float64]


def find_signs(evidence: BeatEvidence, path: BeatPath, others: Sequence[BeatPath]) -> Values:
    """Return the signs of a path, `(SIGNS,)`: 1, then 0..1 each.

    The share of its beats that look like beats where they are struck; the share of all that looks like beats which it
    takes; how well its lengths fit, and the places of clusters in its beats; as roots, because little of them tells
    most, the share of silent beats and the mean change of tempo from beat to beat in octaves; and how far paths that
    were found in other ways agree with it.
    """
    chance = 1 / (1 + np.exp(-evidence.odds))
    struck = path.cluster[path.cluster >= 0]
    length = np.diff(path.time_sec)
    step = np.clip(np.rint(STEPS_PER_OCTAVE * np.log2(length / LENGTHS_SEC[0])), 0, STEPS - 1).astype(np.int64)
    begins = path.cluster[:-1] >= 0
    near = np.clip(step[begins, None] + np.arange(-1, 2), 0, STEPS - 1)
    fits = evidence.length[path.cluster[:-1][begins][:, None], near].sum(axis=1)
    return np.array(
        [
            1.0,
            chance[struck].sum() / len(path.time_sec),
            chance[struck].sum() / max(float(chance.sum()), 1e-9),
            float(np.mean(fits)) if len(fits) else 0.0,
            _place_fit(evidence, path),
            float(np.sqrt(np.mean(path.cluster < 0))),
            float(np.sqrt(np.mean(np.minimum(np.abs(np.diff(np.log2(length))), 1.0)))),
            float(np.mean([f_measure(path.time_sec, other.time_sec) for other in others])) if others else 1.0,
        ]
    )


def _place_fit(evidence: BeatEvidence, path: BeatPath) -> float:
    """Return the mean probability of where clusters are in the beats of a path, 0..1."""
    inside = (evidence.time_sec >= path.time_sec[0]) & (evidence.time_sec <= path.time_sec[-1])
    place = np.interp(evidence.time_sec[inside], path.time_sec, np.arange(len(path.time_sec)))
    near = np.rint(place * PHASES).astype(np.int64)[:, None] + np.arange(-1, 2)
    return float(np.mean(np.take_along_axis(evidence.phase[inside], near % PHASES, axis=1).sum(axis=1)))


def find_paths(evidence: BeatEvidence, progress: Progress = no_progress) -> list[BeatPath]:
    """Return the beats as they are found in each way: from struck beat to struck beat, and at a tempo that keeps.

    Raises:
        Cancelled: if `progress` asks to stop.
    """
    struck = find_path(evidence, progress=stretch(progress, 0.0, 0.5))
    return [struck, find_steady_path(evidence, progress=stretch(progress, 0.5, 1.0))]


def signs_of(evidence: BeatEvidence, paths: Sequence[BeatPath]) -> Values:
    """Return the signs of each path, `(WAYS, SIGNS)`; NaN of those with too few beats."""
    rows = np.full((len(paths), SIGNS), np.nan)
    for way, path in enumerate(paths):
        if len(path.time_sec) >= FEWEST_BEATS:
            rows[way] = find_signs(evidence, path, [other for other in paths if other is not path])
    return rows


def excerpts(evidence: BeatEvidence) -> list[tuple[BeatEvidence, list[BeatPath]]]:
    """Return some of a piece's evidence, in excerpts of equal length, each with the beats in it."""
    count = max(len(evidence.time_sec) // EXCERPT, 1)
    parts = [
        BeatEvidence(evidence.time_sec[rows], evidence.odds[rows], evidence.length[rows], evidence.phase[rows])
        for rows in np.array_split(np.arange(len(evidence.time_sec)), count)
    ]
    return [(part, find_paths(part)) for part in parts[:: -(-count // MOST_EXCERPTS)]]


def within(beats_sec: Values, excerpt: BeatEvidence) -> Values:
    """Return the beats of a piece that are in an excerpt of it."""
    first, last = excerpt.time_sec[[0, -1]]
    return np.asarray(beats_sec[(beats_sec > first - TOLERANCE_SEC) & (beats_sec < last + TOLERANCE_SEC)])


def scattered(clusters: BeatClusters, rng: np.random.Generator) -> BeatClusters:
    """Return the clusters of an excerpt at moments that come by chance: nobody could tell a beat."""
    rows = clusters.rows[:EXCERPT]
    usual = max(float(np.mean(np.diff(clusters.time_sec))), _CLOSEST_SEC) if len(clusters.time_sec) > 1 else 1.0
    return BeatClusters(np.cumsum(_CLOSEST_SEC + rng.exponential(usual, len(rows))), rows)


def calibrate(sources: Sequence[Sequence[tuple[Values, Values]]]) -> Values:
    """Return the weights of signs, `(WAYS, SIGNS)`, whose sum is nearest to F-measures (ridge regression).

    Args:
        sources: of each, the signs `(WAYS, SIGNS)` and F-measures `(WAYS,)` of excerpts; all weigh alike.
    """
    return np.stack(
        [_weights([[(row[way], figure[way]) for row, figure in of] for of in sources]) for way in range(WAYS)]
    )


def _weights(sources: Sequence[Sequence[tuple[Values, float]]]) -> Values:
    known = [[(row, figure) for row, figure in source if np.isfinite(row).all()] for source in sources]
    rows = np.array([row for source in known for row, _ in source]).reshape(-1, SIGNS)
    figures = np.array([figure for source in known for _, figure in source])
    weight = np.array([_EXAMPLES / len(source) for source in known for _ in source])
    weighted = rows.T * weight
    pull = np.diag([1e-9, *([_RIDGE] * (SIGNS - 1))])
    return np.asarray(np.linalg.solve(weighted @ rows + pull, weighted @ figures))


def surest(calibration: Values, evidence: BeatEvidence, paths: Sequence[BeatPath]) -> tuple[BeatPath, float]:
    """Return the path of which the greatest F-measure is to be expected, and that, 0..1; 0 of too few beats."""
    expected = np.clip(np.nan_to_num(np.sum(calibration * signs_of(evidence, paths), axis=1)), 0.0, 1.0)
    best = int(np.argmax(expected))
    return paths[best], float(expected[best])
