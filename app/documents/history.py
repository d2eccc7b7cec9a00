"""The takes of one piece, and the steps that led to them, for undo and redo."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from typing import Literal
from weakref import WeakKeyDictionary

from tonenet_core.editing.edits import NO_EDITS, Edits
from tonenet_core.harmony.hands import BOTH_HANDS, Hands
from tonenet_core.interpretation import DEFAULT_PARTS, Part, unchanged
from tonenet_core.performance import Performance
from tonenet_core.timing.passage import Passage
from tonenet_core.transfer import Interpretation, Level, Perform

Slider = Literal["", "strength", "accents", "hands"]
"""A slider whose moves are one step of undo; empty for anything that is chosen in one step."""

next_number = count(1).__next__
"""Returns the number of another take."""


@dataclass(frozen=True, eq=False)
class Take:
    """One result: a model run, and how much of it is applied.

    Attributes:
        performance: the piece that it was made of, with the tracks that are played.
        interpretation: the model run; takes of other strengths may share it. That of a take by hand leaves
            the piece as it was played.
        strength: 0..1.5.
        accents: 0..1.
        seed: seed of the run.
        model: the model's title.
        model_name: the model's name.
        source_style: the style that the user chose under "From"; None left it to the model.
        level: the loudness of the result.
        perform: whether the user wanted the piece performed.
        parts: of the performance that were changed.
        swing: log2 beat-upbeat ratio that the user chose; None left it to the style.
        rubato: 0..1.5, how far the tempo goes towards the style's, as the user chose; None left it to the piece.
        passage: that was played in the style; None: the whole piece.
        edits: velocities that the user has set by hand; they stay whatever strength, accents and level are.
        hands: how far each hand was.
        name: the user's; empty for none.
        starred: whether the user has marked it.
        number: the same for all states of one take, and another for every other take of the process; rises.
    """

    performance: Performance
    interpretation: Interpretation
    strength: float
    accents: float
    seed: int
    model: str
    model_name: str = ""
    source_style: str | None = None
    level: Level = "keep"
    perform: Perform = "auto"
    parts: tuple[Part, ...] = DEFAULT_PARTS
    swing: float | None = None
    rubato: float | None = None
    passage: Passage | None = None
    edits: Edits = NO_EDITS
    hands: Hands = BOTH_HANDS
    name: str = ""
    starred: bool = False
    number: int = field(default_factory=next_number)

    @classmethod
    def by_hand(cls, piece: Performance) -> Take:
        """Return a take of a piece as it was played, to be edited."""
        return cls(piece, unchanged(piece), strength=1.0, accents=0.0, seed=0, model="", parts=("dynamics",))

    @property
    def is_by_hand(self) -> bool:
        """Whether no model has made it: it is the piece as it was played, but for what was edited."""
        return not self.interpretation.style

    @property
    def seeded(self) -> bool:
        """Whether another seed may have given another result."""
        return self.interpretation.seeded

    def copy(self) -> Take:
        """Return another take that sounds the same, without a name."""
        return replace(self, name="", starred=False, number=next_number())

    def fresh(self) -> Take:
        """Return another take of the same model run, without a name and without edits."""
        return replace(self.copy(), edits=NO_EDITS)


@dataclass(frozen=True, eq=False)
class State:
    """The takes at one step.

    Attributes:
        takes: as they stand, in the order in which they were made.
        chosen: number of the current one; None for the original alone.
    """

    takes: tuple[Take, ...] = ()
    chosen: int | None = None

    @cached_property
    def current(self) -> Take | None:
        """The take that is shown, or None for the original alone."""
        return next((take for take in self.takes if take.number == self.chosen), None)

    def same(self, other: State) -> bool:
        """Whether both show the same."""
        return (self.takes, self.chosen) == (other.takes, other.chosen)


@dataclass(frozen=True, eq=False)
class History:
    """An undo history of takes, as a value: each change returns another history.

    Undo leads back to what was shown before, and loses no take: one that is undone can still be chosen.

    Attributes:
        states: one a step, the oldest first; there is at least one.
        position: index of the state that is shown.
        collecting: changes that are collected into one step of undo: a slider's moves, choices, or edits of the same
            notes; empty for none.
    """

    states: tuple[State, ...] = (State(),)
    position: int = 0
    collecting: str = ""

    @property
    def current(self) -> Take | None:
        """The take that is shown, or None for the original alone."""
        return self.states[self.position].current

    @cached_property
    def takes(self) -> tuple[Take, ...]:
        """Every take that was not deleted, in the order in which they were made: as it is, or as it was left."""
        here = self.states[self.position].takes
        known = {take.number for take in here}
        later = (take for state in self.states[self.position + 1 :] for take in state.takes)
        undone = {take.number: take for take in later if take.number not in known}
        return tuple(sorted((*here, *undone.values()), key=lambda take: take.number))

    @property
    def can_undo(self) -> bool:
        """Whether there is an earlier state."""
        return self.position > 0

    @property
    def can_redo(self) -> bool:
        """Whether an undone step can be brought back."""
        return self.position < len(self.states) - 1

    def add(self, take: Take) -> History:
        """Return the history with another take, or another state of one, which is the current one."""
        others = (other for other in self.takes if other.number != take.number)
        return self._step(State((*others, take), take.number))

    def begin(self, take: Take, collecting: str = "") -> History:
        """Return the history with a take by hand, in the place of one that was undone and has no name or star."""
        here = {each.number for each in self.states[self.position].takes}
        others = (each for each in self.takes if each.is_by_hand and each.number not in here)
        undone = next((each for each in others if not (each.name or each.starred)), None)
        take = take if undone is None else replace(take, number=undone.number)
        stay = (other for other in self.takes if other.number != take.number)
        return self._step(State((*stay, take), take.number), collecting)

    def change(self, take: Take, collecting: str = "") -> History:
        """Return the history with `take` in the place of its former state; the current one stays current.

        Consecutive changes that name the same `collecting` are one step of undo.
        """
        return self._step(self._with(take), collecting)

    def adjust(
        self, slider: Slider, strength: float, accents: float, level: Level, hands: Hands | None = None
    ) -> History:
        """Return the history with the current take at another strength, accents and level; itself without a take.

        With `hands`, each hand has another share, too.

        Consecutive moves of one slider are one step of undo.
        """
        if self.current is None:
            return self
        hands = self.current.hands if hands is None else hands
        take = replace(self.current, strength=strength, accents=accents, level=level, hands=hands)
        return self._step(self._with(take), slider)

    def choose(self, number: int) -> History:
        """Return the history with another take as the current one; consecutive choices are one step of undo."""
        return self._step(State(self.takes, number), "choice")

    def remove(self, number: int) -> History:
        """Return the history without a take; where it was the current one, its neighbour is."""
        numbers = [take.number for take in self.takes]
        place, chosen = numbers.index(number), self.states[self.position].chosen
        left = tuple(take for take in self.takes if take.number != number)
        if chosen == number:
            chosen = left[min(place, len(left) - 1)].number if left else None
        return self._step(State(left, chosen))

    def move(self, steps: int) -> History:
        """Return the history `steps` further: -1 is undo, 1 is redo; it stops at the ends."""
        return History(self.states, min(max(self.position + steps, 0), len(self.states) - 1))

    def _with(self, changed: Take) -> State:
        takes = tuple(changed if take.number == changed.number else take for take in self.takes)
        return State(takes, self.states[self.position].chosen)

    def _step(self, state: State, collecting: str = "") -> History:
        """Return the history with another state in the place of those that are undone."""
        done = self.states[: self.position + 1]
        if collecting and collecting == self.collecting:
            done = done[:-1]
        if done[-1].same(state):
            return History(done, len(done) - 1)
        return History((*done, state), len(done), collecting)


class SavedResults:
    """Digests of the results that were exported; two of the same bytes are the same."""

    def __init__(self) -> None:
        self._digests: set[bytes] = set()
        self._known: WeakKeyDictionary[Performance, bytes] = WeakKeyDictionary()

    def add(self, result: Performance) -> None:
        """Count a result as exported; may be called on any thread."""
        self._digests.add(self._digest(result))

    def __contains__(self, result: Performance) -> bool:
        return self._digest(result) in self._digests

    def _digest(self, result: Performance) -> bytes:
        if (digest := self._known.get(result)) is None:
            digest = self._known[result] = hashlib.sha256(result.to_bytes()).digest()
        return digest
