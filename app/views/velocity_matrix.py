"""The velocity matrix (steps x 88 keys) as an image: original, styled, their difference; and the note matrix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.playback.side import ORIGINAL
from app.theme import palette
from app.theme.oklch import from_hex
from app.views.attention_item import AttentionItem
from app.views.colour_range import colour_range
from app.views.keyboard import Keyboard
from app.views.matrix_image import (
    STRUCK_VALUE,
    ZERO_CHANGE,
    Image,
    difference_image,
    note_image,
    velocity_image,
)
from app.views.overlays import device_ratio, paint_in_pixels
from app.views.raster import colour_table, draw_stretched
from app.views.time_view import TimeView
from app.views.viewport import BOTTOM, Viewport
from app.widgets.colour_bar import ColourBar
from app.widgets.key_spin import pitch_name
from app.widgets.segmented_control import Segment, SegmentedControl
from app.widgets.time_text import time_text
from tonenet_core.encoding.grid import Grid, GridEncoding, encode
from tonenet_core.performance import LOWEST_PITCH, PIANO_KEYS

if TYPE_CHECKING:
    from app.session.session import Session
    from tonenet_core.performance import Performance

LEAST_HEIGHT = 100
ROOM_FOR_SCALE = 680  # of width: in a narrower view the header has the choice alone
GRID = Grid(steps_per_beat=4)
CHOICES = ("original", "styled", "difference", "notes", "attention")
NEEDS_STYLED = frozenset({"styled", "difference"})


class VelocityMatrix(TimeView):
    """The matrix under the rolls. It is computed for the pixels on screen, and only while it is visible.

    Attributes:
        keyboard: at the left.
        segments: the choice of the matrix.
        scale: the meaning of its colours.
        attention: the notes, lit by the model's attention; shown where `choice` is `attention`.
    """

    def __init__(self, session: Session, viewport: Viewport) -> None:
        """Show the session's matrices, the styled one first where there is one."""
        self.keyboard = Keyboard(viewport)
        super().__init__(session, viewport, gutter=self.keyboard)
        self._wanted = "styled"
        self._encoded: dict[int, tuple[Performance, GridEncoding]] = {}
        self._values: Image = np.zeros((1, PIANO_KEYS), dtype=np.uint8)
        self._stale = True
        self._seen: tuple[object, ...] | None = None
        self._range = colour_range()
        self._image = MatrixItem(self._drawn_values)
        self.canvas.add(self._image)
        self.attention = AttentionItem()
        self.canvas.add(self.attention)
        self._hovering = False
        session.player.moved.connect(self._attend_from_playhead)
        self.scale = ColourBar()
        self.segments = self._build_choice()
        self.header.addWidget(self.scale)
        self.viewport.changed.connect(self._forget_values)
        self.setObjectName("velocityMatrix")
        self.setMinimumHeight(LEAST_HEIGHT)
        self.set_title(self.tr("Velocity matrix"))
        self.refresh()

    @property
    def choice(self) -> str:
        """The matrix shown: `original`, `styled`, `difference`, `notes` or `attention`."""
        wanted = "styled" if self._wanted == "attention" and self.attention_weights is None else self._wanted
        return wanted if self.session.styled is not None or wanted not in NEEDS_STYLED else "original"

    @property
    def attention_weights(self) -> NDArray[np.uint8] | None:
        """The attention of the model for each note of the result; None for a model without attention."""
        take = self.session.take
        return None if take is None or self.session.styled is None else take.interpretation.attention

    def choose(self, choice: str) -> None:
        """Show one of `CHOICES`; one that needs a result waits for it."""
        self._wanted = choice
        self.refresh()

    def refresh(self) -> None:
        """Show the session's matrices as they are now; nothing is repainted when they are the same."""
        seen = (self.session.original, self.session.styled, self.attention_weights, self._wanted)
        if self._seen is not None and all(new is old for new, old in zip(seen, self._seen, strict=True)):
            return
        self._seen = seen
        self._range = colour_range(*self.session.sides)
        for choice in CHOICES:
            self.segments[choice].setEnabled(choice not in NEEDS_STYLED or self.session.styled is not None)
        self.segments.check(self.choice)
        self._refresh_attention()
        self._forget()
        self.restyle()
        self._describe()

    def _refresh_attention(self) -> None:
        """Offer the attention of a model that has one, and show it where it is chosen."""
        attention, chosen = self.attention_weights, self.choice == "attention"
        self.segments.offer("attention", attention is not None)
        self.attention.show_attention(self.session.styled if attention is not None else None, attention)
        self.attention.setVisible(chosen)
        self._image.setVisible(not chosen)
        self.set_title(self.tr("Attention") if chosen else self.tr("Velocity matrix"))
        if chosen and not self._hovering:
            self.attention.attend_from(self._position_sec)

    @property
    def _position_sec(self) -> float:
        return self.session.player.places.position_sec(ORIGINAL)

    def _attend_from_playhead(self) -> None:
        if self.choice == "attention" and not self._hovering:
            self._attend_from(self._position_sec)

    def _attend_from(self, second: float) -> None:
        if self.attention.attend_from(second):
            self.canvas.redraw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the colours' scale where the header has no room for it."""
        super().resizeEvent(event)
        self.scale.setVisible(self.width() >= ROOM_FOR_SCALE)

    def restyle(self) -> None:
        """Take up the theme's colours."""
        super().restyle()
        if hasattr(self, "segments"):
            self._forget_values()
            self._show_scale()

    def point(self, place: QPointF | None) -> None:
        """Show key, time and value of the cell under the mouse."""
        pitch = round(place.y()) if place is not None else None
        self.keyboard.light(pitch if self.session.original is not None else None)
        self._hovering = place is not None
        if self.choice == "attention":
            self._attend_from(place.x() if place is not None else self._position_sec)
        self.set_readout(
            "" if place is None or self.session.original is None else self._cell_text(place.x(), place.y())
        )

    def _forget_values(self) -> None:
        """Compute the values again at the next repaint, which a hidden view never has."""
        self._stale = True

    def _drawn_values(self, columns: int) -> tuple[Image, NDArray[np.uint32]]:
        """Return the values of the pixels on screen, and the colours that they are drawn in."""
        if self._stale or len(self._values) != columns:
            window = self.viewport
            self._values = self._computed(window.start_sec, window.end_sec, columns)
            self._stale = False
        return self._values, self._colours()

    def _colours(self) -> NDArray[np.uint32]:
        """Return the colours of the choice's values; 0 is transparent, so that the canvas is seen."""
        colours = palette.current()
        if self.choice == "notes":
            return colour_table(from_hex(colours.before), from_hex(colours.accent))
        if self.choice == "difference":
            return colour_table(colours.difference_colours)
        return colour_table(colours.velocities_between(*self._range)[1:])

    def _computed(self, start_sec: float, end_sec: float, columns: int) -> Image:
        original, styled = self.session.original, self.session.styled
        place = (start_sec, end_sec, columns)
        if original is None:
            return np.zeros((columns, PIANO_KEYS), dtype=np.uint8)
        if self.choice == "notes":
            return note_image(self._encoding(original), *place)
        if self.choice == "original" or styled is None:
            return velocity_image(self._encoding(original), *place)
        if self.choice == "styled":
            return velocity_image(self._encoding(styled), *place)
        return difference_image(self._encoding(original), self._encoding(styled), *place)

    def _encoding(self, performance: Performance) -> GridEncoding:
        """Return a performance's encoding, computed once."""
        if id(performance) not in self._encoded:
            if performance is self.session.styled and self.session.original is not None:  # the same notes
                velocities = performance.notes["velocity"]
                encoding = replace(self._encoding(self.session.original), velocity_of_note=velocities)
            else:
                encoding = encode(performance, GRID)
            self._encoded[id(performance)] = (performance, encoding)
        return self._encoded[id(performance)][1]

    def _forget(self) -> None:
        """Drop the encodings of performances that are gone."""
        present = {id(self.session.original), id(self.session.styled)}
        self._encoded = {key: value for key, value in self._encoded.items() if key in present}

    def _cell_text(self, second: float, row: float) -> str:
        """Return what stands at a place."""
        if self.choice == "attention":
            return self._attention_text()
        window = self.viewport
        column = int((second - window.start_sec) / window.span_sec * len(self._values))
        key = min(max(round(row) - LOWEST_PITCH, 0), PIANO_KEYS - 1)
        value = int(self._values[min(max(column, 0), len(self._values) - 1), key])
        place = f"{pitch_name(key + LOWEST_PITCH)}  ·  {time_text(max(second, 0.0))}"
        if not value:
            return place
        if self.choice == "notes":
            return f"{place}  ·  " + (self.tr("struck") if value == STRUCK_VALUE else self.tr("sustained"))
        if self.choice == "difference":
            return f"{place}  ·  " + self.tr("change {0}").format(f"{value - ZERO_CHANGE:+d}")
        return f"{place}  ·  " + self.tr("velocity {0}").format(value)

    def _attention_text(self) -> str:
        """Return the readout of the attention from the bar under the mouse."""
        bar, piece, order = self.attention.bar, self.session.original, self.attention.attended_notes()
        if bar is None or piece is None or not len(order):
            return ""
        most, share = piece.notes[order[0]], self.attention.weight[order[0]]
        text = self.tr("attention on %n notes, most on {0} at {1} ({2} %)", "", len(order))
        note = pitch_name(int(most["pitch"])), time_text(float(most["onset_sec"])), f"{100 * share:.0f}"
        return f"{time_text(max(bar[0], 0.0))} – {time_text(bar[1])}  ·  " + text.format(*note)

    def _build_choice(self) -> SegmentedControl:
        """Build the segmented choice in the header."""
        texts = (
            self.tr("Original"),
            self.tr("Styled"),
            self.tr("Difference"),
            self.tr("Notes"),
            self.tr("Attention"),
        )
        hints = (
            self.tr("Velocities as played"),
            self.tr("Velocities of the result"),
            self.tr("The change of velocity: blue is softer, orange is louder"),
            self.tr("Which keys are struck and which are held"),
            self.tr("The notes that the model attended to for the bar under the mouse, or the one being played"),
        )
        names = (f"matrix{choice.capitalize()}Button" for choice in CHOICES)
        choices = zip(CHOICES, names, texts, hints, strict=True)
        segments = SegmentedControl((Segment(*choice) for choice in choices), self.choose)
        segments.offer("attention", False)
        self.header.addLayout(segments)
        return segments

    def _show_scale(self) -> None:
        """Show the meaning of the colours of the choice."""
        colours, choice = palette.current(), self.choice
        if choice == "notes":
            table = np.array([from_hex(colours.before), from_hex(colours.accent)])
            self.scale.set_scale(table, (self.tr("sustained"), self.tr("struck")), self.tr("Note matrix"))
        elif choice == "attention":
            shades = self.attention.colours()[:-1]
            self.scale.set_scale(shades, (self.tr("none"), self.tr("most")), self.tr("Attention"))
        elif choice == "difference":
            limit = palette.DIFFERENCE_LIMIT
            shown = colours.difference_colours[127 - limit : 128 + limit]
            self.scale.set_scale(shown, (f"−{limit}", f"+{limit}"), self.tr("Change of velocity"))
        else:
            ends = [str(end) for end in self._range]
            self.scale.set_scale(colours.velocity_colours, ends, self.tr("Velocity"))

    def _describe(self) -> None:
        self.setAccessibleName(self.tr("Velocity matrix"))
        self.setAccessibleDescription(self.segments[self.choice].text())


class MatrixItem(QGraphicsItem):
    """The image, asked for when it is painted: a column a device pixel, a row a lane."""

    def __init__(self, values: Callable[[int], tuple[Image, NDArray[np.uint32]]]) -> None:
        super().__init__()
        self._values = values

    def boundingRect(self) -> QRectF:
        """Return more than any piece."""
        return QRectF(-60.0, BOTTOM, 1e6, PIANO_KEYS)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the pixels on screen."""
        painter.save()
        to_pixels, canvas = paint_in_pixels(painter, self), self.scene().sceneRect()
        values, colours = self._values(max(round(canvas.width() * device_ratio(painter)), 1))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        lanes = to_pixels.mapRect(QRectF(0, BOTTOM, 1, PIANO_KEYS))
        pixels = np.take(colours, values.T[::-1])
        draw_stretched(painter, pixels, QRectF(0, lanes.top(), canvas.width(), lanes.height()))
        painter.restore()
