"""Add a style to a trained model: from a folder of somebody's playing, in minutes, with the trunk frozen.

What comes out lies in one folder, as of every training run: the style file (`style_file.py`; the best on `valid`), the
curves, and `resume.ckpt`.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tonenet_core.checkpoint import CheckpointInfo, find, load
from tonenet_core.checkpoint.style_file import read_style, save_style, style_key, style_path
from tonenet_core.data.cache import Cache
from tonenet_core.data.prepare import SPLITS, opened
from tonenet_core.errors import DataError
from tonenet_core.files.safetensors_header import weights_sha256
from tonenet_core.models import model_class
from tonenet_core.progress import Progress, no_progress
from tonenet_core.training.distributed import launched
from tonenet_core.training.loop import USUAL_MEMORY, Run, valid_pieces
from tonenet_core.training.recipe import Recipe, Training, read_recipe

FEWEST_FILES = 3
FEWEST_NOTES = 2000  # fewer say more of the pieces than of who plays them
logger = logging.getLogger(__name__)


def add_style(
    recipe_path: Path,
    data: Path,
    title: str,
    out: Path,
    *,
    seed: int | None = None,
    resume: bool = False,
    device: str = "auto",
    devices: int = 1,
    memory: int = USUAL_MEMORY,
    progress: Progress = no_progress,
) -> Path:
    """Train a new style of the recipe's base and return its style file; see `checkpoint.install_style`.

    Args:
        recipe_path: a recipe with a base.
        data: a folder of MIDI files, or a cache. Of several styles in it, the one that is called like the new one.
        title: the style's name.
        out: folder of what comes out.
        seed: takes the place of the recipe's.
        resume: go on from `resume.ckpt` in `out`, as if it had never stopped.
        device: "auto", "cpu" or "cuda".
        devices: how many of them.
        memory: see `train`.
        progress: see `Progress`.

    Raises:
        DataError: if the recipe, the name or the data cannot be used, or there is nothing to resume.
        CheckpointError: if there is no such base.
        DeviceError: if the device is not there.
        Cancelled: if `progress` asks to stop; `resume` goes on from the last validation.
    """
    recipe, style = read_recipe(recipe_path, seed), style_key(title)
    base = _base(recipe_path, recipe, style)
    assert isinstance(recipe.training, Training)  # of what is fitted in one go, nothing can be added to
    with opened(data, lambda _: progress(0.0)) as found:
        cache = found.called(_style_in(found, style, data), style)
        _refuse_too_little(cache, style, data)
        fabric = launched(recipe.training, device, devices)
        from tonenet_core.models.expression.added_style import AddedStyle

        network = AddedStyle(load(base.path, "cpu", with_added=False), style)
        run = _StyleRun(fabric, network, recipe, recipe.training, cache, out, memory, base=base, title=title.strip())
        if resume:
            run.restore()
        else:
            run.begin()
        run.go(progress)
    return run.checkpoint_path


def _base(recipe_path: Path, recipe: Recipe, style: str) -> CheckpointInfo:
    """Return the checkpoint that a recipe adds to; a sentence if it adds to none, or has the style already."""
    if recipe.base is None:
        raise DataError(f"{recipe_path} trains a model of its own, whose styles it names: it takes no --name.")
    base = find(recipe.base)
    if base.model != recipe.model or not hasattr(model_class(base.model), "add_style"):
        raise DataError(f"{recipe_path}: no style can be added to {base.name}, which is a {base.model}.")
    if style in (own.lower() for own in base.config["styles"]):
        raise DataError(f"The model {base.name} has a style {style!r} of its own: choose another name.")
    return base


def _style_in(cache: Cache, style: str, data: Path) -> str:
    """Return which style of the data is the new one: the only one, or the one of the same name."""
    there = sorted({entry.style for entry in cache.entries})
    same = [name for name in there if name.lower() == style]
    if len(there) > 1 and len(same) != 1:
        raise DataError(
            f"{data} holds several styles ({', '.join(there)}), none of them called {style!r}: "
            "name one of them, or give a folder of one style."
        )
    return (same or there)[0]


def _refuse_too_little(cache: Cache, style: str, data: Path) -> None:
    pieces = [piece for split in SPLITS for piece in cache.pieces(split, (style,))]
    notes = sum(len(piece.notes) for piece in pieces)
    if len(pieces) < FEWEST_FILES or notes < FEWEST_NOTES:
        raise DataError(
            f"{data} holds {len(pieces)} files with {notes:,} notes that can be learnt from; a style needs at least "
            f"{FEWEST_FILES} files and {FEWEST_NOTES:,} notes."
        )


@dataclass(kw_only=True)
class _StyleRun(Run):
    """A training run that adds a style to a base."""

    base: CheckpointInfo
    title: str

    def __post_init__(self) -> None:
        super().__post_init__()
        self.checkpoint_path = style_path(self.out, self.base.name, self.network.styles[0])

    def begin(self) -> None:
        """Give the style its first weights."""
        nearest = self.network.begin(valid_pieces(self.recipe, self.cache, self.network.styles))
        logger.info("%s begins as %s", self.title, nearest)

    def keep(self, made: dict[str, Any]) -> None:
        """Write the style file."""
        save_style(self.checkpoint_path, self.network.weights(), self.title, self.base.path, made)

    def restore(self) -> None:
        """Go back to the last saved state, if it is of this style and base."""
        if not self.checkpoint_path.is_file():
            raise DataError(f"There is nothing to resume in {self.out}.")
        if read_style(self.checkpoint_path).base_sha256 != weights_sha256(self.base.path):
            raise DataError(f"The run in {self.out} adds to another version of {self.base.name}: start it again.")
        super().restore()
