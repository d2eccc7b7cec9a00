"""What the window tells about itself: the shortcut sheet, About, the log, tooltips, the first hints."""

import logging
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, qVersion, qWarning
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QListWidget, QPlainTextEdit, QPushButton, QWidget

from app.dialogs.about import About
from app.dialogs.components import COMPONENTS
from app.dialogs.log_dialog import LogDialog
from app.dialogs.shortcut_sheet import ShortcutSheet
from app.system.folders import log_file
from app.system.log import Log, log_qt, read_log
from app.window.message_bar import BugReporter
from app.window.welcome import Welcome
from tonenet_core import __version__

ROOT = Path(__file__).parents[3]


@pytest.fixture
def log(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    kept = Log(log_file())
    yield kept
    kept.close()


# --- the sheet ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [Qt.Key.Key_F1, Qt.Key.Key_Question])
def test_a_key_shows_the_sheet_and_esc_takes_it_away(window, qtbot, key):
    qtbot.keyClick(window, key)
    sheet = window.findChild(ShortcutSheet)
    assert sheet.isVisible()
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChild(ShortcutSheet) is None, timeout=5_000)


def test_every_action_with_a_key_is_on_the_sheet(window):
    window.show_shortcuts()
    shown = {label.text() for label in window.findChild(ShortcutSheet).findChildren(QLabel)}
    keys = [action.shortcut().toString() for action in window.findChildren(QAction) if not action.shortcut().isEmpty()]
    assert len(keys) > 10
    for key in keys:
        native = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        assert any(native in text for text in shown), native
    assert {"Space", "Tab", "Ctrl+wheel", "F1 or ?"} <= shown


def test_the_sheet_fits_on_a_small_screen(window):
    window.show_shortcuts()
    hint = window.findChild(ShortcutSheet).sizeHint()
    assert hint.width() <= 1024
    assert hint.height() <= 700


# --- about -------------------------------------------------------------------------------------------------------


def test_about_tells_versions_and_devices_without_importing_torch(session, qtbot):
    session.transfers.devices = [("cuda:0", "Big GPU"), ("cpu", "CPU")]
    about = About(session)
    qtbot.addWidget(about)
    facts = dict(about.facts)
    assert facts["ToneNet"] == __version__
    assert facts["Qt"].startswith(qVersion())
    assert facts["PyTorch"][0].isdigit()
    assert "Big GPU (cuda:0)" in facts["Devices"]
    assert facts["Models"] == "Tiny"
    shown = {label.text() for label in about.findChildren(QLabel)}
    assert {facts["Qt"], facts["PyTorch"], facts["Devices"]} <= shown
    about.findChild(QPushButton, "copyFactsButton").click()
    assert f"PyTorch: {facts['PyTorch']}" in QGuiApplication.clipboard().text()
    QGuiApplication.clipboard().clear()


def test_versions_are_found_without_torch():
    script = "import sys; from app.dialogs.components import versions; versions(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0


def test_every_licence_can_be_read(session, qtbot):
    about = About(session)
    qtbot.addWidget(about)
    text, names = about.findChild(QPlainTextEdit, "licenceText"), about.findChild(QListWidget, "componentList")
    read = {}
    for row, component in enumerate(COMPONENTS):
        names.setCurrentRow(row)
        read[component.name] = text.toPlainText()
        assert component.name in names.item(row).text()
        assert len(read[component.name]) > 50
    assert "The ToneNet authors" in read["ToneNet"]
    assert "LESSER GENERAL PUBLIC LICENSE" in read["FluidSynth"]
    assert "lgpl-3.0" in read["Qt, PySide6"]
    assert "Redistributions" in read["NumPy"]
    assert "no licence stated" in read["Weights"]


def test_what_is_not_installed_still_says_where_its_licence_is(monkeypatch):
    from importlib import metadata

    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    monkeypatch.setattr(metadata, "files", missing)
    for component in COMPONENTS:
        assert component.text()
        assert component.version or component.name not in ("ToneNet", "FluidSynth")


# --- the log -----------------------------------------------------------------------------------------------------


def test_what_nobody_caught_is_in_the_log_on_any_thread(log, window):
    reporter = BugReporter(window)
    reporter.install()
    try:
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
    finally:
        reporter.uninstall()
    assert "ZeroDivisionError" in read_log(log.file)


