"""The sustain pedal of both sides as bars, one row a side, shaded by how far it is down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.theme import palette
from app.theme.oklch import from_hex
from app.views.overlays import device_ratio, exposed_part, exposed_pixels, paint_in_pixels
from app.views.raster import colour_table, draw, highest_of_spans, pixel
from tonenet_core.performance import PEDAL_DTYPE
from tonenet_core.timing.pedalling import DOWN

if TYPE_CHECKING:
    from tonenet_core.midi.retime import TimeMap
    from tonenet_core.performance import Performance

Stretches = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.uint8], NDArray[np.intp]]
ROWS = 2  # A above B
BAR = 0.62  # of a row's height
SHADES = 127
LIGHTEST, LIGHT, FULL = 30, 110, 255  # of 255: a pedal that is hardly, nearly and wholly down


class PedalBars(QGraphicsItem):
    """For each side, where the pedal is down; a row is 1 high, B's from 0 and A's from 1."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.set_performances(None, None)

    def set_performances(
        self, before: Performance | None, after: Performance | None, time_map: TimeMap | None = None
    ) -> None:
        """Show the pedals of A and B, both in the seconds of A, from which `time_map` leads to B's."""
        self.prepareGeometryChange()
        columns = [_stretches(side) for side in (before, after)]
        if time_map is not None:
            start, end, value, last = columns[1]
            columns[1] = time_map.inverse.apply(start), time_map.inverse.apply(end), value, last
        rows = [np.full(len(part[0]), row) for row, part in enumerate(columns)]
        order = np.argsort(np.concatenate([value for _, _, value, _ in columns]), kind="stable")
        self._row = np.concatenate(rows)[order].astype(np.intp)
        self._start, self._end, self._value, self._last = (
            np.concatenate(parts)[order] for parts in zip(*columns, strict=True)
        )

    def boundingRect(self) -> QRectF:
        """Return more than any piece."""
        return QRectF(-60.0, 0, 1e6, ROWS)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the bars on screen as a picture of the canvas's pixels: a pedal may have thousands of values."""
        painter.save()
        exposed = exposed_part(self, option)
        to_pixels, ratio = paint_in_pixels(painter, self), device_ratio(painter)
        left, right = exposed_pixels(self, exposed, ratio)
        seen = np.flatnonzero((self._end >= exposed.left()) & (self._start <= exposed.right()))
        across, shift = to_pixels.m11() * ratio, to_pixels.dx() * ratio - left
        first, end = (pixel(side[seen] * across + shift) for side in (self._start, self._end))
        end = np.maximum(end - self._last[seen], first + 1)  # so that a lift is seen, however short
        codes = highest_of_spans((ROWS, max(right - left, 0)), self._row[seen], first, end, self._value[seen])
        picture = np.zeros((round(self.scene().height() * ratio), codes.shape[1]), dtype=np.uint8)
        for row in range(ROWS):
            middle, half = (ROWS - row - 0.5) * to_pixels.m22() + to_pixels.dy(), -to_pixels.m22() * BAR / 2
            top, bottom = round((middle - half) * ratio), round((middle + half) * ratio)
            picture[top:bottom] = np.where(codes[row] > 0, codes[row] + np.uint8(row * 128), 0)
        draw(painter, np.take(_colours(), picture), left, ratio)
        painter.restore()


def pedal_at(piece: Performance, second: float) -> int:
    """Return the pedal's value at a moment, 0 before its first message."""
    row = int(np.searchsorted(piece.pedal["time_sec"], second, side="right")) - 1
    return int(piece.pedal["value"][row]) if row >= 0 else 0


def _stretches(
    piece: Performance | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.uint8], NDArray[np.intp]]:
    """Return starts, ends and values of the stretches with the pedal not wholly up, and whether it is lifted then."""
    pedal = piece.pedal if piece is not None else np.empty(0, dtype=PEDAL_DTYPE)
    value = np.minimum(pedal["value"], SHADES)
    end = np.append(pedal["time_sec"][1:], piece.duration_sec if piece is not None else 0.0)[: len(pedal)]
    lifted = (value >= DOWN) & (np.append(value[1:], 0)[: len(value)] < DOWN)
    some = (value > 0) & (end > pedal["time_sec"])
    return pedal["time_sec"][some], end[some], value[some], lifted[some].astype(np.intp)


def _colours() -> NDArray[np.uint32]:
    """Return the colours of the values of A, 1..127, and of B, 129..255."""
    value = np.arange(1, SHADES + 1)
    half = LIGHTEST + (LIGHT - LIGHTEST) * value / DOWN
    down = LIGHT + 60 + (FULL - LIGHT - 60) * (value - DOWN) / (SHADES - DOWN)
    alpha = np.where(value < DOWN, half, down)[:, None]
    colours = palette.current()
    shades = [np.hstack([np.tile(from_hex(colour), (SHADES, 1)), alpha]) for colour in (colours.before, colours.accent)]
    return colour_table(shades[0], np.zeros((1, 4)), shades[1])
