"""A piece with its results, as one frozen value, and the list of those of the session.

Opening, leaving and bringing back swap one for another; nothing that was made is lost before the session ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count, takewhile
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from app.documents.history import History, SavedResults, Take
from app.documents.renderings import renderings
from tonenet_core.analysis.dynamics import classify_dynamics, is_narrow
from tonenet_core.interpretation import unchanged
from tonenet_core.parts.passage import scope_weights
from tonenet_core.parts.render import Rendered, changes_time
from tonenet_core.performance import Performance
from tonenet_core.transfer import apply

KEPT = 20  # pieces whose results were all exported; of the others all are kept
NEIGHBOURS = 8  # takes beside the one that is B: those with keys

_numbers = count()


@dataclass(frozen=True, eq=False)
class Result:
    """A result that can be exported.

    Attributes:
        document: the piece.
        take: the take; None for a generated piece as it is.
        performance: what is exported.
    """

    document: Document
    take: Take | None
    performance: Performance

    @property
    def style(self) -> str | None:
        """The style of the result; None for a generated piece, and for one by hand."""
        return None if self.take is None else self.take.interpretation.style or None

    @property
    def label(self) -> str | None:
        """The name of the take, or its style; None for a generated piece."""
        if self.take is None:
            return None
        return self.take.name or self.style or QCoreApplication.translate("Takes", "edited")


@dataclass(frozen=True)
class CoverOf:
    """What a cover was made of.

    Attributes:
        name: of the piece that it is of.
        style: its genre.
        seed: of its accompaniment.
    """

    name: str
    style: str
    seed: int


@dataclass(frozen=True, eq=False)
class Document:
    """One piece, where it comes from, and the results that were made of it.

    Attributes:
        opened: the piece as it was opened or generated, with the tracks that were chosen before there was a result.
        title: its name.
        path: its file; None for a generated piece.
        source: the piece that it was reconstructed from, to be compared with; None for any other.
        between: all pieces of the interpolation that it belongs to; empty for any other.
        cover: of which piece, and in which genre, it is a cover; None for any other.
        history: its results.
        project: the project that it was saved in, or opened from; None for none.
        number: the same for all states of one piece, and another for every other piece of the process.
    """

    opened: Performance
    title: str
    path: Path | None = None
    source: Performance | None = None
    between: tuple[Performance, ...] = ()
    cover: CoverOf | None = None
    history: History = field(default_factory=History)
    project: Path | None = None
    number: int = field(default_factory=_numbers.__next__)

    def with_history(self, history: History) -> Document:
        """Return the document with other results."""
        return replace(self, history=history)

    @property
    def take(self) -> Take | None:
        """The current result, or None before a transfer."""
        return self.history.current

    def with_tracks(self, performance: Performance) -> Document:
        """Return the document with other tracks of its file, or other beats; results are of the former, and undone.

        A take by hand goes along, as no model has to run.
        """
        take = self.take
        if take is None or not take.is_by_hand:
            return replace(self, opened=performance, history=self.history.move(-self.history.position))
        edits = take.edits.moved(take.performance, performance)
        moved = replace(take, performance=performance, interpretation=unchanged(performance), edits=edits)
        return replace(self, opened=performance, history=self.history.change(moved))

    @property
    def performance(self) -> Performance:
        """The piece with the tracks that are played: those of the current result."""
        return self.opened if self.take is None else self.take.performance

    @cached_property
    def styled(self) -> Performance | None:
        """The piece with the velocities of the current result, every note where it was; None before a transfer."""
        take = self.take
        if take is None or not self.moves:
            return None if self.rendered is None else self.rendered.performance
        styled = take.performance
        if "dynamics" in take.parts:
            weights = scope_weights(styled, take.passage, take.hands)
            styled = apply(styled, take.interpretation, take.strength, take.accents, take.level, weights=weights)
        return take.edits.apply(styled)

    @property
    def moves(self) -> bool:
        """Whether the notes of the current result may sound elsewhere than in the piece."""
        take = self.take
        return take is not None and changes_time(take.interpretation, take.strength, take.parts)

    @cached_property
    def rendered(self) -> Rendered | None:
        """The current result, its notes where they sound; None before a transfer."""
        return None if self.take is None else renderings.of(self.take)

    @cached_property
    def performed(self) -> bool | None:
        """Whether a model performs the piece, as its velocities were not played; None: only a model can tell."""
        if classify_dynamics(self.performance.velocities) != "played":
            return True
        return None if is_narrow(self.performance.velocities) else False

    @property
    def has_result(self) -> bool:
        """Whether there is something to export."""
        return self.take is not None or self.path is None

    @property
    def has_two_sides(self) -> bool:
        """Whether there is something to compare the piece with."""
        return self.take is not None or self.source is not None

    @property
    def sides(self) -> tuple[Performance, Performance | None]:
        """A and B: the piece and its result; before there is a result, the piece's source and the piece.

        As long as all results are by hand, A is the source still: they are that piece.
        """
        result = None if self.rendered is None else self.rendered.performance
        if self.source is not None and self.compares_source:
            return self.source, self.performance if result is None else result
        return self.performance, result

    @property
    def compares_source(self) -> bool:
        """Whether A is the piece's source."""
        by_hand = all(take.is_by_hand for take in self.history.takes)
        return self.source is not None and (self.take is None or by_hand)

    @property
    def result(self) -> Performance | None:
        """The Performance to export: the result of a transfer, or a generated piece; None without either."""
        if self.rendered is None:
            return self.performance if self.path is None else None
        return self.rendered.performance

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """All results that no file of the user's holds: one of each take, or a generated piece as it is."""
        if not self.history.takes:
            return (Result(self, None, self.performance),) if self.path is None else ()
        made = [(take, self.result_of(take)) for take in self.history.takes]
        return tuple(each for take, each in made if self.path is None or _differ(take.performance, each.performance))

    def result_of(self, take: Take) -> Result:
        """Return the result of one of its takes."""
        return Result(self, take, renderings.of(take).performance)

    @property
    def neighbours(self) -> list[Rendered]:
        """Its other takes that a key brings next, nearest first: of the same tracks, and made already."""
        return [rendered for take in self._beside if (rendered := renderings.known(take)) is not None]

    @property
    def unheard(self) -> list[Take]:
        """Its other takes that a key brings next and that are not made yet, the latest first."""
        missing = (take for take in self._beside if renderings.known(take) is None)
        return sorted(missing, key=lambda take: take.number, reverse=True)

    @property
    def _beside(self) -> list[Take]:
        """Its other takes of the same tracks that have keys, nearest first."""
        takes, current = self.history.takes, self.take
        here = next((place for place, take in enumerate(takes) if current and take.number == current.number), 0)
        others = [(abs(place - here), take) for place, take in enumerate(takes) if place != here]
        alike = (take for _, take in sorted(others, key=lambda each: each[0]) if take.performance is self.performance)
        return list(alike)[:NEIGHBOURS]

    @property
    def differs_from_file(self) -> bool:
        """Whether the result is something that no file of the user's holds."""
        return self.path is None or (self.result is not None and _differ(self.performance, self.result))


