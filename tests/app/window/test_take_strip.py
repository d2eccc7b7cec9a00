"""The strip of takes in the whole window: mouse, keys, names, stars, export, drag."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QDrag
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu, QPushButton, QToolButton, QWidget

from app.background.in_process import InProcess
from app.documents.take_name import take_name
from app.playback.player import Player
from app.session.session import Session
from app.theme.theme import apply_saved_theme
from app.window.main_window import MainWindow
from tests.app.stand_in import no_judge


@pytest.fixture(params=["en", "de"])
def desk(request, qapp, qtbot, tiny_performer, flat_file, open_piece):
    """The window with a piece that is performed, before a transfer; in either language."""
    if request.param == "de":
        request.getfixturevalue("german")
    apply_saved_theme("dark", "sunset")
    session = Session(runner=InProcess(), models=[tiny_performer], player=Player(audio=False), load_judge=no_judge)
    session.settings.ask_unsaved = False
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    qtbot.waitExposed(window)
    open_piece(session, flat_file)
    yield window
    window.close()


@pytest.fixture
def three(desk, qtbot):
    """Jazz, classical, and another classical take, all made with the mouse."""
    for name in ("transferToJazzButton", "transferToClassicalButton", "anotherTakeButton"):
        press(qtbot, desk, name)
    return desk


def press(qtbot, window, name):
    qtbot.mouseClick(window.findChild(QPushButton, name), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.idle, timeout=20_000)
    QApplication.processEvents()


def strip(window):
    return window.findChild(QWidget, "takeStrip")


def chips(window):
    return [chip for chip in strip(window).findChildren(QToolButton) if chip.isVisibleTo(strip(window))]


def heard(window):
    """The places of the chips that are lit: 0 is the original."""
    return [place for place, chip in enumerate(chips(window)) if chip.isChecked()]


def key(window, *keys):
    for each in keys:
        QTest.keySequence(window.focusWidget() or window, each)
    QApplication.processEvents()


def test_the_strip_comes_with_the_first_take_and_moves_the_views_by_its_row_alone(desk, qtbot):
    views = desk.views
    top, bottom = views.mapTo(desk, QPoint(0, 0)).y(), views.mapTo(desk, QPoint(0, views.height())).y()
    assert not strip(desk).isVisible()
    press(qtbot, desk, "transferToJazzButton")
    assert strip(desk).isVisible()
    assert 0 < views.mapTo(desk, QPoint(0, 0)).y() - top <= 30
    assert views.mapTo(desk, QPoint(0, views.height())).y() == bottom
    assert heard(desk) == [1]
    assert chips(desk)[1].text().endswith("Jazz 100 % · 0")


def test_keys_hear_a_take_where_the_music_is_and_nothing_stops(three, qtbot):
    session = three.session
    session.player.play()
    session.player.seek(2.0)
    for pressed in "1", "3", "0", "2":
        before = session.player.places.position_sec("original")  # each take has a time of its own
        key(three, pressed)
        assert heard(three) == [int(pressed)]
        assert session.player.playing
        assert before - 1e-3 <= session.player.places.position_sec("original") < before + 1
        assert session.player.performances == session.sides
        assert session.player.side == ("original" if pressed == "0" else "styled")
    key(three, "9")
    assert heard(three) == [2]
    key(three, "Tab")
    assert (session.side, heard(three)) == ("original", [0])
    key(three, "Tab")
    assert heard(three) == [2]


def test_a_click_chooses_and_arrows_walk_with_the_focus(three, qtbot):
    qtbot.mouseClick(chips(three)[1], Qt.MouseButton.LeftButton)
    assert heard(three) == [1]
    chips(three)[1].setFocus()
    seen = []
    for pressed in ("Right", "Right", "Right", "Left", "Left", "Left", "Left"):
        key(three, pressed)
        assert chips(three)[heard(three)[0]].hasFocus()
        seen += heard(three)
    assert seen == [2, 3, 3, 2, 1, 0, 0]
    stops = [chip for chip in chips(three) if chip.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == [chips(three)[0]]  # one stop for Tab


def test_another_take_is_a_key_too_and_sounds_otherwise(three, qtbot):
    first = three.session.styled.velocities
    key(three, "Ctrl+T")
    qtbot.waitUntil(lambda: three.session.idle)
    assert [take.seed for take in three.session.takes.all] == [0, 0, 1, 2]
    assert (three.session.styled.velocities != first).any()
    assert heard(three) == [4]


def test_a_double_click_or_f2_names_a_take(three, qtbot):
    chip = chips(three)[1]
    qtbot.mouseDClick(chip, Qt.MouseButton.LeftButton)
    edit = strip(three).findChild(QLineEdit, "takeNameEdit")
    assert edit.hasFocus()
    qtbot.keyClicks(edit, "Late 9 & more")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert take_name(three.session.takes.all[0]) == "Late 9 & more"
    assert heard(three) == [3]  # the digit was no key
    assert chips(three)[1].accessibleName() == "Late 9 & more"
    key(three, "F2")
    edit = next(each for each in strip(three).findChildren(QLineEdit) if each.isVisible())
    qtbot.keyClicks(edit, "Never")
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert three.session.takes.all[2].name == ""
    assert chips(three)[3].hasFocus()
    key(three, "Ctrl+Z")
    assert three.session.takes.all[0].name == ""


def menu_of(window, place):
    """Open the menu of a chip as the keyboard does."""
    chip = chips(window)[place]
    at = chip.rect().center()
    reason = QContextMenuEvent.Reason.Keyboard
    QApplication.sendEvent(chip, QContextMenuEvent(reason, at, chip.mapToGlobal(at)))
    menu = strip(window).findChild(QMenu, "takeMenu")
    assert menu.isVisible()
    return menu


def choose(menu, place):
    """Walk down to an entry and press Enter."""
    for _ in range(place + 1):
        QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    QApplication.processEvents()


def test_the_menu_of_a_chip_stars_duplicates_and_deletes_with_undo(three, qtbot):
    choose(menu_of(three, 1), 1)
    assert [take.starred for take in three.session.takes.all] == [True, False, False]
    assert not chips(three)[1].icon().isNull()
    assert heard(three) == [3]
    choose(menu_of(three, 1), 2)
    assert (len(chips(three)), heard(three)) == (5, [4])
    three.activateWindow()  # which the menus have left
    chips(three)[4].setFocus()
    qtbot.waitUntil(chips(three)[4].hasFocus)
    key(three, "Delete")
    assert (len(chips(three)), heard(three)) == (4, [3])
    assert chips(three)[3].hasFocus()
    press(qtbot, three, "undoDeleteOffer")
    assert (len(chips(three)), heard(three)) == (5, [4])


def test_takes_are_exported_one_by_one_and_all_together(three, qtbot, tmp_path, monkeypatch):
    out = tmp_path / "out"
    out.mkdir()
    jazz, classical, other = three.session.takes.results
    three.session.takes.rename(jazz.take, "late: 2/4")
    asked = []

    def save(parent, title, name, kinds):
        asked.append(name)
        return str(out / "one.mid"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(save))
    choose(menu_of(three, 1), 3)
    assert asked[0].endswith("flat (late- 2-4).mid")
    assert (out / "one.mid").read_bytes() == jazz.performance.to_bytes()
    assert len(three.session.document.pieces.unsaved()) == 2
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", staticmethod(lambda *args: str(out)))
    three.findChild(QAction, "exportAllTakesAction").trigger()
    written = {path.name: path.read_bytes() for path in out.iterdir()}
    assert written == {
        "one.mid": jazz.performance.to_bytes(),
        "flat (late- 2-4).mid": jazz.performance.to_bytes(),
        "flat (classical).mid": classical.performance.to_bytes(),
        "flat (classical) (2).mid": other.performance.to_bytes(),
    }
    assert three.session.document.pieces.unsaved() == ()


def test_a_chip_that_is_dragged_out_carries_its_own_take(three, qtbot, monkeypatch):
    carried = []

    def take(drag, *_):
        carried.append(drag.mimeData().urls()[0].toLocalFile())
        return Qt.DropAction.CopyAction

    monkeypatch.setattr(QDrag, "exec", take)
    chip = chips(three)[1]
    qtbot.mousePress(chip, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    qtbot.mouseMove(chip, QPoint(80, 12))
    qtbot.mouseRelease(chip, Qt.MouseButton.LeftButton, pos=QPoint(80, 12))
    (path,) = carried
    assert Path(path).read_bytes() == three.session.takes.results[0].performance.to_bytes()
    assert heard(three) == [3]  # no click
    assert len(three.session.document.pieces.unsaved()) == 2


def test_many_takes_scroll_in_a_narrow_window_to_the_one_that_is_heard(three, qtbot):
    three.resize(900, 500)
    for _ in range(9):
        key(three, "Ctrl+D")
    assert len(chips(three)) == 13
    QApplication.processEvents()
    assert chips(three)[12].visibleRegion().boundingRect() == chips(three)[12].rect()
    key(three, "1")
    QApplication.processEvents()
    assert chips(three)[1].visibleRegion().boundingRect() == chips(three)[1].rect()
    assert strip(three).height() <= 26
    assert three.findChild(QWidget, "velocityLane").isVisible()


def test_the_takes_menu_lists_them_with_their_keys(three):
    menu = next(menu for menu in three.menuBar().findChildren(QMenu) if menu is three.actions_.takes_menu)
    menu.aboutToShow.emit()
    listed = [action for action in menu.actions() if "\t" in action.text() and action.text()[-1].isdigit()]
    assert [action.text()[-1] for action in listed] == ["0", "1", "2", "3"]
    assert [action.isChecked() for action in listed] == [False, False, False, True]
    listed[1].trigger()
    assert heard(three) == [1]
