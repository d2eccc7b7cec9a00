"""Projects in the window: saved, opened wherever files are opened, named in the title, and asked about on closing."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton

from app.background.in_process import InProcess
from app.documents.project_file import read_project
from app.playback.player import Player
from app.session.session import Session
from app.window.main_window import MainWindow
from tests.app.drops import drop
from tests.app.stand_in import no_judge
from tests.pieces import combo, scale
from tonenet_core.progress import no_progress

Standard = QMessageBox.StandardButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def desk(qtbot, tiny_performer):
    """Open another window of the program, as often as one likes."""

    def another():
        session = Session(runner=InProcess(), models=[tiny_performer], player=Player(audio=False), load_judge=no_judge)
        window = MainWindow(session)
        qtbot.addWidget(window, before_close_func=lambda _: setattr(session.settings, "ask_unsaved", False))
        window.resize(1440, 900)
        window.show()
        qtbot.waitExposed(window)
        return window

    return another


@pytest.fixture
def chosen(monkeypatch, tmp_path):
    """The file that is chosen in every dialog that saves; it says which one was proposed."""
    proposed = []

    def ask(_parent, _title, suggested, _kinds):
        proposed.append(suggested)
        return str(tmp_path / "night.tonenet"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(ask))
    return proposed


@pytest.fixture
def played(desk, qtbot, tmp_path, transfer):
    """A window with two takes of a band's piece, left as somebody leaves it; not saved yet."""
    window, band = desk(), tmp_path / "band.mid"
    session = window.session
    band.write_bytes(combo())
    assert drop(window, [band])
    qtbot.waitUntil(lambda: session.path == band, timeout=10_000)
    session.player.set_loop((1.0, 3.0))
    session.transfers.set(seed=5, passage_only=True)
    transfer(session, "jazz")
    transfer(session, "classical")
    session.takes.rename(session.takes.all[0], "Late night")
    session.takes.choose(session.takes.all[0])
    session.transfers.set_strength(0.7)
    session.listening.mute_track(2, True)
    session.set_side("original")
    window.views.set_shown("tempoLane", True)
    window.views.viewport.show_part((0.5, 2.5, 40.0, 70.0))
    return window


def press(qtbot, window, key, keys=CTRL):
    qtbot.keyClick(window, key, keys)


def action(window, name):
    return window.findChild(QAction, name)


def test_a_project_is_saved_and_comes_back_as_it_was_left(played, desk, chosen, own_settings, qtbot, tmp_path):
    session = played.session
    takes = [session.takes.result_of(take).performance.to_bytes() for take in session.takes.all]
    press(qtbot, played, Qt.Key.Key_S)
    assert chosen == [str(tmp_path / "band.tonenet")]
    assert "Saved night.tonenet" in session.message.text
    assert (tmp_path / "night.tonenet") in session.settings.recent
    assert any("night.tonenet" in file.read_text() for file in own_settings.rglob("*.ini"))  # whatever happens now
    (tmp_path / "band.mid").unlink()

    window = desk()
    again = window.session
    window.views.set_shown("tempoLane", False)
    assert drop(window, [tmp_path / "night.tonenet"])
    qtbot.waitUntil(lambda: again.original is not None and again.idle, timeout=10_000)
    assert [again.takes.result_of(take).performance.to_bytes() for take in again.takes.all] == takes
    assert [take.name for take in again.takes.all] == ["Late night", ""]
    assert again.take is again.takes.all[0]
    options = again.transfers.options
    assert (options.strength, options.seed, options.passage_only) == (0.7, 5, True)
    assert [version.performance.to_bytes() for version in again.player.others] == takes[1:]  # a key brings it at once
    assert again.side == again.player.side == "original"
    assert again.player.loop == pytest.approx((1.0, 3.0), abs=0.01)
    assert again.player.audible.muted == {2}
    assert window.views.is_shown("tempoLane")
    assert window.views.viewport.part == pytest.approx((0.5, 2.5, 40.0, 70.0))
    assert again.path == tmp_path / "band.mid"
    assert again.takes.another()  # the model goes on from there
    qtbot.waitUntil(lambda: len(again.takes.all) == 3 and again.idle, timeout=20_000)


def test_the_title_names_the_project_and_marks_what_it_has_not(played, chosen, qtbot):
    session = played.session
    assert (played.windowTitle(), played.isWindowModified()) == ("band.mid – ToneNet", False)
    press(qtbot, played, Qt.Key.Key_S)
    assert (played.windowTitle(), played.isWindowModified()) == ("night.tonenet – ToneNet", False)
    session.takes.star(session.takes.all[1], starred=True)
    assert (played.windowTitle(), played.isWindowModified()) == ("night.tonenet[*] – ToneNet", True)
    session.transfers.undo()
    assert not played.isWindowModified()
    session.takes.choose(session.takes.all[1])
    assert not played.isWindowModified()  # what is heard is nothing that was made
    session.takes.delete(session.takes.all[1])
    assert played.isWindowModified()
    press(qtbot, played, Qt.Key.Key_S)
    assert not played.isWindowModified()
    assert len(chosen) == 1  # it has its file


