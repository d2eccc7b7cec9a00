"""The piano roll: one side's notes, coloured by velocity, beside a keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app import theme
from app.culling import CROWD, Spans
from app.keyboard import Keyboard, pitch_name
from app.raster import draw, highest_of_spans, palette, pixel
from app.scale_bar import ScaleBar
from app.time_grid import clock
from app.time_marks import exposed_pixels, paint_in_pixels, seconds_on_screen
from app.time_plot import TimePlot
from app.time_window import BOTTOM, TOP, TimeWindow
from tonenet_core.performance import NOTE_DTYPE

if TYPE_CHECKING:
    from app.session import Session
    from tonenet_core.performance import Performance

PITCHES = 128  # of MIDI
LANE_GAP_FROM_PX = 4.0  # lanes at least so high get a line of background between them
POINT_PX = 2.0  # a note so near to the mouse is still meant by it


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
        self._step = np.ascontiguousarray(notes["velocity"] // (128 // theme.VELOCITY_STEPS))
        self._by_step: tuple[NDArray[Any], ...] | None = None  # made for the first crowd
        self._length_sec = performance.duration_sec if performance is not None else 0.0
        self.update()

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
        for colour, end in zip(theme.current().velocity_steps(), ends, strict=True):
            if end > start:
                self._rectangles.resize(int(end - start))
                self._rectangles.ndarray()[:] = rectangles[start:end]
                painter.setBrush(QBrush(QColor(*colour.tolist())))
                painter.drawRects(*self._rectangles.drawargs())
            start = end

    def _fill_pixels(self, painter: QPainter, exposed: QRectF) -> None:
        """Show the same as `_draw_rectangles`, as a picture of the exposed columns."""
        ratio = painter.device().devicePixelRatioF()
        left, right = exposed_pixels(self, exposed, ratio)
        painter.save()
        to_pixels = paint_in_pixels(painter, self)
        across, down = to_pixels.m11() * ratio, to_pixels.m22() * ratio
        start, end, pitch, code = self._from_soft_to_loud(exposed.left() - 1 / across, exposed.right() + 1 / across)
        first = start * across
        first += to_pixels.dx() * ratio - left
        last = np.maximum((end - start) * across - 1, 1)
        last += first
        shape = (PITCHES + 1, max(right - left, 0))
        lanes = np.take(
            palette(theme.current().velocity_steps()),
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
        """Return `(n, 4)`: left, bottom, width, height in seconds and rows."""
        start, end = self._spans.start_sec[visible], self._spans.end_sec[visible]
        gap = pixel_row if pixel_row * LANE_GAP_FROM_PX <= 1 else 0.0
        rectangles = np.empty((len(visible), 4))
        rectangles[:, 0] = start
        rectangles[:, 1] = self._pitch[visible] - 0.5
        rectangles[:, 2] = np.maximum(end - start - pixel_sec, pixel_sec)
        rectangles[:, 3] = max(1.0 - gap, pixel_row)
        return rectangles


class PianoRoll(TimePlot):
    """One side's notes. Hovering tells pitch, time, and the velocity before and after in the header."""

    def __init__(self, session: Session, side: Literal["original", "styled"]) -> None:
        """Show `original` or `styled` of the session."""
        self._keyboard = Keyboard(TimeWindow.of(session))
        super().__init__(session, ruler=side == "styled", gutter=self._keyboard)
        self._side = side
        self._shown: Performance | None = None
        self._notes = NoteItem()
        self.canvas.add(self._notes)
        self._scale = ScaleBar()
        if side == "original":
            self.header.addWidget(self._scale)
        self.setObjectName(f"{side}Roll")
        self.setMinimumHeight(110)
        self.restyle()
        self.refresh()

    def refresh(self) -> None:
        """Show the session's notes and what they are called."""
        original = self._side == "original"
        performance = self.session.sides[0 if original else 1]
        self.set_title(self._name(), "A" if original else "B", "" if original else self._origin())
        self.set_heard(self.session.side == self._side)
        self.set_empty("" if performance is not None else self._invitation(), "import" if original else "")
        if performance is not self._shown:
            self._shown = performance
            self._notes.set_performance(performance)
            self.canvas.redraw()
        self._describe()

    def restyle(self) -> None:
        """Take up the theme's colours."""
        super().restyle()
        if hasattr(self, "_scale"):
            self._scale.set_scale(
                theme.current().velocity_colours, (self.tr("soft"), self.tr("loud")), self.tr("Velocity 1 to 127")
            )

    def point(self, place: QPointF | None) -> None:
        """Name the key under the mouse, and the note there: time, velocity before and after."""
        pitch = round(place.y()) if place is not None else None
        self._keyboard.light(pitch if self._shown is not None else None)
        self.set_readout("" if place is None or self._shown is None else self._told(place.x(), place.y()))

    def _told(self, second: float, row: float) -> str:
        reach = POINT_PX * self.time_window.span_sec / max(self.canvas.viewport().width(), 1)
        index = self._notes.note_at(second, round(row), reach)
        if index is None or self._shown is None:
            return f"{pitch_name(round(row))}  ·  {clock(max(second, 0.0))}"
        note = self._shown.notes[index]
        place = f"{pitch_name(int(note['pitch']))}  ·  {clock(float(note['onset_sec']))}"
        return f"{place}  ·  " + self.tr("velocity {0}").format(self._velocities(index))

    def _velocities(self, index: int) -> str:
        before, after = self.session.original, self.session.styled
        shown = (self._shown,) if after is None else (before, after)  # a piece and its source have other notes
        return " → ".join(str(side.velocities[index]) for side in shown if side is not None)

    def _name(self) -> str:
        take = self.session.take
        if self._side == "original" or take is None:
            return self.session.side_names[0 if self._side == "original" else 1]
        style, percent = take.interpretation.style.capitalize(), f"{take.strength * 100:.0f}"
        return self.tr("{0}  ·  strength {1} %").format(style, percent)

    def _origin(self) -> str:
        """Tell what made the result: another model may be chosen by now."""
        take = self.session.take
        if take is None:
            return ""
        style, source = take.interpretation.style, take.interpretation.source_style
        if style == source:
            return self.tr("Made by {0}").format(take.model)
        return self.tr("Made by {0}, from {1} to {2}").format(take.model, source, style)

    def _invitation(self) -> str:
        if self._side == "original":
            return self.tr("Drop a piano MIDI file here, or press Ctrl+O")
        if self.session.original is None:
            return ""
        return self.tr("Press Transfer to Classical to hear it in another style")

    def _describe(self) -> None:
        """Tell screen readers what a look would tell."""
        self.setAccessibleName(self.tr("Piano roll: {0}").format(self._name()))
        count = len(self._shown) if self._shown is not None else 0
        told = [self.tr("{0} notes").format(f"{count:,}") if count else self._invitation()]
        if self._side == "styled" and self._origin():
            told.append(self._origin())
        self.setAccessibleDescription("; ".join(told))
