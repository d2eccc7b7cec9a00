"""Messages that a synthesizer is sent: the channel messages of a whole file, on a grid of 64-frame blocks.

A synthesizer can start anywhere in the piece, like a sequencer that chases events: the programs, controllers and bends
in force are sent, the notes that still sound are struck, and a stretch before the start is rendered and discarded, so
that the sound is that of a rendering from the beginning, except for notes that ended long before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tonenet_core.performance import MidiSource, Performance
from tonenet_core.sound.audible import EVERYTHING, Audible

SAMPLE_RATE = 44_100  # frames a second
BLOCK = 64  # frames; FluidSynth takes messages at such borders only (1.5 ms)
RING_SEC = 0.5  # how long a note rings after its end
LEAST_PREROLL_SEC = 1.0  # the reverb rings longer, softly
LONGEST_PREROLL_SEC = 6.0  # 50 ms of work; a piano's note has lost most of its sound by then

NOTE_OFF, NOTE_ON, KEY_PRESSURE, CONTROL, PROGRAM, PRESSURE, BEND = range(0x80, 0xF0, 0x10)
SUSTAIN = 64
DRUM_CHANNEL = 9  # of each port, counted from 0
_CHANNELS = 256  # 16 ports of 16 channels, FluidSynth's most
_ALL_OFF = (120, 123)
_RESET_CONTROLS = 121
_DOWN = 64  # pedal values from here on hold the notes
# Bank, data entry and (non-)registered parameters depend on their order, so all of them are sent again.
_ORDERED_CONTROLS = (0, 6, 32, 38, 96, 97, 98, 99, 100, 101)


@dataclass(frozen=True, eq=False)
class Schedule:
    """The messages of one file on the channels that have notes, in the order in which a synthesizer is sent them.

    Attributes:
        blocks: `(n,)` int64, ascending: the 64-frame block before which a message is sent.
        kinds: `(n,)` int64, the message's status without its channel: `NOTE_ON`, `CONTROL`, ...; a note-on of velocity
            0 stands here as `NOTE_OFF`.
        channels: `(n,)` int64, 0..255: the channel, 16 for each port of the file.
        tracks: `(n,)` int64, the number of the track, from 1.
        data1: `(n,)` int64, the first data byte, 0..127.
        data2: `(n,)` int64, the second data byte, 0..127.
        ends: `(n,)` int64, for each note-on the place of the message that stops it (a note-off or a pedal's release),
            n when nothing does; for other messages their own place.
        end_block: the first block after the last message and the file's end.
        times_sec: `(n,)` float64, ascending: when each message comes at the file's own tempo.
        duration_sec: the file's length at its own tempo.
        sample_rate: frames a second.
        file: the file, and which of its notes are the Performance's.
        note_places: `(m,)` int64, the place of each of the Performance's notes; -1 of those that are not heard.
    """

    blocks: NDArray[np.int64]
    kinds: NDArray[np.int64]
    channels: NDArray[np.int64]
    tracks: NDArray[np.int64]
    data1: NDArray[np.int64]
    data2: NDArray[np.int64]
    ends: NDArray[np.int64]
    end_block: int
    times_sec: NDArray[np.float64]
    duration_sec: float
    sample_rate: int
    file: MidiSource
    note_places: NDArray[np.int64]

    @staticmethod
    def of(performance: Performance, sample_rate: int = SAMPLE_RATE) -> Schedule:
        """Return the messages of the whole file of `performance`, with the Performance's velocities.

        Args:
            performance: any Performance; its other tracks and instruments are taken too.
            sample_rate: frames a second.
        """
        file = performance.file
        events = file.events
        _, port_of_track = np.unique(file.track_ports, return_inverse=True)
        channels = (port_of_track[events["track"]] * 16 + (events["status"] & 0x0F)).astype(np.int64) % _CHANNELS
        kinds = (events["status"] & 0xF0).astype(np.int64)
        kinds[(kinds == NOTE_ON) & (events["data2"] == 0)] = NOTE_OFF
        heard = np.isin(channels, channels[kinds == NOTE_ON])  # each program on a silent channel would be loaded
        note_places = (np.cumsum(heard) - 1)[file.note_rows]
        events, channels, kinds = events[heard], channels[heard], kinds[heard]
        blocks = _blocks(events["time_sec"], sample_rate)
        data1 = events["data1"].astype(np.int64)
        data2 = events["data2"].astype(np.int64)
        data2[note_places] = performance.velocities
        return Schedule(
            blocks=blocks,
            kinds=kinds,
            channels=channels,
            tracks=events["track"].astype(np.int64) + 1,
            data1=data1,
            data2=data2,
            ends=_ends(kinds, channels, data1, data2),
            end_block=_end_block(blocks, performance.duration_sec, sample_rate),
            times_sec=events["time_sec"],
            duration_sec=performance.duration_sec,
            sample_rate=sample_rate,
            file=file,
            note_places=note_places,
        )

    def has_notes_of(self, performance: Performance) -> bool:
        """Return whether a Performance is of the same file, and of the same tracks in it."""
        own, other = self.file, performance.file
        return own is other or (own.data == other.data and np.array_equal(own.note_rows, other.note_rows))

    def with_velocities_of(self, performance: Performance) -> Schedule:
        """Return this schedule with the velocities of another Performance of the same notes.

        Raises:
            ValueError: if they are not those of `performance`; see `has_notes_of`.
        """
        if not self.has_notes_of(performance):
            raise ValueError("the velocities belong to other notes")
        data2 = self.data2.copy()
        heard = self.note_places >= 0
        data2[self.note_places[heard]] = performance.velocities[heard]
        return replace(self, data2=data2)

    def at_tempo(self, tempo: float) -> Schedule:
        """Return the same messages faster or slower; 1 is the file's own tempo, 2 twice as fast."""
        blocks = _blocks(self.times_sec / tempo, self.sample_rate)
        return replace(self, blocks=blocks, end_block=_end_block(blocks, self.duration_sec / tempo, self.sample_rate))

    def only(self, audible: Audible) -> Schedule:
        """Return the schedule of the notes that are heard of one of all of them: the others are not struck."""
        if audible == EVERYTHING:
            return self
        size = len(self.kinds)
        own = np.zeros(size, np.bool_)
        own[self.note_places] = True
        struck = (self.kinds == NOTE_ON) & audible.among(self.tracks, own)
        kept = np.isin(self.channels, np.unique(self.channels[struck])) & ((self.kinds != NOTE_ON) | struck)
        places = np.append(np.cumsum(kept) - 1, np.count_nonzero(kept))
        return replace(
            self,
            blocks=self.blocks[kept],
            kinds=self.kinds[kept],
            channels=self.channels[kept],
            tracks=self.tracks[kept],
            data1=self.data1[kept],
            data2=self.data2[kept],
            ends=places[self.ends[kept]],
            times_sec=self.times_sec[kept],
            note_places=np.where(kept[self.note_places], places[self.note_places], -1),
        )

    @property
    def end_frame(self) -> int:
        """The frame at which the file ends, without what still rings then."""
        return self.end_block * BLOCK

    @property
    def sounding_channels(self) -> list[int]:
        """The channels on which notes are struck, ascending."""
        return [int(channel) for channel in np.unique(self.channels[self.kinds == NOTE_ON])]

    def first_at(self, block: int) -> int:
        """Return the place of the first message at or after `block`."""
        return int(np.searchsorted(self.blocks, block))

    def start_for(self, block: int) -> int:
        """Return the block from which to render so that `block` sounds right.

        That is the onset of the oldest note that sounds at `block`, but 1 to 6 seconds before.
        """
        heard = self._sounding(*self._ring(block))
        oldest = int(self.blocks[heard[0]]) if len(heard) else block
        latest = block - round(LEAST_PREROLL_SEC * self.sample_rate / BLOCK)
        earliest = block - round(LONGEST_PREROLL_SEC * self.sample_rate / BLOCK)
        return max(0, earliest, min(oldest, latest))

    def chased(self, start: int, block: int) -> NDArray[np.int64]:
        """Return the places of the messages to send before rendering from `start`, in their order.

        These are all programs, banks and parameters, the latest of other controllers, bends and pressures, and last
        the notes that were struck before `start` and still sound at `block`.
        """
        stop = self.first_at(start)
        kinds, data1 = self.kinds[:stop], self.data1[:stop]
        control = kinds == CONTROL
        in_order = (kinds == PROGRAM) | (control & np.isin(data1, _ORDERED_CONTROLS))
        states = np.flatnonzero((control & ~in_order) | (kinds == BEND) | (kinds == PRESSURE))
        keys = (kinds[states] * _CHANNELS + self.channels[states]) * 128 + np.where(control[states], data1[states], 0)
        _, from_the_end = np.unique(keys[::-1], return_index=True)
        latest = states[len(states) - 1 - from_the_end]
        messages = np.sort(np.concatenate([latest, np.flatnonzero(in_order)]))
        return np.concatenate([messages, self._sounding(stop, max(stop, self._ring(block)[1]))])

    def _ring(self, block: int) -> tuple[int, int]:
        """Return the first message at `block`, and the first one whose note-offs leave a note audible there."""
        return self.first_at(block), self.first_at(block - round(RING_SEC * self.sample_rate / BLOCK))

    def _sounding(self, before: int, until: int) -> NDArray[np.int64]:
        """Return the places of the notes struck before message `before` and not ended before `until`, ascending."""
        return np.flatnonzero((self.kinds[:before] == NOTE_ON) & (self.ends[:before] >= until))


def has_other_instruments(performance: Performance) -> bool:
    """Return whether notes of the file sound on other tracks or channels than those of the Performance."""
    file = performance.file
    struck = file.events[((file.events["status"] & 0xF0) == NOTE_ON) & (file.events["data2"] > 0)]
    own = file.events[file.note_rows]
    return bool(np.setdiff1d(_parts(struck), _parts(own)).size)


def _parts(events: NDArray[np.void]) -> NDArray[np.int64]:
    """Return a number for the track and channel of each message."""
    return np.asarray(events["track"].astype(np.int64) * 16 + (events["status"] & 0x0F), np.int64)


def _blocks(times_sec: NDArray[np.float64], sample_rate: int) -> NDArray[np.int64]:
    return np.rint(times_sec * (sample_rate / BLOCK)).astype(np.int64)


def _end_block(blocks: NDArray[np.int64], duration_sec: float, sample_rate: int) -> int:
    last = int(blocks[-1]) + 1 if len(blocks) else 0
    return max(last, round(duration_sec * sample_rate / BLOCK))


def _ends(
    kinds: NDArray[np.int64], channels: NDArray[np.int64], data1: NDArray[np.int64], data2: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return for each note-on the place of the message that stops it.

    That is the key's next note-off or, while the pedal is down then, the pedal's release.
    """
    size = len(kinds)
    ends = np.arange(size)
    rows = np.flatnonzero((kinds == NOTE_ON) | (kinds == NOTE_OFF))
    keys = channels[rows] * 128 + data1[rows]
    rows = rows[np.argsort(keys, kind="stable")]
    # Keys stand one after the other; numbering them downwards lets one running minimum find each key's next note-off.
    span = size + 1
    shift = np.unique(np.sort(keys), return_inverse=True)[1] * span
    offs = np.where(kinds[rows] == NOTE_OFF, rows, size) + shift
    following = np.minimum.accumulate(offs[::-1])[::-1] - shift
    ends[rows] = np.where(kinds[rows] == NOTE_ON, np.minimum(following, size), rows)
    control = kinds == CONTROL
    pedals = control & ((data1 == SUSTAIN) | (data1 == _RESET_CONTROLS))
    silencers = control & np.isin(data1, _ALL_OFF)
    for channel in np.unique(channels[pedals | silencers]):
        here = channels == channel
        pedal = np.flatnonzero(here & pedals)
        notes = np.flatnonzero(here & (kinds == NOTE_ON))
        down = (data1[pedal] == SUSTAIN) & (data2[pedal] >= _DOWN)
        silenced = np.append(np.flatnonzero(here & silencers), size)
        held = _held(ends[notes], pedal, down, size)
        ends[notes] = np.minimum(held, silenced[np.searchsorted(silenced, notes)])
    return ends


def _held(ends: NDArray[np.int64], pedal: NDArray[np.int64], down: NDArray[np.bool_], size: int) -> NDArray[np.int64]:
    """Return the notes' ends as the pedal extends them.

    `pedal` are the places of its messages, `down` whether each presses it.
    """
    releases = np.append(pedal[~down], size)
    latest = np.searchsorted(pedal, ends) - 1  # the pedal's last message before each note's end
    held = (latest >= 0) & (ends < size)
    held[held] = down[latest[held]]
    ends = ends.copy()
    ends[held] = releases[np.searchsorted(releases, ends[held])]
    return ends
