"""Evaluation of checkpoints on held-out pieces, beside simple baselines and controls.

Every figure is taken on one piece at a time. The baselines are made of the statistics in the checkpoints, so a set of
unseen pieces is all that is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.quantiles import cumulative_distribution, loudness, quantile_of
from tonenet_core.analysis.velocity_metrics import scipy_stats
from tonenet_core.checkpoint import CheckpointInfo, find, load_velocity_model
from tonenet_core.data.cache import Cache
from tonenet_core.data.prepare import opened
from tonenet_core.errors import DataError
from tonenet_core.evaluation.beats import measure_beats
from tonenet_core.evaluation.generators import measure_generators
from tonenet_core.evaluation.pages import is_page, measure_pages, pages_by_score
from tonenet_core.evaluation.report import Report, Samples
from tonenet_core.evaluation.sequences import measure_sequences
from tonenet_core.evaluation.time import measure_time
from tonenet_core.evaluation.transfers import (
    measure_cycle,
    measure_judged,
    measure_performed,
    measure_transfer,
    own_spread,
    transferred,
)
from tonenet_core.evaluation.velocities import Velocities, measure_heads, measure_velocities, played_velocities
from tonenet_core.evaluation.whole_pieces import measure_whole_pieces
from tonenet_core.judge import load_judge
from tonenet_core.judge.report import Controls, transcribed_pieces
from tonenet_core.models.base import DistributionModel, VelocityModel
from tonenet_core.models.distribution import Distribution
from tonenet_core.performance import Piece, TrainingPiece
from tonenet_core.progress import Progress, no_progress

_APART = {
    "timing": "Models of time and models that play or generate pieces are evaluated separately.",
    "beats": "Beat trackers and other models are evaluated separately.",
}


def evaluate(
    checkpoints: Sequence[str | Path],
    data: Path,
    *,
    split: str = "test",
    transcribed: Path | None = None,
    device: str = "auto",
    progress: Progress = no_progress,
) -> tuple[Report, Samples]:
    """Evaluate checkpoints on a split of a cache or of a data folder, on its pieces in the first one's styles.

    A folder of `transcribed` classical recordings is judged beside them (`judge.report`). Checkpoints of time are
    evaluated as in `time.py`, those of beats as in `beats.py`; those that generate pieces as in `generators.py` or
    `sequences.py`, on the processor.

    Raises:
        CheckpointError: if there is no such checkpoint.
        DataError: if SciPy is not installed, the split holds no pieces in the first checkpoint's styles, or the
            checkpoints are of several kinds.
        Cancelled: if `progress` asks to stop.
    """
    scipy_stats()  # before hours of work, not after
    infos = [find(checkpoint) for checkpoint in checkpoints]
    for kind, measure in (("timing", measure_time), ("beats", measure_beats)):
        if any(info.entry.kind == kind for info in infos):
            if not all(info.entry.kind == kind for info in infos):
                raise DataError(_APART[kind])
            with opened(data) as cache:
                return measure(infos, cache, split, progress), Samples()
    if any(info.generates for info in infos):
        if not all(info.generates for info in infos):
            raise DataError("Models that generate pieces and models that play them are evaluated separately.")
        with opened(data) as cache:
            return _measure_of(infos)(infos, cache, split, progress)
    infos = _with_distinct_titles(infos)  # of generators, those of one title are seeds, which are pooled
    models = [(info, memoised(load_velocity_model(info.path, device))) for info in infos]
    report, samples = Report([info.name for info in infos], split), Samples()
    with opened(data) as cache:
        pieces = [piece for piece in cache.pieces(split, infos[0].styles) if not is_page(piece)]
        if not pieces:
            raise DataError(f"{data} holds no pieces of {' or '.join(infos[0].styles)} in its {split} split.")
        estimated = {source for info in infos for source in info.config.get("transcribed", ())}
        spread = own_spread([piece for piece in pieces if piece.source not in estimated] or pieces)
        judged = _judge_of(report, pieces)
        for index, piece in enumerate(pieces):
            progress(index / len(pieces))
            report.pieces[piece.source] = report.pieces.get(piece.source, 0) + 1
            measure_velocities(report, models, piece)
            for info, model in models:
                measure_heads(report, info, model, piece)
                measure_cycle(report, info, model, piece)
                if isinstance(model, DistributionModel):
                    measure_transfer(report, info, model, piece, spread)
                    measure_performed(report, info, model, piece)
                judged(info, model, piece)
            _keep_samples(samples, models[0][1], piece)
        for piece in [] if transcribed is None else transcribed_pieces(transcribed):
            for info, model in models:
                judged(info, model, piece)
        for pages in pages_by_score(cache, split, infos[0].styles):
            measure_pages(report, [(info.title, model) for info, model in models], pages)
        progress(1.0)
    return report, samples


def _judge_of(
    report: Report, pieces: Sequence[TrainingPiece]
) -> Callable[[CheckpointInfo, VelocityModel, TrainingPiece], None]:
    """Return `measure_judged` with the shipped judge and controls as coherent as the pieces; nothing without one."""
    judge = load_judge()
    if judge is None:
        return lambda info, model, piece: None
    return partial(measure_judged, report, judge, controls=Controls.of(pieces, judge.styles))


def _measure_of(
    infos: Sequence[CheckpointInfo],
) -> Callable[[Sequence[CheckpointInfo], Cache, str, Progress], tuple[Report, Samples]]:
    """Return how generators are measured: tunes as tokens, images as images, any others by the pieces they make."""
    if all(info.model == "seq-gan" for info in infos):
        return measure_sequences
    return measure_generators if all(info.entry.kind == "image" for info in infos) else measure_whole_pieces


def _with_distinct_titles(infos: list[CheckpointInfo]) -> list[CheckpointInfo]:
    """Return checkpoints with titles that tell them apart: those of one title have their places added."""
    titles = [info.title for info in infos]
    return [
        replace(info, title=f"{info.title} ({info.path.parent.name}/{info.name})")
        if titles.count(info.title) > 1
        else info
        for info in infos
    ]


def memoised(model: VelocityModel) -> VelocityModel:
    """Return a model that keeps its predictions for the last piece's notes, whatever their velocities."""
    return _MemoisedDistribution(model) if isinstance(model, DistributionModel) else _MemoisedModel(model)


