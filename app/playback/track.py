"""One Performance at one tempo, as samples that come in bit by bit."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.playback.metronome import Metronome
from tonenet_core.midi.retime import TimeMap
from tonenet_core.performance import Performance
from tonenet_core.sound.audible import EVERYTHING, Audible
from tonenet_core.sound.clicks import Clicks
from tonenet_core.sound.schedule import SAMPLE_RATE

CHUNK = 32768  # frames rendered at once, 0.74 s: 5 to 10 ms of work
TAIL = 3 * SAMPLE_RATE  # what still rings after the last note is heard for 3 s


class Track:
    """One Performance's samples, as far as they are rendered.

    Attributes:
        performance: what is heard.
        tempo: how many times as fast as written.
        audible: which of the file's notes are heard.
        time_map: of the seconds of the piece that it is compared with to its own; None where they are the same.
        end_frame: where the piece ends, its tail included; silence from there on.
    """

    def __init__(
        self,
        performance: Performance,
        tempo: float = 1.0,
        *,
        audible: Audible = EVERYTHING,
        time_map: TimeMap | None = None,
        metronome: Metronome | None = None,
    ) -> None:
        self.performance = performance
        self.tempo = tempo
        self.audible = audible
        self.time_map = time_map
        self.end_frame = round(performance.duration_sec / tempo * SAMPLE_RATE) + TAIL
        self._metronome = metronome
        self._chunks: dict[int, NDArray[np.float32]] = {}
        self._runs: dict[int, int] = {}

    @cached_property
    def clicks(self) -> Clicks:
        """Those of its beats."""
        return Clicks.of(self.performance, self.tempo)

    def place_at(self, frame: int, tempo: float) -> int:
        """Return its frame at the musical place that the original's frame at a tempo stands for."""
        return _moved(frame, tempo, self.tempo, self.time_map)

    def frame_at(self, place: int, tempo: float) -> int:
        """Return the original's frame, at a tempo, that stands for the musical place of its own frame `place`."""
        return _moved(place, self.tempo, tempo, None if self.time_map is None else self.time_map.inverse)

    def put(self, index: int, samples: NDArray[np.float32], run: int = 0) -> None:
        """Store `(CHUNK, 2)` float32 samples that begin at frame `index * CHUNK`.

        Chunks of one `run` were rendered in one go and follow one another without a seam.
        """
        self._runs[index] = run
        self._chunks[index] = samples

    def get(self, index: int) -> NDArray[np.float32] | None:
        """Return chunk `index`, or None where nothing is rendered."""
        return self._chunks.get(index)

    def run_of(self, index: int) -> int | None:
        """Return in which run chunk `index` was rendered, or None where nothing is rendered."""
        return self._runs.get(index)

    def drop(self, index: int) -> None:
        """Forget chunk `index`."""
        self._chunks.pop(index, None)
        self._runs.pop(index, None)

    def rendered(self) -> list[int]:
        """Return which chunks there are, in no order."""
        return list(self._chunks)

    def ready(self, frame: int, count: int) -> bool:
        """Tell whether `count` frames from `frame` on can be read."""
        stop = min(frame + count, self.end_frame)
        return all(index in self._chunks for index in range(frame // CHUNK, -(-stop // CHUNK)))

    def read(self, frame: int, into: NDArray[np.float32], gain: float = 1.0) -> None:
        """Copy the samples from `frame` on to `into` `(n, 2)`, times a gain; silence where there are none.

        The metronome's clicks are added, whatever the gain.
        """
        done = 0
        while done < len(into):
            index, begin = divmod(frame + done, CHUNK)
            count = min(len(into) - done, CHUNK - begin)
            chunk = self._chunks.get(index)
            into[done : done + count] = 0.0 if chunk is None else chunk[begin : begin + count]
            done += count
        if gain != 1.0:
            into *= gain
        if self._metronome is not None and self._metronome.on:
            self._metronome.add_beats(self.clicks, frame, into)


def _moved(frame: int, tempo: float, other_tempo: float, time_map: TimeMap | None) -> int:
    if time_map is None:
        return frame if tempo == other_tempo else round(frame * tempo / other_tempo)
    return max(round(time_map.at(frame * tempo / SAMPLE_RATE) / other_tempo * SAMPLE_RATE), 0)


class Version(NamedTuple):
    """A Performance of the piece that may be heard, and the map of the original's seconds to its own."""

    performance: Performance
    time_map: TimeMap | None = None


class Span(NamedTuple):
    """Frames of one track that were passed: the first one, and the one after the last."""

    track: Track
    begin: int
    end: int
