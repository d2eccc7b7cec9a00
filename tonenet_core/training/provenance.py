"""The record of how a checkpoint was made, and figures as a line of a log."""

from __future__ import annotations

import platform
from typing import Any

from tonenet_core import __version__
from tonenet_core.data.cache import Cache
from tonenet_core.training.recipe import Recipe


def provenance(
    recipe: Recipe,
    cache: Cache,
    *,
    hardware: str,
    seconds: float,
    statistics: dict[str, Any],
    figures: dict[str, float],
) -> dict[str, Any]:
    """Return the provenance that a checkpoint stores, as JSON."""
    return {
        "tonenet": __version__,
        "recipe": recipe.name,
        "comparison": recipe.comparison,
        "seed": recipe.training.seed,
        "seconds": round(seconds),
        "hardware": f"{hardware}, {platform.machine()}",
        "data_sha256": cache.sha256,
        "data": statistics,
        "valid": {name: round(value, 4) for name, value in figures.items()},
    }


def format_figures(figures: dict[str, float]) -> str:
    """Return figures as a line of a log."""
    return ", ".join(f"{name} {value:.5g}" for name, value in figures.items())
