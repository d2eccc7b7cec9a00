import threading
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QSlider,
    QSpinBox,
    QWidget,
)
from typer.testing import CliRunner

from app.background.in_process import InProcess
from app.dialogs.batch_window import BatchWindow
from app.playback.player import Player
from app.session.batch_files import Order
from app.session.session import Session
from app.window.message_bar import MessageBar
from tests.app.drops import drop
from tests.app.stand_in import no_judge
from tests.core.parts.test_render import band
from tests.pieces import melody, scale
from tonenet_core.batch import WORK_LIST
from tonenet_core.cli import app as cli
from tonenet_core.harmony.hands import BOTH_HANDS, Hands
from tonenet_core.interpretation import DEFAULT_PARTS
from tonenet_core.midi import parse_midi
from tonenet_core.timing.swing import find_swing


@pytest.fixture
def folder(tmp_path):
    """Three good files, one of them in a folder below, and a damaged one."""
    folder = tmp_path / "in"
    (folder / "below").mkdir(parents=True)
    (folder / "a.mid").write_bytes(melody(40))
    (folder / "b.mid").write_bytes(melody(50, seed=2)[:30])
    (folder / "c.mid").write_bytes(scale())
    (folder / "below" / "a.mid").write_bytes(melody(30, seed=3))
    (folder / "notes.txt").write_text("no MIDI")
    return folder


@pytest.fixture
def add(qtbot):
    def added(batch, *paths):
        batch.add(paths)
        qtbot.waitUntil(lambda: not batch.searching, timeout=10_000)

    return added


@pytest.fixture
def run(qtbot):
    def ran(batch, order, **options):
        with qtbot.waitSignal(batch.finished, timeout=30_000):
            batch.start(order, **options)

    return ran


@pytest.fixture
def batch_window(qtbot, session):
    window = BatchWindow(session)
    qtbot.addWidget(window)
    window.show()
    return window


class Gated(InProcess):
    """Reports and waits at each file until it is let through; remembers what it was asked for."""

    def __init__(self):
        super().__init__()
        self.gate = threading.Event()
        self.asked = []

    def interpret(self, request, progress):
        self.asked.append(request)
        while not self.gate.wait(0.005):
            progress(0.5)
        return super().interpret(request, progress)


@pytest.fixture
def gated(qtbot, tiny_model):
    runner = Gated()
    session = Session(runner=runner, models=[tiny_model], player=Player(audio=False), load_judge=no_judge)
    session.gate = runner.gate
    session.runner = runner
    yield session
    session.close()


def states(batch):
    return {str(item.place): item.state for item in batch.items}


def test_a_folder_becomes_a_folder_of_what_the_command_line_makes(session, folder, tmp_path, tiny_model, add, run):
    add(session.batch, folder)
    run(session.batch, Order(tmp_path / "out", tiny_model, "jazz", strength=0.8, accents=0.5, seed=3))
    assert states(session.batch) == {"a.mid": "done", "b.mid": "refused", "below/a.mid": "done", "c.mid": "done"}
    refused = next(item for item in session.batch.items if item.state == "refused")
    assert refused.text.startswith("b.mid")
    assert session.batch.summary() == "3 of 4 written, 1 refused."
    for below in ("", "below"):
        options = ["--to", "jazz", "--model", str(tiny_model.path), "--strength", "0.8", "--accents", "0.5"]
        files = sorted(str(path) for path in (folder / below).glob("*.mid"))
        CliRunner().invoke(
            cli, ["transfer", *files, "--out-dir", str(tmp_path / "cli" / below), "--seed", "3", *options]
        )

    def written(root):
        return {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}

    assert len(written(tmp_path / "cli")) == 3
    assert written(tmp_path / "out") == written(tmp_path / "cli")


