"""New pieces: notes on a grid -> a MIDI file, and the Performance read from it."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray

from tonenet_core.midi.read import parse_midi
from tonenet_core.performance import LOWEST_PITCH, Performance

TICKS_PER_BEAT = 480
SHORTEST_NOTE_SEC = 0.03
SLOWEST, FASTEST = 10.0, 400.0  # beats a minute


def new_performance(
    notes: NDArray[np.void], steps_per_beat: int, tempo: float, name: str, metre: tuple[int, int] = (4, 4)
) -> Performance:
    """Return notes on a grid as a Performance whose source is a new MIDI file, format 0.

    Args:
        notes: rows with `step`, `steps` (>= 1), `key` 0..87 and `velocity` 1..127, as `encoding.images` has them.
            A note that would be shorter than 30 ms lasts that long.
        steps_per_beat: of the grid; it divides 480, so every step stands on a whole tick.
        tempo: beats a minute, 10..400.
        name: of the Performance, and the title in the file.
        metre: numerator and denominator; step 0 begins a bar.

    Raises:
        MidiError: if there are no notes.
        ValueError: if tempo or grid are out of range.
    """
    if not SLOWEST <= tempo <= FASTEST:
        raise ValueError(f"a tempo is {SLOWEST:g} to {FASTEST:g} beats a minute, not {tempo:g}")
    if TICKS_PER_BEAT % steps_per_beat:
        raise ValueError(f"{steps_per_beat} steps a beat do not divide {TICKS_PER_BEAT} ticks")
    return parse_midi(_file(notes, TICKS_PER_BEAT // steps_per_beat, tempo, name, metre), name)


def _file(notes: NDArray[np.void], ticks_per_step: int, tempo: float, name: str, metre: tuple[int, int]) -> bytes:
    from mido import Message, MetaMessage, MidiFile, MidiTrack, bpm2tempo

    shortest = int(np.ceil(SHORTEST_NOTE_SEC * tempo / 60 * TICKS_PER_BEAT))
    events = []
    for note in notes:
        start = int(note["step"]) * ticks_per_step
        end = start + max(int(note["steps"]) * ticks_per_step, shortest)
        pitch = int(note["key"]) + LOWEST_PITCH
        # At one tick a key is released before it is struck again.
        events.append((start, 1, pitch, Message("note_on", note=pitch, velocity=int(note["velocity"]))))
        events.append((end, 0, pitch, Message("note_off", note=pitch, velocity=64)))
    track = MidiTrack(
        [
            MetaMessage("track_name", name=name.encode("latin-1", "replace").decode("latin-1")),
            MetaMessage("set_tempo", tempo=bpm2tempo(tempo)),
            MetaMessage("time_signature", numerator=metre[0], denominator=metre[1]),
            Message("program_change", program=0),
        ]
    )
    now = 0
    for tick, _, _, message in sorted(events, key=lambda event: event[:3]):
        track.append(message.copy(time=tick - now))
        now = tick
    content = io.BytesIO()
    MidiFile(type=0, ticks_per_beat=TICKS_PER_BEAT, tracks=[track]).save(file=content)
    return content.getvalue()
