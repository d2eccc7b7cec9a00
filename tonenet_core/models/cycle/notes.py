"""Covers as images -> notes that two hands can play."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.encoding.beat_tokens import STEPS as DESK_STEPS
from tonenet_core.models.accompaniment.keyboard import Keyboard, notes_of_steps
from tonenet_core.models.accompaniment.sheet import Desk
from tonenet_core.models.image.networks import STEPS
from tonenet_core.performance import LOWEST_PITCH
from tonenet_core.progress import Progress

_FINE = DESK_STEPS // STEPS  # steps of a lead sheet in one of an image


def played(desk: Desk, strike: NDArray[np.float32], sounds: NDArray[np.bool_], progress: Progress) -> NDArray[np.void]:
    """Return the notes of an image under a melody, `(n,)` of `NOTE_DTYPE`, for the beats that keep none of their own.

    Of what is struck at once, the surest come first, and keys that the hands do not reach with them are left out. What
    shares a step with a melody note is struck with it.

    Args:
        desk: the lead sheet in steps.
        strike: `(T, 88)`, logits of strokes; those above 0 are struck.
        sounds: `(T, 88)`, where the image sounds.
        progress: see `Progress`.
    """
    keyboard, steps = Keyboard(desk), _steps_with_melody(desk, len(strike))
    held = _held(strike > 0, sounds)
    written = []
    for row in range(len(strike)):
        if row % (8 * STEPS) == 0:
            progress(row / len(strike))
        if desk.sheet.is_kept[row // STEPS]:
            continue
        step, keys = int(steps[row]), np.flatnonzero(strike[row] > 0)
        for key in keys[np.argsort(-strike[row, keys], kind="stable")].tolist():
            if keyboard.allowed(step)[key]:
                keyboard.strike(step, key + LOWEST_PITCH)
                written.append((step, key + LOWEST_PITCH, max(int(steps[row + held[row, key]]) - step, 1)))
    progress(1.0)
    return notes_of_steps(desk, written)


def _steps_with_melody(desk: Desk, rows: int) -> NDArray[np.int64]:
    """Return the lead sheet's step of each of an image's, and of its end: the melody's own where it is struck there."""
    steps = _FINE * np.arange(rows + 1)
    struck = np.flatnonzero(desk.context.struck)
    row = np.rint(struck / _FINE).astype(np.int64)
    inside = row < rows
    steps[row[inside][::-1]] = struck[inside][::-1]  # of several notes the first
    return steps


def _held(struck: NDArray[np.bool_], sounds: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return how many steps each stroke of an image lasts, `(T, 88)`: until the key is silent or struck again."""
    ends = np.concatenate([~sounds | struck, np.ones((1, struck.shape[1]), bool)])
    rows = np.arange(len(ends))[:, None]
    following = np.minimum.accumulate(np.where(ends, rows, len(ends))[::-1], axis=0)[::-1]
    return np.asarray(following[1:] - np.arange(len(struck))[:, None])
