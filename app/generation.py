"""What is chosen for the next piece that a model invents; plain values, and the rules among them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from app.model_process import Invention
from tonenet_core.checkpoint import CheckpointInfo
from tonenet_core.generate import Request
from tonenet_core.performance import Performance

Origin = Literal["noise", "piece", "between"]
LENGTHS_SEC = (5, 600)  # what the window offers; the command line goes to an hour
STEPS = 9  # pieces on the way between two, the ends among them


class Generation:
    """The chosen generator and all that it is given.

    Attributes:
        models: the generators found.
        model_name: the chosen one's.
        origin: what the piece is made from: noise, the open piece, or a place between it and another.
        other: the other piece's file; None as long as none is chosen.
        style: that the model draws in; one of its own.
        length_sec: of what comes from noise.
        temperature: 0..2, likewise.
        performer: path of the checkpoint that plays the notes; None: they are as loud as the model drew them.
    """

    def __init__(self, models: Sequence[CheckpointInfo], performers: Sequence[CheckpointInfo]) -> None:
        """Choose the first model, noise, and the first of the performers."""
        self.models = list(models)
        self.performers = list(performers)
        self.model_name = self.models[0].name if self.models else ""
        self.origin: Origin = "noise"
        self.other: Path | None = None
        self.style = self.styles[0] if self.styles else ""
        self.length_sec = 30.0
        self.temperature = 1.0
        self.performer: str | None = str(self.performers[0].path) if self.performers else None

    @property
    def model(self) -> CheckpointInfo | None:
        """The chosen model, or None when none is installed."""
        return next((info for info in self.models if info.name == self.model_name), None)

    @property
    def styles(self) -> tuple[str, ...]:
        """The styles that the chosen model draws in."""
        return self.model.styles if self.model else ()

    @property
    def origins(self) -> tuple[Origin, ...]:
        """What the chosen model can start from."""
        return ("noise", "piece", "between") if self.model and self.model.reconstructs else ("noise",)

    def choose_model(self, name: str) -> None:
        """Choose a model by its name; what it does not know is left."""
        self.model_name = name
        if self.style not in self.styles:
            self.style = self.styles[0] if self.styles else ""
        if self.origin not in self.origins:
            self.origin = "noise"

    def missing(self, original: Performance | None) -> Literal["model", "piece", "other"] | None:
        """Return what is wanted before a piece can be made; None: nothing."""
        if self.model is None:
            return "model"
        if self.origin != "noise" and original is None:
            return "piece"
        return "other" if self.origin == "between" and self.other is None else None

    def request(self, original: Performance | None, seed: int) -> Invention:
        """Return what the model needs, but for the other piece; nothing may be missing."""
        assert self.model is not None
        return Invention(
            model=str(self.model.path),
            wanted=Request(self.length_sec, self.style, self.temperature, None, seed),
            first=None if self.origin == "noise" else original,
            steps=STEPS,
            performer=self.performer,
        )
