"""The curves of a training run: one row a validation, written as a table and drawn as a picture."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import numpy as np

from tonenet_core.files.atomic import replacing
from tonenet_core.models.training import Drawing

TABLE = "curves.csv"
REDRAW_SEC = 60  # the picture of the curves takes seconds, too long for each of many validations


class Curves:
    """The rows of `curves.csv` in a run's folder.

    Attributes:
        rows: "step", "seconds", and the mean of each "train ..." and the value of each "valid ..." figure.
        picture: whether they are drawn too.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.rows: list[dict[str, float]] = []
        self.picture = True
        self._next_drawing = 0.0

    def add(self, step: int, seconds: float, losses: list[dict[str, float]], figures: dict[str, float]) -> None:
        """Append a validation.

        Args:
            step: of the validation.
            seconds: of training until then.
            losses: of each step since the last validation; a model may report some of them for a while only.
            figures: of the validation.
        """
        row = {"step": float(step), "seconds": round(seconds, 1)}
        names = dict.fromkeys(name for each in losses for name in each)
        row |= {f"train {name}": float(np.mean([each[name] for each in losses if name in each])) for name in names}
        row |= {f"valid {name}": value for name, value in figures.items()}
        self.rows.append(row)

    def write(self, *, finished: bool) -> None:
        """Write the table; draw the picture of it if the run has finished, and otherwise once a minute at most."""
        path = self._folder / TABLE
        with replacing(path) as unfinished, unfinished.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(dict.fromkeys(name for row in self.rows for name in row)))
            writer.writeheader()
            writer.writerows(self.rows)
        if not self.picture or (not finished and time.monotonic() < self._next_drawing):
            return
        self._next_drawing = time.monotonic() + REDRAW_SEC
        try:
            from tonenet_core.plots.curves import draw_curves
        except ImportError:  # training does not need matplotlib
            return
        draw_curves(path, path.with_suffix(".png"))


def draw_sheet(network: Drawing, folder: Path, step: int) -> None:
    """Draw the images that a model generates at a step, in the folder `sheets/` of a run's folder."""
    try:
        from tonenet_core.plots.images import image_sheet
    except ImportError:
        return
    sheets = folder / "sheets"
    sheets.mkdir(exist_ok=True)
    image_sheet(sheets / f"{step:06d}.png", network.sheet())
