"""The thread that sends the notes to a MIDI port."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.playback.midi_output import Port, PortError
from app.playback.mixer import Mixer
from app.playback.schedule_cache import Schedules
from app.playback.track import Span
from app.playback.worker_thread import WakingThread
from app.system.language import QT_TRANSLATE_NOOP
from tonenet_core.performance import MidiSource
from tonenet_core.sound import schedule as messages
from tonenet_core.sound.audible import EVERYTHING
from tonenet_core.sound.schedule import BLOCK, SAMPLE_RATE, Schedule

log = logging.getLogger(__name__)

PORT_LOST = QT_TRANSLATE_NOOP("Sound", "Playback stopped because the MIDI port is gone; press Play to try it again.")

_PERIOD_SEC = 0.002  # how late a message may be, besides what the system adds
_LONGEST_SEC = 0.25  # when the program was held up longer than that, the music waits instead of hurrying after
_SAME_PLACE_SEC = 1e-3
_VOLUME, _RESET, _ALL_NOTES_OFF = 7, 121, 123
_PEDALS = (64, 66, 67)  # sustain, sostenuto, soft
_USUAL_VOLUME = 100  # General MIDI's, where a file names none
_DRUMS = 9  # the channel that General MIDI has for percussion, its tenth
_CLICKS = {True: 76, False: 77}  # high and low wood block; on a piano without percussion two high keys
_STRUCK = {True: 127, False: 96}  # velocities of accent and others, at full volume
_CLICK_SEC = 0.05
_ONE_BYTE = (messages.PROGRAM, messages.PRESSURE)


class MidiSender(WakingThread):
    """Takes the place of the audio device: moves the mixer's position on and sends what was passed.

    A switch of sides of one piece lets the notes that sound end as they would have: what is struck next has the other
    side's velocity. After any other jump everything is let go, and programs, controllers and pedals are sent as they
    stand there; notes that were struck before are not struck again.

    Attributes:
        port_name: where messages go; None for nowhere.
        problem: a sentence on why they do not get there, or None.
    """

    def __init__(
        self,
        mixer: Mixer,
        tell: Callable[[], None],
        open_port: Callable[[str], Port],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Prepare; the first `use_port` begins.

        Args:
            mixer: whose position is moved while a port is used.
            tell: called, on this thread, when `problem`, the piece's length or whether it plays may have changed.
            open_port: opens a port by its name, or raises `PortError`.
            clock: seconds that go by.
        """
        super().__init__("midi-sender")
        self.port_name: str | None = None
        self.problem: str | None = None
        self._mixer = mixer
        self._tell = tell
        self._open_port = open_port
        self._clock = clock
        self._schedules = Schedules(mixer)
        self._port: Port | None = None
        self._asked: str | None = None  # the port that was tried last
        self._time: float | None = None  # up to when the music was moved on
        self._file: MidiSource | None = None  # of what was sent last
        self._audible = EVERYTHING  # of its notes
        self._until_sec = 0.0
        self._next = 0
        self._sounding: set[tuple[int, int]] = set()
        self._volumes: dict[int, int] = {}  # each channel's, as the file has it
        self._factor = 1.0
        self._click: tuple[int, float] | None = None  # the key of one that sounds, and until when

    def use_port(self, name: str | None) -> None:
        """Send to the port of that name from now on, or nowhere."""
        self.port_name = name
        self.problem = None
        if name is not None and self.ident is None:
            self.start()
        self.wake()

    def run(self) -> None:
        """Work until closed; then silence and let go of the port."""
        try:
            while not self._closed:
                self.step()
                self._sleep(None if self._time is None else _PERIOD_SEC)
        finally:
            self._let_go()

    def step(self) -> None:
        """Send what is due."""
        if self.port_name != self._asked:
            self._let_go()
            self._open()
        if self.port_name is None or self._mixer.silent:
            self._time = None
            self._prepare()
            return
        if self._port is None and not self._open():
            self._mixer.cut()
            self._tell()
            return
        self._prepare()
        try:
            self._move_on()
            if self._mixer.silent:
                self._silence()
        except OSError as error:
            log.info("the MIDI port is gone: %s", error)
            self._port = None
            self._forget()
            self._mixer.cut()
            self._report(QCoreApplication.translate("Sound", PORT_LOST))

    # --- the port ------------------------------------------------------------------------------------------------

    def _open(self) -> bool:
        self._asked = self.port_name
        if self.port_name is None:
            return False
        try:
            self._port = self._open_port(self.port_name)
        except PortError as error:
            self._report(str(error))
            return False
        self._report(None)
        return True

    def _let_go(self) -> None:
        port = self._port
        if port is None:
            return
        try:
            self._silence()
            port.close()
        except OSError as error:
            log.info("the MIDI port does not close: %s", error)
        self._port = None
        self._forget()

    def _report(self, problem: str | None) -> None:
        self.problem = problem
        self._tell()

    # --- time ----------------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        """Read what is played before its time begins to run."""
        if self.port_name is None:
            return
        for track in self._mixer.tracks:
            if not self._schedules.known(track):
                self._schedules.of(track)
                self._tell()

    def _move_on(self) -> None:
        now = self._clock()
        if self._time is None or now - self._time > _LONGEST_SEC:
            self._time = now - _PERIOD_SEC
        frames = int((now - self._time) * SAMPLE_RATE)
        self._time += frames / SAMPLE_RATE
        self._follow_volume()
        if self._click is not None and now >= self._click[1]:
            self._end_click()
        for span in self._mixer.advance(frames):
            self._pass(span)
        metronome = self._mixer.metronome
        for accented in metronome.take_passed():
            self._strike(accented, now)
        if metronome.counting and self._file is not None:
            self._silence()  # of what sounded before

    def _pass(self, span: Span) -> None:
        """Send what stands in a stretch of one track."""
        piece = self._schedules.of(span.track)
        begin_sec, end_sec = (frame * span.track.tempo / SAMPLE_RATE for frame in (span.begin, span.end))
        is_same = piece.file is self._file and span.track.audible == self._audible
        if not is_same or abs(begin_sec - self._until_sec) > _SAME_PLACE_SEC:
            self._silence()
            self._chase(piece, round(span.begin / BLOCK))
        stop = int(np.searchsorted(piece.times_sec, end_sec))
        for place in range(self._next, stop):
            self._send(piece, place)
        self._next = max(self._next, stop)
        self._file, self._audible, self._until_sec = piece.file, span.track.audible, end_sec
        if self._mixer.metronome.on:
            for accented in span.track.clicks.between(span.begin, span.end):
                self._strike(accented, self._clock())

    # --- messages ------------------------------------------------------------------------------------------------

    def _send(self, piece: Schedule, place: int) -> None:
        kind, channel = int(piece.kinds[place]), int(piece.channels[place]) % 16
        data1, data2 = int(piece.data1[place]), int(piece.data2[place])
        if kind == messages.NOTE_ON:
            self._sounding.add((channel, data1))
        elif kind == messages.NOTE_OFF:
            self._sounding.discard((channel, data1))
        elif kind == messages.CONTROL and data1 == _VOLUME:
            self._volumes[channel] = data2
            data2 = self._scaled(data2)
        self._write([kind | channel, data1] if kind in _ONE_BYTE else [kind | channel, data1, data2])

    def _strike(self, accented: bool, now: float) -> None:
        """Click, at the metronome's own volume."""
        self._end_click()
        key = _CLICKS[accented]
        velocity = max(round(_STRUCK[accented] * math.sqrt(self._mixer.metronome.volume)), 1)
        self._write([messages.NOTE_ON | _DRUMS, key, velocity])
        self._click = key, now + _CLICK_SEC

    def _end_click(self) -> None:
        if self._click is not None:
            self._write([messages.NOTE_OFF | _DRUMS, self._click[0], 0])
            self._click = None

    def _write(self, message: list[int]) -> None:
        assert self._port is not None
        self._port.send(message)

    def _control(self, channel: int, number: int, value: int) -> None:
        self._write([messages.CONTROL | channel, number, value])

    def _silence(self) -> None:
        """Let go of all keys and pedals."""
        self._end_click()
        for channel, key in sorted(self._sounding):
            self._write([messages.NOTE_OFF | channel, key, 0])
        for channel in self._volumes:
            for pedal in _PEDALS:
                self._control(channel, pedal, 0)
            self._control(channel, _ALL_NOTES_OFF, 0)
        self._forget()

    def _forget(self) -> None:
        self._sounding, self._volumes, self._file, self._click = set(), {}, None, None

    def _chase(self, piece: Schedule, block: int) -> None:
        """Bring the instrument to where it would be had the piece been played from its beginning."""
        for channel in sorted({channel % 16 for channel in piece.sounding_channels}):
            self._control(channel, _RESET, 0)
            self._volumes[channel] = _USUAL_VOLUME
            self._control(channel, _VOLUME, self._scaled(_USUAL_VOLUME))
        for place in piece.chased(block, block):
            if piece.kinds[place] != messages.NOTE_ON:
                self._send(piece, int(place))
        self._next = piece.first_at(block)

    def _follow_volume(self) -> None:
        factor = math.sqrt(self._mixer.volume)  # channel volume is heard as its square
        if factor != self._factor:
            self._factor = factor
            for channel, volume in self._volumes.items():
                self._control(channel, _VOLUME, self._scaled(volume))

    def _scaled(self, volume: int) -> int:
        return min(round(volume * self._factor), 127)
