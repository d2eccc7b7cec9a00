"""Pictures for where there is no window: a transfer's velocity matrices, and the curves of a training run.

Importing this module imports matplotlib; whoever can do without the picture imports it late. Figures are drawn without
pyplot, so nothing is shown, kept or shared between calls, and threads do not disturb one another.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import Colormap, LinearSegmentedColormap, ListedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from tonenet_core.atomic import replacing
from tonenet_core.performance import LOWEST_PITCH
from tonenet_core.report import Samples

_WINDOW, _PANEL, _LINE, _TEXT, _MUTED = "#131519", "#1c1f25", "#343944", "#e9ebee", "#9da3af"
_SERIES = ("#e9a23b", "#6ea8fe")
_COLUMNS = 560  # of time; wide enough to be seen, and a sixteenth of a minute of music is still one of its own
_DPI = 150

# Soft notes must stay visible on the dark panel: the darkest eighth of the ramp is left out.
_VELOCITY_COLOURS = ListedColormap(colormaps["plasma"](np.linspace(0.12, 1, 128)))
_CHANGE_COLOURS = LinearSegmentedColormap.from_list("change", ["#58a6ff", "#3f6fae", "#6b707b", "#b3782f", "#ffb84d"])
_LARGEST_CHANGE = 48  # velocity units; changes beyond share the last colour


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
        _Panel("Original", f"mean velocity {original[struck].mean():.0f}", before, _VELOCITY_COLOURS, velocities),
        _Panel(style.capitalize(), f"mean velocity {styled[struck].mean():.0f}", after, _VELOCITY_COLOURS, velocities),
        _Panel("Difference", f"mean change {np.abs(change[struck]).mean():.1f}", largest, _CHANGE_COLOURS, changes),
    )
    figure = _figure(12, 8)
    figure.suptitle(name, x=0.05, y=0.975, ha="left", color=_TEXT, fontsize=13, fontweight="bold")
    span_sec = float(step_times_sec[0]), float(step_times_sec[-1])
    for row, panel in enumerate(panels):
        axes = figure.add_axes((0.05, 0.665 - row * 0.307, 0.875, 0.25))
        _draw_matrix(axes, panel, np.ma.masked_array(panel.image, mask=before == 0), span_sec)
        axes.set_ylim(keys[0] - 2.5, keys[-1] + 2.5)
        axes.tick_params(labelbottom=panel is panels[-1])
    _save(figure, path)


def curves(csv_path: Path, png_path: Path) -> None:
    """Draw the curves of a training run: one panel a figure, training and validation in it, over steps.

    Args:
        csv_path: a column `step`, and columns named `train ...` and `valid ...`; `seconds` is passed over.
        png_path: the picture, replaced if it exists; whole or not at all.

    Raises:
        ValueError: if there is no such column.
        OSError: if a file cannot be read or written.
    """
    with csv_path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    panels: dict[str, dict[str, str]] = {}
    for column in rows[0] if rows else {}:
        side, _, what = column.partition(" ")
        if what and side in ("train", "valid"):
            panels.setdefault(what, {})[side] = column
    if not panels:
        raise ValueError(f"{csv_path} holds no curves")
    across = min(len(panels), 3)
    down = -(-len(panels) // across)
    figure = _figure(4.4 * across, 3.1 * down)
    figure.set_layout_engine("constrained", h_pad=0.1, w_pad=0.1)
    for place, (what, columns) in enumerate(panels.items()):
        axes = figure.add_subplot(down, across, place + 1)
        _style(axes)
        for colour, side in zip(_SERIES, ("train", "valid"), strict=True):
            if side in columns:
                points = [(float(row["step"]), float(row[columns[side]])) for row in rows if row[columns[side]]]
                axes.plot(*zip(*points, strict=True), color=colour, label=side, linewidth=1.6, marker=".", markersize=4)
        axes.set_title(what, loc="left", color=_TEXT, fontsize=10)
        axes.set_xlabel("step", color=_MUTED, fontsize=8)
        axes.grid(color=_LINE, linewidth=0.5)
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.legend(frameon=False, labelcolor=_TEXT, fontsize=8)
    _save(figure, png_path)


def attention(path: Path, weights: NDArray[np.float16], *, name: str, style: str) -> None:
    """Draw what an attention model looked at: for each note across, how much at each of its neighbours.

    Args:
        path: the PNG, replaced if it exists; whole or not at all.
        weights: `(n, 2 D + 1)`, row t the weights of notes t - D..t + D, adding up to one.
        name: of the piece.
        style: in which it is played.

    Raises:
        OSError: if the file cannot be written.
    """
    reach = weights.shape[1] // 2
    columns = max(len(weights) // _COLUMNS, 1)  # notes that share a column
    whole = len(weights) // columns * columns
    shown = weights[:whole].astype(np.float64).reshape(-1, columns, weights.shape[1]).mean(axis=1)
    figure = _figure(12, 4)
    figure.set_layout_engine("constrained")
    axes = figure.add_subplot()
    _style(axes)
    axes.imshow(
        np.sqrt(shown.T),  # small weights stay visible
        origin="lower",
        aspect="auto",
        extent=(0, whole, -reach - 0.5, reach + 0.5),
        cmap=_VELOCITY_COLOURS,
        interpolation="nearest",
    )
    axes.set_title(f"{name}, {style}", loc="left", color=_TEXT, fontsize=10)
    _label(axes, "note", "looks at this many notes before or after")
    _save(figure, path)


def image_sheet(path: Path, images: list[tuple[str, NDArray[np.float32]]], across: int = 6) -> None:
    """Draw images of music side by side: strokes in the colour of their velocity, sound behind them.

    Args:
        path: the PNG, replaced if it exists; whole or not at all.
        images: a title and `(T, 88, channels)`, 0..1, each.
        across: images in a row.

    Raises:
        OSError: if the file cannot be written.
    """
    down = -(-len(images) // across)
    figure = _figure(2.2 * across, 2.3 * down)
    figure.set_layout_engine("constrained", h_pad=0.05, w_pad=0.05)
    for place, (title, image) in enumerate(images):
        axes = figure.add_subplot(down, across, place + 1)
        _style(axes)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_title(title, loc="left", color=_TEXT, fontsize=8, pad=2)
        if image.shape[-1] == 2:
            sound = np.ma.masked_less(image[..., 1].T, 0.5)
            axes.imshow(sound, origin="lower", aspect="auto", cmap=ListedColormap([_MUTED]), interpolation="nearest")
        strokes = np.ma.masked_less(image[..., 0].T * 127, 0.5)
        axes.imshow(
            strokes,
            origin="lower",
            aspect="auto",
            cmap=_VELOCITY_COLOURS,
            vmin=1,
            vmax=127,
            interpolation="nearest",
        )
    _save(figure, path)


def evaluation(folder: Path, samples: Samples) -> list[Path]:
    """Draw what an evaluation kept, one panel a data set, and the images it drew: PNGs in a folder that exists.

    Raises:
        OSError: if a file cannot be written.
    """
    pictures = {
        "predicted.png": (samples.predicted, _draw_predicted),
        "dynamics.png": (samples.predicted, _draw_dynamics),
        "histograms.png": (samples.transferred, _draw_histograms),
        "calibration.png": (samples.quantile, _draw_calibration),
    }
    drawn = []
    for name, (values, draw) in pictures.items():
        if not values:
            continue
        figure = _figure(4.4 * len(values), 3.6)
        figure.set_layout_engine("constrained", h_pad=0.1, w_pad=0.1)
        for place, source in enumerate(values):
            axes = figure.add_subplot(1, len(values), place + 1)
            _style(axes)
            axes.set_title(source, loc="left", color=_TEXT, fontsize=10)
            draw(axes, samples.true[source], values[source])
        _save(figure, folder / name)
        drawn.append(folder / name)
    if samples.images:
        sheet = [(f"{title}: {style}", image) for title, images in samples.images.items() for style, image in images]
        image_sheet(folder / "sheet.png", sheet)
        drawn.append(folder / "sheet.png")
    if samples.sweeps:
        _draw_sweeps(folder / "diversity.png", samples.sweeps)
        drawn.append(folder / "diversity.png")
    return drawn


def _draw_sweeps(path: Path, sweeps: dict[str, dict[float, list[tuple[float, float]]]]) -> None:
    """Draw quality against diversity: a line through the temperatures, a faint dot for each checkpoint."""
    figure = _figure(7.5, 5.2)
    figure.set_layout_engine("constrained", h_pad=0.1, w_pad=0.1)
    axes = figure.add_subplot()
    _style(axes)
    _label(axes, "self-BLEU-4 (less is more varied)", "BLEU-4 against held-out tunes")
    colours = iter((*_SERIES, *("#7ddc8b", "#e57fb1", "#c9b458", "#9a8cff")))
    for name, temperatures in sweeps.items():
        means = np.array([np.mean(temperatures[temperature], axis=0) for temperature in sorted(temperatures)])
        colour = next(colours, _TEXT)
        axes.plot(
            *means.T, color=colour, marker="o" if len(means) > 1 else "*", markersize=5 + 6 / len(means), label=name
        )
        for temperature, mean in zip(sorted(temperatures), means, strict=True):
            alike, quality = np.array(temperatures[temperature]).T
            axes.scatter(alike, quality, color=colour, s=6, alpha=0.4)
            if len(means) > 1:
                axes.annotate(f"{temperature:g}", mean, (4, -9), textcoords="offset points", color=_MUTED, fontsize=7)
    axes.grid(color=_LINE, linewidth=0.5)
    axes.legend(frameon=False, labelcolor=_TEXT, fontsize=8)
    _save(figure, path)


Pieces = list[NDArray[np.float64]]


def _label(axes: Axes, across: str, up: str) -> None:
    axes.set_xlabel(across, color=_MUTED, fontsize=8)
    axes.set_ylabel(up, color=_MUTED, fontsize=8)


def _draw_predicted(axes: Axes, true: Pieces, predicted: Pieces) -> None:
    axes.hexbin(np.concatenate(true), np.concatenate(predicted), gridsize=48, bins="log", cmap=_VELOCITY_COLOURS)
    axes.plot((1, 127), (1, 127), color=_MUTED, linewidth=0.8)
    axes.set_xlim(1, 127)
    axes.set_ylim(1, 127)
    _label(axes, "played", "predicted")


def _draw_dynamics(axes: Axes, true: Pieces, predicted: Pieces) -> None:
    longest = max(range(len(true)), key=lambda index: len(true[index]))
    window = np.ones(33) / 33
    for colour, label, values in zip(_SERIES, ("played", "predicted"), (true, predicted), strict=True):
        smooth = np.convolve(values[longest], window, mode="valid") if len(values[longest]) > 33 else values[longest]
        axes.plot(smooth, color=colour, label=label, linewidth=0.8)
    axes.legend(frameon=False, labelcolor=_TEXT, fontsize=8)
    _label(axes, "note", "velocity, mean of 33 notes")


def _draw_histograms(axes: Axes, true: Pieces, transferred: Pieces) -> None:
    for colour, label, values in zip(_SERIES, ("played", "transferred"), (true, transferred), strict=True):
        centred = np.concatenate([piece - piece.mean() for piece in values])
        axes.hist(
            centred,
            bins=[float(edge) for edge in range(-60, 61, 3)],
            density=True,
            histtype="step",
            color=colour,
            label=label,
        )
    axes.legend(frameon=False, labelcolor=_TEXT, fontsize=8)
    _label(axes, "velocity, mean of the piece removed", "share")


def _draw_calibration(axes: Axes, true: Pieces, quantile: Pieces) -> None:
    del true
    said = np.linspace(0, 1, 51)
    found = np.searchsorted(np.sort(np.concatenate(quantile)), said) / sum(map(len, quantile))
    axes.plot((0, 1), (0, 1), color=_MUTED, linewidth=0.8)
    axes.plot(said, found, color=_SERIES[0], linewidth=1.6)
    _label(axes, "quantile that the model says", "share of notes below it")


def _pooled(matrix: NDArray[Any], step_times_sec: NDArray[np.float64]) -> NDArray[np.int16]:
    """Return `(_COLUMNS, 88)`, evenly spaced in time, each column the maximum of the steps that it meets."""
    edges = np.linspace(step_times_sec[0], step_times_sec[-1], _COLUMNS + 1)
    first = np.clip(np.searchsorted(step_times_sec, edges[:-1], side="right") - 1, 0, len(matrix) - 1)
    last = np.maximum(np.searchsorted(step_times_sec, edges[1:], side="left"), first + 1)
    columns = [matrix[start:stop].max(axis=0) for start, stop in zip(first, last, strict=True)]
    return np.stack(columns).astype(np.int16)


def _figure(width: float, height: float) -> Figure:
    figure = Figure(figsize=(width, height), dpi=_DPI, facecolor=_WINDOW)
    FigureCanvasAgg(figure)
    return figure


def _style(axes: Axes) -> None:
    axes.set_facecolor(_PANEL)
    axes.tick_params(colors=_MUTED, labelsize=8, length=0)
    for spine in axes.spines.values():
        spine.set_color(_LINE)


def _draw_matrix(axes: Axes, panel: _Panel, image: Any, span_sec: tuple[float, float]) -> None:
    """Draw a masked `(columns, 88)` image; what is masked shows the panel."""
    _style(axes)
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
    axes.grid(axis="y", color=_LINE, linewidth=0.5, zorder=1)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda sec, _: f"{int(sec) // 60}:{int(sec) % 60:02d}"))
    axes.set_title(panel.title, loc="left", color=_TEXT, fontsize=10, pad=5)
    axes.set_title(panel.remark, loc="right", color=_MUTED, fontsize=9, pad=5)
    place = axes.get_position()
    figure = axes.get_figure(root=True)
    assert figure is not None
    bar = figure.colorbar(drawn, cax=figure.add_axes((0.94, place.y0, 0.012, place.height)))
    bar.ax.tick_params(colors=_MUTED, labelsize=8, length=0)
    bar.outline.set_visible(False)


def _save(figure: Figure, path: Path) -> None:
    with replacing(path) as unfinished:
        # No date and no version in the file: the same piece gives the same bytes.
        figure.savefig(unfinished, format="png", facecolor=_WINDOW, metadata={"Software": None})
