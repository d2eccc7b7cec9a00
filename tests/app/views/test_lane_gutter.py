import pytest
from PySide6.QtGui import QColor

from app.views.lane_gutter import LaneGutter


@pytest.mark.parametrize("title", ["Velocity", "Anschlag"])
def test_a_title_is_whole_in_a_low_lane(qtbot, title):
    gutter = LaneGutter()
    qtbot.addWidget(gutter)
    gutter.resize(60, 52)
    empty = gutter.grab().toImage()
    gutter.set_title(title)
    image = gutter.grab().toImage()
    written = [
        y
        for y in range(image.height())
        if any(QColor(image.pixel(x, y)) != QColor(empty.pixel(x, y)) for x in range(image.width()))
    ]
    assert written
    assert 0 < min(written) <= max(written) < image.height() - 1
