import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from app.documents.history import Take
from app.theme import palette
from app.views.attention_item import bar_at, bar_attention
from app.views.velocity_matrix import VelocityMatrix
from tests.app.stand_in import colour_at, hover, long_piece, piece, place_of, settle, show
from tonenet_core.transfer import Interpretation

REACH = 2
NOTES = 20  # one each half second, bars of two seconds: four notes a bar


@pytest.fixture
def matrix(session, viewport, qtbot):
    matrix = VelocityMatrix(session, viewport)
    qtbot.addWidget(matrix)
    show(matrix)
    return matrix


def scale_piece(count=NOTES):
    return piece(
        *((place / 2, 0.45, 60 + place % 48, 64) for place in range(count)), beats=np.arange(0, count / 2 + 1, 0.5)
    )


def attending(session, attention, model="Luong"):
    original = scale_piece(len(attention))
    session.show(original, velocities=[64] * len(original))
    target = np.full(len(original), 64, np.float32)
    made = Interpretation("classical", "jazz", target, target, attention=attention)
    session.take = Take(session.original, made, 1.0, 0.0, 0, model)
    session.changed.emit()


def backwards(count=NOTES):
    """Every note looks at the second one before it, and at nothing else."""
    attention = np.zeros((count, 2 * REACH + 1), np.uint8)
    attention[REACH:, 0] = 255
    return attention


def test_what_a_stretch_looked_at_adds_up_to_one():
    attention = np.random.default_rng(0).integers(0, 256, (30, 7), dtype=np.uint8)
    for row in range(3):  # what lies outside of the piece is never looked at
        attention[row, : 3 - row] = attention[29 - row, 4 + row :] = 0
    for first, end in ((0, 4), (10, 15), (27, 30)):
        expected = np.zeros(30)
        for note in range(first, end):
            for place in range(7):
                if 0 <= note + place - 3 < 30:
                    expected[note + place - 3] += attention[note, place]
        np.testing.assert_allclose(bar_attention(attention, first, end), expected / expected.sum())
        assert bar_attention(attention, first, end).sum() == pytest.approx(1)


def test_a_stretch_without_notes_looks_at_nothing():
    assert not bar_attention(backwards(), 5, 5).any()


@pytest.mark.parametrize(
    ("second", "bar"), [(0.0, (0, 2)), (1.99, (0, 2)), (2.0, (2, 4)), (9.5, (8, 10)), (10.5, (10, 12))]
)
def test_bars_are_those_of_the_piece(second, bar):
    assert bar_at(scale_piece(), second) == pytest.approx(bar)


@pytest.mark.parametrize("second", [-0.5, 0.0, 3.1, 500.0])
def test_a_moment_is_in_its_bar_metered_or_not(second):
    for each in (scale_piece(), long_piece()):
        start, end = bar_at(each, second)
        assert start <= second < end


def test_only_models_with_attention_offer_it(session, matrix):
    session.show(scale_piece(), velocities=[64] * NOTES)
    assert matrix.segments["attention"].isHidden()
    attending(session, backwards())
    assert not matrix.segments["attention"].isHidden()
    QTest.mouseClick(matrix.segments["attention"], Qt.MouseButton.LeftButton)
    assert matrix.choice == "attention"
    session.show(scale_piece(), velocities=[64] * NOTES)
    assert matrix.choice == "styled"


def rgb(colour):
    return QColor(colour).getRgb()[:3]


def test_hovering_over_a_bar_lights_what_it_looked_at(session, matrix):
    attending(session, backwards())
    matrix.choose("attention")
    hover(matrix, place_of(matrix, 4.5, 60))  # the third bar, notes 8..11, which looked at 6..9
    accent, dim, own = (rgb(getattr(palette.DARK, name)) for name in ("accent", "groove", "playhead"))
    seen = {note: colour_at(matrix, note / 2 + 0.3, 60 + note) for note in (3, 5, 6, 7, 8, 11, 12)}
    assert seen == {3: dim, 5: dim, 6: accent, 7: accent, 8: own, 11: own, 12: dim}
    assert "on 4 notes" in matrix.readout()


def test_playing_lights_the_bar_that_is_heard(session, matrix):
    attending(session, backwards())
    matrix.choose("attention")
    assert matrix.attention.bar == (0, 2)
    session.player.move(7.1)
    settle()
    assert matrix.attention.bar == (6, 8)
    assert np.flatnonzero(matrix.attention.weight).tolist() == [10, 11, 12, 13]
    assert colour_at(matrix, 5.3, 70) == rgb(palette.DARK.accent)


def test_the_mouse_comes_before_the_playhead(session, matrix):
    attending(session, backwards())
    matrix.choose("attention")
    hover(matrix, place_of(matrix, 4.5, 60))
    session.player.move(9.0)
    assert matrix.attention.bar == (4, 6)
    matrix.point(None)
    assert matrix.attention.bar == (8, 10)


def test_a_long_piece_needs_no_more_than_its_notes(session, matrix):
    """Nothing of the size of notes times notes is made."""
    attending(session, np.repeat(backwards(4)[3:], 40_000, axis=0))
    matrix.choose("attention")
    session.player.move(5_000.0)
    assert np.count_nonzero(matrix.attention.weight) == 4
    assert matrix.attention.weight.nbytes == 8 * 40_000
