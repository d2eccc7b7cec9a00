import sys
import threading

import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDragLeaveEvent, QGuiApplication, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QFrame,
    QLabel,
    QMenu,
    QMessageBox,
    QPushButton,
    QToolButton,
    QWidget,
)

from app.background.in_process import InProcess
from app.dialogs.batch_window import BatchWindow
from app.dialogs.preferences import Preferences
from app.playback.player import Player
from app.session.session import Session
from app.theme.palette import current
from app.window.main_window import DEMO, SMALLEST, MainWindow
from app.window.message_bar import BugDialog, BugReporter, MessageBar
from app.window.welcome import Welcome
from tests.app.drops import drop, drop_mime
from tests.app.stand_in import no_judge
from tests.pieces import combo, melody, scale

NAMES = [
    "originalRoll",
    "styledRoll",
    "velocityMatrix",
    "velocityLane",
    "transferToClassicalButton",
    "transferToJazzButton",
    "cancelButton",
    "progressBar",
    "strengthSlider",
    "accentsSlider",
    "sourceCombo",
    "modelCombo",
    "deviceCombo",
    "seedSpin",
    "styleMeter",
    "playButton",
    "stopButton",
    "sideButton",
    "loopButton",
    "positionSlider",
    "volumeSlider",
    "openAction",
    "exportMidiAction",
    "exportWavAction",
    "batchAction",
    "copyResultAction",
    "dragHandle",
    "undoAction",
    "redoAction",
    "preferencesAction",
    "learnStyleAction",
    "messageBar",
]


@pytest.fixture
def choose(monkeypatch):
    """Answer the next file dialog with this path."""

    def chosen(path, method="getOpenFileName"):
        monkeypatch.setattr(QFileDialog, method, staticmethod(lambda *args: (str(path) if path else "", "")))

    return chosen


def act(window, name):
    action = getattr(window.actions_, name)
    assert action.isEnabled()
    action.trigger()


@pytest.mark.parametrize("name", NAMES)
def test_parts_are_found_by_their_names(window, name):
    assert len(window.findChildren(QObject, name)) == 1


def test_everything_that_takes_the_focus_has_a_name_for_screen_readers(
    window, session, piece_file, open_piece, transfer
):
    open_piece(session, piece_file)
    transfer(session, "jazz")
    nameless = [
        (type(widget).__name__, widget.objectName())
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not widget.accessibleName()
        and widget.focusProxy() is None
        and not isinstance(widget, QMenu)
        and not _inner(widget)
    ]
    assert not nameless


def _inner(widget):
    """Whether a widget is a part of a Qt control (the list of a combo box, the field of a spin box)."""
    names = {"QComboBoxPrivateContainer", "QComboBoxListView", "QLineEdit", "QScrollBar", "QAbstractScrollArea"}
    return bool(widget.objectName().startswith("qt_")) or widget.metaObject().className() in names


def test_a_file_dropped_on_the_empty_window_opens(window, session, piece_file, qtbot):
    assert drop(window, [piece_file])
    qtbot.waitUntil(lambda: session.path == piece_file, timeout=10_000)
    assert "piece.mid" in window.windowTitle()
    assert window.findChild(QWidget, "originalRoll").isVisible()
    assert not window.findChild(Welcome).isVisible()


def test_drops_are_taken_anywhere(window, session, piece_file, open_piece, tmp_path, qtbot):
    open_piece(session, piece_file)
    takers = [widget for widget in window.findChildren(QWidget) if widget.acceptDrops()]
    assert takers == []
    other = tmp_path / "other.mid"
    other.write_bytes(scale())
    for place in (QPoint(400, 200), QPoint(window.width() - 150, 300), QPoint(5, 5)):
        before = session.original
        assert drop(window, [other], place)
        qtbot.waitUntil(lambda before=before: session.original is not before, timeout=10_000)
        assert session.path == other


def test_a_folder_is_taken_and_the_others_are_offered(window, session, tmp_path, qtbot):
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("one.mid", "two.mid"):
        (folder / name).write_bytes(melody(12))
    assert drop(window, [folder])
    qtbot.waitUntil(lambda: session.path is not None, timeout=10_000)
    assert session.path.name == "one.mid"
    window.menuBar().actions()[0].menu().aboutToShow.emit()
    menu = window.actions_.also
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == ["two.mid"]
    menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: session.path.name == "two.mid", timeout=10_000)


def test_text_is_not_taken(window):
    mime = QMimeData()
    mime.setText("do re mi")
    assert not drop_mime(window, mime)


def test_open_asks_for_a_file_and_recent_files_come_back(window, session, piece_file, choose, qtbot):
    choose(piece_file)
    act(window, "open")
    qtbot.waitUntil(lambda: session.path == piece_file, timeout=10_000)
    menu = window.actions_.recent
    menu.aboutToShow.emit()
    assert menu.actions()[0].text() == "piece.mid"
    before = session.original
    menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: session.original is not before, timeout=10_000)
    assert session.path == piece_file


def test_a_dialog_that_is_dismissed_changes_nothing(window, session, choose):
    choose(None)
    act(window, "open")
    assert session.idle