def test_window_and_command_line_find_and_write_the_same_files_of_a_folder(session, tmp_path, tiny_model, add, run):
    folder, options = tmp_path / "in", ["--to", "jazz", "--model", str(tiny_model.path), "--accents", "0.5"]
    names = ["a.mid", "b.midi", "c.rmi", "d.kar", "e.smf", "below/F.MID", "below/g.Kar"]
    (folder / "below").mkdir(parents=True)
    for seed, name in enumerate(names):
        (folder / name).write_bytes(melody(20, seed=seed))
    for name in ("notes.txt", ".hidden.mid", "a.mid.part"):
        (folder / name).write_bytes(melody(20))
    add(session.batch, folder)
    assert [item.place.as_posix() for item in session.batch.items] == names
    run(session.batch, Order(tmp_path / "window", tiny_model, "jazz", accents=0.5))
    result = CliRunner().invoke(cli, ["transfer", str(folder), "--out-dir", str(tmp_path / "cli"), *options])
    assert result.exit_code == 0, result.output

    def written(root):
        files = (path for path in root.rglob("*") if path.is_file() and not path.name.startswith(WORK_LIST))
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}

    assert sorted(written(tmp_path / "window")) == sorted(names)
    assert written(tmp_path / "window") == written(tmp_path / "cli")


def test_files_of_one_name_from_two_folders_do_not_meet(session, folder, tmp_path, tiny_model, add, run):
    add(session.batch, folder / "a.mid", folder / "below" / "a.mid", folder / "a.mid")
    assert [str(item.place) for item in session.batch.items] == ["a.mid", "a (2).mid"]
    run(session.batch, Order(tmp_path / "out", tiny_model, "jazz"))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a (2).mid", "a.mid"]


def test_a_file_that_cannot_be_written_is_refused_and_the_others_are_written(
    session, folder, tmp_path, tiny_model, add, run
):
    add(session.batch, folder)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "below").write_text("a file where a folder is wanted")
    run(session.batch, Order(tmp_path / "out", tiny_model, "jazz"))
    assert states(session.batch)["below/a.mid"] == "refused"
    assert states(session.batch)["c.mid"] == "done"


def test_existing_results_are_kept_or_replaced(session, folder, tmp_path, tiny_model, add, run):
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.mid").write_text("mine")
    add(session.batch, folder)
    assert session.batch.existing(out) == [0]
    run(session.batch, Order(out, tiny_model, "jazz"))
    assert states(session.batch)["a.mid"] == "kept"
    assert (out / "a.mid").read_text() == "mine"
    run(session.batch, Order(out, tiny_model, "jazz"), replacing=True)
    assert states(session.batch)["a.mid"] == "done"
    assert (out / "a.mid").read_bytes().startswith(b"MThd")


def test_cancel_stops_at_once_and_leaves_nothing_half_done(gated, folder, tmp_path, tiny_model, add, qtbot):
    batch = gated.batch
    add(batch, folder)
    batch.start(Order(tmp_path / "out", tiny_model, "jazz"))
    qtbot.waitUntil(lambda: batch.items[0].fraction == 0.5, timeout=10_000)
    assert batch.state.fraction > 0
    batch.cancel()
    assert not batch.running
    assert batch.cancelled
    assert set(states(batch).values()) == {"waiting"}
    qtbot.waitUntil(lambda: gated.idle, timeout=1_000)
    assert not (tmp_path / "out").exists()
    assert "4 left when it was cancelled" in batch.summary()
    gated.gate.set()
    with qtbot.waitSignal(batch.finished, timeout=30_000):
        batch.start(Order(tmp_path / "out", tiny_model, "jazz"))
    assert list(states(batch).values()).count("done") == 3


def test_the_open_piece_goes_first_and_the_batch_continues_after_it(
    gated, folder, piece_file, tmp_path, tiny_model, add, qtbot
):
    batch = gated.batch
    add(batch, folder)
    batch.start(Order(tmp_path / "out", tiny_model, "jazz"))
    qtbot.waitUntil(lambda: batch.items[0].state == "running", timeout=10_000)
    gated.open(piece_file)
    qtbot.waitUntil(lambda: gated.path == piece_file, timeout=10_000)
    assert batch.running
    qtbot.waitUntil(lambda: len(gated.runner.asked) == 2, timeout=10_000)  # the first file was begun anew
    gated.transfers.run("classical")
    qtbot.waitUntil(lambda: len(gated.runner.asked) == 3, timeout=10_000)
    assert gated.runner.asked[2].style == "classical"
    with qtbot.waitSignal(batch.finished, timeout=30_000):
        gated.gate.set()
    assert gated.styled is not None
    assert list(states(batch).values()).count("done") == 3


