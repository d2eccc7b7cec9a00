import gc
import weakref
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from app.theme import palette, theme
from app.theme.colour_maps import COLOUR_MAPS
from app.theme.oklch import from_hex
from app.views import matrix_image, velocity_matrix
from app.views.colour_range import colour_range
from app.views.matrix_image import difference_image, note_image, velocity_image
from app.views.velocity_matrix import GRID, VelocityMatrix
from app.widgets.time_text import time_text
from tests.app.stand_in import colour_at, hover, long_piece, piece, place_of, settle, show
from tonenet_core.encoding.grid import encode

BEATS = np.arange(0, 40, 0.5)  # 120 a minute: a step is 0.125 s
MATRICES = [choice for choice in velocity_matrix.CHOICES if choice != "attention"]
CANVAS = QColor(palette.DARK.canvas).getRgb()[:3]


@pytest.fixture
def matrix(session, viewport, qtbot):
    matrix = VelocityMatrix(session, viewport)
    qtbot.addWidget(matrix)
    show(matrix)
    return matrix


def shown_colour(session, velocity):
    return tuple(palette.current().velocities_between(*colour_range(*session.sides))[velocity].tolist())


def encoded(*notes, beats=BEATS):
    return encode(piece(*notes, beats=beats), GRID)


# --- the images ------------------------------------------------------------------------------------------------------


def test_a_column_a_step_is_the_matrix_itself():
    grid = encoded((1.0, 0.5, 60, 100), (1.0, 0.5, 64, 30), (2.0, 1.0, 60, 80))
    image = velocity_image(grid, 0.0, 5.0, 40)
    np.testing.assert_array_equal(image[: grid.steps], grid.velocity_matrix[:40])


def test_note_image_tells_struck_from_sustained():
    image = note_image(encoded((1.0, 0.5, 60, 100)), 0.0, 5.0, 40)
    assert image[:, 60 - 21].tolist() == [0] * 8 + [2, 1, 1, 1] + [0] * 28
    assert image.sum() == 5


def test_a_step_wider_than_a_pixel_fills_its_pixels():
    image = velocity_image(encoded((1.0, 0.5, 60, 100)), 0.9, 1.3, 400)
    hit = np.flatnonzero(image[:, 39])
    assert (hit[0], hit[-1]) == (100, 224)
    assert len(hit) == 125


def test_of_steps_in_one_pixel_the_loudest_is_seen():
    grid = encoded((1.0, 0.1, 60, 30), (1.25, 0.1, 60, 90), (1.5, 0.1, 60, 60))
    assert velocity_image(grid, 0.0, 4.0, 2)[:, 39].tolist() == [90, 0]


def test_columns_stand_at_their_time_where_the_tempo_changes():
    slowing = np.cumsum(np.linspace(0.3, 1.5, 40))
    grid = encoded((slowing[10], 0.5, 60, 50), (slowing[30], 0.5, 60, 70), beats=slowing)
    image = velocity_image(grid, 0.0, slowing[-1], 1000)
    for velocity, beat in ((50, 10), (70, 30)):
        first = np.flatnonzero(image[:, 39] == velocity)[0]
        assert first == pytest.approx(slowing[beat] / slowing[-1] * 1000, abs=1)


def test_difference_tells_softer_from_louder_from_same():
    notes = [(1.0, 0.5, 60, 100), (2.0, 0.5, 60, 50), (3.0, 0.5, 60, 70)]
    before = piece(*notes, beats=BEATS)
    after = before.with_velocities([80, 90, 70])
    image = difference_image(encode(before, GRID), encode(after, GRID), 0.0, 5.0, 40)
    assert image[[8, 16, 24], 39].tolist() == [128 - 20, 128 + 40, 128]
    assert np.count_nonzero(image) == 3


def test_of_changes_in_one_pixel_the_largest_is_seen():
    before = piece((1.0, 0.1, 60, 60), (1.5, 0.1, 60, 60), (4.5, 0.1, 60, 60), (5.0, 0.1, 60, 60), beats=BEATS)
    after = before.with_velocities([70, 20, 100, 50])
    image = difference_image(encode(before, GRID), encode(after, GRID), 0.0, 8.0, 2)
    assert image[:, 39].tolist() == [128 - 40, 128 + 40]


