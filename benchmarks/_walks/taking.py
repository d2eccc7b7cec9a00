"""Walks with several takes: compare them by keys, export one, drag one into another program."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from app.documents.take_name import take_name
from app.window.main_window import DEMO
from benchmarks._walks.desk import CONTROL, LEFT_BUTTON, NO_KEY, SIZE, Desk, expect, settle
from tonenet_core.midi import read_midi

OTHER = "other program"
NO_BUTTON = Qt.MouseButton.NoButton
STEP_MS = 400
BESIDE_PX = 420  # width of the other program's window
DIGITS = {place: Qt.Key(Qt.Key.Key_0 + place) for place in range(4)}


def compare_takes(desk: Desk) -> None:
    """Compare three takes by keys."""
    session, player = desk.session, desk.session.player
    _three_takes(desk)
    player.seek(player.duration_sec / 5)
    desk.key(Qt.Key.Key_Space)
    expect("Space plays", player.playing)
    for digit in (1, 2, 3, 0, 2):
        settle(lambda since=player.position_sec: player.position_sec > since + 0.5)
        before = player.position_sec
        desk.key(DIGITS[digit])
        heard = "Original" if session.side == "original" else take_name(session.take)
        expect(f"{digit} plays “{heard}”, from where the music is", 0 <= player.position_sec - before < 0.5)
    desk.key(Qt.Key.Key_Space)
    _menu_of(desk, 2)
    menu = desk.part("takeMenu", QMenu)
    desk.pick(menu, "Star")
    expect("the second has a star", [take.starred for take in session.takes.all] == [False, True, False])
    desk.picture()


def export_take(desk: Desk) -> None:
    """Export one take."""
    session = desk.session
    _three_takes(desk)
    _menu_of(desk, 2)
    menu = desk.part("takeMenu", QMenu)
    desk.picture("menu")
    path = desk.folder / "evening.mid"
    desk.name_file(path, lambda: desk.pick(menu, "Export MIDI…"))
    wanted = session.takes.result_of(session.takes.all[1]).performance
    expect(f"{path.name} is the second take, byte for byte", path.read_bytes() == wanted.to_bytes())
    expect(f"the window says “{session.message.text}”", path.name in session.message.text)
    desk.picture()


def drag_out(desk: Desk) -> None:
    """Drag a take out."""
    session = desk.session
    _three_takes(desk)
    with _other_program() as lines:
        settle(lambda: "shown" in lines)
        way = [QPoint(SIZE[0] - 60, 240), QPoint(SIZE[0] + BESIDE_PX // 2, 240)]
        _pull(desk, desk.part("take2Chip", QToolButton), way, lambda: "over" in lines)
        settle(lambda: lines[-1] not in ("starting", "shown", "over"))
        taken = Path(lines[-1])
        wanted = session.takes.result_of(session.takes.all[1]).performance
        expect(f"the other program has got {taken.name}", taken.read_bytes() == wanted.to_bytes())
        settle(lambda: session.message is not None and taken.name in session.message.text)
        expect(f"the window says “{session.message.text}”", read_midi(taken).name == taken.name)
        desk.picture(width=SIZE[0] + BESIDE_PX)


@contextmanager
def _other_program() -> Iterator[list[str]]:
    """Start another program with a window beside; yield the list of the lines that it prints."""
    command, lines = [sys.executable, "-m", "benchmarks._walks", "--other-program"], ["starting"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:

        def read() -> None:
            for line in program.stdout or ():
                lines.append(line.strip())

        reader = threading.Thread(target=read)
        reader.start()
        try:
            yield lines
        finally:
            program.kill()
            reader.join()


def other_program() -> None:
    """Show a window beside that takes files, and print their names."""
    app = QApplication(["other"])
    window = _Sampler()
    window.setWindowTitle(OTHER)
    window.move(SIZE[0], 0)
    window.resize(BESIDE_PX, SIZE[1])
    window.show()
    QTest.qWaitForWindowExposed(window)
    print("shown", flush=True)
    app.exec()


class _Sampler(QWidget):
    """A window of another program, which takes files and names them."""

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.setStyleSheet("background: #e8e8e4; color: #202020; font-size: 15px")
        self._text = QLabel("Another program\n\nDrop MIDI files here")
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        QVBoxLayout(self).addWidget(self._text)

    def dragEnterEvent(self, event):  # noqa: N802
        event.acceptProposedAction()
        print("over", flush=True)

    def dropEvent(self, event):  # noqa: N802
        path = Path(event.mimeData().urls()[0].toLocalFile())
        self._text.setText(f"Another program\n\n{path.name}\n{len(read_midi(path))} notes")
        event.acceptProposedAction()
        print(path, flush=True)


def _three_takes(desk: Desk) -> None:
    """Make a take, and two of a model that performs the piece with dynamics of its own."""
    takes = desk.session.takes
    desk.drop(DEMO)
    desk.transfer("transferToClassicalButton")
    desk.key(Qt.Key.Key_T, CONTROL)
    settle(lambda: desk.session.message is not None and desk.settled())
    expect(f"Ctrl+T: “{desk.session.message.text}”", len(takes.all) == 2)
    desk.click("performOffer")
    settle(lambda: takes.all[1].interpretation.performed and desk.settled())
    desk.key(Qt.Key.Key_T, CONTROL)
    settle(lambda: len(takes.all) == 3 and desk.settled())
    heard = {takes.result_of(take).performance.to_bytes() for take in takes.all}
    expect(f"Perform the Piece, and Ctrl+T: {', '.join(map(take_name, takes.all))}", len(heard) == 3)


def _menu_of(desk: Desk, number: int) -> None:
    """Press a chip with the right button."""
    chip = desk.part(f"take{number}Chip", QToolButton)
    middle = chip.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, middle, chip.mapToGlobal(middle))
    QApplication.sendEvent(chip, event)


def _pull(desk: Desk, source: QWidget, way: list[QPoint], over: Callable[[], bool]) -> None:
    """Press a widget, move the mouse along places of the screen, and let go at the last once `over` holds."""
    start, steps, last = source.rect().center(), list(way), way[-1]
    QTest.mousePress(source, LEFT_BUTTON, pos=start)

    def send(kind: QEvent.Type, at: QPoint, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        where = QPointF(desk.window.mapFromGlobal(at)), QPointF(at)
        QApplication.sendEvent(desk.window.windowHandle(), QMouseEvent(kind, *where, button, held, NO_KEY))

    def step() -> None:
        """Send what the desktop sends while something is dragged."""
        done = not steps and over()
        at = steps.pop(0) if steps else last
        if done and held_still:
            send(QEvent.Type.MouseButtonRelease, last, LEFT_BUTTON, NO_BUTTON)
            return
        if done:
            held_still.append(True)
        send(QEvent.Type.MouseMove, at + QPoint(0, len(held_still)), NO_BUTTON, LEFT_BUTTON)
        QTimer.singleShot(STEP_MS, step)

    held_still: list[bool] = []
    QTimer.singleShot(STEP_MS, step)
    where = QPointF(start) + QPointF(40, 30), QPointF(source.mapToGlobal(start)) + QPointF(40, 30)
    moved = QMouseEvent(QEvent.Type.MouseMove, *where, NO_BUTTON, LEFT_BUTTON, NO_KEY)
    QApplication.sendEvent(source, moved)  # comes back when the drag is over
