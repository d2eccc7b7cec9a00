"""What is chosen for the next piece that a model invents; plain values, and the rules among them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from app.background.model_process import Invention
from tonenet_core.analysis.key import MUSICAL_KEYS
from tonenet_core.checkpoint import CheckpointInfo
from tonenet_core.generate import USUAL_TOP_P, Request
from tonenet_core.performance import Performance

Origin = Literal["noise", "piece", "between", "primer"]
LENGTHS_SEC = (5, 600)  # what the window offers; the command line goes to an hour
PRIMER_BARS = (1, 32)
STEPS = 9  # pieces on the way between two, the ends among them


class Generation:
    """The chosen generator and all that it is given.

    Attributes:
        models: the generators found.
        model_name: the chosen one's.
        origin: what the piece is made from: noise, the open piece, a place between it and another, or its first bars,
            which are gone on with.
        other: the other piece's file; None as long as none is chosen.
        style: that the model draws in; one of its own.
        length_sec: of what comes from noise, or goes on.
        temperature: 0..2, likewise.
        top_p: 0..1, likewise, of what is written token by token.
        key: one of `keys`; None: as the model likes.
        metre: one of `metres`; None: likewise.
        primer_bars: how many bars are gone on with.
        repeats: whether the parts of what is written token by token are played twice.
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
        self.top_p = USUAL_TOP_P
        self.key: str | None = None
        self.metre: str | None = None
        self.primer_bars = 4
        self.repeats = True
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
        if self.model is None:
            return ("noise",)
        if self.model.composes:
            return ("noise", "primer")
        return ("noise", "piece", "between") if self.model.reconstructs else ("noise",)

    @property
    def drawn(self) -> bool:
        """Whether the piece is drawn at random, so that length, temperature and seed count."""
        return self.origin in ("noise", "primer")

    @property
    def composes(self) -> bool:
        """Whether the chosen model writes token by token."""
        return self.model is not None and self.model.composes

    @property
    def repeating(self) -> bool:
        """Whether the chosen model writes bars, so that parts can come back."""
        return self.model is not None and bool(self.model.metres)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that can be asked for; of a primer it is the primer's."""
        return MUSICAL_KEYS if self.metres else ()

    @property
    def metres(self) -> tuple[str, ...]:
        """The metres that can be asked for; likewise."""
        return self.model.metres if self.model and self.origin == "noise" else ()

    def choose_model(self, name: str) -> None:
        """Choose a model by its name; what it does not know is left."""
        self.model_name = name
        if self.style not in self.styles:
            self.style = self.styles[0] if self.styles else ""
        if self.origin not in self.origins:
            self.origin = "noise"
        if self.metre not in self.metres:
            self.metre = None

    def missing(self, original: Performance | None) -> Literal["model", "piece", "other", "beats"] | None:
        """Return what is wanted before a piece can be made; None: nothing."""
        if self.model is None:
            return "model"
        if self.origin != "noise" and original is None:
            return "piece"
        if self.origin == "primer" and original is not None and not original.metered:
            return "beats"
        return "other" if self.origin == "between" and self.other is None else None

    def request(self, original: Performance | None, seed: int) -> Invention:
        """Return what the model needs, but for the other piece; nothing may be missing."""
        assert self.model is not None
        return Invention(
            model=str(self.model.path),
            wanted=Request(
                self.length_sec,
                self.style,
                self.temperature,
                seed=seed,
                top_p=self.top_p if self.composes else None,
                key=self.key if self.keys else None,
                metre=self.metre if self.metres else None,
                repeats=self.repeats,
            ),
            first=None if self.origin == "noise" else original,
            primer_bars=self.primer_bars if self.origin == "primer" else None,
            steps=STEPS,
            performer=self.performer,
        )