def question(window):
    return window.findChild(QMessageBox, "closingBox")


def answered(qtbot, window, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: question(window) is None, timeout=5_000)


def test_a_saved_project_closes_without_a_question_and_a_changed_one_is_saved_by_its_button(
    played, desk, chosen, qtbot, tmp_path
):
    session = played.session
    press(qtbot, played, Qt.Key.Key_S)
    assert session.document.pieces.unsaved() == ()
    session.transfers.set_strength(1.2)
    result = session.document.result.to_bytes()
    assert not played.close()
    assert question(played).text() == "night.tonenet has changes that were not saved."
    assert question(played).button(Standard.Save).text() == "Save"
    answered(qtbot, played, question(played).button(Standard.Save))
    assert not played.isVisible()
    window = desk()
    window.session.open(tmp_path / "night.tonenet")
    qtbot.waitUntil(lambda: window.session.original is not None, timeout=10_000)
    assert window.session.document.result.to_bytes() == result
    assert window.close()


def test_closing_offers_a_project_for_the_takes_of_a_piece(played, chosen, qtbot, tmp_path):
    assert not played.close()
    answered(qtbot, played, question(played).findChild(QPushButton, "saveProjectButton"))
    assert not played.isVisible()
    assert (tmp_path / "night.tonenet").exists()


def test_a_project_of_another_piece_is_saved_as_it_was_left(played, chosen, qtbot, tmp_path, open_piece):
    session = played.session
    press(qtbot, played, Qt.Key.Key_S)
    session.takes.rename(session.takes.all[1], "Other")
    session.player.set_loop((0.5, 1.5))
    (tmp_path / "scale.mid").write_bytes(scale())
    open_piece(session, tmp_path / "scale.mid")
    assert not played.close()
    answered(qtbot, played, question(played).button(Standard.Save))
    assert not played.isVisible()
    found = read_project(tmp_path / "night.tonenet", no_progress)
    assert [take.name for take in found.document.history.takes] == ["Late night", "Other"]
    assert found.settings.loop == pytest.approx((0.5, 1.5), abs=0.01)


def test_an_open_project_is_shown_again_rather_than_read_twice(played, chosen, qtbot, tmp_path, open_piece):
    session = played.session
    press(qtbot, played, Qt.Key.Key_S)
    session.takes.rename(session.takes.all[1], "Not saved yet")
    (tmp_path / "scale.mid").write_bytes(scale())
    open_piece(session, tmp_path / "scale.mid")
    assert drop(played, [tmp_path / "scale.mid", tmp_path / "night.tonenet"])  # among several files it is what is meant
    assert [take.name for take in session.takes.all] == ["Late night", "Not saved yet"]


def test_save_as_writes_another_file_and_goes_on_there(played, chosen, qtbot, tmp_path, monkeypatch):
    press(qtbot, played, Qt.Key.Key_S)
    first = (tmp_path / "night.tonenet").read_bytes()
    played.session.takes.delete(played.session.takes.all[1])
    other = str(tmp_path / "other")  # without a suffix
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *args: (other, "")))
    press(qtbot, played, Qt.Key.Key_S, CTRL | SHIFT)
    assert (tmp_path / "night.tonenet").read_bytes() == first
    assert played.windowTitle() == "other.tonenet – ToneNet"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *args: ("", "")))
    press(qtbot, played, Qt.Key.Key_S, CTRL | SHIFT)
    assert played.windowTitle() == "other.tonenet – ToneNet"


def test_without_a_piece_there_is_nothing_to_save_and_a_damaged_project_leaves_the_piece(desk, qtbot, tmp_path):
    window = desk()
    assert not action(window, "saveProjectAction").isEnabled()
    (tmp_path / "damaged.tonenet").write_bytes(b"PK\x03\x04")
    assert drop(window, [tmp_path / "damaged.tonenet"])
    qtbot.waitUntil(lambda: window.session.message is not None, timeout=10_000)
    assert window.session.message.text == "damaged.tonenet is damaged, or no project; it was not opened."


def test_a_save_that_fails_is_told_and_asked_about_again(played, chosen, qtbot, monkeypatch, tmp_path):
    missing = str(tmp_path / "none" / "x.tonenet")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *args: (missing, "")))
    press(qtbot, played, Qt.Key.Key_S)
    assert played.session.message.kind == "error"
    assert "x.tonenet could not be saved" in played.session.message.text
    assert not played.close()
    answered(qtbot, played, question(played).button(Standard.Cancel))
