"""The main job as a user does it, in the real window, with the shipped model in its real process."""

import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QProgressBar, QPushButton, QSlider, QSpinBox, QWidget
from typer.testing import CliRunner

from app.playback.player import Player
from app.session.session import Session
from app.system.settings import Settings
from app.window.main_window import MainWindow
from app.window.message_bar import MessageBar
from tests.app.drops import drop
from tests.pieces import combo, melody, scale, velocities_only
from tests.scores import compressed, waltz
from tonenet_core.cli import app as cli

ANSWER_MS = 1_000  # Cancel answers within a second
STARTS_MS = 180_000  # torch's import, on a machine where ten others work


@pytest.fixture
def window(qtbot, tmp_path):
    """The window as the program makes it, on settings of its own and without an audio device."""
    session = Session(settings=Settings(tmp_path / "settings.ini"), player=Player(audio=False))
    session.settings.ask_unsaved = False
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()
    assert not multiprocessing.active_children()


def part(window, name, kind=QWidget):
    found = window.findChild(kind, name)
    assert found is not None, f"no {name} in the window"  # Qt aborts the whole program when a test clicks on None
    return found


def click(qtbot, window, name):
    qtbot.mouseClick(part(window, name, QPushButton), Qt.MouseButton.LeftButton)


def press(qtbot, window, key, keys=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(window, key, keys)


def dropped(qtbot, window, path):
    assert drop(window, [path])
    qtbot.waitUntil(lambda: window.session.path == path, timeout=10_000)


def test_a_dropped_score_is_performed_and_exported_as_midi(window, qtbot, tmp_path, monkeypatch):
    session, source = window.session, tmp_path / "page.musicxml"
    source.write_bytes(waltz())
    dropped(qtbot, window, source)
    click(qtbot, window, "transferToClassicalButton")
    qtbot.waitUntil(lambda: session.styled is not None, timeout=STARTS_MS)
    assert "is performed" in part(window, "messageBar", MessageBar).text()
    suggested, target = [], tmp_path / "out.mid"
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", staticmethod(lambda *args: (suggested.append(args[2]), (str(target), ""))[1])
    )
    press(qtbot, window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert suggested[0].endswith("page (classical).mid")
    assert target.read_bytes() == session.document.result.to_bytes()
    damaged = tmp_path / "damaged.mxl"
    damaged.write_bytes(compressed(waltz()[:-100]))
    drop(window, [damaged])
    qtbot.waitUntil(lambda: "damaged.mxl is damaged" in part(window, "messageBar", MessageBar).text(), timeout=10_000)
    assert session.path == source


def test_drop_transfer_compare_export(window, qtbot, tmp_path, monkeypatch):
    session, source = window.session, tmp_path / "band.mid"
    source.write_bytes(combo())
    dropped(qtbot, window, source)
    assert session.side == "original"
    click(qtbot, window, "transferToClassicalButton")
    qtbot.waitUntil(lambda: session.styled is not None, timeout=STARTS_MS)
    assert session.side == session.player.side == "styled"
    press(qtbot, window, Qt.Key.Key_Tab)
    assert session.side == session.player.side == "original"
    press(qtbot, window, Qt.Key.Key_Tab)
    assert session.side == session.player.side == "styled"
    target = tmp_path / "out.mid"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *args: (str(target), "")))
    press(qtbot, window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert target.read_bytes() != source.read_bytes()
    assert velocities_only(source.read_bytes(), target.read_bytes(), session.original.velocity_offsets)
    assert source.read_bytes() == combo()
    assert "out.mid" in part(window, "messageBar", MessageBar).text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["band.mid", "out.mid", "settings.ini"]


def test_space_plays_and_the_sides_share_one_position(window, qtbot, tmp_path):
    session, source = window.session, tmp_path / "piece.mid"
    source.write_bytes(melody(200))
    dropped(qtbot, window, source)
    click(qtbot, window, "transferToJazzButton")
    qtbot.waitUntil(lambda: session.styled is not None, timeout=STARTS_MS)
    press(qtbot, window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: session.player.position_sec > 0.1, timeout=20_000)
    before = session.player.position_sec
    press(qtbot, window, Qt.Key.Key_Tab)
    assert session.player.playing
    assert session.player.position_sec >= before
    press(qtbot, window, Qt.Key.Key_Space)
    assert not session.player.playing


def test_within_one_style_the_window_says_why_nothing_changed_and_what_to_do(window, qtbot, tmp_path):
    session, source = window.session, tmp_path / "piece.mid"
    source.write_bytes(melody(200))
    dropped(qtbot, window, source)
    combo, bar = part(window, "sourceCombo", QComboBox), part(window, "messageBar", MessageBar)
    combo.setCurrentIndex(combo.findText("Classical"))
    combo.activated.emit(combo.currentIndex())
    accents = part(window, "accentsSlider", QSlider)
    accents.setValue(100)
    click(qtbot, window, "transferToClassicalButton")
    qtbot.waitUntil(lambda: session.styled is not None, timeout=STARTS_MS)
    assert session.styled.to_bytes() == source.read_bytes()
    assert "nothing changes" in bar.text()
    accents.setValue(0)
    assert not bar.isVisible()
    assert session.styled.to_bytes() != source.read_bytes()


def test_cancel_in_the_middle_of_a_big_piece(window, qtbot, tmp_path):
    session, source = window.session, tmp_path / "big.mid"
    source.write_bytes(melody(40_000))
    dropped(qtbot, window, source)
    click(qtbot, window, "transferToClassicalButton")
    bar = part(window, "progressBar", QProgressBar)
    qtbot.waitUntil(lambda: bar.isVisible() and bar.value() > 0, timeout=STARTS_MS)
    asked, child = time.monotonic(), session.runner.pid
    click(qtbot, window, "cancelButton")
    qtbot.waitUntil(lambda: session.job is None, timeout=ANSWER_MS)
    assert time.monotonic() - asked < ANSWER_MS / 1000
    assert session.styled is None
    assert not bar.isVisible()
    small = tmp_path / "small.mid"
    small.write_bytes(scale())
    dropped(qtbot, window, small)
    click(qtbot, window, "transferToClassicalButton")
    qtbot.waitUntil(lambda: session.styled is not None, timeout=STARTS_MS)
    assert session.runner.pid == child  # as warm as before


def test_a_damaged_file_is_refused_in_a_sentence_and_the_piece_stays(window, qtbot, tmp_path):
    session, source, bad = window.session, tmp_path / "good.mid", tmp_path / "bad.mid"
    source.write_bytes(scale())
    bad.write_bytes(scale()[:30])
    dropped(qtbot, window, source)
    piece = session.original
    assert drop(window, [bad])
    bar = part(window, "messageBar", MessageBar)
    qtbot.waitUntil(bar.isVisible, timeout=10_000)
    assert "bad.mid" in bar.text()
    assert session.original is piece
    assert "good.mid" in window.windowTitle()


@pytest.mark.data
def test_every_file_of_the_robustness_set_is_opened_or_refused_in_a_sentence(window, qtbot, data_folder):
    session = window.session
    for path in sorted((data_folder / "robustness").glob("*.mid")):
        session.messages.dismiss()
        assert drop(window, [path])
        qtbot.waitUntil(lambda: session.idle, timeout=20_000)
        assert (session.path != path) == (session.message is not None and session.message.kind == "error"), path.name
        assert session.message is None or session.message.text.strip().endswith((".", ")")), path.name


ROOT = Path(__file__).parents[2]
LINUX = pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="looks into /proc")


