from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QDragEnterEvent, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.window.drag_handle import DragHandle, ResultFiles
from tonenet_core.midi import read_midi

LEFT, NONE, KEYS = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def result(session, piece_file, open_piece, transfer):
    open_piece(session, piece_file)
    transfer(session, "jazz")
    return session


@pytest.fixture
def made(session):
    return ResultFiles(session, session)


@pytest.fixture
def handle(qtbot, session, made):
    owner = QWidget()
    qtbot.addWidget(owner)
    handle = DragHandle(session, made)
    handle.setParent(owner)
    owner.show()
    yield handle
    owner.close()


def files(mime):
    return [Path(url.toLocalFile()) for url in mime.urls()]


def test_what_is_dragged_is_a_midi_file_named_after_the_piece(result):
    made = ResultFiles(result, result)
    (path,) = files(made.mime())
    assert path.name == "piece (jazz).mid"
    assert path.read_bytes() == result.styled.to_bytes()
    assert (read_midi(path).velocities == result.styled.velocities).all()


def test_each_drag_has_a_file_of_its_own(result):
    made = ResultFiles(result, result)
    (first,) = files(made.mime())
    before = first.read_bytes()
    result.transfers.set_strength(0.4)
    (second,) = files(made.mime())
    assert (first.name, second.name) == ("piece (jazz).mid", "piece (jazz) (2).mid")
    assert first.read_bytes() == before != second.read_bytes()


def test_a_piece_that_was_made_here_can_be_taken_out_as_it_is(inventing, invented):
    piece = invented(inventing)
    (path,) = files(ResultFiles(inventing, inventing).mime())
    assert path.suffix == ".mid"
    assert path.read_bytes() == piece.to_bytes()


def test_the_same_result_has_the_same_file(result):
    made = ResultFiles(result, result)
    assert files(made.mime()) == files(made.mime())
    assert files(ResultFiles(result, result).mime()) == files(made.mime())


def test_what_no_program_has_taken_goes_when_the_program_ends(result):
    made = ResultFiles(result, result)
    (path,) = files(made.mime())
    made.close()
    assert not path.parent.exists()
    made.close()


def test_what_was_copied_stays_when_the_program_ends(result):
    made = ResultFiles(result, result)
    made.copy()
    (path,) = files(QGuiApplication.clipboard().mimeData())
    QGuiApplication.clipboard().clear()
    made.close()
    assert path.read_bytes() == result.styled.to_bytes()
    again = ResultFiles(result, result)  # of the next start, which makes nothing new of it
    assert files(again.mime()) == [path]
    again.close()
    assert path.exists()


def test_without_a_result_there_is_nothing_to_drag(session, piece_file, open_piece, handle):
    open_piece(session, piece_file)
    assert ResultFiles(session, session).mime() is None
    assert not handle.isEnabled()


def test_a_full_disk_is_a_message(result, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.window.drag_handle.write_midi", full)
    assert ResultFiles(result, result).mime() is None
    assert "No space left" in result.message.text


def move(handle, by):
    for kind, at, button in ((QEvent.Type.MouseButtonPress, QPoint(5, 5), LEFT), (QEvent.Type.MouseMove, by, NONE)):
        where = QPointF(at), QPointF(handle.mapToGlobal(at))
        QApplication.sendEvent(handle, QMouseEvent(kind, *where, button, LEFT, KEYS))


@pytest.mark.parametrize(("taken", "saved"), [(Qt.DropAction.CopyAction, True), (Qt.DropAction.IgnoreAction, False)])
def test_pulling_the_handle_drags_and_what_was_taken_is_saved_and_stays(
    result, handle, made, monkeypatch, taken, saved
):
    dragged = []
    monkeypatch.setattr(QDrag, "exec", lambda drag, *_: (dragged.append(files(drag.mimeData())), taken)[1])
    move(handle, QPoint(7, 6))
    assert dragged == []
    move(handle, QPoint(60, 60))
    ((path,),) = dragged
    assert path.name == "piece (jazz).mid"
    assert result.document.unsaved is not saved
    assert (result.message is not None and str(path.parent) in result.message.text) is saved
    made.close()
    assert path.exists() is saved


def test_a_click_or_the_key_copies(window, session, piece_file, open_piece, transfer, qtbot):
    open_piece(session, piece_file)
    transfer(session, "jazz")
    for copy in (
        lambda: qtbot.mouseClick(window.findChild(DragHandle), LEFT),
        lambda: qtbot.keyClick(window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier),
    ):
        QGuiApplication.clipboard().clear()
        copy()
        (path,) = files(QGuiApplication.clipboard().mimeData())
        assert path.read_bytes() == session.styled.to_bytes()
    assert "clipboard" in session.message.text
    assert session.document.unsaved  # nobody has pasted it yet
    QGuiApplication.clipboard().clear()


def test_the_window_does_not_take_its_own_result(window, session, piece_file, open_piece, transfer, monkeypatch):
    open_piece(session, piece_file)
    transfer(session, "jazz")
    mime = ResultFiles(session, window).mime()
    enter = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, mime, LEFT, KEYS)
    monkeypatch.setattr(QDragEnterEvent, "source", lambda event: window)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    assert not enter.isAccepted()
