import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow

from app.theme import palette, theme
from app.views import interval_index
from app.views.colour_range import colour_range
from app.views.interval_index import IntervalIndex
from app.views.keyboard import visible_pitches
from app.views.piano_roll import PianoRoll
from app.widgets.key_spin import pitch_name
from app.widgets.time_text import time_text
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

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
ACCENT = QColor(palette.DARK.accent).getRgb()[:3]
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def roll(session, viewport, qtbot):
    roll = PianoRoll(session, viewport, "original")
    qtbot.addWidget(roll)
    show(roll)
    return roll


@pytest.fixture
def styled_roll(session, viewport, qtbot):
    roll = PianoRoll(session, viewport, "styled")
    qtbot.addWidget(roll)
    show(roll)
    return roll


def velocity_colour(session, velocity):
    colours = palette.current().velocities_between(*colour_range(*session.sides))
    return tuple(colours[velocity].tolist())


def drag(view, start, end, button=LEFT):
    viewport = view.canvas.viewport()
    QTest.mousePress(viewport, button, pos=start)
    for part in (0.3, 0.7, 1.0):
        QTest.mouseMove(viewport, start + (end - start) * part)
    QTest.mouseRelease(viewport, button, pos=end)


# --- drawing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("velocity", [1, 20, 64, 100, 127])
def test_a_note_has_its_velocity_s_colour(session, roll, velocity):
    session.show(piece((2.0, 4.0, 60, velocity), (20, 1, 70, 64)))
    assert colour_at(roll, 4.0, 60) == velocity_colour(session, velocity)
    assert colour_at(roll, 8.3, 60) == QColor(palette.DARK.canvas).getRgb()[:3]
    assert colour_at(roll, 4.3, 61) == QColor(palette.DARK.canvas_dark).getRgb()[:3]


def test_each_side_shows_its_own_velocities(session, roll, styled_roll):
    session.show(piece((2.0, 4.0, 60, 120), (20, 1, 70, 64)), velocities=[30, 64])
    assert colour_at(roll, 4.0, 60) == velocity_colour(session, 120)
    assert colour_at(styled_roll, 4.0, 60) == velocity_colour(session, 30)


def test_undo_of_the_result_takes_its_notes_away(session, styled_roll):
    session.show(piece((2.0, 4.0, 60, 120)), velocities=[30])
    session.show(session.original)
    assert colour_at(styled_roll, 4.27, 60) == QColor(palette.DARK.canvas).getRgb()[:3]


def test_the_shortest_note_is_a_pixel_wide(session, roll):
    session.show(piece((10.0, 0.0, 60, 100), (1000, 1, 62, 64)))
    roll.viewport.show_all()
    settle()
    image = roll.canvas.viewport().grab().toImage()
    row = place_of(roll, 10.0, 60).y()
    hits = [x for x in range(image.width()) if image.pixelColor(x, row).getRgb()[:3] == velocity_colour(session, 100)]
    assert len(hits) == 1
    assert abs(hits[0] - place_of(roll, 10.0, 60).x()) <= 1


def test_repeated_notes_stay_apart(session, roll):
    session.show(piece((2.0, 2.0, 60, 100), (4.0, 2.0, 60, 100)))
    settle()
    image = roll.canvas.viewport().grab().toImage()
    start, end = place_of(roll, 2.1, 60), place_of(roll, 5.8, 60)
    colours = [image.pixelColor(x, start.y()).getRgb()[:3] for x in range(start.x(), end.x())]
    assert sum(colour != velocity_colour(session, 100) for colour in colours) == 1


@pytest.mark.parametrize("height", [90, 233, 500, 611])
def test_all_notes_are_equally_high_and_none_is_thinner_than_three_pixels(session, roll, height):
    """Lanes begin at fractions of a pixel, and notes are of whole ones."""
    session.show(piece(*((pitch - 21.0, 0.8, pitch, 100) for pitch in range(22, 108))))
    roll.resize(roll.width(), height)
    settle()
    roll.viewport.show_all()
    roll.viewport.zoom_pitches(100.0, 64.5)  # every key
    settle()
    picture = roll.canvas.viewport().grab().toImage()
    middles = (place_of(roll, pitch - 20.6, pitch).x() for pitch in range(22, 108))
    columns = [[picture.pixelColor(x, y).getRgb()[:3] for y in range(picture.height())] for x in middles]
    heights = {column.count(velocity_colour(session, 100)) for column in columns}
    assert len(heights) == 1
    assert heights.pop() >= 3


