"""Predicted velocities beside played ones: each checkpoint's own head, its other heads, and simple baselines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.quantiles import CENTRE, VALUES
from tonenet_core.analysis.velocity_metrics import log_loss, mae, mean_removed_mae, pearson
from tonenet_core.checkpoint import CheckpointInfo
from tonenet_core.evaluation.report import Report
from tonenet_core.models.base import DistributionModel, VelocityModel
from tonenet_core.performance import LOWEST_PITCH, TrainingPiece

FLAT = 64  # velocity of pieces without dynamics
ACCURACY = {"MAE": mae, "MAE, mean removed": mean_removed_mae, "Pearson r": pearson}
VELOCITY = "Velocities: {0}"
HEADS = "Each head on each data set: {0}"
GAIN = "What {0} gains over the others"

Velocities = NDArray[np.float64]
Models = Sequence[tuple[CheckpointInfo, VelocityModel]]


def played_velocities(piece: TrainingPiece) -> Velocities:
    """Return a piece's velocities, `(n,)`."""
    return piece.notes["velocity"].astype(np.float64)


def measure_velocities(report: Report, models: Models, piece: TrainingPiece) -> None:
    """Compare the played velocities with the predictions of the piece's own style and of the baselines."""
    true = played_velocities(piece)
    table = report.table(VELOCITY.format(piece.source))
    predicted: dict[str, NDArray[np.floating]] = dict(_baselines(models[0][0], piece))
    distributions = {}
    for info, model in models:
        if piece.style in info.styles:
            predicted[info.title] = model.predict(piece, piece.style)
            if isinstance(model, DistributionModel):
                distributions[info.title] = model.distribution(piece, piece.style)
    figures: dict[str, dict[str, float]] = {}
    for name, velocity in predicted.items():
        figures[name] = {metric: measure(true, velocity) for metric, measure in ACCURACY.items()}
        if name in distributions:
            figures[name]["NLL"] = log_loss(distributions[name].level, piece.notes["velocity"])
            relative = np.clip(np.rint(true - true.mean()) + CENTRE, 0, VALUES - 1).astype(np.int64)
            figures[name]["NLL, mean removed"] = log_loss(distributions[name].shape, relative)
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


def _baselines(info: CheckpointInfo, piece: TrainingPiece) -> dict[str, Velocities]:
    """Return the predictions of simple baselines, `(n,)` each; of those that the checkpoint has the statistics for."""
    keys = piece.notes["pitch"].astype(np.int64) - LOWEST_PITCH
    flat = {f"flat {FLAT}": np.full(len(keys), float(FLAT))}
    known = info.training.get("data", {}).get(piece.style)
    if known is None:
        return flat
    return flat | {
        "style mean": np.full(len(keys), float(known["mean"])),
        "per-pitch mean": np.asarray(known["by_key"])[keys],
    }


def measure_heads(report: Report, info: CheckpointInfo, model: VelocityModel, piece: TrainingPiece) -> None:
    """Compare the played velocities with every head's prediction: that of the piece's own style should be nearest."""
    if len(info.styles) < 2 or piece.style not in info.styles:
        return
    true = played_velocities(piece)
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