@given(st.integers(1, 127), st.integers(1, 127))
def test_every_change_can_be_shown(before, after):
    first = piece((1.0, 0.5, 60, before), beats=BEATS)
    image = difference_image(encode(first, GRID), encode(first.with_velocities([after]), GRID), 0.0, 5.0, 40)
    assert int(image[8, 39]) - 128 == after - before


@given(st.floats(-10, 60), st.floats(0.01, 100), st.integers(1, 300))
def test_any_window_gives_an_image_of_its_size(start, span, columns):
    grid = encoded((1.0, 0.5, 60, 100))
    for image in (velocity_image(grid, start, start + span, columns), note_image(grid, start, start + span, columns)):
        assert image.shape == (columns, 88)
    if start > 41:
        assert not image.any()


@given(st.integers(0, 10_000), st.floats(0, 20), st.sampled_from([0.3, 3.0, 40.0]), st.integers(1, 60))
def test_images_are_the_matrices_pooled(seed, start, span, columns):
    """Each pixel holds the maximum over the steps that begin in it, or the step that it lies in."""
    rng = np.random.default_rng(seed)
    notes = [(rng.uniform(0, 20), rng.exponential(1.0), int(rng.integers(60, 64)), int(rng.integers(1, 128)))
             for _ in range(30)]  # fmt: skip
    grid = encoded(*notes, beats=())
    edges = start + np.arange(columns + 1) * (span / columns)
    note_matrix, velocity_matrix = grid.note_matrix, grid.velocity_matrix
    states = note_matrix[..., 0] + note_matrix[..., 1]
    expected = np.zeros((2, columns, 88), dtype=np.uint8)
    for column, (left, right) in enumerate(pairwise(edges)):
        first = int(np.searchsorted(grid.step_times_sec, left, side="right")) - 1
        stop = max(int(np.searchsorted(grid.step_times_sec, edges[column + 1], side="right")) - 1, first + 1)
        if column == columns - 1:
            stop = max(int(np.searchsorted(grid.step_times_sec[:-1], right)), first + 1)
        if first < grid.steps:
            expected[0, column] = velocity_matrix[first:stop].max(axis=0)
            expected[1, column] = states[first:stop].max(axis=0)
    np.testing.assert_array_equal(velocity_image(grid, start, start + span, columns), expected[0])
    np.testing.assert_array_equal(note_image(grid, start, start + span, columns), expected[1])


# --- the view --------------------------------------------------------------------------------------------------------


def test_velocities_are_drawn_where_notes_are_struck(session, matrix):
    session.show(piece((2.5, 4.0, 60, 100), (20, 1, 62, 64), beats=BEATS))
    colour = shown_colour(session, 100)
    assert colour_at(matrix, 2.56, 60) == colour
    assert colour_at(matrix, 3.3, 60) == CANVAS
    assert colour_at(matrix, 2.56, 64) == CANVAS


def test_nothing_sounding_has_the_canvas_colour(session, matrix):
    session.show(piece((2.5, 4.0, 60, 100), (20, 1, 62, 64), beats=BEATS))
    for choice in MATRICES:
        matrix.choose(choice)
        assert colour_at(matrix, 10.3, 60) == CANVAS


def test_the_styled_matrix_is_shown_as_soon_as_there_is_one(session, matrix):
    original = piece((2.5, 4.0, 60, 100), (20, 1, 62, 64), beats=BEATS)
    session.show(original)
    assert matrix.choice == "original"
    assert not matrix.segments["styled"].isEnabled()
    session.show(original, velocities=[20, 64])
    assert matrix.choice == "styled"
    assert colour_at(matrix, 2.56, 60) == shown_colour(session, 20)
    session.show(original)
    assert matrix.choice == "original"


def test_buttons_choose(session, matrix):
    session.show(piece((2.5, 4.0, 60, 100), (20, 1, 62, 64), beats=BEATS), velocities=[60, 64])
    seen = {}
    for choice in MATRICES:
        QTest.mouseClick(matrix.segments[choice], Qt.MouseButton.LeftButton)
        assert matrix.choice == choice
        assert [name for name in matrix.segments if matrix.segments[name].isChecked()] == [choice]
        seen[choice] = colour_at(matrix, 2.56, 60)
    assert seen == {
        "original": shown_colour(session, 100),
        "styled": shown_colour(session, 60),
        "difference": tuple(palette.DARK.difference_colours[127 - 40].tolist()),
        "notes": tuple(from_hex(palette.DARK.accent).tolist()),
    }


