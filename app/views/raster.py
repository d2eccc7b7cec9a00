"""Crowds as pictures: an array of colour numbers, one a device pixel, filled by numpy and drawn in one go.

A thousand rectangles are drawn fastest as rectangles; a hundred thousand, of which most share a pixel, as this.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

Codes = NDArray[np.uint8]
Places = NDArray[np.intp]


def highest_of_spans(shape: tuple[int, int], row: Places, first: Places, end: Places, code: Codes) -> Codes:
    """Return `shape` with each pixel's highest colour number of the spans on it; 0 elsewhere.

    Args:
        shape: rows and columns.
        row: `(n,)`, 0..rows - 1.
        first: `(n,)`, the first column of each; what lies outside is cut off.
        end: `(n,)`, the column after the last one.
        code: `(n,)`, ascending.
    """
    columns = shape[1]
    inside = (first >= 0) & (first < columns)
    short, long = np.flatnonzero(inside & (end - first == 1)), np.flatnonzero((end - first != 1) & (end > 0))
    codes = np.zeros(shape, dtype=np.uint8)
    codes.reshape(-1)[row[short] * columns + first[short]] = code[short]  # of those on one pixel the last one stays
    if len(long):
        begin, stop = np.maximum(first[long], 0), np.minimum(end[long], columns)
        count = np.maximum(stop - begin, 0)
        place = row[long] * columns + begin - (np.cumsum(count) - count)
        others = np.zeros(codes.size, dtype=np.uint8)
        others[np.repeat(place, count) + np.arange(int(count.sum()))] = np.repeat(code[long], count)
        np.maximum(codes, others.reshape(shape), out=codes)
    return codes


def blocks(shape: tuple[int, int], row: Places, column: Places, size: int) -> NDArray[np.bool_]:
    """Return `shape` with True in squares of `size` pixels whose upper left ones are given, `(n,)` each."""
    rows, columns = shape
    wide = columns + 2 * size  # room for squares cut by the edges
    corner = np.zeros((rows + 2 * size, wide), dtype=bool)
    inside = (row > -size) & (row < rows) & (column > -size) & (column < columns)
    corner.reshape(-1)[((row + size) * wide + column + size)[inside]] = True
    filled = np.zeros(shape, dtype=bool)
    for down in range(size):
        for right in range(size):
            filled |= corner[size - down : size - down + rows, size - right : size - right + columns]
    return filled


def pixel(moment: NDArray[np.floating]) -> Places:
    """Return the first pixel whose middle is behind a place: where Qt, without antialiasing, begins to fill."""
    return np.asarray(np.floor(moment + 0.5).astype(np.intp))


def colour_table(*colours: ArrayLike) -> NDArray[np.uint32]:
    """Return the colours of numbers 1, 2, ... as `draw` takes them; 0 is transparent.

    Args:
        colours: `(n, 3)` or `(n, 4)` of 0..255 each, sRGB and alpha.
    """
    table = np.zeros(256, dtype=np.uint32)
    start = 1
    for part in colours:
        rows = np.atleast_2d(np.asarray(part, dtype=np.uint32))
        alpha = rows[:, 3:] if rows.shape[1] > 3 else np.full((len(rows), 1), 255, dtype=np.uint32)
        red, green, blue = ((rows[:, :3] * alpha + 127) // 255).T  # Qt wants them multiplied
        table[start : start + len(rows)] = alpha[:, 0] << 24 | red << 16 | green << 8 | blue
        start += len(rows)
    return table


def draw(painter: QPainter, pixels: NDArray[np.uint32], left: float, ratio: float) -> None:
    """Draw `(height, width)` colours of a `colour_table` from the top of the canvas down, a device pixel each.

    Args:
        painter: in the canvas's logical pixels.
        pixels: the colours.
        left: of the picture, in device pixels.
        ratio: device pixels a logical one.
    """
    image = _Image(pixels)
    image.setDevicePixelRatio(ratio)
    painter.drawImage(QPointF(left / ratio, 0), image)


def draw_stretched(painter: QPainter, pixels: NDArray[np.uint32], target: QRectF) -> None:
    """Draw `(height, width)` colours of a `colour_table`, stretched over a rectangle."""
    painter.drawImage(target, _Image(pixels))


class _Image(QImage):
    """Colours as a picture; it keeps the pixels, which Qt only points to."""

    def __init__(self, pixels: NDArray[np.uint32]) -> None:
        self._pixels = np.ascontiguousarray(pixels)
        height, width = pixels.shape
        super().__init__(self._pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
