"""What the window shows, by key and menu, and that it is remembered."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollBar, QSplitter, QWidget

from app.theme import theme
from app.window.main_window import MainWindow
from tests.app.stand_in import colour_at, place_of, settle
from tests.pieces import melody

SHIFT = Qt.KeyboardModifier.ShiftModifier
KEYS = {
    "velocityLane": Qt.Key.Key_V,
    "tempoLane": Qt.Key.Key_T,
    "pedalLane": Qt.Key.Key_P,
    "velocityMatrix": Qt.Key.Key_M,
    "overviewStrip": Qt.Key.Key_O,
}


@pytest.fixture
def opened(window, session, open_piece, transfer, tmp_path, qtbot):
    """The window with a long piece and its result."""
    path = tmp_path / "long.mid"
    path.write_bytes(melody(400))
    open_piece(session, path)
    transfer(session, "jazz")
    window.resize(1440, 900)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    settle()
    return window


def part(window, name, kind=QWidget):
    found = window.findChild(kind, name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", KEYS)
def test_a_key_shows_a_view_or_leaves_it_out_and_the_window_remembers_it(opened, session, qtbot, name):
    view, action = part(opened, name), part(opened, f"{name}Action", QAction)
    assert view.accessibleName()
    before = view.isVisible()
    assert before == (name != "velocityMatrix")
    assert action.isChecked() == before
    rolls = part(opened, "originalRoll").height()
    QTest.keyClick(opened, KEYS[name], SHIFT)
    assert (view.isVisible(), action.isChecked()) == (not before, not before)
    change = part(opened, "originalRoll").height() - rolls
    assert change >= 0 if before else change <= 0
    other = MainWindow(session)
    qtbot.addWidget(other)
    other.resize(1440, 900)
    other.pages.setCurrentIndex(1)
    other.show()
    assert part(other, name).isVisible() != before


def test_the_figures_are_switched_with_a_key(opened, session, qtbot):
    panel, action = part(opened, "performancePanel"), part(opened, "performancePanelAction", QAction)
    assert (panel.isVisible(), action.isChecked()) == (True, True)
    QTest.keyClick(opened, Qt.Key.Key_N, SHIFT)
    assert (panel.isVisible(), action.isChecked()) == (False, False)
    session.changed.emit()
    assert not panel.isVisible()
    assert session.settings.shown("performancePanel") is False
    QTest.keyClick(opened, Qt.Key.Key_N, SHIFT)
    assert panel.isVisible()


def test_the_velocities_are_the_second_thing_one_sees(opened):
    heights = {name: part(opened, name).parentWidget().height() for name in ("originalRoll", "velocityLane")}
    assert heights["originalRoll"] > heights["velocityLane"] >= opened.views.height() / 5


def test_heights_that_the_user_gave_are_remembered(opened, session, qtbot):
    splitter, lane = opened.views.findChild(QSplitter), part(opened, "velocityLane").parentWidget()
    before, handle = lane.height(), splitter.handle(1)
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(30, 2))
    QTest.mouseMove(handle, QPoint(30, -38))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=QPoint(30, 2))
    assert lane.height() == pytest.approx(before + 40, abs=4)
    given = lane.height()
    opened.resize(1440, 860)
    settle()
    assert lane.height() == given
    other = MainWindow(session)
    qtbot.addWidget(other)
    other.resize(1440, 860)
    other.pages.setCurrentIndex(1)
    other.show()
    settle()
    assert part(other, "velocityLane").parentWidget().height() == given


def test_zoom_to_the_loop_to_all_and_to_the_playhead(opened, session):
    viewport, roll = opened.views.viewport, part(opened, "originalRoll")
    canvas = roll.canvas.viewport()
    assert not part(opened, "zoomToLoopAction", QAction).isEnabled()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=place_of(roll, 8.0, 60))
    QTest.mouseMove(canvas, place_of(roll, 10.0, 60))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=place_of(roll, 12.0, 60))
    start_sec, end_sec = session.player.loop
    QTest.keyClick(opened, Qt.Key.Key_Z)
    assert viewport.start_sec < start_sec < end_sec < viewport.end_sec
    assert viewport.span_sec < 1.2 * (end_sec - start_sec)
    QTest.keyClick(opened, Qt.Key.Key_Z, SHIFT)
    assert (viewport.start_sec, viewport.end_sec) == (0.0, viewport.length_sec)
    viewport.show_span(30.0, 35.0)
    QTest.keyClick(opened, Qt.Key.Key_J)
    assert viewport.start_sec <= session.player.position_sec <= viewport.end_sec
    assert viewport.span_sec == pytest.approx(5.0)


def test_scroll_bars_show_and_move_what_is_on_screen(opened):
    viewport = opened.views.viewport
    time, pitch = part(opened, "timeScrollBar", QScrollBar), part(opened, "pitchScrollBar", QScrollBar)
    assert time.isVisible()
    assert pitch.isVisible()
    assert time.pageStep() / (time.maximum() + time.pageStep()) == pytest.approx(
        viewport.span_sec / viewport.length_sec, abs=0.001
    )
    QTest.mouseClick(time, Qt.MouseButton.LeftButton, pos=QPoint(time.width() - 40, 5))  # a page on
    assert viewport.start_sec == pytest.approx(30.0, abs=0.1)
    viewport.pan(-10.0)
    assert time.value() == pytest.approx(1000 * viewport.start_sec, abs=1)
    low = viewport.low
    QTest.mouseClick(pitch, Qt.MouseButton.LeftButton, pos=QPoint(5, pitch.height() - 40))
    assert viewport.low < low
    assert viewport.high - viewport.low == pytest.approx(viewport.high - viewport.low)


def test_the_ruler_has_bars_over_seconds_and_a_click_seeks(opened, session):
    ruler = part(opened, "styledRoll").ruler
    assert ruler.isVisible()
    assert ruler.height() >= 2 * ruler.fontMetrics().ascent()
    assert not part(opened, "velocityLane").ruler.isVisible()
    window = opened.views.viewport
    QTest.mouseClick(ruler, Qt.MouseButton.LeftButton, pos=QPoint(ruler.width() // 3, 4))
    assert session.player.position_sec == pytest.approx(window.start_sec + window.span_sec / 3, abs=0.1)


def hue_of(window, roll, note):
    """Red minus blue where a note is drawn."""
    onset, pitch = float(note["onset_sec"]) + 0.05, int(note["pitch"])
    red, _, blue = colour_at(roll, onset, pitch)
    return red - blue


@pytest.mark.parametrize("look", ["dark", "light"])
def test_b_is_coloured_by_change_blue_where_softer_orange_where_louder(opened, session, qtbot, qapp, look):
    theme.apply_theme(qapp, look)
    upper, lower = part(opened, "originalRoll"), part(opened, "styledRoll")
    opened.views.viewport.show_span(0.0, 8.0)
    change = session.styled.velocities.astype(int) - session.original.velocities
    seen = np.flatnonzero(session.original.notes["onset_sec"] < 7)
    softest, loudest = seen[np.argmin(change[seen])], seen[np.argmax(change[seen])]
    assert change[softest] < -8
    before = colour_at(upper, float(session.original.notes[softest]["onset_sec"]) + 0.05, 60)
    assert not lower.scale.isVisible()
    QTest.keyClick(opened, Qt.Key.Key_C, SHIFT)
    assert part(opened, "colourByChangeAction", QAction).isChecked()
    assert lower.scale.isVisible()
    assert hue_of(opened, lower, session.styled.notes[softest]) < -60
    if change[loudest] > 8:
        assert hue_of(opened, lower, session.styled.notes[loudest]) > 60
    session.transfers.set_strength(0.0)
    session.document.catch_up()
    assert abs(hue_of(opened, lower, session.styled.notes[softest])) < 20
    assert colour_at(upper, float(session.original.notes[softest]["onset_sec"]) + 0.05, 60) == before
    other = MainWindow(session)
    qtbot.addWidget(other)
    assert part(other, "colourByChangeAction", QAction).isChecked()
    theme.apply_theme(qapp, "dark")


def test_zoom_to_the_notes_that_are_selected_on_both_sides(opened, session):
    viewport, action = opened.views.viewport, part(opened, "zoomToSelectionAction", QAction)
    assert not action.isEnabled()
    notes = session.original.notes
    chosen = np.flatnonzero((notes["onset_sec"] > 20) & (notes["onset_sec"] < 22))
    session.editing.selection.select(chosen)
    QTest.keyClick(opened, Qt.Key.Key_Z, Qt.KeyboardModifier.AltModifier)
    begin, end = notes["onset_sec"][chosen[0]], (notes["onset_sec"] + notes["duration_sec"])[chosen].max()
    assert viewport.start_sec < begin < end < viewport.end_sec
    assert viewport.span_sec < 1.2 * (end - begin)
    assert viewport.low < notes["pitch"][chosen].min() <= notes["pitch"][chosen].max() < viewport.high
    session.editing.selection.clear()
    assert not action.isEnabled()
