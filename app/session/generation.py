"""Generation of new pieces: the options and the model run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Unpack

from PySide6.QtCore import QObject, Signal

from app.background.continuations import Done, Failed, ignore, ignore_failure
from app.background.jobs import Job, Jobs
from app.background.requests import Runner
from app.documents.document import Document
from app.documents.messages import MessageBoard
from app.documents.open_document import OpenDocument
from app.session.generation_options import GenerationChanges, GenerationOptions, Origin, first_options
from app.system.language import style_name
from tonenet_core.checkpoint import CheckpointInfo
from tonenet_core.midi import read_midi
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress

SEEDS = 2**31  # there are so many


class Generation(QObject):
    """Runs generators and opens the pieces that they make.

    Attributes:
        changed: the options are new.
        ended: a model run has ended, with a piece or without one.
        options: the options of the next piece.
    """

    changed = Signal()
    ended = Signal()

    def __init__(
        self,
        document: OpenDocument,
        generators: Sequence[CheckpointInfo],
        performers: Sequence[CheckpointInfo],
        *,
        jobs: Jobs,
        runner: Runner,
        messages: MessageBoard,
        parent: QObject | None = None,
    ) -> None:
        """Choose the first generator.

        Args:
            document: the open piece, whose place a new one takes.
            generators: the installed ones.
            performers: the models that can play generated notes.
            jobs: run the model in the background.
            runner: where the models run.
            messages: get what goes wrong.
            parent: as in Qt.
        """
        super().__init__(parent)
        self.options: GenerationOptions = first_options(generators, performers)
        self._document = document
        self._jobs = jobs
        self._runner = runner
        self._messages = messages
        self._job: Job | None = None
        self._made: tuple[GenerationOptions, int] | None = None  # options and seed of the latest piece
        document.superseded.connect(self.cancel)

    # --- options -------------------------------------------------------------------------------------------------

    def set(self, **changes: Unpack[GenerationChanges]) -> None:
        """Set options."""
        self.options = replace(self.options, **changes)
        self.changed.emit()

    def set_model(self, name: str) -> None:
        """Choose a generator by its name."""
        self.options = self.options.with_model(name)
        self.changed.emit()

    def set_origin(self, origin: Origin) -> None:
        """Choose where the piece starts from, and a generator that can start there."""
        self.options = self.options.with_origin(origin)
        self.changed.emit()

    def next_seed(self, seed: int) -> int:
        """Return the seed of the next piece: `seed`, or the one after it where that would make the latest one again."""
        same = self.options.random and self._made == (self.options, seed)
        return (seed + 1) % SEEDS if same else seed

    # --- the run -------------------------------------------------------------------------------------------------

    def run(self, seed: int, done: Done = ignore, failed: Failed = ignore_failure) -> bool:
        """Generate a piece, which takes the open one's place.

        Args:
            seed: of what is drawn at random.
            done: called once the piece is open.
            failed: called if none was made.

        Returns:
            Whether a run was started: nothing may be `missing`.
        """
        options, original = self.options, self._document.original
        if options.missing(original) is not None:
            return False
        self._document.supersede()
        self._messages.dismiss()
        title, source = self._title(options.origin, seed), original if options.origin in ("piece", "between") else None

        def generate(progress: Progress) -> list[Performance]:
            other = read_midi(options.other) if options.origin == "between" and options.other is not None else None
            return self._runner.generate(options.request(original, other, seed), progress)

        def fail(error: Exception) -> None:
            self._messages.failed(error)
            self.ended.emit()
            failed(error)

        self._job = self._jobs.run(
            generate,
            title=self.tr("Generating"),
            done=lambda pieces: self._show(title, source, pieces, (options, seed), done),
            failed=fail,
        )
        return True

    def cancel(self) -> None:
        """Cancel the run."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _title(self, origin: Origin, seed: int) -> str:
        path, other = self._document.path, self.options.other
        name = path.stem if path else self._document.title
        titles: dict[Origin, str] = {
            "noise": self.tr("New {0} piece (seed {1})").format(style_name(self.options.style), seed),
            "piece": self.tr("Imitation of {0}").format(name),
            "between": self.tr("Between {0} and {1}").format(name, other.stem if other else ""),
            "primer": self.tr("{0}, continued (seed {1})").format(name, seed),
        }
        return titles[origin]

    def _show(
        self,
        title: str,
        source: Performance | None,
        pieces: list[Performance],
        made: tuple[GenerationOptions, int],
        done: Done,
    ) -> None:
        self._job, self._made = None, made
        piece = pieces[len(pieces) // 2]
        between = tuple(pieces) if len(pieces) > 1 else ()
        self._document.replace(Document(piece, title, source=source, between=between))
        self.ended.emit()
        done()

    def show_between(self, index: int) -> None:
        """Show another piece of the interpolation that is open; 0 is the first end."""
        if between := self._document.between:
            self._document.show_instead(between[index])