def _notes_of(piece: Piece) -> bytes:
    return b"".join(piece.notes[name].tobytes() for name in ("onset_sec", "duration_sec", "pitch"))


class _MemoisedModel:
    def __init__(self, model: VelocityModel) -> None:
        self._model = model
        self.styles, self.default_accents = model.styles, model.default_accents
        self._notes = b""
        self._predicted: dict[str, NDArray[np.float32]] = {}

    def predict(self, piece: Piece, style: str, progress: Progress = no_progress) -> NDArray[np.float32]:
        if (notes := _notes_of(piece)) != self._notes:
            self._notes, self._predicted = notes, {}
        if style not in self._predicted:
            self._predicted[style] = self._model.predict(piece, style)
        return self._predicted[style]


class _MemoisedDistribution:
    def __init__(self, model: DistributionModel) -> None:
        self._model = model
        self.styles, self.default_accents = model.styles, model.default_accents
        self._notes = b""
        self._distributions: dict[str, Distribution] = {}

    def distribution(self, piece: Piece, style: str, progress: Progress = no_progress) -> Distribution:
        if (notes := _notes_of(piece)) != self._notes:
            self._notes, self._distributions = notes, {}
        if style not in self._distributions:
            self._distributions[style] = self._model.distribution(piece, style)
        return self._distributions[style]

    def predict(self, piece: Piece, style: str, progress: Progress = no_progress) -> NDArray[np.float32]:
        return self.distribution(piece, style).median()

    def residuals(self, style: str) -> Velocities:
        return self._model.residuals(style)


def _keep_samples(samples: Samples, model: VelocityModel, piece: TrainingPiece) -> None:
    if piece.style not in model.styles:
        return
    true = played_velocities(piece)
    samples.true.setdefault(piece.source, []).append(true)
    samples.predicted.setdefault(piece.source, []).append(model.predict(piece, piece.style).astype(np.float64))
    others = [style for style in model.styles if style != piece.style]
    if others:
        samples.transferred.setdefault(piece.source, []).append(transferred(model, piece, others[0]))
    if isinstance(model, DistributionModel):
        borders = cumulative_distribution(model.distribution(piece, piece.style).shape)
        samples.quantile.setdefault(piece.source, []).append(quantile_of(borders, true - loudness(borders, true)))
