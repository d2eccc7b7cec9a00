"""Parts of a performance that a transfer changes, as switches."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from app.widgets.buttons import CheckBox
from tonenet_core.interpretation import DEFAULT_PARTS, Part


class PartsRow(QWidget):
    """One switch a part; the last one that is on stays on.

    Attributes:
        parts: those that are on.
        chosen: signal with the parts that the user wants; not emitted by `set_parts`.
    """

    chosen = Signal(tuple)

    def __init__(self, *, batch: bool = False) -> None:
        """Show dynamics alone; in a batch, under names of its own."""
        super().__init__()
        self.parts: tuple[Part, ...] = DEFAULT_PARTS
        self.setObjectName("batchPartsRow" if batch else "partsRow")
        self.setAccessibleName(self.tr("Played in the style"))
        tips: dict[Part, tuple[str, str, str]] = {
            "dynamics": ("dynamicsCheck", self.tr("Dynamics"), self.tr("How hard each key is struck")),
            "timing": (
                "timingCheck",
                self.tr("Timing"),
                self.tr("Swing of the eighths, and how the notes of a chord are struck one after the other"),
            ),
            "articulation": ("articulationCheck", self.tr("Articulation"), self.tr("How long the notes are held")),
            "pedal": ("pedalCheck", self.tr("Pedal"), self.tr("When the sustain pedal is pressed and lifted")),
        }
        rows = QGridLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setHorizontalSpacing(12)
        rows.setVerticalSpacing(2)
        columns = len(tips) if batch else 2  # a panel has no room for all of them side by side
        self.checks: dict[Part, CheckBox] = {}
        for place, (part, (name, text, tip)) in enumerate(tips.items()):
            check = CheckBox(f"batch{name[0].upper()}{name[1:]}" if batch else name, text, tip)
            self.checks[part] = check
            check.clicked.connect(lambda _=False: self._choose())
            rows.addWidget(check, place // columns, place % columns)
        rows.setColumnStretch(columns, 1)
        self.set_parts(self.parts)

    def set_parts(self, parts: Collection[Part]) -> None:
        """Show the parts that are on."""
        self.parts = tuple(part for part in self.checks if part in parts)
        for part, check in self.checks.items():
            with QSignalBlocker(check):
                check.setChecked(part in self.parts)

    def _choose(self) -> None:
        """Change the parts that are ticked; one there must be."""
        ticked = tuple(part for part, check in self.checks.items() if check.isChecked())
        self.set_parts(ticked or self.parts)
        if ticked:
            self.chosen.emit(ticked)
