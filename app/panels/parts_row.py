"""Parts of a performance that a transfer changes: a row of switches."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from app.session.session import Session
from app.widgets.forms import identify
from tonenet_core.interpretation import Part


class PartsRow(QWidget):
    """One switch a part; the last one that is on stays on."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        """Show and steer the parts of `session`."""
        super().__init__(parent)
        self._session = session
        self.setObjectName("partsRow")
        self.setAccessibleName(self.tr("Played in the style"))
        tips: dict[Part, tuple[str, str, str]] = {
            "dynamics": ("dynamicsCheck", self.tr("Dynamics"), self.tr("How hard each key is struck")),
            "timing": (
                "timingCheck",
                self.tr("Timing"),
                self.tr("Swing of the eighths, and how the notes of a chord are struck one after the other"),
            ),
            "articulation": ("articulationCheck", self.tr("Articulation"), self.tr("How long the notes are held")),
        }
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.checks: dict[Part, QCheckBox] = {}
        for part, (name, text, tip) in tips.items():
            check = self.checks[part] = QCheckBox(text)
            identify(check, name, text, tip)
            check.clicked.connect(lambda _=False: self._choose())
            row.addWidget(check)
        row.addStretch(1)

    def refresh(self) -> None:
        """Show the parts that are chosen."""
        chosen = self._session.transfers.options.parts
        for part, check in self.checks.items():
            with QSignalBlocker(check):
                check.setChecked(part in chosen)

    def _choose(self) -> None:
        """Change the parts that are ticked; one there must be."""
        chosen = tuple(part for part, check in self.checks.items() if check.isChecked())
        if chosen:
            self._session.transfers.set_parts(chosen)
        else:
            self.refresh()
