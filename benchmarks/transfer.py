"""Cost of a transfer once the model is loaded: a 4-minute piece of 2,000 notes, and one ten times as long.

CPU time counts all threads. Each length runs in a new process, so that its peak memory is its own; the increase over
Python, torch and the model is printed beside it.
"""

from __future__ import annotations

import io
import multiprocessing
import resource
import sys
import time

import mido
import numpy as np

from tonenet_core.checkpoint import load
from tonenet_core.midi import parse_midi
from tonenet_core.transfer import transfer

NOTES_PER_SECOND = 2000 / 240
TICKS_PER_SECOND = 960  # 480 a beat at 120 beats a minute
PIECES = {"4 min, 2,000 notes": 2_000, "40 min, 20,000 notes": 20_000}
REPEATS = 3
_BYTES_PER_MAXRSS = 1 if sys.platform == "darwin" else 1024


def piece(notes: int) -> bytes:
    """Return a MIDI file of random notes, the same each time: a hand's worth of chords and lines over the keyboard."""
    rng = np.random.default_rng(0)
    onsets = np.sort(rng.integers(0, int(notes / NOTES_PER_SECOND * TICKS_PER_SECOND), notes))
    pitches, lengths = rng.integers(36, 96, notes), rng.integers(60, 960, notes)
    events = [(int(on), 1, int(pitch)) for on, pitch in zip(onsets, pitches, strict=True)]
    events += [(int(on + length), 0, int(pitch)) for on, length, pitch in zip(onsets, lengths, pitches, strict=True)]
    track, now = mido.MidiTrack(), 0
    for tick, on, pitch in sorted(events):
        velocity = int(rng.integers(30, 110)) if on else 0
        track.append(mido.Message("note_on", note=pitch, velocity=velocity, time=tick - now))
        now = tick
    file, data = mido.MidiFile(type=0, ticks_per_beat=480), io.BytesIO()
    file.tracks.append(track)
    file.save(file=data)
    return data.getvalue()


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _BYTES_PER_MAXRSS / 1e6


def measure(notes: int) -> tuple[int, float, float, float]:
    """Return (notes, best CPU seconds of a transfer, megabytes at the peak before it, and after it)."""
    performance, model = parse_midi(piece(notes), "benchmark"), load(device="cpu")
    transfer(parse_midi(piece(50), "warm-up"), model, "classical")
    before, seconds = peak_megabytes(), []
    for _ in range(REPEATS):
        began = time.process_time()
        transfer(performance, model, "classical")
        seconds.append(time.process_time() - began)
    return len(performance), min(seconds), before, peak_megabytes()


def main() -> None:
    seconds = []
    for title, notes in PIECES.items():
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            count, cpu, before, after = pool.apply(measure, (notes,))
        seconds.append(cpu)
        own = after - before
        print(f"{title:22} {count:6} notes  {cpu:6.2f} s of CPU   peak {after:4.0f} MB, of which {own:.0f} MB its own")
    print(f"ten times the notes cost {seconds[1] / seconds[0]:.1f} times as much")


if __name__ == "__main__":
    main()
