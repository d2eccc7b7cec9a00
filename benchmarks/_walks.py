"""Walks through the window with mouse and keys, as a musician would do them, each with a picture of its end.

`python -m benchmarks._walks [FOLDER]` prints what the steps have led to, and writes the pictures to FOLDER, else to
docs/screens. A step that does not lead there ends the walk with an error.

- left-hand: transfer bars 5 to 12 of the left hand only
- mute-bass: mute the bass of a band
- pedal: read where the pedal is
"""

from __future__ import annotations

import argparse
import io
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import mido
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QStyle, QTreeWidget, QWidget

from app.background.in_process import InProcess
from app.documents.take_name import take_name
from app.playback.player import Player
from app.session.session import Session
from app.system.settings import Settings
from app.theme import theme
from app.views.time_view import TimeView
from app.window.main_window import DEMO, MainWindow
from benchmarks._drawn_window import settle
from tests.app.mouse import drag
from tests.app.stand_in import hover
from tonenet_core.harmony.hands import LEFT, find_hands
from tonenet_core.timing.pedalling import find_holds

FOLDER = Path(__file__).parent.parent / "docs" / "screens"
SIZE = 1366, 768
MUTE = 2  # column of the tracks
BASS = 32  # General MIDI's acoustic bass
LEFT_BUTTON = Qt.MouseButton.LeftButton


def expect(what: str, is_so: bool) -> None:
    """Print what a step has led to; RuntimeError if it has not."""
    if not is_so:
        raise RuntimeError(f"not so: {what}")
    print(f"  {what}", flush=True)


def part(window: MainWindow, name: str, kind: type[QWidget] = QWidget) -> QWidget:
    """Return a named part of the window."""
    found = window.findChild(kind, name)
    assert found is not None, name
    return found


def view(window: MainWindow, name: str) -> TimeView:
    """Return a view along time."""
    found = part(window, name)
    assert isinstance(found, TimeView)
    return found


def place(shown: TimeView, second: float) -> QPoint:
    """Return where a second is on the canvas of a view, half-way up."""
    surface = shown.canvas.viewport()
    share = (second - shown.viewport.start_sec) / shown.viewport.span_sec
    return QPoint(round(share * surface.width()), surface.height() // 2)


def open_piece(window: MainWindow, path: Path) -> None:
    """Open a file."""
    window.session.open(path)
    settle(lambda: window.session.original is not None and window.session.idle)


def transfer(window: MainWindow, name: str) -> None:
    """Press a button of the transfers and wait for its result."""
    before = window.session.take
    QTest.mouseClick(part(window, name, QPushButton), LEFT_BUTTON)
    settle(lambda: window.session.take is not before and window.session.idle)


def left_hand(window: MainWindow, _: Path) -> list[QWidget]:
    """Transfer bars 5 to 12 of the left hand only."""
    session = window.session
    open_piece(window, DEMO)
    roll, bars = view(window, "originalRoll"), session.original.downbeats_sec
    drag(roll, [place(roll, float(bars[bar])) for bar in (4, 8, 12)])
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    hands = part(window, "handsCombo", QComboBox)
    QTest.keyClick(hands, Qt.Key.Key_Down)
    QTest.keyClick(hands, Qt.Key.Key_Down)
    button = part(window, "transferToClassicalButton", QPushButton)
    assert isinstance(button, QPushButton)
    expect(f"the button says “{button.text()}”", button.text() == "Bars 5–12, left hand, to Classical")
    transfer(window, "transferToClassicalButton")
    before, after = session.original, session.styled
    changed = before.velocities != after.velocities
    onset = before.notes["onset_sec"]
    played = (find_hands(before) == LEFT) & (onset > bars[4] - 0.05) & (onset < bars[12])
    expect(f"{changed.sum()} notes of the left hand have other velocities", bool(changed[played].any()))
    expect("all other notes are as they were", not changed[~played].any())
    expect(f"the take is called “{take_name(session.take)}”", "bars 5–12, left hand" in take_name(session.take))
    return []


def mute_bass(window: MainWindow, folder: Path) -> list[QWidget]:
    """Mute the bass of a band."""
    open_piece(window, band(folder))
    transfer(window, "transferToClassicalButton")
    QTest.mouseClick(part(window, "moreButton", QPushButton), LEFT_BUTTON)
    options = part(window, "moreOptions")
    settle(options.isVisible)
    tracks = options.findChild(QTreeWidget, "trackList")
    assert tracks is not None
    rows = {tracks.topLevelItem(row).text(0): row for row in range(tracks.topLevelItemCount())}
    box = tracks.visualRect(tracks.model().index(rows["Bass"], MUTE))
    half = tracks.style().pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth) // 2
    QTest.mouseClick(tracks.viewport(), LEFT_BUTTON, pos=QPoint(box.left() + half, box.center().y()))
    muted = window.session.player.audible.muted
    expect(f"track {', '.join(map(str, muted))}, the bass, is muted", len(muted) == 1)
    exported = mido.MidiFile(file=io.BytesIO(window.session.styled.to_bytes()))
    expect("an export has it still", any(track.name == "Bass" for track in exported.tracks))
    return [options]


