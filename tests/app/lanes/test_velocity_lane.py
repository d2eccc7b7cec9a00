from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.lanes.velocity_lane import VelocityLane
from app.theme import palette
from app.views import interval_index
from app.views.piano_roll import PianoRoll
from tests.app.mouse import drag
from tests.app.stand_in import (
    colour_at,
    hover,
    long_piece,
    piece,
    place_of,
    settle,
    show,
    turn_wheel,
)
from tonenet_core.editing.edits import NO_EDITS

GREY, ACCENT = (QColor(colour).getRgb()[:3] for colour in (palette.DARK.before, palette.DARK.accent))


@pytest.fixture
def lane(session, viewport, qtbot):
    lane = VelocityLane(session, viewport)
    qtbot.addWidget(lane)
    show(lane, height=320)
    return lane


def test_dots_stand_at_the_velocities_before_and_after(session, lane):
    session.show(piece((5.3, 1, 60, 100), (20, 1, 60, 64)), velocities=[30, 64])
    assert colour_at(lane, 5.3, 100) == GREY
    assert colour_at(lane, 5.3, 30) == ACCENT
    stem = colour_at(lane, 5.3, 65)
    assert stem not in (GREY, ACCENT, colour_at(lane, 7.3, 65))
    assert colour_at(lane, 5.3, 15) == colour_at(lane, 7.3, 15)


def test_before_a_transfer_stems_stand_on_zero(session, lane):
    session.show(piece((5.3, 1, 60, 100), (20, 1, 60, 64)))
    assert colour_at(lane, 5.3, 100) == GREY
    assert colour_at(lane, 5.3, 15) != colour_at(lane, 7.3, 15)
    assert lane.title_label.text() == "Velocity"


def test_loudest_and_softest_dot_are_whole(session, lane):
    session.show(piece((5.3, 1, 60, 127), (9.3, 1, 60, 1)))
    height = lane.canvas.viewport().height()
    for velocity in (1, 127):
        assert 3 <= place_of(lane, 5.3, velocity).y() <= height - 4
    assert colour_at(lane, 5.3, 127) == GREY
    assert colour_at(lane, 9.3, 1) == GREY


def test_the_first_note_of_a_piece_is_seen_beside_the_playhead_and_can_be_dragged(session, lane):
    session.show(piece((0.0, 1, 60, 100), (20, 1, 60, 64)), velocities=[30, 64])
    session.player.move(0.0)
    settle()
    image, left = lane.canvas.viewport().grab().toImage(), place_of(lane, 0.0, 100).x()
    dot, stem = (
        [QColor(image.pixel(left + x, place_of(lane, 0.0, row).y())).getRgb()[:3] for x in range(2, 9)]
        for row in (100, 65)
    )
    assert dot.count(GREY) >= 3
    assert len(set(stem)) == 2
    session.editing.set = lambda notes, values: drawn.append((notes.tolist(), values.tolist()))
    drawn = []
    drag(lane, [place_of(lane, 0.0, 30), place_of(lane, 0.0, 50), place_of(lane, 0.0, 80)])
    ((notes, values),) = drawn
    assert notes == [0]
    assert values == pytest.approx([80], abs=2)


def test_a_new_result_moves_the_dots(session, lane):
    session.show(piece((5.3, 1, 60, 100), (20, 1, 60, 64)), velocities=[30, 64])
    session.show(session.original, velocities=[60, 64])
    assert colour_at(lane, 5.3, 60) == ACCENT
    assert colour_at(lane, 5.3, 30) != ACCENT


@pytest.mark.parametrize("crowd", [interval_index.CROWD + 500, 20 * interval_index.CROWD])
def test_a_crowd_shows_every_velocity_s_dot(session, lane, crowd):
    rng = np.random.default_rng(0)
    lonely = (50.0, 0.1, 60, 120)
    session.show(piece(lonely, *((rng.uniform(0, 99), 0.1, 60, int(rng.integers(20, 60))) for _ in range(crowd))))
    lane.viewport.show_all()
    settle()
    image = lane.canvas.viewport().grab().toImage()
    place = place_of(lane, 50.0, 120)
    near = {image.pixelColor(place.x() + x, place.y() + y).getRgb()[:3] for x in (-1, 0, 1) for y in (-1, 0, 1)}
    assert GREY in near
    assert colour_at(lane, 20.3, 120) != GREY


@pytest.mark.parametrize("crowd", [interval_index.CROWD - 500, interval_index.CROWD + 500, 20 * interval_index.CROWD])
def test_the_playhead_leaves_no_trace(session, lane, crowd):
    rng = np.random.default_rng(0)
    session.show(piece(*((rng.uniform(0, 99), 0.1, 60, int(rng.integers(1, 128))) for _ in range(crowd))))
    lane.viewport.show_all()
    session.player.move(0.0)
    settle()
    before = lane.screen().grabWindow(lane.winId()).toImage()
    for position in np.arange(0, 30, 0.9):
        session.player.move(float(position))
        QApplication.processEvents()
    session.player.move(0.0)
    settle()
    assert lane.screen().grabWindow(lane.winId()).toImage() == before


