"""A session and a player with what the views need of them, and pieces made of a few numbers."""

from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.documents.history import Take
from app.editing.editing import Editing
from app.theme import palette, theme
from tonenet_core.harmony.hands import BOTH_HANDS
from tonenet_core.judge import Verdict
from tonenet_core.midi.retime import TimeMap
from tonenet_core.performance import EVENT_DTYPE, NOTE_DTYPE, PEDAL_DTYPE, MidiSource, Performance
from tonenet_core.progress import Progress
from tonenet_core.sound.audible import EVERYTHING
from tonenet_core.transfer import Interpretation


class StandInPlaces:
    """One musical place is the same second on both sides, unless a test gives a map."""

    time_map: TimeMap | None = None

    def __init__(self, player: "StandInPlayer") -> None:
        self._player = player

    def position_sec(self, _side: str) -> float:
        return self._player.position_sec

    def duration_sec(self, _side: str) -> float:
        return self._player.duration_sec

    def loop_sec(self, _side: str) -> tuple[float, float] | None:
        return self._player.loop


class StandInPlayer(QObject):
    moved = Signal(float)
    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.position_sec, self.duration_sec = 0.0, 0.0
        self.playing, self.side = False, "original"
        self.places = StandInPlaces(self)
        self.loop: tuple[float, float] | None = None
        self.audible = EVERYTHING

    def seek(self, second: float, _on: str | None = None) -> None:
        self.move(min(max(second, 0.0), self.duration_sec))

    def move(self, second: float) -> None:
        self.position_sec = second
        self.moved.emit(second)

    def play(self) -> None:
        self.playing = True
        self.changed.emit()

    def set_loop(self, loop: tuple[float, float] | None, _on: str | None = None) -> None:
        self.loop = loop
        self.changed.emit()


class StandInSession(QObject):
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.original: Performance | None = None
        self.styled: Performance | None = None
        self.take: Take | None = None
        self.style: str | None = None
        self.order: NDArray[np.int64] | None = None
        self.side = "original"
        self.player = StandInPlayer(self)
        self.editing = Editing(self, self.player, None)
        self.document = SimpleNamespace(original_name="Original")
        self.transfers = SimpleNamespace(options=SimpleNamespace(styles=("classical", "jazz"), hands=BOTH_HANDS))

    @property
    def sides(self) -> tuple[Performance | None, Performance | None]:
        return self.original, self.styled

    @property
    def side_names(self) -> tuple[str, str]:
        return "Original", (self.style or "Styled").capitalize()

    def show(self, original: Performance, velocities: Sequence[int] | None = None, strength: float = 1.0) -> None:
        """Open a piece, with a result of these velocities."""
        self.original = original
        self.styled = original.with_velocities(velocities) if velocities is not None else None
        self.style = "classical" if velocities is not None else None
        target = np.asarray(velocities, np.float32)
        made = Interpretation("classical", "jazz", target, target)
        self.take = Take(original, made, strength, 0.0, 0, "Stand-in") if velocities is not None else None
        self.player.duration_sec = original.duration_sec
        self.changed.emit()


class StandInJudge:
    """Takes what is played softly for classical: 127 is jazz, 0 classical."""

    styles = ("jazz", "classical")

    def __init__(self) -> None:
        self.heard: list[Performance] = []

    def expectations(self, performance: Performance, progress: Progress) -> NDArray[np.float64]:
        self.heard.append(performance)
        progress(0.5)
        return np.zeros((2, len(performance)))

    def verdict_on(self, expectations: NDArray[np.float64], velocity: NDArray[np.uint8]) -> Verdict:
        assert expectations.shape[1] == len(velocity)
        jazz = float(np.mean(velocity)) / 127
        return Verdict({"jazz": jazz, "classical": 1 - jazz})


def no_judge() -> None:
    """Find no judge of styles."""


def piece(
    *notes: tuple[float, float, int, int], beats: Sequence[float] = (), pedal: Sequence[tuple[float, int]] = ()
) -> Performance:
    """Make a Performance of (onset, duration, pitch, velocity) and a pedal of (second, value); bars have four beats."""
    beats_sec = np.asarray(beats, dtype=np.float64)
    array = np.array(sorted(notes), dtype=NOTE_DTYPE)
    events = np.zeros(len(array), dtype=EVENT_DTYPE)
    file = MidiSource(b"", events, np.zeros(1, dtype=np.uint8), np.arange(len(array)))
    return Performance(array, beats_sec, beats_sec[::4].copy(), np.array(list(pedal), dtype=PEDAL_DTYPE), file)


def long_piece(seconds: float = 120.0) -> Performance:
    """A scale in quarter seconds."""
    count = int(seconds * 4)
    return piece(*((place / 4, 0.2, 48 + place % 24, 1 + place % 127) for place in range(count)))


def show(widget: QWidget, width: int = 800, height: int = 260) -> None:
    """Put a view on the (offscreen) screen and let it settle."""
    widget.resize(width, height)
    widget.show()
    settle()


def settle() -> None:
    for _ in range(3):
        QApplication.processEvents()


def dress(app: QApplication) -> None:
    """Apply the dark theme unless it is on: dressing again takes a while."""
    if not app.styleSheet() or palette.current() is not palette.DARK:
        theme.apply_theme(app)


def place_of(view, second: float, row: float) -> QPoint:
    """Where a second and a row (pitch or velocity) are on a view's canvas."""
    window, (low, high) = view.viewport, view.canvas.rows
    size = view.canvas.viewport().size()
    x = (second - window.start_sec) / window.span_sec * size.width()
    return QPoint(round(x), round((high - row) / (high - low) * size.height()))


def colour_at(view, second: float, row: float) -> tuple[int, int, int]:
    """The colour on a view's canvas at a second and a row."""
    settle()
    image = view.canvas.viewport().grab().toImage()
    ratio = image.devicePixelRatio()
    place = place_of(view, second, row)
    return QColor(image.pixel(round(place.x() * ratio), round(place.y() * ratio))).getRgb()[:3]


def hover(view, at: QPoint) -> None:
    """Move the mouse over a view's canvas."""
    viewport, none = view.canvas.viewport(), Qt.MouseButton.NoButton
    where = QPointF(at), QPointF(viewport.mapToGlobal(at))
    QApplication.sendEvent(
        viewport, QMouseEvent(QEvent.Type.MouseMove, *where, none, none, Qt.KeyboardModifier.NoModifier)
    )


def turn_wheel(view, notches: float, at: QPoint, keys=Qt.KeyboardModifier.NoModifier, sideways: float = 0.0) -> None:
    """Send a real wheel event to a view's canvas."""
    turn_wheel_over(view.canvas.viewport(), notches, at, keys, sideways)


def turn_wheel_over(
    viewport: QWidget, notches: float, at: QPoint, keys=Qt.KeyboardModifier.NoModifier, sideways: float = 0.0
) -> None:
    """Send a real wheel event to a widget."""
    turned = QPoint(round(sideways * 120), round(notches * 120))
    event = QWheelEvent(
        QPointF(at), QPointF(viewport.mapToGlobal(at)), QPoint(), turned, Qt.MouseButton.NoButton, keys,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)
