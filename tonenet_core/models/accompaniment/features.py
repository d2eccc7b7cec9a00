"""Windows of tokens as arrays for the network: everything seen from the bass of the beat, so that keys are alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tonenet_core.encoding.beat_tokens import END, STEPS, Tokens
from tonenet_core.models.accompaniment.tokens import NO_BASS, Context
from tonenet_core.performance import HIGHEST_PITCH, LOWEST_PITCH, PIANO_KEYS

ECHOES = (1, 2, 4)
"""Beats ago at which an accompaniment is looked at again."""
START = END + 1
"""Place of the token before the first."""
NO_DEGREE = PIANO_KEYS + 11
"""Degree of a token without a pitch; pitches have 0..98 (see `degree`)."""
BAR_PLACES = 8  # the last one: no bar is known
BEAT_FEATURES = 3 * 12 + 13 + 2 * STEPS + 2 + 12 + STEPS + len(ECHOES) * STEPS + 12 + 3 + 2 + BAR_PLACES
CHROMA_PLANES = 5
KEY_PLANES = len(ECHOES) + 1
PLACE_PLANES = len(ECHOES) + 2
_PRESENT = 0.15  # of a row of length 1, from which on a pitch class is one of the beat's

Floats = NDArray[np.float32]


def degree(pitch: NDArray[np.int64], root: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the semitones of pitches above the lowest of a bass's pitch class that any has, 0..98."""
    return np.where(pitch > 0, pitch - root - LOWEST_PITCH + 11, NO_DEGREE)


