"""The models: one file each, with its network, its loss and its paper."""

from __future__ import annotations

from importlib import import_module
from typing import Any

MODELS: dict[str, tuple[str, str]] = {
    "gan": ("tonenet_core.models.image.gan", "Gan"),
    "luong": ("tonenet_core.models.expression.luong", "Luong"),
    "performer": ("tonenet_core.models.expression.performer", "Performer"),
    "seq-gan": ("tonenet_core.models.sequence.seq_gan", "SeqGan"),
    "stylenet": ("tonenet_core.models.expression.stylenet", "StyleNet"),
    "trees": ("tonenet_core.models.expression.trees", "Trees"),
    "vae-gan": ("tonenet_core.models.image.vae_gan", "VaeGan"),
}
"""Name in checkpoints and recipes -> (module, class). A module is imported when its model is asked for, because it
imports torch."""

PERFORMERS = frozenset({"performer"})
"""Those that know distributions (`base.DistributionModel`): they perform a piece without dynamics, each seed anew."""

ATTENTIVE = frozenset({"luong"})
"""Those that can show what they looked at (`attention`)."""


GENERATORS = frozenset({"gan", "seq-gan", "vae-gan"})
"""Those that invent pieces (`base.Generator`); they play nobody else's, so no transfer is made with them."""

COMPOSERS = frozenset({"seq-gan"})
"""Those of them that write token by token (`base.Composer`)."""

RECONSTRUCTING = frozenset({"vae-gan"})
"""Those that also have a way from a piece to latents (`base.Autoencoder`)."""


def model_class(name: str) -> Any:
    """Return the class of a model.

    Raises:
        KeyError: if there is no model of this name.
    """
    module, attribute = MODELS[name]
    return getattr(import_module(module), attribute)