def test_a_note_that_began_long_before_the_view_is_drawn(session, roll):
    session.show(piece((0.0, 500.0, 40, 100), *((second, 0.1, 60, 64) for second in range(1, 500))))
    roll.viewport.pan(300)
    assert colour_at(roll, roll.viewport.start_sec + 15.55, 40) == velocity_colour(session, 100)


def test_the_louder_of_two_notes_on_one_place_is_on_top(session, roll):
    session.show(piece((2.0, 4.0, 60, 120), (3.0, 1.0, 60, 20)))
    assert colour_at(roll, 3.5, 60) == velocity_colour(session, 120)


def test_parts_painted_at_different_times_fit_together(session, roll):
    """The playhead leaves no trace: strips that were painted again look as they did."""
    rng = np.random.default_rng(1)
    notes = ((rng.uniform(0, 60), rng.exponential(0.05), int(rng.integers(40, 80)), int(rng.integers(1, 128)))
             for _ in range(interval_index.CROWD + 5_000))  # fmt: skip
    session.show(piece(*notes))
    roll.viewport.show_all()
    session.player.move(0.0)
    settle()
    before = roll.screen().grabWindow(roll.winId()).toImage()
    for position in np.arange(0, 30, 0.7):
        session.player.move(float(position))
        QApplication.processEvents()
    assert roll.screen().grabWindow(roll.winId()).toImage() != before
    session.player.move(0.0)
    settle()
    assert roll.screen().grabWindow(roll.winId()).toImage() == before


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=1, max_size=40),
    st.floats(0, 200),
    st.floats(0, 50),
)
def test_culling_finds_exactly_what_touches_the_view(stretches, start, length):
    onset, duration = np.array(sorted(stretches)).T
    found = IntervalIndex(onset, onset + duration).touching(start, start + length)
    assert found.tolist() == np.flatnonzero((onset <= start + length) & (onset + duration >= start)).tolist()


def test_culling_of_nothing():
    assert not len(IntervalIndex(np.empty(0), np.empty(0)).touching(0, 10))


@pytest.mark.parametrize("span_sec", [60.0, 7.0, 1.3])
def test_a_crowd_looks_as_if_every_note_were_drawn(session, roll, monkeypatch, span_sec):
    """Filling pixels by hand gives the very picture that Qt draws, at any zoom, gaps and lanes included."""
    rng = np.random.default_rng(2)
    notes = ((rng.uniform(0, 60), rng.exponential(0.4), int(rng.integers(21, 109)), int(rng.integers(1, 128)))
             for _ in range(interval_index.CROWD))  # fmt: skip
    session.show(piece(*notes))
    roll.viewport.show_all()
    roll.viewport.zoom(span_sec / roll.viewport.span_sec, 30.0)
    pictures = []
    for limit in (-1, 10**9):
        monkeypatch.setattr("app.views.note_item.CROWD", limit)
        roll.canvas.redraw()
        settle()
        pictures.append(roll.canvas.viewport().grab().toImage())
    assert pictures[0] == pictures[1]


def test_titles_stand_above_the_notes(session, roll):
    session.show(piece((0.0, 30.0, 60, 100)))
    header = roll.title_label
    assert header.text() == "Original"
    assert header.geometry().bottom() < roll.canvas.geometry().top()


def test_the_result_is_named_by_style_and_strength(session, styled_roll):
    session.show(piece((0.0, 3.0, 60, 100)), velocities=[50], strength=0.8)
    assert styled_roll.title_label.text() == "Classical  ·  strength 80 %"
    assert "Classical" in styled_roll.accessibleName()


