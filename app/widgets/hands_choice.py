"""Hands that a transfer plays, and where they part."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.documents.scope_name import hands_name
from app.widgets.forms import combo_box, fill, identify, labelled
from app.widgets.key_spin import KeySpin
from tonenet_core.harmony.hands import BOTH_HANDS, Hands

MIDDLE_C = 60
SHARES = {"both": (1.0, 1.0), "right": (0.0, 1.0), "left": (1.0, 0.0)}
VOICE, KEY = "voice", "key"


class HandsChoice(QObject):
    """Combo box of the hands; once one hand is chosen, how they are told apart, and the key if by one.

    Attributes:
        chosen: signal with the hands that the user wants; not emitted by `set_hands`.
        chosen_hands: those that are shown.
        hands: the combo box, and `hands_label` its name.
        border: how they are told apart, and `border_label` its name; both are hidden for both hands.
    """

    chosen = Signal(Hands)

    def __init__(self, parent: QWidget, tip: str, *, batch: bool = False) -> None:
        """Make the parts, for `parent` to lay out; in a batch, under names of their own. `tip` is of the combo box."""
        super().__init__(parent)
        self.chosen_hands = BOTH_HANDS
        self._key = MIDDLE_C  # the last one that was chosen
        names = ("batchHandsCombo", "batchSplitCombo", "batchSplitSpin")
        hands, split, key = names if batch else ("handsCombo", "splitCombo", "splitSpin")
        self.hands = combo_box(hands, self.tr("Hands"), tip)
        tip = self.tr(
            "How the hands are told apart: by the two staves of the file, or by voice where it has none; or at a key"
        )
        self.split = combo_box(split, self.tr("Split"), tip if batch else f"{tip},\n{self._dragged()}")
        self.key = KeySpin()
        identify(self.key, key, self.tr("Lowest key of the right hand"), self.tr("The right hand's lowest key"))
        self.hands.activated.connect(lambda _: self._choose_hands())
        self.split.activated.connect(lambda _: self._part(self._key if self.split.currentData() == KEY else None))
        self.key.valueChanged.connect(self._part)
        self.hands_label = labelled(self.hands.accessibleName(), self.hands)
        self.border_label = labelled(self.split.accessibleName(), self.split)
        self.border = QWidget()
        border = QHBoxLayout(self.border)
        border.setContentsMargins(0, 0, 0, 0)
        border.setSpacing(8)
        border.addWidget(self.split, 1)
        border.addWidget(self.key)
        self.set_hands(BOTH_HANDS)

    @property
    def labels(self) -> tuple[QLabel, ...]:
        """The names, to be made as wide as others."""
        return self.hands_label, self.border_label

    def set_hands(self, hands: Hands) -> None:
        """Show the hands that are chosen."""
        self.chosen_hands = hands
        choices: list[tuple[str | None, str]] = [
            ("both", self.tr("Both hands")),
            ("right", self.tr("Right hand")),
            ("left", self.tr("Left hand")),
        ]
        chosen = next((name for name, shares in SHARES.items() if shares == (hands.left, hands.right)), None)
        fill(self.hands, choices if chosen else [*choices, (None, hands_name(hands))], chosen)
        by = [(VOICE, self.tr("By voice")), (KEY, self.tr("At a key"))]
        fill(self.split, by, VOICE if hands.split is None else KEY)
        self._key = hands.split or self._key
        with QSignalBlocker(self.key):
            self.key.setValue(self._key)
        for part in (self.border_label, self.border):
            part.setVisible(not hands.are_both)
        self.key.setVisible(hands.split is not None)

    def _dragged(self) -> str:
        return self.tr("which can be dragged beside the upper roll too")

    def _choose_hands(self) -> None:
        name = self.hands.currentData()
        if name is not None:
            left, right = SHARES[name]
            self.chosen.emit(BOTH_HANDS if name == "both" else Hands(left, right, self.chosen_hands.split))

    def _part(self, key: int | None) -> None:
        self.chosen.emit(replace(self.chosen_hands, split=key))
