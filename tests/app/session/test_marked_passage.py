"""The marked passage: the window transfers it alone, as the command line does."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QPushButton

from tests.core.parts.test_render import band
from tonenet_core import checkpoint
from tonenet_core.file_transfer import model_interpreter, transfer_performance
from tonenet_core.timing.passage import Passage, Scope
from tonenet_core.transfer import TransferOptions


@pytest.fixture
def opened(window, open_piece, tmp_path):
    """The window with eight bars of a band at 120 a minute."""
    path = tmp_path / "band.mid"
    path.write_bytes(band())
    open_piece(window.session, path)
    return window


def part(window, kind, name):
    return window.findChild(kind, name)


def texts(window):
    return [part(window, QPushButton, f"transferTo{style}Button").text() for style in ("Classical", "Jazz")]


def test_the_switch_is_there_while_a_passage_is_marked_and_buttons_and_menu_say_its_bars(opened, qtbot):
    session, check = opened.session, part(opened, QCheckBox, "passageCheck")
    assert not check.isVisible()
    session.player.set_loop((4.0, 10.0))
    assert check.isVisible()
    assert texts(opened) == ["Transfer to Classical", "Transfer to Jazz"]
    qtbot.mouseClick(check, Qt.MouseButton.LeftButton)
    assert texts(opened) == ["Transfer bars 3–5 to Classical", "Transfer bars 3–5 to Jazz"]
    assert part(opened, QAction, "transferToJazzAction").text() == "Transfer bars 3–5 to Jazz"
    session.player.set_loop((4.0, 6.0))
    assert texts(opened)[1] == "Transfer bar 3 to Jazz"
    qtbot.keyClick(opened, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert not check.isChecked()
    assert texts(opened)[1] == "Transfer to Jazz"
    session.transfers.set(passage_only=True)
    session.player.set_loop(None)
    assert not check.isVisible()
    assert texts(opened)[1] == "Transfer to Jazz"


def test_the_result_is_that_of_the_command_line(opened, qtbot):
    session = opened.session
    session.player.set_loop((4.0, 10.0))
    session.transfers.set(passage_only=True, level="style")
    qtbot.mouseClick(part(opened, QPushButton, "transferToJazzButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.styled is not None, timeout=20_000)
    take = session.take
    assert take.passage == Passage(4.0, 10.0)
    model = checkpoint.load(session.transfers.options.model.path, "cpu")
    options = TransferOptions("jazz", level="style", scope=Scope(from_bar=3, to_bar=5))
    made = transfer_performance(session.original, model_interpreter(lambda: model, judge=lambda: None), options)
    assert session.document.result.to_bytes() == made.styled.to_bytes()
    outside = (session.original.notes["onset_sec"] < 4.0) | (session.original.notes["onset_sec"] > 10.0)
    changed = session.original.velocities != session.styled.velocities
    assert changed.any()
    assert not changed[outside].any()
    session.transfers.set_strength(0.5)
    assert not (session.original.velocities != session.styled.velocities)[outside].any()
    assert session.take.passage == take.passage


def test_another_option_makes_the_same_passage_again(opened, qtbot):
    session = opened.session
    session.player.set_loop((4.0, 10.0))
    session.transfers.set(passage_only=True)
    session.transfers.run("jazz")
    qtbot.waitUntil(lambda: session.take is not None, timeout=20_000)
    session.player.set_loop(None)
    first = session.take
    session.transfers.set_source_style("classical")
    qtbot.waitUntil(lambda: session.take is not first, timeout=20_000)
    assert session.take.passage == Passage(4.0, 10.0)


def test_a_passage_without_notes_is_refused_in_a_sentence(opened):
    session, told = opened.session, []
    session.player.set_loop((3.9, 3.99))
    session.transfers.set(passage_only=True)
    session.transfers.run("jazz", failed=told.append)
    assert np.array_equal([str(error) for error in told], ["No note of band.mid is in that passage."])
    assert session.styled is None
