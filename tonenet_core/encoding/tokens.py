"""The SeqGAN's encoding: a metered piece as a sequence of notes and chords, with an inverse that is exact on the grid.

A token is a note or a chord in close position, how long it sounds, and how long it is until the next token. Notes
struck together are one chord as long as neighbours lie at most a major third apart and last as long: so a melody over
chords is two tokens, the chord first, and the vocabulary of either voice stays small.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tonenet_core.encoding.grid import Grid, GridEncoding, encode
from tonenet_core.encoding.images import STEP_NOTE_DTYPE
from tonenet_core.performance import HIGHEST_PITCH, LOWEST_PITCH, Piece

STEPS_PER_BEAT = 12
STEPS_PER_WHOLE = 4 * STEPS_PER_BEAT
CLOSE_SEMITONES = 4  # between neighbours in a chord; a wider gap begins another token
LARGEST_CHORD = 8  # pitches that the table of a vocabulary has room for
METRES = ((4, 4), (6, 8), (3, 4), (2, 4), (9, 8))
SAMPLE_SEC = 0.4  # of the melody form


class Token(NamedTuple):
    """A note or a chord.

    Attributes:
        pitches: ascending, 21..108.
        steps: how long it sounds, >= 1.
        shift: steps until the next token, 0: struck together.
    """

    pitches: tuple[int, ...]
    steps: int
    shift: int

    def transposed(self, semitones: int) -> Token:
        """Return the token shifted, whether or not it is still on the keyboard."""
        return self._replace(pitches=tuple(pitch + semitones for pitch in self.pitches))


@dataclass(frozen=True)
class TokenSequence:
    """A piece, or the beginning of one, as tokens.

    Attributes:
        tokens: in the order of time, low before high.
        start: the step of the first token, counted from the first bar line; negative: a pickup.
        metre: numerator and denominator, one of `METRES`.
    """

    tokens: tuple[Token, ...]
    start: int = 0
    metre: tuple[int, int] = METRES[0]

    @property
    def bar_steps(self) -> int:
        """The steps of a bar."""
        return bar_steps(self.metre)

    def places(self) -> NDArray[np.int64]:
        """Return the step of each token, and of the one that would follow, `(n + 1,)`, from the first bar line."""
        return self.start + np.cumsum([0, *(token.shift for token in self.tokens)])

    def bars(self) -> int:
        """Return in how many bars something is struck after the first bar line, the empty ones between them counted."""
        return max(int(self.places()[:-1].max(initial=-1)) // self.bar_steps + 1, 0)

    def as_upbeat(self) -> TokenSequence:
        """Return the sequence, with a start in a bar's second half taken as a pickup to the first bar line."""
        return replace(self, start=self.start - self.bar_steps) if self.start > self.bar_steps / 2 else self

    def transposed(self, semitones: int) -> TokenSequence | None:
        """Return the sequence shifted; None if a pitch would leave the keyboard."""
        tokens = tuple(token.transposed(semitones) for token in self.tokens)
        pitches = [pitch for token in tokens for pitch in token.pitches]
        on_keyboard = not pitches or (min(pitches) >= LOWEST_PITCH and max(pitches) <= HIGHEST_PITCH)
        return replace(self, tokens=tokens) if on_keyboard else None

    def first_bars(self, bars: int) -> TokenSequence:
        """Return the first bars, all if there are fewer, and the pickup; the last token reaches to their end."""
        end = min(bars, self.bars()) * self.bar_steps
        places = self.places()[:-1]
        kept = list(self.tokens[: int(np.searchsorted(places, end))])
        if kept:
            kept[-1] = kept[-1]._replace(shift=end - int(places[len(kept) - 1]))
        return replace(self, tokens=tuple(kept))


def bar_steps(metre: tuple[int, int]) -> int:
    """Return the steps of a bar of a metre."""
    return metre[0] * STEPS_PER_WHOLE // metre[1]


