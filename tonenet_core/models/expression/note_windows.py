"""What the models of note events share: pieces as rows, random windows of them for training, windows that blend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tonenet_core.encoding.events import FEATURES, METRE, PEDAL, encode_events
from tonenet_core.models.expression.streamed import Streamed
from tonenet_core.models.training import PreparedPieces
from tonenet_core.performance import TrainingPiece

THINNED_SHARE = 0.2  # of the notes of chords that a thinned piece lacks
NOTE_BYTES = 2 * (2 * len(FEATURES) + 4)  # of a prepared piece, which is there whole and thinned
_CHORD_SEC = 0.03


@dataclass(frozen=True, eq=False)
class PreparedPiece:
    """A training piece as rows.

    Attributes:
        features: `(n, F)` float16.
        velocity: `(n,)` float32.
        mean: the piece's mean velocity.
        thinned: the piece without some of its chords' notes.
    """

    features: NDArray[np.float16]
    velocity: NDArray[np.float32]
    mean: float
    thinned: PreparedPiece | None = None

    @property
    def nbytes(self) -> int:
        """Memory that it takes."""
        return self.features.nbytes + self.velocity.nbytes + (self.thinned.nbytes if self.thinned is not None else 0)


class Augmentation(Protocol):
    """How training windows are cut and varied: part of a model's `Config`."""

    @property
    def window_notes(self) -> int:
        """Length of a window."""
        ...

    @property
    def hide(self) -> float:
        """How often a window is shown without metre, and how often without pedal, 0..1."""
        ...

    @property
    def transpose(self) -> int:
        """Semitones by which a window is shifted at most, either way."""
        ...

    @property
    def tempo(self) -> float:
        """Factor by which a window is played faster or slower at most."""
        ...

    @property
    def thin(self) -> float:
        """How often a window is drawn from the thinned piece, 0..1."""
        ...


def prepared(piece: TrainingPiece) -> PreparedPiece:
    """Return a piece's rows, and those of the piece without a fifth of its chords' notes."""
    onset = piece.notes["onset_sec"]
    close = np.diff(onset) < _CHORD_SEC
    in_chord = np.zeros(len(onset), bool)
    in_chord[1:] |= close
    in_chord[:-1] |= close
    kept = ~in_chord | (np.random.default_rng(len(onset)).random(len(onset)) >= THINNED_SHARE)
    return replace(_rows(piece), thinned=_rows(replace(piece, notes=piece.notes[kept])))


def _rows(piece: TrainingPiece) -> PreparedPiece:
    velocity = piece.notes["velocity"].astype(np.float32)
    return PreparedPiece(encode_events(piece).astype(np.float16), velocity, float(velocity.mean()))


