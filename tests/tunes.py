"""Small tunes for the models of sequences: a melody over chords, written for the tests."""

import numpy as np

from tests.pieces import TICKS, Note, tempo, time_signature
from tests.pieces import piece as midi_piece
from tonenet_core.encoding.tokens import STEPS_PER_BEAT, bar_steps
from tonenet_core.performance import NOTE_DTYPE, PEDAL_DTYPE, TrainingPiece

BEAT_SEC = 0.5
CHORDS = ((48, 52, 55), (41, 45, 48), (43, 47, 50), (48, 52, 55))  # C F G C
SCALE = (72, 74, 76, 77, 79, 77, 76, 74)


def piece(rows, metre=(4, 4), bars=None, upbeat=0):
    """A metered piece of notes (step, steps, pitch), twelve steps a quarter; steps count from the first bar line."""
    bar = bar_steps(metre)
    shift = bar if upbeat else 0
    last = max(step + steps for step, steps, _ in rows)
    bars = bars or -(-last // bar)
    notes = np.zeros(len(rows), NOTE_DTYPE)
    for note, (step, steps, pitch) in zip(notes, sorted(rows, key=lambda row: (row[0], row[2])), strict=True):
        sec = BEAT_SEC / STEPS_PER_BEAT
        note["onset_sec"], note["duration_sec"] = (step + shift) * sec, steps * sec
        note["pitch"], note["velocity"] = pitch, 90
    beats = (bars + bool(upbeat)) * bar / STEPS_PER_BEAT
    return TrainingPiece(
        notes=notes,
        beats_sec=np.arange(int(np.ceil(beats)) + 1) * BEAT_SEC,
        downbeats_sec=np.arange(bars + bool(upbeat) + 1) * bar / STEPS_PER_BEAT * BEAT_SEC,
        pedal=np.zeros(0, PEDAL_DTYPE),
        style="folk",
        source="folk",
        name="tune",
    )


def tune(bars=4, semitones=0, seed=None):
    """Eighths of the scale of C over a chord a bar; with a seed the melody wanders."""
    rng = None if seed is None else np.random.default_rng(seed)
    rows = []
    for bar in range(bars):
        rows += [(48 * bar, 48, pitch + semitones) for pitch in CHORDS[bar % 4]]
        melody = SCALE if rng is None else rng.choice(SCALE, 8)
        rows += [(48 * bar + 6 * place, 6, int(pitch) + semitones) for place, pitch in enumerate(melody)]
    return piece(rows)


def as_midi(tune_, metre=(4, 4)):
    """Write a tune as a MIDI file, 120 a minute."""
    notes = [
        Note(round(sec / BEAT_SEC * TICKS), int(pitch), 90, round(length / BEAT_SEC * TICKS))
        for sec, length, pitch in tune_.notes[["onset_sec", "duration_sec", "pitch"]].tolist()
    ]
    return midi_piece(notes, (0, tempo(60 / BEAT_SEC)), (0, time_signature(*metre)))
