"""MIDI files, and scores that are written out as such -> Performances.

The piano's notes are those of General MIDI programs 0 to 7, or without any program; drums and key switches are none
(`instruments.py`). In a file without such notes, every note but the drums' is taken, with a notice; another notice says
how many melodic notes were not taken, and whose they are.
"""

from __future__ import annotations

import stat
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tonenet_core.errors import MidiError, Sentence, counted, printable
from tonenet_core.midi import smf
from tonenet_core.midi.beats import find_beats
from tonenet_core.midi.containers import MAX_BYTES, unpack
from tonenet_core.midi.instruments import (
    DRUM_CHANNEL,
    LAST_PIANO_PROGRAM,
    ChannelMessages,
    count_families,
    count_track_families,
    find_drums,
    find_key_switches,
    find_programs,
)
from tonenet_core.midi.note_pairing import note_ends
from tonenet_core.performance import HIGHEST_PITCH, LOWEST_PITCH, NOTE_DTYPE, PEDAL_DTYPE, MidiSource, Performance

MAX_NOTES = 1_000_000
_SUSTAIN = 64
_ALL_SOUND_OFF, _ALL_NOTES_OFF = 120, 123


def read_midi(path: Path | str, tracks: Collection[int] | None = None) -> Performance:
    """Read the piano notes of a MIDI file.

    Args:
        path: a Standard MIDI File (format 0, 1 or 2, any division), RMID, a MusicXML score (.musicxml, .mxl), which is
            written out as one, or a zip archive or MacBinary of one, up to 100 MB, 1,000,000 notes and 3 hours.
        tracks: numbers, from 1, of the tracks whose melodic notes are taken; None: the piano's notes of all tracks.

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
    return parse_midi(data, path.name, tracks)


def parse_midi(data: bytes, name: str, tracks: Collection[int] | None = None) -> Performance:
    """Read the piano notes out of the bytes of a MIDI file.

    Args:
        data: the whole file.
        name: of the Performance, and of the file in messages.
        tracks: see `read_midi`.

    Raises:
        MidiError: as `read_midi`.
    """
    if len(data) > MAX_BYTES:
        raise MidiError(
            "{name} is larger than {size} MB, which is too large to open.", name=name, size=MAX_BYTES // 1_000_000
        )
    data, unpacked = unpack(data, name)
    if len(data) > MAX_BYTES:
        raise MidiError("The MIDI file in {name} is too large to open.", name=name)
    file = smf.scan(data, name)
    messages = ChannelMessages.of(file)
    check_bounds(messages, name)
    melodic = _find_melodic(messages, name)
    programs = find_programs(messages, melodic)
    taken, notices = _choose(messages.events["track"][melodic] + 1, programs, name, tracks)
    rows = melodic[taken]
    sounding, more = _on_keyboard(file.events[rows], name)
    read = performance_of(
        data,
        file,
        rows[sounding],
        name,
        notices=(*unpacked, *file.notices, *notices, *more),
        left_out=count_families(programs[~taken]),
        family_notes=count_track_families(messages, melodic, programs, len(file.track_names)),
    )
    return read if tracks is None else replace(read, tracks=tuple(sorted(set(tracks))))


def performance_of(
    data: bytes,
    file: smf.Smf,
    rows: NDArray[np.intp],
    name: str,
    *,
    notices: tuple[str, ...],
    left_out: tuple[Sentence, ...],
    family_notes: NDArray[np.int64],
) -> Performance:
    """Return the Performance of some notes of a scanned MIDI file.

    Args:
        data: the file's bytes.
        file: the scan of `data`.
        rows: `(n,)` ascending, of the notes' messages in `file.events`, n >= 1.
        name: of the Performance.
        notices: see `Performance`.
        left_out: see `Performance`.
        family_notes: see `MidiSource`.
    """
    messages = ChannelMessages.of(file)
    ends_sec = note_ends(file, messages.is_note)[np.searchsorted(np.flatnonzero(messages.is_note), rows)]
    ends_sec = _cut_short(messages, ends_sec, rows)
    notes, order = _notes(file.events[rows], ends_sec)
    end_sec = float(np.max(notes["onset_sec"] + notes["duration_sec"]))
    beats = find_beats(file, file.events["tick"][rows], end_sec)
    return Performance(
        notes=notes,
        pedal=_pedal(messages, np.unique(messages.lanes[rows])),
        beats_sec=beats.beats_sec,
        downbeats_sec=beats.downbeats_sec,
        file=MidiSource(data, file.events, file.track_ports, rows[order], file.track_names, family_notes),
        name=printable(name),
        notices=notices,
        left_out=left_out,
    )


def check_bounds(messages: ChannelMessages, name: str) -> None:
    """Refuse a file without notes, with too many, or that lasts too long."""
    count = int(np.count_nonzero(messages.is_note))
    if not count:
        raise MidiError("{name} contains no notes.", name=name)
    if count > MAX_NOTES:
        text = "{name} contains {count} notes; up to {most} can be opened."
        raise MidiError(text, name=name, count=count, most=MAX_NOTES)
    seconds = float(messages.events["time_sec"][-1])
    if seconds > smf.MAX_SEC:
        text = "{name} lasts {hours} hours; up to {most} can be opened."
        raise MidiError(text, name=name, hours=f"{seconds / 3600:,.1f}", most=round(smf.MAX_SEC / 3600))


def _find_melodic(messages: ChannelMessages, name: str) -> NDArray[np.intp]:
    """Return the rows of the notes that are not drums'."""
    rows = np.flatnonzero(messages.is_note)
    drums = find_drums(messages, rows)
    if drums.all():  # a lone bank number may mean another kind of sound to the device that the file was made for
        drums = messages.channel[rows] == DRUM_CHANNEL
    rows = rows[~drums]
    if not len(rows):
        raise MidiError("{name} contains only drums.", name=name)
    return rows


