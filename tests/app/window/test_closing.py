"""What is asked before something is lost: on close, and when another piece is opened."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFileDialog, QMenu, QMessageBox, QPushButton

from app.background.in_process import InProcess
from app.dialogs.preferences import Preferences
from app.session.batch_files import Order
from app.window.main_window import MainWindow
from app.window.message_bar import MessageBar
from tests.app.drops import drop
from tests.pieces import melody, scale

Standard = QMessageBox.StandardButton


@pytest.fixture
def result(window, session, piece_file, open_piece, transfer):
    """The window with a result that was not exported."""
    open_piece(session, piece_file)
    transfer(session, "jazz")
    return window


@pytest.fixture
def save_as(monkeypatch):
    def chosen(path):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *args: (str(path or ""), "")))

    return chosen


def question(window):
    box = window.findChild(QMessageBox, "closingBox")
    assert box is not None
    return box


def answer(qtbot, window, button):
    qtbot.mouseClick(question(window).button(button), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.findChild(QMessageBox, "closingBox") is None, timeout=5_000)


def test_a_result_that_was_not_exported_is_asked_about(result, qtbot):
    assert not result.close()
    assert result.isVisible()
    assert "piece.mid" in question(result).text()
    answer(qtbot, result, Standard.Cancel)
    assert result.isVisible()
    assert not result.session.batch.running
    assert not result.close()
    answer(qtbot, result, Standard.Discard)
    assert not result.isVisible()


def test_save_exports_and_closes(result, session, qtbot, save_as, tmp_path):
    save_as(tmp_path / "kept.mid")
    result.close()
    answer(qtbot, result, Standard.Save)
    assert (tmp_path / "kept.mid").read_bytes() == session.styled.to_bytes()
    assert not result.isVisible()


@pytest.mark.parametrize("name", [None, "no such folder/kept.mid"])
def test_a_save_that_comes_to_nothing_leaves_the_window_open(result, qtbot, save_as, tmp_path, name):
    save_as(name and tmp_path / name)
    result.close()
    answer(qtbot, result, Standard.Save)
    assert result.isVisible()


def test_asked_twice_there_is_one_question(result):
    result.close()
    result.close()
    assert len(result.findChildren(QMessageBox)) == 1


def test_what_was_exported_is_not_asked_about_even_after_the_slider_came_back(result, session, tmp_path):
    session.exports.midi(tmp_path / "out.mid")
    assert not session.document.unsaved
    session.transfers.set_strength(0.5)
    assert session.document.unsaved
    session.transfers.set_strength(1.0)
    assert not session.document.unsaved
    assert result.close()


def test_a_result_that_changes_nothing_is_not_asked_about(result, session):
    session.transfers.set_strength(0.0)
    assert result.close()


def test_a_piece_without_a_result_is_not_asked_about(window, session, piece_file, open_piece):
    open_piece(session, piece_file)
    assert window.close()


def test_a_piece_that_was_made_here_is_asked_about_until_it_is_exported(inventing, invented, tmp_path):
    invented(inventing)
    assert inventing.document.unsaved
    inventing.exports.midi(tmp_path / "new.mid")
    assert not inventing.document.unsaved


def test_do_not_ask_again_is_kept_and_preferences_take_it_back(result, session, qtbot):
    result.close()
    question(result).findChild(QCheckBox, "doNotAskCheck").setChecked(True)
    answer(qtbot, result, Standard.Cancel)
    assert session.settings.ask_unsaved  # who cancels has decided nothing
    result.close()
    question(result).findChild(QCheckBox, "doNotAskCheck").setChecked(True)
    answer(qtbot, result, Standard.Discard)
    assert not session.settings.ask_unsaved
    dialog = Preferences(session)
    qtbot.addWidget(dialog)
    dialog.ask_unsaved.setChecked(True)
    dialog.accept()
    assert session.settings.ask_unsaved


def test_a_batch_that_runs_is_asked_about(window, session, tiny_model, tmp_path, qtbot, monkeypatch):
    def forever(runner, request, progress):
        while True:
            progress(0.5)

    monkeypatch.setattr(InProcess, "interpret", forever)
    (tmp_path / "one.mid").write_bytes(scale())
    session.batch.add([tmp_path / "one.mid"])
    qtbot.waitUntil(lambda: bool(session.batch.items), timeout=10_000)
    session.batch.start(Order(tmp_path / "out", tiny_model, "jazz"))
    assert not window.close()
    answer(qtbot, window, Standard.Cancel)
    assert session.batch.running
    window.close()
    answer(qtbot, window, Standard.Discard)
    assert not window.isVisible()
    assert not session.batch.running


def test_a_sound_file_that_is_being_written_is_asked_about(window, session, open_piece, tmp_path, qtbot):
    (tmp_path / "long.mid").write_bytes(melody(2000))
    open_piece(session, tmp_path / "long.mid")
    session.exports.wav(tmp_path / "long.wav")
    assert not window.close()
    assert "WAV" in question(window).text()
    answer(qtbot, window, Standard.Discard)
    assert not window.isVisible()
    assert sorted(path.name for path in tmp_path.glob("*long*")) == ["long.mid"]


def test_a_result_that_is_left_for_another_piece_can_be_come_back_to(result, session, tmp_path, open_piece, qtbot):
    session.transfers.set_strength(0.7)
    styled, other = session.styled, tmp_path / "other.mid"
    other.write_bytes(scale())
    open_piece(session, other)
    assert "piece.mid" in session.message.text
    back = result.findChild(MessageBar).findChild(QPushButton, "bringBackOffer")
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert session.path.name == "piece.mid"
    assert (session.styled.velocities == styled.velocities).all()
    assert session.transfers.options.strength == 0.7
    assert session.side == "styled"
    session.transfers.undo()
    assert session.transfers.options.strength == 1.0
    assert session.message is None


@pytest.fixture
def desk(qtbot, inventing, piece_file, tmp_path):
    """The whole window of a session with a generator; its folder for exports is empty."""
    window = MainWindow(inventing)
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    qtbot.waitExposed(window)
    (tmp_path / "out").mkdir()
    yield window
    inventing.settings.ask_unsaved = False
    window.close()


def click(qtbot, window, name):
    (button,) = [each for each in window.findChildren(QPushButton, name) if each.isVisible()]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def generate(qtbot, window, seed):
    session = window.session
    before = session.original
    click(qtbot, window, "generateToolButton")
    session.transfers.set_seed(seed)
    click(qtbot, window, "generateButton")
    qtbot.waitUntil(lambda: session.original is not before and session.idle, timeout=30_000)
    return session.title


def transfer_generate_generate(qtbot, window, piece_file):
    """Drop a piece, transfer it, generate two others, all with the mouse; return the result and the three titles."""
    session = window.session
    assert drop(window, [piece_file])
    qtbot.waitUntil(lambda: session.path == piece_file, timeout=10_000)
    click(qtbot, window, "transferToJazzButton")
    qtbot.waitUntil(lambda: session.styled is not None and session.idle, timeout=20_000)
    return session.styled, [session.title, generate(qtbot, window, 1), generate(qtbot, window, 2)]


def test_go_back_twice_after_transfer_generate_generate(desk, qtbot, piece_file, save_as, tmp_path):
    session = desk.session
    styled, (piece, first, second) = transfer_generate_generate(qtbot, desk, piece_file)
    assert session.title == second
    assert first in session.message.text
    click(qtbot, desk, "bringBackOffer")
    assert session.title == first
    assert piece in session.message.text
    click(qtbot, desk, "bringBackOffer")
    assert (session.title, session.styled) == (piece, styled)
    assert session.message is None
    save_as(tmp_path / "out" / "kept.mid")
    qtbot.keyClick(desk, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert (tmp_path / "out" / "kept.mid").read_bytes() == styled.to_bytes()


def test_the_menu_leads_to_every_piece_that_has_a_result(desk, qtbot, piece_file, tmp_path, open_piece):
    session = desk.session
    styled, (piece, first, second) = transfer_generate_generate(qtbot, desk, piece_file)
    other = tmp_path / "other.mid"
    other.write_bytes(scale())
    open_piece(session, other)
    open_piece(session, piece_file)
    menu = desk.findChild(QMenu, "recentPiecesMenu")
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == [
        f"{second} (not exported)", f"{first} (not exported)", f"{piece}: Jazz (not exported)",
    ]  # fmt: skip
    menu.actions()[2].trigger()
    assert session.styled is styled
    session.exports.midi(tmp_path / "out" / "kept.mid")
    menu.aboutToShow.emit()
    assert menu.actions()[2].text() == f"{piece}: Jazz"
    assert menu.actions()[2].isChecked()


def test_closing_lists_what_was_not_exported_and_exports_all(desk, qtbot, piece_file, tmp_path, monkeypatch):
    styled, titles = transfer_generate_generate(qtbot, desk, piece_file)
    assert not desk.close()
    text = question(desk).text()
    assert all(title in text for title in (f"{titles[0]}: Jazz", *titles[1:]))
    answer(qtbot, desk, Standard.Cancel)
    folder = tmp_path / "out"
    (folder / "piece (jazz).mid").write_bytes(b"the user's own")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", staticmethod(lambda *args: str(folder)))
    assert not desk.close()
    answer(qtbot, desk, Standard.Save)
    assert not desk.isVisible()
    names = {"piece (jazz).mid", "piece (jazz) (2).mid", *(f"{title}.mid" for title in titles[1:])}
    assert {path.name for path in folder.iterdir()} == names
    assert (folder / "piece (jazz).mid").read_bytes() == b"the user's own"
    assert (folder / "piece (jazz) (2).mid").read_bytes() == styled.to_bytes()


def test_an_export_of_all_that_fails_leaves_the_window_open(desk, qtbot, piece_file, tmp_path, monkeypatch):
    transfer_generate_generate(qtbot, desk, piece_file)
    gone = tmp_path / "gone"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", staticmethod(lambda *args: str(gone)))
    desk.close()
    answer(qtbot, desk, Standard.Save)
    assert desk.isVisible()
    assert desk.session.message.kind == "error"
    assert len(desk.session.document.pieces.unsaved()) == 3


def test_each_of_two_results_of_one_piece_is_asked_about(result, session, transfer, tmp_path, qtbot):
    transfer(session, "classical")
    assert not result.close()
    assert all(f"piece.mid: {style}" in question(result).text() for style in ("Jazz", "Classical"))
    answer(qtbot, result, Standard.Cancel)
    session.exports.midi(tmp_path / "classical.mid")
    session.transfers.undo()
    session.exports.midi(tmp_path / "jazz.mid")
    assert result.close()


def test_nothing_is_said_where_nothing_is_lost(result, session, tmp_path, open_piece):
    session.exports.midi(tmp_path / "out.mid")
    other = tmp_path / "other.mid"
    other.write_bytes(scale())
    open_piece(session, other)
    assert session.message is None