def _differ(piece: Performance, result: Performance) -> bool:
    return piece.source != result.source or bool((piece.velocities != result.velocities).any())


class Pieces:
    """Every piece of the session that has a result or was generated, in its latest state.

    Attributes:
        documents: in the order in which they were opened or generated, the oldest first.
        saved: the results that were exported.
    """

    def __init__(self) -> None:
        """Start without a piece."""
        self.documents: tuple[Document, ...] = ()
        self.saved = SavedResults()
        self._in_projects: dict[int, Document] = {}  # each as its project has it

    def keep(self, document: Document) -> None:
        """Take over the state of a piece; a new one becomes the latest.

        Other pieces without a result are dropped, and the oldest beyond `KEPT` whose results were all exported.
        """
        known = any(each.number == document.number for each in self.documents)
        states = [document if each.number == document.number else each for each in self.documents]
        self.documents = tuple(states) if known else self._tidied(states, document)

    def add_older(self, documents: Iterable[Document]) -> None:
        """Put the pieces of an earlier session before all others."""
        self.documents = (*documents, *self.documents)

    def note_project(self, document: Document) -> None:
        """Count a piece as being in its project as it is now."""
        self._in_projects[document.number] = document

    def differs_from_project(self, document: Document) -> bool:
        """Whether a piece has a project, which does not have all of it: another take, a name, other beats or tracks."""
        saved = self._in_projects.get(document.number)
        if document.project is None:
            return False
        same = saved is not None and saved.opened is document.opened and saved.history.takes == document.history.takes
        return not same

    def changed_projects(self) -> tuple[Document, ...]:
        """Return the pieces whose projects do not have all of them."""
        return tuple(filter(self.differs_from_project, self.documents))

    def unsaved(self) -> tuple[Result, ...]:
        """Return every result that was not exported of the pieces that have no project, the oldest piece first."""
        documents = (document for document in self.documents if document.project is None)
        return tuple(result for document in documents for result in self.unsaved_of(document))

    def unsaved_of(self, document: Document) -> tuple[Result, ...]:
        """Return the results of one piece that were not exported and are in no project."""
        saved = self._in_projects.get(document.number)
        takes = () if saved is None else saved.history.takes or (None,)
        return tuple(each for each in document.results if each.take not in takes and each.performance not in self.saved)

    def unsaved_before(self, document: Document) -> Document | None:
        """Return the latest of the pieces before `document` with a result that was not exported; None without one."""
        earlier = list(takewhile(lambda each: each.number != document.number, self.documents))
        return next((each for each in reversed(earlier) if self.unsaved_of(each)), None)

    def _is_unsaved(self, document: Document) -> bool:
        return self.differs_from_project(document) or bool(self.unsaved_of(document))

    def _tidied(self, states: list[Document], latest: Document) -> tuple[Document, ...]:
        made = [each for each in states if each.path is None or each.history.takes]
        exported = [each for each in made if not self._is_unsaved(each)] if len(made) > KEPT else []
        dropped = {each.number for each in exported[: len(exported) - KEPT]}
        return (*(each for each in made if each.number not in dropped), latest)
