"""The overview strip: where its handle is, and what the mouse does with it."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from app.lanes.overview_strip import OverviewStrip
from app.theme import palette
from tests.app.stand_in import long_piece, piece, settle

WIDTH = 600
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def strip(session, viewport, qtbot):
    strip = OverviewStrip(session, viewport)
    qtbot.addWidget(strip)
    strip.resize(WIDTH, strip.sizeHint().height())
    strip.show()
    session.show(long_piece(120.0))
    settle()
    return strip


def x_of(viewport, second):
    return round(second / viewport.length_sec * WIDTH)


def drag(strip, start, end):
    QTest.mousePress(strip, LEFT, pos=QPoint(start, 10))
    QTest.mouseMove(strip, QPoint((start + end) // 2, 10))
    QTest.mouseMove(strip, QPoint(end, 10))
    QTest.mouseRelease(strip, LEFT, pos=QPoint(end, 10))


def test_the_handle_is_the_part_on_screen(strip, viewport):
    assert (strip.handle.left(), strip.handle.right() + 1) == (0, x_of(viewport, 30.0))
    viewport.pan(40.0)
    assert (strip.handle.left(), strip.handle.right() + 1) == (x_of(viewport, 40.0), x_of(viewport, 70.0))
    viewport.zoom(1e-6, 50.0)
    assert strip.handle.width() >= 10


def test_dragging_the_handle_scrolls_and_its_edges_zoom(strip, viewport):
    viewport.show_span(20.0, 50.0)
    drag(strip, x_of(viewport, 30.0), x_of(viewport, 60.0))
    assert viewport.start_sec == pytest.approx(50.0, abs=0.3)
    assert viewport.span_sec == pytest.approx(30.0)
    drag(strip, x_of(viewport, 80.0), x_of(viewport, 100.0))
    assert (viewport.start_sec, viewport.end_sec) == pytest.approx((50.0, 100.0), abs=0.5)
    drag(strip, x_of(viewport, 50.0), x_of(viewport, 90.0))
    assert (viewport.start_sec, viewport.end_sec) == pytest.approx((90.0, 100.0), abs=0.5)
    drag(strip, x_of(viewport, 95.0), -300)
    assert (viewport.start_sec, viewport.span_sec) == (0.0, pytest.approx(10.0, abs=0.5))


def test_a_press_beside_the_handle_brings_it_there_and_holds_it(strip, viewport):
    drag(strip, x_of(viewport, 80.0), x_of(viewport, 90.0))
    assert viewport.start_sec == pytest.approx(75.0, abs=0.5)
    assert not viewport.following


def test_the_whole_piece_is_seen_in_the_side_s_colours(strip, session, viewport):
    session.show(piece((1, 1, 60, 20), (100, 10, 72, 120)), velocities=[120, 20])
    settle()

    def colour_at(second, y):
        return QColor(strip.grab().toImage().pixel(x_of(viewport, second), y)).getRgb()[:3]

    viewport.show_all()
    colours = palette.DARK.velocities_between(16, 120)
    top = next(y for y in range(12) if colour_at(105.0, y) == tuple(colours[120]))
    assert all(colour_at(50.0, y) == colour_at(60.0, y) for y in range(1, strip.height() - 1))
    session.side = "styled"
    session.changed.emit()
    assert colour_at(105.0, top) == tuple(colours[20])


def test_a_result_that_is_longer_can_be_scrolled_to_its_end(strip, session, viewport):
    whole = viewport.length_sec
    session.styled = long_piece(200.0)
    session.changed.emit()
    assert viewport.length_sec > 1.5 * whole
    session.styled = None
    viewport.show_span(150.0, 190.0)
    session.changed.emit()
    assert viewport.end_sec <= viewport.length_sec == whole
