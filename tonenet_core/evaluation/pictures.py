"""Pictures of an evaluation: predictions, dynamics, histograms, calibration, images, quality against diversity."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from tonenet_core.evaluation.report import Samples
from tonenet_core.plots.figure import (
    LINE,
    MUTED,
    SERIES,
    TEXT,
    VELOCITY_COLOURS,
    label_axes,
    new_figure,
    save_figure,
    style_axes,
)
from tonenet_core.plots.images import image_sheet

Pieces = list[NDArray[np.float64]]


def draw_pictures(folder: Path, samples: Samples) -> list[Path]:
    """Draw the samples of an evaluation, one panel a data set, and generated images: PNGs in a folder that exists.

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
        figure = new_figure(4.4 * len(values), 3.6)
        figure.set_layout_engine("constrained", h_pad=0.1, w_pad=0.1)
        for place, source in enumerate(values):
            axes = figure.add_subplot(1, len(values), place + 1)
            style_axes(axes)
            axes.set_title(source, loc="left", color=TEXT, fontsize=10)
            draw(axes, samples.true[source], values[source])
        save_figure(figure, folder / name)
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
    figure = new_figure(7.5, 5.2)
    figure.set_layout_engine("constrained", h_pad=0.1, w_pad=0.1)
    axes = figure.add_subplot()
    style_axes(axes)
    label_axes(axes, "self-BLEU-4 (less is more varied)", "BLEU-4 against held-out tunes")
    colours = iter((*SERIES, *("#7ddc8b", "#e57fb1", "#c9b458", "#9a8cff")))
    for name, temperatures in sweeps.items():
        means = np.array([np.mean(temperatures[temperature], axis=0) for temperature in sorted(temperatures)])
        colour = next(colours, TEXT)
        axes.plot(
            *means.T, color=colour, marker="o" if len(means) > 1 else "*", markersize=5 + 6 / len(means), label=name
        )
        for temperature, mean in zip(sorted(temperatures), means, strict=True):
            alike, quality = np.array(temperatures[temperature]).T
            axes.scatter(alike, quality, color=colour, s=6, alpha=0.4)
            if len(means) > 1:
                axes.annotate(f"{temperature:g}", mean, (4, -9), textcoords="offset points", color=MUTED, fontsize=7)
    axes.grid(color=LINE, linewidth=0.5)
    axes.legend(frameon=False, labelcolor=TEXT, fontsize=8)
    save_figure(figure, path)


def _draw_predicted(axes: Axes, true: Pieces, predicted: Pieces) -> None:
    axes.hexbin(np.concatenate(true), np.concatenate(predicted), gridsize=48, bins="log", cmap=VELOCITY_COLOURS)
    axes.plot((1, 127), (1, 127), color=MUTED, linewidth=0.8)
    axes.set_xlim(1, 127)
    axes.set_ylim(1, 127)
    label_axes(axes, "played", "predicted")


def _draw_dynamics(axes: Axes, true: Pieces, predicted: Pieces) -> None:
    longest = max(range(len(true)), key=lambda index: len(true[index]))
    window = np.ones(33) / 33
    for colour, label, values in zip(SERIES, ("played", "predicted"), (true, predicted), strict=True):
        smooth = np.convolve(values[longest], window, mode="valid") if len(values[longest]) > 33 else values[longest]
        axes.plot(smooth, color=colour, label=label, linewidth=0.8)
    axes.legend(frameon=False, labelcolor=TEXT, fontsize=8)
    label_axes(axes, "note", "velocity, mean of 33 notes")


def _draw_histograms(axes: Axes, true: Pieces, transferred: Pieces) -> None:
    for colour, label, values in zip(SERIES, ("played", "transferred"), (true, transferred), strict=True):
        centred = np.concatenate([piece - piece.mean() for piece in values])
        axes.hist(
            centred,
            bins=[float(edge) for edge in range(-60, 61, 3)],
            density=True,
            histtype="step",
            color=colour,
            label=label,
        )
    axes.legend(frameon=False, labelcolor=TEXT, fontsize=8)
    label_axes(axes, "velocity, mean of the piece removed", "share")


def _draw_calibration(axes: Axes, true: Pieces, quantile: Pieces) -> None:
    del true
    levels = np.linspace(0, 1, 51)
    found = np.searchsorted(np.sort(np.concatenate(quantile)), levels) / sum(map(len, quantile))
    axes.plot((0, 1), (0, 1), color=MUTED, linewidth=0.8)
    axes.plot(levels, found, color=SERIES[0], linewidth=1.6)
    label_axes(axes, "quantile of the prediction", "share of notes below it")
