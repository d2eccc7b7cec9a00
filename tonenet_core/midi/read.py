"""MIDI files -> Performances.

The piano's notes are those of General MIDI programs 0 to 7, or without any program, on any channel but the drums' (10).
The program that counts is the one set on the note's channel at the note's time, by whichever track. In a file without
such notes, every note but the drums' is taken, with a notice.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tonenet_core.errors import MidiError, Sentence
from tonenet_core.midi import smf
from tonenet_core.midi.beats import find_beats
from tonenet_core.midi.note_pairing import note_ends
from tonenet_core.performance import HIGHEST_PITCH, LOWEST_PITCH, NOTE_DTYPE, PEDAL_DTYPE, MidiSource, Performance

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
        name: of the Performance, and of the file in messages.

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
    lanes = np.unique(messages.lanes[rows])
    on_keyboard = (pitches >= LOWEST_PITCH) & (pitches <= HIGHEST_PITCH)
    if not on_keyboard.any():
        raise MidiError("{name} contains no notes within the piano's 88 keys.", name=name)
    if not on_keyboard.all():
        text = "Some notes of {name} ({missing}) are not on the piano's keyboard; they stay as they are."
        notices.append(Sentence(text, name=name, missing=int(np.count_nonzero(~on_keyboard))))
    ends_sec = note_ends(file, messages.struck)[chosen[messages.struck]]
    rows, ends_sec = rows[on_keyboard], ends_sec[on_keyboard]
    notes, order = _notes(file.events[rows], ends_sec)
    end_sec = float(np.max(notes["onset_sec"] + notes["duration_sec"]))
    beats = find_beats(file, file.events["tick"][rows], end_sec)
    return Performance(
        notes=notes,
        pedal=_pedal(messages, lanes),
        beats_sec=beats.beats_sec,
        downbeats_sec=beats.downbeats_sec,
        file=MidiSource(data, file.events, file.track_ports, rows[order]),
        name=name,
        notices=(*file.notices, *notices),
    )


@dataclass(frozen=True, eq=False)
class _Messages:
    """Channel messages of a file, decoded; all arrays are `(n,)`."""

    events: NDArray[np.void]
    kind: NDArray[np.uint8]  # 0x80..0xE0
    channel: NDArray[np.uint8]  # 0..15
    struck: NDArray[np.bool_]  # begins a note
    lanes: NDArray[np.int64]  # messages of one lane share program and pedal

    @classmethod
    def of(cls, file: smf.Smf) -> _Messages:
        """Decode a file's messages.

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
    """Return which messages are notes of the Performance, and notices for the user."""
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


def _notes(events: NDArray[np.void], ends_sec: NDArray[np.float64]) -> tuple[NDArray[np.void], NDArray[np.intp]]:
    """Return the notes `(n,)` of note-on messages and their ends, sorted, and the order that sorts them."""
    notes = np.empty(len(events), NOTE_DTYPE)
    notes["onset_sec"] = events["time_sec"]
    notes["duration_sec"] = ends_sec - events["time_sec"]
    notes["pitch"] = events["data1"]
    notes["velocity"] = events["data2"]
    order = np.lexsort((notes["pitch"], notes["onset_sec"]))
    return notes[order], order


def _pedal(messages: _Messages, played: NDArray[np.int64]) -> NDArray[np.void]:
    """Return the sustain-pedal messages of the lanes in `played`."""
    sustain = (messages.kind == 0xB0) & (messages.events["data1"] == _SUSTAIN) & np.isin(messages.lanes, played)
    rows = messages.events[sustain]
    pedal = np.empty(len(rows), PEDAL_DTYPE)
    pedal["time_sec"], pedal["value"] = rows["time_sec"], rows["data2"]
    return pedal
