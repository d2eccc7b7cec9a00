"""Tempo: the periods of the beats, and seconds as places among beats."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tonenet_core.encoding.written import beat_at

STEADY = 0.002  # change of the log period, below what anybody hears
STEADY_SHARE = 0.95  # of the beats; the others may be a final ritardando or another movement
ANOTHER_TEMPO = 0.35  # difference of two sections' log periods, by which no player wavers for so long
SHORTEST_SECTION = 24  # beats
GLIDE = 4  # steps of a beat in which the tempo glides

Seconds = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Tempo:
    """Tempo curve.

    Attributes:
        log_period: `(b - 1,)`, the logarithm of each beat's seconds.
    """

    log_period: NDArray[np.float64]

    @property
    def beats_a_minute(self) -> float:
        """Mean tempo over the whole length; NaN without beats."""
        return 60 / float(np.mean(np.exp(self.log_period))) if len(self.log_period) else float("nan")

    @property
    def range(self) -> tuple[float, float]:
        """Tempo that 5 % of the beats are slower than, and that 5 % are faster than, in beats a minute."""
        if not len(self.log_period):
            return float("nan"), float("nan")
        slow, fast = np.exp(-np.quantile(self.log_period, [0.95, 0.05])) * 60
        return float(slow), float(fast)

    @property
    def sd(self) -> float:
        """Standard deviation of the log period; NaN without beats."""
        return float(np.std(self.log_period)) if len(self.log_period) else float("nan")

    @property
    def is_to_a_click(self) -> bool:
        """Whether the tempo is constant, or changes at a few places only."""
        change = np.abs(np.diff(self.log_period))
        return bool(len(self.log_period)) and float(np.mean(np.append(change, 0.0) < STEADY)) >= STEADY_SHARE


def find_tempo(beats_sec: Seconds) -> Tempo:
    """Return the tempo curve of beats, `(b,)` ascending; an empty one for fewer than two."""
    return Tempo(np.log(np.diff(beats_sec)) if len(beats_sec) > 1 else np.zeros(0))


def beats_at(beats_sec: Seconds, seconds: Seconds) -> NDArray[np.float64]:
    """Return the place of each time among beats, counted from the first; outside them the tempo goes on."""
    return np.asarray(beat_at(seconds, beats_sec))


def seconds_at(beats_sec: Seconds, places: NDArray[np.float64]) -> Seconds:
    """Return when places among beats are reached, the inverse of `beats_at`."""
    row = np.clip(np.floor(places), 0, len(beats_sec) - 2).astype(np.int64)
    return np.asarray(beats_sec[row] + (places - row) * (beats_sec[row + 1] - beats_sec[row]))


def find_sections(log_period: NDArray[np.float64]) -> list[int]:
    """Return where sections in another tempo begin: beats, ascending, from 0 to the number of beats."""
    count, reach = len(log_period), SHORTEST_SECTION
    if count < 2 * reach:
        return [0, count]
    middle = np.median(np.lib.stride_tricks.sliding_window_view(log_period, reach), axis=1)
    change = np.abs(middle[reach:] - middle[:-reach])  # at the beats from `reach` on
    found: list[int] = []
    for place in np.argsort(-change, kind="stable"):
        if change[place] <= ANOTHER_TEMPO / 2:
            break
        beat = int(place) + reach
        if all(abs(beat - other) >= reach for other in found):
            found.append(beat)
    begins = [0, *sorted(_exact_beginning(log_period, beat) for beat in found), count]
    while len(begins) > 2:  # neighbours in about the same tempo are one section, the most alike first
        levels = [np.median(log_period[begin:end]) for begin, end in pairwise(begins)]
        is_short = np.diff(begins) < reach
        steps = np.where(is_short[1:] | is_short[:-1], 0.0, np.abs(np.diff(levels)))
        if steps.min() > ANOTHER_TEMPO:
            break
        begins.pop(int(np.argmin(steps)) + 1)
    return begins


def _exact_beginning(log_period: NDArray[np.float64], beat: int) -> int:
    """Return the beat near one that divides best what is nearer the tempo before from what is nearer the one after."""
    near = np.arange(beat - SHORTEST_SECTION // 2 + 1, beat + SHORTEST_SECTION // 2)
    before = np.median(log_period[beat - SHORTEST_SECTION : beat])
    after = np.median(log_period[beat : beat + SHORTEST_SECTION])
    side = np.where(np.abs(log_period[near] - before) < np.abs(log_period[near] - after), 1, -1)
    return int(near[0] + np.argmax(np.concatenate([[0], np.cumsum(side)])[:-1]))


def glide(log_period: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log periods of the quarters of beats, `(b, GLIDE)`, whose tempo glides from each beat to the next.

    They lie on lines from the middle of a beat to that of the next one; each beat takes as long as it did.

    Args:
        log_period: `(b,)`, of the beats, or its change.
    """
    count = np.arange(len(log_period))
    if not len(count):
        return np.zeros((0, GLIDE))
    fine = np.interp(count[:, None] + (np.arange(GLIDE) + 0.5) / GLIDE, count + 0.5, log_period)
    return np.asarray(fine + (log_period - np.log(np.mean(np.exp(fine), axis=1)))[:, None])


def glided(log_period: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where places among beats `(k,)` are struck in a tempo that glides, as shares of the beats' time.

    Args:
        log_period: `(b,)`, of the beats, or its change.
        places: counted from the first beat; outside of the beats they stay.
    """
    quarters = np.exp(glide(log_period))
    quarters /= quarters.sum(axis=1, keepdims=True)
    times = np.concatenate([[0.0], np.cumsum(quarters)])
    inside = (places > 0) & (places < len(log_period))
    return np.where(inside, np.interp(places * GLIDE, np.arange(len(times)), times), places)


def keep_length(log_period: NDArray[np.float64], change: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return changes of log periods, `(b - 1,)` each, that leave the sum of the periods as it is.

    Beats that do not change stay, and so do the beats behind those that do.
    """
    changes = change != 0
    if not changes.any():
        return change
    period = np.exp(log_period[changes])
    kept = change.copy()
    kept[changes] -= np.log((period * np.exp(change[changes])).sum() / period.sum())
    return kept