def test_the_note_matrix_shows_what_sounds_on(session, matrix):
    session.show(piece((2.5, 4.0, 60, 100), (20, 1, 62, 64), beats=BEATS))
    matrix.choose("notes")
    assert colour_at(matrix, 4.3, 60) == QColor(palette.DARK.before).getRgb()[:3]


def test_the_image_stands_under_the_notes_at_any_zoom(session, matrix):
    session.show(piece((2.5, 4.0, 60, 100), (20, 1, 62, 64), beats=BEATS))
    matrix.viewport.zoom(0.05, 2.5)
    settle()
    image = matrix.canvas.viewport().grab().toImage()
    row = place_of(matrix, 0, 60).y()
    colour = QColor(*shown_colour(session, 100))
    hits = [x for x in range(image.width()) if image.pixelColor(x, row) == colour]
    assert hits[0] == pytest.approx(place_of(matrix, 2.5, 60).x(), abs=1)
    assert hits[-1] == pytest.approx(place_of(matrix, 2.625, 60).x(), abs=2)


def test_nothing_is_computed_while_nobody_looks(session, matrix, monkeypatch):
    session.show(long_piece())
    settle()
    calls = []
    monkeypatch.setattr(
        velocity_matrix, "velocity_image", lambda *a: calls.append(a) or matrix_image.velocity_image(*a)
    )
    matrix.hide()
    matrix.viewport.pan(10)
    session.show(long_piece(60.0))
    settle()
    assert not calls
    matrix.show()
    settle()
    assert calls


def test_a_performance_is_encoded_once(session, matrix, monkeypatch):
    calls = []
    monkeypatch.setattr(velocity_matrix, "encode", lambda *a: calls.append(a) or encode(*a))
    session.show(long_piece())
    for _ in range(5):
        matrix.viewport.pan(1)
        session.changed.emit()
        settle()
    assert len(calls) == 1
    first = weakref.ref(session.original)
    calls.clear()
    session.show(long_piece())
    settle()
    assert len(calls) == 1
    calls.clear()
    gc.collect()
    assert first() is None  # what is no longer open is not kept either


def test_the_scale_names_its_ends(session, matrix):
    session.show(piece((2.5, 4.0, 60, 100), (20, 1, 62, 64), beats=BEATS), velocities=[20, 64])
    described = {}
    for choice in MATRICES:
        matrix.choose(choice)
        described[choice] = matrix.scale.accessibleDescription()
    assert described == {
        "original": "16 – 104",
        "styled": "16 – 104",
        "difference": "−48 – +48",
        "notes": "sustained – struck",
    }


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ("original", "velocity 100"),
        ("styled", "velocity 60"),
        ("difference", "change -40"),
        ("notes", "struck"),
    ],
)
def test_hovering_tells_the_cell(session, matrix, choice, told):
    session.show(piece((2.5, 4.0, 60, 100), (20, 1, 62, 64), beats=BEATS), velocities=[60, 64])
    matrix.choose(choice)
    settle()
    place = place_of(matrix, 2.56, 60)
    hover(matrix, place)
    assert matrix.readout() == f"C4  ·  {time_text(matrix.canvas.second_at(place.x()))}  ·  {told}"


def test_hovering_over_an_empty_view_is_silent(session, matrix):
    hover(matrix, QPoint(50, 50))
    assert matrix.readout() == ""


def test_names_for_tests_and_screen_readers(session, matrix):
    assert matrix.objectName() == "velocityMatrix"
    assert matrix.accessibleName()
    assert all(matrix.segments[name].accessibleName() for name in matrix.segments)


def test_a_change_of_colour_map_redraws(qapp, session, matrix):
    session.show(piece((2.5, 4.0, 60, 100), (20, 1, 62, 64), beats=BEATS))
    settle()
    try:
        theme.apply_theme(qapp, "dark", "grey")
        assert colour_at(matrix, 2.56, 60) == shown_colour(session, 100)
        assert len(set(shown_colour(session, 100))) == 1
        np.testing.assert_array_equal(matrix.scale.colours, COLOUR_MAPS["grey"].on_dark)
    finally:
        theme.apply_theme(qapp, "dark")
    assert colour_at(matrix, 2.56, 60) == shown_colour(session, 100)
