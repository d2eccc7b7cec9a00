"""All notes of a piece as one graphics item, coloured by velocity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app import theme
from app.culling import CROWD, Spans
from app.raster import draw, highest_of_spans, palette, pixel
from app.time_marks import device_ratio, exposed_pixels, paint_in_pixels, rows_on_screen, seconds_on_screen
from app.time_window import BOTTOM, TOP
from tonenet_core.performance import NOTE_DTYPE

if TYPE_CHECKING:
    from tonenet_core.performance import Performance

PITCHES = 128  # of MIDI
LANE_GAP_FROM_PX = 4.0  # lanes at least so high get a line of background between them


class NoteItem(QGraphicsItem):
    """All notes of a performance as one graphics item that draws only what is on screen.

    Notes are filled rectangles in one of 16 colours, handed to Qt colour by colour; each is at least one device pixel
    wide, and one pixel short of its end, so that repeated notes stay apart.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._rectangles = PrimitiveArray(QRectF, 4)
        self.set_performance(None)

    def set_performance(self, performance: Performance | None) -> None:
        """Show other notes, or none."""
        self.prepareGeometryChange()
        notes = performance.notes if performance is not None else np.empty(0, dtype=NOTE_DTYPE)
        self._spans = Spans(notes["onset_sec"], notes["onset_sec"] + notes["duration_sec"])
        self._pitch = np.ascontiguousarray(notes["pitch"])
        self._length_sec = performance.duration_sec if performance is not None else 0.0
        self.set_steps(notes["velocity"] // (128 // theme.VELOCITY_STEPS))

    def set_steps(self, steps: NDArray[np.uint8]) -> None:
        """Draw each note in one of the `colours`, `(n,)` 0..15; those with the highest lie on top."""
        self._step = np.ascontiguousarray(steps)
        self._by_step: tuple[NDArray[Any], ...] | None = None  # made for the first crowd

    def colours(self) -> NDArray[np.uint8]:
        """Return the colours of the steps, `(16, 3)`."""
        return theme.current().velocity_steps()

    def note_at(self, second: float, pitch: int, reach_sec: float) -> int | None:
        """Return the index of the note at a place, or None; of several the one that began last.

        Args:
            second: the place's time.
            pitch: its pitch.
            reach_sec: how far beside a note still counts as on it.
        """
        near = self._spans.touching(second - reach_sec, second + reach_sec)
        hits = near[self._pitch[near] == pitch]
        return int(hits[-1]) if len(hits) else None

    def boundingRect(self) -> QRectF:
        """Return the whole piece on the whole keyboard, with a margin for notes drawn wider than they are."""
        return QRectF(-1.0, BOTTOM, self._length_sec + 60.0, TOP - BOTTOM)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the notes in the exposed rectangle."""
        to_device = painter.deviceTransform()
        pixel_sec, pixel_row = 1 / abs(to_device.m11()), 1 / abs(to_device.m22())
        exposed = option.exposedRect
        if self._spans.count(*seconds_on_screen(self)) > CROWD:
            self._fill_pixels(painter, exposed)
        else:
            visible = self._spans.touching(exposed.left() - pixel_sec, exposed.right() + pixel_sec)
            visible = visible[np.argsort(self._step[visible], kind="stable")]  # the loudest on top
            self._draw_rectangles(painter, visible, self._geometry(visible, pixel_sec, pixel_row))

    def _draw_rectangles(self, painter: QPainter, visible: NDArray[np.intp], rectangles: NDArray[np.float64]) -> None:
        ends = np.cumsum(np.bincount(self._step[visible], minlength=theme.VELOCITY_STEPS))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        start = 0
        for colour, end in zip(self.colours(), ends, strict=True):
            if end > start:
                self._rectangles.resize(int(end - start))
                self._rectangles.ndarray()[:] = rectangles[start:end]
                painter.setBrush(QBrush(QColor(*colour.tolist())))
                painter.drawRects(*self._rectangles.drawargs())
            start = end

    def _fill_pixels(self, painter: QPainter, exposed: QRectF) -> None:
        """Show the same as `_draw_rectangles`, as a picture of the exposed columns."""
        painter.save()
        to_pixels, ratio = paint_in_pixels(painter, self), device_ratio(painter)
        left, right = exposed_pixels(self, exposed, ratio)
        across, down = to_pixels.m11() * ratio, to_pixels.m22() * ratio
        start, end, pitch, code = self._from_soft_to_loud(exposed.left() - 1 / across, exposed.right() + 1 / across)
        first = start * across
        first += to_pixels.dx() * ratio - left
        last = np.maximum((end - start) * across - 1, 1)
        last += first
        shape = (PITCHES + 1, max(right - left, 0))
        lanes = np.take(
            palette(self.colours()),
            highest_of_spans(shape, pitch, pixel(first), pixel(last), code),
        )
        bottoms = (np.arange(PITCHES) - 0.5) * down + to_pixels.dy() * ratio
        tops = bottoms + down + (1 if -down >= LANE_GAP_FROM_PX else 0)
        lane = np.full(round(self.scene().height() * ratio), PITCHES)  # the last one is empty
        for row, (top, bottom) in enumerate(zip(pixel(tops), pixel(bottoms), strict=True)):
            lane[max(top, 0) : max(bottom, top + 1, 0)] = row
        draw(painter, lanes[lane], left, ratio)
        painter.restore()

    def _from_soft_to_loud(self, start_sec: float, end_sec: float) -> tuple[NDArray[Any], ...]:
        """Return starts, ends, pitches and colour numbers, `(n,)` each, of the notes that touch a stretch of time."""
        if self._by_step is None:
            order = np.argsort(self._step, kind="stable")
            spans = self._spans
            columns = (spans.start_sec, spans.end_sec, self._pitch.astype(np.intp), self._step + 1)
            self._by_step = tuple(column[order] for column in columns)
        start, end, pitch, code = self._by_step
        seen = np.flatnonzero((start <= end_sec) & (end >= start_sec))
        if len(seen) == len(start):
            return self._by_step
        return start[seen], end[seen], pitch[seen], code[seen]

    def _geometry(self, visible: NDArray[np.intp], pixel_sec: float, pixel_row: float) -> NDArray[np.float64]:
        """Return `(n, 4)`: left, bottom, width, height in seconds and rows, cut at the canvas: an SVG has no edges."""
        gap = pixel_row if pixel_row * LANE_GAP_FROM_PX <= 1 else 0.0
        first_sec, last_sec = seconds_on_screen(self)
        low, high = rows_on_screen(self)
        start, pitch = self._spans.start_sec[visible], self._pitch[visible].astype(np.float64)
        end = start + np.maximum(self._spans.end_sec[visible] - start - pixel_sec, pixel_sec)
        bottom, top = pitch - 0.5, pitch - 0.5 + max(1.0 - gap, pixel_row)
        start, end = np.clip(start, first_sec, last_sec), np.clip(end, first_sec, last_sec)
        bottom, top = np.clip(bottom, low, high), np.clip(top, low, high)
        return np.stack([start, bottom, end - start, top - bottom], axis=1)
