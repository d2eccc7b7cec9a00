"""Clicks of a metronome: at the beats of a piece, the first of each bar accented, and a bar that counts it in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.performance import Piece
from tonenet_core.sound.schedule import SAMPLE_RATE

Seconds = NDArray[np.float64]

CLICK_SEC = 0.03
FREE_BAR = (4, 1.0)  # clicks, and seconds from one to the next, before a piece without beats
_FADE_SEC = 0.006  # in which a click falls to 1/e
_ACCENT, _OTHER = (1760.0, 1.0), (1175.0, 0.7)  # hertz and amplitude
_SAME_BEAT = 0.25  # quarter notes: a bar line so soon after a beat takes its place
_SAME_SEC = 0.05  # a loop that begins so near to a beat begins on it


def _click(hertz: float, amplitude: float) -> NDArray[np.float32]:
    time_sec = np.arange(round(CLICK_SEC * SAMPLE_RATE)) / SAMPLE_RATE
    return (amplitude * np.sin(2 * np.pi * hertz * time_sec) * np.exp(-time_sec / _FADE_SEC)).astype(np.float32)


_SOUNDS = {True: _click(*_ACCENT), False: _click(*_OTHER)}


@dataclass(frozen=True, eq=False)
class Clicks:
    """Clicks at frames of a track.

    Attributes:
        frames: `(n,)` int64, ascending, 0 or later: where each begins.
        accented: `(n,)` bool.
        end_frame: where a bar that counts in ends, and the music begins; of a piece's beats 0.
    """

    frames: NDArray[np.int64]
    accented: NDArray[np.bool_]
    end_frame: int = 0

    @staticmethod
    def of(piece: Piece, tempo: float = 1.0) -> Clicks:
        """Return clicks at the beats of a piece, at a tempo as a factor of its own; none for a free recording."""
        times, accented = _beats(piece)
        frames = np.rint(times / tempo * SAMPLE_RATE).astype(np.int64)
        kept = frames >= -round(_SAME_SEC * SAMPLE_RATE)  # the first beat may lie slightly before the file begins
        return Clicks(np.maximum(frames[kept], 0), accented[kept])

    @staticmethod
    def before(piece: Piece, second: float, tempo: float = 1.0) -> Clicks:
        """Return the clicks of one bar before a second of a piece, in the tempo that it has there.

        Before the middle of a bar the accent is where the bar line falls. A free recording is counted in by four
        clicks, a second apart.
        """
        offsets, length, phase = _bar_at(piece, second)
        times = np.concatenate([offsets - length, offsets]) - phase
        within = (times >= -length - 1e-9) & (times < -1e-9)
        accented = np.tile(np.arange(len(offsets)) == 0, 2)[within]
        end = round(length / tempo * SAMPLE_RATE)
        frames = np.rint((times[within] + length) / tempo * SAMPLE_RATE).astype(np.int64)
        return Clicks(frames, accented, end)

    def between(self, begin: int, end: int) -> list[bool]:
        """Return for each click that begins from one frame to before another whether it is accented."""
        first, stop = np.searchsorted(self.frames, (begin, end))
        return [bool(accented) for accented in self.accented[first:stop]]

    def add_to(self, out: NDArray[np.float32], frame: int, gain: float) -> None:
        """Add the clicks that sound from `frame` on to samples `(n, 2)`; the loudest has the peak `gain`."""
        longest = len(_SOUNDS[True])
        first, stop = np.searchsorted(self.frames, (frame - longest + 1, frame + len(out)))
        for place in range(int(first), int(stop)):
            sound, begin = _SOUNDS[bool(self.accented[place])], int(self.frames[place]) - frame
            heard = sound[max(-begin, 0) : len(out) - begin]
            out[max(begin, 0) : max(begin, 0) + len(heard)] += gain * heard[:, None]


def _beats(piece: Piece) -> tuple[Seconds, NDArray[np.bool_]]:
    """Return the beats of a piece in seconds, counted from each bar line, and which are the first of their bars."""
    beats, bars = piece.beats_sec, piece.downbeats_sec
    if len(beats) < 2:
        return np.zeros(0), np.zeros(0, np.bool_)
    last = len(beats) - 1
    lines = np.interp(bars, beats, np.arange(len(beats)))  # in quarter notes
    if not len(lines):
        return beats, np.zeros(len(beats), np.bool_)
    pickup = lines[0] - np.arange(int(np.floor(lines[0] + 1e-6)), 0, -1)
    counts = np.maximum(np.ceil(np.diff(lines, append=last + 1e-6) - _SAME_BEAT), 1).astype(np.int64)
    counts[-1] = int(np.floor(last - lines[-1] + 1e-6)) + 1
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    places = np.concatenate([pickup, np.repeat(lines, counts) + within])
    accented = np.concatenate([np.zeros(len(pickup), np.bool_), within == 0])
    return np.interp(np.clip(places, 0, last), np.arange(len(beats)), beats), accented


def _bar_at(piece: Piece, second: float) -> tuple[Seconds, float, float]:
    """Return the bar that a second lies in: its beats from its beginning, its length, and how far in the second is."""
    times, accented = _beats(piece)
    lines = np.flatnonzero(accented)
    if len(times) < 2:
        count, apart = FREE_BAR
        return np.asarray(np.arange(count) * apart, np.float64), count * apart, 0.0
    if len(lines) < 2:
        apart = float(np.median(np.diff(times)))
        offsets, length, begin = np.arange(4, dtype=np.float64) * apart, 4 * apart, float(times[0])
    else:
        bar = int(np.searchsorted(times[lines], second + _SAME_SEC)) - 1
        bar = min(max(bar, 0), len(lines) - 2)
        begin, end = float(times[lines[bar]]), float(times[lines[bar + 1]])
        offsets, length = times[lines[bar] : lines[bar + 1]] - begin, end - begin
    phase = (second - begin) % length
    nearest = min((*offsets, length), key=lambda place: abs(place - phase))
    if abs(nearest - phase) < _SAME_SEC:
        phase = float(nearest) % length
    return np.asarray(offsets, np.float64), length, phase