def pedal(window: MainWindow, _: Path) -> list[QWidget]:
    """Read where the pedal is."""
    open_piece(window, DEMO)
    lane, holds = view(window, "pedalLane"), find_holds(window.session.original)
    if not lane.isVisible():
        QTest.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    expect("the lane of the pedal is shown", lane.isVisible())
    middle = float(holds[0]["up_sec"] + holds[0]["down_sec"]) / 2
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ShiftModifier)
    hover(lane, place(lane, middle))
    expect(f"under the mouse stands “{lane.readout()}”", "A" in lane.readout())
    return []


def band(folder: Path) -> Path:
    """Write the demo piece with a bass that doubles its lowest notes, and return its path."""
    piece, path = mido.MidiFile(DEMO), folder / "band.mid"
    left = piece.tracks[-1]
    bass = mido.MidiTrack([mido.MetaMessage("track_name", name="Bass"), mido.Message("program_change", program=BASS)])
    waited = 0
    for message in left:
        waited += message.time
        if message.type in ("note_on", "note_off") and message.note < 52:
            bass.append(message.copy(channel=1, time=waited))
            waited = 0
    bass[1] = bass[1].copy(channel=1)
    piece.tracks.append(bass)
    piece.save(path)
    return path


WALKS: dict[str, Callable[[MainWindow, Path], list[QWidget]]] = {
    "left-hand": left_hand,
    "mute-bass": mute_bass,
    "pedal": pedal,
}


def picture(window: MainWindow, over: list[QWidget]) -> QPixmap:
    """Return the window with what stands over it."""
    QTest.qWait(300)
    shown = window.grab()
    painter = QPainter(shown)
    for popup in over:
        painter.drawPixmap(window.mapFromGlobal(popup.mapToGlobal(QPoint(0, 0))), popup.grab())
    painter.end()
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    target = parser.parse_args().folder
    app = QApplication(["walks"])
    theme.apply_theme(app, "dark")
    for name, walk in WALKS.items():
        print(walk.__doc__)
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(Path(folder) / "settings.ini")
            settings.ask_unsaved = False
            session = Session(runner=InProcess(), settings=settings, player=Player(audio=False))
            window = MainWindow(session)
            window.show()
            app.processEvents()
            window.resize(*SIZE)
            app.processEvents()
            try:
                picture(window, walk(window, Path(folder))).save(str(target / f"walk-{name}.png"))
            finally:
                window.close()
                session.close()
        with Image.open(target / f"walk-{name}.png") as image:
            image.convert("RGB").save(target / f"walk-{name}.png", optimize=True)


if __name__ == "__main__":
    main()
