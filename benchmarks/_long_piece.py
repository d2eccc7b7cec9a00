"""Random pieces of any length, as MIDI files that are opened as a user opens them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tonenet_core.encoding.images import STEP_NOTE_DTYPE
from tonenet_core.midi.new_file import new_performance
from tonenet_core.performance import PIANO_KEYS, Performance

NOTES_PER_SECOND = 12
TEMPO = 120.0
STEPS_PER_BEAT = 24


def long_piece(count: int) -> Performance:
    """Return about `count` random notes over the keyboard, twelve a second, at 120 beats a minute."""
    rng = np.random.default_rng(0)
    steps = round(count / NOTES_PER_SECOND * TEMPO / 60 * STEPS_PER_BEAT)
    notes = np.empty(count, dtype=STEP_NOTE_DTYPE)
    notes["step"] = np.sort(rng.integers(0, steps, count))
    notes["steps"] = np.clip(rng.exponential(0.8 * STEPS_PER_BEAT, count), 1, None)
    notes["key"] = rng.integers(10, PIANO_KEYS - 10, count)
    notes["velocity"] = np.clip(rng.normal(64, 18, count), 1, 127)
    return new_performance(notes, STEPS_PER_BEAT, TEMPO, f"{count} notes")


def write_long_piece(path: Path, count: int) -> Path:
    """Write such a piece as a MIDI file and return its path."""
    path.write_bytes(long_piece(count).source)
    return path
