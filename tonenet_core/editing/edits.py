"""Velocities that were set by hand in a result, of a few of its notes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tonenet_core.editing.shapes import rounded
from tonenet_core.performance import Performance

Notes = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Edits:
    """Velocities of single notes; all others are as the model, strength and accents have them.

    The arrays are read-only.

    Attributes:
        notes: `(k,)` int64, rising, indices of notes of the Performance that was interpreted.
        velocities: `(k,)` uint8, 1..127, one for each.
    """

    notes: Notes = field(default_factory=lambda: np.zeros(0, np.int64))
    velocities: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))

    def __post_init__(self) -> None:
        rises = bool((np.diff(self.notes) > 0).all()) and (not len(self.notes) or self.notes[0] >= 0)
        if self.notes.ndim != 1 or self.notes.shape != self.velocities.shape or not rises:
            raise ValueError("edits are of rising notes, with one velocity each")
        if len(self.velocities) and not 1 <= self.velocities.min() <= self.velocities.max() <= 127:
            raise ValueError("velocities are 1..127")
        for array in (self.notes, self.velocities):
            array.flags.writeable = False

    def __len__(self) -> int:
        """Return the number of notes that were set."""
        return len(self.notes)

    def apply(self, performance: Performance) -> Performance:
        """Return a Performance with these velocities; itself without edits.

        Raises:
            ValueError: if it has too few notes.
        """
        if not len(self):
            return performance
        if self.notes[-1] >= len(performance):
            raise ValueError(f"edits of note {self.notes[-1]} in a piece of {len(performance)} notes")
        velocities = performance.velocities.copy()
        velocities[self.notes] = self.velocities
        return performance.with_velocities(velocities)

    def set(self, notes: Notes, velocities: ArrayLike) -> Edits:
        """Return the edits with velocities of other notes, or of the same ones, rounded to 1..127.

        Args:
            notes: `(m,)`, each once, in any order.
            velocities: `(m,)`, or one for all.
        """
        values = np.broadcast_to(rounded(velocities), notes.shape)
        both = np.concatenate([notes, self.notes]).astype(np.int64)
        kept, first = np.unique(both, return_index=True)  # the first of a note that stands in both is the new one
        return Edits(kept, np.concatenate([values, self.velocities])[first])

    def without(self, notes: Notes) -> Edits:
        """Return the edits without those of some notes."""
        stays = ~np.isin(self.notes, notes)
        return Edits(self.notes[stays], self.velocities[stays])

    def moved(self, before: Performance, after: Performance) -> Edits:
        """Return the edits of one choice of a file's tracks as those of another; notes that it lacks lose theirs."""
        if before is after or not len(self):
            return self
        rows, order = before.file.note_rows[self.notes], np.argsort(after.file.note_rows, kind="stable")
        if not len(order):
            return Edits()
        places = np.searchsorted(after.file.note_rows, rows, sorter=order)
        found = order[np.minimum(places, len(order) - 1)]
        there = after.file.note_rows[found] == rows
        return Edits().set(found[there], self.velocities[there])


NO_EDITS = Edits()
