"""The instruments of a file's notes: General MIDI programs, drum kits, and keys that switch instead of sounding.

The program that counts is the one set on the note's channel at the note's time, by whichever track. Drums are what
plays on channel 10, and on a channel whose bank is a drum kit's when its program is set (XG: 126 and 127; GM 2: 120).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.errors import Sentence
from tonenet_core.midi import smf

DRUM_CHANNEL = 9  # counted from 0
DRUM_BANKS = (120, 126, 127)
LAST_PIANO_PROGRAM = 7
_BANK_SELECT = 0
# What marks key switches: an octave's distance from the music, one velocity, and few of them.
SWITCH_DISTANCE = 12
FEWEST_SWITCHES, MOST_SWITCHES = 2, 0.1  # notes; share of the notes

FAMILIES = (
    "piano: {notes}",
    "chromatic percussion: {notes}",
    "organ: {notes}",
    "guitar: {notes}",
    "bass: {notes}",
    "strings: {notes}",
    "ensemble: {notes}",
    "brass: {notes}",
    "reed: {notes}",
    "pipe: {notes}",
    "synth lead: {notes}",
    "synth pad: {notes}",
    "synth effects: {notes}",
    "ethnic: {notes}",
    "percussive: {notes}",
    "sound effects: {notes}",
)
"""General MIDI's families of eight programs each."""


