"""The player: both sides at one playback position, for the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.playback.metronome import Metronome
from app.playback.midi_output import Port, open_port
from app.playback.midi_thread import MidiSender
from app.playback.mixer import Mixer
from app.playback.playhead import LATENCY, Places, Span
from app.playback.render_thread import RenderAhead, Voice
from app.playback.side import ORIGINAL, Side
from app.playback.track import Version
from app.playback.track_pair import TrackPair
from app.playback.volume import DEFAULT_VOLUME, gain_at
from tonenet_core.midi.retime import TimeMap
from tonenet_core.performance import Performance
from tonenet_core.sound.audible import EVERYTHING, Audible

SLOWEST, FASTEST = 0.5, 1.5
_TICK_MS = 17


class PlayerState(QObject):
    """What can be read of a player.

    Attributes:
        places: position, loop and length in the seconds of either side.
        metronome: clicks with what is heard.
        moved: the position in seconds, about 60 times a second while playing, and after a seek.
        changed: playing, loop, side, volume, tempo, duration or problem is new.
    """

    moved = Signal(float)
    changed = Signal()
    places: Places
    metronome: Metronome
    _mixer: Mixer
    _tracks: TrackPair
    _thread: RenderAhead
    _sender: MidiSender
    _side: Side
    _volume: float

    @property
    def position_sec(self) -> float:
        """Seconds from the beginning, 0..`duration_sec`."""
        return self.places.position_sec()

    @property
    def audible(self) -> Audible:
        """Which of the file's notes are heard, on both sides."""
        return self._tracks.audible

    @property
    def duration_sec(self) -> float:
        """Seconds to the end of the file, at its own tempo; 0 without a piece."""
        return self.places.duration_sec()

    @property
    def playing(self) -> bool:
        """Whether the position moves on."""
        return self._mixer.playing

    @property
    def side(self) -> Side:
        """`original` or `styled`: which one is heard, or would be."""
        return self._side

    @property
    def loop(self) -> Span | None:
        """Where the loop begins and ends, in seconds."""
        return self.places.loop_sec()

    @property
    def volume(self) -> float:
        """0..1."""
        return self._volume

    @property
    def tempo(self) -> float:
        """How many times as fast as written the piece is heard, 0.5..1.5; all seconds here are the piece's own."""
        return self._tracks.tempo

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
        return self._tracks.performances

    @property
    def others(self) -> tuple[Version, ...]:
        """The other results, which may become B."""
        return self._tracks.other_versions

    @property
    def problem(self) -> str | None:
        """A sentence on why nothing is heard and what to do, or None."""
        return self._sender.problem if self._mixer.unrendered else self._thread.problem

    @property
    def notice(self) -> str | None:
        """A sentence on why another SoundFont plays than the one that was chosen, or None."""
        return self._thread.notice


