"""Models that play a page's rhythm: one of the tempo alone, or those that play together."""

from __future__ import annotations

from tonenet_core.evaluation.pages import SEEDS
from tonenet_core.models.base import TempoModel
from tonenet_core.models.micro_timing import MicroTiming
from tonenet_core.models.tempo import TempoCurve
from tonenet_core.parts.rhythm import PageModels, Values, expect_rhythm, perform_micro_timing
from tonenet_core.parts.tempo import perform_tempo
from tonenet_core.performance import TrainingPiece

Players = tuple[str, TempoModel | PageModels]
"""The title of a row, and who plays."""
Take = tuple[Values, Values | None]
"""Log periods of the beats, and by how many beats each place is late, if that is played."""


def play_takes(models: TempoModel | PageModels, page: TrainingPiece) -> list[Take]:
    """Return a page as it is expected in its own style, and takes of it."""
    style = page.style
    curve, inside = _expect(models, page)
    tempo = models.tempo if isinstance(models, PageModels) else models
    takes: list[Take] = [(curve.middle, None if inside is None else inside.middle)]
    for seed in SEEDS:
        late = None
        if inside is not None and isinstance(models, PageModels):
            late = perform_micro_timing(inside, models.micro_timing.residuals(style), seed)
        takes.append((perform_tempo(curve, tempo.residuals(style), seed), late))
    return takes


def _expect(models: TempoModel | PageModels, page: TrainingPiece) -> tuple[TempoCurve, MicroTiming | None]:
    if isinstance(models, PageModels):
        return expect_rhythm(page, models, page.style)
    return models.tempo_curve(page, page.style), None
