"""Hands: which of them plays a note, and whether two hands can play what is struck at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from tonenet_core.encoding.events import chord_of
from tonenet_core.performance import Performance, Piece

FINGERS = 5
SPAN = 14
"""Semitones that a hand reaches: a ninth."""
LEFT, RIGHT = 0, 1
_MEMORY = 0.6  # share of a hand's place that is kept at each stroke
_USUAL_PLACES = (48.0, 69.0)
_STRETCH = 16.0  # cost a semitone beyond the span, and a note beyond the fingers
STAVES_APART, SMALLEST_STAFF = 5.0, 0.05  # semitones between the medians of two staves; share of the notes

Notes = NDArray[np.void]
_by_voice: WeakKeyDictionary[Piece, NDArray[np.uint8]] = WeakKeyDictionary()  # of long pieces it takes a while


@dataclass(frozen=True)
class Hands:
    """How far each hand is played in another style.

    Attributes:
        left: 0..1, share of the strength.
        right: 0..1, the same.
        split: which notes are whose, see `find_hands`.

    Raises:
        ValueError: if a share is out of range, or none is above 0.
    """

    left: float = 1.0
    right: float = 1.0
    split: int | None = None

    def __post_init__(self) -> None:
        if not (0 <= self.left <= 1 and 0 <= self.right <= 1):
            raise ValueError(f"shares of hands are 0..1, not {self.left} and {self.right}")
        if not (self.left or self.right):
            raise ValueError("one hand is played at least")

    @property
    def are_both(self) -> bool:
        """Whether both are played in full."""
        return self.left == self.right == 1

    @property
    def together(self) -> float:
        """How far what both hands share is played, such as the beat and the pedal: no further than either hand."""
        return min(self.left, self.right)

    def weights(self, piece: Piece) -> NDArray[np.float64]:
        """Return how far each note is played, `(n,)`."""
        return np.array([self.left, self.right])[find_hands(piece, self.split)]


BOTH_HANDS = Hands()


def is_playable(pitches: Sequence[int]) -> bool:
    """Return whether two hands can strike these pitches at once: at most five a hand, none wider than `SPAN`."""
    keys = sorted(set(pitches))
    return any(_fits(keys[:cut]) and _fits(keys[cut:]) for cut in range(len(keys) + 1))


def playable_additions(pitches: Sequence[int]) -> NDArray[np.bool_]:
    """Return for each pitch 0..127 whether it can be struck together with these, `(128,)`."""
    keys, added = sorted(set(pitches)), np.zeros(128, bool)
    for cut in range(len(keys) + 1):
        left, right = keys[:cut], keys[cut:]
        if not (_fits(left) and _fits(right)):
            continue
        low, high = (left[-1] + 1 if left else 0), (right[0] if right else 128)  # the keys between the hands
        if len(left) < FINGERS:
            added[(max(left[-1] - SPAN, 0) if left else 0) : min(left[0] + SPAN + 1, high) if left else high] = True
        if len(right) < FINGERS:
            added[(max(right[-1] - SPAN, low) if right else low) : right[0] + SPAN + 1 if right else 128] = True
    added[keys] = is_playable(keys)
    return added


def playable_share(notes: Notes) -> float:
    """Return the share of strokes that two hands can play, 0..1, by whole strokes; NaN without notes."""
    strokes = _strokes(notes)
    playable = [is_playable(notes["pitch"][first:last].tolist()) for first, last in strokes]
    return float(np.mean(playable)) if playable else float("nan")


def find_hands(piece: Piece, split: int | None = None) -> NDArray[np.uint8]:
    """Return the hand of each note of a piece, `(n,)`, `LEFT` or `RIGHT`.

    Args:
        piece: the piece.
        split: the lowest pitch of the right hand; None: each staff of a file that has two is a hand, and the notes of
            any other are split by voice, see `split_hands`.
    """
    if split is not None:
        return np.where(piece.notes["pitch"] >= split, RIGHT, LEFT).astype(np.uint8)
    if (found := _by_voice.get(piece)) is None:
        staves = _hands_of_staves(piece) if isinstance(piece, Performance) else None
        found = _by_voice[piece] = split_hands(piece.notes) if staves is None else staves
    return found


def _hands_of_staves(piece: Performance) -> NDArray[np.uint8] | None:
    """Return the hand of each note where the notes stand in two tracks or channels, one above the other; else None."""
    events = piece.file.events[piece.file.note_rows]
    staves, staff = np.unique(events["track"].astype(np.int64) * 16 + (events["status"] & 0x0F), return_inverse=True)
    if len(staves) != 2 or np.bincount(staff).min() < SMALLEST_STAFF * len(staff):
        return None
    first, second = (float(np.median(piece.notes["pitch"][staff == each])) for each in (0, 1))
    if abs(second - first) < STAVES_APART:
        return None
    return np.where(staff == int(second > first), RIGHT, LEFT).astype(np.uint8)


def split_hands(notes: Notes) -> NDArray[np.uint8]:
    """Return the hand of each note, `(n,)`, `LEFT` or `RIGHT`.

    Each stroke is cut in two where both hands reach their keys and move least.

    Args:
        notes: in the order of onset, then pitch.
    """
    hand = np.zeros(len(notes), np.uint8)
    places, pitch = list(_USUAL_PLACES), notes["pitch"].astype(int)
    for first, last in _strokes(notes):
        order = first + np.argsort(pitch[first:last], kind="stable") if last > first + 1 else np.array([first])
        keys = pitch[order].tolist()
        cut = _best_cut(keys, *places)
        hand[order[cut:]] = RIGHT
        for side, own in ((LEFT, keys[:cut]), (RIGHT, keys[cut:])):
            if own:
                places[side] = _MEMORY * places[side] + (1 - _MEMORY) * sum(own) / len(own)
    return hand


def _best_cut(keys: list[int], left: float, right: float) -> int:
    """Return how many of the keys of a stroke, the lowest first, are the left hand's; of equal cuts the lowest."""
    way_left = [0.0, *accumulate(abs(key - left) for key in keys)]
    way_right = [0.0, *accumulate(abs(key - right) for key in keys)]
    costs = [
        way_left[cut] + way_right[-1] - way_right[cut] + _stretch(keys[:cut]) + _stretch(keys[cut:])
        for cut in range(len(keys) + 1)
    ]
    return costs.index(min(costs))


def _stretch(keys: list[int]) -> float:
    return _STRETCH * (max(0, keys[-1] - keys[0] - SPAN) + max(0, len(keys) - FINGERS)) if keys else 0.0


def _fits(keys: list[int]) -> bool:
    return not keys or (len(keys) <= FINGERS and keys[-1] - keys[0] <= SPAN)


def _strokes(notes: Notes) -> list[tuple[int, int]]:
    borders = np.append(np.flatnonzero(np.diff(chord_of(notes["onset_sec"]), prepend=-1)), len(notes)).tolist()
    return list(pairwise(borders))
