"""The look of every figure: colours, axes, and a file that is whole or not there.

Figures are drawn without pyplot, so nothing is shown, kept or shared between calls, and threads do not disturb one
another.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from tonenet_core.files.atomic import replacing

WINDOW, PANEL, LINE, TEXT, MUTED = "#131519", "#1c1f25", "#343944", "#e9ebee", "#9da3af"
SERIES = ("#e9a23b", "#6ea8fe")
_DPI = 150

# Soft notes must stay visible on the dark panel: the darkest eighth of the ramp is left out.
VELOCITY_COLOURS = ListedColormap(colormaps["plasma"](np.linspace(0.12, 1, 128)))


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of so many inches."""
    figure = Figure(figsize=(width, height), dpi=_DPI, facecolor=WINDOW)
    FigureCanvasAgg(figure)
    return figure


def style_axes(axes: Axes) -> None:
    """Give axes the colours of every figure."""
    axes.set_facecolor(PANEL)
    axes.tick_params(colors=MUTED, labelsize=8, length=0)
    for spine in axes.spines.values():
        spine.set_color(LINE)


def label_axes(axes: Axes, across: str, up: str) -> None:
    """Name the two axes."""
    axes.set_xlabel(across, color=MUTED, fontsize=8)
    axes.set_ylabel(up, color=MUTED, fontsize=8)


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as PNG; the same figure gives the same bytes.

    Raises:
        OSError: if the file cannot be written.
    """
    with replacing(path) as unfinished:
        # No date and no version in the file: the same piece gives the same bytes.
        figure.savefig(unfinished, format="png", facecolor=WINDOW, metadata={"Software": None})