def test_warnings_and_the_program_s_own_words_are_in_it_but_not_all_of_them(log, capsys):
    logging.getLogger("app.test").info("it begins")
    logging.getLogger("app.test").debug("every little thing")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old ways", UserWarning, stacklevel=1)
    text = read_log(log.file)
    assert "INFO app.test: it begins" in text
    assert "old ways" in text
    assert "every little thing" not in text


def test_qt_s_words_go_to_the_log(log):
    from PySide6.QtCore import qInstallMessageHandler

    before = qInstallMessageHandler(None)
    try:
        log_qt()
        qWarning("a widget is unhappy")
    finally:
        qInstallMessageHandler(before)
    assert "WARNING qt: a widget is unhappy" in read_log(log.file)


def test_the_log_does_not_grow_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr("app.system.log.MOST_BYTES", 2_000)
    kept = Log(tmp_path / "tonenet.log")
    for number in range(300):
        logging.getLogger("app.test").info("line %d", number)
    kept.close()
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["tonenet.log", "tonenet.log.1", "tonenet.log.2"]
    assert all(path.stat().st_size <= 2_000 for path in tmp_path.iterdir())
    assert "line 299" in read_log(kept.file)
    end = read_log(kept.file, 100)
    assert 0 < len(end) < 100
    assert end.startswith("20")


def test_without_a_place_for_it_the_terminal_gets_what_is_said(tmp_path, capsys):
    (tmp_path / "file").write_text("where the folder would be")
    kept = Log(tmp_path / "file" / "tonenet.log")
    logging.getLogger("app.test").warning("heard")
    kept.close()
    kept.close()
    said = capsys.readouterr().err
    assert "There is no log file" in said
    assert "heard" in said
    assert read_log(kept.file) == ""


def test_one_click_shows_the_log(log, window, qtbot, monkeypatch):
    logging.getLogger("app.test").info("it begins")
    window.actions_.log.trigger()
    dialog = window.findChild(LogDialog)
    assert "it begins" in dialog.text.toPlainText()
    revealed = []
    monkeypatch.setattr(QDesktopServices, "openUrl", revealed.append)
    dialog.reveal.click()
    assert revealed[0].toLocalFile() == str(log.file.parent)
    dialog.copy.click()
    assert "it begins" in QGuiApplication.clipboard().text()
    QGuiApplication.clipboard().clear()
    dialog.close()
    qtbot.waitUntil(lambda: window.findChild(LogDialog) is None, timeout=5_000)


# --- tooltips ----------------------------------------------------------------------------------------------------


def test_every_action_with_a_key_names_it_in_its_tooltip(window):
    for action in window.findChildren(QAction):
        native = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        assert native in action.toolTip(), action.objectName()


def test_every_button_and_choice_has_a_tooltip(window, session, piece_file, open_piece, transfer):
    open_piece(session, piece_file)
    transfer(session, "jazz")
    kinds = (QAbstractButton, QComboBox)
    bare = [
        part.objectName() or part.accessibleName() or part.text()
        for kind in kinds
        for part in window.centralWidget().findChildren(kind)
        if part.isVisible() and not part.toolTip() and not part.objectName().startswith("qt_")
    ]
    assert not bare


# --- the empty window --------------------------------------------------------------------------------------------


def test_the_empty_window_says_what_to_do(window, qtbot):
    text = " ".join(label.text() for label in window.findChild(QWidget, "welcome").findChildren(QLabel))
    for hint in ("Drop", "Transfer", "Tab", "folder", "Ctrl+E"):
        assert hint in text, hint
    for name in ("openButton", "demoButton", "batchButton", "sheetButton"):
        assert window.findChild(QPushButton, name).isVisible()
    window.findChild(QPushButton, "sheetButton").click()
    assert window.findChild(ShortcutSheet).isVisible()


def test_the_hints_make_way_where_there_is_no_room(window, session, tmp_path, qtbot):
    actions = window.actions_
    (tmp_path / "piece.mid").write_bytes(b"")
    session.settings.remember_piece(tmp_path / "piece.mid")
    welcome = Welcome(session, actions.open, actions.open_demo, actions.batch, actions.shortcuts)
    qtbot.addWidget(welcome)
    sheet = welcome.findChild(QPushButton, "sheetButton")
    welcome.show()
    for height, seen in ((700, True), (welcome.minimumSizeHint().height() - 30, False), (700, True)):
        welcome.setFixedSize(800, height)
        qtbot.waitUntil(lambda seen=seen: sheet.isVisible() is seen)
    assert "piece.mid" in [button.text() for button in welcome.findChildren(QPushButton)]
