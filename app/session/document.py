"""The open piece with its results, as one frozen value: opening, leaving and bringing back swap it for another."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from app.session.history import History, Take
from tonenet_core.analysis.dynamics import classify_dynamics, is_narrow
from tonenet_core.performance import Performance
from tonenet_core.transfer import apply


@dataclass(frozen=True, eq=False)
class Document:
    """One piece, where it comes from, and the results that were made of it.

    Attributes:
        opened: the piece as it was opened or generated, with the tracks that were chosen before there was a result.
        title: its name.
        path: its file; None for a generated piece.
        source: the piece that it was reconstructed from, to be compared with; None for any other.
        between: all pieces of the interpolation that it belongs to; empty for any other.
        history: its results.
    """

    opened: Performance
    title: str
    path: Path | None = None
    source: Performance | None = None
    between: tuple[Performance, ...] = ()
    history: History = field(default_factory=History)

    def with_history(self, history: History) -> Document:
        """Return the document with other results."""
        return replace(self, history=history)

    @property
    def take(self) -> Take | None:
        """The current result, or None before a transfer."""
        return self.history.current

    def with_tracks(self, performance: Performance) -> Document:
        """Return the document with other tracks of its file; the results are all undone, as they are of the former."""
        return replace(self, opened=performance, history=self.history.move(-self.history.position))

    @property
    def performance(self) -> Performance:
        """The piece with the tracks that are played: those of the current result."""
        return self.opened if self.take is None else self.take.performance

    @cached_property
    def styled(self) -> Performance | None:
        """The current result as a Performance, or None before a transfer."""
        take = self.take
        if take is None:
            return None
        return apply(take.performance, take.interpretation, take.strength, take.accents, take.level)

    @cached_property
    def performed(self) -> bool | None:
        """Whether a model performs the piece, as its velocities were not played; None: only a model can tell."""
        if classify_dynamics(self.performance.velocities) != "played":
            return True
        return None if is_narrow(self.performance.velocities) else False

    @property
    def sides(self) -> tuple[Performance, Performance | None]:
        """A and B: the piece and its result; before there is a result, the piece's source and the piece."""
        if self.styled is None and self.source is not None:
            return self.source, self.performance
        return self.performance, self.styled

    @property
    def result(self) -> Performance | None:
        """The Performance to export: the result of a transfer, or a generated piece; None without either."""
        return self.performance if self.styled is None and self.path is None else self.styled

    @property
    def differs_from_file(self) -> bool:
        """Whether the result is something that no file of the user's holds."""
        if self.path is None:
            return True
        return self.styled is not None and bool((self.performance.velocities != self.styled.velocities).any())
