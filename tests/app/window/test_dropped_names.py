"""Files whose names are not UTF-8, and folders of very many files, in the whole window."""

import os
from urllib.parse import quote_from_bytes

import pytest
from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton

from app.dialogs.batch_window import BatchWindow
from app.system.file_names import path_of
from app.window.welcome import Welcome
from tests.app.drops import drop, drop_mime
from tests.pieces import melody, scale
from tonenet_core.midi import read_midi

BYTES = os.fsdecode(b"caf\xe9.mid")
SHOWN = "caf\ufffd.mid"


def drop_bytes(window, *paths):
    """Drop files as a file manager does: URLs whose escapes are the bytes of the names."""
    urls = b"".join(b"file://" + quote_from_bytes(os.fsencode(path)).encode() + b"\r\n" for path in paths)
    mime = QMimeData()
    mime.setData("text/uri-list", QByteArray(urls))
    return drop_mime(window, mime)


@pytest.fixture
def piece(tmp_path):
    folder = tmp_path / os.fsdecode(b"d\xefr")
    folder.mkdir()
    path = folder / BYTES
    path.write_bytes(melody(60))
    return path


@pytest.fixture
def opened(window, session, piece, qtbot):
    assert drop_bytes(window, piece)
    qtbot.waitUntil(lambda: session.path is not None and session.idle, timeout=10_000)
    return session


def test_a_dropped_file_is_opened_and_shown(window, opened, piece):
    assert opened.path == piece
    assert window.windowTitle() == f"{SHOWN} – ToneNet"
    assert SHOWN in {label.text() for label in window.findChildren(QLabel)}
    assert opened.settings.recent == [piece]
    window.actions_.recent.aboutToShow.emit()
    assert window.actions_.recent.actions()[0].text() == SHOWN
    assert window.actions_.recent.actions()[0].toolTip().endswith(f"d\ufffdr/{SHOWN}")


def test_the_welcome_page_offers_it_by_its_name(session, piece, qtbot, window):
    session.settings.remember_piece(piece)
    actions = window.actions_
    welcome = Welcome(session, actions.open, actions.open_demo, actions.batch, actions.shortcuts)
    qtbot.addWidget(welcome)
    (button,) = [button for button in welcome.findChildren(QPushButton) if button.text() == SHOWN]
    button.click()
    qtbot.waitUntil(lambda: session.path == piece and session.idle, timeout=10_000)


def test_the_result_is_copied_under_a_name_that_is_there(window, opened, transfer):
    result = transfer(opened, "jazz")
    window.actions_.copy_result.trigger()
    (url,) = QGuiApplication.clipboard().mimeData().urls()
    path = path_of(url)
    assert path.name == os.fsdecode(b"caf\xe9 (jazz).mid")
    assert path.read_bytes() == result.to_bytes()
    assert "caf\ufffd (jazz).mid" in opened.message.text


def test_an_export_goes_into_the_folder_that_the_dialog_showed(window, opened, piece, transfer, monkeypatch):
    result = transfer(opened, "jazz")
    proposed = []

    def ask(_parent, _title, start, _kinds):
        proposed.append(start)
        return start, ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(ask))
    window.actions_.export_midi.trigger()
    assert proposed[0].endswith("d\ufffdr/caf\ufffd (jazz).mid")
    assert (piece.parent / "caf\ufffd (jazz).mid").read_bytes() == result.to_bytes()
    assert opened.settings.export_folder == piece.parent


def test_a_missing_file_of_such_a_name_gets_a_sentence(window, session, piece, qtbot):
    piece.unlink()
    assert drop_bytes(window, piece)
    qtbot.waitUntil(lambda: session.message is not None and session.idle, timeout=10_000)
    assert session.message.text.endswith(f"{SHOWN} does not exist.")


def test_the_batch_shows_and_writes_them(window, session, piece, tmp_path, qtbot):
    window.show_batch([piece.parent])
    qtbot.waitUntil(lambda: len(session.batch.items) == 1, timeout=10_000)
    table = window.findChild(BatchWindow).table.model()
    assert table.index(0, 0).data() == SHOWN
    order = window.findChild(BatchWindow).choices.order()
    assert order.folder == piece.parent / "Classical"
    with qtbot.waitSignal(session.batch.finished, timeout=30_000):
        session.batch.start(order)
    assert len(read_midi(order.folder / BYTES)) == 60


# Folders of very many files


@pytest.fixture
def library(tmp_path):
    """A folder of 130 MIDI files, most of them empty."""
    folder = tmp_path / "library"
    for index in range(130):
        path = folder / f"{index // 50}" / f"{index:03}.mid"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(scale() if index == 0 else b"")
    for index in range(300):
        (folder / "0" / f"picture {index}.png").touch()
    return folder


def test_all_files_of_a_dropped_folder_are_counted(window, session, library, qtbot):
    assert drop(window, [library])
    qtbot.waitUntil(lambda: session.path is not None and session.idle, timeout=10_000)
    assert "001.mid, 002.mid, 003.mid and 126 more" in session.message.text
    assert "listed" not in session.message.text
    window.actions_.also.aboutToShow.emit()
    entries = window.actions_.also.actions()
    assert len(entries) == 101
    assert entries[-1].text() == "29 More in the Batch Window…"
    entries[-1].trigger()
    qtbot.waitUntil(lambda: len(session.batch.items) == 129, timeout=10_000)


def test_a_limit_is_told_in_one_sentence(window, session, library, qtbot, monkeypatch):
    monkeypatch.setattr("app.documents.dropped_files.MAX_LISTED", 100)
    assert drop(window, [library])
    qtbot.waitUntil(lambda: session.path is not None and session.idle, timeout=10_000)
    assert "and 126 more" in session.message.text
    assert "100 of 130 MIDI files are listed." in session.message.text
    window.show_batch([library])
    qtbot.waitUntil(lambda: len(session.batch.items) == 100 and not session.batch.searching, timeout=10_000)
    assert "100 of 130 MIDI files are listed." in window.findChild(BatchWindow).summary.text()


def test_a_search_is_cancelled_by_its_button(window, session, library, qtbot, monkeypatch):
    import threading

    gate = threading.Event()
    size = os.stat

    def slow(path):
        gate.wait(10)
        return size(path).st_size

    monkeypatch.setattr("app.documents.dropped_files.file_size", slow)
    window.show_batch([library])
    batch_window = window.findChild(BatchWindow)
    assert not batch_window.cancel.isHidden()
    assert batch_window.start.isHidden()
    batch_window.cancel.click()
    gate.set()
    qtbot.waitUntil(lambda: not session.batch.searching and session.idle, timeout=10_000)
    assert session.batch.items == []
    assert batch_window.cancel.isHidden()
