"""Images cut out of pieces on their grid, for training and validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tonenet_core.analysis.image_metrics import image_means
from tonenet_core.encoding.grid import Grid, encode
from tonenet_core.encoding.images import IMAGE_STEPS, ONSET, image_at, pixels, read_notes, roll
from tonenet_core.models.image.networks import STEPS
from tonenet_core.models.training import PreparedPieces
from tonenet_core.performance import TrainingPiece

PERCENTILES = (5, 50, 95)


def sample_images(
    pieces: PreparedPieces[NDArray[np.uint8]],
    styles: tuple[str, ...],
    windows: int,
    transpose: int,
    rng: np.random.Generator,
) -> dict[str, Tensor]:
    """Return `windows` random images of each style: "image" `(B, 88, 88, channels)` uint8, "style" `(B, S)` float32.

    A style's sources are drawn equally often, a piece of a source in proportion to its length; an image begins on a
    beat, and is transposed by up to `transpose` semitones either way.
    """
    cut, rows = [], []
    for index, style in enumerate(styles):
        for _ in range(windows):
            whole = _draw(pieces[style], rng)
            start = STEPS * int(rng.integers(max((len(whole) - IMAGE_STEPS) // STEPS, 0) + 1))
            shift = int(rng.integers(-transpose, transpose + 1))
            cut.append(transposed(image_at(whole, start), shift))
            rows.append(np.eye(len(styles), dtype=np.float32)[index])
    return {"image": torch.from_numpy(np.stack(cut)), "style": torch.from_numpy(np.stack(rows))}


def _draw(sources: Mapping[str, Sequence[NDArray[np.uint8]]], rng: np.random.Generator) -> NDArray[np.uint8]:
    pieces = sources[sorted(sources)[rng.integers(len(sources))]]
    lengths = np.array([len(piece) for piece in pieces], np.float64)
    return pieces[rng.choice(len(pieces), p=lengths / lengths.sum())]


def transposed(image: NDArray[np.uint8], semitones: int) -> NDArray[np.uint8]:
    """Shift an image `(T, 88, channels)` along the keys; keys beyond the keyboard are dropped."""
    shifted = np.roll(image, semitones, axis=1)
    if semitones > 0:
        shifted[:, :semitones] = 0
    elif semitones < 0:
        shifted[:, semitones:] = 0
    return shifted


def spaced_images(whole: NDArray[np.uint8], count: int) -> list[NDArray[np.uint8]]:
    """Return up to `count` images, evenly spaced in a piece, each beginning on a beat; silent ones are left out."""
    last = max(len(whole) - IMAGE_STEPS, 0) // STEPS
    starts = np.unique(np.linspace(0, last, count).astype(int)) * STEPS
    cut = [image_at(whole, int(start)) for start in starts]
    return [image for image in cut if image[..., ONSET].any()]


def image_statistics(pieces: Sequence[TrainingPiece], grid: Grid, channels: int) -> dict[str, Any]:
    """Return the statistics of each style's images, as JSON.

    "tempo": the median over pieces of the median beats a minute, a free recording's from the length of its steps.
    "notes_per_second", "polyphony": the 5th, 50th and 95th percentile over images.
    """
    statistics = {}
    for style in sorted({piece.style for piece in pieces}):
        tempos, density, notes = [], [], []
        for piece in (piece for piece in pieces if piece.style == style):
            tempos.append(beats_a_minute(piece.beats_sec, grid))
            for image in spaced_images(roll(encode(piece, grid), channels), 4):
                notes.append(read_notes(pixels(image)))
                density.append(len(notes[-1]) / (IMAGE_STEPS / grid.steps_per_beat) * tempos[-1] / 60)
        polyphony = image_means(notes, IMAGE_STEPS)["polyphony"]
        statistics[style] = {
            "tempo": round(float(np.median(tempos)), 1),
            "notes_per_second": [round(float(each), 3) for each in np.percentile(density, PERCENTILES)],
            "polyphony": [round(float(each), 3) for each in np.percentile(polyphony, PERCENTILES)],
        }
    return statistics


def beats_a_minute(beats_sec: NDArray[np.float64], grid: Grid) -> float:
    """Return a piece's median tempo; that of a free recording takes a beat to be as many steps as in a metered one."""
    beat = float(np.median(np.diff(beats_sec))) if len(beats_sec) > 1 else grid.step_sec * grid.steps_per_beat
    return 60 / beat
