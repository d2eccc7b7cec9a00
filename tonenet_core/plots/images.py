"""Images of music side by side."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.colors import ListedColormap
from numpy.typing import NDArray

from tonenet_core.plots.figure import MUTED, TEXT, VELOCITY_COLOURS, new_figure, save_figure, style_axes


def image_sheet(path: Path, images: list[tuple[str, NDArray[np.float32]]], across: int = 6) -> None:
    """Draw images of music side by side: onsets in the colour of their velocity, sustain in grey behind them.

    Args:
        path: the PNG, replaced if it exists; whole or not at all.
        images: a title and `(T, 88, channels)`, 0..1, each.
        across: images in a row.

    Raises:
        OSError: if the file cannot be written.
    """
    down = -(-len(images) // across)
    figure = new_figure(2.2 * across, 2.3 * down)
    figure.set_layout_engine("constrained", h_pad=0.05, w_pad=0.05)
    for index, (title, image) in enumerate(images):
        axes = figure.add_subplot(down, across, index + 1)
        style_axes(axes)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_title(title, loc="left", color=TEXT, fontsize=8, pad=2)
        if image.shape[-1] == 2:
            sustain = np.ma.masked_less(image[..., 1].T, 0.5)
            axes.imshow(sustain, origin="lower", aspect="auto", cmap=ListedColormap([MUTED]), interpolation="nearest")
        onsets = np.ma.masked_less(image[..., 0].T * 127, 0.5)
        axes.imshow(
            onsets,
            origin="lower",
            aspect="auto",
            cmap=VELOCITY_COLOURS,
            vmin=1,
            vmax=127,
            interpolation="nearest",
        )
    save_figure(figure, path)
