"""The Performances of takes, as they sound; those that were used last are kept."""

from __future__ import annotations

from collections import OrderedDict

from app.documents.history import Take
from tonenet_core.parts.render import Rendered, render

RENDERED = 12  # takes whose Performances are kept: those that the keys switch between, and a few more


class Renderings:
    """The Performances of the takes that were used last, so that a switch between them computes nothing.

    Of each take there is one, of its latest state.
    """

    def __init__(self) -> None:
        """Start without any."""
        self._kept: OrderedDict[int, tuple[Take, Rendered]] = OrderedDict()

    def known(self, take: Take) -> Rendered | None:
        """Return a take, its notes where they sound, if it is kept as it is now."""
        known, rendered = self._kept.get(take.number, (None, None))
        return rendered if known is not None and _sound_alike(known, take) else None

    def of(self, take: Take) -> Rendered:
        """Return a take, its notes where they sound; the same object until its settings change."""
        rendered = self.known(take) or make(take)
        self.keep(take, rendered)
        return rendered

    def keep(self, take: Take, rendered: Rendered) -> None:
        """Keep a take that was made, as the one that was used last."""
        self._kept[take.number] = take, rendered
        self._kept.move_to_end(take.number)
        while len(self._kept) > RENDERED:
            self._kept.popitem(last=False)


def make(take: Take) -> Rendered:
    """Return a take, its notes where they sound; may be called on any thread."""
    return render(
        take.performance,
        take.interpretation,
        take.strength,
        take.accents,
        level=take.level,
        parts=take.parts,
        passage=take.passage,
        edits=take.edits,
        hands=take.hands,
    )


renderings = Renderings()


def _sound_alike(one: Take, other: Take) -> bool:
    """Whether two states of one take differ in name and star alone."""
    same_run = one.performance is other.performance and one.interpretation is other.interpretation
    amounts = (
        (take.strength, take.accents, take.level, take.parts, take.passage, take.hands, take.edits)
        for take in (one, other)
    )
    return same_run and next(amounts) == next(amounts)