def test_the_result_tells_which_model_made_it(session, roll, styled_roll):
    assert styled_roll.title_label.toolTip() == ""
    session.show(piece((0.0, 3.0, 60, 100)), velocities=[50])
    assert styled_roll.title_label.toolTip() == "Made by Stand-in, from jazz to classical"
    assert "Made by Stand-in" in styled_roll.accessibleDescription()
    assert roll.title_label.toolTip() == ""


def test_the_side_that_is_heard_is_marked(session, roll, styled_roll):
    session.side = "styled"
    session.show(piece((0.0, 3.0, 60, 100)), velocities=[50])
    assert (roll.badge.property("heard"), styled_roll.badge.property("heard")) == (False, True)
    session.side = "original"
    session.changed.emit()
    assert (roll.badge.property("heard"), styled_roll.badge.property("heard")) == (True, False)


def test_empty_rolls_say_what_to_do(session, roll, styled_roll):
    assert roll.empty_label.isVisible()
    assert roll.empty_label.text() == "Drop a piano MIDI file or a score here, or press Ctrl+O"
    assert not styled_roll.empty_label.isVisible()
    session.show(piece((0.0, 3.0, 60, 100)))
    assert not roll.empty_label.isVisible()
    assert styled_roll.empty_label.isVisible()
    assert styled_roll.empty_label.text() == "Press Transfer to Classical to hear it in another style"
    session.show(session.original, velocities=[50])
    assert not styled_roll.empty_label.isVisible()


@pytest.mark.parametrize(
    ("styles", "invitation"), [(("ragtime",), "Press Transfer to Ragtime to hear it in another style"), ((), "")]
)
def test_the_invitation_names_a_style_that_the_model_has(session, styled_roll, styles, invitation):
    session.transfers.options.styles = styles
    session.show(piece((0.0, 3.0, 60, 100)))
    assert styled_roll.empty_label.text() == invitation


def test_the_scale_shows_the_colours_of_the_piece_s_velocities(session, roll):
    np.testing.assert_array_equal(roll.scale.colours, palette.current().velocity_colours)
    assert roll.scale.accessibleDescription() == "soft 1 – 127 loud"
    session.show(piece((0.0, 1.0, 60, 40), (1.0, 1.0, 62, 80)), velocities=[33, 90])
    assert roll.scale.accessibleDescription() == "soft 32 – 96 loud"
    assert colour_at(roll, 0.4, 60) == tuple(roll.scale.colours[round(127 * (40 - 32) / 64)].tolist())


def test_both_rolls_colour_a_velocity_alike(session, roll, styled_roll):
    session.show(piece((2.0, 4.0, 60, 70), (20, 1, 70, 64)), velocities=[110, 20])
    session.show(session.original, velocities=[70, 20])
    assert colour_at(roll, 4.0, 60) == colour_at(styled_roll, 4.0, 60)


def test_notes_whose_velocity_changes_change_their_colour(session, roll, styled_roll):
    """Also by one: the scale is continuous over the piece's own range."""
    before = [40, 50, 60, 70, 80, 90]
    notes = [(2.0 + 2 * place, 1.5, 60, velocity) for place, velocity in enumerate(before)]
    session.show(piece(*notes), velocities=[velocity + 1 for velocity in before])
    for onset, *_ in notes:
        assert colour_at(roll, onset + 0.4, 60) != colour_at(styled_roll, onset + 0.4, 60)


def test_names_for_tests_and_screen_readers(session, roll, styled_roll):
    assert (roll.objectName(), styled_roll.objectName()) == ("originalRoll", "styledRoll")
    assert roll.accessibleName()
    session.show(long_piece())
    assert roll.accessibleDescription() == "480 notes"


def test_a_change_of_theme_redraws(qapp, session, roll):
    session.show(piece((2.0, 4.0, 60, 100), (20, 1, 60, 64)))
    theme.apply_theme(qapp, "light")
    soft, loud = colour_range(session.original)
    assert colour_at(roll, 4.0, 60) == tuple(palette.LIGHT.velocities_between(soft, loud)[100].tolist())
    assert colour_at(roll, 8.3, 60) == QColor(palette.LIGHT.canvas).getRgb()[:3]
    theme.apply_theme(qapp, "dark")


