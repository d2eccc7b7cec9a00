"""How much of A and B differs to the ear, for dynamics alone, with articulation, and for all parts.

Both are rendered through the synthesiser and brought to the same loudness. Compared are stretches of 400 ms of A with
the same musical places of B: the share that differs by more than 1 dB, and the share of onsets that are moved by more
than 10 ms. `FILE...` are MIDI files, the demo piece unless given; `--to` and `--from` are styles.
"""

from __future__ import annotations

import argparse
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tonenet_core.checkpoint import load, velocity_model
from tonenet_core.file_transfer import HEARD_SEC, model_interpreter
from tonenet_core.files.locations import RESOURCES
from tonenet_core.interpretation import Part
from tonenet_core.midi import read_midi
from tonenet_core.midi.retime import TimeMap
from tonenet_core.parts.render import render
from tonenet_core.performance import Performance
from tonenet_core.progress import no_progress
from tonenet_core.sound.loudness import block_powers, gated_lufs
from tonenet_core.sound.schedule import SAMPLE_RATE, Schedule
from tonenet_core.sound.soundfont import find_soundfont
from tonenet_core.sound.synth import Renderer
from tonenet_core.transfer import TransferOptions

MODEL = "performer"
BLOCK_SEC, HOP_SEC = 0.4, 0.1  # of the loudness measurement
HEARD_DB = 1.0
GATE_DB = 30.0  # below the loudest: what is softer in both is not compared
PARTS: dict[str, tuple[tuple[Part, ...], float]] = {
    "dynamics": (("dynamics",), 0.0),
    "dynamics, articulation": (("dynamics", "articulation"), 0.0),
    "all parts": (("dynamics", "timing", "articulation", "pedal"), 0.0),
    "all parts, rubato 1": (("dynamics", "timing", "articulation", "pedal"), 1.0),
}


@cache
def rendered(piece: Performance) -> NDArray[np.float32]:
    """Return a piece's samples, `(n, 2)`."""
    renderer = Renderer(find_soundfont())
    schedule = Schedule.of(piece)
    renderer.open(schedule)
    samples = renderer.read(schedule.end_frame + SAMPLE_RATE)
    renderer.close()
    return samples


def powers(samples: NDArray[np.float32], middles_sec: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the K-weighted powers of the 400 ms around some moments."""
    size = round(BLOCK_SEC * SAMPLE_RATE)
    starts = np.rint(middles_sec * SAMPLE_RATE).astype(np.intp) - size // 2
    starts = np.clip(starts, 0, len(samples) - size)
    return np.concatenate([block_powers(samples[start : start + size], SAMPLE_RATE) for start in starts.tolist()])


def differing_share(original: Performance, styled: Performance, time_map: TimeMap | None) -> float:
    """Return the share of stretches of 400 ms whose levels differ by more than 1 dB once the pieces are as loud."""
    middles = np.arange(BLOCK_SEC / 2, original.duration_sec - BLOCK_SEC / 2, HOP_SEC)
    there = middles if time_map is None else time_map.apply(middles)
    before, after = powers(rendered(original), middles), powers(rendered(styled), there)
    loudness = [gated_lufs(each) for each in (before, after)]
    if loudness[0] is None or loudness[1] is None:
        return 0.0
    level, other = 10 * np.log10(before + 1e-12), 10 * np.log10(after + 1e-12)
    other += loudness[0] - loudness[1]
    heard = np.maximum(level, other) > level.max() - GATE_DB
    return float(np.mean(np.abs(level - other)[heard] > HEARD_DB))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--to", default="classical")
    parser.add_argument("--from", dest="source", default="jazz")
    options = parser.parse_args()
    files = options.files or [RESOURCES / "demo" / "corner-table.mid"]
    interpreter = model_interpreter(cache(lambda: velocity_model(load(MODEL), MODEL)))
    print(f"{'file':<36}{'parts':<24}{'over 1 dB':>10}{'moved':>8}")
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in PARTS}
    for path in files:
        original = read_midi(path)
        for name, (parts, rubato) in PARTS.items():
            chosen = TransferOptions(options.to, options.source, parts=parts, rubato=rubato)
            made = interpreter(original, chosen, no_progress)
            result = render(original, made, 1.0, made.default_accents, parts=parts)
            moved = result.performance.notes["onset_sec"] - original.notes["onset_sec"][result.order]
            share = differing_share(original, result.performance, result.time_map)
            found[name].append((share, float(np.mean(np.abs(moved) > HEARD_SEC))))
            print(f"{path.name[:34]:<36}{name:<24}{share:>9.0%}{found[name][-1][1]:>9.0%}", flush=True)
    if len(files) > 1:
        for name, shares in found.items():
            differ, moved = np.mean(shares, axis=0)
            print(f"{f'mean of {len(files)}':<36}{name:<24}{differ:>9.0%}{moved:>9.0%}")


if __name__ == "__main__":
    main()
