"""One run of the training loop: a network, its optimiser and its running mean, where it stands, and what it writes.

One backward pass and one optimiser serve every model. Networks that work against each other (`models.base.Contesting`)
are its parameter groups: the model routes the gradients, and says at which rate each part learns at each step.
"""

from __future__ import annotations

import csv
import logging
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np

from tonenet_core import __version__
from tonenet_core.checkpoint import SUFFIX, save
from tonenet_core.compute.devices import is_full
from tonenet_core.data.cache import Cache, Pieces
from tonenet_core.errors import DataError, DeviceError, reason
from tonenet_core.files.atomic import replacing
from tonenet_core.files.safetensors_header import DAMAGE
from tonenet_core.models.base import Contesting, Drawing, Lexical, Streaming
from tonenet_core.performance import TrainingPiece
from tonenet_core.progress import Progress
from tonenet_core.training.recipe import Recipe, Training

RESUME = "resume.ckpt"
REDRAWN_SEC = 60  # the picture of the curves takes seconds, which a run that validates often has not to give
USUAL_MEMORY = 4 * 2**30
Prepared = dict[str, dict[str, Any]]  # by style and source, a sequence of what `prepare_piece` returns
logger = logging.getLogger(__name__)


def valid_pieces(recipe: Recipe, cache: Cache, styles: tuple[str, ...]) -> list[TrainingPiece]:
    """Return evenly spaced pieces of each source's `valid`, so that the choice does not hang on the alphabet."""
    sources = cache.pieces("valid", styles).by_source()
    if not sources:
        raise DataError(f"{cache.folder} holds no pieces to validate on.")
    chosen = []
    for pieces in sources.values():
        count = min(recipe.training.valid_pieces, len(pieces))
        chosen += [pieces[int(index)] for index in np.linspace(0, len(pieces) - 1, count).astype(int)]
    return chosen


def provenance(
    recipe: Recipe,
    cache: Cache,
    *,
    hardware: str,
    seconds: float,
    statistics: dict[str, Any],
    figures: dict[str, float],
) -> dict[str, Any]:
    """Return what a checkpoint says of its making."""
    return {
        "tonenet": __version__,
        "recipe": recipe.name,
        "comparison": recipe.comparison,
        "seed": recipe.training.seed,
        "seconds": round(seconds),
        "hardware": f"{hardware}, {platform.machine()}",
        "data_sha256": cache.sha256,
        "data": statistics,
        "valid": {name: round(value, 4) for name, value in figures.items()},
    }


def listed(figures: dict[str, float]) -> str:
    """Return figures as a line of a log."""
    return ", ".join(f"{name} {value:.5g}" for name, value in figures.items())


def _learning_rate(training: Training, step: int) -> float:
    """Return the rate at a step: a linear rise, then half a cosine down to zero."""
    rise = min(1.0, (step + 1) / max(training.warmup_steps, 1))
    return training.learning_rate * rise * 0.5 * (1 + float(np.cos(np.pi * step / training.steps)))


