"""All notes of a piece as one graphics item, coloured by velocity."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.theme import palette
from app.theme.oklch import from_hex
from app.views.colour_range import change_limit, changes_of_steps, colour_range, steps_of_changes
from app.views.interval_index import CROWD, IntervalIndex
from app.views.overlays import device_ratio, exposed_part, exposed_pixels, paint_in_pixels, seconds_on_screen
from app.views.raster import colour_table, draw, highest_of_spans, pixel
from app.views.viewport import BOTTOM, TOP
from tonenet_core.cover import stays
from tonenet_core.performance import NOTE_DTYPE

if TYPE_CHECKING:
    from tonenet_core.performance import Performance

Flags = NDArray[np.bool_]
PITCHES = 128  # of MIDI
LANE_GAP_FROM_PX = 5.0  # lanes at least so high get a line of background between them
HEIGHT_PX = 4.0  # of notes in thinner lanes: rather shall semitones overlap than be hard to see
CLOSE_LANE_PX = 2.5  # where such notes a whole tone apart would touch, they are thinner
CLOSE_HEIGHT_PX = 3.0
EDGE_PX = 1.5  # around a note that is selected
TICK_PX = 2.0  # at the beginning of one that was set by hand
FAINT = 0.4  # opacity of notes that a transfer leaves as they are
NEW = 127  # steps from the colour of a velocity to that of a note that is new in a cover


class Layer(NamedTuple):
    """Notes that are drawn together: which of them, `(n,)`, or None for all; opacity; the colours of the steps."""

    notes: Flags | None
    opacity: float
    colours: NDArray[np.uint8]


class NoteItem(QGraphicsItem):
    """All notes of a performance as one graphics item that draws only what is on screen.

    Notes are filled rectangles, handed to Qt colour by colour; each is at least one device pixel wide, and one pixel
    short of its end, so that repeated notes stay apart.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._rectangles = PrimitiveArray(QRectF, 4)
        self._range = colour_range()
        self.set_performance(None)

    def set_performance(self, performance: Performance | None) -> None:
        """Show other notes, or none."""
        notes = performance.notes if performance is not None else np.empty(0, dtype=NOTE_DTYPE)
        self._place(notes)
        own = stays(performance) if performance is not None else None
        new = np.uint8(0) if own is None else np.where(own, 0, NEW).astype(np.uint8)
        self._velocity = notes["velocity"] + new
        self._muted: Flags | None = None
        self._left_out: Flags | None = None
        self.set_changes(None)

    def _place(self, notes: NDArray[np.void]) -> None:
        self.prepareGeometryChange()
        self._spans = IntervalIndex(notes["onset_sec"], notes["onset_sec"] + notes["duration_sec"])
        self._pitch = np.ascontiguousarray(notes["pitch"])
        self._length_sec = float(self._spans.end_sec.max()) if len(notes) else 0.0

    def set_range(self, soft: int, loud: int) -> None:
        """Spread the colours over the velocities from `soft` to `loud`."""
        self._range = soft, loud

    def set_changes(self, changes: NDArray[np.int16] | None) -> None:
        """Colour the notes by the change of their velocities, `(n,)`; None: by the velocities."""
        self._limit = None if changes is None else change_limit(changes)
        self.set_steps(self._velocity if changes is None else steps_of_changes(changes))

    @property
    def limit(self) -> int | None:
        """The change at which the colours' scale ends; None where they are of velocities."""
        return self._limit

    def set_steps(self, steps: NDArray[np.uint8]) -> None:
        """Draw each note in one of the `colours`, `(n,)` numbers of them; those with the highest lie on top."""
        self._step = np.ascontiguousarray(steps)
        self._by_step: tuple[NDArray[Any], ...] | None = None  # made for the first crowd

    def colours(self) -> NDArray[np.uint8]:
        """Return the colours of the steps, `(255, 3)`: a step a change, or a velocity, from 128 on of new notes."""
        theme = palette.current()
        if self._limit is not None:
            return theme.changes_to(self._limit)[changes_of_steps() + 127]
        return np.concatenate([theme.velocities_between(*self._range), theme.new_between(*self._range)[1:]])

    def set_muted(self, muted: Flags | None) -> None:
        """Draw some notes as muted, `(n,)`: grey, and below the others; None: no notes are."""
        self._muted = muted

    def set_left_out(self, left_out: Flags | None) -> None:
        """Draw some notes faint, `(n,)`, as a transfer leaves them as they are; None: no notes are."""
        self._left_out = left_out

    def _layers(self) -> list[Layer]:
        """Return the layers from the bottom up."""
        colours, muted, faint = self.colours(), self._muted, self._left_out
        layers: list[Layer] = []
        if muted is not None:
            grey = QColor(palette.current().disabled)
            layers.append(Layer(muted, 1.0, np.full_like(colours, (grey.red(), grey.green(), grey.blue()))))
        if faint is not None:
            layers.append(Layer(faint if muted is None else faint & ~muted, FAINT, colours))
        rest = [~each for each in (muted, faint) if each is not None]
        return [*layers, Layer(np.logical_and.reduce(rest) if rest else None, 1.0, colours)]

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

    def notes_in(self, seconds: tuple[float, float], pitches: tuple[float, float]) -> NDArray[np.intp]:
        """Return the indices of the notes that touch a stretch of time, in the lanes between two heights."""
        notes = self._spans.touching(*seconds)
        pitch = self._pitch[notes]
        return notes[(pitch + 0.5 > pitches[0]) & (pitch - 0.5 < pitches[1])]

    def sounding_at(self, second: float) -> NDArray[np.intp]:
        """Return the indices of the notes that sound at a moment, and are not muted."""
        near = self._spans.touching(second, second)
        sounding = near[self._spans.end_sec[near] > second]
        return sounding if self._muted is None else sounding[~self._muted[sounding]]

    def places_of(self, index: NDArray[np.intp], ratio: float) -> list[QRectF]:
        """Return where notes are drawn, in pixels of a canvas of `ratio` device pixels per pixel."""
        return [QRectF(*place) for place in self._geometry(index, self.sceneTransform(), ratio).tolist()]

    def boundingRect(self) -> QRectF:
        """Return the whole piece on the whole keyboard, with a margin for notes drawn wider than they are."""
        return QRectF(-1.0, BOTTOM, self._length_sec + 60.0, TOP - BOTTOM)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the notes in the exposed rectangle."""
        painter.save()
        to_pixels, exposed = paint_in_pixels(painter, self), exposed_part(self, option)
        ratio = device_ratio(painter)
        is_crowd = self._spans.count(*seconds_on_screen(self)) > CROWD
        for layer in self._layers():
            painter.setOpacity(layer.opacity)
            if is_crowd:
                self._fill_pixels(painter, exposed, to_pixels, ratio, layer)
                continue
            pixel_sec = 1 / (to_pixels.m11() * ratio)
            visible = self._spans.touching(exposed.left() - pixel_sec, exposed.right() + pixel_sec)
            visible = visible if layer.notes is None else visible[layer.notes[visible]]
            visible = visible[np.argsort(self._step[visible], kind="stable")]  # the loudest on top
            self._draw_rectangles(painter, visible, self._geometry(visible, to_pixels, ratio), layer.colours)
        painter.restore()

    def _draw_rectangles(
        self,
        painter: QPainter,
        visible: NDArray[np.intp],
        rectangles: NDArray[np.float64],
        colours: NDArray[np.uint8],
    ) -> None:
        counts = np.bincount(self._step[visible], minlength=len(colours))
        ends = np.cumsum(counts)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for step in np.flatnonzero(counts).tolist():
            self._rectangles.resize(int(counts[step]))
            self._rectangles.ndarray()[:] = rectangles[ends[step] - counts[step] : ends[step]]
            painter.setBrush(QBrush(QColor(*colours[step].tolist())))
            painter.drawRects(*self._rectangles.drawargs())

    def _fill_pixels(
        self,
        painter: QPainter,
        exposed: QRectF,
        to_pixels: QTransform,
        ratio: float,
        layer: Layer,
    ) -> None:
        """Show the same as `_draw_rectangles`, as a picture of the exposed columns."""
        left, right = exposed_pixels(self, exposed, ratio)
        across = to_pixels.m11() * ratio
        start, end, pitch, code = self._from_soft_to_loud(
            exposed.left() - 1 / across, exposed.right() + 1 / across, layer.notes
        )
        first = start * across
        first += to_pixels.dx() * ratio - left
        last = np.maximum((end - start) * across - 1, 1)
        last += first
        lanes = highest_of_spans((PITCHES, max(right - left, 0)), pitch, pixel(first), pixel(last), code)
        codes = np.zeros((round(self.scene().height() * ratio), lanes.shape[1]), dtype=np.uint8)
        tops, height = _bars(to_pixels, ratio)
        for row in np.flatnonzero((tops > -height) & (tops < len(codes))):
            bar = codes[max(tops[row], 0) : tops[row] + height]
            np.maximum(bar, lanes[row], out=bar)
        draw(painter, np.take(colour_table(layer.colours), codes), left, ratio)

    def _from_soft_to_loud(self, start_sec: float, end_sec: float, among: Flags | None) -> tuple[NDArray[Any], ...]:
        """Return starts, ends, pitches and colour numbers, `(n,)` each, of the notes that touch a stretch of time.

        Args:
            start_sec: where it begins.
            end_sec: where it ends.
            among: which notes count; None: all.
        """
        if self._by_step is None:
            order = np.argsort(self._step, kind="stable")
            spans = self._spans
            columns = (spans.start_sec, spans.end_sec, self._pitch.astype(np.intp), self._step + 1, order)
            self._by_step = (*(column[order] for column in columns[:-1]), order)
        start, end, pitch, code, order = self._by_step
        is_seen = (start <= end_sec) & (end >= start_sec)
        seen = np.flatnonzero(is_seen if among is None else is_seen & among[order])
        if len(seen) == len(start):
            return start, end, pitch, code
        return start[seen], end[seen], pitch[seen], code[seen]

    def _geometry(self, visible: NDArray[np.intp], to_pixels: QTransform, ratio: float) -> NDArray[np.float64]:
        """Return `(n, 4)`: left, top, width, height in logical pixels, cut at the canvas: an SVG has no edges."""
        tops, height = _bars(to_pixels, ratio)
        start, end = (side[visible] * to_pixels.m11() for side in (self._spans.start_sec, self._spans.end_sec))
        left, top = start + to_pixels.dx(), tops[self._pitch[visible]] / ratio
        right, bottom = left + np.maximum(end - start - 1 / ratio, 1 / ratio), top + height / ratio
        canvas = self.scene().sceneRect()
        left, right = np.clip(left, 0, canvas.width()), np.clip(right, 0, canvas.width())
        top, bottom = np.clip(top, 0, canvas.height()), np.clip(bottom, 0, canvas.height())
        return np.stack([left, top, right - left, bottom - top], axis=1)


class NoteMarks(NoteItem):
    """Marks on some notes: an edge around those that are selected, a tick on those that were set by hand."""

    def __init__(self, *, selected: bool) -> None:
        """Mark notes as selected, or as set by hand; none yet."""
        self._outlined = selected
        super().__init__()

    def mark(self, notes: NDArray[np.void]) -> None:
        """Mark these notes of a Performance, `(k,)`, and no others."""
        self._place(notes)
        self.set_steps(np.zeros(len(notes), np.uint8))

    def colours(self) -> NDArray[np.uint8]:
        """Return the one colour of the marks."""
        return np.array([from_hex(palette.current().playhead)], np.uint8)

    def _draw_rectangles(
        self,
        painter: QPainter,
        visible: NDArray[np.intp],
        rectangles: NDArray[np.float64],
        colours: NDArray[np.uint8],
    ) -> None:
        if not len(visible):
            return
        self._rectangles.resize(len(visible))
        marks, colour = self._rectangles.ndarray(), QColor(*colours[0].tolist())
        marks[:] = rectangles
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if self._outlined:
            marks += (-EDGE_PX / 2, -EDGE_PX / 2, EDGE_PX, EDGE_PX)
            pen = QPen(colour)
            pen.setWidthF(EDGE_PX)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        else:
            marks[:, 2] = np.minimum(marks[:, 2], TICK_PX)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
        painter.drawRects(*self._rectangles.drawargs())

    def _fill_pixels(
        self, painter: QPainter, exposed: QRectF, to_pixels: QTransform, ratio: float, layer: Layer
    ) -> None:
        """Fill what is selected; ticks on a crowd would hide it."""
        if self._outlined:
            super()._fill_pixels(painter, exposed, to_pixels, ratio, layer)


def _bars(to_pixels: QTransform, ratio: float) -> tuple[NDArray[np.intp], int]:
    """Return the upper device pixel of each pitch's notes, `(128,)`, and their height: all are alike.

    Lanes begin at fractions of a pixel. Notes that filled them would be thicker here and thinner there.
    """
    lane = -to_pixels.m22() * ratio
    if lane >= LANE_GAP_FROM_PX * ratio:
        height = floor(lane + 1e-6) - 1
    else:
        height = round((HEIGHT_PX if lane >= CLOSE_LANE_PX * ratio else CLOSE_HEIGHT_PX) * ratio)
    middle = (np.arange(PITCHES) * to_pixels.m22() + to_pixels.dy()) * ratio
    return pixel(middle - height / 2), height
