"""Sentences on a transfer for who reads them: all that changes, and what stays for who asked for it."""

from __future__ import annotations

from collections.abc import Collection

from tonenet_core.harmony.hands import Hands
from tonenet_core.interpretation import Interpretation, Part
from tonenet_core.parts.passage import scope_notices
from tonenet_core.parts.tempo import NO_BEATS
from tonenet_core.parts.time import ASIDES

KEPT: frozenset[str] = frozenset({NO_BEATS, *ASIDES})
"""Sentences that tell why something of the timing stays."""


def transfer_sentences(
    made: Interpretation, parts: Collection[Part], hands: Hands, strength: float, *, timing_asked: bool
) -> tuple[str, ...]:
    """Return the sentences on a model run and on what it leaves.

    Args:
        made: by the run.
        parts: that change.
        hands: that are played.
        strength: 0..1.5; at 0 nothing changes, and needs no reasons.
        timing_asked: whether the user has asked for something of the timing, which is played by default.
    """
    staying = scope_notices(made.time, parts, hands)
    if timing_asked:
        return *made.all_notices, *made.asides, *staying
    notices = [each for each in made.all_notices if strength or each not in KEPT]
    return *notices, *(staying if "pedal" in parts else ())
