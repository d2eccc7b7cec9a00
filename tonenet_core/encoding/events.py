"""One row of features a note: of itself, and of its position in chord, line, bar and surroundings.

Every feature is computed from notes, beats and pedal and none from velocities. They are scaled by constants to lie
near -2..2, so that nothing about the training data has to be remembered. The tree baselines see the same rows.
"""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
from numpy.typing import NDArray

from tonenet_core.performance import NOTE_DTYPE, PEDAL_DTYPE, Piece

CHORD_SEC = 0.05  # notes that follow a chord's first note by at most this belong to it
NEIGHBOURS = 17  # notes in the moving statistics, this one in the middle
MIDDLE = 64.0  # pitch
PEDAL_DOWN = 64
ROUNDING_SEC = 0.002  # ticks round onsets: notes half a second apart in a score are so on every grid
SHORTEST_SEC, LONGEST_SEC = 0.01, 8.0

Columns = dict[str, NDArray[np.float64]]


def encode_events(piece: Piece) -> NDArray[np.float32]:
    """Return the features of each note, `(n, len(FEATURES))`, in the order of the notes and of `FEATURES`."""
    if not len(piece.notes):
        return np.zeros((0, len(FEATURES)), np.float32)
    return np.stack(list(_columns(piece).values()), axis=1).astype(np.float32)


def _columns(piece: Piece) -> Columns:
    """Return every feature of each note by its name."""
    notes = piece.notes
    onset = notes["onset_sec"].astype(np.float64)
    duration = notes["duration_sec"].astype(np.float64)
    pitch = notes["pitch"].astype(np.float64)
    return {
        **_note(pitch, duration),
        **_chord(onset, duration, pitch),
        **_surroundings(onset, duration, pitch),
        **_place(onset),
        **_metre(onset, piece),
        **_pedal(onset, piece),
    }