def test_the_session_may_end_in_the_middle(gated, folder, tmp_path, tiny_model, add, qtbot):
    add(gated.batch, folder)
    gated.batch.start(Order(tmp_path / "out", tiny_model, "jazz"))
    qtbot.waitUntil(lambda: gated.batch.items[0].state == "running", timeout=10_000)
    gated.close()
    assert not gated.batch.running


class Faulty(InProcess):
    """Fails on pieces of 40 notes."""

    def interpret(self, request, progress):
        if len(request.performance) == 40:
            raise ZeroDivisionError
        return super().interpret(request, progress)


def test_a_bug_is_reported_and_refuses_one_file_only(folder, tmp_path, tiny_model, add, run, request, monkeypatch):
    reported = []
    monkeypatch.setattr("sys.excepthook", lambda kind, error, trace: reported.append(kind))
    session = Session(runner=Faulty(), models=[tiny_model], player=Player(audio=False), load_judge=no_judge)
    request.addfinalizer(session.close)
    add(session.batch, folder)
    run(session.batch, Order(tmp_path / "out", tiny_model, "jazz"))
    assert reported == [ZeroDivisionError]
    assert list(states(session.batch).values()) == ["refused", "refused", "done", "done"]


def test_an_input_is_never_replaced_by_whatever_name_its_folder_is_called(
    batch_window, session, folder, tmp_path, add, qtbot
):
    add(session.batch, folder)
    before = (folder / "a.mid").read_bytes()
    (tmp_path / "alias").symlink_to(folder)
    batch_window.choices.folder_edit.setText(str(tmp_path / "alias"))
    batch_window.start.click()
    box = batch_window.findChild(QMessageBox)
    assert "a.mid" in box.text()
    box.close()
    assert not session.batch.running
    assert (folder / "a.mid").read_bytes() == before


def test_the_window_transfers_a_dropped_folder(batch_window, session, folder, tmp_path, qtbot, monkeypatch):
    assert drop(batch_window, [folder])
    qtbot.waitUntil(lambda: len(session.batch.items) == 4, timeout=10_000)
    assert batch_window.choices.folder == tmp_path / "in (classical)"
    combo = batch_window.choices.style_combo
    combo.setCurrentIndex(combo.findData("jazz"))
    assert batch_window.choices.folder == tmp_path / "in (jazz)"
    batch_window.findChild(QSlider, "batchStrengthSlider").setValue(120)
    with qtbot.waitSignal(session.batch.finished, timeout=30_000):
        qtbot.mouseClick(batch_window.start, Qt.MouseButton.LeftButton)
        assert batch_window.findChild(QPushButton, "batchCancelButton").isVisible()
        assert batch_window.findChild(QProgressBar, "batchProgressBar").isVisible()
        assert not batch_window.choices.isEnabled()
    assert session.batch.order.strength == 1.2
    assert batch_window.findChild(QLabel, "batchSummary").text() == "3 of 4 written, 1 refused."
    model = batch_window.table.model()
    assert [model.index(row, 1).data() for row in (0, 2)] == ["done", "done"]
    assert model.index(1, 1).data().startswith("b.mid")
    shown = []
    monkeypatch.setattr(QDesktopServices, "openUrl", shown.append)
    batch_window.findChild(QPushButton, "openFolderButton").click()
    assert shown[0].toLocalFile() == str(tmp_path / "in (jazz)")


def test_the_window_asks_once_about_results_that_are_there(batch_window, session, folder, tmp_path, add, qtbot):
    add(session.batch, folder)
    out = tmp_path / "out"
    out.mkdir()
    for name in ("a.mid", "c.mid"):
        (out / name).write_text("mine")
    batch_window.choices.folder_edit.setText(str(out))
    batch_window.start.click()
    box = batch_window.findChild(QMessageBox)
    assert "2 of 4" in box.text()
    with qtbot.waitSignal(session.batch.finished, timeout=30_000):
        box.findChild(QPushButton, "keepButton").click()
    assert (out / "a.mid").read_text() == (out / "c.mid").read_text() == "mine"
    assert (out / "below" / "a.mid").exists()


