"""Training of an added style: a few minutes on a folder of somebody's playing, with the shared network frozen.

The output is one folder, as of every training run: the style file (`style_file.py`; the best on `valid`), the curves,
and `resume.ckpt`. The style file keeps what was reached on `test` (`unseen.py`).
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tonenet_core.checkpoint import CheckpointInfo, find, load
from tonenet_core.checkpoint.style_file import read_style, save_style, style_key, style_path
from tonenet_core.data.cache import Cache
from tonenet_core.data.prepare import SPLITS, opened
from tonenet_core.errors import DataError
from tonenet_core.files.safetensors_header import weights_sha256
from tonenet_core.models import model_class
from tonenet_core.models.base import StyleExtensible
from tonenet_core.progress import Progress, no_progress, stretch
from tonenet_core.training.distributed import launch_fabric
from tonenet_core.training.loop import Run
from tonenet_core.training.options import RunOptions
from tonenet_core.training.pieces import valid_pieces
from tonenet_core.training.recipe import Recipe, Training, read_recipe
from tonenet_core.training.unseen import measure_unseen

if TYPE_CHECKING:
    from lightning_fabric import Fabric

    from tonenet_core.models.expression.added_style import AddedStyle

TRAINED = 0.95  # share of the time of a run that the training takes
FEWEST_FILES = 3
FEWEST_NOTES = 2000  # fewer describe the pieces rather than the player
logger = logging.getLogger(__name__)


def add_style(
    recipe_path: Path,
    data: Path,
    title: str,
    out: Path,
    options: RunOptions | None = None,
    *,
    progress: Progress = no_progress,
) -> Path:
    """Train a new style of the recipe's base and return its style file; see `checkpoint.install_style`.

    Args:
        recipe_path: a recipe with a base.
        data: a folder of MIDI files, or a cache. Of several styles, the one with the new one's name.
        title: the style's name.
        out: the folder of the output.
        options: see `RunOptions`.
        progress: see `Progress`.

    Raises:
        DataError: if the recipe, the name or the data cannot be used, or there is nothing to resume.
        CheckpointError: if there is no such base.
        DeviceError: if the device does not exist.
        Cancelled: if `progress` asks to stop; the option `resume` continues from the last validation.
    """
    options = options or RunOptions()
    recipe, style = read_recipe(recipe_path, options.seed), style_key(title)
    base = _base(recipe_path, recipe, style)
    assert isinstance(recipe.training, Training)  # no style can be added to a model that is fitted in one call
    with opened(data, lambda _: progress(0.0)) as found:
        cache = found.called(_style_in(found, style, data), style)
        _check_size(cache, style, data)
        fabric = launch_fabric(recipe.training, options.device, options.devices)
        from tonenet_core.models.expression.added_style import AddedStyle
        from tonenet_core.models.expression.performer import Performer

        performer = load(base.path, "cpu", with_added=False)
        assert isinstance(performer, Performer)  # the only model that styles can be added to
        added = AddedStyle(performer, style)
        run = _StyleRun(fabric, added, recipe, cache, out, memory=options.memory, base=base, title=title.strip())
        run.curves.picture = options.picture
        if options.resume:
            run.restore()
        else:
            run.start()
        run.train(stretch(progress, 0.0, TRAINED))
        measure_unseen(run.checkpoint_path, base, cache, stretch(progress, TRAINED, 1.0))
    return run.checkpoint_path


def _base(recipe_path: Path, recipe: Recipe, style: str) -> CheckpointInfo:
    """Return the checkpoint that a recipe adds to; DataError if it adds to none, or to one that has the style."""
    if recipe.base is None:
        raise DataError(f"{recipe_path} trains a whole model, whose styles it names: it takes no --name.")
    base = find(recipe.base)
    if base.model != recipe.model or not issubclass(model_class(base.model), StyleExtensible):
        raise DataError(f"{recipe_path}: no style can be added to {base.name}, which is a {base.model}.")
    if style in (own.lower() for own in base.config["styles"]):
        raise DataError(f"The model {base.name} already has a style {style!r}: choose another name.")
    return base


def _style_in(cache: Cache, style: str, data: Path) -> str:
    """Return the style of the data that is to be learnt: the only one, or the one of the same name."""
    names = sorted({entry.style for entry in cache.entries})
    same = [name for name in names if name.lower() == style]
    if len(names) > 1 and len(same) != 1:
        raise DataError(
            f"{data} holds several styles ({', '.join(names)}), none of them called {style!r}: "
            "name one of them, or give a folder of one style."
        )
    return (same or names)[0]


def _check_size(cache: Cache, style: str, data: Path) -> None:
    pieces = [piece for split in SPLITS for piece in cache.pieces(split, (style,))]
    notes = sum(len(piece.notes) for piece in pieces)
    if len(pieces) < FEWEST_FILES or notes < FEWEST_NOTES:
        files = "1 file" if len(pieces) == 1 else f"{len(pieces)} files"
        raise DataError(
            f"{data} holds {files} with {notes:,} notes that can be learnt from; a style needs at least "
            f"{FEWEST_FILES} files and {FEWEST_NOTES:,} notes."
        )


class _StyleRun(Run[Any, Any]):
    """A training run that adds a style to a base."""

    def __init__(
        self,
        fabric: Fabric,
        added: AddedStyle,
        recipe: Recipe,
        cache: Cache,
        out: Path,
        *,
        memory: int,
        base: CheckpointInfo,
        title: str,
    ) -> None:
        super().__init__(fabric, added, recipe, cache, out, memory=memory)
        self._added, self._base, self._title = added, base, title
        self.checkpoint_path = style_path(out, base.name, added.styles[0])

    def start(self) -> None:
        """Give the style its first weights."""
        nearest = self._added.begin(valid_pieces(self.recipe, self.cache, self._added.styles))
        self.curves.add(0, 0.0, [], self._added.first_figures)
        logger.info("%s begins as %s", self._title, nearest)

    def keep(self, training: dict[str, Any]) -> None:
        """Write the style file."""
        save_style(self.checkpoint_path, self._added.weights(), self._title, self._base.path, training)

    def restore(self) -> None:
        """Return to the last saved state, if it is of this style and base."""
        if not self.checkpoint_path.is_file():
            raise DataError(f"There is nothing to resume in {self.out}.")
        if read_style(self.checkpoint_path).base_sha256 != weights_sha256(self._base.path):
            raise DataError(f"The run in {self.out} adds to another version of {self._base.name}: start it again.")
        super().restore()