def _log_sec(seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a span in octaves above or below half a second, halved: about -2.8..2."""
    return np.log2(np.clip(seconds, SHORTEST_SEC, LONGEST_SEC) / 0.5) / 2


def _note(pitch: NDArray[np.float64], duration: NDArray[np.float64]) -> Columns:
    clock = 2 * np.pi * pitch / 12
    fifths = 2 * np.pi * pitch * 7 / 12
    return {
        "pitch": (pitch - MIDDLE) / 16,
        "pitch_class_sin": np.sin(clock),
        "pitch_class_cos": np.cos(clock),
        "fifths_sin": np.sin(fifths),
        "fifths_cos": np.cos(fifths),
        "black_key": np.isin(pitch % 12, [1, 3, 6, 8, 10]).astype(np.float64),
        "log_duration": _log_sec(duration),
    }


def chord_of(onset: NDArray[np.float64], window_sec: float = CHORD_SEC) -> NDArray[np.int64]:
    """Return for each note the number of its chord, rising from 0: notes within a window after the chord's first."""
    times, first, starts = onset.tolist(), 0, []
    while first < len(times):
        starts.append(first)
        first = bisect_right(times, times[first] + window_sec, first + 1)
    chord = np.zeros(len(times), np.int64)
    chord[starts[1:]] = 1
    return np.cumsum(chord)


def _chord(onset: NDArray[np.float64], duration: NDArray[np.float64], pitch: NDArray[np.float64]) -> Columns:
    chord = chord_of(onset)
    first = np.flatnonzero(np.diff(chord, prepend=-1))
    size = np.diff(first, append=len(onset))
    by_pitch = np.lexsort((pitch, chord))
    rank = np.empty(len(onset))
    rank[by_pitch] = np.arange(len(onset)) - np.repeat(first, size)
    top, bottom = np.maximum.reduceat(pitch, first), np.minimum.reduceat(pitch, first)
    longest = np.maximum.reduceat(duration, first)
    time = onset[first]
    gap = np.diff(time)  # between chords
    before = np.concatenate([[LONGEST_SEC], gap])
    after = np.concatenate([gap, [LONGEST_SEC]])
    top_step, bottom_step = np.diff(top), np.diff(bottom)
    from_top = size[chord] - 1 - rank
    usual_gap = _moving_mean(_log_sec(before), NEIGHBOURS)
    columns = {
        "log_gap_before": _log_sec(before),
        "log_gap_after": _log_sec(after),
        "log_gap_before_usual": _log_sec(before) - usual_gap,
        "log_gap_after_usual": _log_sec(after) - usual_gap,
        "chord_size": (size - 2.0) / 2,
        "chord_span": (top - bottom - 8) / 10,
        "top_from_before": np.concatenate([[0], top_step]) / 8,
        "top_to_next": np.concatenate([top_step, [0]]) / 8,
        "bottom_from_before": np.concatenate([[0], bottom_step]) / 8,
        "bottom_to_next": np.concatenate([bottom_step, [0]]) / 8,
    }
    by_note = {name: np.clip(values, -4, 4)[chord] for name, values in columns.items()}
    above_before = pitch - np.concatenate([top[:1], top[:-1]])[chord]
    below_before = pitch - np.concatenate([bottom[:1], bottom[:-1]])[chord]
    return by_note | {
        "rank_from_bottom": np.minimum(rank, 8) / 2,
        "rank_from_top": np.minimum(from_top, 8) / 2,
        "is_top": (from_top == 0).astype(np.float64),
        "is_bottom": (rank == 0).astype(np.float64),
        "chord_lag": (onset - time[chord]) / 0.02,
        "duration_over_gap": np.clip(_log_sec(duration) - _log_sec(after)[chord], -4, 4),
        "duration_over_chord": np.clip(_log_sec(duration) - _log_sec(longest)[chord], -4, 0),
        "to_top_before": np.clip(above_before / 12, -4, 4),
        "to_bottom_before": np.clip(below_before / 12, -4, 4),
    }


def _surroundings(onset: NDArray[np.float64], duration: NDArray[np.float64], pitch: NDArray[np.float64]) -> Columns:
    ends = np.sort(onset + duration)
    sounding = np.arange(1, len(onset) + 1) - np.searchsorted(ends, onset, "right")
    density = {
        f"density_{name}": np.log2(_around(onset, reach + ROUNDING_SEC) / usual) / 1.5
        for name, reach, usual in (("half_sec", 0.25, 4), ("two_sec", 1.0, 16), ("eight_sec", 4.0, 64))
    }
    log_duration = _log_sec(duration)
    around = np.lib.stride_tricks.sliding_window_view(np.pad(pitch, NEIGHBOURS // 2, mode="edge"), NEIGHBOURS)
    mean = around.mean(axis=1)
    return {
        "sounding": np.clip(np.log2(np.maximum(sounding, 1)) - 2, -2, 4),
        **density,
        "pitch_over_mean": np.clip((pitch - mean) / 12, -4, 4),
        "pitch_mean": (mean - MIDDLE) / 12,
        "pitch_sd": around.std(axis=1) / 10 - 1,
        "pitch_over_min": (pitch - around.min(axis=1)) / 16 - 1,
        "pitch_under_max": (around.max(axis=1) - pitch) / 16 - 1,
        "log_duration_usual": log_duration - _moving_mean(log_duration, NEIGHBOURS),
        "log_since_same_key": _since_same_key(onset, pitch),
    }


def _around(onset: NDArray[np.float64], reach: float) -> NDArray[np.int64]:
    """Return how many notes begin at most `reach` seconds before or after each."""
    return np.searchsorted(onset, onset + reach, "right") - np.searchsorted(onset, onset - reach, "left")


def _moving_mean(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Return the mean over `width` values around each; beyond the ends the first and last value are repeated."""
    padded = np.pad(values, width // 2, mode="edge")
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, width).mean(axis=1))


def _since_same_key(onset: NDArray[np.float64], pitch: NDArray[np.float64]) -> NDArray[np.float64]:
    order = np.lexsort((onset, pitch))
    since = np.full(len(onset), LONGEST_SEC)
    same = np.diff(pitch[order]) == 0
    since[order[1:][same]] = np.diff(onset[order])[same]
    return _log_sec(since)


def _place(onset: NDArray[np.float64]) -> Columns:
    return {
        "position": np.linspace(-1, 1, len(onset)) if len(onset) > 1 else np.zeros(1),
        "log_from_start": _log_sec(onset - onset[0]),
        "log_to_end": _log_sec(onset[-1] - onset),
    }


def _metre(onset: NDArray[np.float64], piece: Piece) -> Columns:
    """Return where in its beat and its bar each note is; all zero in a free recording."""
    beat = _phase(onset, piece.beats_sec)
    bar = _phase(onset, piece.downbeats_sec)
    columns = {}
    for name, phase, harmonics in (("beat", beat, (1, 2, 4)), ("bar", bar, (1, 2, 4))):
        for harmonic in harmonics:
            angle = 2 * np.pi * harmonic * (np.zeros(len(onset)) if phase is None else phase)
            known = 0.0 if phase is None else 1.0
            columns[f"{name}_sin_{harmonic}"] = known * np.sin(angle)
            columns[f"{name}_cos_{harmonic}"] = known * np.cos(angle)
    lengths = np.diff(piece.beats_sec)
    if beat is None or not len(lengths):
        columns["log_beat"] = np.zeros(len(onset))
    else:
        at = np.clip(np.searchsorted(piece.beats_sec, onset, "right") - 1, 0, len(lengths) - 1)
        columns["log_beat"] = _log_sec(lengths[at])
    return columns


def _phase(onset: NDArray[np.float64], marks: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return 0..1 between the marks, continued beyond them; None without marks."""
    if len(marks) < 2:
        return None
    at = np.clip(np.searchsorted(marks, onset, "right") - 1, 0, len(marks) - 2)
    span = np.maximum(marks[at + 1] - marks[at], 1e-6)
    return np.asarray(np.mod((onset - marks[at]) / span, 1.0))


def _pedal(onset: NDArray[np.float64], piece: Piece) -> Columns:
    """Return how far the sustain pedal is down and for how long it has been; all zero in a piece without pedal."""
    pedal = piece.pedal
    if not np.any(pedal["value"]):
        return {name: np.zeros(len(onset)) for name in ("pedal", "log_since_pedal")}
    before = np.searchsorted(pedal["time_sec"], onset, "right") - 1
    value = np.where(before >= 0, pedal["value"][np.maximum(before, 0)], 0).astype(np.float64)
    down = pedal["value"] >= PEDAL_DOWN
    presses = pedal["time_sec"][down & ~np.concatenate([[False], down[:-1]])]
    press = np.searchsorted(presses, onset, "right") - 1
    since = np.where(press >= 0, onset - presses[np.maximum(press, 0)] if len(presses) else LONGEST_SEC, LONGEST_SEC)
    return {"pedal": value / 64 - 1, "log_since_pedal": _log_sec(since)}


_ONE_NOTE = Piece(np.zeros(1, NOTE_DTYPE), np.zeros(0), np.zeros(0), np.zeros(0, PEDAL_DTYPE))
FEATURES = tuple(_columns(_ONE_NOTE))
"""The names of the columns."""

METRE = tuple(name for name in FEATURES if name.startswith(("beat_", "bar_", "log_beat")))
PEDAL = ("pedal", "log_since_pedal")
LAG = "chord_lag"
LENGTHS = ("log_duration", "duration_over_gap", "duration_over_chord", "sounding", "log_duration_usual")
"""Columns that also tell which recording a piece comes from: training hides them at random."""
