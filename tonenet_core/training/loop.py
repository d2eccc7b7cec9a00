"""The training loop: a network, its optimiser, the average of its weights, and the files of its run.

One backward pass and one optimiser serve every model. The networks of an adversarial model (`models.training`) are
parameter groups: the model routes the gradients, and sets the learning rate of each part at each step.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from tonenet_core.checkpoint import SUFFIX, save
from tonenet_core.compute.devices import is_full
from tonenet_core.data.cache import Cache
from tonenet_core.errors import DataError, DeviceError, reason
from tonenet_core.files.atomic import replacing
from tonenet_core.files.safetensors_header import DAMAGE
from tonenet_core.models.base import Network
from tonenet_core.models.training import Adversarial, Drawing, PreparedPieces, Remembering, Trainable
from tonenet_core.performance import TrainingPiece
from tonenet_core.progress import Progress
from tonenet_core.training.average import WeightAverage
from tonenet_core.training.curves import Curves, draw_sheet
from tonenet_core.training.pieces import prepare_pieces, valid_pieces
from tonenet_core.training.provenance import format_figures, provenance
from tonenet_core.training.recipe import Recipe, Training

if TYPE_CHECKING:
    from lightning_fabric import Fabric
    from torch import nn

RESUME = "resume.ckpt"
P = TypeVar("P")
B = TypeVar("B")
logger = logging.getLogger(__name__)


def _learning_rate(training: Training, step: int) -> float:
    """Return the learning rate at a step: a linear warm-up, then half a cosine down to zero."""
    warm_up = min(1.0, (step + 1) / max(training.warmup_steps, 1))
    return training.learning_rate * warm_up * 0.5 * (1 + float(np.cos(np.pi * step / training.steps)))


class Run(Generic[P, B]):
    """One training run.

    Attributes:
        step: the next one; seconds: of training so far; best: the lowest score so far.
        curves: its validations.
        checkpoint_path, resume_path: of its files.
    """

    def __init__(
        self, fabric: Fabric, network: Trainable[P, B], recipe: Recipe, cache: Cache, out: Path, *, memory: int
    ) -> None:
        import torch

        assert isinstance(recipe.training, Training)
        self.fabric, self.network, self.recipe, self.cache, self.out = fabric, network, recipe, cache, out
        self._training, self._memory = recipe.training, memory
        self.step, self.best, self.seconds = 0, float("inf"), 0.0
        module = network
        assert isinstance(module, torch.nn.Module)
        self._parts: Mapping[str, nn.Module] = network.parts() if isinstance(network, Adversarial) else {"all": module}
        groups = [{"params": list(part.parameters()), "name": name} for name, part in self._parts.items()]
        betas = (self._training.momentum, 0.999)
        optimizer = torch.optim.Adam(groups, lr=self._training.learning_rate, betas=betas)
        self._wrapped, self._optimizer = fabric.setup(module, optimizer)
        self._average = WeightAverage(module)
        self.curves = Curves(out)
        self._statistics: dict[str, Any] = {}
        self.checkpoint_path = out / f"{recipe.name}{SUFFIX}"
        self.resume_path = out / RESUME

    # -- the loop ----------------------------------------------------------------------------------------------

    def train(self, progress: Progress) -> None:
        """Train to the last step."""
        training = self._training
        prepared, self._statistics = prepare_pieces(self.network, self.cache, self._memory)
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
                    "or train with --device cpu. --resume continues from the last validation.",
                    name=self.recipe.name,
                ) from error
            self.step += 1
            if self.step % training.validate_every == 0 or self.step == training.steps:
                self.seconds = time.monotonic() - began
                with self._average.applied():
                    self._validate(valid, losses)
                self._save_state()
                losses.clear()
        progress(1.0)

    def _one_step(self, prepared: PreparedPieces[P]) -> dict[str, float]:
        training = self._training
        self._wrapped.train()
        self._optimizer.zero_grad()
        microbatches = training.microbatches or self.fabric.world_size
        mine = range(self.fabric.global_rank, microbatches, self.fabric.world_size)
        figures = self._mean_figures([self._gradients(prepared, index, mine) for index in mine])
        for part in self._parts.values():
            self.fabric.clip_gradients(part, self._optimizer, max_norm=training.clip_norm)
        rates = self._learning_rates(figures)
        for group in self._optimizer.param_groups:
            group["lr"] = rates[group["name"]]
        self._optimizer.step()
        self._average.update(self.step, training.average)
        if len(rates) > 1:
            figures |= {f"rate of {name}": rate for name, rate in rates.items()}
            figures |= {f"duty of {name}": float(rate > 0) for name, rate in rates.items()}
        return figures

    def _gradients(self, prepared: PreparedPieces[P], index: int, mine: range) -> dict[str, float]:
        """Add the gradients of a microbatch to those of this step, and return its losses."""
        import torch

        # Everything random is a function of the step, so that a resumed run repeats one that was never stopped.
        rng = np.random.default_rng([self._training.seed, self.step, index])
        torch.manual_seed(int(rng.integers(2**31)))
        batch = self.network.sample_batch(prepared, self._training.windows, rng)
        if isinstance(self.network, Adversarial) and isinstance(batch, dict):
            batch["step"] = self.step
        with self.fabric.no_backward_sync(self._wrapped, enabled=index != mine[-1]):
            losses = self._wrapped(self.fabric.to_device(batch))
            self.fabric.backward(losses["loss"] / len(mine))
        return {name: float(value.detach()) for name, value in losses.items()}

    def _mean_figures(self, each: list[dict[str, float]]) -> dict[str, float]:
        """Return the mean losses over the microbatches of all processes: learning rates may depend on them."""
        import torch

        values = torch.tensor([list(figures.values()) for figures in each], dtype=torch.float64).mean(0)
        if self.fabric.world_size > 1:
            reduced = self.fabric.all_reduce(self.fabric.to_device(values), reduce_op="mean")
            assert isinstance(reduced, torch.Tensor)
            values = reduced
        return dict(zip(each[0], values.tolist(), strict=True))

    def _learning_rates(self, losses: dict[str, float]) -> dict[str, float]:
        """Return the learning rate of each part for this step."""
        if not isinstance(self.network, Adversarial):
            return {"all": _learning_rate(self._training, self.step)}
        warm_up = min(1.0, (self.step + 1) / max(self._training.warmup_steps, 1))
        return self.network.learning_rates(self._training.learning_rate * warm_up, self.step, losses)

    def _validate(self, valid: list[TrainingPiece], losses: list[dict[str, float]]) -> None:
        figures = self.network.validate(valid)
        self.curves.add(self.step, self.seconds, losses, figures)
        improved, self.best = figures["score"] < self.best, min(self.best, figures["score"])
        if not self.fabric.is_global_zero:
            return
        logger.info("%s", format_figures(self.curves.rows[-1]))
        self.out.mkdir(parents=True, exist_ok=True)
        if improved:
            self.keep(self._provenance(figures))
        self.curves.write(finished=self.step >= self._training.steps)
        if isinstance(self.network, Drawing):
            draw_sheet(self.network, self.out, self.step)

    # -- files -------------------------------------------------------------------------------------------------

    def keep(self, training: dict[str, Any]) -> None:
        """Write the network as it is now, with its provenance."""
        assert isinstance(self.network, Network)  # as all are but an added style, which overrides this
        save(self.checkpoint_path, self.network, self.recipe.title, training)

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

    def _save_state(self) -> None:
        """Write `resume.ckpt`, whole or not at all."""
        if not self.fabric.is_global_zero:
            self.fabric.save(self.resume_path, self._state())  # all processes take part, and the first one writes
            return
        with replacing(self.resume_path) as unfinished:
            self.fabric.save(unfinished, self._state())

    def _state(self) -> dict[str, Any]:
        memory = {"memory": self.network.memory()} if isinstance(self.network, Remembering) else {}
        return {
            **memory,
            "network": self._wrapped,
            "average": self._average.weights,
            "optimizer": self._optimizer,
            "step": self.step,
            "best": self.best,
            "seconds": self.seconds,
            "curves": self.curves.rows,
            "data_sha256": self.cache.sha256,
        }

    def restore(self) -> None:
        """Return to the last saved state.

        Raises:
            DataError: if no state was saved, or it is damaged or of another recipe or other data.
        """
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
        self.step, self.best, self.seconds = state["step"], state["best"], state["seconds"]
        self.curves.rows, self._average.weights = state["curves"], state["average"]
        if isinstance(self.network, Remembering):
            self.network.remember(state["memory"])
