"""What the models of note events share: pieces as rows, random windows of them for training, windows that blend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tonenet_core.encoding.events import FEATURES, LAG, LENGTHS, METRE, PEDAL, encode_events
from tonenet_core.encoding.written import snapped, written_out
from tonenet_core.models.expression.mixture import Mixture
from tonenet_core.models.expression.streamed import Streamed
from tonenet_core.models.training import PreparedPieces
from tonenet_core.performance import TrainingPiece

THINNED_SHARE = 0.2  # of the notes of chords that a thinned piece lacks
NOTE_BYTES = 2 * (2 * len(FEATURES) + 4)  # of a prepared piece, which is there whole and thinned
WRITTEN_NOTE_BYTES = NOTE_BYTES + 2 * len(FEATURES) + 4  # of one that is there as written too
ALL_SOURCES = Mixture()
_CHORD_SEC = 0.03


@dataclass(frozen=True, eq=False)
class PreparedPiece:
    """A training piece as rows.

    Attributes:
        features: `(n, F)` float16.
        velocity: `(n,)` float32.
        mean: the piece's mean velocity.
        thinned: the piece without some of its chords' notes.
        written: the piece in written time.
    """

    features: NDArray[np.float16]
    velocity: NDArray[np.float32]
    mean: float
    thinned: PreparedPiece | None = None
    written: PreparedPiece | None = None

    @property
    def nbytes(self) -> int:
        """Memory that it takes."""
        others = sum(each.nbytes for each in (self.thinned, self.written) if each is not None)
        return self.features.nbytes + self.velocity.nbytes + others


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


def prepared(piece: TrainingPiece, *, written: bool = False) -> PreparedPiece:
    """Return a piece's rows, those of the piece without a fifth of its chords' notes, and those of it as written."""
    onset = piece.notes["onset_sec"]
    close = np.diff(onset) < _CHORD_SEC
    in_chord = np.zeros(len(onset), bool)
    in_chord[1:] |= close
    in_chord[:-1] |= close
    kept = ~in_chord | (np.random.default_rng(len(onset)).random(len(onset)) >= THINNED_SHARE)
    thinned = _rows(replace(piece, notes=piece.notes[kept]))
    return replace(_rows(piece), thinned=thinned, written=_rows(_as_written(piece)) if written else None)


def _as_written(piece: TrainingPiece) -> TrainingPiece:
    """Return a metered piece on its grid, a free one with its chords struck at once; neither has a pedal."""
    silent = replace(piece, pedal=piece.pedal[:0])
    if len(piece.beats_sec) < 2:
        return replace(silent, notes=snapped(piece.notes))
    page = written_out(piece.notes, piece.beats_sec, piece.downbeats_sec)
    return replace(silent, notes=page.notes, beats_sec=page.beats_sec, downbeats_sec=page.downbeats_sec)


def _rows(piece: TrainingPiece) -> PreparedPiece:
    velocity = piece.notes["velocity"].astype(np.float32)
    return PreparedPiece(encode_events(piece).astype(np.float16), velocity, float(velocity.mean()))


def sample_windows(
    pieces: PreparedPieces[PreparedPiece],
    styles: tuple[str, ...],
    count: int,
    how: Augmentation,
    rng: np.random.Generator,
    *,
    mixture: Mixture = ALL_SOURCES,
) -> dict[str, Tensor]:
    """Return `count` random windows of each style, as one batch.

    A style's sources are drawn in the mixture's shares, a piece of a source in proportion to its length.

    Returns:
        "features" `(B, T, F)` float32, "style" `(B,)` int64, "velocity" `(B, T)` float32, "inside" `(B, T)` bool
        (False: padding), "mean" `(B,)` float32, the mean velocity of the whole piece; "source" `(B,)` int64, as
        `Mixture.number` has it, "level_known" `(B,)` bool, whether the piece's loudness is a player's.
    """
    length, rows = how.window_notes, count * len(styles)
    features = np.zeros((rows, length, len(FEATURES)), np.float32)
    velocity, inside = np.ones((rows, length), np.float32), np.zeros((rows, length), bool)
    mean, style = np.zeros(rows, np.float32), np.repeat(np.arange(len(styles)), count)
    source, level_known = np.zeros(rows, np.int64), np.ones(rows, bool)
    for row in range(rows):
        name, piece = _draw(pieces[styles[style[row]]], how, rng, mixture)
        size = len(piece.velocity)
        # Starts beyond the ends are moved inside, so that a piece's first and last notes are learnt as often.
        start = int(np.clip(rng.integers(-length // 4, max(size - 3 * length // 4, 1)), 0, max(size - length, 0)))
        cut = slice(start, min(start + length, size))
        used = cut.stop - cut.start
        features[row, :used] = piece.features[cut]
        _augment(features[row, :used], how, rng)
        _hide_touch(features[row, :used], mixture, name, rng)
        velocity[row, :used] = piece.mean + mixture.stretch(name) * (piece.velocity[cut] - piece.mean)
        inside[row, :used] = True
        mean[row] = piece.mean
        source[row] = len(mixture.players) if rng.random() < mixture.unknown else mixture.number(name)
        level_known[row] = not mixture.is_transcribed(name)
    batch = {"features": features, "style": style, "velocity": velocity, "inside": inside, "mean": mean}
    batch |= {"source": source, "level_known": level_known}
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


def _draw(
    sources: Mapping[str, Sequence[PreparedPiece]], how: Augmentation, rng: np.random.Generator, mixture: Mixture
) -> tuple[str, PreparedPiece]:
    """Draw a source and a piece of it, whole, thinned or written."""
    name = mixture.draw(sources, rng)
    pieces = sources[name]
    piece: PreparedPiece
    if isinstance(pieces, Streamed):
        piece = pieces.drawn(rng)
    else:
        lengths = np.array([len(piece.velocity) for piece in pieces], np.float64)
        piece = pieces[rng.choice(len(pieces), p=lengths / lengths.sum())]
    if piece.written is not None and rng.random() < mixture.written:
        return name, piece.written
    if piece.thinned is not None and rng.random() < how.thin:
        return name, piece.thinned
    return name, piece


def _columns(*names: str) -> list[int]:
    return [FEATURES.index(name) for name in names]


_METRE, _PEDAL = _columns(*METRE), _columns(*PEDAL)
_PITCH, _PITCH_MEAN, _BLACK = _columns("pitch", "pitch_mean", "black_key")
_CLOCK, _FIFTHS = _columns("pitch_class_sin", "pitch_class_cos"), _columns("fifths_sin", "fifths_cos")
_SPANS = _columns("log_duration", "log_gap_before", "log_gap_after", "log_since_same_key")
_DENSITIES = _columns("density_half_sec", "density_two_sec", "density_eight_sec")
_LAG, _LENGTHS = FEATURES.index(LAG), _columns(*LENGTHS)


def _augment(features: NDArray[np.float32], how: Augmentation, rng: np.random.Generator) -> None:
    """Transpose a window, change its tempo, and hide what would tell its source, in place."""
    transpose(features, int(rng.integers(-how.transpose, how.transpose + 1)))
    change_tempo(features, float(rng.uniform(-1, 1)) * float(np.log2(how.tempo)))
    for columns in (_METRE, _PEDAL):
        if rng.random() < how.hide:
            features[:, columns] = 0


def _hide_touch(features: NDArray[np.float32], mixture: Mixture, source: str, rng: np.random.Generator) -> None:
    """Hide lags or lengths of a window at random, in place; lengths that a transcriber guessed always."""
    if rng.random() < mixture.hide_touch:
        features[:, _LAG] = 0
    if rng.random() < mixture.hide_touch or mixture.is_transcribed(source):
        features[:, _LENGTHS] = 0


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
