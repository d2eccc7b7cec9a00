import numpy as np
import pytest
from PySide6.QtGui import QColor

from app import theme
from app.dynamics_panel import DynamicsPanel, Histogram, shares


def test_shares_of_four_velocities_each():
    found = shares(np.array([1, 2, 4, 127], dtype=np.uint8))

    assert found.shape == (32,)
    assert found[[0, 1, 31]].tolist() == [0.5, 0.25, 0.25]
    assert shares(None) is None
    assert shares(np.zeros(0, dtype=np.uint8)) is None


@pytest.fixture
def panel(qtbot, session):
    panel = DynamicsPanel(session)
    qtbot.addWidget(panel)
    return panel


def test_it_is_there_once_there_is_a_piece(qtbot, session, panel, piece_file):
    assert panel.isHidden()
    session.open(piece_file)
    qtbot.waitUntil(lambda: session.original is not None)

    assert not panel.isHidden()
    assert panel.rows[1][1].text() == f"{session.original.velocities.mean():.0f}"
    assert panel.rows[2][1].isHidden()
    assert panel.change.isHidden()


def test_it_tells_before_and_after_and_follows_the_slider(qtbot, session, panel, piece_file):
    session.open(piece_file)
    qtbot.waitUntil(lambda: session.original is not None)
    session.transfer("classical")
    qtbot.waitUntil(lambda: session.styled is not None, timeout=20_000)

    assert panel.rows[2][0].text() == "Classical"
    assert panel.rows[2][1].text() == f"{session.styled.velocities.mean():.0f}"
    moved = np.abs(session.original.velocities.astype(int) - session.styled.velocities)
    assert f"by {moved.mean():.1f} on average" in panel.change.text()
    session.set_strength(0.0)
    assert panel.change.text().startswith("0 of 60 notes")
    assert np.array_equal(panel.histogram.before, panel.histogram.after)


def test_the_result_is_drawn_in_the_accent_colour_over_the_original(qtbot):
    histogram = Histogram()
    qtbot.addWidget(histogram)
    histogram.resize(256, 120)

    def count(colour):
        image, wanted = histogram.grab().toImage(), QColor(colour).rgb()
        return sum(image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height()))

    soft = np.full(10, 40, dtype=np.uint8)
    histogram.show_velocities(soft, None)
    assert count(theme.current().accent) == 0
    histogram.show_velocities(soft, soft + 40)
    assert count(theme.current().accent) > 50
