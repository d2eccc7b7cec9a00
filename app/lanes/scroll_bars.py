"""Scroll bars of the views: one for the seconds on screen, one for the pitches."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QScrollBar

from app.session.session import Session
from app.views.viewport import BOTTOM, TOP, Viewport

UNITS_PER_SEC = 1000
UNITS_PER_PITCH = 100
STEP = 0.12  # of what is on screen, for a click on an arrow key or a turn of the wheel


class ViewScrollBar(QScrollBar):
    """A scroll bar whose handle is as long as the part on screen; it shows and moves the viewport."""

    def __init__(self, session: Session, viewport: Viewport, orientation: Qt.Orientation) -> None:
        super().__init__(orientation)
        self._viewport = viewport
        viewport.changed.connect(self._follow)
        session.changed.connect(self._follow)
        self.valueChanged.connect(self._scroll)

    def _follow(self) -> None:
        raise NotImplementedError

    def _scroll(self, value: int) -> None:
        raise NotImplementedError

    def _show(self, first: int, count: int, whole: int) -> None:
        with QSignalBlocker(self):
            self.setRange(0, max(whole - count, 0))
            self.setPageStep(count)
            self.setSingleStep(max(round(count * STEP), 1))
            self.setValue(first)


class TimeScrollBar(ViewScrollBar):
    """Scrolls time."""

    def __init__(self, session: Session, viewport: Viewport) -> None:
        """Show and move the seconds on screen."""
        super().__init__(session, viewport, Qt.Orientation.Horizontal)
        self.setObjectName("timeScrollBar")
        self.setAccessibleName(self.tr("Scroll in time"))
        self._follow()

    def _follow(self) -> None:
        window = self._viewport
        parts = window.start_sec, window.span_sec, window.length_sec
        self._show(*(round(part * UNITS_PER_SEC) for part in parts))

    def _scroll(self, value: int) -> None:
        window = self._viewport
        start_sec = window.length_sec - window.span_sec if value == self.maximum() else value / UNITS_PER_SEC
        window.show_span(start_sec, start_sec + window.span_sec)


class PitchScrollBar(ViewScrollBar):
    """Scrolls pitches; the highest are at the top."""

    def __init__(self, session: Session, viewport: Viewport) -> None:
        """Show and move the pitches on screen."""
        super().__init__(session, viewport, Qt.Orientation.Vertical)
        self.setObjectName("pitchScrollBar")
        self.setAccessibleName(self.tr("Scroll in pitch"))
        self._follow()

    def _follow(self) -> None:
        window = self._viewport
        parts = TOP - window.high, window.high - window.low, TOP - BOTTOM
        self._show(*(round(part * UNITS_PER_PITCH) for part in parts))

    def _scroll(self, value: int) -> None:
        self._viewport.pan_pitches(TOP - value / UNITS_PER_PITCH - self._viewport.high)
