"""Segmented control: one choice of several, as a row of joined buttons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton

from app.theme import theme


class Segment(NamedTuple):
    """Button of the row: its value, object name, text and tool tip."""

    name: str
    object_name: str
    text: str
    tip: str


class SegmentedControl(QHBoxLayout):
    """Row of buttons of which one is checked."""

    def __init__(self, segments: Iterable[Segment], choose: Callable[[str], None], *, stretch: int = 0) -> None:
        """Build the row.

        Args:
            segments: from left to right.
            choose: called with the name of the button that is clicked.
            stretch: 1 makes the buttons equally wide and fills the row.
        """
        super().__init__()
        self.setSpacing(0)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        self._left_out: set[str] = set()
        for segment in segments:
            button = QPushButton(segment.text)
            button.setObjectName(segment.object_name)
            button.setCheckable(True)
            button.setAutoDefault(True)  # Enter presses it
            button.setToolTip(segment.tip)
            button.setAccessibleName(f"{segment.text}: {segment.tip}")
            button.setProperty("class", "segment")
            button.clicked.connect(lambda _=False, name=segment.name: choose(name))
            self._group.addButton(button)
            self.addWidget(button, stretch)
            self._buttons[segment.name] = button
        self._place()

    def __getitem__(self, name: str) -> QPushButton:
        return self._buttons[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._buttons)

    def check(self, name: str) -> None:
        """Check a button."""
        self._buttons[name].setChecked(True)

    def offer(self, name: str, offered: bool) -> None:
        """Show or hide a button."""
        if offered == (name in self._left_out):
            self._left_out ^= {name}
            self._buttons[name].setVisible(offered)
            self._place()

    def _place(self) -> None:
        """Round the ends of the visible buttons."""
        offered = [button for name, button in self._buttons.items() if name not in self._left_out]
        for index, button in enumerate(offered):
            place = "first" if index == 0 else "last" if index == len(offered) - 1 else "middle"
            if button.property("place") != place:
                theme.repolish(button, place=place)
