"""A picture of every state of the window, as the user comes by them; `make screens` leaves them in out/screens.

The pictures are there to be looked at, and are not compared with anything: only that each is whole and shows something.
"""

import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.background.in_process import InProcess
from app.dialogs import abx
from app.dialogs.abx_dialog import AbxDialog
from app.playback.player import Player
from app.session.session import Session
from app.theme import palette
from app.theme.theme import apply_saved_theme
from app.window.main_window import DEMO, MainWindow
from tests.app.mouse import drag
from tests.app.stand_in import place_of
from tests.conftest import ROOT
from tests.pieces import combo, melody, scale
from tonenet_core.cover import ARRANGER

SIZE = (1440, 900)
SMALL = {"1366x768": (1366, 768), "1092x614": (1092, 614), "900x500": (900, 500)}
CONTROL = Qt.KeyboardModifier.ControlModifier
WAIT_MS = 120_000
COLOURS = 256  # of a picture; more are only the edges of letters


class Held(InProcess):
    """Runs the models, but stops at `hold` of the way when it is told to."""

    def __init__(self):
        super().__init__()
        self.go_on = threading.Event()
        self.go_on.set()
        self.hold = 0.4

    def interpret(self, request, progress):
        while not self.go_on.wait(0.02):
            progress(self.hold)
        return super().interpret(request, progress)


class Camera:
    """Takes pictures of a window with what stands before it."""

    def __init__(self, window, folder):
        self.window, self.folder = window, folder
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, name, size=SIZE):
        self.window.resize(*size)
        for _ in range(5):
            QApplication.processEvents()
        picture = self.window.grab()
        for dialog in self.window.findChildren(QDialog):
            if dialog.isVisible():
                free = (self.window.size() - dialog.size()) / 2
                corner = QPoint(free.width(), free.height())
                dialog.render(picture, corner)
                painter = QPainter(picture)
                painter.setPen(QColor(palette.current().control_line))  # as a desktop puts a frame around it
                painter.drawRect(QRect(corner, dialog.size()).adjusted(-1, -1, 0, 0))
                painter.end()
        path = self.folder / f"{name}.png"
        assert picture.save(str(path))
        with Image.open(path) as image:
            assert image.size == size, name
            colours = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
            assert len(colours.getcolors()) > 20, f"{name} is empty"
            most = max(count for count, _ in colours.getcolors()) / (size[0] * size[1])
            assert most < 0.95, f"{name} shows nothing"
            colours.save(path, optimize=True)


@pytest.fixture
def stage(qapp, qtbot, monkeypatch, tmp_path):
    """The window over the shipped models, with a piece to play, and the camera."""
    apply_saved_theme("dark", "sunset")
    monkeypatch.setattr(abx, "user_abx", lambda: tmp_path)
    runner = Held()
    session = Session(runner=runner, player=Player(audio=False))
    session.settings.ask_unsaved = False
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.resize(*SIZE)
    window.show()
    folder = Path(os.environ.get("SCREENS", ROOT / "out" / "screens"))
    yield window, session, runner, Camera(window, folder)
    runner.go_on.set()
    window.close()
    apply_saved_theme("dark", "sunset")


