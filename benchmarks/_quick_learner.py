"""A learner that trains nothing: its run takes a moment, and keeps on disk what a real one keeps."""

from __future__ import annotations

import time
from pathlib import Path

from app.background.requests import Inquiry
from app.background.requests import Learning as LearningRequest
from tonenet_core.checkpoint import install_style
from tonenet_core.checkpoint.style_file import read_style, renamed, save_style, style_path
from tonenet_core.files.locations import SHIPPED_CHECKPOINTS, user_learning
from tonenet_core.learning.curve import read_curve
from tonenet_core.learning.learn import Learned
from tonenet_core.learning.order import read_order
from tonenet_core.learning.survey import Survey
from tonenet_core.progress import Progress
from tonenet_core.training.curves import Curves

BASE = SHIPPED_CHECKPOINTS / "performer.safetensors"
ANY = "any"  # the style whose file all others are copies of
VALIDATIONS, VALIDATION_SEC = 20, 0.1


def write_any_style(folder: Path) -> None:
    """Write the style that each run ends with; it needs torch."""
    import torch

    save_style(style_path(folder, BASE.stem, ANY), {"none": torch.zeros(1)}, ANY, BASE, {})


def learnt_so_far() -> dict[str, int]:
    """Return the validations of each run that is on disk, by the titles of their styles."""
    runs = {}
    for work in user_learning().glob("*"):
        if (order := read_order(work)) is not None:
            runs[order.title] = len(read_curve(work))
    return runs


class QuickLearner:
    """Finds what is enough in any folder, and reaches a little more with each validation."""

    def __init__(self, folder: Path) -> None:
        """Take the style of `write_any_style` from a folder."""
        self._any = style_path(folder, BASE.stem, ANY)

    def survey(self, request: Inquiry, progress: Progress) -> Survey:
        """Return ten pieces."""
        return Survey(request.folder.name, files=10, read=10, pieces=10, notes=5000, seconds=600.0)

    def learn(self, request: LearningRequest, progress: Progress) -> Learned:
        """Go on from the last validation on disk, and install a style."""
        order = read_order(request.work)
        assert order is not None
        curves, done = Curves(request.work), len(read_curve(request.work))
        curves.picture = False
        for number in range(VALIDATIONS):
            curves.add(number, VALIDATION_SEC * number, [], {"any r": number / VALIDATIONS})
            if number >= done:
                progress(number / VALIDATIONS)
                time.sleep(VALIDATION_SEC)
                curves.write(finished=False)
        made = renamed(read_style(self._any), order.title, request.work)
        style = read_style(install_style(made))
        return Learned(style.style, style.title, style.base, None)

    def close(self) -> None: ...
