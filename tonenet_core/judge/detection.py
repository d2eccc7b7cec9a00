"""Detection of the style that a piece is played in: by the judge where it is sure, otherwise by a model.

The judge looks at how the notes differ in loudness and was fitted to two styles. A model's likelihood knows every style
that the model plays, and always has an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tonenet_core.judge.judge import FEWEST, Verdict

# Nats a note by which a style has to be likelier than the others. On `valid` a piece's own style leads by .11 to .41,
# but by .01 for two of eight pieces by unseen jazz pianists.
SURE_LEAD = 0.1


@dataclass(frozen=True)
class Detection:
    """The style that a piece was found to be played in.

    Attributes:
        style: the likeliest.
        probability: of that style, .8..1; None where the judge was not sure, and the model's likelihood decided.
        by: "judge" or "model".
        is_sure: whether there is little doubt.
    """

    style: str
    probability: float | None
    by: Literal["judge", "model"]
    is_sure: bool


def detect(likelihood: Mapping[str, float], notes: int, verdict: Verdict | None = None) -> Detection:
    """Return the style that a piece is played in.

    Args:
        likelihood: of each style that a model plays, in nats a note.
        notes: the number of notes; of fewer than 50 nobody is sure.
        verdict: the judge's; without effect if the likeliest style is none of the judge's.
    """
    ranked = sorted(likelihood, key=lambda style: -likelihood[style])
    likeliest = ranked[0]
    if verdict is not None and verdict.named is not None:
        named = verdict.named
        if named in likelihood and likeliest in verdict.probability:
            return Detection(named, verdict.probability[named], "judge", True)
    lead = likelihood[likeliest] - likelihood[ranked[1]] if len(ranked) > 1 else 0.0
    return Detection(likeliest, None, "model", notes >= FEWEST and lead >= SURE_LEAD)
