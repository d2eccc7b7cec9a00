"""Fitting of the judge of time: trees by LightGBM, calibration by SciPy; both come with the extra `train`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.tree_ensemble import fit
from tonenet_core.data.cache import Cache
from tonenet_core.encoding.events import FEATURES
from tonenet_core.encoding.written import PAGES
from tonenet_core.errors import DataError
from tonenet_core.judge.fit import BOOSTING, NOTES, STYLES, half_of, logistic_fit, lowest_share
from tonenet_core.judge.judge import JUDGED_FEATURES
from tonenet_core.judge.time import (
    ARTICULATION,
    FEWEST_VALUES,
    JUDGED_PARTS,
    LAG,
    PartJudge,
    TimeJudge,
    leaning,
    played_parts,
    unit,
)
from tonenet_core.performance import TrainingPiece
from tonenet_core.progress import Progress, no_progress, stretch
from tonenet_core.timing.clusters import find_clusters
from tonenet_core.timing.plain import encode_plain

# Sources of which a part is not learnt: a sequencer has no lags, and nobody knows when a transcribed key was let go.
SEQUENCED, TRANSCRIBED = ("classical_piano_midi_de",), ("jazz_pijama",)
NOT_PLAYED = {LAG: SEQUENCED, ARTICULATION: (*SEQUENCED, *TRANSCRIBED)}
DISAGREEING = (
    0.1  # share of the pieces of `valid` that agree with their own style less than a verdict takes for granted
)


@dataclass(eq=False)
class _Notes:
    """What the trees of a part and style learn from, a list entry a piece."""

    rows: list[NDArray[np.float32]] = field(default_factory=list)
    values: list[NDArray[np.float64]] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)


def fit_time_judge(
    cache: Cache, styles: tuple[str, str] = STYLES, *, seed: int = 0, progress: Progress = no_progress
) -> TimeJudge:
    """Fit a judge to half of the training tunes, and calibrate it on `valid`; see `fit.fit_judge`.

    Raises:
        DataError: if a style has no pieces of a part, or LightGBM or SciPy is not installed.
        Cancelled: if `progress` asks to stop.
    """
    trees, counts = {}, {}
    for place, style in enumerate(styles):
        tell = stretch(progress, 0.4 * place, 0.4 * (place + 1))
        taught = _taught(half_of(cache, style, left_out=SEQUENCED), seed, stretch(tell, 0.0, 0.3))
        for index, name in enumerate(JUDGED_PARTS):
            notes, share = taught[name], 0.7 / len(JUDGED_PARTS)
            done = stretch(tell, 0.3 + share * index, 0.3 + share * (index + 1))
            trees[name, style] = fit(notes.rows, notes.values, notes.sources, BOOSTING, seed=seed, progress=done)
            counts[f"{style}, {name}"] = len(notes.values)
    parts = {name: PartJudge((trees[name, styles[0]], trees[name, styles[1]])) for name in JUDGED_PARTS}
    judge = TimeJudge(styles, parts, training={"seed": seed, "data_sha256": cache.sha256, "pieces": counts})
    performances = [piece for piece in cache.pieces("valid", styles) if not piece.source.endswith(PAGES)]
    return _calibrated(judge, performances, stretch(progress, 0.8, 1.0))


def _taught(pieces: list[TrainingPiece], seed: int, progress: Progress) -> dict[str, _Notes]:
    """Return features and `unit` values of each part; of a large source pieces are drawn until there are enough."""
    columns = [FEATURES.index(name) for name in JUDGED_FEATURES]
    found: dict[str, _Notes] = {name: _Notes() for name in JUDGED_PARTS}
    drawn: Counter[str] = Counter()
    for done, index in enumerate(np.random.default_rng(seed).permutation(len(pieces))):
        progress(done / len(pieces))
        piece = pieces[index]
        if drawn[piece.source] >= NOTES:
            continue
        drawn[piece.source] += len(piece.notes)
        clusters = find_clusters(piece.notes)
        features, order = encode_plain(piece, clusters)
        for name, played in played_parts(piece, clusters, order).items():
            if not piece.source.endswith(NOT_PLAYED[name]) and len(played.rows) >= FEWEST_VALUES:
                found[name].rows.append(features[played.rows][:, columns])
                found[name].values.append(unit(played.values))
                found[name].sources.append(piece.source)
    return found


def _calibrated(judge: TimeJudge, pieces: list[TrainingPiece], progress: Progress) -> TimeJudge:
    """Return the judge with the log-odds of its parts over their leanings, as `fit.fit_judge`."""
    found: dict[str, list[tuple[TrainingPiece, float, float]]] = {name: [] for name in judge.parts}
    for done, piece in enumerate(pieces):
        progress(done / len(pieces))
        if piece.source.endswith(SEQUENCED):
            continue
        for name, (played, expected) in judge.listen(piece).items():
            if not piece.source.endswith(NOT_PLAYED[name]) and len(played.rows) >= FEWEST_VALUES:
                found[name].append((piece, *leaning(played.values, expected)))
    parts = {name: _calibrated_part(judge, name, each) for name, each in found.items()}
    progress(1.0)
    return replace(judge, parts=parts)


def _calibrated_part(judge: TimeJudge, name: str, heard: Iterable[tuple[TrainingPiece, float, float]]) -> PartJudge:
    pieces, leanings, agreements = zip(*heard, strict=True) if (heard := list(heard)) else ((), (), ())
    if {piece.style for piece in pieces} != set(judge.styles):
        raise DataError(f"There are no pieces of {' and '.join(judge.styles)} to calibrate the judge on.")
    groups = [(piece.style, piece.source) for piece in pieces]
    sources = {style: len({group for group in groups if group[0] == style}) for style in judge.styles}
    weight = np.array([len(pieces) / (2 * sources[group[0]] * groups.count(group)) for group in groups])
    is_first = np.array([piece.style == judge.styles[0] for piece in pieces])
    slope, intercept = logistic_fit(np.array(leanings), is_first.astype(np.float64), weight)
    right = int(np.count_nonzero((slope * np.array(leanings) + intercept > 0) == is_first))
    usual = max(float(np.quantile(agreements, DISAGREEING)), 0.01)
    return replace(
        judge.parts[name],
        slope=slope,
        intercept=intercept,
        surest=lowest_share(right, len(pieces)),
        agreement=usual,
    )