def maps(pid):
    """The files that a process has mapped; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/maps").read_text()
    except OSError:
        return ""


def child_with(parent, library):
    """The process id of the child of `parent` that has loaded `library`, or None."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent and library in maps(stat.parent.name):
            return int(stat.parent.name)
    return None


def wait_for(condition):
    until = time.monotonic() + STARTS_MS / 1000
    while not (found := condition()):
        assert time.monotonic() < until
        time.sleep(0.1)
    return found


@LINUX
def test_the_program_itself_keeps_qt_and_torch_apart(tmp_path):
    """`python -m app FILE`: torch is in the child alone, Qt in the window alone, and both end together."""
    source = tmp_path / "piece.mid"
    source.write_bytes(scale())
    own = {"XDG_CONFIG_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    settings = {**os.environ, **own, "QT_QPA_PLATFORM": "offscreen"}
    program = subprocess.Popen([sys.executable, "-m", "app", str(source)], cwd=ROOT, env=settings)
    try:
        child = wait_for(lambda: child_with(program.pid, "libtorch"))
        assert "libtorch" not in maps(program.pid)
        assert "libQt6Widgets" in maps(program.pid)
        assert "libQt6" not in maps(child)
    finally:
        program.terminate()
        program.wait(10)
    wait_for(lambda: not Path(f"/proc/{child}").exists())


def test_a_new_piece_is_made_played_in_another_style_and_exported(window, qtbot, tmp_path, monkeypatch):
    session = window.session
    click(qtbot, window, "generateToolButton")
    part(window, "lengthSpin", QSpinBox).setValue(10)
    click(qtbot, window, "generateButton")
    qtbot.waitUntil(lambda: session.original is not None, timeout=STARTS_MS)
    made = session.original
    assert 5 < made.duration_sec < 13
    target = tmp_path / "new.mid"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *args: (str(target), "")))
    press(qtbot, window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert target.read_bytes() == made.to_bytes()
    click(qtbot, window, "transferToolButton")
    click(qtbot, window, "transferToClassicalButton")
    qtbot.waitUntil(lambda: session.styled is not None, timeout=STARTS_MS)
    assert not np.array_equal(session.styled.velocities, made.velocities)


def test_the_open_piece_is_rebuilt_and_compared_with_it(window, qtbot, tmp_path):
    session, source = window.session, tmp_path / "piece.mid"
    source.write_bytes(melody(200))
    dropped(qtbot, window, source)
    original = session.original
    click(qtbot, window, "generateToolButton")
    combo = part(window, "originCombo", QComboBox)
    combo.setCurrentIndex(combo.findText("The open piece"))
    combo.activated.emit(combo.currentIndex())
    click(qtbot, window, "generateButton")
    qtbot.waitUntil(lambda: session.original is not original, timeout=STARTS_MS)
    assert session.sides == (original, session.original)
    assert part(window, "sideButton", QWidget).isEnabled()


def test_a_dropped_folder_becomes_a_folder_of_what_the_command_line_makes(window, qtbot, tmp_path):
    session, folder, player = window.session, tmp_path / "in", window.session.player
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.mid").write_bytes(melody(60 + number, seed=number))
    (folder / "bad.mid").write_bytes(scale()[:30])
    assert drop(window, [folder])
    qtbot.waitUntil(lambda: session.original is not None, timeout=10_000)
    player.play()
    click(qtbot, window, "batchOffer")
    batch_window = part(window, "batchWindow")
    qtbot.waitUntil(lambda: len(session.batch.items) == 4, timeout=10_000)
    click(qtbot, batch_window, "batchStartButton")
    began = player.position_sec
    qtbot.waitUntil(lambda: not session.batch.running, timeout=STARTS_MS)
    assert player.position_sec > began  # the open piece was heard all the while
    assert part(batch_window, "batchSummary", QLabel).text() == "3 of 4 written, 1 refused."
    files, out = sorted(str(path) for path in folder.iterdir()), tmp_path / "cli"
    result = CliRunner().invoke(cli, ["transfer", *files, "--to", "classical", "--out-dir", str(out)])
    assert result.exit_code == 1
    made = tmp_path / "in (classical)"
    assert sorted(path.name for path in made.iterdir()) == ["0.mid", "1.mid", "2.mid"]
    assert all((made / path.name).read_bytes() == path.read_bytes() for path in out.iterdir())
