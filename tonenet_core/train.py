"""One loop that trains any model of `models.MODELS` from a recipe, on any number of devices, and can be resumed.

What comes out lies in one folder: `<recipe>.safetensors` (the best on `valid`), `curves.csv` and `curves.png`, and
`resume.ckpt`, which is never shipped; of a model that draws images (`models.base.Drawing`) also `sheets/`, what it drew
at each validation. A recipe of several members gives such a folder for each, beside the checkpoint of the whole. A
model that is fitted in one go (`models.base.Fittable`) gives the checkpoint alone.

One backward pass and one optimiser serve every model. Networks that work against each other (`models.base.Contesting`)
are its parameter groups: the model routes the gradients, and says at which rate each part learns at each step.
"""

from __future__ import annotations

import csv
import logging
import platform
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np

from tonenet_core import __version__
from tonenet_core.atomic import replacing
from tonenet_core.checkpoint import SUFFIX, build, load, read_info, save
from tonenet_core.config_fields import check_fields
from tonenet_core.dataset import Cache, open_cache
from tonenet_core.devices import is_full, resolve
from tonenet_core.errors import DataError, DeviceError, reason
from tonenet_core.models import MODELS, model_class
from tonenet_core.models.base import Contesting, Drawing, Fittable, Joinable, Lexical, TrainingPiece
from tonenet_core.progress import Progress, no_progress
from tonenet_core.progress import part as progress_of
from tonenet_core.safetensors_header import DAMAGE

RESUME = "resume.ckpt"
REDRAWN_SEC = 60  # the picture of the curves takes seconds, which a run that validates often has not to give
logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Fitting:
    """How a recipe fits a model that knows no steps.

    Attributes:
        seed: fixes everything random.
        valid_pieces: of each source in `valid` that figures are taken on.
    """

    seed: int = 0
    valid_pieces: int = 10


@dataclass(frozen=True, kw_only=True)
class Training(Fitting):
    """How a recipe trains a network step by step.

    Attributes:
        steps: of the optimiser.
        windows: of each style in a batch, on each device.
        learning_rate: of Adam at its highest; it rises over `warmup_steps` and falls to zero by a half cosine. Of a
            model of several parts (`Contesting`): where its own rule begins.
        momentum: decay of Adam's first moment, 0..1.
        clip_norm: gradients longer than this are shortened to it.
        validate_every: steps between looks at `valid`.
        precision: Lightning Fabric's word for the arithmetic, such as "32-true" or "bf16-mixed".
        average: decay a step of the moving average of the weights, 0..1; what is validated and kept is that average.
            0: the weights themselves.
        members: networks that are trained one after another, with seeds that count up from `seed`, and then joined
            (`models.base.Joinable`).
    """

    steps: int
    windows: int = 32
    learning_rate: float = 1e-3
    momentum: float = 0.9
    warmup_steps: int = 100
    clip_norm: float = 10.0
    validate_every: int = 500
    precision: str = "32-true"
    average: float = 0.0
    members: int = 1


@dataclass(frozen=True)
class Recipe:
    """A recipe file: which model, of what size, trained how. An unknown key is an error.

    Attributes:
        name: the file's stem.
        model: key of `models.MODELS`.
        title: the checkpoint's name for people.
        config: keyword arguments of the model's `Config`.
        training: how.
        base: the checkpoint that a style is added to, whose config stands; None: a model is trained from scratch.
        comparison: what it makes is there to be compared with; those who want music are offered it last.
    """

    name: str
    model: str
    title: str
    config: dict[str, Any]
    training: Fitting
    base: str | None = None
    comparison: bool = False


def read_recipe(path: Path, seed: int | None = None) -> Recipe:
    """Read a recipe; a seed takes the place of its own.

    Raises:
        DataError: if it is missing, no TOML, or has a key that nobody knows.
    """
    try:
        text = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"The recipe {path} cannot be read: {reason(error)}.") from error
    _reject_unknown(path, "", text, {"model", "title", "config", "training", "base", "comparison"})
    if str(text.get("model")) not in MODELS:
        named = reason(repr(text.get("model")))
        raise DataError(f"{path}: there is no model {named}; known are {', '.join(MODELS)}.")
    kind = Fitting if issubclass(model_class(text["model"]), Fittable) else Training
    if "base" in text:
        text["base"] = str(text["base"])
        _reject_unknown(path, "", text, {"model", "base", "training"})
    training = text.get("training", {})
    try:
        check_fields(Recipe, {name: text[name] for name in text if name in ("title", "config", "comparison")})
        _reject_unknown(path, "training.", training, {known.name for known in fields(kind)})
        check_fields(kind, training)
        how = kind(**training)
    except (TypeError, ValueError) as error:
        raise DataError(f"{path}: {reason(error)}.") from error
    return Recipe(
        path.stem,
        text["model"],
        text.get("title", path.stem),
        text.get("config", {}),
        how if seed is None else replace(how, seed=seed),
        text.get("base"),
        text.get("comparison", False),
    )


