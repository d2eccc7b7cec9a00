"""The ruler under a view: bars and beats of a metered piece over minutes and seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.playback.side import ORIGINAL, Side
from app.theme import palette
from app.views.loop_drag import piece_on
from app.views.viewport import Viewport
from app.widgets.time_axis import bar_labels, labels

if TYPE_CHECKING:
    from app.session.session import Session
    from tonenet_core.performance import Performance

TICK = 3
SMALLEST_PT = 7.0


class TextLine(Protocol):
    """Line of texts along time."""

    @property
    def takes_room(self) -> bool:
        """Whether there is a line."""

    def texts(self, viewport: Viewport, width: float, letters: QFontMetricsF) -> list[tuple[float, str]]:
        """Return the texts that fit, each with the pixel where it begins."""


class TimeRuler(QWidget):
    """Bars and beats of a side over its seconds; seconds alone where no beats are known. A click seeks.

    Above both there may be a line of further texts, such as chords.
    """

    def __init__(self, session: Session, viewport: Viewport, side: Side = ORIGINAL) -> None:
        super().__init__()
        self._session = session
        self._side: Side = side
        self._window = viewport
        self._piece: Performance | None = None
        self._line: TextLine | None = None
        self._window.changed.connect(self.update)
        session.changed.connect(self._read_session)
        self._read_session()

    def _read_session(self) -> None:
        piece = piece_on(self._session, self._side)
        if piece is not self._piece:
            self._piece = piece
            self.update()
        lines = len(self._lines(1.0)) + (self._line is not None and self._line.takes_room)
        self.setFixedHeight(self._line_height() * lines + TICK)

    def set_line(self, line: TextLine) -> None:
        """Write a line of further texts above the others, or read again whether it takes room."""
        self._line = line
        self._read_session()
        self.update()

    def _lines(self, width: float) -> list[tuple[list[tuple[float, str]], str]]:
        """Return the lines from the top: each the texts at their seconds, and the colour."""
        window, colours = self._window, palette.current()
        span = window.start_sec, window.end_sec
        lines = [(labels(*span, width), colours.muted)]
        if self._piece is not None and self._piece.metered:
            lines.insert(0, (bar_labels(self._piece, *span, width), colours.text))
        return lines

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write the texts, each under its moment; bars stand under their lines, seconds alone have ticks."""
        painter = QPainter(self)
        font = self._small_font()
        painter.setFont(font)
        letters, width = QFontMetricsF(font), self.width()
        window, lines = self._window, self._lines(width)
        baseline = TICK + letters.ascent()
        if self._line is not None and self._line.takes_room:
            painter.setPen(QColor(palette.current().accent_text))
            for x, text in self._line.texts(window, width, letters):
                painter.drawText(QPointF(x, baseline), text)
            baseline += self._line_height()
        for texts, colour in lines:
            painter.setPen(QColor(colour))
            for second, text in texts:
                x = round((second - window.start_sec) / window.span_sec * width)
                length = letters.horizontalAdvance(text)
                painter.drawText(QPointF(min(max(x - length / 2, 0.0), width - length), baseline), text)
                if len(lines) == 1:
                    painter.drawLine(QLineF(x, 0, x, TICK))
            baseline += self._line_height()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Seek to the second that was clicked."""
        second = self._window.start_sec + event.position().x() / self.width() * self._window.span_sec
        if self._session.original is not None and event.button() == Qt.MouseButton.LeftButton:
            self._session.player.seek(second, self._side)

    def _small_font(self) -> QFont:
        font = self.font()
        font.setPointSizeF(max(font.pointSizeF() * 0.9, SMALLEST_PT))
        return font

    def _line_height(self) -> int:
        return round(QFontMetricsF(self._small_font()).ascent()) + 3
