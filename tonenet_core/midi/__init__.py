"""MIDI files to Performances and back; nothing but velocity bytes ever changes.

Which notes are the piano's: those of General MIDI programs 0 to 7, or without any program, on any channel but the
drums' (10). The program counts that is set on the note's channel at the note's time, whichever track set it. Without
such notes, every note but the drums' is taken, with a notice.

Which note-off ends which note: the first one that is still open on the same track, channel and key (first in, first
out, as most sequencers pair them). Where a key is struck again before it is released, and both note-offs come, this
gives each note its own end; last in, first out would let the second note vanish under a very long first one. A note
that is left over takes the first note-off after it even though that has ended another note; without one, it lasts until
the key's next note; without that, until the end of its track.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tonenet_core.errors import MidiError, Sentence
from tonenet_core.files.atomic import replacing
from tonenet_core.midi import smf
from tonenet_core.midi.beats import find_beats
from tonenet_core.performance import HIGHEST_PITCH, LOWEST_PITCH, NOTE_DTYPE, PEDAL_DTYPE, Performance

MAX_BYTES = 100_000_000
MAX_NOTES = 1_000_000
_DRUM_CHANNEL = 9  # counted from 0
_LAST_PIANO_PROGRAM = 7
_SUSTAIN = 64


def read_midi(path: Path | str) -> Performance:
    """Read the piano notes of a MIDI file.

    Args:
        path: a Standard MIDI File (format 0, 1 or 2, any division) or RMID, up to 100 MB, 1,000,000 notes and 3 hours.

    Returns:
        The Performance, named after the file, with notices on what was left out, assumed or damaged.

    Raises:
        MidiError: if the file cannot be read, is no MIDI file, is too large or has no note for a piano.
    """
    path = Path(path)
    try:
        facts = path.stat()
        if stat.S_ISDIR(facts.st_mode):
            raise MidiError("{name} is a folder, not a MIDI file.", name=path.name)
        if not stat.S_ISREG(facts.st_mode):
            raise MidiError("{name} is not a file.", name=path.name)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise MidiError("{name} does not exist.", name=path) from error
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the path
        why = getattr(error, "strerror", None) or error
        raise MidiError("{name} could not be read: {why}.", name=path, why=why) from error
    return parse_midi(data, path.name)


def parse_midi(data: bytes, name: str) -> Performance:
    """Read the piano notes out of the bytes of a MIDI file.

    Args:
        data: the whole file.
        name: what the Performance is called, and the file in messages.

    Raises:
        MidiError: as `read_midi`.
    """
    if len(data) > MAX_BYTES:
        raise MidiError(
            "{name} is larger than {size} MB, which is too large to open.", name=name, size=MAX_BYTES // 1_000_000
        )
    file = smf.scan(data, name)
    messages = _Messages.of(file)
    _check_bounds(messages, name)
    chosen, notices = _choose(messages, name)
    rows = np.flatnonzero(chosen)
    pitches = file.events["data1"][rows]
    on_keyboard = (pitches >= LOWEST_PITCH) & (pitches <= HIGHEST_PITCH)
    if not on_keyboard.any():
        raise MidiError("{name} contains no notes within the piano's 88 keys.", name=name)
    if not on_keyboard.all():
        text = "Some notes of {name} ({missing}) are not on the piano's keyboard; they stay as they are."
        notices.append(Sentence(text, name=name, missing=int(np.count_nonzero(~on_keyboard))))
    ends_sec = _ends(file, messages)[chosen[messages.struck]]
    notes, offsets = _notes(file.events[rows[on_keyboard]], ends_sec[on_keyboard])
    end_sec = float(np.max(notes["onset_sec"] + notes["duration_sec"]))
    beats = find_beats(file, file.events["tick"][rows[on_keyboard]], end_sec)
    return Performance(
        notes=notes,
        pedal=_pedal(messages, np.unique(messages.lanes[rows])),
        beats_sec=beats.beats_sec,
        downbeats_sec=beats.downbeats_sec,
        source=data,
        velocity_offsets=offsets,
        name=name,
        notices=(*file.notices, *notices),
    )


def write_midi(path: Path | str, performance: Performance) -> None:
    """Write a Performance: its source, in which only velocity bytes of changed notes differ.

    The file appears whole or not at all; one that was there before stays as it is when writing fails.

    Args:
        path: the file to write, replaced if it exists; its folder must exist.
        performance: any Performance.

    Raises:
        MidiError: if the file cannot be written.
    """
    path = Path(path)
    try:
        with replacing(path) as unfinished:
            unfinished.write_bytes(performance.to_bytes())
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise MidiError("{name} could not be written: {why}.", name=path, why=why) from error


@dataclass(frozen=True, eq=False)
class _Messages:
    """The channel messages of a file, taken apart; all arrays `(n,)`."""

    events: NDArray[np.void]
    kind: NDArray[np.uint8]  # 0x80..0xE0
    channel: NDArray[np.uint8]  # 0..15
    struck: NDArray[np.bool_]  # begins a note
    lanes: NDArray[np.int64]  # messages of one lane share program and pedal

    @classmethod
    def of(cls, file: smf.Smf) -> _Messages:
        """Take a file's messages apart.

        A lane is a channel of a port, whichever track plays on it; in format 2, whose tracks are pieces of their own,
        it is a channel of a track.
        """
        events = file.events
        kind = (events["status"] & 0xF0).astype(np.uint8)
        channel = (events["status"] & 0x0F).astype(np.uint8)
        scope = events["track"] if file.format == 2 else file.track_ports[events["track"]]
        struck = (kind == 0x90) & (events["data2"] > 0)
        return cls(events, kind, channel, struck, scope.astype(np.int64) * 16 + channel)


def _check_bounds(messages: _Messages, name: str) -> None:
    count = int(np.count_nonzero(messages.struck))
    if not count:
        raise MidiError("{name} contains no notes.", name=name)
    if count > MAX_NOTES:
        text = "{name} contains {count} notes; up to {most} can be opened."
        raise MidiError(text, name=name, count=count, most=MAX_NOTES)
    seconds = float(messages.events["time_sec"][-1])
    if seconds > smf.MAX_SEC:
        text = "{name} lasts {hours} hours; up to {most} can be opened."
        raise MidiError(text, name=name, hours=f"{seconds / 3600:,.1f}", most=round(smf.MAX_SEC / 3600))


def _choose(messages: _Messages, name: str) -> tuple[NDArray[np.bool_], list[Sentence]]:
    """Return which messages are notes of the Performance, and what to tell the user about it."""
    melodic = messages.struck & (messages.channel != _DRUM_CHANNEL)
    if not melodic.any():
        raise MidiError("{name} contains only drums.", name=name)
    piano = melodic.copy()
    piano[melodic] = _programs(messages, melodic) <= _LAST_PIANO_PROGRAM
    if piano.any():
        return piano, []
    text = "{name} has no piano; the notes of all its other instruments but the drums are taken."
    return melodic, [Sentence(text, name=name)]


def _programs(messages: _Messages, notes: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the program that each of some notes sounds with, 0 where none was set."""
    size = len(notes)
    places = messages.lanes * size + np.arange(size)  # orders by lane, then by time
    changes = np.flatnonzero(messages.kind == 0xC0)
    changes = changes[np.argsort(places[changes])]
    change_places = np.concatenate([[-1], places[changes]])
    programs = np.concatenate([[0], messages.events["data1"][changes]]).astype(np.int64)
    latest = np.searchsorted(change_places, places[notes]) - 1
    same_lane = change_places[latest] // size == messages.lanes[notes]
    return np.where(same_lane, programs[latest], 0)


