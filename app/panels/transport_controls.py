"""Small controls of the transport: tempo, level match, and the piano alone."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QComboBox, QPushButton, QWidget

from app.playback.player import FASTEST, SLOWEST
from app.session.listening import TEMPO_STEP, Listening
from app.widgets.forms import identify


class TempoBox(QComboBox):
    """The tempo in per cent of the piece's own."""

    def __init__(self, listening: Listening, parent: QWidget | None = None) -> None:
        """Show the tempo of the player and steer it."""
        super().__init__(parent)
        self._player = listening.player
        tip = self.tr(
            "Playback tempo in per cent of the original, at the same pitch (Ctrl+Up, Ctrl+Down; Ctrl+0: 100 %).\n"
            "For listening only: exported files keep the original tempo."
        )
        identify(self, "tempoCombo", self.tr("Tempo"), tip)
        for step in range(round(FASTEST / TEMPO_STEP), round(SLOWEST / TEMPO_STEP) - 1, -1):
            self.addItem(self.tr("{0} %").format(round(step * TEMPO_STEP * 100)), step)
        self.setMaxVisibleItems(self.count())
        self.currentIndexChanged.connect(self._choose)
        self._player.changed.connect(self._refresh)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        self.setCurrentIndex(self.findData(round(self._player.tempo / TEMPO_STEP)))

    @Slot(int)
    def _choose(self, index: int) -> None:
        step = self.itemData(index)
        if step != round(self._player.tempo / TEMPO_STEP):
            self._player.set_tempo(step * TEMPO_STEP)


class LevelButton(QPushButton):
    """Matches the levels of A and B while it is pressed in, and says by how much."""

    def __init__(self, listening: Listening, parent: QWidget | None = None) -> None:
        """Show the level match of `listening` and steer it."""
        super().__init__(parent)
        self._match = listening.level_match
        self.setObjectName("levelButton")
        self.setCheckable(True)
        self.setAutoDefault(True)  # Enter presses it: Space always plays
        self.clicked.connect(listening.match_levels)
        self._match.changed.connect(self._refresh)
        listening.player.changed.connect(self._refresh)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        match = self._match
        self.setEnabled(match.possible)
        self.setChecked(match.on)
        self.setText(self._words())
        self.setAccessibleName(self.tr("Match the levels of A and B: {0}").format(self._state()))
        self.setToolTip(self._tip())
        widest = QFontMetrics(self.font()).horizontalAdvance(self._gain("B", -88.8))
        self.setMinimumWidth(widest + 2 * 12 + 4)

    def _words(self) -> str:
        match = self._match
        if not (match.on and match.possible):
            return self.tr("Level")
        if match.gains_db is None or match.measuring:
            return self.tr("Level …")
        return self._gain(*self._lowered())

    def _lowered(self) -> tuple[str, float]:
        original, styled = self._match.gains_db or (0.0, 0.0)
        return ("A", original) if original < styled else ("B", styled)

    def _gain(self, side: str, gain_db: float) -> str:
        return self.tr("{0} {1} dB").format(side, f"{gain_db:.1f}".replace("-", "−"))

    def _state(self) -> str:
        match = self._match
        if not match.on:
            return self.tr("off")
        return self.tr("measuring") if match.measuring else self._gain(*self._lowered())

    def _tip(self) -> str:
        what = self.tr(
            "Match the levels of A and B: the louder side is turned down until both are equally loud overall (M).\n"
            "The dynamics within the piece and exported files are not affected."
        )
        if self._match.possible:
            return what
        return what + "\n" + self.tr("This needs a result to compare, and the built-in synthesizer.")


class SoloButton(QPushButton):
    """Lets the piano be heard alone while it is pressed in; there for files with other instruments only."""

    def __init__(self, listening: Listening, parent: QWidget | None = None) -> None:
        """Show whether the piano of `listening` is alone, and steer it."""
        super().__init__(self.tr("Solo"), parent)
        self._listening = listening
        tip = self.tr(
            "Hear the piano alone, without the other instruments of the file (S).\n"
            "For listening only: exported files keep all instruments."
        )
        identify(self, "soloButton", self.tr("Piano alone"), tip)
        self.setCheckable(True)
        self.setAutoDefault(True)  # Enter presses it: Space always plays
        self.clicked.connect(listening.set_solo)
        listening.player.changed.connect(self._refresh)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        self.setVisible(self._listening.may_solo)
        self.setChecked(self._listening.player.audible.piano)
