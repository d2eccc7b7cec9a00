"""The VAE-GAN's encoding: a piece as images of 88 steps x 88 keys, and its inverse.

Two channels separate a note's onset from its sustain: a pixel of the first is the velocity where a key is struck, a
pixel of the second is 1 as long as it sounds, so a held note is decoded as one note. The write-up has one channel, the
velocity at every step that sounds; decoded, each step is a separate note. It is kept to demonstrate this.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.encoding.grid import SOUNDING, Grid, GridEncoding, encode
from tonenet_core.performance import PIANO_KEYS, Piece

IMAGE_STEPS = 88
ONSET, SUSTAIN = 0, 1  # the channels of an image
LOUDEST = 127

STEP_NOTE_DTYPE = np.dtype([("step", "i8"), ("steps", "i8"), ("key", "i8"), ("velocity", "u1")])
"""One row a note of an image: the step it is struck in, how many it lasts (>= 1), key 0..87, velocity 1..127."""


def roll(encoding: GridEncoding, channels: int = 2) -> NDArray[np.uint8]:
    """Return a whole piece as one long image, `(T, 88, channels)` uint8.

    Args:
        encoding: the piece on its grid.
        channels: 2: velocity 1..127 where struck, and 1 where sounding, the struck step with it; 1: the velocity
            wherever a note sounds (the write-up's).

    Raises:
        ValueError: if there are not one or two channels.
    """
    if channels not in (1, 2):
        raise ValueError(f"an image has 1 or 2 channels, not {channels}")
    velocity, sounding = encoding.velocity_matrix, encoding.note_matrix[..., SOUNDING]
    if channels == 2:
        return np.stack([velocity, sounding], axis=-1)
    # A sounding cell has the velocity of the last onset before it.
    steps = np.arange(len(velocity))[:, None]
    latest = np.maximum.accumulate(np.where(velocity > 0, steps, 0), axis=0)
    held = np.take_along_axis(velocity, latest, axis=0)
    return np.where(sounding > 0, held, 0).astype(np.uint8)[..., None]


def image_at(whole: NDArray[np.uint8], start: int) -> NDArray[np.uint8]:
    """Return the image `(88, 88, channels)` of a long one that begins at a step; silence beyond its ends."""
    image = np.zeros((IMAGE_STEPS, *whole.shape[1:]), np.uint8)
    first, last = max(start, 0), min(start + IMAGE_STEPS, len(whole))
    if first < last:
        image[first - start : last - start] = whole[first:last]
    return image


def pixels(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return an image with velocities as 0..1, `(..., channels)` float32; the sustain channel stays 0 or 1."""
    scale = np.array([LOUDEST, 1][: image.shape[-1]], np.float32)
    return image.astype(np.float32) / scale


def images(piece: Piece, grid: Grid, channels: int = 2) -> NDArray[np.float32]:
    """Return a piece as images that follow one another, `(n, 88, 88, channels)`, 0..1; the last is filled with silence.

    Args:
        piece: of any length.
        grid: four steps a beat, say, or time steps for a free recording.
        channels: see `roll`.
    """
    whole = roll(encode(piece, grid), channels)
    return np.stack([pixels(image_at(whole, start)) for start in range(0, len(whole), IMAGE_STEPS)])


def read_notes(image: NDArray[np.floating], onset: float = 0.5 / LOUDEST, sustain: float = 0.5) -> NDArray[np.void]:
    """Return the notes of an image, rows of `STEP_NOTE_DTYPE` sorted by step, then key.

    Args:
        image: `(T, 88, 2)` of any length, or the write-up's `(T, 88, 1)`; 0..1.
        onset: a pixel of the first channel that is higher is an onset.
        sustain: a pixel of the second channel that is higher is sustained; without an onset before it, it is ignored.
    """
    velocity = image[..., ONSET]
    struck = velocity > onset
    step, key = np.nonzero(struck)
    notes = np.zeros(len(step), STEP_NOTE_DTYPE)
    notes["step"], notes["key"], notes["steps"] = step, key, 1
    notes["velocity"] = np.clip(np.rint(velocity[step, key] * LOUDEST), 1, LOUDEST)
    if image.shape[-1] == 2:
        # A note ends at the next onset of its key, or where the key no longer sounds.
        goes_on = (image[..., SUSTAIN] > sustain) & ~struck
        ends = np.concatenate([~goes_on, np.ones((1, PIANO_KEYS), bool)])
        steps = np.arange(len(ends))[:, None]
        next_end = np.minimum.accumulate(np.where(ends, steps, len(ends))[::-1], axis=0)[::-1]
        notes["steps"] = next_end[step + 1, key] - step
    return notes
