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

from tonenet_core import meter, smf
from tonenet_core.atomic import replacing
from tonenet_core.errors import MidiError
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
            raise MidiError(f"{path.name} is a folder, not a MIDI file.")
        if not stat.S_ISREG(facts.st_mode):
            raise MidiError(f"{path.name} is not a file.")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise MidiError(f"{path} does not exist.") from error
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the path
        raise MidiError(f"{path} could not be read: {getattr(error, 'strerror', None) or error}.") from error
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
        raise MidiError(f"{name} is larger than {MAX_BYTES // 1_000_000} MB, which is too large to open.")
    file = smf.scan(data, name)
    events = file.events
    kind, channel = events["status"] & 0xF0, events["status"] & 0x0F
    struck = (kind == 0x90) & (events["data2"] > 0)
    _check_bounds(events, struck, name)
    lanes = _lanes(file, channel)
    chosen, notices = _choose(events, kind, channel, struck, lanes, name)
    ends_sec = _ends(file, kind, channel, struck)[chosen[struck]]
    rows = np.flatnonzero(chosen)
    in_range = (events["data1"][rows] >= LOWEST_PITCH) & (events["data1"][rows] <= HIGHEST_PITCH)
    if not in_range.any():
        raise MidiError(f"{name} contains no notes within the piano's 88 keys.")
    if not in_range.all():
        notices.append(
            f"Some notes of {name} ({np.sum(~in_range):,}) are not on the piano's keyboard; they stay as they are."
        )
    notes, offsets = _notes(events[rows[in_range]], ends_sec[in_range])
    end_sec = float(np.max(notes["onset_sec"] + notes["duration_sec"]))
    beats = meter.find_beats(file, events["tick"][rows[in_range]], end_sec)
    return Performance(
        notes=notes,
        pedal=_pedal(events, kind, lanes, np.unique(lanes[rows])),
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
        raise MidiError(f"{path} could not be written: {getattr(error, 'strerror', None) or error}.") from error


def _check_bounds(events: NDArray[np.void], struck: NDArray[np.bool_], name: str) -> None:
    count = int(np.count_nonzero(struck))
    if not count:
        raise MidiError(f"{name} contains no notes.")
    if count > MAX_NOTES:
        raise MidiError(f"{name} contains {count:,} notes; up to {MAX_NOTES:,} can be opened.")
    hours = float(events["time_sec"][-1]) / 3600
    if hours * 3600 > smf.MAX_SEC:
        raise MidiError(f"{name} lasts {hours:,.1f} hours; up to {smf.MAX_SEC / 3600:.0f} can be opened.")


def _lanes(file: smf.Smf, channel: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Number, for each event, the channel whose program and pedal it shares.

    Channels are shared by all tracks on a port; the tracks of format 2 are pieces of their own.
    """
    track = file.events["track"]
    scope = track if file.format == 2 else file.track_ports[track]
    lanes: NDArray[np.int64] = scope.astype(np.int64) * 16 + channel
    return lanes


def _choose(
    events: NDArray[np.void],
    kind: NDArray[np.uint8],
    channel: NDArray[np.uint8],
    struck: NDArray[np.bool_],
    lanes: NDArray[np.int64],
    name: str,
) -> tuple[NDArray[np.bool_], list[str]]:
    """Return which events are notes of the Performance, and what to tell the user about it."""
    melodic = struck & (channel != _DRUM_CHANNEL)
    if not melodic.any():
        raise MidiError(f"{name} contains only drums.")
    piano = melodic.copy()
    piano[melodic] = _programs(events, kind == 0xC0, melodic, lanes) <= _LAST_PIANO_PROGRAM
    if piano.any():
        return piano, []
    return melodic, [f"{name} has no piano; the notes of all its other instruments but the drums are taken."]


def _programs(
    events: NDArray[np.void], changes: NDArray[np.bool_], notes: NDArray[np.bool_], lanes: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the program that each note sounds with, 0 where none was set."""
    # One number orders first by lane, then by place in the file's play order.
    size = len(events)
    places = lanes * size + np.arange(size)
    change_places = places[changes]
    order = np.argsort(change_places)
    change_places = np.concatenate([[-1], change_places[order]])
    programs = np.concatenate([[0], events["data1"][changes][order]]).astype(np.int64)
    latest = np.searchsorted(change_places, places[notes]) - 1
    same_lane = change_places[latest] // size == lanes[notes]
    return np.where(same_lane, programs[latest], 0)


def _ends(
    file: smf.Smf, kind: NDArray[np.uint8], channel: NDArray[np.uint8], struck: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the seconds at which each struck note ends, in the order of the events."""
    events = file.events
    released = (kind == 0x80) | ((kind == 0x90) & ~struck)
    rows = np.flatnonzero(struck | released)
    keys = (events["track"][rows].astype(np.int64) * 16 + channel[rows]) * 128 + events["data1"][rows]
    rows = rows[np.argsort(keys, kind="stable")]
    keys = np.sort(keys, kind="stable")
    pairing = _pair(keys, struck[rows])
    track_ends = file.sec_at(file.track_end_ticks)[events["track"][rows]]
    times = events["time_sec"][rows]
    ends = np.where(pairing.end >= 0, times[pairing.end], np.minimum(track_ends, file.end_sec))
    result = np.zeros(len(events))
    result[rows] = np.maximum(ends, times)
    return result[struck]


@dataclass(frozen=True)
class _Pairing:
    end: NDArray[np.int64]  # (n,) for each event, the index of the event that ends it, -1 for none


def _pair(keys: NDArray[np.int64], struck: NDArray[np.bool_]) -> _Pairing:
    """Pair the note-ons of each key with its note-offs, first in, first out, without a loop over notes.

    Args:
        keys: `(n,)` ascending, events of one key in the order of time.
        struck: `(n,)` whether the event is a note-on; the others are note-offs.
    """
    size = len(keys)
    index = np.arange(size)
    first = np.searchsorted(keys, keys)  # where each event's key begins
    balance = np.cumsum(np.where(struck, 1, -1))
    balance -= np.concatenate([[0], balance])[first]
    # A note-off with nothing open takes the balance of its key to a new low. Each key is moved below all earlier
    # ones, so that one running minimum serves them all.
    depth = np.cumsum(np.diff(keys, prepend=keys[:1]) > 0) * (2 * size + 1)
    low = np.minimum.accumulate(np.minimum(balance, 0) - depth)
    stray = ~struck & (np.concatenate([[1], low[:-1]]) > low) & (balance < 0)
    valid = ~struck & ~stray

    end = np.full(size, -1, np.int64)
    on_rank = _rank(struck, first)
    off_rank = _rank(valid, first)
    ons, offs = index[struck], index[valid]
    places = (keys[offs] * size) + off_rank[offs]
    wanted = (keys[ons] * size) + on_rank[ons]
    found = np.searchsorted(places, wanted)
    hit = found < len(places)
    hit[hit] = places[found[hit]] == wanted[hit]
    end[ons[hit]] = offs[found[hit]]

    left = ons[~hit]
    for candidates in (index[~struck], ons):
        following = np.searchsorted(candidates, left, side="right")
        exists = following < len(candidates)
        exists[exists] = keys[candidates[following[exists]]] == keys[left[exists]]
        end[left[exists]] = candidates[following[exists]]
        left = left[~exists]
    return _Pairing(end)


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


def _pedal(
    events: NDArray[np.void], kind: NDArray[np.uint8], lanes: NDArray[np.int64], played: NDArray[np.int64]
) -> NDArray[np.void]:
    messages = events[(kind == 0xB0) & (events["data1"] == _SUSTAIN) & np.isin(lanes, played)]
    pedal = np.empty(len(messages), PEDAL_DTYPE)
    pedal["time_sec"], pedal["value"] = messages["time_sec"], messages["data2"]
    return pedal
