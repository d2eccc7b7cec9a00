"""The metronome and the bar that counts in, as the user switches them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.documents.messages import MessageBoard
from app.playback.player import Player
from app.system.settings import Settings

VOLUMES = (0.2, 0.5, 1.0)
"""Soft, medium and loud."""


class Counting(QObject):
    """Clicks with the beats of what is heard, and before it.

    Attributes:
        changed: the metronome was switched, or its volume is another one.
    """

    changed = Signal()

    def __init__(self, player: Player, settings: Settings, messages: MessageBoard, parent: QObject) -> None:
        """Start switched off, at the remembered volume.

        Args:
            player: clicks.
            settings: keep the volume.
            messages: get why there is nothing to click.
            parent: as in Qt.
        """
        super().__init__(parent)
        self._player, self._settings, self._messages = player, settings, messages
        player.metronome.volume = settings.metronome_volume

    @property
    def on(self) -> bool:
        """Whether the beats of what is played click."""
        return self._player.metronome.on and self._reason() is None

    @property
    def volume(self) -> float:
        """Volume of the clicks, 0..1."""
        return self._player.metronome.volume

    def set_volume(self, volume: float) -> None:
        """Click louder or softer, 0..1, whatever the volume of the music."""
        self._player.metronome.volume = self._settings.metronome_volume = volume
        self.changed.emit()

    def switch(self) -> None:
        """Switch the metronome on or off; without beats say why it stays silent."""
        reason = self._reason()
        if reason is not None:
            self._messages.say("info", reason)
        self._player.metronome.on = reason is None and not self.on
        self.changed.emit()

    def play(self) -> None:
        """Count one bar in, and play from the loop's start, or from the position."""
        self._player.play(count_in=True)

    def _reason(self) -> str | None:
        """Return why there is nothing to click; None where there is."""
        piece = self._player.performances[0]
        if piece is not None and not piece.metered:
            return self.tr(
                "This recording has no beats for the metronome to follow. Tap them while it plays (T), then use them."
            )
        return None
