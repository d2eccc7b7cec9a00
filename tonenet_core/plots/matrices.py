"""Pictures over time: a transfer's velocity matrices, and the attention of a model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from tonenet_core.performance import LOWEST_PITCH
from tonenet_core.plots.figure import (
    CHANGE_COLOURS,
    LINE,
    MUTED,
    TEXT,
    VELOCITY_COLOURS,
    label_axes,
    new_figure,
    save_figure,
    style_axes,
)

_COLUMNS = 560  # of time: a column is wide enough to be seen, and a sixteenth note has its own in a minute of music
_LARGEST_CHANGE = 48  # velocity units; larger changes share the last colour


@dataclass(frozen=True, eq=False)
class _Panel:
    title: str
    remark: str
    image: NDArray[np.int16]  # (columns, 88)
    colours: Colormap
    limits: tuple[int, int]


def velocity_matrices(
    path: Path,
    step_times_sec: NDArray[np.float64],
    original: NDArray[np.uint8],
    styled: NDArray[np.uint8],
    *,
    name: str,
    style: str,
) -> None:
    """Write a PNG of a piece's velocity matrix before and after a transfer, and of the difference, on one time axis.

    Args:
        path: the file, replaced if it exists; whole or not at all.
        step_times_sec: `(T + 1,)` ascending step boundaries.
        original: `(T, 88)`, velocities 1..127 where a note is struck, 0 elsewhere.
        styled: `(T, 88)`, the same notes with their new velocities.
        name: of the piece.
        style: of the transfer.

    Raises:
        ValueError: if nothing is struck, or the shapes do not fit.
        OSError: if the file cannot be written.
    """
    if original.shape != styled.shape or len(step_times_sec) != len(original) + 1:
        raise ValueError(f"matrices of {original.shape} and {styled.shape}, {len(step_times_sec)} boundaries")
    struck = original > 0
    keys = np.flatnonzero(struck.any(axis=0))
    if not len(keys):
        raise ValueError("there are no notes to show")
    change = np.where(struck, styled.astype(np.int16) - original, 0)
    # Of the changes that share a column, the largest is shown, softer or louder.
    softer, louder = _pooled(np.maximum(-change, 0), step_times_sec), _pooled(np.maximum(change, 0), step_times_sec)
    before, after = _pooled(original, step_times_sec), _pooled(styled, step_times_sec)
    largest = np.where(louder >= softer, louder, -softer)
    velocities, changes = (1, 127), (-_LARGEST_CHANGE, _LARGEST_CHANGE)
    panels = (
        _Panel("Original", f"mean velocity {original[struck].mean():.0f}", before, VELOCITY_COLOURS, velocities),
        _Panel(style.capitalize(), f"mean velocity {styled[struck].mean():.0f}", after, VELOCITY_COLOURS, velocities),
        _Panel("Difference", f"mean change {np.abs(change[struck]).mean():.1f}", largest, CHANGE_COLOURS, changes),
    )
    figure = new_figure(12, 8)
    figure.suptitle(name, x=0.05, y=0.975, ha="left", color=TEXT, fontsize=13, fontweight="bold")
    span_sec = float(step_times_sec[0]), float(step_times_sec[-1])
    for row, panel in enumerate(panels):
        axes = figure.add_axes((0.05, 0.665 - row * 0.307, 0.875, 0.25))
        _draw_matrix(axes, panel, np.ma.masked_array(panel.image, mask=before == 0), span_sec)
        axes.set_ylim(keys[0] - 2.5, keys[-1] + 2.5)
        axes.tick_params(labelbottom=panel is panels[-1])
    save_figure(figure, path)


def draw_attention(path: Path, weights: NDArray[np.float16], *, name: str, style: str) -> None:
    """Draw a model's attention: for each note, the weights of its neighbours.

    Args:
        path: the PNG, replaced if it exists; whole or not at all.
        weights: `(n, 2 D + 1)`, row t has the weights of notes t - D..t + D, sum 1.
        name: of the piece.
        style: of the transfer.

    Raises:
        OSError: if the file cannot be written.
    """
    reach = weights.shape[1] // 2
    columns = max(len(weights) // _COLUMNS, 1)  # notes that share a column
    whole = len(weights) // columns * columns
    shown = weights[:whole].astype(np.float64).reshape(-1, columns, weights.shape[1]).mean(axis=1)
    figure = new_figure(12, 4)
    figure.set_layout_engine("constrained")
    axes = figure.add_subplot()
    style_axes(axes)
    axes.imshow(
        np.sqrt(shown.T),  # small weights stay visible
        origin="lower",
        aspect="auto",
        extent=(0, whole, -reach - 0.5, reach + 0.5),
        cmap=VELOCITY_COLOURS,
        interpolation="nearest",
    )
    axes.set_title(f"{name}, {style}", loc="left", color=TEXT, fontsize=10)
    label_axes(axes, "note", "attention to notes before and after")
    save_figure(figure, path)


def _pooled(matrix: NDArray[Any], step_times_sec: NDArray[np.float64]) -> NDArray[np.int16]:
    """Return `(_COLUMNS, 88)`, evenly spaced in time, each column the maximum of the steps that it overlaps."""
    edges = np.linspace(step_times_sec[0], step_times_sec[-1], _COLUMNS + 1)
    first = np.clip(np.searchsorted(step_times_sec, edges[:-1], side="right") - 1, 0, len(matrix) - 1)
    last = np.maximum(np.searchsorted(step_times_sec, edges[1:], side="left"), first + 1)
    columns = [matrix[start:stop].max(axis=0) for start, stop in zip(first, last, strict=True)]
    return np.stack(columns).astype(np.int16)


def _draw_matrix(axes: Axes, panel: _Panel, image: Any, span_sec: tuple[float, float]) -> None:
    """Draw a masked `(columns, 88)` image; masked cells show the panel."""
    style_axes(axes)
    low, high = panel.limits
    drawn = axes.imshow(
        image.T,
        origin="lower",
        aspect="auto",
        extent=(*span_sec, -0.5, image.shape[1] - 0.5),
        cmap=panel.colours,
        vmin=low,
        vmax=high,
        interpolation="nearest",
        zorder=2,
    )
    octaves = range(24 - LOWEST_PITCH, image.shape[1], 12)  # C1 and up
    axes.set_yticks(list(octaves), [f"C{number + 1}" for number in range(len(octaves))])
    axes.grid(axis="y", color=LINE, linewidth=0.5, zorder=1)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda sec, _: f"{int(sec) // 60}:{int(sec) % 60:02d}"))
    axes.set_title(panel.title, loc="left", color=TEXT, fontsize=10, pad=5)
    axes.set_title(panel.remark, loc="right", color=MUTED, fontsize=9, pad=5)
    box = axes.get_position()
    figure = axes.get_figure(root=True)
    assert figure is not None
    bar = figure.colorbar(drawn, cax=figure.add_axes((0.94, box.y0, 0.012, box.height)))
    bar.ax.tick_params(colors=MUTED, labelsize=8, length=0)
    bar.outline.set_visible(False)
