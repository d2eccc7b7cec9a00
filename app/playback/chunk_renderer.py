"""Renders one side's chunks, each joined to those beside it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.playback.crossfade import FADE
from app.playback.track import CHUNK, Track
from tonenet_core.sound.schedule import BLOCK, Schedule
from tonenet_core.sound.synth import Renderer

JOINT = -(-FADE // BLOCK) * BLOCK  # frames; whole blocks, so that the next chunk begins on one
_RAMP = np.linspace(0, 1, JOINT, dtype=np.float32)[:, None]


class ChunkRenderer:
    """One synthesizer that renders whichever chunk is asked for, best one after the other.

    A chunk that follows the one before is rendered on. Any other begins a new run, whose reverb is in another phase and
    which does not know what rang very long before; where two runs meet they are blended over 10 ms.
    """

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._track: Track | None = None
        self._run = 0

    def render(self, track: Track, schedule: Schedule, index: int) -> None:
        """Render chunk `index` of `track`, whose messages are in `schedule`, and put it there."""
        start = index * CHUNK
        if track is not self._track or self._renderer.position != start:
            self._begin_run(track, schedule, index)
        samples = self._renderer.read(CHUNK)
        track.put(index, samples, self._run)
        if track.run_of(index + 1) not in (None, self._run):
            self._blend_into_next(track, index + 1)

    def close(self) -> None:
        """Free the synthesizer."""
        self._renderer.close()

    def _begin_run(self, track: Track, schedule: Schedule, index: int) -> None:
        before = track.get(index - 1)
        frame = index * CHUNK - (0 if before is None else JOINT)
        self._renderer.open(schedule, frame)
        self._track = track
        self._run += 1
        if before is not None:
            run = track.run_of(index - 1) or 0
            track.put(index - 1, _blended(before, -JOINT, self._renderer.read(JOINT), 1 - _RAMP), run)

    def _blend_into_next(self, track: Track, index: int) -> None:
        following = track.get(index)
        if following is not None:
            run = track.run_of(index) or 0
            track.put(index, _blended(following, 0, self._renderer.read(JOINT), _RAMP), run)


def _blended(
    chunk: NDArray[np.float32], begin: int, other: NDArray[np.float32], ramp: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return a copy of `chunk` in which a stretch from `begin` on is its own by `ramp` and `other` by the rest."""
    result = chunk.copy()
    stretch = slice(begin, begin + JOINT or None)
    result[stretch] = chunk[stretch] * ramp + other * (1 - ramp)
    return result
