"""Hands that the next transfer plays, and where they part."""

from __future__ import annotations

import re
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSpinBox, QWidget

from app.documents.scope_name import hands_name
from app.session.session import Session
from app.views.keyboard import pitch_name
from app.widgets.forms import combo_box, fill, identify, labelled
from tonenet_core.harmony.hands import BOTH_HANDS, Hands
from tonenet_core.performance import HIGHEST_PITCH, LOWEST_PITCH

MIDDLE_C = 60
WIDTH = 78  # of the key, in pixels
SHARES = {"both": (1.0, 1.0), "right": (0.0, 1.0), "left": (1.0, 0.0)}
VOICE, KEY = "voice", "key"
SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11, "♯": 1, "#": 1, "♭": -1, "b": -1, "": 0}


class HandsRow(QWidget):
    """Combo box of the hands; below it, once one hand is chosen, how they are told apart, and the key if by one."""

    def __init__(self, session: Session) -> None:
        """Show and steer the hands of `session`."""
        super().__init__()
        self._session = session
        self._key = MIDDLE_C  # the last one that was chosen
        tip = self.tr("The hand that is played in the style; the other one stays as it is")
        self.hands = combo_box("handsCombo", self.tr("Hands"), tip)
        tip = self.tr(
            "How the hands are told apart: by the two staves of the file, or by voice where it has none; or at a key,\n"
            "which can be dragged beside the upper roll too"
        )
        self.split = combo_box("splitCombo", self.tr("Split"), tip)
        self.key = _KeySpin()
        identify(self.key, "splitSpin", self.tr("Lowest key of the right hand"), self.tr("The right hand's lowest key"))
        self.hands.activated.connect(lambda _: self._choose_hands())
        self.split.activated.connect(lambda _: self._part(self._key if self.split.currentData() == KEY else None))
        self.key.valueChanged.connect(self._part)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(6)
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(1, 1)
        self._split_name = labelled(self.split.accessibleName(), self.split)
        grid.addWidget(labelled(self.hands.accessibleName(), self.hands), 0, 0)
        grid.addWidget(self.hands, 0, 1)
        self._border = QWidget()
        border = QHBoxLayout(self._border)
        border.setContentsMargins(0, 0, 0, 0)
        border.setSpacing(8)
        border.addWidget(self.split, 1)
        border.addWidget(self.key)
        grid.addWidget(self._split_name, 1, 0)
        grid.addWidget(self._border, 1, 1)

    @property
    def names(self) -> tuple[QLabel, ...]:
        """The labels, to be made as wide as others."""
        return tuple(self.findChildren(QLabel))

    def refresh(self) -> None:
        """Show the hands that are chosen."""
        hands = self._session.transfers.options.hands
        choices: list[tuple[str | None, str]] = [
            ("both", self.tr("Both hands")),
            ("right", self.tr("Right hand")),
            ("left", self.tr("Left hand")),
        ]
        chosen = next((name for name, shares in SHARES.items() if shares == (hands.left, hands.right)), None)
        fill(self.hands, choices if chosen else [*choices, (None, hands_name(hands))], chosen)
        fill(
            self.split,
            [(VOICE, self.tr("By voice")), (KEY, self.tr("At a key"))],
            VOICE if hands.split is None else KEY,
        )
        self._key = hands.split or self._key
        with QSignalBlocker(self.key):
            self.key.setValue(self._key)
        for part in (self._split_name, self._border):
            part.setVisible(not hands.are_both)
        self.key.setVisible(hands.split is not None)

    def _choose_hands(self) -> None:
        name = self.hands.currentData()
        if name is not None:
            left, right = SHARES[name]
            split = self._session.transfers.options.hands.split
            self._session.transfers.set(hands=BOTH_HANDS if name == "both" else Hands(left, right, split))

    def _part(self, key: int | None) -> None:
        transfers = self._session.transfers
        transfers.set(hands=replace(transfers.options.hands, split=key))


class _KeySpin(QSpinBox):
    """Key of the piano by its name."""

    def __init__(self) -> None:
        super().__init__()
        self.setRange(LOWEST_PITCH, HIGHEST_PITCH)
        self.setFixedWidth(WIDTH)

    def textFromValue(self, value: int) -> str:
        return pitch_name(value)

    def valueFromText(self, text: str) -> int:
        return _pitch_of(text) or self.value()

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        """Accept names of keys; anything may be on the way to one."""
        pitch = _pitch_of(text)
        is_key = pitch is not None and self.minimum() <= pitch <= self.maximum()
        return QValidator.State.Acceptable if is_key else QValidator.State.Intermediate, text, place


def _pitch_of(text: str) -> int | None:
    """Return the pitch of a name such as C4, F#3 or 60; None for others."""
    text = text.strip()
    if text.isdecimal():
        return int(text)
    found = re.fullmatch(r"([A-Ga-g])([#♯b♭]?)(-?\d)", text)
    return None if found is None else SEMITONES[found[1].upper()] + SEMITONES[found[2]] + 12 * (int(found[3]) + 1)
