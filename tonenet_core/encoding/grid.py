"""The write-up's encoding: a note matrix and a velocity matrix on a grid of time steps.

Metered pieces are cut in steps a quarter note, taken from the tempo map; free recordings, whose ticks mean nothing, in
steps of constant time. The grid only ever carries velocities: a note remembers its cell and keeps its own onset and
duration, so nothing is shifted by quantisation.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tonenet_core.performance import LOWEST_PITCH, PIANO_KEYS, Piece

FINEST = 96  # steps a beat
SHORTEST_STEP_SEC = 0.005
STRUCK, SOUNDING = 0, 1  # the note matrix's two planes: [1 1] struck, [0 1] sustained, [0 0] off


@dataclass(frozen=True)
class Grid:
    """How time is cut in steps; stored in every checkpoint that was trained on it.

    Attributes:
        steps_per_beat: steps a quarter note of a metered piece; 4 are sixteenths, 12 keep swing.
        step_sec: length in seconds of a step of a free recording.
    """

    steps_per_beat: int = 4
    step_sec: float = 0.125

    def __post_init__(self) -> None:
        if not (1 <= self.steps_per_beat <= FINEST and self.step_sec >= SHORTEST_STEP_SEC):
            raise ValueError(f"a grid has no {self.steps_per_beat} steps a beat, or of {self.step_sec:g} seconds")

    def step_times(self, beats_sec: NDArray[np.float64], last_sec: float) -> NDArray[np.float64]:
        """Return the times of the step boundaries, `(T + 1,)` ascending seconds, covering 0 to beyond `last_sec`.

        A metered piece's grid is continued before its first and after its last beat at the tempo found there.
        """
        if len(beats_sec) < 2:
            return np.asarray(np.arange(int(np.ceil(last_sec / self.step_sec)) + 2) * self.step_sec)
        first, last = beats_sec[1] - beats_sec[0], beats_sec[-1] - beats_sec[-2]
        before = beats_sec[0] - first * np.arange(int(np.ceil(max(beats_sec[0], 0) / first)), 0, -1)
        after = beats_sec[-1] + last * np.arange(1, int(np.ceil(max(last_sec - beats_sec[-1], 0) / last)) + 3)
        beats = np.concatenate([before, beats_sec, after])
        whole = np.arange(len(beats))
        steps = np.arange((len(beats) - 1) * self.steps_per_beat + 1) / self.steps_per_beat
        return np.asarray(np.interp(steps, whole, beats))


@dataclass(frozen=True, eq=False)
class GridEncoding:
    """A Performance seen through a Grid.

    Attributes:
        step_times_sec: `(T + 1,)` step boundaries.
        step_of_note: `(n,)` int64, 0..T-1, the step each note is struck in.
        end_of_note: `(n,)` int64, the first step in which it no longer sounds, greater than `step_of_note`.
        key_of_note: `(n,)` int64, 0..87.
        velocity_of_note: `(n,)` uint8, 1..127, as played.
    """

    step_times_sec: NDArray[np.float64]
    step_of_note: NDArray[np.int64]
    end_of_note: NDArray[np.int64]
    key_of_note: NDArray[np.int64]
    velocity_of_note: NDArray[np.uint8]

    @property
    def steps(self) -> int:
        """T, the number of steps."""
        return len(self.step_times_sec) - 1

    @property
    def note_matrix(self) -> NDArray[np.uint8]:
        """`(T, 88, 2)` of 0 or 1; a new array at each call. Long pieces are better read with `notes_between`."""
        return self.notes_between(0, self.steps)

    @property
    def velocity_matrix(self) -> NDArray[np.uint8]:
        """`(T, 88)`, 1..127 where a note is struck, 0 elsewhere; a new array at each call."""
        return self.velocities_between(0, self.steps)

    def notes_between(self, start: int, stop: int) -> NDArray[np.uint8]:
        """Return steps `start..stop` of the note matrix, `(stop - start, 88, 2)`; zeros beyond the piece's ends."""
        matrix = np.zeros((stop - start, PIANO_KEYS, 2), dtype=np.uint8)
        # Notes are sorted by onset, so those at or after `stop` are a tail; a long note can begin anywhere before.
        until = int(np.searchsorted(self.step_of_note, stop))
        near = np.flatnonzero(self.end_of_note[:until] > start)
        first = np.maximum(self.step_of_note[near], start) - start
        last = np.minimum(self.end_of_note[near], stop) - start
        edges = np.zeros((stop - start + 1, PIANO_KEYS), dtype=np.int32)
        keys = self.key_of_note[near]
        np.add.at(edges, (first, keys), 1)
        np.add.at(edges, (last, keys), -1)
        matrix[..., SOUNDING] = np.cumsum(edges[:-1], axis=0) > 0
        struck = near[self.step_of_note[near] >= start]
        matrix[self.step_of_note[struck] - start, self.key_of_note[struck], STRUCK] = 1
        return matrix

    def velocities_between(self, start: int, stop: int) -> NDArray[np.uint8]:
        """Return steps `start..stop` of the velocity matrix, `(stop - start, 88)`.

        Where notes of one pitch share a cell, it holds the loudest.
        """
        matrix = np.zeros((stop - start, PIANO_KEYS), dtype=np.uint8)
        inside = slice(*np.searchsorted(self.step_of_note, [start, stop]))
        np.maximum.at(
            matrix, (self.step_of_note[inside] - start, self.key_of_note[inside]), self.velocity_of_note[inside]
        )
        return matrix

    @cached_property
    def struck_cells(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]:
        """The velocity matrix without its zeros: step, key and velocity of each cell, `(c,)` each, sorted by step."""
        cell = self.step_of_note * PIANO_KEYS + self.key_of_note
        order = np.argsort(cell, kind="stable")
        cell = cell[order]
        first = np.flatnonzero(np.diff(cell, prepend=-1))
        loudest = np.maximum.reduceat(self.velocity_of_note[order], first) if len(first) else self.velocity_of_note[:0]
        return cell[first] // PIANO_KEYS, cell[first] % PIANO_KEYS, loudest

    def at_notes(self, matrix: NDArray[np.generic]) -> NDArray[np.generic]:
        """Return each note's own cell of a `(T, 88)` matrix, `(n,)`."""
        return matrix[self.step_of_note, self.key_of_note]

    def decode(self, velocity_matrix: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the notes' velocities, `(n,)`, from a velocity matrix `(T, 88)`: the exact inverse of the encoding.

        Notes that share a cell keep their distance from its loudest, so the inverse is exact even there.
        """
        below_loudest = self.at_notes(self.velocity_matrix).astype(np.int16) - self.velocity_of_note
        read = self.at_notes(velocity_matrix).astype(np.int16) - below_loudest
        return np.clip(read, 1, 127).astype(np.uint8)


def encode(piece: Piece, grid: Grid) -> GridEncoding:
    """Place the notes of a piece on a grid: each onset and release goes to its nearest step boundary.

    Args:
        piece: notes sorted by onset; beats where the piece is metered.
        grid: the steps.
    """
    notes = piece.notes
    last = float((notes["onset_sec"] + notes["duration_sec"]).max()) if len(notes) else 0.0
    return place_notes(notes, grid.step_times(piece.beats_sec, last))


def place_notes(notes: NDArray[np.void], times: NDArray[np.float64]) -> GridEncoding:
    """Place notes, sorted by onset, in the steps between times `(T + 1,)`, ascending seconds, as `encode` does."""
    onset, release = notes["onset_sec"], notes["onset_sec"] + notes["duration_sec"]
    struck = _nearest(times, onset)
    return GridEncoding(
        step_times_sec=times,
        step_of_note=struck,
        end_of_note=np.maximum(_nearest(times, release), struck + 1),
        key_of_note=notes["pitch"].astype(np.int64) - LOWEST_PITCH,
        velocity_of_note=notes["velocity"],
    )


def _nearest(times: NDArray[np.float64], moments: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the index of the boundary nearest to each moment."""
    middle = (times[1:] + times[:-1]) / 2
    return np.minimum(np.searchsorted(middle, moments, side="right"), len(times) - 2).astype(np.int64)
