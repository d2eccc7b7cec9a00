"""One loop that trains any model of `models.MODELS` from a recipe, on any number of devices, and can be resumed.

What comes out lies in one folder: `<recipe>.safetensors` (the best on `valid`), `curves.csv` and `curves.png`, and
`resume.ckpt`, which is never shipped; of a model that draws images (`models.base.Drawing`) also `sheets/`, what it drew
at each validation. A recipe of several members gives such a folder for each, beside the checkpoint of the whole. A
model that is fitted in one go (`models.base.Fittable`) gives the checkpoint alone.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tonenet_core.checkpoint import SUFFIX, build, load, read_info, save
from tonenet_core.data.cache import Cache, open_cache
from tonenet_core.errors import DataError
from tonenet_core.models import model_class
from tonenet_core.models.base import Contesting, Joinable
from tonenet_core.progress import Progress, no_progress
from tonenet_core.progress import part as progress_of
from tonenet_core.training.distributed import launched, was_restarted
from tonenet_core.training.loop import RESUME, USUAL_MEMORY, Run, listed, provenance, valid_pieces
from tonenet_core.training.recipe import Recipe, Training, read_recipe

logger = logging.getLogger(__name__)


def train(
    recipe_path: Path,
    cache_folder: Path,
    out: Path,
    *,
    seed: int | None = None,
    resume: bool = False,
    device: str = "auto",
    devices: int = 1,
    memory: int = USUAL_MEMORY,
    progress: Progress = no_progress,
) -> Path:
    """Train or fit a model and return its checkpoint.

    Args:
        recipe_path: see `Recipe`.
        cache_folder: made by `dataset.prepare`.
        out: folder of what comes out.
        seed: takes the place of the recipe's.
        resume: go on from `resume.ckpt` in `out`, as if it had never stopped.
        device: "auto", "cpu" or "cuda"; a model that is fitted in one go takes one processor core.
        devices: how many of them (torch.distributed, through Lightning Fabric); see `launch.launched`.
        memory: bytes that prepared pieces may take in each process. Of a larger corpus they are prepared when they are
            drawn, if the model can do that (`models.base.Streaming`); the run is the same.
        progress: see `Progress`.

    Raises:
        DataError: if the recipe or the cache cannot be used, or there is nothing to resume.
        DeviceError: if the device is not there.
        Cancelled: if `progress` asks to stop; `resume` goes on from the last validation.
    """
    recipe = read_recipe(recipe_path, seed)
    if recipe.base is not None:
        raise DataError(f"{recipe_path} adds a style to {recipe.base}: give its name with --name.")
    cache = open_cache(cache_folder)
    if not isinstance(recipe.training, Training):
        if resume:
            raise DataError(f"{recipe_path} fits its model in one go: there is nothing to resume.")
        return _fit(recipe_path, recipe, cache, out, progress)
    order = _Order(recipe_path, recipe, recipe.training, cache, out, device, devices, memory)
    if recipe.training.members > 1:
        return _train_members(order, resume=resume, progress=progress)
    return _trained(order, resume=resume, progress=progress).checkpoint_path


@dataclass(frozen=True)
class _Order:
    """What is to be trained by a loop, and where."""

    recipe_path: Path
    recipe: Recipe
    training: Training
    cache: Cache
    out: Path
    device: str
    devices: int
    memory: int

    def member(self, index: int) -> _Order:
        """Return the order of one network of several: a seed and a folder of its own."""
        training = replace(self.training, seed=self.training.seed + index, members=1)
        recipe = replace(self.recipe, training=training)
        return replace(self, recipe=recipe, training=training, out=self.out / f"member-{index + 1}")


def _trained(order: _Order, *, resume: bool, progress: Progress) -> Run:
    """Train one network to the end."""
    some_idle = issubclass(model_class(order.recipe.model), Contesting)
    fabric = launched(order.training, order.device, order.devices, some_idle=some_idle)
    network = _built(order.recipe_path, order.recipe)
    run = Run(fabric, network, order.recipe, order.training, order.cache, order.out, order.memory)
    if resume or (was_restarted() and run.resume_path.is_file()):
        run.restore()
    run.go(progress)
    fabric.barrier()  # the checkpoint is whole for every process
    return run


def _train_members(order: _Order, *, resume: bool, progress: Progress) -> Path:
    """Train a recipe's members one after another, each in a folder of its own, and join them."""
    recipe, count = order.recipe, order.training.members
    if not issubclass(model_class(recipe.model), Joinable):
        text = f"networks of a {recipe.model} cannot be joined; training.members must be 1."
        raise DataError(f"{order.recipe_path}: {text}")
    paths = []
    for index in range(count):
        member = order.member(index)
        begun = resume and (index == 0 or (member.out / RESUME).is_file())
        run = _trained(member, resume=begun, progress=progress_of(progress, index, count))
        paths.append(run.checkpoint_path)
    path = order.out / f"{recipe.name}{SUFFIX}"
    if run.fabric.is_global_zero:
        _join(recipe, order.cache, paths, path)
    run.fabric.barrier()
    return path


def _join(recipe: Recipe, cache: Cache, paths: list[Path], path: Path) -> None:
    """Join trained networks, measure the whole, and write its checkpoint."""
    infos = [read_info(path) for path in paths]
    network = model_class(recipe.model).joined([load(path, "cpu", with_added=False) for path in paths])
    figures = network.validate(valid_pieces(recipe, cache, network.styles))
    logger.info("joined: %s", listed(figures))
    made = provenance(
        recipe,
        cache,
        hardware=infos[0].training["hardware"],
        seconds=sum(info.training["seconds"] for info in infos),
        statistics=infos[0].training["data"],
        figures=figures,
    )
    save(path, network, recipe.title, made | {"members": len(paths)})


def _built(recipe_path: Path, recipe: Recipe) -> Any:
    try:
        return build(recipe.model, recipe.config)
    except (TypeError, ValueError) as error:
        raise DataError(f"{recipe_path}: {error}.") from error


def _fit(recipe_path: Path, recipe: Recipe, cache: Cache, out: Path, progress: Progress) -> Path:
    """Fit a model in one go and return its checkpoint."""
    began = time.monotonic()
    model = _built(recipe_path, recipe)
    pieces, valid = list(cache.pieces("train", model.styles)), valid_pieces(recipe, cache, model.styles)
    model.fit(pieces, recipe.training.seed, progress)
    figures = model.validate(valid)
    logger.info("%s", listed(figures))
    path = out / f"{recipe.name}{SUFFIX}"
    made = provenance(
        recipe,
        cache,
        hardware="1 x cpu",
        seconds=time.monotonic() - began,
        statistics=model.data_statistics(pieces),
        figures=figures,
    )
    save(path, model, recipe.title, made)
    return path