def _choose(
    numbers: NDArray[np.integer], programs: NDArray[np.int64], name: str, tracks: Collection[int] | None
) -> tuple[NDArray[np.bool_], list[Sentence]]:
    """Return which melodic notes the Performance takes, and notices.

    Args:
        numbers: `(n,)`, of their tracks, from 1.
        programs: `(n,)`, of their instruments, 0..127.
        name: of the file.
        tracks: see `read_midi`.
    """
    if tracks is not None:
        taken: NDArray[np.bool_] = np.isin(numbers, list(tracks))
        if not taken.any():
            chosen = ", ".join(str(number) for number in sorted(tracks))
            raise MidiError("Track {tracks} of {name} has no notes to play.", tracks=chosen, name=name)
        return taken, []
    taken = programs <= LAST_PIANO_PROGRAM
    if taken.any():
        return taken, []
    text = "{name} has no piano; the notes of all its other instruments but the drums are taken."
    return np.ones(len(programs), np.bool_), [Sentence(text, name=name)]


def _on_keyboard(events: NDArray[np.void], name: str) -> tuple[NDArray[np.bool_], list[Sentence]]:
    """Return which notes are played on a piano's keys and sound, and notices on the others."""
    pitch = events["data1"]
    on_keyboard = (pitch >= LOWEST_PITCH) & (pitch <= HIGHEST_PITCH)
    if not on_keyboard.any():
        raise MidiError("{name} contains no notes within the piano's 88 keys.", name=name)
    notices = []
    if not on_keyboard.all():
        one = "{notes} note of {name} is not on the piano's keyboard; it stays as it is."
        many = "Some notes of {name} ({notes}) are not on the piano's keyboard; they stay as they are."
        missing = int(np.count_nonzero(~on_keyboard))
        notices.append(counted(missing, one, many, notes=missing, name=name))
    switches = find_key_switches(pitch, events["data2"]) & on_keyboard
    if switches.any():
        one = "{notes} note of {name} is a key switch far from the music; it stays as it is."
        many = "Some notes of {name} ({notes}) are key switches far from the music; they stay as they are."
        count = int(np.count_nonzero(switches))
        notices.append(counted(count, one, many, notes=count, name=name))
    return on_keyboard & ~switches, notices


def _cut_short(messages: ChannelMessages, ends_sec: NDArray[np.float64], rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the ends of notes, none of them after the "all notes off" or "all sound off" that a player obeys."""
    offs = np.concatenate([messages.controls(_ALL_SOUND_OFF), messages.controls(_ALL_NOTES_OFF)])
    if not len(offs):
        return ends_sec
    following = messages.following(offs, rows)
    times = messages.events["time_sec"]
    return np.where(following >= 0, np.minimum(ends_sec, times[following]), ends_sec)


def _notes(events: NDArray[np.void], ends_sec: NDArray[np.float64]) -> tuple[NDArray[np.void], NDArray[np.intp]]:
    """Return the notes `(n,)` of note-on messages and their ends, sorted, and the order that sorts them."""
    notes = np.empty(len(events), NOTE_DTYPE)
    notes["onset_sec"] = events["time_sec"]
    notes["duration_sec"] = ends_sec - events["time_sec"]
    notes["pitch"] = events["data1"]
    notes["velocity"] = events["data2"]
    order = np.lexsort((notes["pitch"], notes["onset_sec"]))
    return notes[order], order


def _pedal(messages: ChannelMessages, played: NDArray[np.int64]) -> NDArray[np.void]:
    """Return the sustain-pedal messages of the lanes in `played`."""
    sustain = messages.controls(_SUSTAIN)
    sustain = sustain[np.isin(messages.lanes[sustain], played)]
    rows = messages.events[sustain]
    pedal = np.empty(len(rows), PEDAL_DTYPE)
    pedal["time_sec"], pedal["value"] = rows["time_sec"], rows["data2"]
    return pedal
