"""Keys of the piano by their names, and a field for one."""

from __future__ import annotations

import re

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QSpinBox

from tonenet_core.performance import HIGHEST_PITCH, LOWEST_PITCH

WIDTH = 78  # pixels
NAMES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11, "♯": 1, "#": 1, "♭": -1, "b": -1, "": 0}


def pitch_name(pitch: int) -> str:
    """Return a MIDI pitch's name; 60 is C4, middle C."""
    return f"{NAMES[pitch % 12]}{pitch // 12 - 1}"


class KeySpin(QSpinBox):
    """Key of the piano by its name."""

    def __init__(self) -> None:
        """Show the lowest key."""
        super().__init__()
        self.setRange(LOWEST_PITCH, HIGHEST_PITCH)
        self.setFixedWidth(WIDTH)

    def textFromValue(self, value: int) -> str:
        """Return the key's name."""
        return pitch_name(value)

    def valueFromText(self, text: str) -> int:
        """Return the key of a name; the present one where it is none."""
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
