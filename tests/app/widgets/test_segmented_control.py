"""A row of joined buttons of which one is chosen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.widgets.segmented_control import Segment, SegmentedControl


@pytest.fixture
def chosen() -> list[str]:
    return []


@pytest.fixture
def segments(qtbot: QtBot, chosen: list[str]) -> Iterator[SegmentedControl]:
    row = SegmentedControl([Segment(name, f"{name}Button", name, f"tip of {name}") for name in "abc"], chosen.append)
    window = QWidget()
    window.setLayout(row)
    window.show()
    yield row
    window.close()


def places(segments: SegmentedControl) -> list[str]:
    return [segments[name].property("place") for name in segments if segments[name].isVisible()]


def test_the_ends_are_rounded(segments: SegmentedControl) -> None:
    assert places(segments) == ["first", "middle", "last"]


def test_the_ends_are_those_of_what_is_offered(segments: SegmentedControl) -> None:
    segments.offer("c", False)
    assert places(segments) == ["first", "last"]
    segments.offer("c", False)
    segments.offer("a", False)
    assert places(segments) == ["first"]
    segments.offer("a", True)
    segments.offer("c", True)
    assert places(segments) == ["first", "middle", "last"]


def test_what_is_left_out_before_the_row_is_shown_stays_out(qtbot: QtBot) -> None:
    row = SegmentedControl([Segment(name, f"{name}Button", name, "") for name in "abc"], lambda name: None)
    row.offer("b", False)
    window = QWidget()
    window.setLayout(row)
    qtbot.addWidget(window)
    window.show()
    assert not row["b"].isVisible()
    assert places(row) == ["first", "last"]


def test_a_click_chooses_and_only_one_is_checked(qtbot: QtBot, segments: SegmentedControl, chosen: list[str]) -> None:
    segments.check("a")
    qtbot.mouseClick(segments["b"], Qt.MouseButton.LeftButton)
    assert chosen == ["b"]
    assert [segments[name].isChecked() for name in segments] == [False, True, False]


def test_screen_readers_are_told_what_a_button_is_for(segments: SegmentedControl) -> None:
    assert segments["a"].accessibleName() == "a: tip of a"
