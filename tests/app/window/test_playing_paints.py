"""While a piece plays, the window paints what moved and nothing else."""

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QWidget

from app.lanes.stem_item import StemItem
from app.theme import palette
from app.views.note_item import NoteItem
from app.views.time_view import TimeView
from app.views.velocity_matrix import MatrixItem
from tests.app.contrast import pixels_of

STRIP_PX = 7  # of the old place of the playhead, and of the new one


class Painted(QObject):
    """Where the widgets of a window were painted, and which were laid out."""

    def __init__(self, window):
        super().__init__()
        self.regions, self.layouts = [], []
        self.window = window
        for widget in window.findChildren(QWidget):
            widget.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.regions.append((watched, event.region()))
        elif event.type() == QEvent.Type.LayoutRequest:
            self.layouts.append(watched)
        return False

    def clear(self):
        self.regions, self.layouts = [], []


def settle():
    for _ in range(10):
        QApplication.processEvents()


@pytest.fixture
def playing(window, session, piece_file, open_piece, transfer, qtbot):
    """The window with a result, and what is painted in it; the player is moved by hand."""
    window.resize(1440, 900)
    open_piece(session, piece_file)
    transfer(session, "jazz")
    for name in ("velocityMatrix", "overviewStrip", "pedalLane"):
        window.views.set_shown(name, True)
    qtbot.waitUntil(lambda: session.idle, timeout=20_000)
    session.player.seek(5.0)
    settle()
    return window, session.player, Painted(window)


def canvases(window):
    return [view.canvas.viewport() for view in window.findChildren(TimeView) if view.isVisible()]


def test_a_step_of_the_playhead_paints_two_strips_and_no_note(playing, monkeypatch):
    window, player, painted = playing
    drawn = []
    for item in (NoteItem, StemItem, MatrixItem):
        monkeypatch.setattr(item, "paint", lambda self, *_: drawn.append(self))
    for step in range(10):
        player.seek(5.0 + 0.05 * step)
        settle()
    views = canvases(window)
    assert {widget for widget, _ in painted.regions} >= set(views)
    for widget, region in painted.regions:
        if widget in views:
            assert sum(rect.width() for rect in region) <= 2 * STRIP_PX
        if widget.objectName() == "overviewStrip":
            assert sum(rect.width() for rect in region) <= 2
    assert not drawn
    others = {widget.objectName() for widget, _ in painted.regions if widget not in views and widget.objectName()}
    assert others <= {"transport", "positionLabel", "positionSlider", "overviewStrip"}
    assert not painted.layouts


def test_less_than_a_pixel_paints_nothing(playing):
    _, player, painted = playing
    position = player.position_sec
    player.seek(position + 1e-4)
    settle()
    painted.clear()
    player.seek(position + 2e-4)
    settle()
    assert not painted.regions


def test_a_minimised_window_paints_nothing_and_is_right_afterwards(playing):
    window, player, painted = playing
    window.showMinimized()
    settle()
    painted.clear()
    for second in (6.0, 7.0, 8.0):
        player.seek(second)
        settle()
    assert not painted.regions
    window.showNormal()
    window.resize(1440, 900)
    assert playhead_places(window) == pytest.approx([8.0] * len(canvases(window)), abs=0.05)


def test_the_playhead_stands_at_the_position_in_every_view_in_loop_and_after_a_switch(playing, session):
    window, player, _ = playing
    player.set_loop((2.0, 6.0))
    for second in (2.0, 5.9, 2.1):
        player.seek(second)
        session.toggle_side()
        places = playhead_places(window)
        assert len(places) >= 5
        assert places == pytest.approx([second] * len(places), abs=0.05)


def playhead_places(window):
    """Return the second of the white line in each view."""
    pixels = pixels_of(window)
    colour = QColor(palette.current().playhead).getRgb()[:3]
    places = []
    for view in filter(QWidget.isVisible, window.findChildren(TimeView)):
        canvas = view.canvas.viewport()
        corner = canvas.mapTo(window, QPoint(0, 0))
        part = pixels[corner.y() : corner.y() + canvas.height(), corner.x() : corner.x() + canvas.width()]
        lines = (part == colour).all(axis=(0, 2)).nonzero()[0]
        assert len(lines) == 1
        places.append(view.canvas.second_at(float(lines[0])))
    return places
