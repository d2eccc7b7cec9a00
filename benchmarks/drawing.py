"""What drawing costs: a full repaint of each view (1280 x 600, without a screen), a playhead's step, a velocity change.

Medians in milliseconds. "all" is the whole piece on screen, "30 s" a window in the middle of it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from app import theme
from app.piano_roll import PianoRoll
from app.time_plot import TimePlot
from app.time_window import TimeWindow
from app.velocity_lane import VelocityLane
from app.velocity_matrix import VelocityMatrix
from tonenet_core.performance import NOTE_DTYPE, PEDAL_DTYPE, Performance

NOTES_PER_SECOND = 8
SIZES = (1_000, 10_000, 100_000)
REPEATS = 15


class SilentPlayer(QObject):
    """What views need of a player."""

    moved = Signal(float)
    changed = Signal()
    position_sec, duration_sec, playing, loop = 0.0, 0.0, False, None


class OpenPiece(QObject):
    """What views need of a session."""

    changed = Signal()
    side, style, strength = "styled", "classical", 1.0

    def __init__(self, notes: int) -> None:
        super().__init__()
        self.player = SilentPlayer(self)
        self.original = piece(notes)
        self.styled = self.original.with_velocities(self.original.velocities * 0.7)


def piece(count: int) -> Performance:
    """Return random notes over the keyboard, eight a second, with beats at 120 a minute."""
    rng = np.random.default_rng(0)
    length = count / NOTES_PER_SECOND
    notes = np.empty(count, dtype=NOTE_DTYPE)
    notes["onset_sec"] = np.sort(rng.uniform(0, length, count))
    notes["duration_sec"] = rng.exponential(0.4, count)
    notes["pitch"] = rng.integers(30, 100, count)
    notes["velocity"] = rng.integers(1, 128, count)
    beats = np.arange(0, length + 2, 0.5)
    offsets = np.zeros(count, dtype=np.int64)
    return Performance(notes, np.empty(0, dtype=PEDAL_DTYPE), beats, beats[::4].copy(), b"", offsets)


def median_ms(call: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return 1000 * float(np.median(times))


def repaint(view: TimePlot) -> None:
    """Draw everything anew; the matrix also computes its image, which it puts off until events are processed."""
    view.restyle()
    if isinstance(view, VelocityMatrix):
        QApplication.processEvents()
    else:
        view.canvas.viewport().repaint()


def measure(view: TimePlot, session: OpenPiece) -> list[float]:
    window = TimeWindow.of(session)
    view.resize(1280, 600)
    view.show()
    QApplication.processEvents()
    window.show_all()
    QApplication.processEvents()
    everything = median_ms(lambda: repaint(view))
    middle = session.original.duration_sec / 2
    window.zoom(30 / window.span_sec, middle)
    QApplication.processEvents()
    some = median_ms(lambda: repaint(view))
    positions = iter(np.arange(middle, middle + 10, 1 / 30))

    def step() -> None:
        session.player.moved.emit(next(positions))
        QApplication.processEvents()

    session.player.moved.emit(middle)
    playhead = median_ms(step)

    def restyle() -> None:
        session.styled = session.original.with_velocities(session.original.velocities * 0.5)
        session.changed.emit()
        QApplication.processEvents()

    return [everything, some, playhead, median_ms(restyle)]


def main() -> None:
    app = QApplication.instance() or QApplication(sys.argv)
    theme.apply_theme(app)
    views = {
        "piano roll": lambda session: PianoRoll(session, "styled"),
        "velocity lane": VelocityLane,
        "velocity matrix": VelocityMatrix,
    }
    print(f"{'view':<16}{'notes':>9}{'all':>9}{'30 s':>9}{'playhead':>10}{'new velocities':>16}")
    for name, build in views.items():
        for notes in SIZES:
            session = OpenPiece(notes)
            view = build(session)
            everything, some, playhead, change = measure(view, session)
            print(f"{name:<16}{notes:>9,}{everything:>9.1f}{some:>9.1f}{playhead:>10.2f}{change:>16.1f}", flush=True)
            view.hide()
            view.deleteLater()


if __name__ == "__main__":
    main()
