"""The plan of a piece: key, bars, tempo and length, which a pianist knows before the first note."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tonenet_core.analysis.key import find_key
from tonenet_core.encoding.beat_tokens import STEPS, Tokens, encode_notes, nearest_steps
from tonenet_core.harmony.borders import bar_of_beats, beat_borders
from tonenet_core.performance import HIGHEST_PITCH, LOWEST_PITCH, Piece

LONGEST_BAR = 8
"""Beats of the longest bar; longer ones count as this."""
FREE = 0
"""Beats of a bar where no bar is known."""


@dataclass(frozen=True, eq=False)
class Plan:
    """What is given of a piece.

    Attributes:
        key: 0..23 as in `analysis.key.MUSICAL_KEYS`.
        bar_place: `(b,)`, place of each beat in its bar, 0 first.
        bar_beats: `(b,)`, beats of its bar, 1..8; `FREE` where no bar is known.
        beat_sec: `(b,)`, how long each beat lasts.
    """

    key: int
    bar_place: NDArray[np.int64]
    bar_beats: NDArray[np.int64]
    beat_sec: NDArray[np.float64]

    @property
    def beats(self) -> int:
        """Number of beats."""
        return len(self.bar_place)

    @property
    def tonic(self) -> int:
        """Pitch class of the tonic."""
        return self.key % 12

    def transposed(self, semitones: int) -> Plan:
        """Return the plan in another key of the same mode."""
        return replace(self, key=(self.tonic + semitones) % 12 + 12 * (self.key // 12))

    @classmethod
    def steady(cls, key: int, beats: int, *, bar: int, tempo: float) -> Plan:
        """Return the plan of a piece in one metre, at one tempo.

        Args:
            key: 0..23.
            beats: of the piece.
            bar: beats of a bar; `FREE`: none.
            tempo: beats a minute.
        """
        place = np.arange(beats) % (bar or 4)
        return cls(key, place, np.full(beats, bar), np.full(beats, 60 / tempo))


def encode_piece(piece: Piece, *, lengths: bool = True) -> tuple[Plan, Tokens]:
    """Return a piece, which has notes, as its plan and its tokens.

    Args:
        piece: its notes sorted by onset.
        lengths: whether the lengths of its notes are its player's.
    """
    notes, borders = piece.notes, beat_borders(piece)
    metered, beats = len(piece.beats_sec) > 1, len(borders) - 1
    bar, place = bar_of_beats(piece, borders)
    sizes = np.minimum(np.bincount(bar), LONGEST_BAR)[bar] if metered else np.full(beats, FREE)
    key = find_key(notes["pitch"], np.minimum(notes["duration_sec"], 2.0) + 0.05)
    start = np.minimum(nearest_steps(borders, notes["onset_sec"], metered=metered), STEPS * beats - 1)
    end = nearest_steps(borders, notes["onset_sec"] + notes["duration_sec"], metered=metered)
    tokens = encode_notes(start, end, notes["pitch"].astype(np.int64), beats, lengths=lengths)
    return Plan(key, place, sizes, np.diff(borders)), tokens


def transposed(plan: Plan, tokens: Tokens, semitones: int) -> tuple[Plan, Tokens]:
    """Return a piece in another key; `semitones` is brought nearer to 0 until all keys are on the piano."""
    pitches = tokens.pitch[tokens.pitch > 0].astype(int)
    if not len(pitches):
        return plan, tokens
    shift = int(np.clip(semitones, LOWEST_PITCH - pitches.min(), HIGHEST_PITCH - pitches.max()))
    moved = np.where(tokens.pitch > 0, tokens.pitch.astype(int) + shift, 0).astype(np.uint8)
    return plan.transposed(shift), replace(tokens, pitch=moved)
