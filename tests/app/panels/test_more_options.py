"""The options behind "More": loudness, performing, and the tracks that are played, in the whole window."""

from itertools import product

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton, QSpinBox, QStyle, QTreeWidget, QWidget
from typer.testing import CliRunner

from app.theme.theme import apply_saved_theme
from app.window.main_window import MainWindow
from app.window.message_bar import MessageBar
from tests.pieces import Note, combo, midi, note_events, track
from tests.pieces import program as program_change
from tonenet_core.cli import app as command_line

CHECKED, PARTLY, UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.PartiallyChecked, Qt.CheckState.Unchecked


@pytest.fixture
def window(qtbot, performing):
    window = MainWindow(performing)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


@pytest.fixture
def band_file(tmp_path):
    path = tmp_path / "band.mid"
    path.write_bytes(combo())
    return path


@pytest.fixture
def more(window, qtbot):
    """Press "More" and return what it shows."""

    def shown():
        button = window.findChild(QPushButton, "moreButton")
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        options = window.findChild(QWidget, "moreOptions")
        qtbot.waitUntil(options.isVisible)
        return options

    return shown


def tracks_of(options):
    return options.findChild(QTreeWidget, "trackList")


def ticks(tracks):
    """Return which of the tracks that can be played are ticked."""
    items = map(tracks.topLevelItem, range(tracks.topLevelItemCount()))
    return [item.checkState(0) for item in items if item.data(0, Qt.ItemDataRole.CheckStateRole) is not None]