def test_closing_it_lets_the_batch_run_and_its_end_is_reported_in_the_main_window(gated, folder, tmp_path, add, qtbot):
    window = BatchWindow(gated)
    qtbot.addWidget(window)
    window.show()
    add(gated.batch, folder)
    window.start.click()
    qtbot.waitUntil(lambda: gated.batch.items[0].state == "running", timeout=10_000)
    window.reject()
    assert "keeps running" in gated.message.text
    with qtbot.waitSignal(gated.batch.finished, timeout=30_000):
        gated.gate.set()
    assert "3 of 4 written" in gated.message.text


def test_files_are_taken_off_the_list(batch_window, session, folder, add, qtbot):
    add(session.batch, folder)
    batch_window.table.selectRow(1)
    batch_window.table.setFocus()
    qtbot.keyClick(batch_window.table, Qt.Key.Key_Delete)
    assert list(states(session.batch)) == ["a.mid", "c.mid", "below/a.mid"]


def test_everything_in_it_has_a_name_and_a_tip(batch_window):
    parts = batch_window.findChildren(QPushButton) + [
        batch_window.findChild(QWidget, name)
        for name in ("batchStyleCombo", "batchModelCombo", "batchStrengthSlider", "batchAccentsSlider", "batchSeedSpin")
    ]
    assert all(part.accessibleName() and part.toolTip() and part.objectName() for part in parts)