def sample_windows(
    pieces: PreparedPieces[PreparedPiece],
    styles: tuple[str, ...],
    count: int,
    how: Augmentation,
    rng: np.random.Generator,
) -> dict[str, Tensor]:
    """Return `count` random windows of each style, as one batch.

    A style's sources are drawn equally often, a piece of a source in proportion to its length.

    Returns:
        "features" `(B, T, F)` float32, "style" `(B,)` int64, "velocity" `(B, T)` float32, "inside" `(B, T)` bool
        (False: padding), "mean" `(B,)` float32, the mean velocity of the whole piece.
    """
    length, rows = how.window_notes, count * len(styles)
    features = np.zeros((rows, length, len(FEATURES)), np.float32)
    velocity, inside = np.ones((rows, length), np.float32), np.zeros((rows, length), bool)
    mean, style = np.zeros(rows, np.float32), np.repeat(np.arange(len(styles)), count)
    for row in range(rows):
        piece = _draw(pieces[styles[style[row]]], rng)
        if piece.thinned is not None and rng.random() < how.thin:
            piece = piece.thinned
        size = len(piece.velocity)
        # Starts beyond the ends are moved inside, so that a piece's first and last notes are learnt as often.
        start = int(np.clip(rng.integers(-length // 4, max(size - 3 * length // 4, 1)), 0, max(size - length, 0)))
        cut = slice(start, min(start + length, size))
        used = cut.stop - cut.start
        features[row, :used] = piece.features[cut]
        _augment(features[row, :used], how, rng)
        velocity[row, :used] = piece.velocity[cut]
        inside[row, :used] = True
        mean[row] = piece.mean
    batch = {"features": features, "style": style, "velocity": velocity, "inside": inside, "mean": mean}
    return {name: torch.from_numpy(array) for name, array in batch.items()}


def windows(count: int, size: int, context: int) -> Iterator[tuple[float, slice, NDArray[np.float32]]]:
    """Yield (fraction done, notes of a window, their weights) that cover `count` notes and blend without a seam.

    Windows of `size` notes reach `context` notes into their neighbours; there their weights fade, and all weights of
    a note add up to one. `context` is at most half of `size`.
    """
    if not count:
        return
    if count <= size + 2 * context:
        yield 0.0, slice(0, count), np.ones(count, np.float32)
        return
    for start in range(0, count, size):
        cut = slice(max(start - context, 0), min(start + size + context, count))
        place = np.arange(cut.start, cut.stop, dtype=np.float32)
        rise = np.ones_like(place) if start == 0 else (place + 0.5 - start) / (2 * context) + 0.5
        fall = np.ones_like(place) if start + size >= count else (start + size - place - 0.5) / (2 * context) + 0.5
        yield start / count, cut, np.minimum(np.clip(rise, 0, 1), np.clip(fall, 0, 1))


def _draw(sources: Mapping[str, Sequence[PreparedPiece]], rng: np.random.Generator) -> PreparedPiece:
    pieces = sources[sorted(sources)[rng.integers(len(sources))]]
    if isinstance(pieces, Streamed):
        drawn: PreparedPiece = pieces.drawn(rng)
        return drawn
    lengths = np.array([len(piece.velocity) for piece in pieces], np.float64)
    return pieces[rng.choice(len(pieces), p=lengths / lengths.sum())]


def _columns(*names: str) -> list[int]:
    return [FEATURES.index(name) for name in names]


_METRE, _PEDAL = _columns(*METRE), _columns(*PEDAL)
_PITCH, _PITCH_MEAN, _BLACK = _columns("pitch", "pitch_mean", "black_key")
_CLOCK, _FIFTHS = _columns("pitch_class_sin", "pitch_class_cos"), _columns("fifths_sin", "fifths_cos")
_SPANS = _columns("log_duration", "log_gap_before", "log_gap_after", "log_since_same_key")
_DENSITIES = _columns("density_half_sec", "density_two_sec", "density_eight_sec")
_LAG = FEATURES.index("chord_lag")


def _augment(features: NDArray[np.float32], how: Augmentation, rng: np.random.Generator) -> None:
    """Transpose a window, change its tempo, and hide what would tell its source, in place."""
    transpose(features, int(rng.integers(-how.transpose, how.transpose + 1)))
    change_tempo(features, float(rng.uniform(-1, 1)) * float(np.log2(how.tempo)))
    for columns in (_METRE, _PEDAL):
        if rng.random() < how.hide:
            features[:, columns] = 0


def transpose(features: NDArray[np.float32], semitones: int) -> None:
    """Shift the pitches of a window; the colour of a key follows from its pitch class."""
    features[:, _PITCH] += semitones / 16
    features[:, _PITCH_MEAN] += semitones / 12
    for columns, step in ((_CLOCK, 1), (_FIFTHS, 7)):
        angle = 2 * np.pi * semitones * step / 12
        sin, cos = features[:, columns].T.copy()
        features[:, columns[0]] = sin * np.cos(angle) + cos * np.sin(angle)
        features[:, columns[1]] = cos * np.cos(angle) - sin * np.sin(angle)
    clock = np.rint(np.arctan2(features[:, _CLOCK[0]], features[:, _CLOCK[1]]) * 12 / (2 * np.pi)) % 12
    features[:, _BLACK] = np.isin(clock, [1, 3, 6, 8, 10])


def change_tempo(features: NDArray[np.float32], octaves: float) -> None:
    """Play a window slower (octaves > 0) or faster; densities follow to first order."""
    features[:, _SPANS] += octaves / 2
    features[:, _DENSITIES] -= octaves / 1.5
    features[:, _LAG] *= 2.0**octaves
