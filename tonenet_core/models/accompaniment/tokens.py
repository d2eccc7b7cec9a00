"""Accompaniments as tokens (`encoding.beat_tokens`), and what a model is given beside them.

That is the piece's context: its melody exactly, and for each beat its tempo, its place in the bar, its chroma and its
bass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tonenet_core.encoding.beat_tokens import STEPS, Steps, Tokens, encode_notes, nearest_steps
from tonenet_core.harmony.borders import bar_of_beats, beat_borders
from tonenet_core.harmony.chords import Chord, find_chords
from tonenet_core.harmony.chroma import find_bass, find_chroma
from tonenet_core.harmony.melody import Melody, find_melody
from tonenet_core.performance import Piece

NO_BASS = 12
BELOW_MELODY = 3
"""Semitones by which an accompaniment stays below a melody that sounds."""


@dataclass(frozen=True, eq=False)
class Context:
    """All of a piece that is given to an accompanist.

    Attributes:
        borders_sec: `(b + 1,)`, see `harmony.borders.beat_borders`.
        metered: whether its beats are musical ones.
        bar_place: `(b,)`, place of each beat in its bar, 0 first.
        chroma: `(b, 12)` float32, rows of length 1 or 0.
        triads: `(b, 12)` float32, likewise, of the triad of each beat's chord alone: harmony without its colour.
        bass: `(b,)`, pitch class of the lowest note, or `NO_BASS`.
        struck: `(12 b,)` bool, whether the melody strikes a note in each step.
        melody: `(12 b,)`, the lowest pitch of the melody that sounds in each step; 0 where it rests.
    """

    borders_sec: NDArray[np.float64]
    metered: bool
    bar_place: NDArray[np.int64]
    chroma: NDArray[np.float32]
    triads: NDArray[np.float32]
    bass: NDArray[np.int64]
    struck: NDArray[np.bool_]
    melody: NDArray[np.int16]

    @property
    def without_colour(self) -> Context:
        """The same with the chroma of plain triads."""
        return replace(self, chroma=self.triads)

    @property
    def beats(self) -> int:
        """Number of beats."""
        return len(self.bass)

    def steps_at(self, seconds: NDArray[np.float64]) -> Steps:
        """Return the step nearest to each time, 0 to 12 b."""
        return nearest_steps(self.borders_sec, seconds, metered=self.metered)


def find_context(piece: Piece, melody: Melody) -> Context:
    """Return what is given of a piece with this melody."""
    borders = beat_borders(piece)
    metered = len(piece.beats_sec) > 1
    _, place = bar_of_beats(piece, borders)
    bass, chroma = find_bass(piece.notes, borders), find_chroma(piece.notes, borders)
    struck, sounding = melody_steps(borders, melody, metered=metered)
    return Context(
        borders,
        metered,
        place,
        chroma.astype(np.float32),
        triads_of(find_chords(chroma, bass, place)),
        np.where(bass > 0, bass % 12, NO_BASS),
        struck,
        sounding,
    )


def triads_of(chords: Sequence[Chord | None]) -> NDArray[np.float32]:
    """Return the chroma of the triads of chords, `(b, 12)`."""
    triads = np.zeros((len(chords), 12), np.float32)
    for row, chord in enumerate(chords):
        if chord is not None:
            triads[row, list(chord.pitch_classes[:3])] = 3**-0.5
    return triads


def melody_steps(
    borders: NDArray[np.float64], melody: Melody, *, metered: bool
) -> tuple[NDArray[np.bool_], NDArray[np.int16]]:
    """Return in which steps a melody strikes, and its lowest pitch in each, as in `Context`."""
    steps = STEPS * (len(borders) - 1)
    struck, sounding = np.zeros(steps, bool), np.zeros(steps, np.int16)
    first, last = (nearest_steps(borders, each, metered=metered) for each in (melody.onset_sec, melody.until_sec))
    ends = np.maximum(last, first + 1)
    for start, end, pitch in zip(first.tolist(), ends.tolist(), melody.pitch.tolist(), strict=True):
        cells = sounding[start:end]
        cells[:] = np.where(cells > 0, np.minimum(cells, pitch), pitch)
    struck[first[first < steps]] = True
    return struck, sounding


def encode_accompaniment(piece: Piece, melody: Melody, context: Context, *, lengths: bool = True) -> Tokens:
    """Return the notes of a piece without those of its melody as tokens.

    Notes within two semitones of the melody or above it are left out: an accompanist may not write them.

    Args:
        piece: its notes sorted by onset.
        melody: the notes that are left out.
        context: that of the piece and melody.
        lengths: whether the piece's lengths are its player's.
    """
    notes = np.delete(piece.notes, melody.rows)
    start = context.steps_at(notes["onset_sec"])
    end = context.steps_at(notes["onset_sec"] + notes["duration_sec"])
    pitch = notes["pitch"].astype(np.int64)
    inside = start < STEPS * context.beats
    above = context.melody[np.minimum(start, STEPS * context.beats - 1)] if context.beats else start
    kept = inside & ((above == 0) | (pitch <= above - BELOW_MELODY))
    start, end, pitch = start[kept], end[kept], pitch[kept]
    return encode_notes(start, end, pitch, context.beats, lengths=lengths)


def encode_piece(piece: Piece, *, lengths: bool = True) -> tuple[Context, Tokens]:
    """Return a piece as what is given, and what is to be written."""
    melody = find_melody(piece.notes)
    context = find_context(piece, melody)
    return context, encode_accompaniment(piece, melody, context, lengths=lengths)
