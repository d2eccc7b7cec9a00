"""Cost of drawing: the whole window with a piece dropped on it, then each view alone (1280 x 600, without a screen).

Of a view the medians in milliseconds of a full repaint, a playhead's step and a change of velocities; "all" is the
whole piece on screen, "30 s" a window in the middle of it. QT_QPA_PLATFORM=xcb measures on an X server instead.
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

from app.background.jobs import HANDOVER_SEC
from app.editing.editing import Editing
from app.lanes.velocity_lane import VelocityLane
from app.theme import theme
from app.views.piano_roll import PianoRoll
from app.views.time_view import TimeView
from app.views.velocity_matrix import VelocityMatrix
from app.views.viewport import Viewport
from benchmarks._drawn_window import report as report_window
from benchmarks._long_piece import long_piece
from tonenet_core.performance import Performance

SIZES = (1_000, 10_000, 100_000)
REPEATS = 15


class StillPlaces:
    """Stand-in for the places of the player."""

    second = 0.0

    def position_sec(self, _side: str) -> float:
        """Return the position that was set."""
        return self.second

    def loop_sec(self, _side: str) -> None:
        """Return no loop."""

    def duration_sec(self, _side: str) -> float:
        """Return no length."""
        return 0.0


class SilentPlayer(QObject):
    """Stand-in for the player, as views use it."""

    moved = Signal(float)
    changed = Signal()
    position_sec, playing, loop, side = 0.0, False, None, "styled"

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.places = StillPlaces()

    def move(self, second: float) -> None:
        """Put the playhead at a second."""
        self.places.second = second
        self.moved.emit(second)


class OpenPiece(QObject):
    """Stand-in for the session, as views use it."""

    changed = Signal()
    side, style, take, order = "styled", "classical", None, None
    side_names = ("Original", "Classical")

    def __init__(self, notes: int) -> None:
        super().__init__()
        self.player = SilentPlayer(self)
        self.editing = Editing(self, self.player, None)
        self.original = long_piece(notes)
        self.styled = self.original.with_velocities(self.original.velocities * 0.7)

    @property
    def sides(self) -> tuple[Performance, Performance]:
        """As in a session."""
        return self.original, self.styled


def median_ms(call: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return 1000 * float(np.median(times))


def repaint(view: TimeView) -> None:
    """Redraw everything; the matrix also computes its image."""
    view.restyle()
    view.canvas.viewport().repaint()


def measure(view: TimeView, session: OpenPiece) -> list[float]:
    window = view.viewport
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
        session.player.move(next(positions))
        QApplication.processEvents()

    session.player.move(middle)
    playhead = median_ms(step)

    def restyle() -> None:
        session.styled = session.original.with_velocities(session.original.velocities * 0.5)
        session.changed.emit()
        QApplication.processEvents()

    return [everything, some, playhead, median_ms(restyle)]


def main() -> None:
    app = QApplication.instance() or QApplication(sys.argv)
    sys.setswitchinterval(HANDOVER_SEC)  # as the program does
    theme.apply_theme(app)
    report_window((1_000, 100_000))
    print()
    views = {
        "piano roll": lambda session: PianoRoll(session, Viewport(session), "styled"),
        "velocity lane": lambda session: VelocityLane(session, Viewport(session)),
        "velocity matrix": lambda session: VelocityMatrix(session, Viewport(session)),
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