class Player(PlayerState):
    """What the window knows of sound. Lives on the GUI thread; nothing here waits for a device or a synthesizer."""

    _threads_changed = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        audio: bool = True,
        open_port: Callable[[str], Port] = open_port,
        mixer: Mixer | None = None,
    ) -> None:
        """Start without a piece, silent.

        Args:
            parent: as in Qt.
            audio: False never opens a device: a clock moves the position, for tests.
            open_port: opens a MIDI port by its name.
            mixer: mixes the sides; a new one unless given.
        """
        super().__init__(parent)
        self._mixer = mixer or Mixer()
        self._side = ORIGINAL
        self.metronome = self._mixer.metronome
        self._tracks = TrackPair(self.metronome)
        self.places = Places(self._mixer, self._tracks)
        self._thread = RenderAhead(self._mixer, self._threads_changed.emit, silent=not audio)
        self._sender = MidiSender(self._mixer, self._threads_changed.emit, open_port)
        self._threads_changed.connect(self._show_state, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self, interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self.set_volume(DEFAULT_VOLUME)

    # --- what can be done ----------------------------------------------------------------------------------------

    def set_performances(
        self,
        original: Performance | None,
        styled: Performance | None,
        *,
        time_map: TimeMap | None = None,
        audible: Audible = EVERYTHING,
        others: Sequence[Version] = (),
    ) -> None:
        """Play these from now on.

        With another original, playback stops at the beginning. A side that is replaced alone keeps sounding until the
        new one is rendered, then fades into it, at the same musical place.

        Args:
            original: A.
            styled: B.
            time_map: of A's seconds to B's; None where they are the same.
            audible: which of the file's notes are heard.
            others: results that may become B next: they are rendered a little ahead, so that they sound at once.
        """
        self.places.set_performances(original, styled, time_map=time_map, audible=audible, others=others)
        self._wake_threads()
        self._show_state()

    def set_soundfont(self, soundfont: Path | None) -> None:
        """Play with another SoundFont from now on; None for the best one found."""
        self.places.renew_tracks(self.tempo)
        self._thread.use_soundfont(soundfont)

    def set_device(self, name: str | None) -> None:
        """Play on the audio device of that name from now on; None for the default one."""
        self._thread.use_device(name)

    def set_midi_port(self, name: str | None) -> None:
        """Send the notes to the MIDI port of that name instead of rendering them; None for the built-in synthesizer."""
        if name == self.midi_port:
            return
        self._mixer.pause()
        self._mixer.unrendered = name is not None
        self.places.playhead.latency = LATENCY if name is None else 0
        self._sender.use_port(name)
        self._wake_threads()
        self._show_state()

    def set_tempo(self, tempo: float) -> None:
        """Hear the piece `tempo` times as fast as written, at the same pitch; position and loop stay at their place."""
        tempo = min(max(tempo, SLOWEST), FASTEST)
        if tempo == self.tempo:
            return
        self.places.renew_tracks(tempo)
        self._wake_threads()
        self.changed.emit()

    def set_side(self, side: Side, *, masked: bool = False) -> None:
        """Hear `original` or `styled`, at the same musical place.

        Args:
            side: which one.
            masked: let the switch sound the same whether it is one or not, for a blind comparison.
        """
        is_new = side != self._side or (not masked and side != self.places.side)
        self._side = side
        self._mixer.set_side(side, masked=masked)
        if not masked:
            self.places.count_on(side)
        self._wake_threads()
        if is_new:
            self.changed.emit()
            self.moved.emit(self.position_sec)

    def play(self, *, count_in: bool = False) -> None:
        """Play from the position, or from the beginning at the end; without a synthesizer do nothing.

        Args:
            count_in: click one bar first, before the loop's start if there is a loop.
        """
        if self._mixer.end_frame == 0:
            return
        if self._thread.stuck and not self._mixer.unrendered:
            self._thread.retry()
            return
        self._mixer.play(self.places.prepare_count() if count_in else None)
        self.places.place()
        self._wake_threads()
        self._show_state()

    def pause(self) -> None:
        """Stop at the position."""
        self._mixer.pause()
        self._show_state()

    def toggle(self) -> None:
        """Play or pause."""
        self.pause() if self.playing else self.play()

    def stop(self) -> None:
        """Stop, and go to the beginning."""
        self._mixer.pause()
        self.seek(0.0)
        self._show_state()

    def seek(self, sec: float, on: Side | None = None) -> None:
        """Go on at `sec` seconds, `on` a side, within the piece."""
        self.places.seek(sec, on)
        self._wake_threads()
        self.moved.emit(self.position_sec)

    def set_loop(self, loop: Span | None, on: Side | None = None) -> None:
        """Play from the first second, `on` a side, to the second one over and over, once within; None ends that."""
        self.places.set_loop(loop, on)
        self._wake_threads()
        self.changed.emit()

    def set_volume(self, volume: float) -> None:
        """Make it louder or softer, 0..1; see `gain_at`."""
        self._volume = min(max(volume, 0.0), 1.0)
        self._mixer.set_volume(gain_at(self._volume))
        self._sender.wake()
        self.changed.emit()

    def set_gains(self, original: float, styled: float) -> None:
        """Multiply the samples of each side by its gain, 0..1; a MIDI port takes no notice."""
        self._mixer.set_gains(original, styled)

    def set_voice(self, voice: Voice | None) -> None:
        """Let something sound beside the piece, with the player's volume; None for nothing."""
        self._thread.voice = voice

    def wake(self) -> None:
        """Let the device run for what sounds beside the piece, whether one is open or not."""
        if self._thread.ident is None:
            self._thread.start()
        self._thread.wake()

    def close(self) -> None:
        """End the sound, its thread and its device; safe to call twice."""
        self._timer.stop()
        self._mixer.cut()
        self._thread.close()
        self._sender.close()

    def _wake_threads(self) -> None:
        """Wake the threads to read what is new; the renderer starts with the first piece."""
        if self._mixer.end_frame or self._thread.ident is not None:
            self.wake()
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
        self.places.follow()
        self.moved.emit(self.position_sec)
