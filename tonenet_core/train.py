"""One loop that trains any model of `models.MODELS` from a recipe, on any number of devices, and can be resumed.

What comes out lies in one folder: `<recipe>.safetensors` (the best on `valid`), `curves.csv` and `curves.png`, and
`resume.ckpt`, which is never shipped.
"""

from __future__ import annotations

import csv
import logging
import platform
import time
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from tonenet_core import __version__
from tonenet_core.checkpoint import SUFFIX, build, save
from tonenet_core.dataset import Cache, open_cache
from tonenet_core.devices import resolve
from tonenet_core.errors import DataError
from tonenet_core.models import MODELS
from tonenet_core.models.base import TrainingPiece
from tonenet_core.progress import Progress, no_progress

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Training:
    """How a recipe trains.

    Attributes:
        seed: fixes weights, windows and dropout.
        steps: of the optimiser.
        windows: of each style in a batch, on each device.
        learning_rate: of Adam at its highest; it rises over `warmup_steps` and falls to zero by a half cosine.
        clip_norm: gradients longer than this are shortened to it.
        validate_every: steps between looks at `valid`.
        valid_pieces: of each source that are looked at then.
        precision: Lightning Fabric's word for the arithmetic, such as "32-true" or "bf16-mixed".
    """

    steps: int
    seed: int = 0
    windows: int = 32
    learning_rate: float = 1e-3
    warmup_steps: int = 100
    clip_norm: float = 10.0
    validate_every: int = 500
    valid_pieces: int = 10
    precision: str = "32-true"


@dataclass(frozen=True)
class Recipe:
    """A recipe file: which model, of what size, trained how. An unknown key is an error."""

    name: str
    model: str
    title: str
    config: dict[str, Any]
    training: Training


def read_recipe(path: Path) -> Recipe:
    """Read a recipe.

    Raises:
        DataError: if it is missing, no TOML, or has a key that nobody knows.
    """
    try:
        text = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"The recipe {path} cannot be read: {error}.") from error
    _reject_unknown(path, "", text, {"model", "title", "config", "training"})
    training = text.get("training", {})
    _reject_unknown(path, "training.", training, {known.name for known in fields(Training)})
    if text.get("model") not in MODELS:
        raise DataError(f"{path}: there is no model {text.get('model')!r}; known are {', '.join(MODELS)}.")
    try:
        return Recipe(
            path.stem, text["model"], text.get("title", path.stem), text.get("config", {}), Training(**training)
        )
    except TypeError as error:
        raise DataError(f"{path}: {error}.") from error


def _reject_unknown(path: Path, where: str, table: dict[str, Any], known: set[str]) -> None:
    unknown = sorted(set(table) - known)
    if unknown:
        raise DataError(f"{path} has a key that nobody knows: {where}{unknown[0]}.")


def train(
    recipe_path: Path,
    cache_folder: Path,
    out: Path,
    *,
    resume: bool = False,
    device: str = "auto",
    devices: int = 1,
    progress: Progress = no_progress,
) -> Path:
    """Train a model and return its checkpoint.

    Args:
        recipe_path: see `Recipe`.
        cache_folder: made by `dataset.prepare`.
        out: folder of what comes out.
        resume: go on from `resume.ckpt` in `out`, as if it had never stopped.
        device: "auto", "cpu" or "cuda".
        devices: how many of them (torch.distributed, through Lightning Fabric).
        progress: see `Progress`.

    Raises:
        DataError: if the recipe or the cache cannot be used, or there is nothing to resume.
        DeviceError: if the device is not there.
        Cancelled: if `progress` asks to stop; `resume` goes on from the last validation.
    """
    recipe, cache = read_recipe(recipe_path), open_cache(cache_folder)
    try:
        from lightning_fabric import Fabric
    except ImportError as error:
        raise DataError("Training needs Lightning Fabric: pip install 'tonenet[train]'.") from error
    resolve(device)  # Fabric's own error for a missing device is a bug report, not a sentence
    fabric = Fabric(accelerator=device.split(":", maxsplit=1)[0], devices=devices, precision=recipe.training.precision)  # type: ignore[arg-type]
    fabric.launch()
    fabric.seed_everything(recipe.training.seed)
    try:
        network = build(recipe.model, recipe.config)
    except (TypeError, ValueError) as error:
        raise DataError(f"{recipe_path}: {error}.") from error
    run = _Run(fabric, network, recipe, cache, out)
    if resume:
        run.restore()
    run.go(progress)
    return run.checkpoint_path


def _learning_rate(training: Training, step: int) -> float:
    """Return the rate at a step: a linear rise, then half a cosine down to zero."""
    rise = min(1.0, (step + 1) / max(training.warmup_steps, 1))
    return training.learning_rate * rise * 0.5 * (1 + float(np.cos(np.pi * step / training.steps)))


