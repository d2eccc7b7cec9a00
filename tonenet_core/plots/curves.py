"""The curves of a training run as a picture."""

from __future__ import annotations

import csv
from pathlib import Path

from matplotlib.ticker import MaxNLocator

from tonenet_core.plots.figure import LINE, MUTED, SERIES, TEXT, new_figure, save_figure, style_axes


def draw_curves(csv_path: Path, png_path: Path) -> None:
    """Draw the curves of a training run: one panel for each figure, with training and validation over the steps.

    Args:
        csv_path: a column `step`, and columns named `train ...` and `valid ...`; `seconds` is ignored.
        png_path: the picture, replaced if it exists; whole or not at all.

    Raises:
        ValueError: if the table has no such column.
        OSError: if a file cannot be read or written.
    """
    with csv_path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    panels: dict[str, dict[str, str]] = {}
    for column in rows[0] if rows else {}:
        side, _, figure_name = column.partition(" ")
        if figure_name and side in ("train", "valid"):
            panels.setdefault(figure_name, {})[side] = column
    if not panels:
        raise ValueError(f"{csv_path} holds no curves")
    across = min(len(panels), 3)
    down = -(-len(panels) // across)
    figure = new_figure(4.4 * across, 3.1 * down)
    figure.set_layout_engine("constrained", h_pad=0.1, w_pad=0.1)
    for index, (figure_name, columns) in enumerate(panels.items()):
        axes = figure.add_subplot(down, across, index + 1)
        style_axes(axes)
        for colour, side in zip(SERIES, ("train", "valid"), strict=True):
            if side in columns:
                points = [(float(row["step"]), float(row[columns[side]])) for row in rows if row[columns[side]]]
                axes.plot(*zip(*points, strict=True), color=colour, label=side, linewidth=1.6, marker=".", markersize=4)
        axes.set_title(figure_name, loc="left", color=TEXT, fontsize=10)
        axes.set_xlabel("step", color=MUTED, fontsize=8)
        axes.grid(color=LINE, linewidth=0.5)
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.legend(frameon=False, labelcolor=TEXT, fontsize=8)
    save_figure(figure, png_path)