def test_actions_are_on_only_when_they_can_do_something(window, session, piece_file, open_piece, transfer):
    actions = window.actions_
    gated = (actions.export_midi, actions.export_wav, actions.undo, actions.redo, actions.swap, actions.play)
    assert not any(action.isEnabled() for action in gated)
    open_piece(session, piece_file)
    assert [action.isEnabled() for action in gated] == [False, True, False, False, False, True]
    transfer(session, "jazz")
    assert [action.isEnabled() for action in gated] == [True, True, True, False, True, True]
    actions.undo.trigger()
    assert actions.redo.isEnabled()


def test_export_adds_the_suffix_and_asks_before_it_replaces(
    window, session, piece_file, open_piece, transfer, choose, monkeypatch, tmp_path
):
    open_piece(session, piece_file)
    transfer(session, "jazz")
    choose(tmp_path / "result", "getSaveFileName")
    act(window, "export_midi")
    assert (tmp_path / "result.mid").read_bytes() == session.styled.to_bytes()
    session.transfers.set_strength(0.0)
    monkeypatch.setattr(QMessageBox, "question", staticmethod(lambda *args: QMessageBox.StandardButton.No))
    act(window, "export_midi")
    assert (tmp_path / "result.mid").read_bytes() != session.styled.to_bytes()


def test_the_message_bar_shows_and_dismisses(window, session, qtbot):
    bar = window.findChild(MessageBar)
    assert not bar.isVisible()
    session.messages.say("error", "It broke <b>here</b>.")
    assert bar.isVisible()
    assert bar.text() == bar.accessibleName() == "It broke <b>here</b>."
    assert bar.property("kind") == "error"
    qtbot.mouseClick(bar.findChild(QToolButton, "dismissButton"), Qt.MouseButton.LeftButton)
    assert not bar.isVisible()


def test_a_bug_is_shown_with_a_trace_to_copy_also_from_another_thread(window, qtbot):
    reporter = BugReporter(window)
    reporter.install()
    try:
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: window.findChild(BugDialog) is not None, timeout=5_000)
        dialog = window.findChild(BugDialog)
        sys.excepthook(ValueError, ValueError("second"), None)
        qtbot.waitUntil(lambda: "second" in dialog.trace.toPlainText(), timeout=5_000)
        dialog.copy_button.click()
        assert "ZeroDivisionError" in QGuiApplication.clipboard().text()
        dialog.close()
        qtbot.waitUntil(lambda: window.findChild(BugDialog) is None, timeout=5_000)
    finally:
        reporter.uninstall()


def test_preferences_are_put_into_force_by_ok_only(window, session, qtbot, tmp_path):
    for accept in (False, True):
        dialog = Preferences(session, window)
        qtbot.addWidget(dialog)
        dialog.soundfont.setText(str(tmp_path / "mine.sf2"))
        dialog.device.setCurrentIndex(dialog.device.findData("cpu"))
        dialog.theme.setCurrentIndex(dialog.theme.findData("light"))
        dialog.accept() if accept else dialog.reject()
        assert (session.transfers.options.device == "cpu") is accept
        assert (session.settings.soundfont is not None) is accept
        assert (current().window == "#e9ebef") is accept
    dialog = Preferences(session, window)
    qtbot.addWidget(dialog)
    dialog.theme.setCurrentIndex(dialog.theme.findData("dark"))
    dialog.accept()


