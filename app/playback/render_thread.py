"""The thread that renders both sides ahead of the position and owns the audio device."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from itertools import chain, zip_longest
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from app.playback.audio_output import AudioOutput
from app.playback.chunk_renderer import ChunkRenderer
from app.playback.mixer import Mixer
from app.playback.schedule_cache import Schedules
from app.playback.side import Side
from app.playback.track import CHUNK, Track
from app.playback.worker_thread import WakingThread
from app.system.language import QT_TRANSLATE_NOOP, translate
from tonenet_core.errors import ToneNetError
from tonenet_core.sound.schedule import SAMPLE_RATE
from tonenet_core.sound.synth import Renderer, working_soundfont

log = logging.getLogger(__name__)

AHEAD = 24  # chunks of each side, 18 s
KEPT = 160  # chunks of each side, 2 minutes, 42 MB
_FIRST = 2  # chunks of each side that come before the rest of any
_BORDER = CHUNK  # frames past a loop's end that the mixer wants to see before it begins there
IDLE_SEC = 5.0  # a device that has been silent so long is stopped
DEAD_SEC = 4.0  # a device that has asked for nothing so long is gone
_LOOK_SEC = 0.1  # how often to look where the position is while playing

DEVICE_LOST = QT_TRANSLATE_NOOP(
    "Sound", "Playback stopped because the audio device is gone; press Play to continue with another one."
)


def upcoming(position: int, loop: tuple[int, int] | None, end: int, count: int = AHEAD) -> list[int]:
    """Return which chunks will be played next, in their order.

    Args:
        position: the frame that is played next.
        loop: the loop's first frame and the one after its last.
        end: the frame at which the piece ends.
        count: how many chunks at most.
    """
    spans = [(position, end)]
    if loop is not None and loop[0] <= position < loop[1]:
        spans = [(position, min(loop[1] + _BORDER, end)), (loop[0], position)]
    chunks = chain.from_iterable(range(begin // CHUNK, -(-stop // CHUNK)) for begin, stop in spans)
    return list(dict.fromkeys(chunks))[:count]


class RenderAhead(WakingThread):
    """Keeps the mixer fed and the audio device running.

    Attributes:
        problem: a sentence on why nothing is heard, or None.
        notice: a sentence on why another SoundFont plays than the one that was chosen, or None.
        stuck: whether `problem` makes playing impossible (no synthesizer or SoundFont).
    """

    def __init__(self, mixer: Mixer, tell: Callable[[], None], *, silent: bool = False) -> None:
        """Prepare; `start` begins.

        Args:
            mixer: whose tracks are rendered.
            tell: called, on this thread, when `problem`, the piece's length or whether it plays may have changed.
            silent: never open an audio device.
        """
        super().__init__("render-ahead")
        self.problem: str | None = None
        self.notice: str | None = None
        self.stuck = False
        self._mixer = mixer
        self._tell = tell
        self._output = AudioOutput(mixer.mix, SAMPLE_RATE, silent=silent)
        self._soundfont: Path | None = None
        self._renderers: dict[Side, ChunkRenderer] = {}
        self._schedules = Schedules(mixer)
        self._retry = False
        self._device: str | None = None
        self._last_active = self._last_block = 0.0
        self._blocks = 0

    def retry(self) -> None:
        """Look for FluidSynth and a SoundFont again."""
        self._retry = True
        self.wake()

    @property
    def soundfont(self) -> Path | None:
        """The SoundFont that was asked for; None for the best one found."""
        return self._soundfont

    def use_device(self, name: str | None) -> None:
        """Play on another audio device from now on, or on the default one, without losing the position."""
        self._device = name
        self.wake()

    def use_soundfont(self, soundfont: Path | None) -> None:
        """Play with another SoundFont from now on, or the best one found; the mixer needs new tracks then."""
        self._soundfont = soundfont
        self.retry()

    def run(self) -> None:
        """Work until closed; then let go of the device."""
        try:
            while not self._closed:
                if not self._work():
                    busy = self._output.running or not (self._mixer.silent or self._mixer.unrendered)
                    self._sleep(_LOOK_SEC if busy else None)
        finally:
            self._output.close()
            self._close_renderers()

    def _work(self) -> bool:
        """Do what is most urgent; tell whether there may be more."""
        if self._retry:
            self._retry = False
            self._close_renderers()
            self._report(self._output.problem)
        self.keep_device()
        sides = self._mixer.sides
        if not sides or self.stuck or self._mixer.unrendered:
            return False
        job = self._next(sides)
        if job is None:
            return False
        self._render(*job)
        if not self._output.opened and self.problem is None:  # now, so that Play need not wait for it
            self._output.open()
            self._report(self._output.problem)
        return True

    # --- the device ----------------------------------------------------------------------------------------------

    def keep_device(self) -> None:
        """Open, start, stop or close the device as the mixer needs it."""
        now = time.monotonic()
        if self._output.device != self._device:
            self._output.use(self._device)
            if not self.stuck and not self._mixer.unrendered:
                self._output.open()
                self._report(self._output.problem)
        if self._mixer.unrendered:
            self._output.close()
            return
        if self._mixer.silent:
            if self._output.lost:
                self._output.close()  # the next Play finds another one
            elif now - self._last_active > IDLE_SEC:
                self._output.stop()
            return
        self._last_active = now
        if self._mixer.blocks != self._blocks or not self._output.running:
            self._blocks, self._last_block = self._mixer.blocks, now
        if self._output.lost or now - self._last_block > DEAD_SEC:
            self._output.close()
            self._mixer.cut()
            self._report(QCoreApplication.translate("Sound", DEVICE_LOST))
        elif not self._output.running and not self.stuck:
            self._output.start()
            self._report(self._output.problem)

    def _report(self, problem: str | None, *, stuck: bool = False) -> None:
        self.problem, self.stuck = problem, stuck
        self._tell()

    # --- the samples ---------------------------------------------------------------------------------------------

    def _next(self, sides: list[tuple[Side, Track]]) -> tuple[Side, Track, int] | None:
        """Return the chunk that is needed most, of the side that is heard first."""
        wanted = [[(*side, index) for index in self._upcoming(side[1])] for side in sides]
        first = chain.from_iterable(chunks[:_FIRST] for chunks in wanted)
        rest = chain.from_iterable(zip_longest(*(chunks[_FIRST:] for chunks in wanted)))
        missing = (job for job in chain(first, rest) if job is not None and job[1].get(job[2]) is None)
        return next(missing, None)

    def _upcoming(self, track: Track) -> list[int]:
        position, loop = self._mixer.position, self._mixer.loop
        span = loop and (track.place_at(loop[0], track.tempo), track.place_at(loop[1], track.tempo))
        return upcoming(track.place_at(position, track.tempo), span, track.end_frame)

    def _render(self, side: Side, track: Track, index: int) -> None:
        try:
            if side not in self._renderers:
                soundfont, notice = working_soundfont(self._soundfont)
                self.notice = None if notice is None else translate(notice)
                self._renderers[side] = ChunkRenderer(Renderer(soundfont))
                self._tell()
            new = not self._schedules.known(track)
            schedule = self._schedules.of(track)
            if new:
                self._tell()  # how long the whole file is
            self._renderers[side].render(track, schedule, index)
        except ToneNetError as error:
            self._mixer.cut()
            self._report(translate(error), stuck=True)
            return
        self._forget(track)

    def _forget(self, track: Track) -> None:
        """Drop the chunks that are farthest from the position when there are too many."""
        rendered = track.rendered()
        if len(rendered) <= KEPT:
            return
        here = track.place_at(self._mixer.position, track.tempo) // CHUNK
        needed = set(self._upcoming(track))
        for index in sorted(set(rendered) - needed, key=lambda index: -abs(index - here))[: len(rendered) - KEPT]:
            track.drop(index)

    def _close_renderers(self) -> None:
        for renderer in self._renderers.values():
            renderer.close()
        self._renderers = {}
