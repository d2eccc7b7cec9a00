"""The registry of models: one row each, and nothing else in ToneNet lists them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tonenet_core.models.accompaniment.accompanist import Accompanist
    from tonenet_core.models.base import (
        AccompanimentModel,
        AttentionModel,
        Autoencoder,
        DistributionModel,
        ImageGenerator,
        Network,
        SequenceGenerator,
        TempoModel,
        TouchModel,
        VelocityModel,
    )
    from tonenet_core.models.beats.tracked import BeatModel
    from tonenet_core.models.beats.tracker import BeatTracker
    from tonenet_core.models.cycle.cycle_gan import CycleGan
    from tonenet_core.models.expression.luong import Luong
    from tonenet_core.models.expression.pedal import Pedal
    from tonenet_core.models.expression.performer import Performer
    from tonenet_core.models.expression.stylenet import StyleNet
    from tonenet_core.models.expression.touch import Touch
    from tonenet_core.models.expression.trees import Trees
    from tonenet_core.models.image.gan import Gan
    from tonenet_core.models.image.vae_gan import VaeGan
    from tonenet_core.models.micro_timing import MicroTimingModel
    from tonenet_core.models.pedal import PedalModel
    from tonenet_core.models.pianist.pianist import Pianist
    from tonenet_core.models.rhythm import RhythmModel
    from tonenet_core.models.sequence.seq_gan import SeqGan
    from tonenet_core.models.swing import SwingModel
    from tonenet_core.models.timing.micro_timing import MicroTimingTrees
    from tonenet_core.models.timing.rhythm import Rhythm
    from tonenet_core.models.timing.swing import Swing
    from tonenet_core.models.timing.tempo import Tempo

Kind = Literal["velocity", "image", "sequence", "timing", "beats", "accompaniment"]


@dataclass(frozen=True)
class ModelEntry:
    """One model: where its class is, and what it can do.

    Attributes:
        module: imported only when the model is asked for, because it imports torch.
        cls: the class's name.
        kind: "velocity": plays given notes (`base.VelocityModel`). "image" and "sequence" write new pieces, as an image
            (`base.ImageGenerator`) or token by token (`base.SequenceGenerator`). "timing": a part of a
            transfer beside its velocities. "beats": finds the beats of a recording (`beats.tracked.BeatModel`).
            "accompaniment": writes what stands under a melody (`base.AccompanimentModel`).
        performs: predicts distributions (`base.DistributionModel`), so it can perform a piece without dynamics.
        attends: can show its attention (`base.AttentionModel`).
        encodes: has an encoder from pieces to latents (`base.Autoencoder`).
        repeats: can play each part of a piece twice, as in a dance tune.
    """

    module: str
    cls: str
    kind: Kind
    performs: bool = False
    attends: bool = False
    encodes: bool = False
    repeats: bool = False

    @property
    def generates(self) -> bool:
        """Whether the model writes new pieces instead of playing given ones."""
        return self.kind in ("image", "sequence")

    @property
    def transfers(self) -> bool:
        """Whether a transfer can be made with the model alone."""
        return self.kind == "velocity"


MODELS: dict[str, ModelEntry] = {
    "accompanist": ModelEntry("tonenet_core.models.accompaniment.accompanist", "Accompanist", "accompaniment"),
    "beats": ModelEntry("tonenet_core.models.beats.tracker", "BeatTracker", "beats"),
    "cycle-gan": ModelEntry("tonenet_core.models.cycle.cycle_gan", "CycleGan", "accompaniment"),
    "gan": ModelEntry("tonenet_core.models.image.gan", "Gan", "image"),
    "luong": ModelEntry("tonenet_core.models.expression.luong", "Luong", "velocity", attends=True),
    "micro-timing": ModelEntry("tonenet_core.models.timing.micro_timing", "MicroTimingTrees", "timing"),
    "pedal": ModelEntry("tonenet_core.models.expression.pedal", "Pedal", "timing"),
    "performer": ModelEntry("tonenet_core.models.expression.performer", "Performer", "velocity", performs=True),
    "pianist": ModelEntry("tonenet_core.models.pianist.pianist", "Pianist", "sequence"),
    "rhythm": ModelEntry("tonenet_core.models.timing.rhythm", "Rhythm", "timing"),
    "seq-gan": ModelEntry("tonenet_core.models.sequence.seq_gan", "SeqGan", "sequence", repeats=True),
    "stylenet": ModelEntry("tonenet_core.models.expression.stylenet", "StyleNet", "velocity"),
    "swing": ModelEntry("tonenet_core.models.timing.swing", "Swing", "timing"),
    "tempo": ModelEntry("tonenet_core.models.timing.tempo", "Tempo", "timing"),
    "touch": ModelEntry("tonenet_core.models.expression.touch", "Touch", "timing"),
    "trees": ModelEntry("tonenet_core.models.expression.trees", "Trees", "velocity"),
    "vae-gan": ModelEntry("tonenet_core.models.image.vae_gan", "VaeGan", "image", encodes=True),
}
"""Name in checkpoints and recipes -> model."""


def model_class(name: str) -> type[Network]:
    """Return the class of a model.

    Raises:
        KeyError: if there is no model of this name.
    """
    entry = MODELS[name]
    found: type[Network] = getattr(import_module(entry.module), entry.cls)
    return found


if TYPE_CHECKING:  # classes are imported by name, so this is where the type checker compares them with their rows
    _VELOCITY: tuple[type[VelocityModel], ...] = (Luong, Performer, StyleNet, Trees)
    _IMAGE: tuple[type[ImageGenerator], ...] = (Gan, VaeGan)
    _SEQUENCE: tuple[type[SequenceGenerator], ...] = (Pianist, SeqGan)
    _PERFORMS: tuple[type[DistributionModel], ...] = (Performer,)
    _ATTENDS: tuple[type[AttentionModel], ...] = (Luong,)
    _TOUCH: tuple[type[TouchModel], ...] = (Touch,)
    _SWING: tuple[type[SwingModel], ...] = (Swing,)
    _TEMPO: tuple[type[TempoModel], ...] = (Tempo,)
    _MICRO_TIMING: tuple[type[MicroTimingModel], ...] = (MicroTimingTrees,)
    _RHYTHM: tuple[type[RhythmModel], ...] = (Rhythm,)
    _PEDAL: tuple[type[PedalModel], ...] = (Pedal,)
    _BEATS: tuple[type[BeatModel], ...] = (BeatTracker,)
    _ENCODES: tuple[type[Autoencoder], ...] = (VaeGan,)
    _ACCOMPANIES: tuple[type[AccompanimentModel], ...] = (Accompanist, CycleGan)
