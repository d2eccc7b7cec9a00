"""Training pieces of the sequence models: numbered tokens with their positions, and random windows of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tonenet_core.analysis.key import find_key
from tonenet_core.encoding.tokens import (
    METRES,
    Token,
    TokenSequence,
    Vocabulary,
    encode_tokens,
    melody_samples,
)
from tonenet_core.performance import LOWEST_PITCH, PIANO_KEYS, Piece

A_MINOR, C_MAJOR = 9, 0

MELODY = Vocabulary([Token((LOWEST_PITCH + key,), 1, 1) for key in range(PIANO_KEYS)])
"""The 88 pitches of the paper's music, each one moment long."""


@dataclass(frozen=True, eq=False)
class PreparedTune:
    """A training piece as numbers.

    Attributes:
        numbers: `(n,)` int64, of its tokens.
        steps: `(n,)` int64, where they stand, from the first bar line.
        metre: index in `METRES`.
        key: 0..23, that of the numbers.
        bars: of the piece.
        whole: whether a window has the token before it as context; otherwise every window begins without context.
        shifted: the same piece in other keys.
    """

    numbers: NDArray[np.int64]
    steps: NDArray[np.int64]
    metre: int
    key: int
    bars: int
    whole: bool = True
    shifted: tuple[PreparedTune, ...] = ()

    def window(self, start: int, length: int, vocabulary: int) -> dict[str, NDArray[np.int64] | int]:
        """Return the `length` tokens from `start` on, with their position."""
        has_context = self.whole and start > 0
        return {
            "tokens": self.numbers[start : start + length],
            "before": int(self.numbers[start - 1]) if has_context else vocabulary,
            "place": int(self.steps[start]) if self.whole else 0,
            "metre": self.metre,
            "key": self.key,
            "bars": self.bars,
        }


def to_common_key(key: int) -> int:
    """Return the semitones, -6..5, that take a key to C major, a minor one to A minor."""
    return ((A_MINOR if key >= 12 else C_MAJOR) - key % 12 + 6) % 12 - 6


def common_key(key: int) -> int:
    """Return the number of C major, or of A minor for a minor key."""
    return 12 * (key // 12) + (A_MINOR if key >= 12 else C_MAJOR)


def transposed_key(key: int, semitones: int) -> int:
    """Return the number of a key after a shift."""
    return 12 * (key // 12) + (key + semitones) % 12


def key_of(piece: Piece) -> int:
    """Return the key that a piece is in, 0..23: its notes weigh as long as they last."""
    return find_key(piece.notes["pitch"], np.maximum(piece.notes["duration_sec"], 0.01))


def in_common_key(piece: Piece) -> tuple[TokenSequence, int] | None:
    """Return a piece's tokens in C major or A minor, and its key; None if it is not metered or leaves the keyboard."""
    try:
        sequence = encode_tokens(piece)
    except ValueError:
        return None
    key = key_of(piece)
    moved = sequence.transposed(to_common_key(key))
    return None if moved is None else (moved, key)


def prepare_tune(piece: Piece, vocabulary: Vocabulary, transpose: int) -> PreparedTune | None:
    """Return a piece as numbers, with its transpositions by up to `transpose` semitones; None as of `in_common_key`."""
    known = in_common_key(piece)
    if known is None:
        return None
    sequence, key = known
    tunes = [
        PreparedTune(
            vocabulary.numbers(moved),
            moved.places()[:-1],
            METRES.index(moved.metre),
            transposed_key(common_key(key), semitones),
            moved.bars(),
        )
        for semitones in sorted(range(-transpose, transpose + 1), key=abs)
        if (moved := sequence.transposed(semitones)) is not None
    ]
    first = tunes[0]
    return PreparedTune(first.numbers, first.steps, first.metre, first.key, first.bars, shifted=tuple(tunes))


def prepare_melody(piece: Piece, transpose: int) -> PreparedTune | None:
    """Return a piece in the paper's melody form, with its transpositions; None if it has no melody."""
    keys = melody_samples(piece)
    if not len(keys):
        return None
    tunes = [
        PreparedTune(keys + semitones, np.arange(len(keys)), 0, 0, 1, whole=False)
        for semitones in sorted(range(-transpose, transpose + 1), key=abs)
        if keys.min() + semitones >= 0 and keys.max() + semitones < PIANO_KEYS
    ]
    first = tunes[0]
    return PreparedTune(first.numbers, first.steps, 0, 0, 1, whole=False, shifted=tuple(tunes))


def sample_windows(
    tunes: list[PreparedTune], count: int, length: int, vocabulary: int, rng: np.random.Generator
) -> dict[str, Tensor]:
    """Return `count` random windows of pieces that are long enough, in proportion to their lengths, as one batch.

    Returns:
        "tokens" `(B, T)`; "before", "place", "metre", "key", "bars" `(B,)`, see `networks.Setting`; all int64.

    Raises:
        ValueError: if no piece is long enough.
    """
    tunes = long_enough(tunes, length)
    starts = np.array([len(tune.numbers) - length + 1 for tune in tunes], np.float64)
    windows = []
    for index in rng.choice(len(tunes), size=count, p=starts / starts.sum()):
        shifted = tunes[index].shifted or (tunes[index],)
        tune = shifted[rng.integers(len(shifted))]
        last = len(tune.numbers) - length
        if tune.whole:
            # Starts beyond the ends are moved inside, so that beginnings and endings are learnt as often as the rest.
            start = int(np.clip(rng.integers(-length // 2, last + length // 2 + 1), 0, last))
        else:
            start = int(rng.integers(last + 1))
        windows.append(tune.window(start, length, vocabulary))
    return as_batch(windows)


def spaced_windows(tunes: list[PreparedTune], length: int, vocabulary: int) -> dict[str, Tensor]:
    """Return all consecutive windows of pieces, as one batch; a remainder at the end is left out.

    Raises:
        ValueError: if no piece is long enough.
    """
    windows = [
        tune.window(start, length, vocabulary)
        for tune in long_enough(tunes, length)
        for start in range(0, len(tune.numbers) - length + 1, length)
    ]
    return as_batch(windows)


def long_enough(tunes: list[PreparedTune], length: int) -> list[PreparedTune]:
    """Return the pieces of at least `length` tokens.

    Raises:
        ValueError: if no piece is.
    """
    found = [tune for tune in tunes if len(tune.numbers) >= length]
    if not found:
        raise ValueError(f"no piece has {length} tokens")
    return found


def as_batch(windows: list[dict[str, NDArray[np.int64] | int]]) -> dict[str, Tensor]:
    """Return windows as one batch of int64 tensors."""
    return {name: torch.from_numpy(np.array([window[name] for window in windows], np.int64)) for name in windows[0]}
