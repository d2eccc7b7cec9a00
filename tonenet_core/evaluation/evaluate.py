"""How well checkpoints predict held-out velocities, and what their transfers do, beside simple baselines and controls.

Every figure is taken a piece at a time. The baselines come from the checkpoints' own training data, so a set of unseen
pieces is all that is needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.quantiles import loudness, quantile_of, steps
from tonenet_core.analysis.velocity_metrics import (
    log_loss,
    mae,
    mean_removed_mae,
    pearson,
    spearman,
    spread_ratio,
    wasserstein,
)
from tonenet_core.checkpoint import CheckpointInfo, find, load
from tonenet_core.data.prepare import opened
from tonenet_core.errors import DataError
from tonenet_core.evaluation.generators import measure_generators
from tonenet_core.evaluation.report import Report, Samples
from tonenet_core.evaluation.sequences import measure_sequences
from tonenet_core.judge import Judge, load_judge
from tonenet_core.models import COMPOSERS
from tonenet_core.models.base import Distribution, DistributionModel, StyleModel
from tonenet_core.performance import LOWEST_PITCH, Piece, TrainingPiece
from tonenet_core.progress import Progress, no_progress
from tonenet_core.transfer import interpret, velocities

FLAT = 64
ACCURACY = {"MAE": mae, "MAE, mean removed": mean_removed_mae, "Pearson r": pearson}
VELOCITY = "Velocities: {0}"
HEADS = "Each head on each data set: {0}"
GAIN = "What {0} gains over the others"
TRANSFER = "Transfer to the other style: {0}"
PERFORMED = "Pieces without dynamics, performed in their own style: {0}"
CYCLE = "The write-up's cycle: {0}"
JUDGED = "What the judge hears: {0}"
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)

Velocities = NDArray[np.float64]


def evaluate(
    checkpoints: Sequence[str | Path],
    data: Path,
    *,
    split: str = "test",
    device: str = "auto",
    progress: Progress = no_progress,
) -> tuple[Report, Samples]:
    """Measure checkpoints on a split of a cache or of a data folder; of pieces in the first one's styles.

    Checkpoints that invent pieces are measured as `generation_report` or `sequence_report` says, on the processor.

    Raises:
        CheckpointError: if there is no such checkpoint.
        DataError: if the data holds no pieces of the first checkpoint's styles in this split, or only some of the
            checkpoints invent pieces.
        Cancelled: if `progress` asks to stop.
    """
    infos = [find(checkpoint) for checkpoint in checkpoints]
    if any(info.generates for info in infos):
        if not all(info.generates for info in infos):
            raise DataError("Models that invent pieces and models that play them are measured apart.")
        composers = [info.model in COMPOSERS for info in infos]
        if any(composers) and not all(composers):
            raise DataError("Models that write token by token and models that draw images are measured apart.")
        with opened(data) as cache:
            return (measure_sequences if all(composers) else measure_generators)(infos, cache, split, progress)
    models = [(info, _Remembering.of(load(info.path, device))) for info in infos]
    report, samples = Report([info.name for info in infos], split), Samples()
    with opened(data) as cache:
        pieces = list(cache.pieces(split, infos[0].styles))
        if not pieces:
            raise DataError(f"{data} holds no pieces of {' or '.join(infos[0].styles)} in its {split} split.")
        own_spread = _own_spread(pieces)
        judge = load_judge()
        for index, piece in enumerate(pieces):
            progress(index / len(pieces))
            report.pieces[piece.source] = report.pieces.get(piece.source, 0) + 1
            _measure_velocities(report, models, piece)
            for info, model in models:
                _measure_heads(report, info, model, piece)
                _measure_cycle(report, info, model, piece)
                if isinstance(model, DistributionModel):
                    _measure_transfer(report, info, model, piece, own_spread)
                    _measure_performed(report, info, model, piece)
                if judge is not None:
                    _measure_judged(report, judge, info, model, piece)
            _keep_samples(samples, models[0][1], piece)
        progress(1.0)
    return report, samples


class _Remembering:
    """A model that remembers what it said of the last piece's notes: the notes alone decide, whatever is played."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.styles, self.default_accents = model.styles, model.default_accents
        self._notes = b""
        self._said: dict[tuple[str, str], Any] = {}

    @staticmethod
    def of(model: Any) -> _Remembering:
        return _RememberingDistribution(model) if isinstance(model, DistributionModel) else _Remembering(model)

    def _remembered(self, kind: str, piece: Piece, style: str) -> Any:
        notes = b"".join(piece.notes[name].tobytes() for name in ("onset_sec", "duration_sec", "pitch"))
        if notes != self._notes:
            self._notes, self._said = notes, {}
        key = (kind, style)
        if key not in self._said:
            self._said[key] = getattr(self.model, kind)(piece, style)
        return self._said[key]

    def predict(self, piece: Piece, style: str, progress: Progress = no_progress) -> NDArray[np.float32]:
        velocity: NDArray[np.float32] = self._remembered("predict", piece, style)
        return velocity