@dataclass(frozen=True, eq=False)
class ChannelMessages:
    """The channel messages of a file, taken apart; all arrays `(n,)`."""

    events: NDArray[np.void]
    kind: NDArray[np.uint8]  # 0x80..0xE0
    channel: NDArray[np.uint8]  # 0..15
    is_note: NDArray[np.bool_]  # begins a note
    lanes: NDArray[np.int64]  # messages of one lane share program and pedal

    @classmethod
    def of(cls, file: smf.Smf) -> ChannelMessages:
        """Take a file's messages apart.

        A lane is a channel of a port, whichever track plays on it; in format 2, whose tracks are pieces of their own,
        it is a channel of a track.
        """
        events = file.events
        kind = (events["status"] & 0xF0).astype(np.uint8)
        channel = (events["status"] & 0x0F).astype(np.uint8)
        scope = events["track"] if file.format == 2 else file.track_ports[events["track"]]
        is_note = (kind == 0x90) & (events["data2"] > 0)
        return cls(events, kind, channel, is_note, scope.astype(np.int64) * 16 + channel)

    def controls(self, number: int) -> NDArray[np.intp]:
        """Return the rows of a controller's messages."""
        return np.flatnonzero((self.kind == 0xB0) & (self.events["data1"] == number))

    def latest(
        self, changes: NDArray[np.intp], rows: NDArray[np.intp], order: NDArray[np.int64] | None = None
    ) -> NDArray[np.int64]:
        """Return, for each of some rows, the row of the latest of `changes` at or before it in its lane; -1 for none.

        Args:
            changes: rows, ascending.
            rows: rows of messages.
            order: `(n,)`, the order of all messages, ascending; None: as they stand.
        """
        places = self._places(order)
        ordered = changes[np.argsort(places[changes], kind="stable")]
        found = np.searchsorted(places[ordered], places[rows], side="right") - 1
        candidates = np.append(ordered, -1)[found]
        is_same = (found >= 0) & (self.lanes[candidates] == self.lanes[rows])
        return np.where(is_same, candidates, -1)

    def following(
        self, changes: NDArray[np.intp], rows: NDArray[np.intp], order: NDArray[np.int64] | None = None
    ) -> NDArray[np.int64]:
        """Return, for each of some rows, the row of the next of `changes` after it in its lane; -1 for none.

        The arguments are those of `latest`.
        """
        places = self._places(order)
        ordered = changes[np.argsort(places[changes], kind="stable")]
        candidates = np.append(ordered, -1)[np.searchsorted(places[ordered], places[rows], side="right")]
        return np.where((candidates >= 0) & (self.lanes[candidates] == self.lanes[rows]), candidates, -1)

    @property
    def programs(self) -> NDArray[np.intp]:
        """Rows of the program changes."""
        return np.flatnonzero(self.kind == 0xC0)

    @property
    def moments(self) -> NDArray[np.int64]:
        """Number of the moment at which each message stands, `(n,)`: the order in which program changes count.

        One that stands after a note at the same moment counts for it: a sequencer that sorts a tick otherwise means no
        other instrument.
        """
        return np.cumsum(np.diff(self.events["time_sec"], prepend=0.0) > 0, dtype=np.int64)

    def _places(self, order: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """Return a number for each message that orders them by lane, then by `order`, or as they stand."""
        count = len(self.events)
        return self.lanes * (count + 1) + (np.arange(count) if order is None else order)


def find_programs(messages: ChannelMessages, rows: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return the program that each of some notes sounds with, 0..127; 0 where none was set."""
    latest = _program_changes(messages, rows)
    return np.where(latest >= 0, messages.events["data1"][latest], 0).astype(np.int64)


def find_drums(messages: ChannelMessages, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return which of some notes are drums."""
    changes = messages.programs
    banks = messages.latest(messages.controls(_BANK_SELECT), changes)
    is_kit: NDArray[np.bool_] = (banks >= 0) & np.isin(messages.events["data2"][banks], DRUM_BANKS)
    latest = _program_changes(messages, rows)
    drums: NDArray[np.bool_] = (messages.channel[rows] == DRUM_CHANNEL) | np.isin(latest, changes[is_kit])
    return drums


def _program_changes(messages: ChannelMessages, rows: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return the row of the program change that counts for each of some notes, -1 for none."""
    return messages.latest(messages.programs, rows, messages.moments)


def find_key_switches(pitch: NDArray[np.uint8], velocity: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which of a piano's notes choose an articulation of a sampled instrument instead of sounding.

    They stand far below or above the music, few of them, all struck with one velocity, where the music has several.

    Args:
        pitch: `(n,)`, 0..127.
        velocity: `(n,)`, 1..127.
    """
    switches: NDArray[np.bool_] = np.zeros(len(pitch), np.bool_)
    keys = np.unique(pitch)
    gaps = np.flatnonzero(np.diff(keys.astype(np.int64)) >= SWITCH_DISTANCE)
    for group in (pitch <= keys[gaps[0]], pitch > keys[gaps[-1]]) if len(gaps) else ():
        count = np.count_nonzero(group)
        is_few = FEWEST_SWITCHES <= count <= MOST_SWITCHES * len(pitch)
        if is_few and np.ptp(velocity[group]) == 0 and np.ptp(velocity[~group]) > 0:
            switches |= group
    return switches


def count_track_families(
    messages: ChannelMessages, rows: NDArray[np.intp], programs: NDArray[np.int64], n_tracks: int
) -> NDArray[np.int64]:
    """Return the number of notes in each track of each of `FAMILIES`, `(n_tracks, 16)`, of some notes of `programs`."""
    cells = messages.events["track"][rows].astype(np.int64) * len(FAMILIES) + programs // 8
    return np.bincount(cells, minlength=n_tracks * len(FAMILIES)).reshape(n_tracks, len(FAMILIES))


def name_families(counts: NDArray[np.int64]) -> tuple[Sentence, ...]:
    """Return the instruments of which there are notes, and how many, the commonest first; `counts` as `FAMILIES`."""
    order = np.argsort(-counts, kind="stable")
    return tuple(Sentence(FAMILIES[family], notes=int(counts[family])) for family in order if counts[family])


def count_families(programs: NDArray[np.int64]) -> tuple[Sentence, ...]:
    """Return the instruments of some notes and how many notes each has, the commonest first."""
    return name_families(np.bincount(programs // 8, minlength=len(FAMILIES)))
