"""The window on a virtual screen, and the hand that uses it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QCursor, QPainter, QPolygon
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialog, QFileDialog, QLineEdit, QMenu, QWidget

from app.background.in_process import InProcess
from app.playback.player import Player
from app.recovery.recovery import Recovery
from app.session.session import Session
from app.system.settings import Settings
from app.theme import palette
from app.views.time_view import TimeView
from app.window.main_window import MainWindow
from tests.app.drops import drop
from tests.app.stand_in import hover

SIZE = 1366, 768
COLOURS = 256  # of a picture; more are only the edges of letters
PATIENCE_SEC = 120.0
ARROW = QPolygon([QPoint(*at) for at in ((0, 0), (0, 16), (4, 13), (7, 19), (10, 18), (7, 12), (12, 12))])
LEFT_BUTTON, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Part = TypeVar("Part", bound=QWidget)


def expect(what: str, is_so: bool) -> None:
    """Print what a step has led to; RuntimeError if it has not."""
    if not is_so:
        raise RuntimeError(f"not so: {what}")
    print(f"  {what}", flush=True)


def settle(until: Callable[[], bool], patience_sec: float = PATIENCE_SEC) -> None:
    """Run the event loop until a condition holds; TimeoutError when that takes too long."""
    end = time.monotonic() + patience_sec
    while not until():
        QTest.qWait(10)
        if time.monotonic() > end:
            raise TimeoutError


class Desk:
    """The window, and gestures on it.

    Attributes:
        window: the window, at the top left of the screen.
        session: its session.
        folder: for the files of the walk.
    """

    def __init__(self, window: MainWindow, folder: Path, name: str, pictures: Path) -> None:
        """Use a window in the walk of a name, whose pictures go to a folder."""
        self.window, self.session, self.folder = window, window.session, folder
        self._name, self._pictures = name, pictures
        self._pointer: QPoint | None = None

    # --- what is there -----------------------------------------------------------------------------------------------

    def part(self, name: str, kind: type[Part], top: QWidget | None = None) -> Part:
        """Return a named part of the window, or of another one."""
        found = (top or self.window).findChild(kind, name)
        if found is None:
            raise LookupError(name)
        return found

    def view(self, name: str) -> TimeView:
        """Return a view along time."""
        return self.part(name, TimeView)

    def settled(self) -> bool:
        """Return whether a piece is open and nothing runs."""
        return self.session.original is not None and self.session.idle

    # --- gestures ----------------------------------------------------------------------------------------------------

    def hover(self, view: TimeView, at: QPoint) -> None:
        """Move the mouse over a view, and out of all others."""
        self.leave()
        hover(view, at)
        self._pointer = view.canvas.viewport().mapToGlobal(at)

    def leave(self) -> None:
        """Take the mouse out of the views."""
        for view in self.window.findChildren(TimeView):
            QApplication.sendEvent(view.canvas, QEvent(QEvent.Type.Leave))
        self._pointer = None

    def drop(self, path: Path) -> None:
        """Drop a file on the window and wait until it is open."""
        before = self.session.original
        expect(f"{path.name} is dropped on the window", drop(self.window, [path]))
        settle(lambda: self.session.original is not before and self.settled())

    def click(self, button: str | QWidget, top: QWidget | None = None) -> None:
        """Click a button."""
        part = self.part(button, QAbstractButton, top) if isinstance(button, str) else button
        if not (part.isVisible() and part.isEnabled()):
            raise RuntimeError(f"{part.objectName()} cannot be clicked")
        QTest.mouseClick(part, LEFT_BUTTON)

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEY) -> None:
        """Press a key in the window."""
        QTest.keyClick(self.window, key, keys)

    def choose(self, combo: str, text: str) -> None:
        """Choose an entry of a chooser by its keys."""
        chooser = self.part(combo, QComboBox)
        for _ in range(chooser.count()):
            if chooser.currentText() == text:
                return
            QTest.keyClick(chooser, Qt.Key.Key_Down)
        expect(f"{combo} has {text}", chooser.currentText() == text)

    def transfer(self, button: str) -> None:
        """Press what transfers, and wait for the take."""
        before = self.session.take
        self.click(button)
        settle(lambda: self.session.take is not before and self.settled())

    def name_file(self, path: Path, ask: Callable[[], object]) -> None:
        """Do what asks for a file or folder, and type its name."""
        end = time.monotonic() + PATIENCE_SEC

        def answer() -> None:
            dialog = QApplication.activeModalWidget()
            if not isinstance(dialog, QFileDialog):
                if time.monotonic() < end:
                    QTimer.singleShot(20, answer)
                return
            edit = self.part("fileNameEdit", QLineEdit, dialog)
            edit.setFocus()
            edit.selectAll()
            edit.insert(str(path))  # typed, it would open a list that takes the Return
            QTest.keyClick(edit, Qt.Key.Key_Return)

        QTimer.singleShot(0, answer)
        ask()

    def menu(self, title: str, text: str) -> None:
        """Open a menu of the menu bar and click an entry."""
        bar = self.window.menuBar()
        (action,) = (each for each in bar.actions() if each.text().replace("&", "") == title)
        QTest.mouseClick(bar, LEFT_BUTTON, pos=bar.actionGeometry(action).center())
        menu = QApplication.activePopupWidget()
        if not isinstance(menu, QMenu):
            raise RuntimeError(f"the menu {title} does not open")
        self.pick(menu, text)

    def pick(self, menu: QMenu, text: str) -> None:
        """Click an entry of a menu that is shown."""
        (action,) = (each for each in menu.actions() if each.text().replace("&", "").partition("\t")[0] == text)
        QTest.mouseClick(menu, LEFT_BUTTON, pos=menu.actionGeometry(action).center())

    # --- pictures ----------------------------------------------------------------------------------------------------

    def picture(self, step: str = "", width: int = SIZE[0]) -> None:
        """Take a picture of the screen, from its left edge, with everything that stands there."""
        QTest.qWait(300)
        path = self._pictures / f"walk-{self._name}{step and '-'}{step}.png"
        take_picture(self.window, path, width, self._pointer)


def place(view: TimeView, second: float, row: float | None = None) -> QPoint:
    """Return where a second and a pitch or velocity are on the canvas of a view; without these half-way up."""
    surface = view.canvas.viewport()
    x = (second - view.viewport.start_sec) / view.viewport.span_sec * surface.width()
    low, high = view.canvas.rows
    share = 0.5 if row is None else (high - row) / (high - low)
    return QPoint(round(x), round(share * surface.height()))


def take_picture(window: QWidget, path: Path, width: int, pointer: QPoint | None) -> None:
    """Write what the screen shows; a dialog gets the frame that a desktop would give it, the mouse its arrow."""
    shown = window.screen().grabWindow(0, 0, 0, width, SIZE[1])
    painter = QPainter(shown)
    painter.setPen(QColor(palette.current().control_line))
    for dialog in QApplication.topLevelWidgets():
        if isinstance(dialog, QDialog) and dialog.isVisible():
            painter.drawRect(QRect(dialog.pos(), dialog.size()).adjusted(-1, -1, 0, 0))
    if pointer is not None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor("black"))
        painter.setBrush(QColor("white"))
        painter.translate(pointer)
        painter.drawPolygon(ARROW)
    painter.end()
    shown.save(str(path))
    with Image.open(path) as image:
        image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


@contextmanager
def opened(folder: Path, name: str, pictures: Path, recover: bool = False) -> Iterator[Desk]:
    """Open the window as the program does, without sound; with `recover` what a crash has left is offered."""
    settings = Settings(folder / "settings.ini")
    session = Session(runner=InProcess(), settings=settings, player=Player(audio=False))
    window = MainWindow(session)
    recovery = Recovery(session, folder / "sessions")
    window.move(0, 0)
    window.resize(*SIZE)
    window.show()
    QCursor.setPos(window.screen().geometry().bottomRight())  # it would light what it lies over
    window.activateWindow()
    settle(window.isActiveWindow)
    if recover:
        recovery.offer()
    try:
        yield Desk(window, folder, name, pictures)
    finally:
        settings.ask_unsaved = False
        window.close()
        recovery.close()
        session.close()