def test_the_keyboard_stands_beside_its_lanes(session, roll):
    session.show(piece((0, 1, 48, 64), (0, 1, 72, 64)))
    settle()
    keys = roll.keyboard.grab().toImage()
    for pitch, colour in ((61, palette.DARK.black_key), (60, palette.DARK.white_key)):
        assert keys.pixelColor(roll.keyboard.width() - 22, place_of(roll, 0, pitch).y()) == QColor(colour)


def test_pitch_names():
    assert [pitch_name(pitch) for pitch in (21, 60, 61, 108)] == ["A0", "C4", "C♯4", "C8"]
    assert list(visible_pitches(59.5, 62.5))[:3] == [60, 61, 62]
    assert (visible_pitches(0, 200)[0], visible_pitches(0, 200)[-1]) == (21, 108)


# --- the mouse -------------------------------------------------------------------------------------------------------


def test_a_click_seeks(session, roll):
    session.show(long_piece())
    QTest.mouseClick(roll.canvas.viewport(), LEFT, pos=place_of(roll, 12.0, 60))
    assert session.player.position_sec == pytest.approx(12.0, abs=0.05)


def test_a_click_without_a_piece_does_nothing(session, roll):
    QTest.mouseClick(roll.canvas.viewport(), LEFT, pos=QPoint(300, 50))
    assert session.player.position_sec == 0


def test_a_click_beyond_the_end_goes_to_the_end(session, roll):
    session.show(piece((0.0, 4.0, 60, 64)))
    QTest.mouseClick(roll.canvas.viewport(), LEFT, pos=QPoint(roll.canvas.viewport().width() - 1, 50))
    assert session.player.position_sec == 4.0


def test_a_drag_marks_a_loop_and_goes_there(session, roll):
    session.show(long_piece())
    drag(roll, place_of(roll, 10.0, 60), place_of(roll, 20.0, 55))
    assert session.player.loop == pytest.approx((10.0, 20.0), abs=0.05)
    assert session.player.position_sec == session.player.loop[0]


def test_a_drag_to_the_left_marks_a_loop_too_and_stays_within_the_piece(session, roll):
    session.show(long_piece())
    drag(roll, place_of(roll, 10.0, 60), QPoint(-50, 100))
    assert session.player.loop == pytest.approx((0.0, 10.0), abs=0.05)


def test_a_loop_s_edges_go_onto_near_beats(session, roll):
    session.show(piece((0, 60, 60, 64), beats=np.arange(0, 60, 0.5)))
    drag(roll, place_of(roll, 10.06, 60), place_of(roll, 19.94, 60))
    assert session.player.loop == (10.0, 20.0)


def test_a_click_ends_the_loop(session, roll):
    session.show(long_piece())
    session.player.set_loop((10.0, 20.0))
    QTest.mouseClick(roll.canvas.viewport(), LEFT, pos=place_of(roll, 15.0, 60))
    assert session.player.loop is None
    assert session.player.position_sec == pytest.approx(15.0, abs=0.05)


def test_a_loop_s_edge_can_be_dragged(session, roll):
    session.show(long_piece())
    session.player.set_loop((10.0, 20.0))
    drag(roll, place_of(roll, 20.0, 60), place_of(roll, 25.0, 60))
    assert session.player.loop == pytest.approx((10.0, 25.0), abs=0.05)


def test_the_loop_is_shaded_and_edged(session, roll, styled_roll):
    session.show(piece((0, 60, 60, 64), (0, 60, 62, 64)), velocities=[64, 64])
    outside = colour_at(roll, 5.0, 65)
    session.player.set_loop((10.0, 20.0))
    for view in (roll, styled_roll):
        assert colour_at(view, 15.0, 65) != outside
        assert colour_at(view, 5.0, 65) == outside
        x = place_of(view, 10.0, 65)
        image = view.canvas.viewport().grab().toImage()
        near = {image.pixelColor(x.x() + step, x.y()).name() for step in (-1, 0, 1)}
        assert palette.DARK.accent in near
    session.player.set_loop(None)
    assert colour_at(roll, 15.0, 65) == outside


