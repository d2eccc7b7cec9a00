"""Where the music is: the position that is heard, and places in the seconds of either side."""

from __future__ import annotations

import time
from collections.abc import Sequence

from app.playback.audio_output import PERIOD_MS
from app.playback.mixer import Mixer
from app.playback.side import ORIGINAL, Side
from app.playback.track import TAIL, Version
from app.playback.track_pair import TrackPair
from tonenet_core.midi.retime import TimeMap
from tonenet_core.performance import Performance
from tonenet_core.sound.audible import Audible
from tonenet_core.sound.clicks import Clicks
from tonenet_core.sound.schedule import SAMPLE_RATE

Span = tuple[float, float]
LATENCY = SAMPLE_RATE * PERIOD_MS // 1000  # frames that were mixed and are not heard yet, on average
_PULL = 0.05  # share of the difference to the device's clock that is made good at each tick
_SNAP = SAMPLE_RATE // 4  # a difference that is no unsteadiness but a jump


class Playhead:
    """The frame that is heard now: smooth between the device's blocks, behind them by its buffer.

    Attributes:
        frame: where it is.
        latency: frames between mixing and hearing.
    """

    def __init__(self) -> None:
        self.frame = 0.0
        self.latency = LATENCY
        self._anchor = 0
        self._position = 0
        self._time = 0.0

    def place(self, frame: int) -> None:
        """Put it at `frame`: nothing before it will be heard."""
        self.frame = self._anchor = self._position = frame
        self._time = time.perf_counter()

    def follow(self, position: int) -> float:
        """Return the frame that is heard now, `position` being the one that is mixed next."""
        now = time.perf_counter()
        if position < self._position:
            self._anchor = position  # the loop started over
        target = max(self._anchor, position - self.latency)
        moved = self.frame + (now - self._time) * SAMPLE_RATE
        moved = max(moved + _PULL * (target - moved), self.frame)  # it may stand for a moment, but never creeps back
        self.frame = min(moved, position) if abs(moved - target) < _SNAP else target
        self._position, self._time = position, now
        return self.frame


class Places:
    """Position, loop and length of what plays, in seconds of a side: one musical place is another second on each.

    Attributes:
        side: whose seconds are meant where none is named: the one that was chosen for all to see. A masked switch does
            not change it, nor any figure that is shown.
        playhead: in frames of that side.
    """

    def __init__(self, mixer: Mixer, tracks: TrackPair) -> None:
        self.side: Side = ORIGINAL
        self.playhead = Playhead()
        self._mixer = mixer
        self._tracks = tracks
        self._loop: Span | None = None  # in seconds of the original

    @property
    def time_map(self) -> TimeMap | None:
        """Map of A's seconds to B's; None where they are the same."""
        return self._tracks.time_map

    def position_sec(self, side: Side | None = None) -> float:
        """Return the position, 0..`duration_sec`."""
        frame = self.playhead.frame if self._mixer.playing else self._frame
        second = self._tracks.second_on(side or self.side, frame * self._tracks.tempo / SAMPLE_RATE, of=self.side)
        return min(second, self.duration_sec(side))

    def duration_sec(self, side: Side | None = None) -> float:
        """Return the length of the longer side."""
        frames = max(0, self._mixer.end_frame - TAIL)
        return self._tracks.second_on(side or self.side, frames * self._tracks.tempo / SAMPLE_RATE)

    def loop_sec(self, side: Side | None = None) -> Span | None:
        """Return where the loop begins and ends; None without one."""
        if self._loop is None or self._mixer.loop is None:
            return None
        begin, end = (self._tracks.second_on(side or self.side, second) for second in self._loop)
        return begin, end

    def set_loop(self, loop: Span | None, side: Side | None = None) -> None:
        """Set the loop of the mixer."""
        of = side or self.side
        self._loop = loop and (self._original(loop[0], of), self._original(loop[1], of))
        self._mixer.set_loop(self._loop and (self._frame_at(self._loop[0]), self._frame_at(self._loop[1])))

    def seek(self, second: float, side: Side | None = None) -> None:
        """Bring the mixer to a second, within the piece."""
        of = side or self.side
        self._mixer.seek(self._frame_at(self._original(min(max(second, 0.0), self.duration_sec(of)), of)))
        self.place()

    def prepare_count(self) -> Clicks | None:
        """Stop, go to the loop's start, if there is one, and return the clicks of a bar before the position."""
        self._mixer.pause()
        track, loop = self._tracks.on(self.side), self.loop_sec()
        if track is None:
            return None
        if loop is not None:
            self.seek(loop[0])
        elif self.position_sec() >= self.duration_sec():
            self.seek(0.0)
        return Clicks.before(track.performance, self.position_sec(), track.tempo)

    def place(self) -> None:
        """Put the playhead where the mixer is: nothing before it will be heard."""
        self.playhead.place(self._frame)

    def follow(self) -> None:
        """Move the playhead on with the mixer."""
        self.playhead.follow(self._frame)

    def count_on(self, side: Side) -> None:
        """Mean the seconds of another side where none is named; the playhead stays at its musical place."""
        second, self.side = self.position_sec(ORIGINAL), side
        if self._tracks.time_map is not None:
            self._keep(second)

    def set_performances(
        self,
        original: Performance | None,
        styled: Performance | None,
        *,
        time_map: TimeMap | None,
        audible: Audible,
        others: Sequence[Version] = (),
    ) -> None:
        """Give the mixer other performances; with another original, go to the beginning and forget the loop."""
        second, is_other = self.position_sec(ORIGINAL), original is not self._tracks.performances[0]
        has_moved = time_map is not self._tracks.time_map
        self._tracks.set_performances(original, styled, time_map=time_map, audible=audible, others=others)
        if is_other:
            self._loop = None
            self._mixer.rewind()
        self._put_tracks()
        if is_other or has_moved:
            self._keep(second)

    def renew_tracks(self, tempo: float) -> None:
        """Give the mixer empty tracks, at a tempo."""
        second = self.position_sec(ORIGINAL)
        self._tracks.renew(tempo)
        self._put_tracks()
        self._keep(second)

    def _put_tracks(self) -> None:
        self._mixer.set_tracks(self._tracks.original, self._tracks.styled, self._tracks.others)

    def _keep(self, second: float) -> None:
        """Put the playhead at a second of the original's, after a change of the frames that it counts."""
        if self._mixer.playing:
            self.playhead.place(self._frame_at(self._tracks.second_on(self.side, second)))
        else:
            self.place()

    @property
    def _frame(self) -> int:
        track = self._tracks.on(self.side)
        return 0 if track is None else track.place_at(self._mixer.position, track.tempo)

    def _original(self, second: float, side: Side) -> float:
        return self._tracks.second_on(ORIGINAL, second, of=side)

    def _frame_at(self, second: float) -> int:
        return round(second / self._tracks.tempo * SAMPLE_RATE)