class _RememberingDistribution(_Remembering):
    def distribution(self, piece: Piece, style: str, progress: Progress = no_progress) -> Distribution:
        said: Distribution = self._remembered("distribution", piece, style)
        return said

    def predict(self, piece: Piece, style: str, progress: Progress = no_progress) -> NDArray[np.float32]:
        return self.distribution(piece, style).median()

    def residuals(self, style: str) -> Velocities:
        process: Velocities = self.model.residuals(style)
        return process


# -- velocities that were played ----------------------------------------------------------------------------------


def _true(piece: TrainingPiece) -> Velocities:
    return piece.notes["velocity"].astype(np.float64)


def _own_spread(pieces: list[TrainingPiece]) -> dict[str, float]:
    """Return, for each style, the mean over its pieces of the standard deviation of the played velocities."""
    found: dict[str, list[float]] = {}
    for piece in pieces:
        found.setdefault(piece.style, []).append(float(_true(piece).std()))
    return {style: float(np.mean(each)) for style, each in found.items()}


def _measure_velocities(report: Report, models: list[tuple[CheckpointInfo, Any]], piece: TrainingPiece) -> None:
    """Compare what was played with what the piece's own head and the baselines say."""
    true = _true(piece)
    table = report.table(VELOCITY.format(piece.source))
    predicted = _baselines(models[0][0], piece)
    said = {}
    for info, model in models:
        if piece.style in info.styles:
            predicted[info.title] = model.predict(piece, piece.style)
            if isinstance(model, DistributionModel):
                said[info.title] = model.distribution(piece, piece.style)
    figures: dict[str, dict[str, float]] = {}
    for name, velocity in predicted.items():
        figures[name] = {metric: measure(true, velocity) for metric, measure in ACCURACY.items()}
        if name in said:
            figures[name]["NLL"] = log_loss(said[name].level, piece.notes["velocity"])
            relative = np.clip(np.rint(true - true.mean()) + 64, 0, 127).astype(np.int64)
            figures[name]["NLL, mean removed"] = log_loss(said[name].shape, relative)
        for metric, figure in figures[name].items():
            table.add(name, metric, figure)
    first = models[0][0].title
    if first not in figures:
        return
    note = "Paired by piece; positive is better."
    for name, row in figures.items():
        if name != first:
            gain = report.table(GAIN.format(first), note, decimals=3)
            gain.add(f"{piece.source}: {name}", "Pearson r", figures[first]["Pearson r"] - row["Pearson r"])
            for metric in ("MAE", "MAE, mean removed"):
                gain.add(f"{piece.source}: {name}", metric, row[metric] - figures[first][metric])


def _baselines(info: CheckpointInfo, piece: TrainingPiece) -> dict[str, NDArray[Any]]:
    """Return what the simple predictors say of a piece, `(n,)` each; those that the checkpoint has the data for."""
    keys = piece.notes["pitch"].astype(np.int64) - LOWEST_PITCH
    flat = {f"flat {FLAT}": np.full(len(keys), float(FLAT))}
    known = info.training.get("data", {}).get(piece.style)
    if known is None:
        return flat
    return flat | {
        "style mean": np.full(len(keys), float(known["mean"])),
        "per-pitch mean": np.asarray(known["by_key"])[keys],
    }


