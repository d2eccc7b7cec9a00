"""Velocities set by hand where no model has run: of a piece as it was opened, of a cover, and in a project."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget

from app.documents.project_file import PieceSettings, read_project, write_project
from app.theme.theme import apply_saved_theme
from tests.app.mouse import click, drag
from tests.app.stand_in import place_of
from tests.core.arranging.test_arranger import song
from tests.pieces import combo
from tonenet_core.progress import no_progress

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def desk(window, qapp, piece_file, open_piece):
    """The window with a piece of 60 notes, 10 s, as it was opened."""
    apply_saved_theme("dark", "sunset")
    window.session.settings.ask_unsaved = False
    window.resize(1366, 768)
    open_piece(window.session, piece_file)
    QApplication.processEvents()
    return window


def part(window, name):
    return window.findChild(QWidget, name)


def act(window, name):
    window.findChild(QAction, name).trigger()


def dot(window, note):
    """Where the dot of a note stands in the lane, before there is a result."""
    piece = window.session.original
    return place_of(part(window, "velocityLane"), float(piece.notes["onset_sec"][note]), piece.velocities[note])


def chips(window):
    found = part(window, "takeStrip").findChildren(QToolButton)
    return [chip.text() for chip in found if chip.isVisible() and not isinstance(chip, QPushButton)]


def test_a_dot_of_the_original_is_dragged_into_a_take_of_its_own(desk, tmp_path):
    session, lane, before = desk.session, part(desk, "velocityLane"), desk.session.original.velocities.copy()
    at = dot(desk, 20)
    drag(lane, [at, at - QPoint(0, 5), place_of(lane, float(session.original.notes["onset_sec"][20]), 100)])
    after = session.styled.velocities
    assert int(after[20]) == pytest.approx(100, abs=2)
    assert np.array_equal(np.delete(after, 20), np.delete(before, 20))
    assert np.array_equal(session.original.velocities, before)
    assert chips(desk) == ["0  Original", "1  Edited"]
    assert session.side == "styled"
    assert session.player.performances == session.sides
    assert session.side_names == ("Original", "Edited")
    assert not part(desk, "anotherTakeButton").isEnabled()

    expected = bytearray(session.original.source)
    expected[session.original.velocity_offsets[20]] = after[20]
    assert session.exports.suggested(".mid").name == "piece (edited).mid"
    assert session.exports.midi(tmp_path / "out.mid")
    assert (tmp_path / "out.mid").read_bytes() == bytes(expected)

    session.transfers.set_strength(0.2)
    assert np.array_equal(session.styled.velocities, after)
    act(desk, "undoAction")
    assert session.styled is None
    assert session.side == "original"
    act(desk, "redoAction")
    assert np.array_equal(session.styled.velocities, after)


def test_a_transfer_says_that_it_is_made_of_the_piece_as_it_was_opened(desk, transfer, qtbot):
    session, lane = desk.session, part(desk, "velocityLane")
    drag(lane, [place_of(lane, 2.0, 120), place_of(lane, 4.0, 120)], SHIFT)
    edited = session.styled.velocities
    transfer(session, "jazz")
    assert session.message.text.endswith(
        "The piece was transferred as it was opened; what you edited stays in “Edited”."
    )
    assert chips(desk)[1] == "1  Edited"
    transfer(session, "classical")
    assert "as it was opened" not in (session.message.text if session.message else "")
    session.takes.hear(1)
    assert np.array_equal(session.styled.velocities, edited)


def test_what_is_drawn_after_undo_takes_the_place_of_what_was_undone(desk):
    session, lane = desk.session, part(desk, "velocityLane")
    for loud in (120, 30):
        drag(lane, [place_of(lane, 2.0, loud), place_of(lane, 4.0, loud)], SHIFT)
        onsets = session.original.notes["onset_sec"]
        inside = np.flatnonzero((onsets > 2.0) & (onsets < 4.0))
        assert np.abs(session.styled.velocities[inside].astype(int) - loud).max() <= 2
        assert chips(desk) == ["0  Original", "1  Edited"]
        act(desk, "undoAction")
        assert session.styled is None
    assert session.player.loop is None


def test_drawing_is_on_screen_at_once_and_esc_leaves_the_piece_as_it_was(desk):
    session, lane = desk.session, part(desk, "velocityLane")
    lane.point(None)
    lane.canvas.redraw()
    still = lane.canvas.viewport().grab().toImage()
    at = dot(desk, 20)
    drag(lane, [at, at - QPoint(0, 8), at - QPoint(0, 20)], release=False)
    assert f"velocity {session.original.velocities[20]} →" in lane.readout()
    drawn = lane.canvas.viewport().grab().toImage()
    assert drawn != still
    QTest.keyClick(lane, Qt.Key.Key_Escape)
    drag(lane, [at])
    drag(lane, [at, at + QPoint(0, 12), at])  # and back
    assert session.styled is None
    lane.point(None)
    session.editing.selection.clear()
    assert lane.canvas.viewport().grab().toImage() == still
    click(lane, at)
    assert session.editing.selection.notes.tolist() == [20]
    assert session.styled is None


def test_keys_edit_the_original_as_one_step_and_a_transfer_stands_beside(desk, transfer):
    session, lane = desk.session, part(desk, "velocityLane")
    click(lane, dot(desk, 20))
    before = int(session.original.velocities[20])
    for _ in range(3):
        QTest.keyClick(lane, Qt.Key.Key_Up)
    edited = session.styled
    assert edited.velocities[20] == before + 3
    transfer(session, "jazz")
    assert chips(desk)[:2] == ["0  Original", "1  Edited"]
    assert len(chips(desk)) == 3
    QTest.keyClick(desk, Qt.Key.Key_1)
    assert session.styled.velocities[20] == before + 3
    assert session.transfers.options.strength == 1.0
    act(desk, "undoAction")
    act(desk, "undoAction")
    act(desk, "undoAction")
    assert session.styled is None


def test_a_cover_is_edited_beside_its_source_and_travels_in_a_project(desk, open_piece, tmp_path, qtbot):
    session, lane = desk.session, part(desk, "velocityLane")
    path = tmp_path / "song.mid"
    path.write_bytes(song())
    source = open_piece(session, path)
    session.covering.set(model_name="arranger")
    assert session.covering.run("jazz")
    qtbot.waitUntil(lambda: session.original is not source and session.idle, timeout=30_000)
    cover = session.original
    session.player.seek(1.0)
    drag(lane, [place_of(lane, 2.0, 120), place_of(lane, 4.0, 120)], SHIFT)
    edited = session.styled.velocities
    changed = np.flatnonzero(edited != cover.velocities)
    assert len(changed)
    assert session.sides[0] is source  # the comparison stays, and the music where it is
    assert session.side_names == ("Source", "Edited")
    assert session.player.position_sec == pytest.approx(1.0, abs=0.05)

    project = tmp_path / "night.tonenet"
    write_project(project, session.document.current, PieceSettings())
    again = read_project(project, no_progress).document
    assert again.take.is_by_hand
    assert again.result.to_bytes() == session.document.result.to_bytes()
    assert again.sides[0].to_bytes() == source.to_bytes()


def test_edits_of_the_original_go_along_with_other_tracks(desk, open_piece, tmp_path, qtbot):
    session = desk.session
    path = tmp_path / "band.mid"
    path.write_bytes(combo())
    piece = open_piece(session, path)
    session.editing.set(np.array([2]), 99)
    session.transfers.set_tracks((2, 3))
    qtbot.waitUntil(lambda: session.idle, timeout=10_000)
    assert len(session.original) > len(piece)
    same = session.original.file.note_rows == piece.file.note_rows[2]
    assert (
        np.flatnonzero(session.styled.velocities != session.original.velocities).tolist()
        == np.flatnonzero(same).tolist()
    )
    assert session.styled.velocities[same] == [99]
    act(desk, "undoAction")
    assert session.transfers.options.tracks is None
    assert session.styled.velocities[2] == 99
