"""Rhythms of accompaniments, a bar or a part of one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tonenet_core.arranging.lead_sheet import LeadSheet

Event = tuple[float, str, float]
"""Place in the group of beats, role, length in beats."""
PHRASE_BARS = 4


@dataclass(frozen=True)
class Group:
    """Beats that a pattern fills.

    Attributes:
        start: the first of them.
        beats: their number, 1..4.
        phrase: number of the phrase.
        is_last: whether the phrase ends with them.
    """

    start: int
    beats: int
    phrase: int
    is_last: bool


def groups(sheet: LeadSheet) -> Iterator[Group]:
    """Yield the groups of beats of a piece: its bars of up to four beats, and parts of longer ones."""
    bars = sheet.bars()
    for number, (start, beats) in enumerate(bars):
        sizes = _sizes(beats)
        for place, size in enumerate(sizes):
            is_last = number % PHRASE_BARS == PHRASE_BARS - 1 and place == len(sizes) - 1
            yield Group(start + sum(sizes[:place]), size, number // PHRASE_BARS, is_last)


def _sizes(beats: int) -> list[int]:
    """Return the parts of a bar, each of four beats at most, threes first where they go up."""
    if beats <= 4:
        return [beats]
    size = 3 if beats % 3 == 0 else 4
    return [size, *_sizes(beats - size)]


def fitted(pattern: tuple[Event, ...], beats: int) -> list[Event]:
    """Return the events of a pattern that begin within some beats, held no longer than them."""
    return [(place, role, min(length, beats - place + 0.5)) for place, role, length in pattern if place < beats]