@dataclass
class Run:
    """One training run: its state, and how it is saved."""

    fabric: Any
    network: Any
    recipe: Recipe
    training: Training
    cache: Cache
    out: Path
    memory: int = USUAL_MEMORY
    step: int = 0
    best: float = float("inf")
    seconds: float = 0.0
    curves: list[dict[str, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        import torch

        parts = self.network.parts() if isinstance(self.network, Contesting) else {"all": self.network}
        self.parts: dict[str, Any] = parts
        groups = [{"params": list(part.parameters()), "name": name} for name, part in parts.items()]
        rate, betas = self.training.learning_rate, (self.training.momentum, 0.999)
        optimizer = torch.optim.Adam(groups, lr=rate, betas=betas)
        self.wrapped, self.optimizer = self.fabric.setup(self.network, optimizer)
        self.average = {
            name: value.detach().clone() for name, value in self.network.named_parameters() if value.requires_grad
        }
        self.checkpoint_path = self.out / f"{self.recipe.name}{SUFFIX}"
        self.resume_path = self.out / RESUME
        self._redraw = 0.0  # when the picture of the curves may be drawn again

    # -- the loop ----------------------------------------------------------------------------------------------

    def go(self, progress: Progress) -> None:
        """Train to the last step."""
        training = self.training
        prepared = self._prepared_pieces()
        valid = valid_pieces(self.recipe, self.cache, self.network.styles)
        losses: list[dict[str, float]] = []
        began = time.monotonic() - self.seconds
        while self.step < training.steps:
            progress(self.step / training.steps)
            try:
                losses.append(self._one_step(prepared))
            except RuntimeError as error:
                if not is_full(error):
                    raise
                raise DeviceError(
                    "The GPU has too little free memory to train {name}: give its recipe fewer windows, "
                    "or train with --device cpu. Where it was validated, --resume goes on.",
                    name=self.recipe.name,
                ) from error
            self.step += 1
            if self.step % training.validate_every == 0 or self.step == training.steps:
                self.seconds = time.monotonic() - began
                with self._averaged():
                    self._validate(valid, losses)
                self._save_state()
                losses.clear()
        progress(1.0)

    def _one_step(self, prepared: Prepared) -> dict[str, float]:
        training = self.training
        self.wrapped.train()
        self.optimizer.zero_grad()
        microbatches = training.microbatches or self.fabric.world_size
        mine = range(self.fabric.global_rank, microbatches, self.fabric.world_size)
        figures = self._averaged_figures([self._gradients(prepared, index, mine) for index in mine])
        for part in self.parts.values():
            self.fabric.clip_gradients(part, self.optimizer, max_norm=training.clip_norm)
        rates = self._learning_rates(figures)
        for group in self.optimizer.param_groups:
            group["lr"] = rates[group["name"]]
        self.optimizer.step()
        self._add_to_average()
        if len(rates) > 1:
            figures |= {f"rate of {name}": rate for name, rate in rates.items()}
            figures |= {f"duty of {name}": float(rate > 0) for name, rate in rates.items()}
        return figures

    def _gradients(self, prepared: Prepared, index: int, mine: range) -> dict[str, float]:
        """Add the gradients of a microbatch to those of this step, and return its losses."""
        import torch

        # Everything random is a function of the step, so that a resumed run repeats the one that was never stopped.
        rng = np.random.default_rng([self.training.seed, self.step, index])
        torch.manual_seed(int(rng.integers(2**31)))
        batch = self.network.sample_batch(prepared, self.training.windows, rng)
        if isinstance(self.network, Contesting):
            batch["step"] = self.step
        with self.fabric.no_backward_sync(self.wrapped, enabled=index != mine[-1]):
            losses = self.wrapped(self.fabric.to_device(batch))
            self.fabric.backward(losses["loss"] / len(mine))
        return {name: float(value.detach()) for name, value in losses.items()}

    def _averaged_figures(self, each: list[dict[str, float]]) -> dict[str, float]:
        """Return the mean losses over the microbatches of all processes: learning rates may hang on them."""
        import torch

        values = torch.tensor([list(figures.values()) for figures in each], dtype=torch.float64).mean(0)
        if self.fabric.world_size > 1:
            values = self.fabric.all_reduce(self.fabric.to_device(values), reduce_op="mean")
        return dict(zip(each[0], values.tolist(), strict=True))

    def _learning_rates(self, losses: dict[str, float]) -> dict[str, float]:
        """Return the rate of each part for this step."""
        if not isinstance(self.network, Contesting):
            return {"all": _learning_rate(self.training, self.step)}
        rise = min(1.0, (self.step + 1) / max(self.training.warmup_steps, 1))
        return self.network.learning_rates(self.training.learning_rate * rise, self.step, losses)

    def _add_to_average(self) -> None:
        """Move the averaged weights towards the ones of now; early ones, which are far off, are forgotten sooner."""
        decay = min(self.training.average, (1 + self.step) / (4 + self.step))
        for name, value in self.network.named_parameters():
            if name in self.average:
                self.average[name].lerp_(value.detach(), 1 - decay)

    @contextmanager
    def _averaged(self) -> Iterator[None]:
        """Put the averaged weights in the network's place while the block runs."""
        now = {name: value.detach().clone() for name, value in self.network.named_parameters() if name in self.average}
        try:
            self._put(self.average)
            yield
        finally:
            self._put(now)

    def _put(self, weights: dict[str, Any]) -> None:
        for name, value in self.network.named_parameters():
            if name in weights:
                value.data.copy_(weights[name])

    def _validate(self, valid: list[TrainingPiece], losses: list[dict[str, float]]) -> None:
        figures = self.network.validate(valid)
        row = {"step": float(self.step), "seconds": round(self.seconds, 1)}
        names = dict.fromkeys(name for each in losses for name in each)  # a model may drop some on the way
        row |= {f"train {name}": float(np.mean([each[name] for each in losses if name in each])) for name in names}
        row |= {f"valid {name}": value for name, value in figures.items()}
        self.curves.append(row)
        improved, self.best = figures["score"] < self.best, min(self.best, figures["score"])
        if self.fabric.is_global_zero:
            logger.info("%s", listed(row))
            self.out.mkdir(parents=True, exist_ok=True)
            if improved:
                self.keep(self._provenance(figures))
            self._write_curves()
            self._draw_sheet()

    # -- data --------------------------------------------------------------------------------------------------

    def _prepared_pieces(self) -> Prepared:
        """Return each style's training pieces by source, as the model wants them."""
        found = self.cache.pieces("train", self.network.styles)
        by_style = found.by_style()
        for style in self.network.styles:
            if style not in by_style:
                raise DataError(f"{self.cache.folder} holds no training pieces of the style {style!r}.")
        notes = int(found.note_counts().sum())
        if isinstance(self.network, Streaming) and notes * self.network.prepared_note_bytes > self.memory:
            return self._streamed_pieces(found)
        loaded = list(found)
        if isinstance(self.network, Lexical):
            self.network.learn_vocabulary(loaded)
        self._statistics = self.network.data_statistics(loaded)
        pieces: Prepared = {style: {} for style in self.network.styles}
        for piece in loaded:
            pieces[piece.style].setdefault(piece.source, []).append(self.network.prepare_piece(piece))
        return pieces

    def _streamed_pieces(self, found: Pieces) -> Prepared:
        """Return the pieces as they lie on disk, to be prepared when they are drawn."""
        from tonenet_core.models.expression.streamed import Recent, Streamed

        logger.info("%d pieces are more than fits the memory: they are prepared when they are drawn", len(found))
        self._statistics = self.network.data_statistics(found)
        recent: Recent[Any] = Recent(self.memory)
        prepare = self.network.prepare_piece
        return {
            style: {
                source: Streamed(pieces, pieces.note_counts(), prepare, recent)
                for source, pieces in of_style.by_source().items()
            }
            for style, of_style in found.by_style().items()
        }

    # -- what is kept ------------------------------------------------------------------------------------------

    def keep(self, made: dict[str, Any]) -> None:
        """Write the network as it is now, with what is to be said of its making."""
        save(self.checkpoint_path, self.network, self.recipe.title, made)

    def _save_state(self) -> None:
        """Write `resume.ckpt`, whole or not at all."""
        if not self.fabric.is_global_zero:
            self.fabric.save(self.resume_path, self._state())  # all take part, and the first process writes
            return
        with replacing(self.resume_path) as unfinished:
            self.fabric.save(unfinished, self._state())

    def _state(self) -> dict[str, Any]:
        return {
            "network": self.wrapped,
            "average": self.average,
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
        try:
            self.fabric.load(self.resume_path, state, weights_only=True)  # no pickle: it could run code
        except (OSError, RuntimeError, EOFError, UnpicklingError, *DAMAGE) as error:
            text = reason(str(error).partition("\n")[0])
            raise DataError(
                f"{self.resume_path} is damaged or of another recipe ({text}); start the run again without --resume."
            ) from error
        if state["data_sha256"] != self.cache.sha256:
            raise DataError(f"The run in {self.out} was trained on other data.")
        self.step, self.best = state["step"], state["best"]
        self.seconds, self.curves, self.average = state["seconds"], state["curves"], state["average"]

    def _provenance(self, figures: dict[str, float]) -> dict[str, Any]:
        made = provenance(
            self.recipe,
            self.cache,
            hardware=f"{self.fabric.world_size} x {self.fabric.device.type}",
            seconds=self.seconds,
            statistics=self._statistics,
            figures=figures,
        )
        return made | {"step": self.step}

    def _write_curves(self) -> None:
        path = self.out / "curves.csv"
        with replacing(path) as unfinished, unfinished.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(dict.fromkeys(name for row in self.curves for name in row)))
            writer.writeheader()
            writer.writerows(self.curves)
        if self.step < self.training.steps and time.monotonic() < self._redraw:
            return
        self._redraw = time.monotonic() + REDRAWN_SEC
        try:
            from tonenet_core.plots.plots import curves
        except ImportError:  # matplotlib is not needed to train
            return
        curves(path, path.with_suffix(".png"))

    def _draw_sheet(self) -> None:
        """Draw what the model draws by now, if it does."""
        if not isinstance(self.network, Drawing):
            return
        try:
            from tonenet_core.plots.plots import image_sheet
        except ImportError:
            return
        folder = self.out / "sheets"
        folder.mkdir(exist_ok=True)
        image_sheet(folder / f"{self.step:06d}.png", self.network.sheet())
