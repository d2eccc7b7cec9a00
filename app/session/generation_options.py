"""The options of the next generated piece, as a value with the rules between them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict

from app.background.requests import Compose, Continue, GenerationRequest, Interpolate, Reconstruct
from tonenet_core.analysis.key import MUSICAL_KEYS
from tonenet_core.checkpoint import CheckpointInfo
from tonenet_core.generate import USUAL_TOP_P, Request
from tonenet_core.performance import Performance

if TYPE_CHECKING:
    from collections.abc import Sequence

Origin = Literal["noise", "piece", "between", "primer"]
ORIGINS: tuple[Origin, ...] = ("noise", "primer", "piece", "between")
LENGTHS_SEC = (5, 600)  # the window's range; the command line goes to an hour
PRIMER_BARS = (1, 32)
STEPS = 9  # pieces of an interpolation, both ends included


class GenerationChanges(TypedDict, total=False):
    """The options that can be set one by one."""

    models: tuple[CheckpointInfo, ...]
    origin: Origin
    other: Path | None
    style: str
    length_sec: float
    temperature: float
    top_p: float
    key: str | None
    metre: str | None
    primer_bars: int
    repeats: bool
    performer: str | None


@dataclass(frozen=True)
class GenerationOptions:
    """The chosen generator and its inputs.

    Attributes:
        models: the generators found.
        performers: the models that can play generated notes.
        model_name: the chosen generator's.
        origin: where the piece starts from: noise, the open piece, an interpolation between it and another, or its
            first bars; see `with_origin`.
        other: file of the other piece of an interpolation; None until one is chosen.
        style: the style to generate in; one of the generator's.
        length_sec: of a piece from noise, or of a continuation.
        temperature: 0..2, for the same.
        top_p: 0..1, for generators that write token by token.
        key: one of `keys`; None leaves it to the model.
        metre: one of `metres`; None leaves it to the model.
        primer_bars: number of bars that a continuation keeps.
        repeats: whether a tune's parts are played twice.
        performer: path of the checkpoint that plays the notes; None keeps the generator's own velocities.
    """

    models: tuple[CheckpointInfo, ...] = ()
    performers: tuple[CheckpointInfo, ...] = ()
    model_name: str = ""
    origin: Origin = "noise"
    other: Path | None = None
    style: str = ""
    length_sec: float = 30.0
    temperature: float = 1.0
    top_p: float = USUAL_TOP_P
    key: str | None = None
    metre: str | None = None
    primer_bars: int = 4
    repeats: bool = True
    performer: str | None = None

    @property
    def model(self) -> CheckpointInfo | None:
        """The chosen generator, or None when none is installed."""
        return next((info for info in self.models if info.name == self.model_name), None)

    @property
    def styles(self) -> tuple[str, ...]:
        """The styles of the chosen generator."""
        return self.model.styles if self.model else ()

    @property
    def origins(self) -> tuple[Origin, ...]:
        """The origins that one of the generators supports at least."""
        return tuple(each for each in ORIGINS if any(_starts_from(info, each) for info in self.models)) or ("noise",)

    @property
    def random(self) -> bool:
        """Whether the piece is drawn at random, so that length, temperature and seed matter."""
        return self.origin in ("noise", "primer")

    @property
    def composes(self) -> bool:
        """Whether the chosen generator writes token by token."""
        return self.model is not None and self.model.composes

    @property
    def repeating(self) -> bool:
        """Whether the chosen generator can repeat parts."""
        return self.model is not None and self.model.repeats

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys to choose from; empty for a continuation, which has its primer's key."""
        return MUSICAL_KEYS if self.metres else ()

    @property
    def metres(self) -> tuple[str, ...]:
        """The metres to choose from; empty for a continuation, which has its primer's metre."""
        return self.model.metres if self.model and self.origin == "noise" else ()

    def with_model(self, name: str) -> GenerationOptions:
        """Return the options with another generator; values that it does not know get their defaults."""
        chosen = replace(self, model_name=name)
        return replace(
            chosen,
            style=chosen.style if chosen.style in chosen.styles else next(iter(chosen.styles), ""),
            origin=chosen.origin if chosen.model and _starts_from(chosen.model, chosen.origin) else "noise",
            metre=chosen.metre if chosen.metre in chosen.metres else None,
        )

    def with_origin(self, origin: Origin) -> GenerationOptions:
        """Return the options with another origin, and where the generator does not support it, the first that does."""
        able = [info for info in self.models if _starts_from(info, origin)]
        chosen = replace(self, origin=origin)
        return chosen if self.model in able or not able else chosen.with_model(able[0].name)

    def missing(self, original: Performance | None) -> Literal["model", "piece", "other", "beats"] | None:
        """Return which input is missing for a run on the open piece; None if it can start."""
        if self.model is None:
            return "model"
        if self.origin != "noise" and original is None:
            return "piece"
        if self.origin == "primer" and original is not None and not original.metered:
            return "beats"
        return "other" if self.origin == "between" and self.other is None else None

    def request(
        self, original: Performance | None, other: Performance | None = None, seed: int = 0
    ) -> GenerationRequest:
        """Return the request for a run; nothing may be `missing`.

        Args:
            original: the open piece; None is enough for noise.
            other: the piece in the file `other`, for an interpolation.
            seed: of what is drawn at random.
        """
        assert self.model is not None
        model, performer = str(self.model.path), self.performer
        if self.origin == "piece" and original is not None:
            return Reconstruct(model, original, self.style, performer)
        if self.origin == "between" and original is not None and other is not None:
            return Interpolate(model, original, other, self.style, STEPS, performer)
        options = Request(
            self.length_sec,
            self.style,
            self.temperature,
            seed=seed,
            top_p=self.top_p if self.composes else None,
            key=self.key if self.keys else None,
            metre=self.metre if self.metres else None,
            repeats=self.repeats,
        )
        if self.origin == "primer" and original is not None:
            return Continue(model, options, original, self.primer_bars, performer)
        return Compose(model, options, performer)


def _starts_from(model: CheckpointInfo, origin: Origin) -> bool:
    if origin == "primer":
        return model.composes
    return origin == "noise" or model.reconstructs


def first_options(models: Sequence[CheckpointInfo], performers: Sequence[CheckpointInfo]) -> GenerationOptions:
    """Return the options that choose the first generator, noise, and the first performer."""
    options = GenerationOptions(
        tuple(models), tuple(performers), performer=str(performers[0].path) if performers else None
    )
    return options.with_model(models[0].name) if models else options
