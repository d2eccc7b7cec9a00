"""The form of a tune: parts that are played twice, A A B B, as in folk tunes.

A generator that remembers some bars writes phrases, but no part that comes back. So each part is written once, towards
an end of its own, and repeated; the next one is written knowing both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tonenet_core.encoding.tokens import TokenSequence

SHORT_PART, PART = 4, 8  # bars; tunes that have no room for two long parts and their repeats have short ones

Write = Callable[[TokenSequence, int], TokenSequence]
"""What there is of a tune, and how many bars it shall have -> the tune, which begins with that."""


def with_repeats(begun: TokenSequence, bars: int, write: Write) -> TokenSequence:
    """Return a tune of so many bars whose parts are played twice, as long as there is room.

    Where parts begin with an upbeat, the bar before it is as much shorter: so a part can follow itself, as the tune
    could be played again.

    Args:
        begun: the beginning of the first part, which is as long as it needs to be.
        bars: of the whole tune.
        write: goes on with it.
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
