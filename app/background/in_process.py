"""Runs the models in the calling process: what the child process does inside, and what tests use without one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.background.requests import Compose, Continue, Devices, GenerationRequest, Reconstruct, Transfer
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress

if TYPE_CHECKING:
    from tonenet_core.checkpoint import Model
    from tonenet_core.transfer import Interpretation

KEPT = 3  # loaded models: one that transfers, one that generates, and one to compare with


class InProcess:
    """A `Runner` in this process that keeps the models used last."""

    def __init__(self) -> None:
        self._models: dict[tuple[str, str], Model] = {}  # in order of use, the last used one last

    def start(self) -> None:
        """Do nothing: torch is imported by the first call."""

    def devices(self, progress: Progress) -> Devices:
        """Return the devices that torch finds."""
        from tonenet_core.compute.devices import available

        return available()

    def interpret(self, request: Transfer, progress: Progress) -> Interpretation:
        """Load the model unless it is still loaded, and run it."""
        from tonenet_core.checkpoint import velocity_model
        from tonenet_core.judge import shipped_judge
        from tonenet_core.transfer import interpret

        progress(0.0)
        model = velocity_model(self._model(request.model, request.device), request.model)
        return interpret(
            request.performance,
            model,
            request.style,
            source_style=request.source_style,
            seed=request.seed,
            judge=shipped_judge() if request.source_style is None else None,
            device=request.device,
            progress=progress,
        )

    def generate(self, request: GenerationRequest, progress: Progress) -> list[Performance]:
        """Load the generator unless it is still loaded, and run it."""
        from tonenet_core.checkpoint import autoencoder, generator, read_info, velocity_model
        from tonenet_core.generate import Primer, generate, interpolate, reconstruct

        progress(0.0)
        name, performer = request.model, request.performer
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

    def close(self) -> None:
        """Forget the loaded models."""
        self._models.clear()

    def _model(self, path: str, device: str) -> Model:
        from tonenet_core.checkpoint import load

        key = (path, device)
        model = self._models.pop(key, None)
        self._models[key] = load(path, device=device) if model is None else model
        while len(self._models) > KEPT:
            del self._models[next(iter(self._models))]
        return self._models[key]