# -- are the styles different -------------------------------------------------------------------------------------


def _measure_heads(report: Report, info: CheckpointInfo, model: StyleModel, piece: TrainingPiece) -> None:
    """Compare what was played with what every head says: its own should come nearest."""
    if len(info.styles) < 2 or piece.style not in info.styles:
        return
    true = _true(piece)
    table = report.table(HEADS.format(info.title), "Gain: by how much the own head errs less than the best other one.")
    played = {style: model.predict(piece, style) for style in info.styles}
    for metric, measure in (("MAE", mae), ("mean removed", mean_removed_mae)):
        errors = {style: measure(true, velocity) for style, velocity in played.items()}
        for style, error in errors.items():
            table.add(piece.source, f"{style}, {metric}", error)
        own = errors.pop(piece.style)
        table.add(piece.source, f"gain, {metric}", min(errors.values()) - own)
    others = [np.abs(played[piece.style] - played[style]).mean() for style in info.styles if style != piece.style]
    table.add(piece.source, "heads differ by", float(np.mean(others)))


# -- transfers ----------------------------------------------------------------------------------------------------


def _whole(velocity: Velocities) -> Velocities:
    """Return velocities as a file holds them."""
    return np.clip(np.rint(velocity), 1, 127)


def _playing(piece: TrainingPiece, velocity: Velocities) -> TrainingPiece:
    """Return the piece with other velocities."""
    notes = piece.notes.copy()
    notes["velocity"] = velocity
    return replace(piece, notes=notes)


def transferred(model: StyleModel, piece: TrainingPiece, style: str, strength: float = 1.0) -> Velocities:
    """Return a piece's velocities after a transfer with the model's own accents, whole, `(n,)`."""
    interpretation = interpret(piece, model, style, source_style=piece.style)
    return _whole(velocities(piece, interpretation, strength, model.default_accents))


def _other_styles(info: CheckpointInfo, piece: TrainingPiece) -> Iterator[str]:
    if piece.style in info.styles:
        yield from (style for style in info.styles if style != piece.style)


def _measure_transfer(
    report: Report, info: CheckpointInfo, model: StyleModel, piece: TrainingPiece, own_spread: dict[str, float]
) -> None:
    """Measure distance, spread, and whether there and back returns the piece."""
    note = (
        "Distance and there-and-back in velocity units. Spread: standard deviation of the result over that of real "
        "pieces of the target style."
    )
    table = report.table(TRANSFER.format(info.title), note)
    true = _true(piece)
    for style in _other_styles(info, piece):
        there = transferred(model, piece, style)
        back = interpret(_playing(piece, there), model, piece.style, source_style=style)
        returned = _whole(velocities(_playing(piece, there), back, 1.0, 1.0))
        row = f"{piece.source} to {style}"
        table.add(row, "distance, mean removed", mean_removed_mae(true, there))
        table.add(row, "there and back, RMSE", float(np.sqrt(np.mean((returned - true) ** 2))))
        if style in own_spread:
            table.add(row, "spread", float(there.std()) / own_spread[style])


def _measure_performed(report: Report, info: CheckpointInfo, model: StyleModel, piece: TrainingPiece) -> None:
    """Take the dynamics away, have the piece performed in its own style, and compare with what was played."""
    if piece.style not in info.styles:
        return
    note = "Spread: standard deviation of the result over the player's. W1: Wasserstein distance, means removed."
    table = report.table(PERFORMED.format(info.title), note)
    flat = _playing(piece, np.full(len(piece.notes), float(FLAT)))
    interpretation = interpret(flat, model, piece.style, source_style=piece.style)
    true, result = _true(piece), _whole(velocities(flat, interpretation, 1.0, 1.0))
    table.add(piece.source, "spread", spread_ratio(true, result))
    table.add(piece.source, "W1", wasserstein(true, result))
    neighbours = [np.corrcoef(list(pairwise(each)), rowvar=False)[0, 1] for each in (true, result)]
    table.add(piece.source, "lag-1 correlation, played", float(neighbours[0]))
    table.add(piece.source, "lag-1 correlation, performed", float(neighbours[1]))


