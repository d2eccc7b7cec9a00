"""The installed models of time, loaded once."""

from __future__ import annotations

from functools import cache

from tonenet_core.checkpoint import load
from tonenet_core.errors import CheckpointError
from tonenet_core.models.base import SwingModel, TouchModel
from tonenet_core.parts.time import TimeModels

TOUCH, SWING = "touch", "swing"


@cache
def time_models(device: str = "cpu") -> TimeModels:
    """Return the installed models of touch and swing.

    Raises:
        CheckpointError: if one of them is not installed, or is another kind of model.
    """
    touch, swing = load(TOUCH, device), load(SWING, "cpu")
    if not isinstance(touch, TouchModel) or not isinstance(swing, SwingModel):
        raise CheckpointError("The model {name} is no model of time.", name=TOUCH)
    return TimeModels(touch, swing)
