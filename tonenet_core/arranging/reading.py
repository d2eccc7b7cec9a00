"""Pieces -> lead sheets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.arranging.lead_sheet import LeadSheet
from tonenet_core.errors import Sentence, ToneNetError
from tonenet_core.harmony.borders import bar_of_beats, beat_borders, half_bar_borders
from tonenet_core.harmony.chords import find_chords
from tonenet_core.harmony.chroma import bass_rows, find_bass, find_chroma
from tonenet_core.harmony.melody import find_melody
from tonenet_core.performance import Performance, Piece
from tonenet_core.timing.pulse import find_pulse

FEWEST_MELODY, LOWEST_MELODY = 4, 50  # notes; median pitch of a melody that something can be put under
PULSE = Sentence("The piece has no beats of its own: its pulse was found by ear, and bars were guessed.")
BARS = (4, 3)  # beats of a bar that are tried where none is known, the usual one first
_PREFERENCE = 1.15  # by which three beats must fit better than four
LEVEL_BEATS = 8  # over which the level is taken


def read_lead_sheet(
    performance: Performance, keep: float, seed: int, *, keep_bass: bool = False
) -> tuple[LeadSheet, tuple[str, ...]]:
    """Return the lead sheet of a piece, and sentences for the user.

    Args:
        performance: the piece.
        keep: 0..1, share of the beats whose own accompaniment stays; with more, the same ones stay and others too.
        seed: chooses them.
        keep_bass: whether the bass of each half bar stays too, the lowest note that is struck in it under the melody.

    Raises:
        ToneNetError: if it has no melody to put anything under.
    """
    piece, notices = with_beats(performance)
    notes = piece.notes
    melody = find_melody(notes)
    if len(melody.rows) < FEWEST_MELODY or float(np.median(melody.pitch)) < LOWEST_MELODY:
        raise ToneNetError("{name} has no melody that an accompaniment could be put under.", name=performance.name)
    borders = beat_borders(piece)
    _, places = bar_of_beats(piece, borders)
    chroma, bass = find_chroma(notes, borders), find_bass(notes, borders)
    is_melody = np.zeros(len(notes), np.bool_)
    is_melody[melody.rows] = True
    others = notes[~is_melody]
    is_kept = _kept_beats(len(chroma), keep, seed)
    beat = np.clip(np.searchsorted(borders, others["onset_sec"], "right") - 1, 0, len(chroma) - 1)
    stays, floor = is_kept[beat], np.zeros(len(chroma), np.int64)
    if keep_bass:
        rows, floor = _bass(others, borders, half_bar_borders(piece, borders))
        stays[rows] = True
    sheet = LeadSheet(
        beats_sec=borders,
        bar_place=places.astype(np.int64),
        melody=notes[is_melody],
        accompaniment=others,
        chords=tuple(find_chords(chroma, bass, places)),
        chroma=chroma,
        bass=bass,
        level=_level(notes, borders),
        density=len(others) / max(len(chroma), 1),
        kept=others[stays],
        is_kept=is_kept,
        floor=floor,
    )
    return sheet, notices


def with_beats(performance: Performance) -> tuple[Piece, tuple[str, ...]]:
    """Return a piece with beats: those of its file, or a pulse that is found in it."""
    if performance.metered:
        return performance.piece, ()
    notes = performance.notes
    beats = find_pulse(notes)
    borders = beat_borders(Piece(notes, beats, beats[:1], performance.pedal))
    downbeats = _bar_lines(find_chroma(notes, borders), borders[:-1])
    return Piece(notes, borders, downbeats, performance.pedal), (PULSE,)


def _bar_lines(chroma: NDArray[np.float64], beats_sec: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return which beats begin a bar: those on which the harmony changes most."""
    change = np.append(0.0, 1.0 - np.sum(chroma[1:] * chroma[:-1], axis=1))
    found = {}
    for size in BARS:
        sums = [float(change[phase::size].mean()) for phase in range(min(size, len(change)))]
        found[size] = (max(sums) / max(float(change.mean()), 1e-9), int(np.argmax(sums)))
    size = 3 if found[3][0] > _PREFERENCE * found[4][0] else 4
    return beats_sec[found[size][1] :: size]


def _bass(
    notes: NDArray[np.void], borders: NDArray[np.float64], halves: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which notes are the bass of a half bar, and the lowest pitch above it in each beat, `(b,)`.

    A bass counts until its half bar ends, and as long as it is held; where there is none, every pitch is above it.

    Args:
        notes: under the melody.
        borders: of the beats, `(b + 1,)`.
        halves: of the half bars.
    """
    found = bass_rows(notes, halves)
    half = np.flatnonzero(found >= 0)
    rows = found[half]
    ends = np.maximum(notes["onset_sec"][rows] + notes["duration_sec"][rows], halves[half + 1])
    first = np.searchsorted(borders, halves[half], "right") - 1
    last = np.searchsorted(borders[:-1] + np.diff(borders) / 4, ends, "left")
    nothing = np.iinfo(np.int64).max
    lowest = np.full(len(borders) - 1, nothing)
    for begin, end, pitch in zip(first.tolist(), last.tolist(), notes["pitch"][rows].tolist(), strict=True):
        lowest[begin:end] = np.minimum(lowest[begin:end], pitch)
    return rows, np.where(lowest < nothing, lowest + 1, 0)


def _kept_beats(count: int, keep: float, seed: int) -> NDArray[np.bool_]:
    """Return which beats keep their accompaniment, `(count,)`, in runs of some beats; see `read_lead_sheet`."""
    noise = np.random.default_rng(seed).standard_normal(count + 8)
    smooth = np.convolve(noise, np.hanning(9), mode="valid")
    kept = np.zeros(count, np.bool_)
    kept[np.argsort(-smooth, kind="stable")[: round(keep * count)]] = True
    return kept


def _level(notes: NDArray[np.void], borders: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean velocity about each beat, `(b,)`, in steps of `LEVEL_BEATS`, as a page writes dynamics."""
    count = len(borders) - 1
    group = np.clip(np.searchsorted(borders, notes["onset_sec"], "right") - 1, 0, count - 1) // LEVEL_BEATS
    groups = -(-count // LEVEL_BEATS)
    number = np.bincount(group, minlength=groups)
    mean = np.bincount(group, notes["velocity"].astype(np.float64), minlength=groups) / np.maximum(number, 1)
    known = np.flatnonzero(number)
    steps = np.interp(np.arange(groups), known, mean[known])
    return np.asarray(np.repeat(np.clip(np.rint(steps), 1, 127), LEVEL_BEATS)[:count])
