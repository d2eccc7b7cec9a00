"""The run that learns a style: as `tonenet train recipes/add_style.toml --name` does, and with the same result."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tonenet_core.checkpoint import install_style
from tonenet_core.checkpoint.style_file import Unseen, read_style
from tonenet_core.compute.devices import one_thread
from tonenet_core.errors import DataError
from tonenet_core.learning.order import CACHE, read_order
from tonenet_core.progress import Progress, no_progress
from tonenet_core.training.add_style import add_style
from tonenet_core.training.loop import RESUME
from tonenet_core.training.options import RunOptions


@dataclass(frozen=True)
class Learned:
    """A style that was learnt and installed.

    Attributes:
        style: the name by which it is chosen.
        title: its name as it was typed.
        base: name of the model that plays it.
        unseen: what it has reached on pieces that it did not learn from.
    """

    style: str
    title: str
    base: str
    unseen: Unseen | None


def learn(work: Path, progress: Progress = no_progress) -> Learned:
    """Learn the style that is ordered in a folder and install it; a run there that was stopped is continued.

    Args:
        work: a folder with an order and the cache of a survey.
        progress: see `Progress`.

    Raises:
        DataError: if nothing is ordered, or the order or the data cannot be used.
        CheckpointError, DeviceError: as `add_style`.
        Cancelled: if `progress` asks to stop; another call goes on from the last validation.
    """
    order = read_order(work)
    if order is None:
        raise DataError(f"Nothing is to be learnt in {work}.")

    def run(*, resume: bool) -> Path:
        options = RunOptions(resume=resume, device=order.device, picture=False)
        return add_style(order.recipe_path, work / CACHE, order.title, work, options, progress=progress)

    with one_thread():
        try:
            path = run(resume=(work / RESUME).is_file())
        except DataError:
            # What was kept may belong to another version of the program; what cannot be used raises again.
            path = run(resume=False)
    style = read_style(install_style(path))
    return Learned(style.style, style.title, style.base, style.unseen)