def _measure_judged(
    report: Report, judge: Judge, info: CheckpointInfo, model: StyleModel, piece: TrainingPiece
) -> None:
    """Have the independent judge say which style it hears, in what was played, in transfers and in own-style output."""
    if piece.style not in judge.styles or piece.style not in info.styles:
        return
    note = (
        "Shares of pieces. Crossing: the judge finds the wanted style likelier; named: it is sure of it (P >= .8). "
        "Wanted is the target style of a transfer, otherwise the piece's own. Monotone: Spearman's correlation of the "
        "judge's probability with the strength."
    )
    table = report.table(JUDGED.format(info.title), note)
    difference = judge.difference(piece)

    def hear(what: str, velocity: Velocities, wanted: str) -> float:
        verdict = judge.verdict_on(difference, velocity)
        table.add(piece.source, f"{what}: crossing", float(verdict.probability[wanted] > 0.5))
        table.add(piece.source, f"{what}: named", float(verdict.named == wanted))
        return verdict.probability[wanted]

    hear("as played", _true(piece), piece.style)
    flat = _playing(piece, np.full(len(piece.notes), float(FLAT)))
    own = interpret(flat, model, piece.style, source_style=piece.style)
    hear("own head", _whole(velocities(flat, own, 1.0, model.default_accents)), piece.style)
    for style in _other_styles(info, piece):
        if style not in judge.styles:
            continue
        interpretation = interpret(piece, model, style, source_style=piece.style)
        heard = []
        for strength in STRENGTHS:
            velocity = _whole(velocities(piece, interpretation, strength, model.default_accents))
            if strength in (1.0, 1.5):
                heard.append(hear(f"strength {strength:g}", velocity, style))
            else:
                heard.append(judge.verdict_on(difference, velocity).probability[style])
        table.add(piece.source, "monotone", spearman(STRENGTHS, heard))


def _measure_cycle(report: Report, info: CheckpointInfo, model: StyleModel, piece: TrainingPiece) -> None:
    """Measure the write-up's cycle by superimposition, with what makes its figure meaningless beside it."""
    note = (
        "Mean squared error against what was played. A superimposition cannot see the velocities in the middle, so its "
        "cycle is plain reconstruction: the same as without the middle step. Leaving the piece as it is scores 0."
    )
    table = report.table(CYCLE.format(info.title), note, decimals=1)
    true = _true(piece)
    for style in _other_styles(info, piece):
        row = f"{piece.source}, through {style}"
        there = _playing(piece, _whole(velocities(piece, interpret(piece, model, style), 1.0, 0.0)))
        back = _whole(velocities(there, interpret(there, model, piece.style), 1.0, 0.0))
        direct = _whole(velocities(piece, interpret(piece, model, piece.style), 1.0, 0.0))
        table.add(row, "superimposed there and back", float(np.mean((back - true) ** 2)))
        table.add(row, "without the middle step", float(np.mean((direct - true) ** 2)))
        kept = interpret(piece, model, style, source_style=piece.style)
        there = _playing(piece, _whole(velocities(piece, kept, 1.0, 1.0)))
        again = interpret(there, model, piece.style, source_style=style)
        returned = _whole(velocities(there, again, 1.0, 1.0))
        table.add(row, "accents kept, there and back", float(np.mean((returned - true) ** 2)))
        table.add(row, "their distance in the middle", float(np.mean((_true(there) - true) ** 2)))


def _keep_samples(samples: Samples, model: StyleModel, piece: TrainingPiece) -> None:
    if piece.style not in model.styles:
        return
    true = _true(piece)
    samples.true.setdefault(piece.source, []).append(true)
    samples.predicted.setdefault(piece.source, []).append(model.predict(piece, piece.style).astype(np.float64))
    others = [style for style in model.styles if style != piece.style]
    if others:
        samples.transferred.setdefault(piece.source, []).append(transferred(model, piece, others[0]))
    if isinstance(model, DistributionModel):
        borders = steps(model.distribution(piece, piece.style).shape)
        samples.quantile.setdefault(piece.source, []).append(quantile_of(borders, true - loudness(borders, true)))
