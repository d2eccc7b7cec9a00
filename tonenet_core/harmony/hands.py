"""Hands: which of them plays a note, and whether two hands can play what is struck at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tonenet_core.encoding.events import chord_of

FINGERS = 5
SPAN = 14
"""Semitones that a hand reaches: a ninth."""
LEFT, RIGHT = 0, 1
_MEMORY = 0.6  # share of a hand's place that is kept at each stroke
_USUAL_PLACES = (48.0, 69.0)
_STRETCH = 4.0  # cost a semitone beyond the span, and a note beyond the fingers

Notes = NDArray[np.void]


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


def split_hands(notes: Notes) -> NDArray[np.uint8]:
    """Return the hand of each note, `(n,)`, `LEFT` or `RIGHT`.

    Each stroke is cut in two where both hands reach their keys and move least.

    Args:
        notes: in the order of onset, then pitch.
    """
    hand = np.zeros(len(notes), np.uint8)
    places = list(_USUAL_PLACES)
    for first, last in _strokes(notes):
        order = first + np.argsort(notes["pitch"][first:last], kind="stable")
        keys = notes["pitch"][order].astype(int).tolist()
        cut = min(range(len(keys) + 1), key=lambda cut: _cost(keys, cut, places))
        hand[order[cut:]] = RIGHT
        for side, own in ((LEFT, keys[:cut]), (RIGHT, keys[cut:])):
            if own:
                places[side] = _MEMORY * places[side] + (1 - _MEMORY) * sum(own) / len(own)
    return hand


def _cost(keys: list[int], cut: int, places: list[float]) -> float:
    cost = 0.0
    for place, own in zip(places, (keys[:cut], keys[cut:]), strict=True):
        if own:
            cost += _STRETCH * (max(0, own[-1] - own[0] - SPAN) + max(0, len(own) - FINGERS))
            cost += sum(abs(key - place) for key in own)
    return cost


def _fits(keys: list[int]) -> bool:
    return not keys or (len(keys) <= FINGERS and keys[-1] - keys[0] <= SPAN)


def _strokes(notes: Notes) -> list[tuple[int, int]]:
    borders = np.append(np.flatnonzero(np.diff(chord_of(notes["onset_sec"]), prepend=-1)), len(notes)).tolist()
    return list(pairwise(borders))