def encode_tokens(piece: Piece) -> TokenSequence:
    """Return a metered piece as tokens, on twelfths of the quarter note; velocities and pedal are left out.

    The last token's shift reaches to the end of its notes.

    Raises:
        ValueError: if the piece has no notes or no beats, changes its metre, or has one that is not in `METRES`.
    """
    if not len(piece.notes) or len(piece.beats_sec) < 2:
        raise ValueError("a free recording has no beats to count by")
    grid = Grid(STEPS_PER_BEAT)
    encoding = encode(piece, grid)
    bar, origin = _bars(piece, encoding)
    groups = _groups(encoding)
    metre = _metre(bar, (np.array([step for step, _, _ in groups]) - origin) % bar)
    tokens = [Token(pitches, steps, following[0] - step) for (step, pitches, steps), following in pairwise(groups)]
    last_end = int(encoding.end_of_note.max())
    step, pitches, steps = groups[-1]
    whole = (*tokens, Token(pitches, steps, last_end - step))
    return TokenSequence(whole, (groups[0][0] - origin) % bar, metre).as_upbeat()


def decode_tokens(sequence: TokenSequence, velocity: int = 80) -> NDArray[np.void]:
    """Return the notes of a sequence, rows of `STEP_NOTE_DTYPE` sorted by step, then key.

    Step 0 is the first bar line, or with a pickup that of the pickup's bar. Of a pitch that is struck twice at one
    step the longer note is kept.
    """
    offset = sequence.bar_steps if sequence.start < 0 else 0
    longest: dict[tuple[int, int], int] = {}
    for place, token in zip(sequence.places(), sequence.tokens, strict=False):
        for pitch in token.pitches:
            spot = (int(place) + offset, pitch - LOWEST_PITCH)
            longest[spot] = max(longest.get(spot, 0), token.steps)
    rows = [(step, steps, key, velocity) for (step, key), steps in sorted(longest.items())]
    return np.array(rows, STEP_NOTE_DTYPE)


def _bars(piece: Piece, encoding: GridEncoding) -> tuple[int, int]:
    """Return the steps of a bar, and the step of one bar line; common time where no bars are known."""
    times = encoding.step_times_sec
    lines = np.rint(np.interp(piece.downbeats_sec, times, np.arange(len(times)))).astype(np.int64)
    lengths = np.unique(np.diff(lines))
    if len(lengths) > 1:
        raise ValueError("the metre changes")
    first_beat = int(np.rint(np.interp(piece.beats_sec[0], times, np.arange(len(times)))))
    return (int(lengths[0]) if len(lengths) else STEPS_PER_WHOLE), (int(lines[0]) if len(lines) else first_beat)


def _metre(bar: int, places: NDArray[np.int64]) -> tuple[int, int]:
    """Return the metre of a bar of `bar` steps, given the positions of tokens in the bars."""
    fitting = [metre for metre in METRES if bar_steps(metre) == bar]
    if not fitting:
        raise ValueError(f"bars of {bar / STEPS_PER_BEAT:g} quarter notes are not known")
    if (6, 8) in fitting:
        # Six eighths or three quarters: the middle of the bar is struck more often, or its thirds.
        count = np.bincount(places, minlength=bar)
        return (6, 8) if count[18] >= (count[12] + count[24]) / 2 else (3, 4)
    return fitting[0]


def _groups(encoding: GridEncoding) -> list[tuple[int, tuple[int, ...], int]]:
    """Return (step, pitches, steps) of each token, in the order of time, low before high."""
    rows: dict[tuple[int, int], set[int]] = {}
    for step, end, key in zip(encoding.step_of_note, encoding.end_of_note, encoding.key_of_note, strict=True):
        rows.setdefault((int(step), int(end - step)), set()).add(int(key) + LOWEST_PITCH)
    groups = []
    for (step, steps), pitches in rows.items():
        chord: list[int] = []
        for pitch in sorted(pitches):
            if chord and (pitch - chord[-1] > CLOSE_SEMITONES or len(chord) == LARGEST_CHORD):
                groups.append((step, tuple(chord), steps))
                chord = []
            chord.append(pitch)
        groups.append((step, tuple(chord), steps))
    return sorted(groups)


