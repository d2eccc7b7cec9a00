"""The form of a folk tune: parts that are played twice, A A B B.

A generator whose memory is a few bars writes phrases, but no part that returns. So each part is written once, up to its
end, and repeated; the next part is written with both as context.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from tonenet_core.encoding.tokens import TokenSequence

SHORT_PART, PART = 4, 8  # bars; pieces without room for two long parts and their repeats have short ones

Write = Callable[[TokenSequence, int], TokenSequence]
"""A beginning, and the number of bars of the whole -> the whole, which begins with it."""


class Part(NamedTuple):
    """Bars `begin` to `end` of a piece, written once; `twice`: their repeat follows."""

    begin: int
    end: int
    twice: bool


def parts(begun_bars: int, bars: int) -> list[Part]:
    """Return the parts of a piece of `bars` bars in their order, played twice as long as there is room.

    Args:
        begun_bars: bars that are there already; the first part is made long enough for them.
        bars: of the whole piece, with repeats.
    """
    length = PART if bars >= 4 * PART else SHORT_PART
    length *= begun_bars // length + 1
    found, done = [], 0
    while done < bars:
        end = min(done + length, bars)
        found.append(Part(done, end, end + length <= bars and end - done == length))
        done = end + length if found[-1].twice else end
    return found


def with_repeats(begun: TokenSequence, bars: int, write: Write) -> TokenSequence:
    """Return a piece of `bars` bars made of `parts`.

    If parts begin with a pickup, the last bar before it is shorter by its length, so a part can follow itself.

    Args:
        begun: the beginning of the first part.
        bars: of the whole piece.
        write: continues a beginning.
    """
    tune = begun
    for part in parts(begun.bars(), bars):
        known = 0 if not part.begin else len(tune.tokens)
        tune = write(tune, part.end)
        if part.twice:
            tune = replace(tune, tokens=tune.tokens + tune.tokens[known:])
    return tune