def _reject_unknown(path: Path, where: str, table: dict[str, Any], known: set[str]) -> None:
    unknown = sorted(set(table) - known)
    if unknown:
        raise DataError(f"{path} has a key that nobody knows: {where}{reason(unknown[0])}.")


def train(
    recipe_path: Path,
    cache_folder: Path,
    out: Path,
    *,
    seed: int | None = None,
    resume: bool = False,
    device: str = "auto",
    devices: int = 1,
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
        devices: how many of them (torch.distributed, through Lightning Fabric).
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
    if recipe.training.members > 1:
        return _train_members(
            recipe_path, recipe, cache, out, resume=resume, device=device, devices=devices, progress=progress
        )
    run = _trained(recipe_path, recipe, cache, out, resume=resume, device=device, devices=devices, progress=progress)
    return run.checkpoint_path


def _trained(
    recipe_path: Path,
    recipe: Recipe,
    cache: Cache,
    out: Path,
    *,
    resume: bool,
    device: str,
    devices: int,
    progress: Progress,
) -> Run:
    """Train one network to the end."""
    assert isinstance(recipe.training, Training)
    fabric = launched(recipe.training, device, devices)
    run = Run(fabric, _built(recipe_path, recipe), recipe, recipe.training, cache, out)
    if resume:
        run.restore()
    run.go(progress)
    fabric.barrier()  # the checkpoint is whole for every process
    return run


def _train_members(
    recipe_path: Path,
    recipe: Recipe,
    cache: Cache,
    out: Path,
    *,
    resume: bool,
    device: str,
    devices: int,
    progress: Progress,
) -> Path:
    """Train a recipe's members one after another, each in a folder of its own, and join them."""
    assert isinstance(recipe.training, Training)
    if not issubclass(model_class(recipe.model), Joinable):
        raise DataError(f"{recipe_path}: networks of a {recipe.model} cannot be joined; training.members must be 1.")
    count, paths = recipe.training.members, []
    for member in range(count):
        alone = replace(recipe, training=replace(recipe.training, seed=recipe.training.seed + member, members=1))
        folder = out / f"member-{member + 1}"
        begun = resume and (member == 0 or (folder / RESUME).is_file())
        told = progress_of(progress, member, count)
        run = _trained(recipe_path, alone, cache, folder, resume=begun, device=device, devices=devices, progress=told)
        paths.append(run.checkpoint_path)
    path = out / f"{recipe.name}{SUFFIX}"
    if run.fabric.is_global_zero:
        _join(recipe, cache, paths, path)
    return path


def _join(recipe: Recipe, cache: Cache, paths: list[Path], path: Path) -> None:
    """Join trained networks, measure the whole, and write its checkpoint."""
    infos = [read_info(path) for path in paths]
    network = model_class(recipe.model).joined([load(path, "cpu", with_added=False) for path in paths])
    figures = network.validate(valid_pieces(recipe, cache, network.styles))
    logger.info("joined: %s", _listed(figures))
    made = _provenance(
        recipe,
        cache,
        hardware=infos[0].training["hardware"],
        seconds=sum(info.training["seconds"] for info in infos),
        statistics=infos[0].training["data"],
        figures=figures,
    )
    save(path, network, recipe.title, made | {"members": len(paths)})


def launched(training: Training, device: str, devices: int) -> Any:
    """Return a Lightning Fabric on these devices, with everything random fixed.

    Raises:
        DataError: if Lightning Fabric is not installed.
        DeviceError: if the device is not there.
    """
    try:
        from lightning_fabric import Fabric
    except ImportError as error:
        raise DataError("Training needs Lightning Fabric: pip install 'tonenet[train]'.") from error
    resolve(device)  # Fabric's own error for a missing device is a bug report, not a sentence
    fabric = Fabric(accelerator=device.split(":", maxsplit=1)[0], devices=devices, precision=training.precision)  # type: ignore[arg-type]
    fabric.launch()
    fabric.seed_everything(training.seed)
    return fabric


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
    logger.info("%s", _listed(figures))
    path = out / f"{recipe.name}{SUFFIX}"
    made = _provenance(
        recipe,
        cache,
        hardware="1 x cpu",
        seconds=time.monotonic() - began,
        statistics=model.data_statistics(pieces),
        figures=figures,
    )
    save(path, model, recipe.title, made)
    return path


def valid_pieces(recipe: Recipe, cache: Cache, styles: tuple[str, ...]) -> list[TrainingPiece]:
    """Return evenly spaced pieces of each source's `valid`, so that the choice does not hang on the alphabet."""
    sources: dict[str, list[TrainingPiece]] = {}
    for piece in cache.pieces("valid", styles):
        sources.setdefault(piece.source, []).append(piece)
    if not sources:
        raise DataError(f"{cache.folder} holds no pieces to validate on.")
    chosen = []
    for pieces in sources.values():
        count = min(recipe.training.valid_pieces, len(pieces))
        chosen += [pieces[index] for index in np.linspace(0, len(pieces) - 1, count).astype(int)]
    return chosen


def _provenance(
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


def _listed(figures: dict[str, float]) -> str:
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
                    f"The GPU has too little free memory to train {self.recipe.name}: give its recipe fewer windows, "
                    "or train with --device cpu. Where it was validated, --resume goes on."
                ) from error
            self.step += 1
            if self.step % training.validate_every == 0 or self.step == training.steps:
                self.seconds = time.monotonic() - began
                with self._averaged():
                    self._validate(valid, losses)
                self._save_state()
                losses.clear()
        progress(1.0)

    def _one_step(self, prepared: dict[str, dict[str, list[Any]]]) -> dict[str, float]:
        import torch

        training = self.training
        # Everything random is a function of the step, so that a resumed run repeats the one that was never stopped.
        rng = np.random.default_rng([training.seed, self.step, self.fabric.global_rank])
        torch.manual_seed(int(rng.integers(2**31)))
        self.wrapped.train()
        batch = self.network.sample_batch(prepared, training.windows, rng)
        if isinstance(self.network, Contesting):
            batch["step"] = self.step
        losses = self.wrapped(self.fabric.to_device(batch))
        self.optimizer.zero_grad()
        self.fabric.backward(losses["loss"])
        for part in self.parts.values():
            self.fabric.clip_gradients(part, self.optimizer, max_norm=training.clip_norm)
        figures = {name: float(value.detach()) for name, value in losses.items()}
        rates = self._learning_rates(figures)
        for group in self.optimizer.param_groups:
            group["lr"] = rates[group["name"]]
        self.optimizer.step()
        self._add_to_average()
        if len(rates) > 1:
            figures |= {f"rate of {name}": rate for name, rate in rates.items()}
            figures |= {f"duty of {name}": float(rate > 0) for name, rate in rates.items()}
        return figures

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
        logger.info("%s", _listed(row))
        improved, self.best = figures["score"] < self.best, min(self.best, figures["score"])
        if self.fabric.is_global_zero:
            self.out.mkdir(parents=True, exist_ok=True)
            if improved:
                self.keep(self._provenance(figures))
            self._write_curves()
            self._draw_sheet()

    # -- data --------------------------------------------------------------------------------------------------

    def _prepared_pieces(self) -> dict[str, dict[str, list[Any]]]:
        """Return each style's training pieces by source, as the model wants them."""
        found = list(self.cache.pieces("train", self.network.styles))
        if isinstance(self.network, Lexical):
            self.network.learn_vocabulary(found)
        self._statistics = self.network.data_statistics(found)
        pieces: dict[str, dict[str, list[Any]]] = {style: {} for style in self.network.styles}
        for piece in found:
            pieces[piece.style].setdefault(piece.source, []).append(self.network.prepare_piece(piece))
        for style, sources in pieces.items():
            if not sources:
                raise DataError(f"{self.cache.folder} holds no training pieces of the style {style!r}.")
        return pieces

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
        made = _provenance(
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
            from tonenet_core.plots import curves
        except ImportError:  # matplotlib is not needed to train
            return
        curves(path, path.with_suffix(".png"))

    def _draw_sheet(self) -> None:
        """Draw what the model draws by now, if it does."""
        if not isinstance(self.network, Drawing):
            return
        try:
            from tonenet_core.plots import image_sheet
        except ImportError:
            return
        folder = self.out / "sheets"
        folder.mkdir(exist_ok=True)
        image_sheet(folder / f"{self.step:06d}.png", self.network.sheet())
