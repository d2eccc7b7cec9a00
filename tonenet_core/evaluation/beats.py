"""How beat trackers find the beats of pieces whose beats are known, which they are not shown, beside simple baselines.

Beats are those that a listener marked, or that the time signatures of a metered file count.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.beat_metrics import amlt, cmlt, f_measure
from tonenet_core.analysis.velocity_metrics import pearson
from tonenet_core.checkpoint import CheckpointInfo, load
from tonenet_core.data.cache import Cache
from tonenet_core.errors import DataError
from tonenet_core.evaluation.pages import is_page
from tonenet_core.evaluation.report import Report, Table
from tonenet_core.models.beats.tracked import BeatModel
from tonenet_core.models.beats.training_rows import beats_of
from tonenet_core.parts.beats import CONFIDENT
from tonenet_core.performance import TrainingPiece
from tonenet_core.progress import Progress
from tonenet_core.timing.clusters import find_clusters
from tonenet_core.timing.pulse import SHORTEST_SEC, USUAL_SEC, find_pulse

BEATS = "Beats"
BEATS_NOTE = (
    "Beats within 70 ms of a marked one: F-measure; share of beats that follow each other rightly at the marked tempo "
    "(CMLt), and at that, half, twice or off the beat (AMLt). Pulse: by the autocorrelation of onsets and dynamic "
    "programming. Steady: one tempo and phase, those on which most onsets stand."
)
CONFIDENCE = "Confidence"
CONFIDENCE_NOTE = (
    "Sure: share of the pieces whose beats are used, at a confidence of {confident:g} or more; F of those and of the "
    "others; share of those that are used whose F is at least .8. Sets without known beats have a share only."
)
PULSE, STEADY = "pulse", "steady"
RIGHT = 0.8
ALL = "all with known beats"
_LONGEST_SEC = 1.2
_OCTAVES = 0.9  # by which steady beats may be unusual

Seconds = NDArray[np.float64]


def measure_beats(infos: Sequence[CheckpointInfo], cache: Cache, split: str, progress: Progress) -> Report:
    """Return the figures of beat trackers on a split.

    Raises:
        DataError: if a checkpoint is of another kind, or the split holds no pieces.
    """
    report = Report([info.name for info in infos], split)
    models = [(info.title, load(info.path, "cpu")) for info in infos]
    pieces = [piece for piece in cache.pieces(split, infos[0].styles) if not is_page(piece)]
    if not pieces:
        raise DataError(f"{cache.folder} holds no pieces of {' or '.join(infos[0].styles)} in its {split} split.")
    agreement: dict[str, list[tuple[float, float]]] = {}
    for index, piece in enumerate(pieces):
        progress(index / len(pieces))
        beats, _ = beats_of(piece)
        report.pieces[piece.source] = report.pieces.get(piece.source, 0) + 1
        for title, model in models:
            if not isinstance(model, BeatModel):
                raise DataError("Beat trackers and other models are evaluated separately.")
            agreement.setdefault(title, []).extend(_measure_tracked(report, title, model, piece, beats))
        if len(beats):
            for title, found in ((PULSE, find_pulse(piece.notes)), (STEADY, steady_beats(piece.notes))):
                _add(report.table(BEATS, BEATS_NOTE), f"{piece.source}, {title}", beats, found)
    for title, pairs in agreement.items():
        table = report.table(CONFIDENCE)
        table.add(f"{title}, {ALL}", "r, confidence and F", pearson(*np.array(pairs).T))
    progress(1.0)
    return report


def _measure_tracked(
    report: Report, title: str, model: BeatModel, piece: TrainingPiece, beats: Seconds
) -> list[tuple[float, float]]:
    """Add a piece's figures; return its confidence and F-measure, if that is known."""
    tracked = model.track(piece)
    sure = tracked.confidence >= CONFIDENT
    table = report.table(CONFIDENCE, CONFIDENCE_NOTE.format(confident=CONFIDENT))
    table.add(f"{title}, {piece.source}", "sure", float(sure))
    if not len(beats):
        return []
    _add(report.table(BEATS, BEATS_NOTE), f"{piece.source}, {title}", beats, tracked.time_sec)
    figure = f_measure(beats, tracked.time_sec)
    for row in (f"{title}, {piece.source}", f"{title}, {ALL}"):
        if row.endswith(ALL):
            table.add(row, "sure", float(sure))
        table.add(row, "F, sure" if sure else "F, others", figure)
        if sure:
            table.add(row, "right, sure", float(figure >= RIGHT))
    return [(tracked.confidence, figure)]


def _add(table: Table, row: str, beats: Seconds, found: Seconds) -> None:
    for column, measure in (("F", f_measure), ("CMLt", cmlt), ("AMLt", amlt)):
        table.add(row, column, measure(beats, found))


def steady_beats(notes: NDArray[np.void]) -> Seconds:
    """Return evenly spaced beats, at the tempo and phase on which most onsets stand; none of fewer than two notes."""
    if len(notes) < 2:
        return np.zeros(0)
    clusters = find_clusters(notes)
    time, weight = clusters.time_sec, np.sqrt(clusters.sizes)
    longest = np.log(_LONGEST_SEC / SHORTEST_SEC)
    change = 0.2 * SHORTEST_SEC / max(float(time[-1] - time[0]), 1.0)  # a fifth of a beat over the whole piece
    period = SHORTEST_SEC * np.exp(np.arange(0.0, longest, max(change, 1e-4)))
    usual = np.exp(-0.5 * (np.log2(period / USUAL_SEC) / _OCTAVES) ** 2)
    phases = np.array([np.sum(weight * np.exp(2j * np.pi * time / each)) for each in period])
    best = int(np.argmax(np.abs(phases) * usual))
    first = float(np.angle(phases[best])) / (2 * np.pi) * period[best]
    count = np.arange(np.ceil((time[0] - first) / period[best] - 0.5), np.floor((time[-1] - first) / period[best]) + 1)
    return np.asarray(first + count * period[best])
