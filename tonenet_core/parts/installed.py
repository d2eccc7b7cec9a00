"""The installed models of time, loaded once."""

from __future__ import annotations

from functools import cache

from tonenet_core.checkpoint import load
from tonenet_core.errors import CheckpointError
from tonenet_core.models.base import TempoModel, TouchModel
from tonenet_core.models.micro_timing import MicroTimingModel
from tonenet_core.models.pedal import PedalModel
from tonenet_core.models.rhythm import RhythmModel
from tonenet_core.models.swing import SwingModel
from tonenet_core.parts.time import TimeModels

TIME_MODELS = TOUCH, SWING, TEMPO, PEDAL, MICRO_TIMING, RHYTHM = (
    "touch",
    "swing",
    "tempo",
    "pedal",
    "micro-timing",
    "rhythm",
)


@cache
def time_models(device: str = "cpu") -> TimeModels:
    """Return the installed models of touch, swing, tempo, pedal, micro-timing and the rhythm of pages.

    Raises:
        CheckpointError: if one of them is not installed, or is another kind of model.
    """
    touch, swing, tempo = load(TOUCH, device), load(SWING, "cpu"), load(TEMPO, "cpu")
    if not isinstance(touch, TouchModel) or not isinstance(swing, SwingModel):
        raise CheckpointError("The model {name} is no model of time.", name=TOUCH)
    if not isinstance(tempo, TempoModel):
        raise CheckpointError("The model {name} is no model of time.", name=TEMPO)
    pedal = load(PEDAL, "cpu")
    if not isinstance(pedal, PedalModel):
        raise CheckpointError("The model {name} is no model of time.", name=PEDAL)
    micro_timing = load(MICRO_TIMING, "cpu")
    if not isinstance(micro_timing, MicroTimingModel):
        raise CheckpointError("The model {name} is no model of time.", name=MICRO_TIMING)
    rhythm = load(RHYTHM, "cpu")
    if not isinstance(rhythm, RhythmModel):
        raise CheckpointError("The model {name} is no model of time.", name=RHYTHM)
    return TimeModels(touch, swing, tempo, pedal, micro_timing, rhythm)
