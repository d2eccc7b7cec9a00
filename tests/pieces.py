"""Small MIDI files for the tests, built byte by byte: no file of others is needed, and damage can be put anywhere."""

import random
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

TICKS = 480  # a quarter note, in all pieces unless said otherwise
END_OF_TRACK = bytes([0xFF, 0x2F, 0x00])
PEDAL_DOWN, PEDAL_UP = bytes([0xB0, 64, 127]), bytes([0xB0, 64, 0])


@dataclass(frozen=True)
class Note:
    """One note, in ticks from the start of its track."""

    tick: int
    pitch: int
    velocity: int = 64
    ticks: int = 240


Event = tuple[int, bytes]  # tick from the start of the track, message with its status


def number(value: int) -> bytes:
    """Write a variable-length quantity."""
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F | 0x80)
    return bytes(reversed(groups))


def meta(kind: int, content: bytes) -> bytes:
    return bytes([0xFF, kind]) + number(len(content)) + content


def tempo(beats_per_minute: float) -> bytes:
    return meta(0x51, round(60e6 / beats_per_minute).to_bytes(3, "big"))


def time_signature(numerator: int, denominator: int) -> bytes:
    return meta(0x58, bytes([numerator, denominator.bit_length() - 1, 24, 8]))


def program(number_from_0: int, channel: int = 0) -> bytes:
    return bytes([0xC0 | channel, number_from_0])


def note_events(notes: Iterable[Note], channel: int = 0, *, off_as_velocity_0: bool = False) -> list[Event]:
    """Return note-ons and note-offs, sorted by tick, note-offs first at one tick (but after their own note-on)."""
    events = []
    for place, note in enumerate(notes):
        on = bytes([0x90 | channel, note.pitch, note.velocity])
        off = bytes([0x90 | channel, note.pitch, 0] if off_as_velocity_0 else [0x80 | channel, note.pitch, 64])
        events.append((note.tick, 1, place, on))
        events.append((note.tick + note.ticks, 2 if note.ticks == 0 else 0, place, off))
    return [(tick, message) for tick, _, _, message in sorted(events)]


def track(
    events: Iterable[Event], *, running_status: bool = False, end: bytes = END_OF_TRACK, end_delta: int = 0
) -> bytes:
    """Write a track chunk; the events are sorted by tick, those at one tick stay in their order."""
    content, now, status = bytearray(), 0, -1
    for tick, message in sorted(events, key=lambda event: event[0]):
        content += number(tick - now)
        now = tick
        is_running = running_status and message[0] == status
        content += message[1:] if is_running else message
        status = message[0] if message[0] < 0xF0 else -1
    if end:
        content += number(end_delta) + end
    return chunk(b"MTrk", bytes(content))


def chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack(">I", len(content)) + content


def midi(*tracks: bytes, file_format: int = 1, division: int = TICKS) -> bytes:
    """Write a MIDI file out of its track chunks."""
    return chunk(b"MThd", struct.pack(">HHH", file_format, len(tracks), division)) + b"".join(tracks)


def piece(notes: Iterable[Note], *extra: Event) -> bytes:
    """Write a format-0 file of one piano track, with other events beside the notes."""
    return midi(track([*extra, *note_events(notes)]), file_format=0)


