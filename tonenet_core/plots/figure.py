"""The style of all figures: colours, axes, and files that are complete or do not exist.

Figures are drawn without pyplot, so nothing is shown, kept or shared between calls, and threads do not disturb one
another.
"""

from __future__ import annotations

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from tonenet_core.files.atomic import replacing

WINDOW, PANEL, LINE, TEXT, MUTED = "#131519", "#1c1f25", "#343944", "#e9ebee", "#9da3af"
SERIES = ("#e9a23b", "#6ea8fe")
_DPI = 150

# The colours of the window on its dark ground, by nine stops; a test compares them with its theme.
_VELOCITY = ["#4360db", "#8168cc", "#a575b7", "#c381ad", "#d990a2", "#e8a398", "#f0ba95", "#f6d289", "#e8f191"]
_CHANGE = ["#66cdff", "#69b2ee", "#6997bf", "#667d92", "#616466", "#8c7661", "#b3895f", "#dc9b59", "#ffae4e"]
VELOCITY_COLOURS = LinearSegmentedColormap.from_list("velocity", _VELOCITY, N=128)
CHANGE_COLOURS = LinearSegmentedColormap.from_list("change", _CHANGE)


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure; width and height in inches."""
    figure = Figure(figsize=(width, height), dpi=_DPI, facecolor=WINDOW)
    FigureCanvasAgg(figure)
    return figure


def style_axes(axes: Axes) -> None:
    """Give axes the colours of all figures."""
    axes.set_facecolor(PANEL)
    axes.tick_params(colors=MUTED, labelsize=8, length=0)
    for spine in axes.spines.values():
        spine.set_color(LINE)


def label_axes(axes: Axes, x: str, y: str) -> None:
    """Label both axes."""
    axes.set_xlabel(x, color=MUTED, fontsize=8)
    axes.set_ylabel(y, color=MUTED, fontsize=8)


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as PNG; the same figure gives the same bytes.

    Raises:
        OSError: if the file cannot be written.
    """
    with replacing(path) as unfinished:
        # No date and no version in the file, for the same bytes.
        figure.savefig(unfinished, format="png", facecolor=WINDOW, metadata={"Software": None})
