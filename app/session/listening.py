"""Outputs, level match and tempo of the playback, and the problems that the user should know of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.background.jobs import Jobs
from app.documents.messages import MessageBoard
from app.playback.audio_output import device_names
from app.playback.midi_output import PortError, port_names
from app.playback.player import FASTEST, SLOWEST, Player
from app.playback.track import Version
from app.practice.counting import Counting
from app.practice.midi_keyboard import MidiKeyboard
from app.session.level_match import LevelMatch
from app.system.settings import Settings
from tonenet_core.midi.retime import TimeMap
from tonenet_core.performance import MidiSource, Performance
from tonenet_core.progress import Progress
from tonenet_core.sound.audible import EVERYTHING
from tonenet_core.sound.schedule import has_other_instruments

TEMPO_STEP = 0.05
LEAST_DB = 0.5  # a smaller difference in level is not worth a sentence


@dataclass(frozen=True)
class Outputs:
    """The available outputs.

    Attributes:
        devices: names of audio devices.
        ports: names of MIDI ports.
        problem: a sentence on why MIDI is not available, or None.
    """

    devices: list[str]
    ports: list[str]
    problem: str | None = None


class Listening(QObject):
    """The user's settings of the playback.

    Attributes:
        outputs_found: signal with the `Outputs` that were found.
        player: the player.
        level_match: makes both sides equally loud.
        counting: the metronome, and a bar that counts in.
        keyboard: the MIDI keyboards that are connected.
        may_solo: whether the open piece's file has other instruments than the piano.
    """

    outputs_found = Signal(object)

    def __init__(
        self,
        player: Player,
        jobs: Jobs,
        settings: Settings,
        messages: MessageBoard,
        parent: QObject | None = None,
    ) -> None:
        """Put the remembered choices into force.

        Args:
            player: the player.
            jobs: look for devices and measure levels in the background.
            settings: where the choices are kept.
            messages: get the problems of the player.
            parent: as in Qt.
        """
        super().__init__(parent)
        self.player = player
        self.level_match = LevelMatch(player, jobs, messages.failed, self)
        self.counting = Counting(player, settings, messages, self)
        self.keyboard = MidiKeyboard(player, settings, self)
        self._jobs = jobs
        self._settings = settings
        self._messages = messages
        self.may_solo = False
        self._file: MidiSource | None = None  # that `may_solo` is about
        self._solo: bool | None = None  # chosen by the user; None: wherever there is a result
        self._audible = EVERYTHING  # of its tracks, as the user has chosen
        self._problem: str | None = None
        self._notice: str | None = None
        self._side = player.places.side  # that was heard before
        self._tells_levels = False
        if settings.level_match:
            self.level_match.switch(True)
        player.changed.connect(self._report)
        player.changed.connect(self._compare)
        self.level_match.changed.connect(self._tell_levels)
        if settings.soundfont is not None:
            player.set_soundfont(settings.soundfont)
        player.set_volume(settings.volume)
        player.set_device(settings.audio_device)
        player.set_midi_port(settings.midi_port)

    @property
    def audio_device(self) -> str | None:
        """The audio device that was chosen; None for the default one."""
        return self._settings.audio_device

    def look_for_outputs(self) -> None:
        """Look for audio devices and MIDI ports in the background: drivers can be slow."""
        self._jobs.run(
            _find_outputs, title="", done=self.outputs_found.emit, failed=self._messages.failed, lane="devices"
        )

    def set_audio_device(self, name: str | None) -> None:
        """Play on this audio device from now on."""
        if name != self._settings.audio_device:
            self._settings.audio_device = name
            self.player.set_device(name)

    def set_soundfont(self, path: Path | None) -> None:
        """Play with this SoundFont from now on; None for the best one found."""
        if path != self._settings.soundfont:
            self._settings.soundfont = path
            self.player.set_soundfont(path)

    def set_midi_port(self, name: str | None) -> None:
        """Send the notes to this MIDI port from now on; None for the built-in synthesizer."""
        if name != self.player.midi_port:
            self._settings.midi_port = name
            self.player.set_midi_port(name)

    def match_levels(self, on: bool) -> None:
        """Play A and B equally loud, or as they are; remembered."""
        self._settings.level_match = on
        self.level_match.switch(on)

    def set_solo(self, solo: bool) -> None:
        """Hear the piano alone, or all instruments of the file, until the session ends."""
        self._solo = solo
        self._follow_again()

    def mute_track(self, number: int, muted: bool) -> None:
        """Silence a track of the open file, or hear it again."""
        self._audible = replace(self._audible, muted=self._audible.muted - {number} | ({number} if muted else set()))
        self._follow_again()

    def solo_track(self, number: int, solo: bool) -> None:
        """Hear a track of the open file alone, or with all others again; several may be solo."""
        self._audible = replace(self._audible, solo=self._audible.solo - {number} | ({number} if solo else set()))
        self._follow_again()

    def follow(
        self,
        original: Performance | None,
        styled: Performance | None,
        time_map: TimeMap | None = None,
        others: Sequence[Version] = (),
    ) -> None:
        """Let the player play a piece and its result, and the map of the seconds of one to those of the other.

        With them go other results, which may be heard next.

        Of a band A and B sound almost alike: once there is a result, the piano is heard alone unless the user has
        chosen otherwise, or has chosen tracks to hear alone.
        """
        if original is not None and original.file is not self._file:
            if self._file is None or original.source is not self._file.data:
                self._audible = EVERYTHING
            self._file, self.may_solo = original.file, has_other_instruments(original)
        usual = styled is not None and not self._audible.solo
        piano = self.may_solo and (usual if self._solo is None else self._solo)
        audible = replace(self._audible, piano=piano)
        self.player.set_performances(original, styled, time_map=time_map, audible=audible, others=others)

    def _follow_again(self) -> None:
        self.follow(*self.player.performances, self.player.places.time_map, self.player.others)

    def change_tempo(self, steps: int) -> None:
        """Play faster or slower by `steps` steps of 5 %."""
        tempo = round(self.player.tempo / TEMPO_STEP + steps) * TEMPO_STEP
        self.player.set_tempo(min(max(tempo, SLOWEST), FASTEST))

    def close(self) -> None:
        """Remember the volume, and let go of MIDI keyboards; safe to call twice."""
        self._settings.volume = self.player.volume
        self.keyboard.close()

    @Slot()
    def _compare(self) -> None:
        """Match the levels where A and B are first compared, one after the other, unless the user has chosen."""
        before, self._side = self._side, self.player.places.side
        match = self.level_match
        is_compared = self.player.playing and self._side != before and match.possible
        if is_compared and not match.on and self._settings.level_match is None:
            self._tells_levels = True
            match.switch(True)

    @Slot()
    def _tell_levels(self) -> None:
        """Tell once that the levels were matched, and by how much, where that is to be heard."""
        gains = self.level_match.gains_db
        if not self._tells_levels or gains is None or self.level_match.measuring:
            return
        self._tells_levels = False
        softer = min(gains)
        if softer <= -LEAST_DB and self._messages.now is None:
            side = "AB"[gains.index(softer)]
            text = self.tr("A and B are heard equally loud: {0} (M: as they are)")
            self._messages.say("info", text.format(f"{side} −{-softer:.1f} dB"), of_result=True)

    @Slot()
    def _report(self) -> None:
        """Show each problem and notice of the player once, and retract a problem that is gone."""
        if self.player.problem != self._problem:
            former, self._problem = self._problem, self.player.problem
            if former is not None:
                self._messages.retract(former)
            if self._problem is not None:
                self._messages.append_warning(self._problem)
        if self.player.notice != self._notice:
            self._notice = self.player.notice
            if self._notice is not None:
                self._messages.say("warning", self._notice)


def _find_outputs(progress: Progress) -> Outputs:
    devices = device_names()
    try:
        return Outputs(devices, port_names())
    except PortError as error:
        return Outputs(devices, [], str(error))
