"""Runs the models in the calling process: what the child process does inside, and what tests use without one."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.background.requests import (
    Compose,
    Continue,
    Cover,
    Devices,
    GenerationRequest,
    Inquiry,
    Learning,
    Reconstruct,
    Transfer,
    Warming,
)
from tonenet_core.errors import Cancelled, ToneNetError
from tonenet_core.performance import NOTE_DTYPE, PEDAL_DTYPE, Performance, Piece
from tonenet_core.progress import Progress

if TYPE_CHECKING:
    from tonenet_core.checkpoint import Model
    from tonenet_core.learning.learn import Learned
    from tonenet_core.learning.survey import Survey
    from tonenet_core.transfer import Interpretation

log = logging.getLogger(__name__)

WARMING_NOTES = 300  # a pass over them meets all that is slow only once
KEPT = 3  # loaded models: one that transfers, one that generates, and one to compare with


class InProcess:
    """A `Runner` in this process that keeps the models used last."""

    def __init__(self) -> None:
        # By path, device, and the style files that there were: in order of use, the last used one last.
        self._models: dict[tuple[object, ...], Model] = {}

    def start(self) -> None:
        """Do nothing: torch is imported by the first call."""

    def devices(self, progress: Progress) -> Devices:
        """Return the devices that torch finds."""
        from tonenet_core.compute.devices import available

        return available()

    def warm(self, request: Warming, progress: Progress) -> None:
        """Load the model unless it is still loaded, and run it over a few notes; a damaged one waits for its use."""
        if _key(request.model, request.device) in self._models:
            return
        try:
            style = self._model(request.model, request.device).styles[0]
            self.interpret(Transfer(_scale(), request.model, style, device=request.device), progress)
        except Cancelled:
            raise
        except ToneNetError as error:
            log.warning("%s could not be warmed: %s", request.model, error)

    def interpret(self, request: Transfer, progress: Progress) -> Interpretation:
        """Load the model unless it is still loaded, and run it."""
        from tonenet_core.checkpoint import velocity_model
        from tonenet_core.file_transfer import interpret_parts

        progress(0.0)
        model = velocity_model(self._model(request.model, request.device), request.model)
        return interpret_parts(request.performance, model, request.options, device=request.device, progress=progress)

    def generate(self, request: GenerationRequest, progress: Progress) -> list[Performance]:
        """Load the generator unless it is still loaded, and run it."""
        from tonenet_core.checkpoint import autoencoder, generator, read_info, velocity_model
        from tonenet_core.generate import Primer, generate, interpolate, reconstruct

        progress(0.0)
        name, performer = request.model, request.performer
        if isinstance(request, Cover):
            return [self._cover(request, progress)]
        model = self._model(name, "cpu")
        player = None if performer is None else velocity_model(self._model(performer, "cpu"), performer)
        if isinstance(request, Compose | Continue):
            primer = Primer(request.primer, request.bars) if isinstance(request, Continue) else None
            piece = generate(
                generator(model, name),
                request.options,
                primer=primer,
                statistics=read_info(Path(name)).training.get("data"),
                velocities=player,
                progress=progress,
            )
            return [piece]
        encoder = autoencoder(model, name)
        if isinstance(request, Reconstruct):
            return [reconstruct(request.piece, encoder, style=request.style, velocities=player, progress=progress)]
        return interpolate(
            request.first,
            request.second,
            encoder,
            steps=request.steps,
            styles=(request.style, request.style),
            velocities=player,
            progress=progress,
        )

    def _cover(self, request: Cover, progress: Progress) -> Performance:
        from tonenet_core.arranging.arranger import Arranger
        from tonenet_core.checkpoint import velocity_model
        from tonenet_core.cover import ARRANGER, Performing, accompanist, cover
        from tonenet_core.judge import shipped_judge
        from tonenet_core.parts.installed import time_models

        named, performer = request.model, request.performer
        player = None if performer is None else velocity_model(self._model(performer, "cpu"), performer)
        writer = Arranger() if named == ARRANGER else accompanist(self._model(named, "cpu"), named)
        time = None if player is None else time_models("cpu")
        made = cover(request.performance, writer, request.options, Performing(player, time, shipped_judge()), progress)
        return replace(made.performance, notices=made.notices)

    def survey(self, request: Inquiry, progress: Progress) -> Survey:
        """Read a folder, and write what a style can be learnt from."""
        from tonenet_core.learning.survey import survey

        return survey(request.folder, request.cache, progress)

    def learn(self, request: Learning, progress: Progress) -> Learned:
        """Learn a style, from where an earlier run was stopped, and install it."""
        from tonenet_core.learning.learn import learn

        return learn(request.work, progress)

    def close(self) -> None:
        """Forget the loaded models."""
        self._models.clear()

    def _model(self, path: str, device: str) -> Model:
        from tonenet_core.checkpoint import load

        key = _key(path, device)
        model = self._models.pop(key, None)
        self._models[key] = load(path, device=device) if model is None else model
        while len(self._models) > KEPT:
            del self._models[next(iter(self._models))]
        return self._models[key]


def _key(path: str, device: str) -> tuple[object, ...]:
    """Return what a loaded model depends on."""
    from tonenet_core.checkpoint import style_files

    return path, device, style_files(Path(path))


def _scale() -> Piece:
    """Return a scale up and down whose velocities rise and fall."""
    place = np.arange(WARMING_NOTES)
    notes = np.zeros(WARMING_NOTES, NOTE_DTYPE)
    notes["onset_sec"], notes["duration_sec"] = place / 4, 0.2
    notes["pitch"], notes["velocity"] = 48 + np.abs(place % 48 - 24), 40 + place % 40
    nothing = np.empty(0)
    return Piece(notes, nothing, nothing, np.empty(0, PEDAL_DTYPE))
