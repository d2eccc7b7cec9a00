"""The piano's keys beside a view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.theme import palette
from app.widgets.key_spin import pitch_name
from tonenet_core.performance import HIGHEST_PITCH, LOWEST_PITCH

if TYPE_CHECKING:
    from app.views.viewport import Viewport

BLACK = frozenset({1, 3, 6, 8, 10})
BLACK_KEY_LENGTH = 0.58  # of a white key's
NAMES_WIDTH = 24
NAME_PX = 11
THIN_LANE_PX = 4.5
TAG_PX, GRAB_PX = 15, 7  # height of the name at a split; how near to it the mouse takes hold of it


def is_black(pitch: int) -> bool:
    """Return whether a pitch is a black key."""
    return pitch % 12 in BLACK


def visible_pitches(low: float, high: float) -> range:
    """Return the piano's pitches of which any part lies between two heights."""
    return range(max(LOWEST_PITCH, round(low)), min(HIGHEST_PITCH, round(high)) + 1)


class Keyboard(QWidget):
    """A keyboard on its side whose keys stand beside the view's lanes; what is pressed is lit, or under the mouse."""

    def __init__(self, window: Viewport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._window = window
        self._lit: int | None = None
        self._pressed: frozenset[int] = frozenset()
        self._split: int | None = None
        self._shown = (window.low, window.high)
        window.changed.connect(self._follow)

    def light(self, pitch: int | None) -> None:
        """Light the key of a pitch, or none."""
        if pitch != self._lit:
            self._lit = pitch
            self.update()

    def press(self, pitches: frozenset[int]) -> None:
        """Light the keys that are pressed on a MIDI keyboard, beside the one under the mouse."""
        if pitches != self._pressed:
            self._pressed = pitches
            self.update()

    def set_split(self, pitch: int | None) -> None:
        """Show the border of the hands below a pitch, or none."""
        if pitch != self._split:
            self._split = pitch
            self.setMouseTracking(pitch is not None)
            self.unsetCursor()
            self.update()

    def is_on_split(self, y: float) -> bool:
        """Return whether a height in pixels is so near to the border of the hands that it is meant."""
        return self._split is not None and abs(y - self._y(self._split - 0.5)) <= GRAB_PX

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw white keys, then black ones over them, and the names of the Cs beside them."""
        colours = palette.current()
        painter = QPainter(self)
        pitches = visible_pitches(self._window.low, self._window.high)
        painter.fillRect(QRectF(NAMES_WIDTH, 0, self.width() - NAMES_WIDTH, self.height()), QColor(colours.white_key))
        painter.setPen(QColor(colours.control_line))
        painter.drawLine(NAMES_WIDTH, 0, NAMES_WIDTH, self.height())  # on a light ground the keys have no edge
        lit_keys = self._pressed | ({self._lit} if self._lit is not None else set())
        for pitch in lit_keys:
            if not is_black(pitch):
                painter.fillRect(self._white_key(pitch), QColor(colours.accent))
        self._draw_gaps(painter, pitches)
        for pitch in filter(is_black, pitches):
            painter.fillRect(self._black_key(pitch), QColor(colours.accent if pitch in lit_keys else colours.black_key))
        self._draw_names(painter, pitches)
        if self._split is not None:
            self._draw_split(painter, self._split)

    def _draw_split(self, painter: QPainter, pitch: int) -> None:
        """Draw the border of the hands below a pitch, with its name in a tag to take hold of."""
        colours, y = palette.current(), self._y(pitch - 0.5)
        painter.fillRect(QRectF(NAMES_WIDTH, round(y) - 1, self.width() - NAMES_WIDTH, 2), QColor(colours.accent))
        tag = QRectF(0, round(y) - TAG_PX // 2, NAMES_WIDTH, TAG_PX)
        painter.fillRect(tag, QColor(colours.accent))
        painter.setPen(QColor(colours.on_accent))
        painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, pitch_name(pitch))

    def _draw_gaps(self, painter: QPainter, pitches: range) -> None:
        """Draw lines between white keys; where keys are thin, only between octaves."""
        painter.setPen(QColor(palette.current().key_text))
        thin = self._lane() < THIN_LANE_PX
        for pitch in pitches:
            if pitch % 12 == 0 or not (thin or is_black(pitch)):
                bottom = round(self._white_key(pitch).bottom())
                painter.drawLine(NAMES_WIDTH, bottom, self.width(), bottom)

    def _follow(self) -> None:
        """Repaint when other pitches are on screen; scrolling in time does not change the keys."""
        if (shown := (self._window.low, self._window.high)) != self._shown:
            self._shown = shown
            self.update()

    def _draw_names(self, painter: QPainter, pitches: range) -> None:
        """Draw the names of the Cs where they fit."""
        font = painter.font()
        font.setPixelSize(NAME_PX)
        painter.setFont(font)
        painter.setPen(QColor(palette.current().muted))
        every_octave = self._lane() * 12 > 1.4 * NAME_PX
        for pitch in pitches:
            middle = self._y(pitch)
            fits = NAME_PX / 2 <= middle <= self.height() - NAME_PX / 2
            if pitch % 12 == 0 and fits and (every_octave or pitch % 24 == 0):
                box = QRectF(0, middle - NAME_PX, NAMES_WIDTH - 4, 2 * NAME_PX)
                painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, pitch_name(pitch))

    def _lane(self) -> float:
        return self._y(0) - self._y(1)

    def _y(self, height: float) -> float:
        window = self._window
        return self.height() * (window.high - height) / (window.high - window.low)

    def _black_key(self, pitch: int) -> QRectF:
        top = self._y(pitch + 0.5)
        length = (self.width() - NAMES_WIDTH) * BLACK_KEY_LENGTH
        return QRectF(NAMES_WIDTH, top, length, self._y(pitch - 0.5) - top)

    def _white_key(self, pitch: int) -> QRectF:
        """Return a white key's place: its lane, and half of each black neighbour's."""
        upper = pitch + (1.0 if is_black(pitch + 1) and pitch < HIGHEST_PITCH else 0.5)
        lower = pitch - (1.0 if is_black(pitch - 1) and pitch > LOWEST_PITCH else 0.5)
        return QRectF(NAMES_WIDTH, self._y(upper), self.width() - NAMES_WIDTH, self._y(lower) - self._y(upper))