def _ends(file: smf.Smf, messages: _Messages) -> NDArray[np.float64]:
    """Return the seconds at which each struck note ends, in the order of the messages."""
    events, struck = messages.events, messages.struck
    rows = np.flatnonzero((messages.kind == 0x80) | (messages.kind == 0x90))
    keys = (events["track"][rows].astype(np.int64) * 16 + messages.channel[rows]) * 128 + events["data1"][rows]
    order = np.argsort(keys, kind="stable")
    rows, keys = rows[order], keys[order]
    partner = _pair(keys, struck[rows])
    times = events["time_sec"][rows]
    track_ends = np.minimum(file.sec_at(file.track_end_ticks), file.end_sec)[events["track"][rows]]
    ends = np.zeros(len(events))
    ends[rows] = np.maximum(np.where(partner >= 0, times[partner], track_ends), times)
    return ends[struck]


def _pair(keys: NDArray[np.int64], struck: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Find the message that ends each note, without a loop over notes; the module says by which rule.

    Args:
        keys: `(n,)` ascending, messages of one key in the order of time.
        struck: `(n,)` whether the message begins a note; the others are note-offs.

    Returns:
        `(n,)` the index of the ending message, -1 for none and for note-offs.
    """
    size = len(keys)
    first = np.searchsorted(keys, keys)  # where each message's key begins
    ons, offs = np.flatnonzero(struck), np.flatnonzero(~struck)
    used = ~struck & ~_stray(keys, struck, first)
    used_offs = np.flatnonzero(used)

    # The k-th note-on of a key belongs to its k-th note-off that has something to end.
    wanted = keys[ons] * size + _rank(struck, first)[ons]
    offered = keys[used_offs] * size + _rank(used, first)[used_offs]
    found = np.searchsorted(offered, wanted)
    paired = np.append(offered, -1)[found] == wanted
    partner = np.full(size, -1, np.int64)
    partner[ons[paired]] = used_offs[found[paired]]

    left = ons[~paired]
    for candidates in (offs, ons):
        following = np.append(candidates, size)[np.searchsorted(candidates, left, side="right")]
        same_key = np.append(keys, -1)[following] == keys[left]
        partner[left[same_key]] = following[same_key]
        left = left[~same_key]
    return partner


def _stray(keys: NDArray[np.int64], struck: NDArray[np.bool_], first: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which note-offs come when no note of their key is open."""
    size = len(keys)
    steps = np.cumsum(np.where(struck, 1, -1))
    balance = steps - np.concatenate([[0], steps])[first]
    # A stray note-off takes the balance of its key to a new low below 0. Each key is moved below all earlier ones, so
    # that one running minimum serves them all.
    depth = np.cumsum(np.diff(keys, prepend=keys[:1]) > 0) * (2 * size + 1)
    low = np.minimum.accumulate(np.minimum(balance, 0) - depth)
    stray: NDArray[np.bool_] = ~struck & (balance < 0) & (np.diff(low, prepend=0) < 0)
    return stray


def _rank(chosen: NDArray[np.bool_], first: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number the chosen events of each key from 0."""
    before: NDArray[np.int64] = np.concatenate([[0], np.cumsum(chosen)])
    return before[:-1] - before[first]


def _notes(events: NDArray[np.void], ends_sec: NDArray[np.float64]) -> tuple[NDArray[np.void], NDArray[np.int64]]:
    notes = np.empty(len(events), NOTE_DTYPE)
    notes["onset_sec"] = events["time_sec"]
    notes["duration_sec"] = ends_sec - events["time_sec"]
    notes["pitch"] = events["data1"]
    notes["velocity"] = events["data2"]
    order = np.lexsort((notes["pitch"], notes["onset_sec"]))
    offsets: NDArray[np.int64] = events["offset"][order]
    return notes[order], offsets


def _pedal(messages: _Messages, played: NDArray[np.int64]) -> NDArray[np.void]:
    """Return the sustain-pedal messages of the lanes in `played`."""
    sustain = (messages.kind == 0xB0) & (messages.events["data1"] == _SUSTAIN) & np.isin(messages.lanes, played)
    rows = messages.events[sustain]
    pedal = np.empty(len(rows), PEDAL_DTYPE)
    pedal["time_sec"], pedal["value"] = rows["time_sec"], rows["data2"]
    return pedal