def test_several_files_dropped_on_the_main_window_are_offered_to_the_batch(window, session, folder, qtbot):
    assert drop(window, [folder])
    qtbot.waitUntil(lambda: session.path is not None, timeout=10_000)
    qtbot.mouseClick(window.findChild(MessageBar).findChild(QPushButton, "batchOffer"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(session.batch.items) == 4, timeout=10_000)
    assert window.findChild(BatchWindow).isVisible()
    assert not window.findChild(MessageBar).isVisible()


def test_the_offer_is_made_too_when_the_first_of_several_is_damaged(window, session, folder, tmp_path, qtbot):
    assert drop(window, [folder / "b.mid", folder / "c.mid"])
    qtbot.waitUntil(lambda: session.message is not None, timeout=10_000)
    assert session.message.kind == "error"
    assert window.findChild(MessageBar).findChild(QPushButton, "batchOffer") is not None
    (tmp_path / "empty").mkdir()
    assert drop(window, [tmp_path / "empty"])
    qtbot.waitUntil(lambda: session.message is not None and "no MIDI file" in session.message.text, timeout=10_000)
    assert session.message.offers == ()


def test_loudness_and_performing_are_options_of_the_batch(batch_window, session, folder, tmp_path, add, run, qtbot):
    add(session.batch, folder)
    for name in ("batchLevelCombo", "batchPerformCombo"):
        qtbot.keyClick(batch_window.findChild(QComboBox, name), Qt.Key.Key_Down)
    order = batch_window.choices.order()
    assert (order.level, order.perform) == ("style", "auto")  # a model that cannot perform offers no choice
    run(session.batch, replace(order, folder=tmp_path / "usual", accents=0.5))
    run(session.batch, replace(order, folder=tmp_path / "kept", accents=0.5, level="keep"))
    names = [item.place for item in session.batch.items if item.state == "done"]
    assert names
    assert all((tmp_path / "usual" / name).read_bytes() != (tmp_path / "kept" / name).read_bytes() for name in names)


def test_parts_of_the_performance_give_the_bytes_of_the_command_line(performing, tiny_performer, tmp_path, add, qtbot):
    folder, out, cli_out = (tmp_path / name for name in ("in", "out", "cli"))
    folder.mkdir()
    (folder / "band.mid").write_bytes(band())
    performing.transfers.set_model(tiny_performer.name)
    window = BatchWindow(performing)
    qtbot.addWidget(window)
    window.show()
    add(performing.batch, folder)
    swing, rubato = (window.findChild(QSlider, name) for name in ("batchSwingSlider", "batchRubatoSlider"))
    checks = [window.findChild(QCheckBox, f"batch{part}Check") for part in ("Timing", "Pedal")]
    assert [check.isChecked() for check in checks] == [True, False]  # as in the main window
    for check, enabled in ((checks[0], False), (checks[0], True), (checks[1], True)):
        qtbot.mouseClick(check, Qt.MouseButton.LeftButton, pos=QPoint(8, check.height() // 2))
        assert [slider.isEnabled() for slider in (swing, rubato)] == [enabled, enabled]
    qtbot.keyClick(swing, Qt.Key.Key_PageUp)
    qtbot.keyClick(rubato, Qt.Key.Key_End)
    for combo, style in ((window.choices.style_combo, "classical"), (window.choices.source_combo, "jazz")):
        combo.setCurrentIndex(combo.findData(style))
    window.choices.folder_edit.setText(str(out))
    with qtbot.waitSignal(performing.batch.finished, timeout=60_000):
        qtbot.mouseClick(window.start, Qt.MouseButton.LeftButton)
    words = ["--to", "classical", "--from", "jazz", "--parts", "dynamics,timing,pedal"]
    words += ["--model", str(tiny_performer.path)]
    words += ["--swing", str(window.choices.order().swing), "--rubato", "1.5"]
    result = CliRunner().invoke(cli, ["transfer", str(folder), *words, "--out-dir", str(cli_out)])

    assert result.exit_code == 0, result.output
    assert (out / "band.mid").read_bytes() == (cli_out / "band.mid").read_bytes()
    made = parse_midi((out / "band.mid").read_bytes(), "band")
    assert len(made.pedal)
    assert find_swing(made).mean == pytest.approx(-0.8, abs=0.15)  # it was swung the other way
    assert np.ptp(np.diff(made.beats_sec)) > 0.01
    options = performing.transfers.options
    assert (options.swing, options.rubato) == (None, None)
    assert performing.transfers.options.parts == DEFAULT_PARTS


def test_one_hand_of_every_file_gives_the_bytes_of_the_command_line(
    batch_window, session, tmp_path, add, tiny_model, qtbot
):
    folder, out, cli_out = (tmp_path / name for name in ("in", "out", "cli"))
    folder.mkdir()
    (folder / "a.mid").write_bytes(melody(40))
    add(session.batch, folder)
    hands, split = (batch_window.findChild(QComboBox, name) for name in ("batchHandsCombo", "batchSplitCombo"))
    assert not split.isVisible()
    for combo, text in ((hands, "Left hand"), (split, "At a key")):
        while combo.currentText() != text:
            qtbot.keyClick(combo, Qt.Key.Key_Down)
    key = batch_window.findChild(QSpinBox, "batchSplitSpin")
    assert key.isVisible()
    key.setValue(64)
    assert batch_window.choices.order().hands == Hands(1.0, 0.0, 64)
    batch_window.choices.folder_edit.setText(str(out))
    with qtbot.waitSignal(session.batch.finished, timeout=60_000):
        qtbot.mouseClick(batch_window.start, Qt.MouseButton.LeftButton)
    order = batch_window.choices.order()
    words = ["--to", order.style, "--model", str(tiny_model.path), "--accents", str(order.accents)]
    words += ["--hands", "left", "--split", "E4", "--out-dir", str(cli_out)]
    result = CliRunner().invoke(cli, ["transfer", str(folder), *words])
    assert result.exit_code == 0, result.output
    assert (out / "a.mid").read_bytes() == (cli_out / "a.mid").read_bytes()
    before, after = (parse_midi((where / "a.mid").read_bytes(), "a") for where in (folder, out))
    changed = before.velocities != after.velocities
    assert changed.any()
    assert not changed[before.notes["pitch"] >= 64].any()
    assert session.transfers.options.hands == BOTH_HANDS
