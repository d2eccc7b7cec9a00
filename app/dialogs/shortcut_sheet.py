"""The shortcut sheet: every key, in the order of the menus, and what keys and mouse do in the views."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.widgets.actions import native_text

HIGHEST = 560  # pixels of what is scrolled; with title bar, margins and button it fits 1366 x 768

Section = tuple[str, Sequence[tuple[str, str]]]


class ShortcutSheet(QDialog):
    """Sections side by side; Esc closes it."""

    def __init__(self, sections: Sequence[Section], parent: QWidget | None = None) -> None:
        """Show `sections`: a heading, and pairs of function and key."""
        super().__init__(parent)
        self.sections = [*sections, self._views(), self._notes(), self._focus()]
        self.setObjectName("shortcutSheet")
        self.setWindowTitle(self.tr("Keyboard and Mouse"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        content = QWidget()
        columns = QHBoxLayout(content)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(40)
        for share in self._shared_out():
            column = QVBoxLayout()
            column.setSpacing(20)
            for section in share:
                column.addLayout(_section(*section))
            column.addStretch(1)
            columns.addLayout(column)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 22, 24, 16)
        outer.setSpacing(18)
        outer.addWidget(_Scrolled(content, self.tr("Keyboard and Mouse")), 1)
        outer.addWidget(buttons)

    def _shared_out(self) -> tuple[list[Section], list[Section]]:
        """Return the sections in two columns of about one height."""
        lines = [len(rows) + 2 for _, rows in self.sections]
        cut = min(range(len(lines)), key=lambda place: abs(sum(lines[:place]) - sum(lines[place:])))
        return self.sections[:cut], self.sections[cut:]

    def _views(self) -> Section:
        return self.tr("In the views"), (
            (self.tr("Seek"), self.tr("Click")),
            (self.tr("Mark a loop"), self.tr("Drag")),
            (self.tr("Zoom in time"), self.tr("Ctrl+wheel")),
            (self.tr("Zoom in pitch"), self.tr("Ctrl+Shift+wheel")),
            (self.tr("Scroll in time"), self.tr("Shift+wheel")),
            (self.tr("Scroll the focused view"), self.tr("Arrows")),
            (self.tr("Zoom the focused view"), self.tr("+ and −")),
        )

    def _notes(self) -> Section:
        return self.tr("Notes and velocities"), (
            (self.tr("Select a note"), self.tr("Click")),
            (self.tr("Select one more"), self.tr("Shift+click")),
            (self.tr("Select what is in a rectangle"), self.tr("Ctrl+drag")),
            (self.tr("Select all notes of a key"), self.tr("Click on the keyboard")),
            (self.tr("Next or previous note"), self.tr("Shift+← and →")),
            (self.tr("Select up to there"), self.tr("Ctrl+Shift+← and →")),
            (self.tr("Selected notes louder or softer"), self.tr("↑ and ↓, by 10: PgUp and PgDn")),
            (self.tr("Take the edits back"), self.tr("Del")),
            (self.tr("Deselect, or give up what is drawn"), self.tr("Esc")),
            (self.tr("Set a velocity of B"), self.tr("Drag its dot in the lane")),
            (self.tr("Selected notes in proportion"), self.tr("Ctrl+drag a dot")),
            (self.tr("Draw velocities of B"), self.tr("Drag across the lane")),
            (self.tr("Draw a straight line"), self.tr("Shift while dragging")),
            (self.tr("Chords keep their proportions"), self.tr("Alt while dragging")),
        )

    def _focus(self) -> Section:
        return self.tr("Everywhere"), (
            (self.tr("Hear a take, or the original"), self.tr("1 to 9, or 0")),
            (self.tr("Loop on or off"), "L"),
            (self.tr("Next control (Ctrl+Tab while Tab switches sides)"), native_text(QKeySequence("Tab"))),
            (self.tr("Previous control"), native_text(QKeySequence("Shift+Tab"))),
            (self.tr("Press the focused button"), self.tr("Enter")),
        )


class _Scrolled(QScrollArea):
    """Scrolls a content that is higher than a small screen."""

    def __init__(self, content: QWidget, name: str) -> None:
        super().__init__()
        self._content = content
        self.setAccessibleName(name)
        self.setProperty("class", "sheet")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setWidget(content)
        for each in (self.viewport(), content):
            each.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        """Return the width of the content, and its height where that is not too much for a small screen."""
        size = self._content.sizeHint() + QSize(self.verticalScrollBar().sizeHint().width(), 0)
        return size.boundedTo(QSize(size.width(), HIGHEST))


def _section(title: str, rows: Sequence[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(28)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(0, 1)
    heading = QLabel(title)
    heading.setProperty("class", "heading")
    grid.addWidget(heading, 0, 0, 1, 2)
    for row, (what, keys) in enumerate(rows, start=1):
        name, key = QLabel(what), QLabel(keys)
        name.setProperty("class", "muted")
        key.setProperty("class", "key")
        grid.addWidget(name, row, 0)
        grid.addWidget(key, row, 1, Qt.AlignmentFlag.AlignRight)
    return grid
