"""Plays the original and the styled version at one position."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.playback.audio_output import PERIOD_MS
from app.playback.midi_output import Port, open_port
from app.playback.midi_thread import MidiSender
from app.playback.mixer import ORIGINAL, STYLED, Mixer
from app.playback.render_thread import RenderAhead
from app.playback.track import TAIL, Track
from tonenet_core.performance import Performance
from tonenet_core.sound.schedule import SAMPLE_RATE

DEFAULT_VOLUME = 0.8  # the samples as they are; louder music may be clipped beyond
SLOWEST, FASTEST = 0.5, 1.5
_TICK_MS = 16
_LATENCY = SAMPLE_RATE * PERIOD_MS // 1000  # frames that were mixed and are not heard yet, on average
_PULL = 0.05  # how much of the difference to the device's clock is made good at each tick
_SNAP = SAMPLE_RATE // 4  # a difference that is no unsteadiness but a jump


class Playhead:
    """Where the music is that is heard now: smooth between the device's blocks, behind them by its buffer."""

    def __init__(self) -> None:
        self.frame = 0.0
        self.latency = _LATENCY
        self._anchor = 0
        self._position = 0
        self._time = 0.0

    def place(self, frame: int) -> None:
        """Stand at `frame`: nothing before it will be heard."""
        self.frame = self._anchor = self._position = frame
        self._time = time.perf_counter()

    def follow(self, position: int) -> float:
        """Return the frame that is heard now, `position` being the one that is mixed next."""
        now = time.perf_counter()
        if position < self._position:
            self._anchor = position  # the loop began anew
        target = max(self._anchor, position - self.latency)
        moved = self.frame + (now - self._time) * SAMPLE_RATE
        moved = max(moved + _PULL * (target - moved), self.frame)  # it may stand for a moment, but never creeps back
        self.frame = min(moved, position) if abs(moved - target) < _SNAP else target
        self._position, self._time = position, now
        return self.frame


