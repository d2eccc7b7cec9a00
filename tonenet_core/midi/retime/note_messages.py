"""Ticks at which notes begin and end, and how far they may be moved without becoming other notes.

A player pairs note-ons with note-offs by their order on a key, and gives a note the program that is set when it begins.
A moved note keeps both: messages of one key never pass each other, no note passes a program change, "all notes off" or
"all sound off", and none that has a length loses it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.midi.instruments import ChannelMessages
from tonenet_core.midi.note_pairing import ending_events
from tonenet_core.midi.smf import Smf

ALL_SOUND_OFF, ALL_NOTES_OFF = 120, 123


@dataclass(frozen=True, eq=False)
class NoteMessages:
    """Messages that begin and end the notes of a file; rows are those of `Smf.events`.

    Attributes:
        messages: all channel messages.
        starts: `(n,)` rows of the notes' beginnings, ascending.
        ends: `(n,)` row of the message that ends each note, -1 for the end of the track.
        owns_end: `(n,)` whether that is a note-off, and of this note alone (or of it before others).
        cut: `(n,)` row of the "all notes off" or "all sound off" that ends a note before that, -1 for none.
    """

    messages: ChannelMessages
    starts: NDArray[np.intp]
    ends: NDArray[np.int64]
    owns_end: NDArray[np.bool_]
    cut: NDArray[np.int64]

    @classmethod
    def of(cls, file: Smf) -> NoteMessages:
        """Find the notes of a scanned file."""
        messages = ChannelMessages.of(file)
        starts = np.flatnonzero(messages.is_note)
        ends = ending_events(file.events, messages.is_note)[starts]
        is_off = (ends >= 0) & ~messages.is_note[ends]
        is_first = np.zeros(len(starts), np.bool_)
        is_first[np.unique(ends, return_index=True)[1]] = True
        tick = file.events["tick"]
        offs = _offs(messages)
        cut = messages.following(offs, starts)
        cut = np.where((cut >= 0) & ((ends < 0) | (tick[cut] < tick[ends])), cut, -1)
        return cls(messages, starts, ends, is_off & is_first & (cut < 0), cut)

    def end_ticks(self, file: Smf) -> NDArray[np.int64]:
        """Return the tick at which each note ends, `(n,)`, as the reader has it."""
        tick = file.events["tick"]
        ends = np.where(self.ends >= 0, tick[self.ends], file.track_end_ticks[file.events["track"][self.starts]])
        return np.where(self.cut >= 0, tick[self.cut], ends)

    def place(self, source: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the ticks nearest to those wanted at which each note stays the note that it is.

        Args:
            source: `(k,)`, where all channel messages stand.
            wanted: `(k,)`, where they shall stand; messages other than notes stay there.
        """
        placed = wanted.copy()
        placed[self.starts] = self._place_starts(source, wanted)
        offs = self._note_offs
        placed[offs] = self._place_ends(source, placed, offs)
        return placed

    def track_ends(self, placed: NDArray[np.int64], count: int) -> NDArray[np.int64]:
        """Return the first tick at which each of `count` tracks may end: after the notes that it ends."""
        rows = self.starts[(self.ends < 0) & (self.cut < 0)]
        ends = np.zeros(count, np.int64)
        np.maximum.at(ends, self.messages.events["track"][rows].astype(np.int64), placed[rows] + 1)
        return ends

    @property
    def _keys(self) -> NDArray[np.int64]:
        """Key of a lane that each message is for, whatever its track."""
        keys: NDArray[np.int64] = self.messages.lanes * 128 + self.messages.events["data1"]
        return keys

    @property
    def _note_offs(self) -> NDArray[np.intp]:
        """Rows of the messages that end notes."""
        kind = self.messages.kind
        return np.flatnonzero((kind == 0x80) | (kind == 0x90) & ~self.messages.is_note)

    def _place_starts(self, source: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
        messages, rows = self.messages, self.starts
        starts = wanted[rows]
        for changes, order in ((messages.programs, messages.moments), (_offs(messages), None)):
            before, after = messages.latest(changes, rows, order), messages.following(changes, rows, order)
            latest = wanted[after] - (source[after] > source[rows])
            starts = np.where(after >= 0, np.minimum(starts, latest), starts)
            earliest = wanted[before] + self._behind(before, rows) * (order is None)
            starts = np.maximum(starts, np.where(before >= 0, earliest, 0))
        # A key that was released is struck again at least a tick later, and a tick later than what another track does
        # that comes behind it at one tick.
        keys, offs = self._keys, self._note_offs
        released, struck = (_neighbours(keys, candidates, rows, -1) for candidates in (offs, rows))
        is_released = released > struck
        gaps = is_released + self._behind(np.where(is_released, released, struck), rows)
        gaps = np.where(struck >= 0, gaps, 0)
        order = np.argsort(keys[rows], kind="stable")
        steps = np.cumsum(np.minimum(gaps, source[rows] - source[struck])[order])
        placed = np.empty_like(starts)
        placed[order] = _running_max(starts[order] - steps, keys[rows][order]) + steps
        return placed

    def _place_ends(
        self, source: NDArray[np.int64], placed: NDArray[np.int64], offs: NDArray[np.intp]
    ) -> NDArray[np.int64]:
        messages, keys = self.messages, self._keys
        earliest = np.zeros(len(placed), np.int64)
        ended = (self.ends >= 0) & ~messages.is_note[self.ends]
        starts, ends = self.starts[ended], self.ends[ended]
        np.maximum.at(earliest, ends, placed[starts] + (source[ends] > source[starts]))
        # Not before the key's last note-on, nor after its next one or after "all notes off".
        before = _neighbours(keys, self.starts, offs, -1)
        latest = placed[before] + self._behind(before, offs)
        earliest = np.maximum(earliest[offs], np.where(before >= 0, latest, 0))
        ends = placed[offs]
        for after in (_neighbours(keys, self.starts, offs, 1), messages.following(_offs(messages), offs)):
            ends = np.where(after >= 0, np.minimum(ends, placed[after] - self._behind(offs, after)), ends)
        ends = np.maximum(ends, earliest)
        track_keys = messages.events["track"][offs].astype(np.int64) << 32 | keys[offs]
        order = np.argsort(track_keys, kind="stable")
        ends[order] = _running_max(ends[order], track_keys[order])
        return ends

    def _behind(self, first: NDArray[np.integer], second: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Return whether the first of two messages comes after the second when both stand at one tick."""
        track = self.messages.events["track"]
        behind: NDArray[np.bool_] = track[first] > track[second]
        return behind


def _offs(messages: ChannelMessages) -> NDArray[np.intp]:
    return np.sort(np.concatenate([messages.controls(ALL_SOUND_OFF), messages.controls(ALL_NOTES_OFF)]))


def _neighbours(
    keys: NDArray[np.int64], candidates: NDArray[np.intp], rows: NDArray[np.intp], side: int
) -> NDArray[np.int64]:
    """Return, for each of some rows, the nearest candidate of its key before (-1) or after (1) it; -1 for none."""
    distinct, codes = np.unique(keys, return_inverse=True)
    del distinct
    places = codes * (len(keys) + 1) + np.arange(len(keys))
    ordered = candidates[np.argsort(places[candidates])]
    found = np.searchsorted(places[ordered], places[rows], side="right" if side > 0 else "left") - (side < 0)
    nearest = np.append(ordered, -1)[found]
    return np.where((nearest >= 0) & (keys[nearest] == keys[rows]), nearest, -1)


def _running_max(values: NDArray[np.int64], keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the largest value so far of each key; `keys` are ascending."""
    distinct, ranks = np.unique(values, return_inverse=True)
    groups = np.cumsum(np.diff(keys, prepend=keys[:1]) > 0) * len(values)
    largest: NDArray[np.int64] = distinct[np.maximum.accumulate(ranks + groups) - groups]
    return largest