def test_every_state_can_be_seen(stage, qtbot, tmp_path):
    window, session, runner, camera = stage

    def settled():
        return session.idle and not session.batch.running and not session.batch.searching

    def settle():
        qtbot.waitUntil(settled, timeout=WAIT_MS)

    camera.take("empty")
    session.open(DEMO)
    settle()
    camera.take("open")

    runner.go_on.clear()
    session.transfers.run("classical")
    bar = window.findChild(QWidget, "progressBar")
    qtbot.waitUntil(lambda: bar.isVisible() and bar.value() > 0, timeout=WAIT_MS)
    camera.take("transferring")
    runner.go_on.set()
    settle()
    session.player.seek(session.player.duration_sec / 3)
    viewport = window.views.viewport
    part = viewport.part
    viewport.show_between(*session.original.downbeats_sec[[12, 15]])  # three bars: what was swung stands on the grid
    camera.take("ab")
    viewport.show_part(part)
    session.transfers.set_strength(1.3)
    settle()
    _take_edits(window, session, camera)

    for name in ("light", "dark"):
        apply_saved_theme(name, "sunset")
        camera.take(name)
        for size_name, size in SMALL.items():
            camera.take(f"{name}-{size_name}", size)

    broken = tmp_path / "evening.mid"
    broken.write_bytes(melody(30)[:40])
    session.open(broken)
    settle()
    assert session.message.kind == "error"
    camera.take("error")
    session.messages.dismiss()

    dialog = AbxDialog(session, window)
    dialog.open()
    dialog.begin()
    qtbot.waitUntil(lambda: dialog.running, timeout=WAIT_MS)
    camera.take("abx")
    dialog.close()
    session.player.stop()
    window.show_preferences()
    camera.take("preferences")
    window.findChild(QDialog, "preferencesDialog").reject()
    dialog.deleteLater()

    _take_batch(window, session, camera, settle, tmp_path)
    _take_generate(window, session, camera, settle)


def _take_edits(window, session, camera):
    lane, roll = (window.findChild(QWidget, name) for name in ("velocityLane", "styledRoll"))
    drag(lane, [place_of(lane, 4.0, 130), place_of(lane, 6.0, 40), place_of(lane, 9.0, 110)])
    drag(lane, [place_of(lane, 12.0, 130), place_of(lane, 17.0, 20)], Qt.KeyboardModifier.ShiftModifier)
    drag(roll, [place_of(roll, 20.0, 100), place_of(roll, 22.0, 60), place_of(roll, 24.0, 40)], CONTROL)
    camera.take("edited")
    session.editing.selection.clear()
    for _ in range(2):
        session.transfers.undo()
    assert not session.editing.edits


def _take_batch(window, session, camera, settle, tmp_path):
    pieces = {"prelude.mid": melody(24), "band.mid": combo(), "scale.mid": scale(), "damaged.mid": melody(30)[:40]}
    folder = tmp_path / "evening"
    folder.mkdir()
    for name, content in pieces.items():
        (folder / name).write_bytes(content)
    window.show_batch([folder])
    settle()
    batch = window.findChild(QDialog, "batchWindow")
    batch.choices.folder_edit.setText(str(tmp_path / "results"))
    order = replace(batch.choices.order(), folder=tmp_path / "results")
    session.batch.start(order)
    settle()
    assert {item.state for item in session.batch.items} == {"done", "refused"}
    batch.choices.folder_edit.setText("~/Music/evening (classical)")
    camera.take("batch")
    batch.close()


def _take_generate(window, session, camera, settle):
    window.findChild(QWidget, "coverTab").click()
    session.covering.set(model_name=ARRANGER)
    before = session.original
    window.findChild(QWidget, "coverButton").click()
    settle()
    assert session.original is not before
    camera.take("cover")
    apply_saved_theme("light", "sunset")
    camera.take("cover-light")
    apply_saved_theme("dark", "sunset")
    window.findChild(QWidget, "generateToolButton").click()
    composer = next(info for info in session.generation.options.models if info.composes)
    session.generation.set_model(composer.name)
    before = session.original
    session.generate()
    settle()
    assert session.original is not before
    camera.take("generate")


def test_german_can_be_seen(german, stage, qtbot):
    _, session, _, camera = stage
    session.open(DEMO)
    qtbot.waitUntil(lambda: session.original is not None, timeout=WAIT_MS)
    session.transfers.run("jazz")
    qtbot.waitUntil(lambda: session.styled is not None and session.idle, timeout=WAIT_MS)
    camera.take("german")
    for size_name, size in SMALL.items():
        camera.take(f"german-{size_name}", size)
