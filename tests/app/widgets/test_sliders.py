"""Sliders that jump, seek, and show a percentage."""

import pytest
from PySide6.QtCore import QPoint, Qt

from app.widgets.sliders import PercentSlider, SeekSlider


@pytest.fixture
def sought():
    return []


@pytest.fixture
def seek_slider(qtbot, sought):
    slider = SeekSlider("somePosition", sought.append)
    qtbot.addWidget(slider)
    slider.resize(416, 24)
    slider.set_duration(100.0)
    slider.show()
    return slider


def test_a_click_seeks_there(qtbot, seek_slider, sought):
    qtbot.mouseClick(seek_slider, Qt.MouseButton.LeftButton, pos=QPoint(108, 12))
    assert sought[-1] == pytest.approx(25.0, abs=0.5)


def test_an_arrow_key_seeks_by_a_second(qtbot, seek_slider, sought):
    seek_slider.set_position(10.0)
    qtbot.keyClick(seek_slider, Qt.Key.Key_Right)
    assert sought == [11.0]


def test_the_handle_stays_in_the_hand_that_holds_it(qtbot, seek_slider, sought):
    dragged = []
    seek_slider.dragged.connect(dragged.append)
    qtbot.mousePress(seek_slider, Qt.MouseButton.LeftButton, pos=QPoint(108, 12))
    qtbot.mouseMove(seek_slider, QPoint(208, 12))
    held = seek_slider.sliderPosition()
    seek_slider.set_position(90.0)
    assert seek_slider.sliderPosition() == held
    assert dragged[-1] == held / 1000
    qtbot.mouseRelease(seek_slider, Qt.MouseButton.LeftButton, pos=QPoint(208, 12))
    assert sought[-1] == held / 1000
    seek_slider.set_position(90.0)
    assert seek_slider.value() == 90_000


def test_the_position_moves_without_seeking(seek_slider, sought):
    seek_slider.set_position(40.0)
    assert (seek_slider.value(), sought) == (40_000, [])


@pytest.fixture
def percent_slider(qtbot):
    slider = PercentSlider("someSlider", "Some", "A tip", 1.5)
    qtbot.addWidget(slider)
    return slider


def test_a_percentage_is_written_beside_its_slider(percent_slider):
    changes = []
    percent_slider.amount_changed.connect(changes.append)
    percent_slider.setValue(140)
    assert (percent_slider.amount, percent_slider.figure.text(), changes) == (1.4, "140 %", [1.4])
    assert percent_slider.maximum() == 150


def test_showing_an_amount_changes_nothing_else(percent_slider):
    changes = []
    percent_slider.amount_changed.connect(changes.append)
    percent_slider.set_amount(0.3)
    assert (percent_slider.value(), percent_slider.figure.text(), changes) == (30, "30 %", [])
