"""Notes are high enough to be read and compared: A and B alike, at every size of the window."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QWidget

from tests.app.contrast import pixels_of
from tests.pieces import TICKS, Note, piece, tempo

PITCHES = (36, 60, 63, 96)  # five octaves; white and black keys
HELD_SEC = 2.25  # at 120 a minute no line is here


@pytest.fixture
def shown(window, session, tmp_path, open_piece, transfer):
    path = tmp_path / "piece.mid"
    held = [Note(3 * TICKS, pitch, 80, 8 * TICKS) for pitch in PITCHES]
    path.write_bytes(piece([*held, *(Note(beat * TICKS, 60, 64) for beat in range(20, 40))], (0, tempo(120))))
    open_piece(session, path)
    transfer(session, "jazz")
    return window


def rolls(window):
    return [window.findChild(QWidget, name) for name in ("originalRoll", "styledRoll")]


def height_of_note(window, roll, pitch):
    """Count the pixels of a note's colour above each other."""
    canvas, shown, pixels = roll.canvas.viewport(), roll.viewport, pixels_of(window)
    x = round((HELD_SEC - shown.start_sec) / shown.span_sec * canvas.width())
    y = int((shown.high - pitch) / (shown.high - shown.low) * canvas.height())
    place = canvas.mapTo(window, QPoint(x, y))
    column = pixels[:, place.x()]
    alike = (column == column[place.y()]).all(axis=1)
    top = bottom = place.y()
    while alike[top - 1]:
        top -= 1
    while alike[bottom + 1]:
        bottom += 1
    return bottom - top + 1


@pytest.mark.parametrize(("size", "least"), [((1440, 900), 4), ((1366, 768), 3), ((1024, 640), 3)])
def test_notes_over_five_octaves_are_high_enough(shown, size, least):
    shown.resize(*size)
    heights = {height_of_note(shown, roll, pitch) for roll in rolls(shown) for pitch in PITCHES}
    assert len(heights) == 1
    assert heights.pop() >= least


@pytest.mark.parametrize("height", [1200, 901, 900, 767, 640, 500])
def test_both_rolls_are_equally_high(shown, height):
    shown.resize(1440, height)
    pixels_of(shown)  # settles
    upper, lower = (QRect(roll.canvas.mapTo(shown, QPoint(0, 0)), roll.canvas.size()) for roll in rolls(shown))
    assert upper.size() == lower.size()
    assert (upper.left(), upper.right()) == (lower.left(), lower.right())
    for roll, canvas in zip(rolls(shown), (upper, lower), strict=True):
        keys = QRect(roll.keyboard.mapTo(shown, QPoint(0, 0)), roll.keyboard.size())
        assert (keys.top(), keys.bottom()) == (canvas.top(), canvas.bottom())


def test_a_low_window_leaves_the_height_to_the_rolls(shown):
    lane, overview = (shown.findChild(QWidget, name) for name in ("velocityLane", "overviewStrip"))
    for height, seen in ((760, (True, True)), (320, (True, False)), (200, (False, False))):
        shown.views.resize(shown.views.width(), height)
        assert (lane.isVisible(), overview.isVisible()) == seen
        assert all(roll.isVisible() for roll in rolls(shown))


def test_every_note_that_changes_changes_its_colour(shown, session, tmp_path, open_piece, transfer):
    path = tmp_path / "loud and soft.mid"
    notes = [Note(3 * TICKS * place, 48 + place % 24, 40 + 7 * place % 60, TICKS) for place in range(18)]
    path.write_bytes(piece(notes, (0, tempo(120))))
    original = open_piece(session, path)
    styled = transfer(session, "classical")
    canvas, shown_part, pixels = rolls(shown)[0].canvas.viewport(), rolls(shown)[0].viewport, pixels_of(shown)
    corners = [roll.canvas.mapTo(shown, QPoint(0, 0)) for roll in rolls(shown)]
    changed = np.flatnonzero(original.velocities != styled.velocities)
    assert len(changed) > 8
    for note in original.notes[changed]:
        x = round((note["onset_sec"] + 0.2 - shown_part.start_sec) / shown_part.span_sec * canvas.width())
        y = int((shown_part.high - note["pitch"]) / (shown_part.high - shown_part.low) * canvas.height())
        before, after = (pixels[corner.y() + y, corner.x() + x].tolist() for corner in corners)
        assert before != after
