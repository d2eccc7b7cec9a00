"""A MIDI keyboard: its keys sound through the player's output, and the window lights them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.playback.player import Player
from app.practice.key_voice import KeyVoice
from app.practice.midi_input import InputPort, Inputs, RtMidiInputs
from app.system.settings import Settings
from tonenet_core.sound.schedule import CONTROL, NOTE_OFF, NOTE_ON

LOOK_MS = 2000  # how often to look for a keyboard that was plugged in
_KEYS = (NOTE_ON, NOTE_OFF, CONTROL)


class MidiKeyboard(QObject):
    """Every MIDI keyboard that is connected, also later; without one, or without MIDI, nothing happens.

    Where a MIDI instrument plays instead of the synthesizer, keys are lit only.

    Attributes:
        changed: other keys are down, or the keyboard was switched on or off.
        pressed: the keys that are down, as MIDI pitches.
    """

    changed = Signal()
    _came = Signal(object)

    def __init__(
        self, player: Player, settings: Settings, parent: QObject | None = None, *, inputs: Inputs | None = None
    ) -> None:
        """Prepare; `start` begins.

        Args:
            player: whose output the keys sound on.
            settings: keep whether keys sound.
            parent: as in Qt.
            inputs: the system's unless given.
        """
        super().__init__(parent)
        self.pressed: frozenset[int] = frozenset()
        self._player, self._settings = player, settings
        self.inputs: Inputs = inputs or RtMidiInputs()
        self._ports: dict[str, InputPort] = {}
        self._voice = KeyVoice(lambda: player.soundfont)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._came.connect(self._take)

    @property
    def on(self) -> bool:
        """Whether keys are heard and lit."""
        return self._settings.midi_keyboard

    def start(self) -> None:
        """Listen to the keyboards that are there, and to those that come."""
        self._player.set_voice(self._voice)
        self._timer.start()
        self._look()

    def switch(self) -> None:
        """Switch the keyboards on or off; it is remembered."""
        self._settings.midi_keyboard = not self.on
        self._look()
        self.changed.emit()

    def close(self) -> None:
        """Let go of the keyboards; safe to call twice."""
        self._timer.stop()
        self._keep([])
        self._player.set_voice(None)
        self._voice.close()

    @Slot()
    def _look(self) -> None:
        names = self.inputs.names() if self.on and self._timer.isActive() else []
        self._keep(names)
        for name in names:
            if name not in self._ports and (port := self.inputs.open(name, self._receive)) is not None:
                self._ports[name] = port

    def _keep(self, names: Sequence[str]) -> None:
        """Close the ports of keyboards that are gone, and let go of their keys."""
        gone = [name for name in self._ports if name not in names]
        for name in gone:
            self._ports.pop(name).close()
        if gone:
            for pitch in self.pressed:
                self._voice.play([NOTE_OFF, pitch, 0])
            self.pressed = frozenset()
            self.changed.emit()

    def _receive(self, message: Sequence[int]) -> None:
        """Take a message, on MIDI's thread."""
        if len(message) < 3 or message[0] & 0xF0 not in _KEYS:
            return
        if self._player.midi_port is None:
            self._voice.play(message)
        self._came.emit(tuple(message))

    @Slot(object)
    def _take(self, message: tuple[int, int, int]) -> None:
        kind, pitch, velocity = message[0] & 0xF0, message[1], message[2]
        if kind == CONTROL:
            return
        down = kind == NOTE_ON and velocity > 0
        if down:
            self._player.wake()
        self.pressed = self.pressed | {pitch} if down else self.pressed - {pitch}
        self.changed.emit()