def test_the_lane_stands_under_the_roll(session, viewport, lane, qtbot):
    roll = PianoRoll(session, viewport, "original")
    qtbot.addWidget(roll)
    show(roll, height=200)
    session.show(long_piece())
    for scroll in (0, 7.7):
        lane.viewport.pan(scroll)
        left = [view.canvas.viewport().mapTo(view, QPoint(0, 0)).x() for view in (roll, lane)]
        assert left[0] == left[1]
        assert place_of(roll, 12.0, 60).x() == place_of(lane, 12.0, 60).x()
        assert roll.canvas.second_at(333) == lane.canvas.second_at(333)


def test_the_wheel_scrolls_time_where_there_are_no_pitches(session, lane):
    session.show(long_piece())
    low = lane.viewport.low
    turn_wheel(lane, -2, QPoint(100, 50))
    assert lane.viewport.start_sec > 3
    assert lane.viewport.low == low
    QTest.keyClick(lane, Qt.Key.Key_Up)
    assert lane.viewport.low == low


def test_a_click_seeks(session, lane):
    session.show(long_piece())
    QTest.mouseClick(lane.canvas.viewport(), Qt.MouseButton.LeftButton, pos=place_of(lane, 12.0, 60))
    assert session.player.position_sec == pytest.approx(12.0, abs=0.05)


def test_hovering_tells_the_nearest_note(session, lane):
    session.show(piece((5.0, 1, 60, 100), (5.0, 1, 72, 40), (20, 1, 60, 64)), velocities=[30, 90, 64])
    hover(lane, place_of(lane, 5.02, 32))
    assert lane.readout() == "0:05.0  ·  velocity 100 → 30"
    hover(lane, place_of(lane, 5.02, 88))
    assert lane.readout() == "0:05.0  ·  velocity 40 → 90"
    hover(lane, place_of(lane, 12.0, 88))
    assert lane.readout() == ""


def test_names_for_tests_and_screen_readers(session, lane):
    assert lane.objectName() == "velocityLane"
    assert lane.accessibleName()
    assert lane.accessibleDescription() == "no notes"
    session.show(piece((5.0, 1, 60, 100), (6.0, 1, 72, 40)), velocities=[30, 40])
    assert lane.accessibleDescription() == "mean velocity 70 → 35"


def test_with_alt_a_chord_keeps_its_proportions(session, lane):
    session.show(piece((5.0, 1, 60, 64), (5.01, 1, 72, 64), (9.0, 1, 60, 64)), velocities=[40, 80, 50])
    at, to = place_of(lane, 5.01, 80), place_of(lane, 5.01, 40)
    session.editing.set = lambda notes, values: drawn.append((notes.tolist(), values.tolist()))
    drawn = []
    drag(lane, [at, at + QPoint(0, 5), to], Qt.KeyboardModifier.AltModifier)
    drag(lane, [place_of(lane, 4.0, 20), place_of(lane, 6.0, 20)], Qt.KeyboardModifier.AltModifier)
    (notes, values), (drawn_notes, drawn_values) = drawn
    assert notes == drawn_notes == [0, 1]
    assert values == pytest.approx([20, 40], abs=2)
    assert drawn_values == pytest.approx([10, 20], abs=2)


@pytest.mark.parametrize("crowd", [0, interval_index.CROWD + 500])
def test_what_is_painted_while_drawing_is_what_all_would_be(session, lane, crowd):
    rng = np.random.default_rng(0)
    notes = sorted((rng.uniform(0, 99), 0.1, 60, int(rng.integers(1, 128))) for _ in range(200 + crowd))
    session.show(piece(*notes), velocities=[max(1, velocity - 20) for *_, velocity in notes])
    lane.viewport.show_all()
    settle()
    lane.canvas.viewport().grab()
    for keys in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
        points = [place_of(lane, second, 130 - second) for second in (20, 33, 47, 40)]
        drag(lane, points, keys, release=False)
        drawn = lane.canvas.viewport().grab().toImage()
        lane.canvas.redraw()
        assert lane.canvas.viewport().grab().toImage() == drawn
        lane.cancel()


def test_what_was_set_by_hand_and_what_is_selected_are_marked(session, lane):
    session.show(piece((5.3, 1, 60, 100), (9.3, 1, 60, 64)), velocities=[30, 64])
    session.take = replace(session.take, edits=NO_EDITS.set(np.array([0]), 30))
    plain = colour_at(lane, 5.3, 34)
    session.changed.emit()
    assert colour_at(lane, 5.3, 30) == ACCENT
    assert lane.title_label.text() == "Velocity, before and after  ·  1 set by hand"
    assert lane.accessibleDescription() == "mean velocity 82 → 47, 1 set by hand"
    session.editing.selection.select(np.array([1]))
    text = QColor(palette.DARK.text).getRgb()[:3]
    assert colour_at(lane, 9.3, 64) == text
    assert lane.readout() == "0:09.3  ·  velocity 64 → 64"
    session.editing.selection.select_all()
    assert colour_at(lane, 5.3, 65) == text
    assert lane.readout() == "2 notes  ·  velocity 30–64"
    assert plain != text
