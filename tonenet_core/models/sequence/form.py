"""The form of a folk tune: parts that are played twice, A A B B.

A generator whose memory is a few bars writes phrases, but no part that returns. So each part is written once, up to its
end, and repeated; the next part is written with both as context.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tonenet_core.encoding.tokens import TokenSequence

SHORT_PART, PART = 4, 8  # bars; pieces without room for two long parts and their repeats have short ones

Write = Callable[[TokenSequence, int], TokenSequence]
"""A beginning, and the number of bars of the whole -> the whole, which begins with it."""


def with_repeats(begun: TokenSequence, bars: int, write: Write) -> TokenSequence:
    """Return a piece of `bars` bars whose parts are played twice as long as there is room.

    If parts begin with a pickup, the last bar before it is shorter by its length, so a part can follow itself.

    Args:
        begun: the beginning of the first part, which is made long enough for it.
        bars: of the whole piece.
        write: continues a beginning.
    """
    part = PART if bars >= 4 * PART else SHORT_PART
    part *= begun.bars() // part + 1
    tune, done = begun, 0
    while done < bars:
        known = 0 if not done else len(tune.tokens)
        end = min(done + part, bars)
        tune = write(tune, end)
        if end + part <= bars and end - done == part:
            tune = replace(tune, tokens=tune.tokens + tune.tokens[known:])
            end += part
        done = end
    return tune
