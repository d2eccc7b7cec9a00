"""Ticks to seconds: tempo maps, SMPTE divisions and time signatures of Standard MIDI Files."""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

TEMPO_DTYPE = np.dtype([("tick", "i8"), ("time_sec", "f8"), ("sec_per_tick", "f8")])
"""One row a tempo, from its tick until the next row's; the first row is at tick 0."""

TIME_SIGNATURE_DTYPE = np.dtype([("tick", "i8"), ("numerator", "u1"), ("denominator", "u1")])
"""One row a time signature, from its tick until the next row's; the first row is at tick 0 (4/4 when none is given)."""

DEFAULT_TEMPO = 500_000  # microseconds a beat, 120 a minute


def smpte_tempo(division: int) -> NDArray[np.void]:
    """Return the one tempo, `(1,)` of `TEMPO_DTYPE`, of an SMPTE division (bit 15 set: ticks are parts of a frame)."""
    frames = 256 - (division >> 8)
    frames_per_sec = 30_000 / 1001 if frames == 29 else float(frames)  # 29 stands for drop-frame 29.97
    return np.array([(0, 0.0, 1 / (frames_per_sec * (division & 0xFF)))], TEMPO_DTYPE)


def tempo_map(changes: array[int], ticks_per_beat: int) -> NDArray[np.void]:
    """Return the tempos, `(k,)` of `TEMPO_DTYPE`, of tempo changes: tick, microseconds a beat, tick, ..."""
    rows = _latest_by_tick(np.concatenate([[[0, DEFAULT_TEMPO]], np.array(changes, np.int64).reshape(-1, 2)]))
    tempos = np.empty(len(rows), TEMPO_DTYPE)
    tempos["tick"] = rows[:, 0]
    tempos["sec_per_tick"] = rows[:, 1] / (1e6 * ticks_per_beat)
    spans = np.diff(tempos["tick"]) * tempos["sec_per_tick"][:-1]
    tempos["time_sec"] = np.concatenate([[0.0], np.cumsum(spans)])
    tempos.flags.writeable = False
    return tempos


def time_signatures(changes: array[int]) -> NDArray[np.void]:
    """Return the time signatures, `(s,)` of `TIME_SIGNATURE_DTYPE`, of changes: tick, numerator, power of two, ..."""
    rows = _latest_by_tick(np.concatenate([[[0, 4, 2]], np.array(changes, np.int64).reshape(-1, 3)]))
    signatures = np.empty(len(rows), TIME_SIGNATURE_DTYPE)
    signatures["tick"], signatures["numerator"], signatures["denominator"] = rows[:, 0], rows[:, 1], 1 << rows[:, 2]
    signatures.flags.writeable = False
    return signatures


def sec_at(tempos: NDArray[np.void], ticks: NDArray[np.number]) -> NDArray[np.float64]:
    """Return the seconds at which `ticks` (any shape, may be fractional) sound."""
    rows = tempos[np.maximum(np.searchsorted(tempos["tick"], ticks, side="right") - 1, 0)]
    seconds: NDArray[np.float64] = rows["time_sec"] + (ticks - rows["tick"]) * rows["sec_per_tick"]
    return seconds


def ticks_at(tempos: NDArray[np.void], seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the ticks, with their fractions, that sound at `seconds` (any shape); the inverse of `sec_at`."""
    rows = tempos[np.maximum(np.searchsorted(tempos["time_sec"], seconds, side="right") - 1, 0)]
    ticks: NDArray[np.float64] = rows["tick"] + (seconds - rows["time_sec"]) / rows["sec_per_tick"]
    return ticks


def _latest_by_tick(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sort rows by their tick and keep the last of those at one tick."""
    rows = rows[np.argsort(rows[:, 0], kind="stable")]
    kept: NDArray[np.int64] = rows[np.append(np.diff(rows[:, 0]) > 0, True)]
    return kept