def roots(context: Context) -> NDArray[np.int64]:
    """Return the pitch class from which each beat is seen, `(b,)`: its bass, or the last that there was."""
    known = np.flatnonzero(context.bass != NO_BASS)
    if not len(known):
        return np.zeros(context.beats, np.int64)
    last = np.clip(np.searchsorted(known, np.arange(context.beats), side="right") - 1, 0, None)
    return np.asarray(context.bass[known[last]])


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What the network is given for some beats of a piece, from `first` on; arrays have a row a beat.

    Attributes:
        first: number of the first beat.
        root: `(k,)`.
        given: `(k, BEAT_FEATURES)` float32, of which the accompaniment's part is filled in by `add_echoes`.
        chroma: `(k, 12, CHROMA_PLANES)` float32, by pitch class.
        struck, melody: `(k, 12)`, those of the context.
    """

    first: int
    root: NDArray[np.int64]
    given: Floats
    chroma: Floats
    struck: NDArray[np.bool_]
    melody: NDArray[np.int64]


_ECHO_COLUMNS = slice(BEAT_FEATURES - len(ECHOES) * STEPS - 15, BEAT_FEATURES)


def surroundings(context: Context, first: int, last: int) -> Surroundings:
    """Return what is given for beats `first..last`."""
    beats = np.arange(first, last)
    root = roots(context)
    before, after = np.maximum(beats - 1, 0), np.minimum(beats + 1, context.beats - 1)
    rolled = (np.arange(12)[None] + root[beats][:, None]) % 12
    rows = beats[:, None]
    struck, melody = context.struck.reshape(-1, STEPS), context.melody.reshape(-1, STEPS).astype(np.int64)
    sounding = melody[beats] > 0
    classes = np.zeros((len(beats), 12))
    np.maximum.at(classes, (np.arange(len(beats))[:, None], (melody[beats] - root[rows]) % 12), sounding)
    onset, final = _first_and_last(melody[beats])
    next_bass = np.zeros((len(beats), 13))
    step = np.where(context.bass[after] == NO_BASS, NO_BASS, (context.bass[after] - root[beats]) % 12)
    next_bass[np.arange(len(beats)), step] = 1
    place = np.zeros((len(beats), BAR_PLACES))
    place[np.arange(len(beats)), np.minimum(context.bar_place[beats], 6) if context.metered else 7] = 1
    seconds = np.diff(context.borders_sec)[beats]
    columns = [
        context.chroma[rows, rolled],
        context.chroma[before[:, None], rolled],
        context.chroma[after[:, None], rolled],
        next_bass,
        struck[beats],
        sounding,
        np.stack([onset, final], axis=1),
        classes,
        struck[after],
        np.stack([np.full(len(beats), context.metered), np.log(np.maximum(seconds, 1e-3) * 2)], axis=1),
        place,
    ]
    given = np.zeros((len(beats), BEAT_FEATURES), np.float32)
    joined = np.concatenate(columns, axis=1)
    given[:, : joined.shape[1]] = joined
    is_bass = np.arange(12)[None] == context.bass[rows]
    melody_class = np.zeros((len(beats), 12))
    np.maximum.at(melody_class, (np.arange(len(beats))[:, None], melody[beats] % 12), sounding)
    chroma = context.chroma[beats]
    planes = [chroma, chroma > _PRESENT, context.chroma[after], is_bass, melody_class]
    return Surroundings(
        first, root[beats], given, np.stack(planes, axis=2).astype(np.float32), struck[beats], melody[beats]
    )


def echo_features(grid: NDArray[np.bool_], root: int) -> Floats:
    """Return the accompaniment's part of a beat's features, from its beats before.

    Args:
        grid: `(12 * 4, 88)`, the keys struck in the last four beats.
        root: of the beat.
    """
    struck: NDArray[np.bool_] = np.max(grid, axis=1)
    length = len(grid)
    echoes = [struck[length - STEPS * back : length - STEPS * (back - 1)] for back in ECHOES]
    count = grid[-STEPS:].sum(axis=0)
    keys = np.flatnonzero(count)
    classes = np.zeros(12)
    classes[(keys + LOWEST_PITCH - root) % 12] = 1
    about = [(keys.mean() - 30) / 12, (keys[0] - 20) / 12, count.sum() / 8] if len(keys) else [0.0, 0.0, 0.0]
    return np.concatenate([*echoes, classes, about]).astype(np.float32)


def add_echoes(given: Floats, echoes: Floats) -> None:
    """Fill in the accompaniment's part of a beat's features."""
    given[..., _ECHO_COLUMNS] = echoes


def window_arrays(context: Context, tokens: Tokens, start: int, length: int) -> dict[str, NDArray[np.generic]]:
    """Return tokens `start..start + length` and everything that each is predicted from, by name.

    Args:
        context: of the piece.
        tokens: of the piece.
        start: first token of a beat.
        length: rows of the arrays; those beyond the last token have place -1.
    """
    cut = slice(start, min(start + length, len(tokens.beat)))
    beat, place = tokens.beat[cut].astype(np.int64), tokens.place[cut].astype(np.int64)
    pitch, size = tokens.pitch[cut].astype(np.int64), cut.stop - cut.start
    first = max(int(beat[0]) - max(ECHOES), 0)
    grid = np.zeros((STEPS * (int(beat[-1]) + 1 - first + max(ECHOES)), PIANO_KEYS), bool)  # four silent beats first
    near = slice(int(np.searchsorted(tokens.beat, first)), cut.stop)
    notes = tokens.place[near] != END
    step = (tokens.beat[near].astype(np.int64) - first + max(ECHOES)) * STEPS + tokens.place[near]
    grid[step[notes], tokens.pitch[near][notes].astype(int) - LOWEST_PITCH] = True
    about = surroundings(context, int(beat[0]), int(beat[-1]) + 1)
    ahead = int(beat[0]) - first + max(ECHOES)
    for row in range(len(about.root)):
        base = (ahead + row) * STEPS
        add_echoes(about.given[row], echo_features(grid[base - max(ECHOES) * STEPS : base], int(about.root[row])))
    row = beat - beat[0]
    root = about.root[row]
    before = np.concatenate([[0], pitch[:-1]])
    held = np.maximum.accumulate(np.where(before > 0, np.arange(size), 0))
    at = (ahead + row) * STEPS + np.minimum(place, STEPS - 1)
    bases = (ahead + row) * STEPS
    arrays: dict[str, NDArray[np.generic]] = {
        "place": place,
        "pitch": np.where(pitch > 0, pitch - LOWEST_PITCH, -1),
        "length": tokens.length[cut].astype(np.int64),
        "before_place": np.concatenate([[START], place[:-1]]),
        "before_degree": degree(before, root),
        "last_key": np.where(before[held] > 0, before[held] - LOWEST_PITCH, 0),
        "root": root,
        "given": about.given[row],
        "chroma": about.chroma[row],
        "melody": about.melody[row, np.minimum(place, STEPS - 1)],
        "keys": key_planes(grid, at),
        "places": place_planes(grid, about, bases, row),
    }
    filled = {name: np.zeros((length, *array.shape[1:]), array.dtype) for name, array in arrays.items()}
    filled["place"][:] = -1
    filled["pitch"][:] = -1
    filled["length"][:] = -1
    for name, array in arrays.items():
        filled[name][:size] = array
    return filled


def key_planes(grid: NDArray[np.bool_], at: NDArray[np.int64]) -> Floats:
    """Return which keys were struck some beats before each step, and in the beat before it, `(n, KEY_PLANES, 88)`."""
    planes = [grid[at - STEPS * back] for back in ECHOES]
    running = np.concatenate([np.zeros((1, PIANO_KEYS), np.int64), np.cumsum(grid, axis=0)])
    planes.append(running[at] > running[at - STEPS])
    return np.stack(planes, axis=1).astype(np.float32)


def place_planes(
    grid: NDArray[np.bool_], about: Surroundings, bases: NDArray[np.int64], row: NDArray[np.int64]
) -> Floats:
    """Return which places were struck some beats before, and those of the melody, `(n, PLACE_PLANES, 12)`."""
    struck: NDArray[np.bool_] = np.max(grid, axis=1)
    steps = bases[:, None] + np.arange(STEPS)
    planes = [struck[steps - STEPS * back] for back in ECHOES]
    return np.stack([*planes, about.struck[row], about.melody[row] > 0], axis=1).astype(np.float32)


def transposed(context: Context, tokens: Tokens, semitones: int) -> tuple[Context, Tokens]:
    """Return a piece in another key; `semitones` is brought nearer to 0 until all keys are on the piano."""
    pitches = tokens.pitch[tokens.pitch > 0].astype(int)
    melody = context.melody[context.melody > 0]
    every = np.concatenate([pitches, melody]) if len(pitches) or len(melody) else np.array([60])
    shift = int(np.clip(semitones, LOWEST_PITCH - every.min(), HIGHEST_PITCH - every.max()))
    return (
        Context(
            context.borders_sec,
            context.metered,
            context.bar_place,
            np.roll(context.chroma, shift, axis=1),
            np.roll(context.triads, shift, axis=1),
            np.where(context.bass == NO_BASS, NO_BASS, (context.bass + shift) % 12),
            context.struck,
            np.where(context.melody > 0, context.melody + shift, 0).astype(np.int16),
        ),
        Tokens(
            tokens.beat,
            tokens.place,
            np.where(tokens.pitch > 0, tokens.pitch.astype(int) + shift, 0).astype(np.uint8),
            tokens.length,
        ),
    )


def _first_and_last(melody: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the melody's first and last pitch in each beat, in octaves above middle C; 0 where it rests."""
    sounds = melody > 0
    first = np.argmax(sounds, axis=1)
    last = melody.shape[1] - 1 - np.argmax(sounds[:, ::-1], axis=1)
    rows, known = np.arange(len(melody)), sounds.any(axis=1)
    octaves = (melody - 60) / 12
    return np.where(known, octaves[rows, first], 0.0), np.where(known, octaves[rows, last], 0.0)