def click_tick(qtbot, tracks, row):
    """Click the box of a track."""
    index = tracks.indexFromItem(tracks.topLevelItem(row))
    box = tracks.style().pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth)
    at = tracks.visualRect(index).topLeft() + QPoint(box // 2, tracks.visualRect(index).height() // 2)
    qtbot.mouseClick(tracks.viewport(), Qt.MouseButton.LeftButton, pos=at)


def choose(qtbot, combo_box, text):
    """Choose an entry by keys."""
    combo_box.setFocus()
    rows = combo_box.findText(text) - combo_box.currentIndex()
    assert combo_box.findText(text) >= 0
    for _ in range(abs(rows)):
        qtbot.keyClick(combo_box, Qt.Key.Key_Down if rows > 0 else Qt.Key.Key_Up)


def summary(window):
    return window.findChild(QLabel, "resultSummary").text()


def test_tracks_are_listed_with_what_is_left_out(window, performing, band_file, open_piece, more):
    open_piece(performing, band_file)
    assert summary(window) == "8 of 12 notes played"
    tracks = tracks_of(more())
    rows = [[tracks.topLevelItem(row).text(column) for column in range(2)] for row in range(3)]
    assert rows == [["Piano", "piano: 8"], ["Track 3", "bass: 4"], ["Track 4", "drums: 4"]]
    assert ticks(tracks) == [CHECKED, UNCHECKED]


def test_the_count_of_a_large_page_is_not_cut_beside_the_seed(window, performing, tmp_path, open_piece):
    path = tmp_path / "page.mid"
    piano, bass = ([Note(place * 120, pitch, 64, 100) for place in range(1000)] for pitch in (60, 36))
    path.write_bytes(midi(track(note_events(piano)), track([(0, program_change(32, 1)), *note_events(bass, 1)])))
    open_piece(performing, path)
    assert window.findChild(QSpinBox, "seedSpin").isVisible()
    assert summary(window) == "1000 of 2000 notes played"
    label = window.findChild(QLabel, "resultSummary")
    assert label.width() >= label.sizeHint().width()


def test_ticked_tracks_give_the_bytes_of_the_command_line(
    window, performing, band_file, tmp_path, tiny_performer, open_piece, transfer, more, qtbot
):
    open_piece(performing, band_file)
    former = transfer(performing, "jazz")
    tracks = tracks_of(more())
    click_tick(qtbot, tracks, 1)
    qtbot.waitUntil(lambda: performing.styled is not former and performing.idle, timeout=20_000)
    assert ticks(tracks) == [CHECKED, CHECKED]
    assert "notes played" not in summary(window)
    out = tmp_path / "out.mid"
    options = ["--to", "jazz", "--tracks", "2,3", "--model", str(tiny_performer.path), "-o", str(out)]
    ran = CliRunner().invoke(command_line, ["transfer", str(band_file), *options])
    assert ran.exit_code == 0, ran.output
    assert performing.document.result.to_bytes() == out.read_bytes()
    assert out.read_bytes() != former.to_bytes()


def test_tracks_are_ticked_by_keys_and_one_stays_ticked(window, performing, band_file, open_piece, more, qtbot):
    open_piece(performing, band_file)
    options = more()
    tracks = tracks_of(options)
    while QApplication.focusWidget() is not tracks:
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    qtbot.keyClick(tracks, Qt.Key.Key_Space)
    assert ticks(tracks) == [CHECKED, UNCHECKED]
    qtbot.keyClick(tracks, Qt.Key.Key_Down)
    qtbot.keyClick(tracks, Qt.Key.Key_Space)
    qtbot.keyClick(tracks, Qt.Key.Key_Up)
    qtbot.keyClick(tracks, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: performing.idle)
    assert ticks(tracks) == [UNCHECKED, CHECKED]
    assert performing.original.notes["pitch"].tolist() == [36, 37, 38, 39]
    qtbot.mouseClick(options.findChild(QPushButton, "resetTracksButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: performing.idle)
    assert ticks(tracks) == [CHECKED, UNCHECKED]
    assert len(performing.original) == 8


def test_a_piece_of_one_track_has_no_tracks_to_choose(window, performing, piece_file, open_piece, more):
    open_piece(performing, piece_file)
    options = more()
    assert not tracks_of(options).isVisible()
    assert not options.findChild(QPushButton, "resetTracksButton").isVisible()
    assert options.findChild(QComboBox, "levelCombo").isVisible()


def test_it_opens_by_key_and_escape_gives_the_focus_back(window, performing, piece_file, open_piece, qtbot):
    open_piece(performing, piece_file)
    button, options = window.findChild(QPushButton, "moreButton"), window.findChild(QWidget, "moreOptions")
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Return)
    qtbot.waitUntil(options.isVisible)
    assert options.isAncestorOf(QApplication.focusWidget())
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not options.isVisible())
    qtbot.waitUntil(button.hasFocus)


def test_it_stands_wholly_on_the_screen_wherever_the_window_is(window, performing, band_file, open_piece, more, qtbot):
    apply_saved_theme("dark", "sunset")  # its frame is part of the size
    open_piece(performing, band_file)
    window.resize(900, 500)
    edge = 4
    room = window.screen().availableGeometry().adjusted(edge, edge, -edge, -edge)
    for place in product([1860, 1500, 700, 0, -40, -800], [900, 400, 0, -400]):
        window.move(*place)
        qtbot.waitUntil(lambda place=place: window.pos() == QPoint(*place))
        options = more()
        assert room.contains(options.frameGeometry()), place
        options.resize(options.width(), options.height() + 30)  # as when more has come into it
        assert room.contains(options.frameGeometry()), place
        qtbot.keyClick(options, Qt.Key.Key_Escape)
        qtbot.waitUntil(options.isHidden)


def instruments(counts):
    """Return a file of one track with some notes of each program."""
    events, tick = [], 0
    for program, count in counts.items():
        for _ in range(count):
            events += [
                (tick, program_change(program)),
                (tick, bytes([0x90, 60, 64])),
                (tick + 10, bytes([0x80, 60, 0])),
            ]
            tick += 20
    return midi(track(events))


@pytest.mark.parametrize(
    ("others", "named"),
    [
        ({40: 5, 56: 3, 19: 2}, "(strings: 5; brass: 3; organ: 2)"),
        ({19: 2, 32: 1, 56: 3, 40: 5, 73: 4}, "(strings: 5; pipe: 4; 3 other instruments)"),
    ],
)
def test_a_piece_with_other_instruments_offers_to_choose_its_tracks(
    window, performing, tmp_path, open_piece, others, named, qtbot
):
    path = tmp_path / "band.mid"
    path.write_bytes(instruments({0: 8} | others))
    qtbot.mouseClick(window.findChild(QPushButton, "generateToolButton"), Qt.MouseButton.LeftButton)
    open_piece(performing, path)
    bar = window.findChild(MessageBar, "messageBar")
    assert bar.text().endswith(f"the others stay as they are {named}.")
    qtbot.mouseClick(bar.findChild(QPushButton, "tracksOffer"), Qt.MouseButton.LeftButton)
    tracks = tracks_of(window.findChild(QWidget, "moreOptions"))
    qtbot.waitUntil(tracks.hasFocus)
    assert window.findChild(QPushButton, "moreButton").isVisible()
    assert not bar.isVisible()


def test_a_piano_piece_offers_no_tracks(window, performing, piece_file, open_piece):
    open_piece(performing, piece_file)
    assert window.findChild(QPushButton, "tracksOffer") is None


def test_the_loudness_is_the_pieces_or_the_styles(window, performing, piece_file, open_piece, transfer, more, qtbot):
    piece = open_piece(performing, piece_file)
    kept = transfer(performing, "jazz")
    level = more().findChild(QComboBox, "levelCombo")
    choose(qtbot, level, "Usual in the style")
    usual = performing.styled
    assert abs(kept.velocities.mean() - piece.velocities.mean()) < 0.5
    assert usual.to_bytes() != kept.to_bytes()
    performing.transfers.undo()
    assert level.currentText() == "That of the piece"


def test_a_piece_is_performed_or_kept_as_the_user_wants(
    window, performing, flat_file, piece_file, open_piece, transfer, more, qtbot
):
    open_piece(performing, piece_file)
    carried = transfer(performing, "jazz")
    assert summary(window) == "Carried over from Classical\nSwing as played"  # it has too few pairs
    perform = more().findChild(QComboBox, "performCombo")
    assert perform.currentText() == "Auto: keep the player's"
    choose(qtbot, perform, "Perform the piece")
    qtbot.waitUntil(lambda: performing.styled is not carried and performing.idle, timeout=20_000)
    assert summary(window) == "Performed"
    assert not window.findChild(QComboBox, "sourceCombo").isVisible()
    assert window.findChild(QWidget, "seedSpin").isVisible()
    performing.transfers.undo()
    assert perform.currentText() == "Auto: keep the player's"
    open_piece(performing, flat_file)
    assert perform.currentText() == "Auto: perform the piece"


def test_auto_says_what_it_found(window, performing, piece_file, open_piece, transfer):
    open_piece(performing, piece_file)
    source = window.findChild(QComboBox, "sourceCombo")
    assert source.currentText() == "Auto"
    transfer(performing, "jazz")
    assert source.currentText() == "Auto: Classical"
    performing.transfers.undo()
    assert source.currentText() == "Auto"
