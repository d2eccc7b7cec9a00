"""Training of any model in `models.MODELS` from a recipe, on any number of devices; a stopped run can be resumed.

The output is one folder: `<recipe>.safetensors` (the best on `valid`), `curves.csv` and `curves.png`, and
`resume.ckpt`, which is never shipped; of a model that draws images (`models.training.Drawing`) also `sheets/`, its
drawings at each validation. A recipe of several members makes such a folder for each, beside the joined checkpoint. A
model that is fitted in one call (`models.training.Fittable`) has the checkpoint alone.
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
from tonenet_core.models.base import Network
from tonenet_core.models.training import Adversarial, Begun, Ensemble, Fittable, Trainable
from tonenet_core.progress import Progress, no_progress
from tonenet_core.progress import part as progress_of
from tonenet_core.training.distributed import launch_fabric, was_restarted
from tonenet_core.training.loop import RESUME, Run
from tonenet_core.training.options import RunOptions
from tonenet_core.training.pieces import valid_pieces
from tonenet_core.training.provenance import format_figures, provenance
from tonenet_core.training.recipe import Recipe, Training, read_recipe

logger = logging.getLogger(__name__)


def train(
    recipe_path: Path,
    cache_folder: Path,
    out: Path,
    options: RunOptions | None = None,
    *,
    progress: Progress = no_progress,
) -> Path:
    """Train or fit a model and return its checkpoint.

    Args:
        recipe_path: see `Recipe`.
        cache_folder: made by `data.prepare`.
        out: the folder of the output.
        options: see `RunOptions`.
        progress: see `Progress`.

    Raises:
        DataError: if the recipe or the cache cannot be used, or there is nothing to resume.
        DeviceError: if the device does not exist.
        Cancelled: if `progress` asks to stop; the option `resume` continues from the last validation.
    """
    options = options or RunOptions()
    recipe = read_recipe(recipe_path, options.seed)
    if recipe.base is not None:
        raise DataError(f"{recipe_path} adds a style to {recipe.base}: give its name with --name.")
    cache = open_cache(cache_folder)
    job = _Job(recipe_path, recipe, cache, out, options)
    if not isinstance(recipe.training, Training):
        if options.resume:
            raise DataError(f"{recipe_path} fits its model in one call: there is nothing to resume.")
        return _fit(job, progress)
    if recipe.training.members > 1:
        return _train_members(job, recipe.training, progress)
    return _train_one(job, recipe.training, progress).checkpoint_path


@dataclass(frozen=True)
class _Job:
    """A network to train, and where."""

    recipe_path: Path
    recipe: Recipe
    cache: Cache
    out: Path
    options: RunOptions

    def member(self, training: Training, index: int) -> _Job:
        """Return the job of one network of several, with its own seed and folder."""
        own = replace(training, seed=training.seed + index, members=1)
        out = self.out / f"member-{index + 1}"
        resume = self.options.resume and (index == 0 or (out / RESUME).is_file())
        options = replace(self.options, resume=resume)
        return replace(self, recipe=replace(self.recipe, training=own), out=out, options=options)

    def build(self) -> Network:
        """Return the untrained network."""
        try:
            network = build(self.recipe.model, self.recipe.config)
            if isinstance(network, Begun) and network.start:
                network.begin_with(load(network.start, "cpu"))
            return network
        except (TypeError, ValueError) as error:
            raise DataError(f"{self.recipe_path}: {error}.") from error


def _train_one(job: _Job, training: Training, progress: Progress) -> Run[Any, Any]:
    """Train one network to the end."""
    some_idle = issubclass(model_class(job.recipe.model), Adversarial)
    fabric = launch_fabric(training, job.options.device, job.options.devices, some_idle=some_idle)
    network = job.build()
    assert isinstance(network, Trainable)  # every model that is not fitted in one call is
    run: Run[Any, Any] = Run(fabric, network, job.recipe, job.cache, job.out, memory=job.options.memory)
    if job.options.resume or (was_restarted() and run.resume_path.is_file()):
        run.restore()
    run.train(progress)
    fabric.barrier()  # until the checkpoint is complete for every process
    return run


def _train_members(job: _Job, training: Training, progress: Progress) -> Path:
    """Train a recipe's members one after another, each in its own folder, and join them."""
    if not issubclass(model_class(job.recipe.model), Ensemble):
        text = f"networks of a {job.recipe.model} cannot be joined; training.members must be 1."
        raise DataError(f"{job.recipe_path}: {text}")
    paths = []
    for index in range(training.members):
        member = job.member(training, index)
        own = member.recipe.training
        assert isinstance(own, Training)
        run = _train_one(member, own, progress_of(progress, index, training.members))
        paths.append(run.checkpoint_path)
    path = job.out / f"{job.recipe.name}{SUFFIX}"
    if run.fabric.is_global_zero:
        _join(job.recipe, job.cache, paths, path)
    run.fabric.barrier()
    return path


def _join(recipe: Recipe, cache: Cache, paths: list[Path], path: Path) -> None:
    """Join trained networks, validate the whole, and write its checkpoint."""
    infos = [read_info(path) for path in paths]
    members: list[Ensemble] = []
    for member_path in paths:
        member = load(member_path, "cpu", with_added=False)
        assert isinstance(member, Ensemble)
        members.append(member)
    network = type(members[0]).joined(members)
    assert isinstance(network, Trainable)
    assert isinstance(network, Network)
    figures = network.validate(valid_pieces(recipe, cache, network.styles))
    logger.info("joined: %s", format_figures(figures))
    made = provenance(
        recipe,
        cache,
        hardware=infos[0].training["hardware"],
        seconds=sum(info.training["seconds"] for info in infos),
        statistics=infos[0].training["data"],
        figures=figures,
    )
    save(path, network, recipe.title, made | {"members": len(paths)})


def _fit(job: _Job, progress: Progress) -> Path:
    """Fit a model in one call and return its checkpoint."""
    began = time.monotonic()
    recipe, cache, model = job.recipe, job.cache, job.build()
    assert isinstance(model, Fittable)
    pieces, valid = list(cache.pieces("train", model.styles)), valid_pieces(recipe, cache, model.styles)
    model.fit(pieces, recipe.training.seed, progress)
    figures = model.validate(valid)
    logger.info("%s", format_figures(figures))
    path = job.out / f"{recipe.name}{SUFFIX}"
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
