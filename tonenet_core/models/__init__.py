"""The models: one file each, with its network, its loss and its paper."""

from __future__ import annotations

from importlib import import_module
from typing import Any

MODELS: dict[str, tuple[str, str]] = {
    "luong": ("tonenet_core.models.luong", "Luong"),
    "performer": ("tonenet_core.models.performer", "Performer"),
    "stylenet": ("tonenet_core.models.stylenet", "StyleNet"),
    "trees": ("tonenet_core.models.trees", "Trees"),
}
"""Name in checkpoints and recipes -> (module, class). A module is imported when its model is asked for, because it
imports torch."""

PERFORMERS = frozenset({"performer"})
"""Those that know distributions (`base.DistributionModel`): they perform a piece without dynamics, each seed anew."""

ATTENTIVE = frozenset({"luong"})
"""Those that can show what they looked at (`attention`)."""


def model_class(name: str) -> Any:
    """Return the class of a model.

    Raises:
        KeyError: if there is no model of this name.
    """
    module, attribute = MODELS[name]
    return getattr(import_module(module), attribute)
