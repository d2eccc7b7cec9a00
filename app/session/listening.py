"""What belongs to listening besides the player: where the sound goes, its level, and saying what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from app.background.jobs import Jobs
from app.playback.audio_output import device_names
from app.playback.midi_output import PortError, port_names
from app.playback.player import FASTEST, SLOWEST, Player
from app.session.level_match import LevelMatch
from app.session.messages import MessageBoard
from app.system.settings import Settings
from tonenet_core.errors import Cancelled
from tonenet_core.progress import Progress

TEMPO_STEP = 0.05


@dataclass(frozen=True)
class Outputs:
    """Where sound and notes can go.

    Attributes:
        devices: names of audio devices.
        ports: names of MIDI ports.
        problem: a sentence on why there can be no MIDI ports, or None.
    """

    devices: list[str]
    ports: list[str]
    problem: str | None = None


class Listening(QObject):
    """The choices around a player.

    Attributes:
        outputs_found: the `Outputs` that were looked for.
        player: what plays.
        level_match: makes both sides equally loud.
    """

    outputs_found = Signal(object)

    def __init__(
        self, player: Player, settings: Settings, messages: MessageBoard, parent: QObject | None = None
    ) -> None:
        """Put the remembered choices into force.

        Args:
            player: what plays.
            settings: where choices are kept.
            messages: where trouble is told.
            parent: as in Qt.
        """
        super().__init__(parent)
        self.player = player
        self.level_match = LevelMatch(player, messages.failed, self)
        self._jobs = Jobs(self)
        self._settings = settings
        self._messages = messages
        self._trouble: str | None = None
        player.changed.connect(self._tell_trouble)
        player.set_device(settings.audio_device)
        player.set_midi_port(settings.midi_port)

    @property
    def audio_device(self) -> str | None:
        """The audio device that was chosen; None for the default one."""
        return self._settings.audio_device

    def look_for_outputs(self) -> None:
        """Look for audio devices and MIDI ports in the background, where a slow driver holds nothing up."""
        self._jobs.run(_look, title="", done=self.outputs_found.emit, failed=self._not_found)

    def _not_found(self, error: Exception) -> None:
        if not isinstance(error, Cancelled):
            self._messages.failed(error)

    def set_audio_device(self, name: str | None) -> None:
        """Play on this audio device from now on."""
        if name != self._settings.audio_device:
            self._settings.audio_device = name
            self.player.set_device(name)

    def set_midi_port(self, name: str | None) -> None:
        """Send the notes to this MIDI port from now on; None for the built-in synthesizer."""
        if name != self.player.midi_port:
            self._settings.midi_port = name
            self.player.set_midi_port(name)

    def change_tempo(self, steps: int) -> None:
        """Play faster or slower by so many steps of 5 %."""
        tempo = round(self.player.tempo / TEMPO_STEP + steps) * TEMPO_STEP
        self.player.set_tempo(min(max(tempo, SLOWEST), FASTEST))

    def close(self) -> None:
        """End the workers; safe to call twice."""
        self._jobs.close()
        self.level_match.close()

    @Slot()
    def _tell_trouble(self) -> None:
        if self.player.problem == self._trouble:
            return
        former, self._trouble = self._trouble, self.player.problem
        if former is not None:
            self._messages.unsay(former)
        if self._trouble is not None:
            self._messages.warn_too(self._trouble)


def _look(progress: Progress) -> Outputs:
    devices = device_names()
    try:
        return Outputs(devices, port_names())
    except PortError as error:
        return Outputs(devices, [], str(error))
