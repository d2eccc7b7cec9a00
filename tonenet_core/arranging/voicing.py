"""Voicings: which keys a chord is played on, near those of the chord before."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tonenet_core.harmony.chords import Chord

LOWEST_BASS, HIGHEST_BASS = 29, 47
LOWEST_CHORD = 45  # closer chords are muddy below
JAZZ: dict[str, tuple[int, ...]] = {
    "": (4, 9, 2, 7),
    "m": (3, 10, 2, 7),
    "7": (4, 10, 9, 2),
    "maj7": (4, 11, 2, 7),
    "m7": (3, 10, 2, 7),
    "m7b5": (3, 10, 6, 0),
    "dim7": (3, 9, 6, 0),
    "m6": (3, 9, 2, 7),
    "6": (4, 9, 2, 7),
    "dim": (3, 9, 6, 0),
    "aug": (4, 10, 8, 2),
    "sus4": (5, 10, 2, 7),
    "7sus4": (5, 10, 2, 7),
    "mmaj7": (3, 11, 2, 7),
}
"""Tones of a chord without its root, as a jazz pianist's left hand takes them: guide tones first, then colours.

Source: M. Levine, The Jazz Piano Book, 1989, chapter 7 (left-hand voicings).
"""


@dataclass(frozen=True)
class Wish:
    """How a chord should lie.

    Attributes:
        low: lowest pitch.
        high: highest pitch.
        middle: pitch about which it should lie.
        size: number of notes, if there is room for them.
    """

    low: int
    high: int
    middle: float
    size: int


_ROOT, _THIRD, _SEVENTH, _FIFTH, _COLOUR = 0.0, 0.3, 0.3, 0.1, 0.2
"""How much a tone is wanted besides what of it sounds in the piece; the bass has the root already."""
_HEARD_JAZZ, _HEARD_CLASSICAL = 0.6, 0.4  # weight of the piece's chroma against that; chosen on `valid`


def jazz_tones(chord: Chord, heard: NDArray[np.float64]) -> tuple[int, ...]:
    """Return the pitch classes of a jazz voicing, the most wanted first: guide tones, what the piece has, colours.

    Args:
        chord: the chord.
        heard: `(12,)`, the chroma of the piece where the voicing stands.
    """
    third, seventh, *colours = ((chord.root + interval) % 12 for interval in JAZZ[chord.quality])
    wanted = dict.fromkeys(colours, _COLOUR) | dict.fromkeys(chord.pitch_classes[2:], _FIFTH)
    wanted |= {chord.root: _ROOT, third: _THIRD, seventh: _SEVENTH}
    return tuple(sorted(wanted, key=lambda tone: (-wanted[tone] - _HEARD_JAZZ * float(heard[tone]), tone)))


def plain_tones(chord: Chord, heard: NDArray[np.float64]) -> tuple[int, ...]:
    """Return the pitch classes of a classical voicing, the most wanted first; args as in `jazz_tones`."""
    root, third, *others = chord.pitch_classes
    wanted = {third: _THIRD, root: _SEVENTH} | dict.fromkeys(others, 0.1)
    return tuple(sorted(wanted, key=lambda tone: (-wanted[tone] - _HEARD_CLASSICAL * float(heard[tone]), tone)))


def voice(
    tones: tuple[int, ...],
    wish: Wish,
    before: NDArray[np.int64],
    melody: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Return the pitches of a chord, ascending; fewer than wished where there is little room, and none without any.

    Args:
        tones: pitch classes, the most telling first.
        wish: see there.
        before: the chord before, ascending; may be empty.
        melody: pitches that sound above it.
        rng: decides between voicings that are as good.
    """
    for size in range(min(wish.size, len(tones)), 0, -1):
        found = _voicings(tones[: max(size, 2)], size, wish)
        if found:
            costs = [_cost(each, wish, before, melody) + rng.uniform(0.0, 1.5) for each in found]
            return found[int(np.argmin(costs))]
    return np.zeros(0, np.int64)


def _voicings(tones: tuple[int, ...], size: int, wish: Wish) -> list[NDArray[np.int64]]:
    """Return the close positions of a chord within the bounds."""
    keys = [key for key in range(wish.low, wish.high + 1) if key % 12 in tones]
    found = []
    for place in range(len(keys) - size + 1):
        reach = [key for key in keys[place + 1 :] if key - keys[place] <= 12]
        for others in combinations(reach, size - 1):
            chosen = (keys[place], *others)
            if len({key % 12 for key in chosen}) == size:
                found.append(np.array(chosen, np.int64))
    return found


def _cost(pitches: NDArray[np.int64], wish: Wish, before: NDArray[np.int64], melody: NDArray[np.int64]) -> float:
    cost = 0.5 * abs(float(pitches.mean()) - wish.middle)
    if len(before):
        cost += float(np.abs(pitches[:, None] - before).min(axis=1).sum())
    cost += 6.0 * float(np.any((melody[:, None] - pitches) % 12 == 1))  # a minor ninth under the melody
    cost += 2.0 * float(np.sum(np.diff(pitches) == 1)) * float(pitches[0] < 52)
    return cost


def bass_of(pitch_class: int, before: int, ceiling: int) -> int | None:
    """Return the bass note of a pitch class that is nearest to the one before; None if there is no room for one."""
    room = [key for key in range(LOWEST_BASS, min(HIGHEST_BASS, ceiling) + 1) if key % 12 == pitch_class]
    return min(room, key=lambda key: (abs(key - before), key)) if room else None