@dataclass
class _Run:
    """One training run: its state, and how it is saved."""

    fabric: Any
    network: Any
    recipe: Recipe
    cache: Cache
    out: Path
    step: int = 0
    best: float = float("inf")
    seconds: float = 0.0
    curves: list[dict[str, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        import torch

        optimizer = torch.optim.Adam(self.network.parameters(), lr=self.recipe.training.learning_rate)
        self.wrapped, self.optimizer = self.fabric.setup(self.network, optimizer)
        self.checkpoint_path = self.out / f"{self.recipe.name}{SUFFIX}"
        self.resume_path = self.out / "resume.ckpt"

    # -- the loop ----------------------------------------------------------------------------------------------

    def go(self, progress: Progress) -> None:
        """Train to the last step."""
        training = self.recipe.training
        prepared = self._prepared_pieces()
        valid = self._valid_pieces()
        losses: list[dict[str, float]] = []
        began = time.monotonic() - self.seconds
        while self.step < training.steps:
            progress(self.step / training.steps)
            losses.append(self._one_step(prepared))
            self.step += 1
            if self.step % training.validate_every == 0 or self.step == training.steps:
                self.seconds = time.monotonic() - began
                self._validate(valid, losses)
                losses.clear()
        progress(1.0)

    def _one_step(self, prepared: dict[str, dict[str, list[Any]]]) -> dict[str, float]:
        import torch

        training = self.recipe.training
        # Everything random is a function of the step, so that a resumed run repeats the one that was never stopped.
        rng = np.random.default_rng([training.seed, self.step, self.fabric.global_rank])
        torch.manual_seed(int(rng.integers(2**31)))
        for group in self.optimizer.param_groups:
            group["lr"] = _learning_rate(training, self.step)
        self.wrapped.train()
        batch = self.network.sample_batch(prepared, training.windows, rng)
        losses = self.wrapped(self.fabric.to_device(batch))
        self.optimizer.zero_grad()
        self.fabric.backward(losses["loss"])
        self.fabric.clip_gradients(self.wrapped, self.optimizer, max_norm=training.clip_norm)
        self.optimizer.step()
        return {name: float(value.detach()) for name, value in losses.items()}

    def _validate(self, valid: list[TrainingPiece], losses: list[dict[str, float]]) -> None:
        figures = self.network.validate(valid)
        row = {"step": float(self.step), "seconds": round(self.seconds, 1)}
        row |= {f"train {name}": float(np.mean([each[name] for each in losses])) for name in losses[0]}
        row |= {f"valid {name}": value for name, value in figures.items()}
        self.curves.append(row)
        logger.info("%s", ", ".join(f"{name} {value:.5g}" for name, value in row.items()))
        improved, self.best = figures["score"] < self.best, min(self.best, figures["score"])
        if self.fabric.is_global_zero:
            self.out.mkdir(parents=True, exist_ok=True)
            if improved:
                save(self.checkpoint_path, self.network, self.recipe.title, self._provenance(figures))
            self._write_curves()
        self.fabric.save(self.resume_path, self._state())

    # -- data --------------------------------------------------------------------------------------------------

    def _prepared_pieces(self) -> dict[str, dict[str, list[Any]]]:
        """Return each style's training pieces by source, as the model wants them."""
        found = list(self.cache.pieces("train", self.network.styles))
        self._statistics = self.network.data_statistics(found)
        pieces: dict[str, dict[str, list[Any]]] = {style: {} for style in self.network.styles}
        for piece in found:
            pieces[piece.style].setdefault(piece.source, []).append(self.network.prepare_piece(piece))
        for style, sources in pieces.items():
            if not sources:
                raise DataError(f"{self.cache.folder} holds no training pieces of the style {style!r}.")
        return pieces

    def _valid_pieces(self) -> list[TrainingPiece]:
        """Return evenly spaced pieces of each source's `valid`, so that the choice does not hang on the alphabet."""
        sources: dict[str, list[TrainingPiece]] = {}
        for piece in self.cache.pieces("valid", self.network.styles):
            sources.setdefault(piece.source, []).append(piece)
        if not sources:
            raise DataError(f"{self.cache.folder} holds no pieces to validate on.")
        chosen = []
        for pieces in sources.values():
            count = min(self.recipe.training.valid_pieces, len(pieces))
            chosen += [pieces[index] for index in np.linspace(0, len(pieces) - 1, count).astype(int)]
        return chosen

    # -- what is kept ------------------------------------------------------------------------------------------

    def _state(self) -> dict[str, Any]:
        return {
            "network": self.wrapped,
            "optimizer": self.optimizer,
            "step": self.step,
            "best": self.best,
            "seconds": self.seconds,
            "curves": self.curves,
            "data_sha256": self.cache.sha256,
        }

    def restore(self) -> None:
        """Go back to the last saved state."""
        if not self.resume_path.is_file():
            raise DataError(f"There is nothing to resume in {self.out}.")
        state = self._state()
        self.fabric.load(self.resume_path, state)
        if state["data_sha256"] != self.cache.sha256:
            raise DataError(f"The run in {self.out} was trained on other data than {self.cache.folder}.")
        self.step, self.best = state["step"], state["best"]
        self.seconds, self.curves = state["seconds"], state["curves"]

    def _provenance(self, figures: dict[str, float]) -> dict[str, Any]:
        return {
            "tonenet": __version__,
            "recipe": self.recipe.name,
            "seed": self.recipe.training.seed,
            "step": self.step,
            "seconds": round(self.seconds),
            "hardware": f"{self.fabric.world_size} x {self.fabric.device.type}, {platform.machine()}",
            "data_sha256": self.cache.sha256,
            "data": self._statistics,
            "valid": {name: round(value, 4) for name, value in figures.items()},
        }

    def _write_curves(self) -> None:
        path = self.out / "curves.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(self.curves[0]))
            writer.writeheader()
            writer.writerows(self.curves)
        try:
            from tonenet_core.plots import curves
        except ImportError:  # matplotlib is not needed to train
            return
        curves(path, path.with_suffix(".png"))
