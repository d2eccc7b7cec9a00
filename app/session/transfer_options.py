"""The options of the next transfer and the positions of the sliders, as a value with the rules between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple, TypedDict

from app.background.requests import Transfer, Warming
from app.documents.document import Document
from app.documents.history import Take
from app.system.language import set_titles
from tonenet_core.checkpoint import CheckpointInfo, read_info
from tonenet_core.harmony.hands import BOTH_HANDS, Hands
from tonenet_core.interpretation import DEFAULT_PARTS, Part
from tonenet_core.performance import Performance
from tonenet_core.transfer import Level, Perform


class TransferChanges(TypedDict, total=False):
    """The options that can be set one by one."""

    models: tuple[CheckpointInfo, ...]
    model_name: str
    source_style: str | None
    device: str
    seed: int
    strength: float
    accents: float
    accents_set: bool
    level: Level
    perform: Perform
    parts: tuple[Part, ...]
    timing_wanted: bool
    swing: float | None
    rubato: float | None
    tracks: tuple[int, ...] | None
    passage_only: bool
    hands: Hands


class Amounts(NamedTuple):
    """How much of a model run is applied: see `Take`."""

    strength: float
    accents: float
    level: Level

    def of(self, take: Take) -> Take:
        """Return a take with these amounts."""
        return replace(take, strength=self.strength, accents=self.accents, level=self.level)


@dataclass(frozen=True)
class TransferChoices:
    """The chosen model and its inputs.

    Attributes:
        models: the checkpoints found, the default first.
        model_name: the chosen one's.
        source_style: the style that the open piece is played in; None lets the model tell.
        device: "auto", "cpu" or "cuda:N".
        seed: for models that perform a piece without dynamics.
        strength: 0..1.5, how much of the style is applied.
        accents: 0..1, how much of the player's own accents is kept.
        accents_set: whether the user has set the accents, so that no model's default replaces them.
        level: the loudness of the result: the piece's, or the style's usual one.
        perform: whether the piece is performed; "auto": unless its velocities were played.
        parts: of the performance that are changed.
        timing_wanted: whether the user has switched the timing on, and has not left it at what is on by default.
        swing: log2 beat-upbeat ratio of the result's eighths; None: as is usual for the style.
        rubato: 0..1.5, how far the tempo goes from the piece's own to the style's; None: as is usual for the piece.
        tracks: numbers, from 1, of the open piece's tracks that are played; None: those of the piano.
        passage_only: whether the marked passage alone is transferred, where one is marked.
        hands: how far each hand is played in the style.
    """

    models: tuple[CheckpointInfo, ...] = ()
    model_name: str = ""
    source_style: str | None = None
    device: str = "auto"
    seed: int = 0
    strength: float = 1.0
    accents: float = 0.0
    accents_set: bool = False
    level: Level = "keep"
    perform: Perform = "auto"
    parts: tuple[Part, ...] = DEFAULT_PARTS
    timing_wanted: bool = False
    swing: float | None = None
    rubato: float | None = None
    tracks: tuple[int, ...] | None = None
    passage_only: bool = False
    hands: Hands = BOTH_HANDS

    @property
    def model(self) -> CheckpointInfo | None:
        """The chosen model, or None when none is installed."""
        return next((info for info in self.models if info.name == self.model_name), None)

    @property
    def styles(self) -> tuple[str, ...]:
        """The styles of the chosen model by name, the user's own last; each gets a button."""
        if self.model is None:
            return ()
        added = {style.style for style in self.model.added}
        return tuple(sorted(self.model.styles, key=lambda style: (style in added, style)))

    def with_model(self, name: str) -> TransferChoices:
        """Return the options with another model; a source style that it does not know becomes None."""
        chosen = replace(self, model_name=name)
        return chosen if chosen.source_style in chosen.styles else replace(chosen, source_style=None)

    def read_again(self, name: str = "") -> TransferChanges:
        """Return the models with the styles that they have now; the one of this name is chosen, if there is one."""
        models = tuple(read_info(info.path) for info in self.models)
        _remember_titles(models)
        known = name in {info.name for info in models}
        chosen = replace(self, models=models).with_model(name if known else self.model_name)
        return {"models": models, "model_name": chosen.model_name, "source_style": chosen.source_style}

    def with_default_accents(self) -> TransferChoices:
        """Return the options with the model's own accents, unless the user has set them."""
        if self.model is None or self.accents_set:
            return self
        return replace(self, accents=self.model.default_accents)

    def request(self, performance: Performance, style: str) -> Transfer:
        """Return the request for a run of the chosen model; there must be one."""
        assert self.model is not None
        return Transfer(
            performance,
            str(self.model.path),
            style,
            source_style=self.source_style,
            seed=self.seed,
            device=self.device,
            perform=self.perform,
            parts=self.parts,
            swing=self.swing if self._timing else None,
            rubato=self.rubato if self._timing else None,
        )

    def performs(self, document: Document) -> bool | None:
        """Return whether the next transfer performs a piece, as far as that is known; None: its model decides."""
        if self.model is None or not self.model.performs or self.perform == "no":
            return False
        if self.perform == "yes":
            return True
        take = document.take
        if take is not None and (take.model_name, take.perform) == (self.model.name, self.perform):
            return take.interpretation.performed
        return document.performed

    def made(self, take: Take) -> bool:
        """Whether a model run of these options has made a result, or would make the same."""
        seed = self.seed if take.seeded else take.seed
        time = (self.swing, self.rubato) if self._timing else (None, None)
        wanted = (seed, self.source_style, self.perform, self.parts, *time)
        return (take.seed, take.source_style, take.perform, take.parts, take.swing, take.rubato) == wanted

    def made_of(self, performance: Performance, style: str, takes: Iterable[Take]) -> list[Take]:
        """Return those takes that a model run of these options has made of the tracks of a Performance."""
        wanted = (style, self.model_name, performance.tracks)
        return [
            take
            for take in takes
            if (take.interpretation.style, take.model_name, take.performance.tracks) == wanted and self.made(take)
        ]

    def with_amounts_of(self, take: Take | None) -> TransferChoices:
        """Return the options with the amounts of a take, or without one the model's own accents."""
        if take is None:
            return self.with_default_accents()
        return replace(self, strength=take.strength, accents=take.accents, level=take.level)

    def amounts(self, default_accents: float) -> Amounts:
        """Return how much of a new result is applied, of a model with these accents."""
        return Amounts(self.strength, self.accents if self.accents_set else default_accents, self.level)

    def with_parts(self, parts: tuple[Part, ...]) -> TransferChoices:
        """Return the options with the parts that the user has switched on."""
        wanted = "timing" in parts and (self.timing_wanted or not self._timing)
        return replace(self, parts=parts, timing_wanted=wanted)

    @property
    def asks_for_timing(self) -> bool:
        """Whether the user has asked for something of the timing."""
        return self._timing and (self.timing_wanted or self.swing is not None or bool(self.rubato))

    @property
    def _timing(self) -> bool:
        return "timing" in self.parts

    def with_run_of(self, take: Take) -> TransferChoices:
        """Return the options of the model run that made a take."""
        return replace(
            self,
            seed=take.seed,
            perform=take.perform,
            source_style=take.source_style,
            parts=take.parts,
            swing=take.swing,
            rubato=take.rubato,
            hands=take.hands,
        )

    def warming(self) -> Warming | None:
        """Return the request that gets the chosen model ready; None without one."""
        return None if self.model is None else Warming(str(self.model.path), self.device)


def first_options(models: tuple[CheckpointInfo, ...], device: str) -> TransferChoices:
    """Return the options that choose the first model and its defaults."""
    _remember_titles(models)
    name = models[0].name if models else ""
    return TransferChoices(models, name, device=device).with_default_accents()


def _remember_titles(models: tuple[CheckpointInfo, ...]) -> None:
    set_titles({style.style: style.title for info in models for style in info.added})