class Player(QObject):
    """What the window knows of sound. Lives on the GUI thread; nothing here waits for a device or a synthesizer.

    Attributes:
        moved: the position in seconds, about 60 times a second while playing, and after a seek.
        changed: playing, loop, side, volume, tempo, duration or problem is new.
    """

    moved = Signal(float)
    changed = Signal()
    _told = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        audio: bool = True,
        open_port: Callable[[str], Port] = open_port,
    ) -> None:
        """Start without a piece, silent.

        Args:
            parent: as in Qt.
            audio: False never opens a device: a clock moves the position, for tests.
            open_port: opens a MIDI port by its name.
        """
        super().__init__(parent)
        self.mixer = Mixer()
        self._volume = 0.0
        self._tempo = 1.0
        self._loop: tuple[float, float] | None = None
        self._side = ORIGINAL
        self._tracks: dict[str, Track | None] = {ORIGINAL: None, STYLED: None}
        self._playhead = Playhead()
        self._thread = RenderAhead(self.mixer, self._told.emit, silent=not audio)
        self._sender = MidiSender(self.mixer, self._told.emit, open_port)
        self._told.connect(self._show_state, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self, interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self.set_volume(DEFAULT_VOLUME)

    # --- what there is -------------------------------------------------------------------------------------------

    @property
    def position_sec(self) -> float:
        """Seconds from the beginning, 0..`duration_sec`."""
        frame = self._playhead.frame if self.mixer.playing else self.mixer.position
        return min(frame * self._tempo / SAMPLE_RATE, self.duration_sec)

    @property
    def duration_sec(self) -> float:
        """Seconds to the end of the file, at its own tempo; 0 without a piece."""
        return max(0, self.mixer.end_frame - TAIL) * self._tempo / SAMPLE_RATE

    @property
    def playing(self) -> bool:
        """Whether the position moves on."""
        return self.mixer.playing

    @property
    def side(self) -> str:
        """`original` or `styled`: which one is heard, or would be."""
        return self._side

    @property
    def loop(self) -> tuple[float, float] | None:
        """Where the loop begins and ends, in seconds."""
        return self._loop if self.mixer.loop else None

    @property
    def volume(self) -> float:
        """0..1."""
        return self._volume

    @property
    def tempo(self) -> float:
        """How many times as fast as written the piece is heard, 0.5..1.5; all seconds here are the piece's own."""
        return self._tempo

    @property
    def soundfont(self) -> Path | None:
        """The SoundFont that was chosen; None for the best one found."""
        return self._thread.soundfont

    @property
    def midi_port(self) -> str | None:
        """The name of the MIDI port that plays; None for the built-in synthesizer."""
        return self._sender.port_name

    @property
    def performances(self) -> tuple[Performance | None, Performance | None]:
        """What is played: A and B."""
        original, styled = (track.performance if track else None for track in self._tracks.values())
        return original, styled

    @property
    def problem(self) -> str | None:
        """A sentence on why nothing is heard and what to do, or None."""
        return self._sender.problem if self.mixer.unrendered else self._thread.problem

    @property
    def notice(self) -> str | None:
        """A sentence on why another SoundFont plays than the one that was chosen, or None."""
        return self._thread.notice

    # --- what can be done ----------------------------------------------------------------------------------------

    def set_performances(self, original: Performance | None, styled: Performance | None) -> None:
        """Play these from now on.

        With another original, playback stops at the beginning. A side that is replaced alone goes on sounding as it was
        until the new one is rendered, then fades into it.
        """
        former = self._tracks[ORIGINAL]
        self._tracks = {ORIGINAL: self._track(ORIGINAL, original), STYLED: self._track(STYLED, styled)}
        if self._tracks[ORIGINAL] is not former:
            self._loop = None
            self.mixer.rewind()
            self._playhead.place(0)
        self.mixer.set_tracks(self._tracks[ORIGINAL], self._tracks[STYLED])
        self._go()
        self._show_state()

    def _track(self, side: str, performance: Performance | None) -> Track | None:
        track = self._tracks[side]
        if track is not None and track.performance is performance:
            return track
        return None if performance is None else Track(performance, self._tempo)

    def set_soundfont(self, soundfont: Path | None) -> None:
        """Play with another SoundFont from now on; None for the best one found."""
        self._renew_tracks()
        self._thread.use_soundfont(soundfont)

    def _renew_tracks(self) -> None:
        self._tracks = {side: track and Track(track.performance, self._tempo) for side, track in self._tracks.items()}
        self.mixer.set_tracks(self._tracks[ORIGINAL], self._tracks[STYLED])

    def set_device(self, name: str | None) -> None:
        """Play on the audio device of that name from now on; None for the default one."""
        self._thread.use_device(name)

    def set_midi_port(self, name: str | None) -> None:
        """Send the notes to the MIDI port of that name instead of rendering them; None for the built-in synthesizer."""
        if name == self.midi_port:
            return
        self.mixer.pause()
        self.mixer.unrendered = name is not None
        self._playhead.latency = _LATENCY if name is None else 0
        self._sender.use_port(name)
        self._go()
        self._show_state()

    def set_tempo(self, tempo: float) -> None:
        """Hear the piece `tempo` times as fast as written, at the same pitch; position and loop stay at their place."""
        tempo = min(max(tempo, SLOWEST), FASTEST)
        if tempo == self._tempo:
            return
        frame = self._playhead.frame * self._tempo / tempo
        self._tempo = tempo
        self._renew_tracks()
        self._playhead.place(round(frame) if self.playing else self.mixer.position)
        self._go()
        self.changed.emit()

    def set_side(self, side: str, *, masked: bool = False) -> None:
        """Hear `original` or `styled`, at the same position.

        Args:
            side: which one.
            masked: let the switch sound the same whether it is one or not, for a blind comparison.
        """
        self._side = side
        self.mixer.set_side(side, masked=masked)
        self._go()
        self.changed.emit()

    def play(self) -> None:
        """Move on from the position, from the beginning when it is at the end; without a synthesizer do nothing."""
        if self.mixer.end_frame == 0:
            return
        if self._thread.stuck and not self.mixer.unrendered:
            self._thread.retry()
            return
        self.mixer.play()
        self._playhead.place(self.mixer.position)
        self._go()
        self._show_state()

    def pause(self) -> None:
        """Stand still."""
        self.mixer.pause()
        self._show_state()

    def toggle(self) -> None:
        """Play or pause."""
        self.pause() if self.playing else self.play()

    def stop(self) -> None:
        """Stand still at the beginning."""
        self.mixer.pause()
        self.seek(0.0)
        self._show_state()

    def seek(self, sec: float) -> None:
        """Go on at `sec` seconds, within the piece."""
        self.mixer.seek(self._frame_at(min(max(sec, 0.0), self.duration_sec)))
        self._playhead.place(self.mixer.position)
        self._go()
        self.moved.emit(self.position_sec)

    def set_loop(self, loop: tuple[float, float] | None) -> None:
        """Play from the first second to the second one over and over, once the position is within; None ends that."""
        self._loop = loop
        self.mixer.set_loop(loop and (self._frame_at(loop[0]), self._frame_at(loop[1])))
        self._go()
        self.changed.emit()

    def set_volume(self, volume: float) -> None:
        """Make it louder or softer, 0..1; 0.8 leaves the samples as they are."""
        self._volume = min(max(volume, 0.0), 1.0)
        self.mixer.set_volume((self._volume / DEFAULT_VOLUME) ** 2)
        self._sender.wake()
        self.changed.emit()

    def set_gains(self, original: float, styled: float) -> None:
        """Multiply the samples of each side by its gain, 0..1; a MIDI port takes no notice."""
        self.mixer.set_gains(original, styled)

    def close(self) -> None:
        """End the sound, its thread and its device; safe to call twice."""
        self._timer.stop()
        self.mixer.cut()
        self._thread.close()
        self._sender.close()

    def _frame_at(self, sec: float) -> int:
        return round(sec / self._tempo * SAMPLE_RATE)

    def _go(self) -> None:
        """Let the thread see what is new; it begins with the first piece."""
        if self._thread.ident is None and self.mixer.end_frame:
            self._thread.start()
        self._thread.wake()
        self._sender.wake()

    @Slot()
    def _show_state(self) -> None:
        """Tell the window that something is new, and move the playhead only while it moves."""
        if self.playing:
            self._timer.start()
        else:
            self._timer.stop()
            self.moved.emit(self.position_sec)
        self.changed.emit()

    @Slot()
    def _tick(self) -> None:
        if not self.playing:  # the piece ended, or its device is gone
            self._show_state()
            return
        self._playhead.follow(self.mixer.position)
        self.moved.emit(self.position_sec)
