"""Contrast of lines, notes and texts, measured in the pixels of a grabbed window (WCAG 2.2, relative luminance)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from app.theme.oklch import contrast
from app.views.lane_gutter import LaneGutter
from app.views.piano_roll import PianoRoll
from app.views.time_ruler import TimeRuler
from tests.pieces import TICKS, Note, piece, tempo, time_signature

SOFT = (1, 5, 10, 15, 20)
SOFT_SEC = 2.25  # no line is here
FREE = {"white keys": 55, "black keys": 54}  # lanes without notes
FRAME_PX = 7  # of a button, beside its text
Pixels = NDArray[np.uint8]


def soft_piece(path: Path) -> Path:
    """Write 16 bars over five octaves, with the softest notes on white and on black keys."""
    soft = zip((60, 62, 64, 65, 67, 61, 63, 66, 68, 70), SOFT * 2, strict=True)
    ends = [Note(beat * TICKS, pitch, 90) for beat in range(64) for pitch in (36, 96)]
    notes = [*ends, *(Note(3 * TICKS, pitch, velocity, 8 * TICKS) for pitch, velocity in soft)]
    path.write_bytes(piece(notes, (0, tempo(120)), (0, time_signature(4, 4))))
    return path


def pixels_of(window: QWidget) -> Pixels:
    """Return the window as `(height, width, 3)`, a pixel a logical pixel."""
    for _ in range(5):
        QApplication.processEvents()
    picture = window.grab()
    picture.setDevicePixelRatio(1.0)
    image = picture.toImage().scaled(window.size()).convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def lines_and_notes(roll: PianoRoll, window: QWidget) -> dict[str, list[float]]:
    """Return the contrast of each bar line, beat line and soft note of `soft_piece` to the lane that it is in."""
    pixels, found = pixels_of(window), {}
    canvas, shown, original = roll.canvas.viewport(), roll.viewport, roll.session.original
    corner = canvas.mapTo(window, QPoint(0, 0))

    def colour(second: float, pitch: float) -> Pixels:
        x = round((second - shown.start_sec) / shown.span_sec * canvas.width())
        y = int((shown.high - pitch) / (shown.high - shown.low) * canvas.height())
        return pixels[corner.y() + y, corner.x() + x]

    bars = original.downbeats_sec
    beats = np.setdiff1d(original.beats_sec, bars)
    for keys, pitch in FREE.items():
        for name, moments in (("bar", bars), ("beat", beats)):
            seen = [moment for moment in moments if shown.start_sec + 0.1 < moment < shown.end_sec - 0.1]
            found[f"{name} lines, {keys}"] = [
                float(contrast(colour(moment, pitch), colour(moment - 0.25, pitch))) for moment in seen
            ]
    soft = original.notes[original.notes["velocity"] <= max(SOFT)]
    for keys, black in (("white keys", False), ("black keys", True)):
        pitches = [int(pitch) for pitch in soft["pitch"] if (pitch % 12 in (1, 3, 6, 8, 10)) == black]
        found[f"notes of velocity {min(SOFT)} to {max(SOFT)}, {keys}"] = [
            float(contrast(colour(SOFT_SEC, pitch), colour(0.75, pitch))) for pitch in pitches
        ]
    return found


def texts(window: QWidget) -> dict[str, float]:
    """Return the contrast of each text that is seen and not of something disabled, the least of each wording."""
    pixels, found = pixels_of(window), {}
    for text, widget, box in _written(window):
        seen = box.translated(widget.mapTo(window, QPoint(0, 0))).intersected(window.rect())
        part = pixels[seen.top() : seen.bottom() + 1, seen.left() : seen.right() + 1].reshape(-1, 3)
        if len(part):
            colours, counts = np.unique(part, axis=0, return_counts=True)
            ratio = float(contrast(colours, colours[counts.argmax()]).max())
            found[text] = min(found.get(text, ratio), ratio)
    return found


def _written(window: QWidget) -> Iterator[tuple[str, QWidget, QRect]]:
    """Yield texts, the widgets that show them, and where in these."""
    for label in window.findChildren(QLabel):
        if label.isVisible() and label.isEnabled() and label.text():
            yield label.text(), label, label.rect()
    for button in window.findChildren(QAbstractButton):
        if button.isVisible() and button.isEnabled() and button.text():
            yield button.text(), button, button.rect().adjusted(FRAME_PX, FRAME_PX, -FRAME_PX, -FRAME_PX)
    for painted in (*window.findChildren(TimeRuler), *window.findChildren(LaneGutter)):
        if painted.isVisible():
            yield type(painted).__name__, painted, painted.rect()