def test_the_demo_opens(window, session, qtbot):
    qtbot.mouseClick(window.findChild(QPushButton, "demoButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.path == DEMO, timeout=10_000)


def test_the_window_fits_its_smallest_size(window, session, piece_file, open_piece, transfer):
    open_piece(session, piece_file)
    transfer(session, "jazz")
    session.messages.say("warning", "A sentence that is long enough to need a second line. " * 4)
    window.resize(*SMALLEST)
    for _ in range(4):
        QApplication.processEvents()
    assert (window.width(), window.height()) == SMALLEST
    for name in ("originalRoll", "styledRoll", "playButton", "volumeSlider", "transferToJazzButton"):
        part = window.findChild(QWidget, name)
        corner = part.mapTo(window, part.rect().bottomRight())
        assert window.rect().contains(corner), name
        assert part.height() >= part.minimumSizeHint().height(), name
    for frame in window.findChildren(QFrame):
        if frame.property("class") == "panel" and frame.isVisible():
            assert frame.height() >= frame.minimumSizeHint().height(), frame.objectName()


def test_no_text_is_cut_off(window, session, piece_file, open_piece, transfer):
    open_piece(session, piece_file)
    transfer(session, "jazz")
    window.resize(*SMALLEST)
    QApplication.processEvents()
    cut = [
        (label.text(), label.width(), label.sizeHint().width())
        for label in window.findChildren(QLabel)
        if label.isVisible() and label.text() and not label.wordWrap() and label.width() < label.sizeHint().width()
    ]
    assert not cut


def test_shape_is_remembered(qtbot, tiny_model):
    def open_window():
        session = Session(runner=InProcess(), models=[tiny_model], player=Player(audio=False), load_judge=no_judge)
        window = MainWindow(session)
        qtbot.addWidget(window)
        window.show()
        return window

    first = open_window()
    first.resize(1024, 700)
    first.close()
    second = open_window()
    assert (second.width(), second.height()) == (1024, 700)
    second.close()


def test_close_in_the_middle_of_a_job_ends_everything(window, session, tmp_path, open_piece):
    path = tmp_path / "long.mid"
    path.write_bytes(melody(3000))
    open_piece(session, path)
    session.transfers.run("jazz")
    window.close()
    assert not window.isVisible()


def test_no_two_parts_share_a_key(window):
    """Qt calls neither of two actions or shortcuts that share a key."""
    keys = [shortcut.key().toString() for shortcut in window.findChildren(QShortcut)]
    keys += [action.shortcut().toString() for action in window.findChildren(QAction) if not action.shortcut().isEmpty()]
    assert sorted(set(keys)) == sorted(keys)


def test_without_a_session_it_has_one_of_its_own(qtbot, piece_file):
    window = MainWindow()
    qtbot.addWidget(window)
    window.session.open(piece_file)
    qtbot.waitUntil(lambda: window.session.original is not None)
    window.close()
    assert window.session.idle


def test_a_band_is_heard_solo_once_there_is_a_result_and_one_click_brings_all_back(
    window, session, open_piece, transfer, tmp_path, piece_file, qtbot
):
    band, other = tmp_path / "band.mid", tmp_path / "other.mid"
    for path in (band, other):
        path.write_bytes(combo())
    solo = window.findChild(QPushButton, "soloButton")
    open_piece(session, band)
    assert (solo.isVisible(), solo.isChecked(), session.player.audible.piano) == (True, False, False)
    transfer(session, "classical")
    assert (solo.isChecked(), session.player.audible.piano) == (True, True)
    assert "piano alone" in solo.accessibleName().lower()
    qtbot.mouseClick(solo, Qt.MouseButton.LeftButton)
    assert (solo.isChecked(), session.player.audible.piano) == (False, False)
    transfer(session, "jazz")
    open_piece(session, other)
    transfer(session, "classical")
    assert not session.player.audible.piano  # it was chosen, for the session
    qtbot.mouseClick(solo, Qt.MouseButton.LeftButton)
    qtbot.keyClick(window, Qt.Key.Key_S)
    assert not session.player.audible.piano
    qtbot.keyClick(window, Qt.Key.Key_S)
    open_piece(session, piece_file)
    assert (solo.isVisible(), session.player.audible.piano) == (False, False)
    open_piece(session, band)
    assert session.player.audible.piano


def dragged_over(window, path):
    """Drag a file over a window and say whether its drop target is lit, and whether it is after the drag has left."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    keys = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(300, 300), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, keys)
    QApplication.sendEvent(window, enter)
    target = window.findChild(QWidget, "dropTarget", Qt.FindChildOption.FindDirectChildrenOnly)
    lit = target.isVisible() and target.geometry() == window.rect()
    QApplication.sendEvent(window, QDragLeaveEvent())
    return lit, target.isVisible()


@pytest.mark.parametrize(("name", "lit"), [("a.mid", True), ("B.MIDI", True), ("c.zip", True), ("d.txt", False)])
def test_the_drop_target_is_lit_while_a_usable_file_is_dragged_over(window, tmp_path, name, lit):
    (tmp_path / name).write_bytes(b"")
    assert dragged_over(window, tmp_path / name) == (lit, False)


def test_the_drop_target_is_lit_for_a_folder_and_goes_out_with_the_drop(window, session, tmp_path, piece_file, qtbot):
    assert dragged_over(window, tmp_path) == (True, False)
    drop(window, [piece_file])
    qtbot.waitUntil(lambda: session.path == piece_file, timeout=10_000)
    assert not window.findChild(QWidget, "dropTarget").isVisible()


def test_a_row_of_the_batch_opens_its_file_and_its_result(window, session, piece_file, qtbot):
    window.show_batch([piece_file])
    qtbot.waitUntil(lambda: bool(session.batch.items), timeout=10_000)
    dialog = window.findChild(BatchWindow)
    source = dialog.findChild(QComboBox, "batchSourceCombo")
    assert [source.itemText(index) for index in range(source.count())] == ["Auto", "Classical", "Jazz"]

    def double_click():
        place = dialog.table.visualRect(dialog.table.model().index(0, 0)).center()
        for click in (qtbot.mouseClick, qtbot.mouseDClick):
            click(dialog.table.viewport(), Qt.MouseButton.LeftButton, pos=place)

    double_click()
    qtbot.waitUntil(lambda: session.path == piece_file, timeout=10_000)
    source.setCurrentIndex(source.findData("jazz"))
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.batch.order is not None and not session.batch.running, timeout=30_000)
    assert session.batch.order.source == "jazz"
    double_click()
    made = session.batch.order.folder / session.batch.items[0].place
    qtbot.waitUntil(lambda: session.path == made, timeout=10_000)
