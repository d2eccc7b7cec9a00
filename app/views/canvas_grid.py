"""The background of a canvas: lanes of black keys or levels of velocity, lines of bars and beats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter

from app.theme import palette
from app.views.keyboard import is_black, visible_pitches
from app.widgets.time_axis import grid_lines

if TYPE_CHECKING:
    from tonenet_core.performance import Performance

Range = tuple[float, float]


def draw_time_lines(painter: QPainter, size: QSize, piece: Performance | None, span_sec: Range) -> None:
    """Draw beats (or round seconds) of a piece between two moments, from left to right of the canvas, and bars on top.

    The first beat of a bar lies where the bar does.
    """
    start_sec, end_sec = span_sec
    colours = palette.current()
    strong, weak = grid_lines(piece, start_sec, end_sec, size.width())
    for moments, colour in ((weak, colours.canvas_line), (strong, colours.canvas_bar)):
        across = np.round((moments - start_sec) / (end_sec - start_sec) * size.width())
        painter.setPen(QColor(colour))
        painter.drawLines([QLineF(x, 0, x, size.height()) for x in across.tolist()])


def draw_pitch_lanes(painter: QPainter, size: QSize, rows: Range) -> None:
    """Darken the lanes of black keys between two pitches, and draw a line below every C."""
    low, high = rows
    lane = size.height() / (high - low)
    pitches = visible_pitches(low, high)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(palette.current().canvas_dark))
    painter.drawRects([QRectF(0, (high - key - 0.5) * lane, size.width(), lane) for key in pitches if is_black(key)])
    draw_levels(painter, size, rows, [pitch - 0.5 for pitch in pitches if pitch % 12 == 0])


def draw_levels(painter: QPainter, size: QSize, rows: Range, levels: Sequence[float]) -> None:
    """Draw a line at each of some rows, between those at the bottom and the top of the canvas."""
    low, high = rows
    heights = [round((high - level) / (high - low) * size.height()) for level in levels]
    painter.setPen(QColor(palette.current().canvas_line))
    painter.drawLines([QLineF(0, y, size.width(), y) for y in heights])
