"""The thread that renders what is heard, and what may be heard next, ahead of the position; owns the audio device."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from itertools import chain, zip_longest
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from app.playback.audio_output import AudioOutput
from app.playback.chunk_renderer import ChunkRenderer
from app.playback.mixer import Mixer
from app.playback.schedule_cache import Schedules
from app.playback.track import CHUNK, Track
from app.playback.worker_thread import WakingThread
from app.system.language import QT_TRANSLATE_NOOP, translate
from tonenet_core.errors import ToneNetError
from tonenet_core.sound.schedule import SAMPLE_RATE
from tonenet_core.sound.synth import Renderer, working_soundfont

log = logging.getLogger(__name__)

AHEAD = 24  # chunks of each side, 18 s
KEPT = 160  # chunks of each side, 2 minutes, 42 MB
OTHERS_AHEAD = 4  # chunks of each other track, 3 s
OTHERS_KEPT = 8  # chunks of each other track, 2 MB
_FIRST = 2  # chunks of each side that come before the rest of any
_SAFE = 4  # chunks of each side that come before those of other tracks
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


class Voice(Protocol):
    """Something that sounds beside what is played."""

    @property
    def sounding(self) -> bool:
        """Whether there may be something to hear."""
        ...

    def add_to(self, out: NDArray[np.float32], gain: float) -> None:
        """Add the next samples, times a gain, to `out` `(n, 2)`, within +-1."""
        ...


class RenderAhead(WakingThread):
    """Keeps the mixer fed and the audio device running.

    Attributes:
        problem: a sentence on why nothing is heard, or None.
        notice: a sentence on why another SoundFont plays than the one that was chosen, or None.
        voice: sounds beside the mixer; None for nothing.
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
        self.voice: Voice | None = None
        self._output = AudioOutput(self._mix, SAMPLE_RATE, silent=silent)
        self._soundfont: Path | None = None
        self._working: Path | None = None  # the SoundFont that plays
        self._renderers: dict[Track, ChunkRenderer] = {}
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
        sides = [track for _, track in self._mixer.sides]
        others = [track for track in self._mixer.tracks if track not in sides]
        if not sides or self.stuck or self._mixer.unrendered:
            return False
        for track in others:
            self._forget(track, self._upcoming(track, OTHERS_AHEAD), OTHERS_KEPT)
        job = self._next(sides, others)
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
        if self._mixer.silent and not (self.voice is not None and self.voice.sounding):
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

    def _mix(self, out: NDArray[np.float32]) -> None:
        """Fill a block for the device."""
        self._mixer.mix(out)
        if (voice := self.voice) is not None:
            voice.add_to(out, self._mixer.volume)

    def _report(self, problem: str | None, *, stuck: bool = False) -> None:
        self.problem, self.stuck = problem, stuck
        self._tell()

    # --- the samples ---------------------------------------------------------------------------------------------

    def _next(self, sides: list[Track], others: list[Track]) -> tuple[Track, int] | None:
        """Return the chunk that is needed most, of the side that is heard first."""
        wanted = [[(track, index) for index in self._upcoming(track)] for track in sides]
        spare = [[(track, index) for index in self._upcoming(track, OTHERS_AHEAD)] for track in others]
        jobs = chain(
            chain.from_iterable(chunks[:_FIRST] for chunks in wanted),
            _in_turn([chunks[_FIRST:_SAFE] for chunks in wanted]),
            _in_turn(spare),
            _in_turn([chunks[_SAFE:] for chunks in wanted]),
        )
        return next((job for job in jobs if job[0].get(job[1]) is None), None)

    def _upcoming(self, track: Track, count: int | None = None) -> list[int]:
        position, loop = self._mixer.position, self._mixer.loop
        span = loop and (track.place_at(loop[0], track.tempo), track.place_at(loop[1], track.tempo))
        return upcoming(track.place_at(position, track.tempo), span, track.end_frame, AHEAD if count is None else count)

    def _render(self, track: Track, index: int) -> None:
        try:
            renderer = self._renderer_of(track)
            new = not self._schedules.known(track)
            schedule = self._schedules.of(track)
            if new:
                self._tell()  # how long the whole file is
            renderer.render(track, schedule, index)
        except ToneNetError as error:
            self._mixer.cut()
            self._report(translate(error), stuck=True)
            return
        self._forget(track, self._upcoming(track), KEPT)

    def _renderer_of(self, track: Track) -> ChunkRenderer:
        """Return the track's own renderer, so that its chunks follow one another: a new one, or that of one gone."""
        if self._working is None:
            self._working, notice = working_soundfont(self._soundfont)
            self.notice = None if notice is None else translate(notice)
            self._tell()
        if track not in self._renderers:
            current = self._mixer.tracks
            free = [self._renderers.pop(other) for other in [*self._renderers] if other not in current]
            self._renderers[track] = free.pop() if free else ChunkRenderer(Renderer(self._working))
            for renderer in free:
                renderer.close()
        return self._renderers[track]

    def _forget(self, track: Track, needed: list[int], kept: int) -> None:
        """Drop the chunks that are farthest from the position when there are too many."""
        rendered = track.rendered()
        if len(rendered) <= kept:
            return
        here = track.place_at(self._mixer.position, track.tempo) // CHUNK
        for index in sorted(set(rendered) - set(needed), key=lambda index: -abs(index - here))[: len(rendered) - kept]:
            track.drop(index)

    def _close_renderers(self) -> None:
        for renderer in self._renderers.values():
            renderer.close()
        self._renderers, self._working = {}, None


def _in_turn(chunks: list[list[tuple[Track, int]]]) -> Iterator[tuple[Track, int]]:
    """Yield the first chunk of each track, then the second of each."""
    return (job for turn in zip_longest(*chunks) for job in turn if job is not None)
