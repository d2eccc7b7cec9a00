"""Mixes the sound of two sides frame by frame: one position, exact switches, no clicks.

Knows no device, no synthesizer and no Qt. Rendered samples come in through `Track.put`, from another thread; the
audio callback takes them out through `Mixer.mix`; everything else is asked for by the GUI thread. All positions are
frames of the original from its start, so that switching sides, seeking and looping are exact to the sample; a track
with times of its own is read at the same musical place.

A change (another side, a seek, a pause, the end of the loop) takes effect at the next block, or when the fade that is
under way has ended, 10 ms at most. While the wanted samples are not rendered yet, the former ones keep sounding
(another side, a replaced Performance, another tempo), or sound and position wait.
"""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from app.playback.crossfade import FADE, Crossfade
from app.playback.loop import Loop
from app.playback.metronome import Metronome
from app.playback.side import ORIGINAL, STYLED, Side
from app.playback.side_tracks import SideTracks
from app.playback.track import CHUNK, Span, Track
from app.playback.volume import Volume
from tonenet_core.sound.clicks import Clicks

RESERVE = CHUNK // 4  # what must be rendered before a sound begins, so that it does not break off at once


class Mixer:
    """The playback position and the samples that sound at it.

    Every method may be called from any thread. The lock is held for microseconds by those that ask, for less than
    a tenth of a millisecond by `mix`.

    Attributes:
        playing: whether the position moves on, or will as soon as there are samples or a bar is counted.
        heard: the track that sounds; None in a silence.
        unrendered: whether the position moves on though nothing is rendered; `advance` then takes the place of `mix`.
        metronome: adds its clicks.
        blocks: how often `mix` was called: a device that is alive counts on.
        waits: blocks in which there was nothing to play though there should have been.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sides = SideTracks()
        self.playing = False
        self._frame = 0
        self._jump: int | None = None
        self._loop = Loop()
        self._volume = Volume()
        self.metronome = Metronome()
        self._tempo = 1.0  # at which the frames are counted
        self.heard: Track | None = None
        self._heard_gain = 1.0
        self._place = 0  # the frame of `_heard`: another one than `_frame` where it has other times, or a former tempo
        self._masked_side: Side | None = None
        self._dip = False
        self._fade = Crossfade()
        self.unrendered = False
        self.blocks = 0
        self.waits = 0

    @property
    def silent(self) -> bool:
        """Whether nothing is heard and nothing is about to be."""
        with self._lock:
            return not (self.playing or self._fade.left or self.heard)

    @property
    def position(self) -> int:
        """The frame that is heard next."""
        with self._lock:
            return self._frame if self._jump is None else self._jump

    @property
    def volume(self) -> float:
        """The factor of all samples, on both sides."""
        return self._volume.factor

    @property
    def gains(self) -> tuple[float, float]:
        """The gains of A and B."""
        return self._sides.gains[ORIGINAL], self._sides.gains[STYLED]

    @property
    def end_frame(self) -> int:
        """Where the longer of the sides ends, its tail included; 0 without a piece."""
        return self._sides.end_frame(self._tempo)

    @property
    def loop(self) -> tuple[int, int] | None:
        """The first frame of the loop and the one after its last."""
        return self._loop.span

    @property
    def sides(self) -> list[tuple[Side, Track]]:
        """The sides that have a track, the wanted one first."""
        with self._lock:
            return self._sides.ordered()

    @property
    def tracks(self) -> list[Track]:
        """The tracks of the sides, the wanted one first, and those of what may take the place of one."""
        with self._lock:
            return [*(track for _, track in self._sides.ordered()), *self._sides.others]

    def set_tracks(self, original: Track | None, styled: Track | None, others: tuple[Track, ...] = ()) -> None:
        """Put other tracks in the place of those that play; where the old one is heard it fades into the new one.

        Tracks of another tempo than those before go on at the same place of the piece, and the loop stays where it was.
        """
        with self._lock:
            self._sides.tracks, self._sides.others = {ORIGINAL: original, STYLED: styled}, others
            if (track := original or styled) is not None and track.tempo != self._tempo:
                self._rescale_to_tempo(track.tempo)

    def _rescale_to_tempo(self, tempo: float) -> None:
        ratio, self._tempo = self._tempo / tempo, tempo
        heard = self.heard
        self._frame = heard.frame_at(self._place, tempo) if heard is not None else round(self._frame * ratio)
        self._jump = None if self._jump is None else round(self._jump * ratio)
        self._loop.rescale(ratio)

    def rewind(self) -> None:
        """Stop, go to the beginning and forget the loop."""
        with self._lock:
            self.playing, self._jump = False, 0
            self.metronome.end_count()
            self._loop.set(None, 0)

    def set_side(self, side: Side, *, masked: bool = False) -> None:
        """Let `original` or `styled` be heard from the next block on.

        Args:
            side: which one.
            masked: dip into silence for 10 ms, once both sides are rendered here, even where `side` is heard already:
                nobody can tell by the switch whether it was one.
        """
        with self._lock:
            if masked and self.heard is not None and not self.unrendered:
                self._masked_side = side
            else:
                self._sides.chosen, self._masked_side = side, None

    def set_gains(self, original: float, styled: float) -> None:
        """Multiply the samples of each side by its gain, 0..1, without a step."""
        with self._lock:
            self._sides.gains = {ORIGINAL: original, STYLED: styled}

    def play(self, count: Clicks | None = None) -> None:
        """Move on, once a bar is counted, from the position; from the beginning, or the loop's, if it is at the end."""
        with self._lock:
            self.metronome.begin_count(count)
            position = self._frame if self._jump is None else self._jump
            if position >= self.end_frame:
                self._jump = self._loop.span[0] if self._loop.span else 0
            self.playing = True

    def pause(self) -> None:
        """Stop at the position."""
        with self._lock:
            self.playing = False
            self.metronome.end_count()

    def cut(self) -> None:
        """Stop without a fade, for when the device is gone and nothing calls `mix`."""
        with self._lock:
            self.playing, self.heard = False, None
            self.metronome.end_count()
            self._fade.end()

    def seek(self, frame: int) -> None:
        """Go on at `frame`, within the piece."""
        with self._lock:
            self._jump = max(0, min(frame, self.end_frame))
            self.metronome.end_count()

    def set_loop(self, loop: tuple[int, int] | None) -> None:
        """Play from the first frame to before the second over and over; a loop under 50 ms is none."""
        with self._lock:
            self._loop.set(loop, self._frame)

    def set_volume(self, gain: float) -> None:
        """Multiply the samples by `gain`, 0..1, without a step."""
        self._volume.factor = gain

    def mix(self, out: NDArray[np.float32]) -> None:
        """Fill `out` `(n, 2)` with the next n frames, within +-1."""
        with self._lock:
            done = 0
            while done < len(out):
                self._apply_pending(len(out) - done)
                done += self._fill(out[done:])
            self.blocks += 1
            self.waits += self.playing and self.heard is None and not (self._dip or self.metronome.counting)
            quiet = self.heard is None
        self._volume.apply(out, at_once=quiet)
        np.clip(out, -1.0, 1.0, out=out)

    def advance(self, frames: int) -> list[Span]:
        """Advance by `frames` without samples, first through a bar that counts in; return the spans passed, in turn."""
        spans = []
        with self._lock:
            self.blocks += 1
            frames -= self.metronome.pass_count(frames) if self.playing else 0
            while frames > 0:
                self._fade.end()
                self._apply_pending(0)
                if self.heard is None:
                    break
                count = min(frames, self._frames_to_border(self.heard))
                spans.append(Span(self.heard, self._place, self._place + count))
                self._place += count
                self._frame = self.heard.frame_at(self._place, self._tempo)
                frames -= count
            self._fade.end()
        return spans

    def _apply_pending(self, ahead: int) -> None:
        """Apply the change that is due, unless the last one still fades."""
        if self._fade.left:
            return
        self._dip = False
        frame = self._next_frame()
        # Either side must be ready right after a dip: how long it takes must not say which it is.
        ready = max(ahead, FADE) + 2 * FADE + RESERVE
        if self._masked_side is not None and self._sides.ready(frame, ready, self._tempo):
            self._sides.chosen, self._masked_side = self._masked_side, None
            self._dip = self.playing and self.heard is not None
        sounds = self.playing and not (self._dip or self.metronome.counting)
        track = self._track_for(frame, ahead) if sounds else None
        gain = self._sides.gain if track is self._sides.track else self._heard_gain
        if track is not self.heard or (track is not None and (frame != self._frame or gain != self._heard_gain)):
            self._fade.begin(self.heard, self._place, self._heard_gain)
            self._place = frame if track is None else self._place_on(track, frame)
        self._frame, self.heard, self._heard_gain = frame, track, gain

    def _next_frame(self) -> int:
        frame = self._frame
        if self._jump is not None:
            frame, self._jump = self._jump, None
        elif (end := self._loop.end_frame) is not None and frame >= end:
            return self._loop.wrap(frame)
        elif self.playing and frame >= self.end_frame:
            self.playing = False
            frame = self.end_frame
        self._loop.follow(frame)
        return frame

    def _track_for(self, frame: int, ahead: int) -> Track | None:
        """Return the track to hear from `frame` on: one that has enough samples to fade in and out again, too."""
        need = max(ahead, FADE) + FADE
        wanted, heard = self._sides.track, self.heard
        if self.unrendered:
            return wanted
        if wanted is not None and wanted.ready(self._place_on(wanted, frame), need + (wanted is not heard) * RESERVE):
            return wanted
        if heard is not None and frame == self._frame and heard.ready(self._place, need):
            return heard
        return None

    def _fill(self, out: NDArray[np.float32]) -> int:
        """Fill the beginning of `out`, up to where the next change may be due; return how many frames."""
        out = out[: self._fade.left or len(out)]
        if self.heard is None:
            out[:] = 0.0
            out = self.metronome.count(out)
            self._frame += len(out) if self._dip else 0
        else:
            if not self._fade.left:
                out = out[: self._frames_to_border(self.heard)]
            self.heard.read(self._place, out, self._heard_gain)
            self._place += len(out)
            self._frame = self.heard.frame_at(self._place, self._tempo)
        if self._fade.left:
            self._fade.apply(out)
        return len(out)

    def _frames_to_border(self, heard: Track) -> int:
        """Return how far it is to the loop's end or the piece's, in frames of what is heard."""
        border = self.end_frame if (end := self._loop.end_frame) is None else end
        return max(1, heard.place_at(border, self._tempo) - self._place)

    def _place_on(self, track: Track, frame: int) -> int:
        """Return the frame of a track at a frame of the original's; of what is heard here, the very one."""
        here = track is self.heard and frame == self._frame
        return self._place if here else track.place_at(frame, self._tempo)
