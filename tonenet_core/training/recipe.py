"""Recipes: TOML files that name a model, its size and its training."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from tonenet_core.errors import DataError, reason
from tonenet_core.files.field_checks import check_fields
from tonenet_core.models import MODELS, model_class
from tonenet_core.models.training import Fittable


@dataclass(frozen=True, kw_only=True)
class Fitting:
    """Settings of a model that is fitted in one call.

    Attributes:
        seed: of everything random.
        valid_pieces: number of pieces of each source in `valid` that are validated on.
    """

    seed: int = 0
    valid_pieces: int = 10


@dataclass(frozen=True, kw_only=True)
class Training(Fitting):
    """Settings of a network that is trained step by step.

    Attributes:
        steps: of the optimiser.
        windows: of each style in a microbatch.
        microbatches: parts of a batch, each drawn with its own seed, whose gradients are averaged. They are divided
            among the processes; the result does not depend on how, but for rounding. 0: one for each process.
        learning_rate: of Adam at its highest; it rises over `warmup_steps` and falls to zero by a half cosine. Of an
            adversarial model: the rate that its own rule starts from.
        momentum: decay of Adam's first moment, 0..1.
        clip_norm: largest norm of a gradient; longer ones are scaled down to it.
        validate_every: steps between validations.
        precision: Lightning Fabric's name for the arithmetic, such as "32-true" or "bf16-mixed".
        average: decay a step of the moving average of the weights, 0..1; that average is what is validated and kept.
            0: the weights themselves.
        members: number of networks that are trained one after another, with consecutive seeds, and then joined
            (`models.training.Ensemble`).
    """

    steps: int
    windows: int = 32
    microbatches: int = 0
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
    """A recipe file: a model, its size and its training. An unknown key is an error.

    Attributes:
        name: the file's stem.
        model: key of `models.MODELS`.
        title: the checkpoint's name for users.
        config: keyword arguments of the model's `Config`.
        training: its settings.
        base: the checkpoint that a style is added to, with that one's config; None: a model is trained from scratch.
        comparison: the model is for comparison; those who want music are offered it last.
    """

    name: str
    model: str
    title: str
    config: dict[str, Any]
    training: Fitting
    base: str | None = None
    comparison: bool = False


def read_recipe(path: Path, seed: int | None = None) -> Recipe:
    """Read a recipe; `seed` replaces its own.

    Raises:
        DataError: if it is missing, not TOML, or has an unknown key.
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
        settings = kind(**training)
    except (TypeError, ValueError) as error:
        raise DataError(f"{path}: {reason(error)}.") from error
    return Recipe(
        path.stem,
        text["model"],
        text.get("title", path.stem),
        text.get("config", {}),
        settings if seed is None else replace(settings, seed=seed),
        text.get("base"),
        text.get("comparison", False),
    )


def _reject_unknown(path: Path, where: str, table: dict[str, Any], known: set[str]) -> None:
    unknown = sorted(set(table) - known)
    if unknown:
        raise DataError(f"{path} has an unknown key: {where}{reason(unknown[0])}.")
