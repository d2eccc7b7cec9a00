"""Pieces in images whose melody is locked: its cells are copied, and nothing is drawn near it or above it.

A slot of an image is a beat in four steps; of a free recording half a second in four of 125 ms. What is struck above
the melody or within two semitones below it is left out, and what is held there ends: no cover may have it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.arranging.lead_sheet import CLEARANCE
from tonenet_core.encoding.grid import SOUNDING, GridEncoding, place_notes
from tonenet_core.encoding.images import IMAGE_STEPS, ONSET, SUSTAIN
from tonenet_core.harmony.borders import beat_borders
from tonenet_core.harmony.melody import find_melody
from tonenet_core.judge.note_noise import CONTROLS, spoil
from tonenet_core.models.image.networks import STEPS
from tonenet_core.models.image.windows import transposed
from tonenet_core.performance import LOWEST_PITCH, PIANO_KEYS, Piece

_LEAST_SPOILT = 0.3  # share of the notes: what is a little wrong is neither, too
Image = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class LockedImage:
    """An image of a piece and what is locked in it.

    Attributes:
        image: `(T, 88, 2)`, the velocity where a key is struck, and 1 as long as it sounds.
        melody: `(T, 88)` uint8, 1 in the cells of the melody.
        ceiling: `(T,)` int64, the first key in which nothing is drawn; 88 where there is none.
    """

    image: Image
    melody: Image
    ceiling: NDArray[np.int64]

    def transposed(self, semitones: int) -> LockedImage:
        """Return the same in another key; keys beyond the keyboard are dropped."""
        ceiling = np.where(self.ceiling < PIANO_KEYS, np.clip(self.ceiling + semitones, 0, PIANO_KEYS), PIANO_KEYS)
        return LockedImage(transposed(self.image, semitones), transposed(self.melody, semitones), ceiling)

    def spoilt(self, rng: np.random.Generator) -> Image:
        """Return where keys are struck, `(T, 88)` of 0 or 1, once there is the judge's noise in the accompaniment."""
        struck = self.image[..., ONSET] > 0
        step, key = np.nonzero(struck & (self.melody == 0))
        control = CONTROLS[rng.integers(len(CONTROLS))]
        moved = spoil(key + LOWEST_PITCH, control, rng, rng.uniform(_LEAST_SPOILT, 1.0)) - LOWEST_PITCH
        under = moved < self.ceiling[step]
        made = np.where(struck & (self.melody > 0), 1, 0).astype(np.uint8)
        made[step[under], moved[under]] = 1
        return made


@dataclass(frozen=True, eq=False)
class LockedPiece:
    """A piece with its melody locked, from which images are cut.

    Attributes:
        melody, others: its notes in steps, the same ones for both.
        ceiling: as in `LockedImage`, of the whole piece.
    """

    melody: GridEncoding
    others: GridEncoding
    ceiling: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of steps."""
        return len(self.ceiling)

    def image(self, start: int, steps: int = IMAGE_STEPS) -> LockedImage:
        """Return the image that begins at a step; silence beyond the piece."""
        ceiling = np.full(steps, PIANO_KEYS)
        inside = self.ceiling[start : start + steps]
        ceiling[: len(inside)] = inside
        melody, others = (_roll(each, start, start + steps) for each in (self.melody, self.others))
        others[np.arange(PIANO_KEYS) >= ceiling[:, None]] = 0
        return LockedImage(np.maximum(melody, others), melody[..., SUSTAIN], ceiling)


def lock_melody(melody: NDArray[np.void], others: NDArray[np.void], beats_sec: NDArray[np.float64]) -> LockedPiece:
    """Return a piece with its melody locked.

    Args:
        melody: its notes, sorted by onset.
        others: all other notes of the piece, likewise.
        beats_sec: `(b + 1,)` ascending, where each beat begins and the last one ends; b >= 1.
    """
    slots = len(beats_sec) - 1
    times = np.interp(np.arange(STEPS * slots + 1) / STEPS, np.arange(slots + 1), beats_sec)
    times = np.append(times, 2 * times[-1] - times[-2])  # a note may end, or be struck, at the very end
    top, under = place_notes(melody, times), place_notes(others, times)
    ceiling = _ceiling(top)
    clear = under.key_of_note < ceiling[under.step_of_note]
    return LockedPiece(top, place_notes(others[clear], times), ceiling[:-1])


def lock_piece(piece: Piece) -> LockedPiece:
    """Return a piece, of at least one note, with its skyline locked."""
    rows = find_melody(piece.notes).rows
    return lock_melody(piece.notes[rows], np.delete(piece.notes, rows), beat_borders(piece))


def _ceiling(melody: GridEncoding) -> NDArray[np.int64]:
    """Return the first key that is not drawn in each step; a melody note counts until the next, the first from 0 on."""
    ceiling = np.full(melody.steps, PIANO_KEYS)
    start, key = melody.step_of_note.copy(), melody.key_of_note
    end = np.maximum(melody.end_of_note, np.append(start[1:], 0))
    start[:1] = 0
    for first, last, own in zip(start.tolist(), end.tolist(), key.tolist(), strict=True):
        ceiling[first:last] = np.minimum(ceiling[first:last], max(own - CLEARANCE + 1, 0))
    return ceiling


def _roll(encoding: GridEncoding, start: int, stop: int) -> Image:
    velocity, notes = encoding.velocities_between(start, stop), encoding.notes_between(start, stop)
    return np.stack([velocity, notes[..., SOUNDING]], axis=-1)
