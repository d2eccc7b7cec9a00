"""How well a checkpoint predicts held-out velocities, against simple baselines, and whether its styles are different.

Every figure is taken a piece at a time and given as the mean over a data set's pieces with a 95 % bootstrap interval.
The baselines come from the checkpoint's own training data, so a set of unseen pieces is all that is needed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tonenet_core.checkpoint import CheckpointInfo, find, load
from tonenet_core.dataset import open_cache, prepare
from tonenet_core.errors import DataError
from tonenet_core.metrics import bootstrap_interval, mae, mean_removed_mae, pearson
from tonenet_core.models.base import StyleModel, TrainingPiece
from tonenet_core.performance import LOWEST_PITCH
from tonenet_core.progress import Progress, no_progress

FLAT = 64
METRICS = {"MAE": mae, "MAE, mean removed": mean_removed_mae, "Pearson r": pearson}
HEAD_METRICS = ("MAE", "MAE, mean removed")

Figures = dict[str, list[float]]


@dataclass
class Report:
    """What was measured, a list of one figure a piece under each name.

    Attributes:
        checkpoint: its name.
        split: of the data.
        pieces: data set -> number of pieces.
        velocity: data set -> predictor -> metric -> one figure a piece.
        heads: data set -> head -> metric -> one figure a piece that this head plays.
        gain: data set -> metric -> by how much the piece's own head errs less than the best of the others, a piece.
        distance: data set -> mean absolute difference of the first two heads' velocities, a piece.
    """

    checkpoint: str
    split: str
    pieces: dict[str, int] = field(default_factory=dict)
    velocity: dict[str, dict[str, Figures]] = field(default_factory=dict)
    heads: dict[str, dict[str, Figures]] = field(default_factory=dict)
    gain: dict[str, Figures] = field(default_factory=dict)
    distance: Figures = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return each figure as mean, low, high; and the figures of the single pieces."""
        return {
            "checkpoint": self.checkpoint,
            "split": self.split,
            "pieces": self.pieces,
            "velocity": _summarised(self.velocity),
            "heads": _summarised(self.heads),
            "gain": _summarised(self.gain),
            "distance": _summarised(self.distance),
        }

    def as_markdown(self) -> str:
        """Return the tables of a model card."""
        lines = [f"Mean over the pieces of `{self.split}` with its 95 % bootstrap interval over pieces.", ""]
        for source, predictors in self.velocity.items():
            lines += [f"**{source}** ({self.pieces[source]} pieces)", "", f"| | {' | '.join(METRICS)} |"]
            lines += ["|---|" + "---|" * len(METRICS)]
            for predictor, figures in predictors.items():
                lines += [f"| {predictor} | {' | '.join(_cell(figures[metric]) for metric in METRICS)} |"]
            lines += [""]
        if not self.gain:  # a model of one style has nothing to tell apart
            return "\n".join(lines)
        for metric in HEAD_METRICS:
            lines += self._heads_as_markdown(metric)
        lines += ["**Mean difference between the heads' velocities**", "", "| | difference |", "|---|---|"]
        lines += [f"| {source} | {_cell(figures)} |" for source, figures in self.distance.items()]
        return "\n".join(lines) + "\n"

    def _heads_as_markdown(self, metric: str) -> list[str]:
        heads = list(next(iter(self.heads.values())))
        titles = [*(f"{head} head" for head in heads), "gain of the own head"]
        lines = [f"**Each head on each data set: {metric}**", "", f"| | {' | '.join(titles)} |"]
        lines += ["|---|" + "---|" * len(titles)]
        for source, by_head in self.heads.items():
            cells = [*(by_head[head][metric] for head in heads), self.gain[source][metric]]
            lines += [f"| {source} | {' | '.join(map(_cell, cells))} |"]
        return [*lines, ""]


def _summarised(figures: Any) -> Any:
    if isinstance(figures, list):
        mean, low, high = bootstrap_interval(figures)
        return {"mean": mean, "low": low, "high": high, "pieces": figures}
    return {name: _summarised(value) for name, value in figures.items()}


def _cell(figures: list[float]) -> str:
    mean, low, high = bootstrap_interval(figures)
    return f"{mean:.2f} ({low:.2f}..{high:.2f})"


def evaluate(
    checkpoint: str | Path,
    data: Path,
    *,
    split: str = "test",
    device: str = "auto",
    progress: Progress = no_progress,
) -> Report:
    """Measure a checkpoint on a split of a cache or of a data folder.

    Raises:
        CheckpointError: if there is no such checkpoint.
        DataError: if the data holds no pieces of the checkpoint's styles in this split.
        Cancelled: if `progress` asks to stop.
    """
    info = find(checkpoint)
    model: StyleModel = load(info.path, device)
    with TemporaryDirectory() as temporary:
        cache_folder = data
        if not (data / "pieces.json").is_file():
            cache_folder = Path(temporary) / "cache"
            prepare(data, cache_folder)
        pieces = list(open_cache(cache_folder).pieces(split, info.styles))
        if not pieces:
            raise DataError(f"{data} holds no pieces of {' or '.join(info.styles)} in its {split} split.")
        return _measure(info, model, pieces, split, progress)


def _measure(
    info: CheckpointInfo, model: StyleModel, pieces: list[TrainingPiece], split: str, progress: Progress
) -> Report:
    report = Report(info.name, split)
    for index, piece in enumerate(pieces):
        progress(index / len(pieces))
        true = piece.notes["velocity"].astype(np.float64)
        played = {style: model.predict(piece, style) for style in info.styles}
        report.pieces[piece.source] = report.pieces.get(piece.source, 0) + 1
        for name, predicted in (_baselines(info, piece) | {info.title: played[piece.style]}).items():
            for metric, measure in METRICS.items():
                _add(report.velocity, measure(true, predicted), piece.source, name, metric)
        for metric in HEAD_METRICS:
            errors = {style: METRICS[metric](true, velocities) for style, velocities in played.items()}
            for style, error in errors.items():
                _add(report.heads, error, piece.source, style, metric)
            own = errors.pop(piece.style)
            if errors:
                _add(report.gain, min(errors.values()) - own, piece.source, metric)
        if len(played) > 1:
            first, second = (played[style] for style in info.styles[:2])
            _add(report.distance, float(np.mean(np.abs(first - second))), piece.source)
    progress(1.0)
    return report


def _add(figures: Any, value: float, *names: str) -> None:
    """Append a value to the list under these names, one inside the other."""
    for name in names[:-1]:
        figures = figures.setdefault(name, {})
    figures.setdefault(names[-1], []).append(value)


def _baselines(info: CheckpointInfo, piece: TrainingPiece) -> dict[str, NDArray[np.float64]]:
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
