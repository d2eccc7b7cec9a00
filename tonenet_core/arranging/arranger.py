"""The arranger: accompaniments by rule, without anything learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tonenet_core.progress import Progress, no_progress, stretch

if TYPE_CHECKING:
    from tonenet_core.arranging.lead_sheet import LeadSheet


class Arranger:
    """Accompaniments by rule in two styles; a `models.base.AccompanimentModel`."""

    styles: tuple[str, ...] = ("classical", "jazz")

    def accompany(
        self,
        sheet: LeadSheet,
        style: str,
        seed: int = 0,
        temperature: float = 1.0,
        progress: Progress = no_progress,
    ) -> NDArray[np.void]:
        """Return an accompaniment; the temperature has no effect on rules.

        Raises:
            KeyError: if there are no rules for the style.
            Cancelled: if `progress` asks to stop.
        """
        from tonenet_core.arranging.classical import classical_strokes
        from tonenet_core.arranging.jazz import jazz_strokes
        from tonenet_core.arranging.strokes import notes_of

        rules = {"classical": classical_strokes, "jazz": jazz_strokes}
        strokes = rules[style](sheet, np.random.default_rng(seed), stretch(progress, 0.0, 0.7))
        made = notes_of(strokes, sheet, stretch(progress, 0.7, 1.0))
        progress(1.0)
        return made
