"""The whole window with a long piece: the time to show a dropped file, and the time of a frame.

A frame is one turn of the mouse wheel on the piano roll, sent as Qt sends it, until every view that is linked to it
has painted. The model is a stand-in, since the window is measured.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.background.requests import Devices, Transfer
from app.playback.mixer import Mixer
from app.playback.player import Player
from app.session.session import Session
from app.system.settings import Settings
from app.views.time_view import TimeView
from app.window.main_window import MainWindow
from benchmarks._long_piece import write_long_piece
from tests.app.drops import drop
from tests.app.mouse import send
from tests.app.stand_in import no_judge
from tonenet_core.progress import Progress
from tonenet_core.transfer import Interpretation

STEPS = 60  # turns of the wheel in each direction and zoom
PATIENCE_SEC = 60.0
NO_KEY, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


class StandInModel:
    """Answers at once."""

    def start(self) -> None: ...

    def close(self) -> None: ...

    def warm(self, warming: object, progress: Progress) -> None: ...

    def devices(self, progress: Progress) -> Devices:
        return [("cpu", "CPU")]

    def interpret(self, request: Transfer, progress: Progress) -> Interpretation:
        softer = request.performance.notes["velocity"].astype(np.float32) * 0.7
        return Interpretation(request.style, "jazz", softer, softer)


class Paints(QObject):
    """Times at which several widgets were painted last."""

    def __init__(self, widgets: list[QWidget]) -> None:
        super().__init__()
        self.moments: dict[int, float] = {}
        self._ids = {id(widget): widget for widget in widgets}
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, widget: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Paint:
            self.moments[id(widget)] = time.perf_counter()
        return False

    def all_since(self, moment: float) -> bool:
        return all(self.moments.get(key, 0.0) > moment for key, widget in self._ids.items() if widget.isVisibleTo(None))


def settle(until: Callable[[], bool]) -> None:
    """Run the event loop until a condition holds."""
    began = time.perf_counter()
    while not until():
        QApplication.processEvents()
        if time.perf_counter() - began > PATIENCE_SEC:
            raise TimeoutError


class DrawnWindow:
    """Window with a piece, all of whose views are shown and watched."""

    def __init__(
        self, folder: Path, *, audio: bool = False, runner: StandInModel | None = None, mixer: Mixer | None = None
    ) -> None:
        self.session = Session(
            runner=runner or StandInModel(),
            settings=Settings(folder / "settings.ini"),
            player=Player(audio=audio, mixer=mixer),
            load_judge=no_judge,
        )
        self.window = MainWindow(self.session)
        self.window.showNormal()  # on the small screen of the offscreen platform it would be maximised
        self.window.resize(1440, 900)
        settle(self.window.isVisible)
        for lane in self.window.views.lanes:
            self.window.views.set_shown(lane, True)
        views = self.window.findChildren(TimeView)
        self.roll, self.lane = (
            next(view for view in views if view.objectName() == name) for name in ("styledRoll", "velocityLane")
        )
        self._canvases = [view.canvas.viewport() for view in views]
        self.paints = Paints(self._canvases)

    def close(self) -> None:
        self.session.settings.ask_unsaved = False  # nobody is there to be asked about the result
        self.window.close()
        self.session.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def first_picture_sec(self, path: Path) -> float:
        """Drop a file and return the seconds until all views have painted it."""
        began = time.perf_counter()
        if not drop(self.window, [path]):
            raise AssertionError("the window refused the file")
        settle(lambda: self.session.path == path)
        opened = time.perf_counter()
        settle(lambda: self.paints.all_since(opened))
        return max(self.paints.moments.values()) - began

    def transfer(self) -> None:
        self.session.transfers.run("classical")
        settle(lambda: self.session.styled is not None)
        QApplication.processEvents()

    def frames_ms(self) -> np.ndarray:
        """Pan and zoom with the wheel, from 10 s on screen to nearly the whole piece.

        Returns:
            `(frames, 2)` milliseconds: by the clock, and of work of this thread, which a busy machine hardly changes.
        """
        window, length_sec = self.roll.viewport, self.session.original.duration_sec
        times = []
        for span_sec in (10.0, 30.0, (30.0 * length_sec) ** 0.5, 0.9 * length_sec):
            window.show_all()
            window.zoom(span_sec / window.span_sec, length_sec / 2)
            QApplication.processEvents()
            times += [self._frame(*turn) for turn in self._pan()]
            times += [self._frame(*turn) for turn in self._zoom()]
        return 1000 * np.array(times)

    def drag_ms(self) -> tuple[np.ndarray, np.ndarray]:
        """Draw velocities across the lane, at the spans of `frames_ms`.

        Returns:
            `(frames, 2)` milliseconds as there, from a move of the mouse until the lane has painted what it changed;
            `(spans, 2)` from the release, which makes the edit, until all views have.
        """
        window, length_sec = self.roll.viewport, self.session.original.duration_sec
        canvas = self.lane.canvas.viewport()
        moves, releases = [], []
        for span_sec in (10.0, 30.0, (30.0 * length_sec) ** 0.5, 0.9 * length_sec):
            window.show_all()
            window.zoom(span_sec / window.span_sec, length_sec / 2)
            QApplication.processEvents()
            step = canvas.width() // (STEPS + 4)
            places = [QPoint(step * (place + 2), canvas.height() * (place % 7 + 1) // 9) for place in range(STEPS)]
            send(self.lane, QEvent.Type.MouseButtonPress, places[0])
            for place in places[1:]:
                moves.append(self._timed(QEvent.Type.MouseMove, place))
            releases.append(self._timed(QEvent.Type.MouseButtonRelease, places[-1]))
        return 1000 * np.array(moves), 1000 * np.array(releases)

    def _timed(self, kind: QEvent.Type, place: QPoint) -> tuple[float, float]:
        began, worked = time.perf_counter(), time.thread_time()
        send(self.lane, kind, place)
        QApplication.processEvents()  # paints everything that was changed
        return time.perf_counter() - began, time.thread_time() - worked

    def _pan(self) -> Iterator[tuple[float, Qt.KeyboardModifier]]:
        for step in range(STEPS):
            yield (-0.2 if step % 4 < 2 else 0.2), SHIFT

    def _zoom(self) -> Iterator[tuple[float, Qt.KeyboardModifier]]:
        for step in range(STEPS):
            yield (0.5 if step < STEPS // 2 else -0.5), CONTROL

    def _frame(self, notches: float, keys: Qt.KeyboardModifier) -> tuple[float, float]:
        """Turn the wheel and wait until all views have painted."""
        viewport = self.roll.canvas.viewport()
        place = QPoint(viewport.width() // 2, viewport.height() // 2)
        event = QWheelEvent(
            QPointF(place), QPointF(viewport.mapToGlobal(place)), QPoint(), QPoint(0, round(notches * 120)),
            Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        began, worked = time.perf_counter(), time.thread_time()
        QApplication.sendEvent(viewport, event)
        settle(lambda: self.paints.all_since(began))
        QApplication.processEvents()
        return time.perf_counter() - began, time.thread_time() - worked


def report(sizes: tuple[int, ...]) -> None:
    """Print a line for each size."""
    print(f"{'whole window':<16}{'notes':>9}{'drop to picture':>17}{'a frame':>10}{'p95':>8}{'work':>10}{'p95':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for notes in sizes:
            path = write_long_piece(Path(folder) / f"{notes}.mid", notes)
            drawn = DrawnWindow(Path(folder))
            first = drawn.first_picture_sec(path)
            drawn.transfer()
            (frame, work), (late, late_work) = np.percentile(drawn.frames_ms(), [50, 95], axis=0)
            print(f"{'':<16}{notes:>9,}{first:>15.2f} s{frame:>10.1f}{late:>8.1f}{work:>10.1f}{late_work:>8.1f}",
                  flush=True)  # fmt: skip
            drag, edit = drawn.drag_ms()
            (frame, work), (late, late_work) = np.percentile(drag, [50, 95], axis=0)
            print(f"{'  drag over the lane':<42}{frame:>10.1f}{late:>8.1f}{work:>10.1f}{late_work:>8.1f}")
            (frame, work), (late, late_work) = np.percentile(edit, [50, 95], axis=0)
            print(
                f"{'  the edit that it makes':<42}{frame:>10.1f}{late:>8.1f}{work:>10.1f}{late_work:>8.1f}", flush=True
            )
            drawn.close()