class Vocabulary:
    """The tokens of a model, numbered from 0, the frequent ones first."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tuple(tokens)
        self._number = {token: number for number, token in enumerate(self.tokens)}

    @classmethod
    def learnt(cls, sequences: Iterable[TokenSequence], size: int) -> Vocabulary:
        """Return the most frequent tokens of sequences, at most `size`; equally frequent ones in their own order."""
        counts = Counter(token for sequence in sequences for token in sequence.tokens)
        ordered = sorted(counts, key=lambda token: (-counts[token], token))
        return cls([token for token in ordered if len(token.pitches) <= LARGEST_CHORD][:size])

    def __len__(self) -> int:
        """Give the number of tokens."""
        return len(self.tokens)

    def numbers(self, sequence: TokenSequence) -> NDArray[np.int64]:
        """Return the number of each token, `(n,)`; for an unknown one that of the nearest."""
        return np.array([self._known(token) for token in sequence.tokens], np.int64)

    def read(self, numbers: Iterable[int]) -> tuple[Token, ...]:
        """Return the tokens with these numbers."""
        return tuple(self.tokens[int(number)] for number in numbers)

    def _known(self, token: Token) -> int:
        if token not in self._number:
            self._number[token] = self._nearest(token)
        return self._number[token]

    def _nearest(self, token: Token) -> int:
        """Return the number of the most similar token: by time first, so that bars stay whole, then notes, length."""

        def unlikeness(number: int) -> tuple[int, int, int, int, int]:
            other = self.tokens[number]
            shift, steps = abs(other.shift - token.shift), abs(other.steps - token.steps)
            classes = {p % 12 for p in token.pitches} ^ {p % 12 for p in other.pitches}
            moved = abs(token.pitches[0] - other.pitches[0]) + abs(token.pitches[-1] - other.pitches[-1])
            voices = abs(len(token.pitches) - len(other.pitches))
            return shift, voices + len(classes), moved, steps, number

        return min(range(len(self.tokens)), key=unlikeness)

    def as_table(self, rows: int) -> NDArray[np.int16]:
        """Return the tokens as a table `(rows, 2 + 8)`: steps, shift, pitches; zeros elsewhere."""
        table = np.zeros((rows, 2 + LARGEST_CHORD), np.int16)
        for row, token in zip(table, self.tokens, strict=False):
            row[:2] = token.steps, token.shift
            row[2 : 2 + len(token.pitches)] = token.pitches
        return table

    @classmethod
    def of_table(cls, table: NDArray[np.int16]) -> Vocabulary:
        """Return the vocabulary of a table, as `as_table` gives it."""
        used = [[int(number) for number in row] for row in table if row[0] > 0]
        return cls([Token(tuple(p for p in row[2:] if p), row[0], row[1]) for row in used])


def melody_samples(piece: Piece, sample_sec: float = SAMPLE_SEC) -> NDArray[np.int64]:
    """Return the pitch of the melody at regular moments, `(n,)` keys 0..87: the form of the SeqGAN paper's music.

    The melody is the highest note struck that is no part of a chord; a rest is heard as the pitch before it, so that 88
    numbers are enough (arXiv 1609.05473, section 5.3). The first moment is the melody's first onset.

    Args:
        piece: metered or not.
        sample_sec: between two moments.
    """
    encoding = encode(piece, Grid(STEPS_PER_BEAT, 0.03))
    line: dict[int, tuple[int, int]] = {}
    for step, pitches, steps in _groups(encoding):  # of one step the highest comes last
        if len(pitches) == 1:
            line[step] = max(line.get(step, (0, 0)), (pitches[0], step + steps))
    if not line:
        return np.zeros(0, np.int64)
    onsets = encoding.step_times_sec[list(line)]
    ends = [end for _, end in line.values()]
    last_sec = float(encoding.step_times_sec[min(max(ends), encoding.steps)])
    moments = np.arange(onsets[0], last_sec - 1e-6, sample_sec) + 1e-6
    keys = np.array([pitch for pitch, _ in line.values()]) - LOWEST_PITCH
    return np.asarray(keys[np.searchsorted(onsets, moments, side="right") - 1], np.int64)


def decode_melody(keys: NDArray[np.int64], velocity: int = 80) -> NDArray[np.void]:
    """Return the notes of a melody in the paper's form `(n,)`, one step a moment; a pitch that stays is held."""
    begins = np.flatnonzero(np.diff(keys, prepend=-1))
    notes = np.zeros(len(begins), STEP_NOTE_DTYPE)
    notes["step"], notes["key"], notes["velocity"] = begins, keys[begins], velocity
    notes["steps"] = np.diff(begins, append=len(keys))
    return notes