def test_the_playhead_stands_at_the_position(session, roll):
    session.show(piece((0, 60, 60, 64)))
    session.player.move(12.0)
    settle()
    image = roll.canvas.viewport().grab().toImage()
    place = place_of(roll, 12.0, 70)
    assert palette.DARK.playhead in {image.pixelColor(place.x() + step, place.y()).name() for step in (-1, 0, 1)}


def test_control_wheel_zooms_time_around_the_mouse(session, roll, styled_roll):
    session.show(long_piece())
    mouse = place_of(roll, 12.0, 60)
    turn_wheel(roll, 2, mouse, CONTROL)
    assert roll.viewport.span_sec < 30
    assert place_of(roll, 12.0, 60).x() == pytest.approx(mouse.x(), abs=1)
    assert styled_roll.canvas.second_at(mouse.x()) == pytest.approx(12.0, abs=0.1)
    turn_wheel(roll, -2, mouse, CONTROL)
    assert roll.viewport.span_sec == pytest.approx(30)


def test_shift_wheel_goes_sideways_and_stops_following(session, roll):
    session.show(long_piece())
    turn_wheel(roll, -3, QPoint(100, 50), SHIFT)
    assert roll.viewport.start_sec > 5
    assert not roll.viewport.following
    turn_wheel(roll, 30, QPoint(100, 50), SHIFT)
    assert roll.viewport.start_sec == 0


def test_a_sideways_wheel_goes_sideways(session, roll):
    session.show(long_piece())
    turn_wheel(roll, 0, QPoint(100, 50), sideways=-2)
    assert roll.viewport.start_sec > 3


def test_the_wheel_scrolls_pitches(session, roll, styled_roll):
    session.show(long_piece())
    low = roll.viewport.low
    turn_wheel(roll, 1, QPoint(100, 50))
    assert roll.viewport.low > low
    assert styled_roll.canvas.rows == roll.canvas.rows
    turn_wheel(roll, 2, QPoint(100, 50), CONTROL | SHIFT)
    assert roll.viewport.high - roll.viewport.low < 24


def test_middle_drag_scrolls(session, roll):
    session.show(long_piece())
    roll.viewport.pan(30)
    drag(roll, place_of(roll, 40.0, 60), place_of(roll, 35.0, 60), MIDDLE)
    assert roll.viewport.start_sec == pytest.approx(35.0, abs=0.1)
    assert session.player.loop is None


def test_hovering_tells_the_note(session, roll, styled_roll):
    session.show(piece((2.0, 4.0, 61, 120), (20, 1, 70, 64)), velocities=[30, 64])
    for view in (roll, styled_roll):
        hover(view, place_of(view, 4.0, 61))
        assert view.readout() == "C♯4  ·  0:02.0  ·  velocity 120 → 30"
        between = place_of(view, 10.0, 62)
        hover(view, between)
        assert view.readout() == f"D4  ·  {time_text(view.canvas.second_at(between.x()))}"
        view.canvas.pointed.emit(None)
        assert view.readout() == ""


def test_hovering_tells_one_velocity_before_a_transfer(session, roll):
    session.show(piece((2.0, 4.0, 61, 120)))
    hover(roll, place_of(roll, 4.0, 61))
    assert roll.readout().endswith("velocity 120")


def test_the_ruler_seeks(session, styled_roll):
    session.show(long_piece())
    ruler = styled_roll.layout().itemAtPosition(2, 1).widget()
    QTest.mouseClick(ruler, LEFT, pos=QPoint(place_of(styled_roll, 12.0, 60).x(), 8))
    assert session.player.position_sec == pytest.approx(12.0, abs=0.05)


# --- the keyboard ----------------------------------------------------------------------------------------------------


def test_keys_scroll_and_zoom(session, roll):
    session.show(long_piece())
    window = roll.viewport
    QTest.keyClick(roll, Qt.Key.Key_Right)
    assert window.start_sec > 0
    QTest.keyClick(roll, Qt.Key.Key_End)
    assert window.end_sec > session.original.duration_sec
    QTest.keyClick(roll, Qt.Key.Key_Home)
    assert window.start_sec == 0
    QTest.keyClick(roll, Qt.Key.Key_Plus)
    assert window.span_sec < 30
    QTest.keyClick(roll, Qt.Key.Key_Minus)
    assert window.span_sec == pytest.approx(30)
    low = window.low
    QTest.keyClick(roll, Qt.Key.Key_Up)
    assert window.low > low


