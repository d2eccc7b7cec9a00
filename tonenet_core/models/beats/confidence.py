"""How far tracked beats can be trusted: the F-measure that is to be expected of them, by signs of the path itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.beat_metrics import TOLERANCE_SEC
from tonenet_core.models.beats.features import BeatClusters
from tonenet_core.timing.beat_path import LENGTHS_SEC, STEPS, STEPS_PER_OCTAVE, BeatEvidence, BeatPath, find_path

SIGNS = 6
EXCERPT = 256  # clusters of an excerpt that the calibration learns from
FEWEST_BEATS = 12  # with fewer nothing can be told
CHANCE, BY_CHANCE = "chance", 0.2  # a source of onsets that come by chance, and the F-measure to be expected there
_CLOSEST_SEC = 0.05
_RIDGE, _EXAMPLES = 0.1, 20.0  # as many as each source counts for

Values = NDArray[np.float64]


def find_signs(evidence: BeatEvidence, path: BeatPath) -> Values:
    """Return the signs of a path, `(SIGNS,)`: 1, then 0..1 each.

    The share of its beats that look like beats where they are struck; the share of all that looks like beats which it
    takes; how well its lengths fit; and, as roots, because little of them tells most, the share of silent beats and the
    mean change of tempo from beat to beat in octaves.
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
            float(np.mean(fits)),
            float(np.sqrt(np.mean(path.cluster < 0))),
            float(np.sqrt(np.mean(np.minimum(np.abs(np.diff(np.log2(length))), 1.0)))),
        ]
    )


def excerpts(evidence: BeatEvidence) -> list[tuple[BeatEvidence, BeatPath]]:
    """Return a piece's evidence in excerpts of equal length, each with the beats in it, without those of few beats."""
    count = max(len(evidence.time_sec) // EXCERPT, 1)
    parts = [
        BeatEvidence(evidence.time_sec[rows], evidence.odds[rows], evidence.length[rows])
        for rows in np.array_split(np.arange(len(evidence.time_sec)), count)
    ]
    found = [(part, find_path(part)) for part in parts]
    return [(part, path) for part, path in found if len(path.time_sec) >= FEWEST_BEATS]


def within(beats_sec: Values, excerpt: BeatEvidence) -> Values:
    """Return the beats of a piece that are in an excerpt of it."""
    first, last = excerpt.time_sec[[0, -1]]
    return np.asarray(beats_sec[(beats_sec > first - TOLERANCE_SEC) & (beats_sec < last + TOLERANCE_SEC)])


def scattered(clusters: BeatClusters, rng: np.random.Generator) -> BeatClusters:
    """Return the clusters of an excerpt at moments that come by chance: nobody could tell a beat."""
    rows = clusters.rows[:EXCERPT]
    usual = max(float(np.mean(np.diff(clusters.time_sec))), _CLOSEST_SEC) if len(clusters.time_sec) > 1 else 1.0
    return BeatClusters(np.cumsum(_CLOSEST_SEC + rng.exponential(usual, len(rows))), rows)


def calibrate(sources: Sequence[Sequence[tuple[Values, float]]]) -> Values:
    """Return the weights of signs, `(SIGNS,)`, whose sum is nearest to F-measures (ridge regression).

    Args:
        sources: of each, signs and F-measures of excerpts; all weigh alike.
    """
    rows = np.array([signs for source in sources for signs, _ in source])
    figures = np.array([figure for source in sources for _, figure in source])
    weight = np.concatenate([np.full(len(source), _EXAMPLES / len(source)) for source in sources])
    pull = np.diag([0.0, *([_RIDGE] * (SIGNS - 1))])
    weighted = rows.T * weight
    return np.asarray(np.linalg.solve(weighted @ rows + pull, weighted @ figures))


def confidence(calibration: Values, evidence: BeatEvidence, path: BeatPath) -> float:
    """Return the F-measure that is to be expected of a path, 0..1; 0 of too few beats."""
    if len(path.time_sec) < FEWEST_BEATS:
        return 0.0
    return float(np.clip(np.nan_to_num(calibration @ find_signs(evidence, path)), 0.0, 1.0))
