"""Covers of the open piece: the options, and the model run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypedDict, Unpack, get_args

from PySide6.QtCore import QObject, Signal

from app.background.continuations import Done, Failed, ignore, ignore_failure
from app.background.jobs import Job, Jobs
from app.background.requests import Cover, Runner
from app.documents.document import CoverOf, Document
from app.documents.messages import MessageBoard
from app.documents.open_document import OpenDocument
from app.session.generation import SEEDS
from app.session.transfers import Transfers
from app.system.language import style_name, translate
from tonenet_core.checkpoint import CheckpointInfo, accompanists
from tonenet_core.cover import ARRANGED_STYLES, ARRANGER, COVER_PARTS, CoverOptions, best_model, stays
from tonenet_core.interpretation import Part
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress


class CoverChanges(TypedDict, total=False):
    """The options that can be set one by one."""

    model_name: str | None
    keep: float
    keep_bass: bool
    seed: int


@dataclass(frozen=True)
class CoverChoices:
    """The chosen model of covers and its inputs.

    Attributes:
        models: the accompanists found, the best first; the arranger, which has no checkpoint, is none of them.
        model_name: the chosen one's, or `ARRANGER`; None: the best for the genre.
        keep: 0..1, share of the original accompaniment that stays.
        keep_bass: whether its bass stays.
        seed: of the next cover.
    """

    models: tuple[CheckpointInfo, ...] = ()
    model_name: str | None = ARRANGER
    keep: float = 0.0
    keep_bass: bool = False
    seed: int = 0

    def model(self, style: str) -> CheckpointInfo | None:
        """Return the accompanist that writes in a genre; None for the arranger."""
        name = best_model(style) if self.model_name is None else self.model_name
        return next((info for info in self.models if info.name == name), None)

    @property
    def experimental(self) -> bool:
        """Whether the chosen model is there for comparison, rather than to make music."""
        return any(info.comparison for info in self.models if info.name == self.model_name)

    @property
    def styles(self) -> tuple[str, ...]:
        """The genres that the chosen model writes in."""
        chosen = [info.styles for info in self.models if self.model_name in (info.name, None)]
        return chosen[0] if chosen else ARRANGED_STYLES


class Covering(QObject):
    """Makes covers and opens them, each beside the piece that it is of.

    Attributes:
        changed: the options are new.
        ended: a model run has ended, with a cover or without one.
        choices: the options of the next cover.
    """

    changed = Signal()
    ended = Signal()

    def __init__(
        self,
        document: OpenDocument,
        models: Sequence[CheckpointInfo] | None,
        transfers: Transfers,
        *,
        jobs: Jobs,
        runner: Runner,
        messages: MessageBoard,
        parent: QObject | None = None,
    ) -> None:
        """Choose the best model.

        Args:
            document: the open piece, whose place a cover takes.
            models: accompanists, the best first; None: the installed ones.
            transfers: know the performers, and which parts of a performance are to change.
            jobs: run the model in the background.
            runner: where the models run.
            messages: get what goes wrong.
            parent: as in Qt.
        """
        super().__init__(parent)
        models = accompanists() if models is None else models
        self.choices = CoverChoices(tuple(models), None if models else ARRANGER)
        self._document = document
        self._transfers = transfers
        self._jobs = jobs
        self._runner = runner
        self._messages = messages
        self._job: Job | None = None
        document.superseded.connect(self.cancel)

    # --- options -------------------------------------------------------------------------------------------------

    def set(self, **changes: Unpack[CoverChanges]) -> None:
        """Set options."""
        self.choices = replace(self.choices, **changes)
        self.changed.emit()

    @property
    def piece(self) -> Performance | None:
        """The piece that is covered: the open one; of a cover, the one that it is of; None without one."""
        open_piece, source = self._document.original, self._document.source
        if open_piece is not None and source is not None and stays(open_piece) is not None:
            return source
        return open_piece

    @property
    def style(self) -> str | None:
        """The genre of the open cover, of which there can be another take; None for any other piece."""
        return None if self._cover is None else self._cover.style

    # --- the run -------------------------------------------------------------------------------------------------

    def run(self, style: str, done: Done = ignore, failed: Failed = ignore_failure) -> bool:
        """Make a cover in a genre, which takes the open piece's place.

        Args:
            style: one of the chosen model's.
            done: called once the cover is open.
            failed: called if none was made.

        Returns:
            Whether a run was started: there is a piece.
        """
        piece, choices = self.piece, self.choices
        if piece is None or style not in choices.styles:
            return False
        name = self._name()
        performer = next((str(info.path) for info in self._transfers.options.models if info.performs), None)
        chosen = choices.model(style)
        model = ARRANGER if chosen is None else str(chosen.path)
        options = self._transfers.options  # what a transfer would change is played here too, but no note moves unasked
        wanted = {*COVER_PARTS, *options.parts} - (set() if options.asks_for_timing else {"timing"})
        parts = tuple(part for part in get_args(Part) if part in wanted)
        cover = CoverOptions(style, choices.keep, choices.seed, parts=parts, keep_bass=choices.keep_bass)
        request = Cover(piece, model, cover, performer)
        self._document.supersede()
        self._messages.dismiss()

        def make(progress: Progress) -> list[Performance]:
            return self._runner.generate(request, progress)

        def fail(error: Exception) -> None:
            self._messages.failed(error)
            self.ended.emit()
            failed(error)

        self._job = self._jobs.run(
            make,
            title=self.tr("Cover in {0}").format(style_name(style.capitalize())),
            done=lambda made: self._show(made[0], piece, name, cover, done),
            failed=fail,
        )
        return True

    def run_again(self) -> bool:
        """Make another take of the open cover, with the next seed; return whether it was started."""
        cover = self._cover
        if cover is None:
            return False
        self.set(seed=(cover.seed + 1) % SEEDS)
        return self.run(cover.style)

    def cancel(self) -> None:
        """Cancel the run."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    @property
    def _cover(self) -> CoverOf | None:
        current = self._document.current
        return None if current is None else current.cover

    def _name(self) -> str:
        """Return the name of the piece that is covered."""
        if self._cover is not None:
            return self._cover.name
        path = self._document.path
        return path.stem if path else self._document.title

    def _show(self, cover: Performance, source: Performance, name: str, options: CoverOptions, done: Done) -> None:
        self._job = None
        title = self.tr("{0} cover of {1} (seed {2})").format(
            style_name(options.style.capitalize()), name, options.seed
        )
        document = Document(cover, title, source=source, cover=CoverOf(name, options.style, options.seed))
        self._document.replace(document, notices=[translate(notice) for notice in cover.notices])
        self.ended.emit()
        done()