def test_keyboard_focus_is_visible(session, roll):
    roll.activateWindow()
    settle()
    roll.clearFocus()
    image = roll.grab().toImage()
    roll.setFocus(Qt.FocusReason.TabFocusReason)
    settle()
    assert roll.hasFocus()
    assert roll.grab().toImage().pixelColor(400, 0) == QColor(palette.DARK.accent)
    assert image.pixelColor(400, 0) != QColor(palette.DARK.accent)


# --- dropped files ---------------------------------------------------------------------------------------------------


class Catcher(QMainWindow):
    def __init__(self):
        super().__init__()
        self.setAcceptDrops(True)
        self.caught = []

    def dragEnterEvent(self, event):
        event.acceptProposedAction()

    def dropEvent(self, event):
        self.caught.append(event.mimeData().urls()[0].fileName())


def test_files_dropped_on_the_notes_reach_the_window(session, viewport, qtbot):
    catcher = Catcher()
    qtbot.addWidget(catcher)
    catcher.setCentralWidget(PianoRoll(session, viewport, "original"))
    show(catcher)
    target = catcher.centralWidget().canvas.viewport()
    assert not target.acceptDrops()
    while not target.acceptDrops():  # where Qt would deliver the drop
        target = target.parentWidget()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/music/piece.mid")])
    copy, no_keys = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(target, QDragEnterEvent(QPoint(50, 50), copy, mime, LEFT, no_keys))
    QApplication.sendEvent(target, QDropEvent(QPointF(50, 50), copy, mime, LEFT, no_keys))
    assert catcher.caught == ["piece.mid"]


@pytest.mark.data
def test_a_real_piece_is_drawn(session, roll, data_folder):
    from tonenet_core.midi import read_midi

    session.show(read_midi(sorted((data_folder / "jazz").glob("*.mid"))[0]))
    settle()
    image = roll.canvas.viewport().grab().toImage()
    seen = {image.pixelColor(x, y).getRgb()[:3] for x in range(0, image.width(), 2) for y in range(image.height())}
    assert len(seen & {tuple(colour) for colour in palette.DARK.velocity_colours.tolist()}) >= 12


# --- what sounds -----------------------------------------------------------------------------------------------------


def test_notes_light_up_while_they_sound_on_the_side_that_is_heard(session, roll):
    session.show(piece((2, 4, 60, 64), (4, 4, 67, 64), (2, 9, 72, 64)))
    ground = {pitch: colour_at(roll, 5.3, pitch) for pitch in (60, 67, 72)}

    def lit():
        return {pitch for pitch in ground if colour_at(roll, 5.3, pitch) == ACCENT}

    session.player.move(3.0)
    assert lit() == set()
    session.player.play()
    assert lit() == {60, 72}
    session.player.move(5.0)
    assert lit() == {60, 67, 72}
    session.player.move(6.0)
    assert lit() == {67, 72}
    roll.viewport.pan(1.0)
    assert lit() == {67, 72}
    session.side = "styled"
    session.changed.emit()
    assert lit() == set()
    assert {pitch: colour_at(roll, 5.3, pitch) for pitch in ground} == ground


def test_a_note_that_sounds_on_is_not_painted_again(session, roll, qtbot):
    session.show(piece((2, 20, 60, 64), (8, 1, 72, 64)))
    session.player.play()
    session.player.move(3.0)
    settle()
    regions, canvas = [], roll.canvas.viewport()

    class Painted(QObject):
        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.Paint:
                regions.append(event.region().boundingRect())
            return False

    painted = Painted()
    canvas.installEventFilter(painted)
    session.player.move(3.5)
    settle()
    assert regions
    assert all(region.width() < 60 for region in regions)  # the playhead's strips, not the note
    canvas.removeEventFilter(painted)
