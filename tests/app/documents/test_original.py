"""A file whose times a transfer has changed offers its original."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from app.window.message_bar import MessageBar
from tests.core.parts.test_render import band, interpreted
from tonenet_core.midi import parse_midi
from tonenet_core.parts.render import render


def test_the_original_of_a_file_with_other_times_is_one_click_away(window, qtbot, open_piece, tmp_path):
    piece, path = parse_midi(band(), "band.mid"), tmp_path / "straight.mid"
    path.write_bytes(render(piece, interpreted(piece), 1.0, 1.0, parts=("timing",)).performance.to_bytes())
    open_piece(window.session, path)
    assert "keeps the original" in window.findChild(MessageBar, "messageBar").text()
    qtbot.mouseClick(window.findChild(QPushButton, "originalOffer"), Qt.MouseButton.LeftButton)
    assert window.session.original.source == band()
    assert window.session.title == "straight.mid (original)"


def test_other_files_offer_nothing(window, open_piece, piece_file):
    open_piece(window.session, piece_file)
    assert window.findChild(QPushButton, "originalOffer") is None
