"""What is chosen for the next transfer, and where the sliders stand; plain values, and the rules among them."""

from __future__ import annotations

from collections.abc import Sequence

from app.background.model_process import Request
from tonenet_core.checkpoint import CheckpointInfo
from tonenet_core.performance import Performance


class Choices:
    """The chosen model and all that it is given.

    Attributes:
        models: the checkpoints found, the default first.
        model_name: the chosen one's.
        source_style: what the open piece is played in; None leaves that to the model.
        device: "auto", "cpu" or "cuda:N".
        seed: for models that perform a piece without dynamics.
        strength: 0..1.5, how much of the style is laid on.
        accents: 0..1, how much of the player's own accents is kept.
        accents_set: whether the user has set them, so that a model's default counts no longer.
    """

    def __init__(self, models: Sequence[CheckpointInfo], device: str) -> None:
        """Choose the first model and its defaults."""
        self.models = list(models)
        self.model_name = self.models[0].name if self.models else ""
        self.source_style: str | None = None
        self.device = device
        self.seed = 0
        self.strength = 1.0
        self.accents = 0.0
        self.accents_set = False
        self.default_accents()

    @property
    def model(self) -> CheckpointInfo | None:
        """The chosen model, or None when none is installed."""
        return next((info for info in self.models if info.name == self.model_name), None)

    @property
    def styles(self) -> tuple[str, ...]:
        """The styles of the chosen model by name; each gets a button."""
        return tuple(sorted(self.model.styles)) if self.model else ()

    def choose_model(self, name: str) -> None:
        """Choose a model by its name; a source style that it does not know is left to it again."""
        self.model_name = name
        if self.source_style not in self.styles:
            self.source_style = None

    def default_accents(self) -> None:
        """Put the accents where the model has them, unless the user has set them."""
        if self.model and not self.accents_set:
            self.accents = self.model.default_accents

    def request(self, performance: Performance, style: str) -> Request:
        """Return what a run of the chosen model needs; there must be one."""
        assert self.model is not None
        return Request(performance, str(self.model.path), style, self.source_style, self.seed, self.device)