SCALE = tuple(
    Note(place * TICKS // 2, pitch, 40 + 10 * place) for place, pitch in enumerate((60, 62, 64, 65, 67, 69, 71, 72))
)


def scale() -> bytes:
    """Write eight eighths of C major, 120 a minute, velocities 40 to 110, pedal on the first beat of each half."""
    pedal = [(0, PEDAL_DOWN), (900, PEDAL_UP), (960, PEDAL_DOWN), (1900, PEDAL_UP)]
    return piece(SCALE, (0, tempo(120)), (0, time_signature(4, 4)), *pedal)


def combo() -> bytes:
    """Write a band of format 1: conductor, piano (the scale), bass on channel 2, drums on channel 10, lyrics, sysex."""
    drums = [Note(place * TICKS, 36, 100, 60) for place in range(4)]
    bass = [Note(place * TICKS, 36 + place, 90, 400) for place in range(4)]
    sysex = b"\xf0" + number(5) + b"\x7e\x7f\x09\x01\xf7"
    return midi(
        track([(0, meta(3, b"A band")), (0, tempo(96)), (0, time_signature(4, 4)), (960, tempo(100))]),
        track([(0, meta(3, b"Piano")), (0, sysex), (0, program(0)), (5, meta(5, b"la")), *note_events(SCALE)]),
        track([(0, program(32, 1)), *note_events(bass, 1)], running_status=True),
        track(note_events(drums, 9)),
    )


def running_status() -> bytes:
    """Write the scale with a status byte on its first note only, note-offs as velocity 0."""
    return midi(track(note_events(SCALE, off_as_velocity_0=True), running_status=True), file_format=0)


def rmid(data: bytes) -> bytes:
    """Wrap a MIDI file into RIFF, with a chunk of information after it."""
    padded = data + b"\0" * (len(data) % 2)
    content = b"RMIDdata" + struct.pack("<I", len(data)) + padded + b"LIST" + struct.pack("<I", 4) + b"INFO"
    return b"RIFF" + struct.pack("<I", len(content)) + content


def format_2() -> bytes:
    """Write two sequences that follow one another: the scale at 120 a minute, then at 60 on an organ, then on piano."""
    organ = [(0, program(19)), *note_events(SCALE)]
    again = [(0, tempo(60)), *note_events(SCALE)]
    return midi(track(note_events(SCALE)), track(organ), track(again), file_format=2)


def smpte(frames: int = 25, ticks_per_frame: int = 40) -> bytes:
    """Write the scale with ticks of `1 / (frames * ticks_per_frame)` seconds: a millisecond by default."""
    return midi(track(note_events(SCALE)), file_format=0, division=(256 - frames) << 8 | ticks_per_frame)


def melody(n_notes: int, seed: int = 0, *, metered: bool = True, division: int = TICKS) -> bytes:
    """Write a piano piece of two voices with a pedal, 3 notes a beat, 120 a minute.

    Args:
        n_notes: how many notes.
        seed: the same seed writes the same bytes.
        metered: onsets on sixteenths of the beat, else anywhere.
        division: ticks a quarter note.
    """
    chance = random.Random(seed)
    events: list[Event] = [(0, tempo(120)), (0, time_signature(4, 4))]
    notes = []
    for place in range(n_notes):
        tick = place * division // 3
        tick = round(tick * 4 / division) * division // 4 if metered else tick + chance.randrange(division // 3)
        pitch = chance.randrange(36, 60) if place % 3 == 0 else chance.randrange(60, 96)
        notes.append(Note(tick, pitch, chance.randrange(20, 120), chance.randrange(division // 8, division)))
    for beat in range(0, n_notes // 3, 4):
        events += [(beat * division, PEDAL_DOWN), (beat * division + 3 * division, PEDAL_UP)]
    return midi(track([*events, *note_events(notes)], running_status=True), file_format=0, division=division)


def velocities_only(before: bytes, after: bytes, offsets: Sequence[int]) -> bool:
    """Tell whether two files of one length differ at some of `offsets` and nowhere else."""
    if len(before) != len(after):
        return False
    differing = {place for place, (old, new) in enumerate(zip(before, after, strict=True)) if old != new}
    return differing <= {int(offset) for offset in offsets}


def folder_of_melodies(folder, lengths):
    """Write a melody of each number of notes for jazz and for classical into a folder; return it."""
    for style in ("jazz", "classical"):
        (folder / style).mkdir(parents=True)
        for index, length in enumerate(lengths):
            (folder / style / f"{index}.mid").write_bytes(melody(length, seed=index))
    return folder
