"""Model runs on the open piece: from a style, and the tracks that are played, to a result that is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.background.continuations import Done, Failed, ignore, ignore_failure
from app.background.jobs import Job, Jobs
from app.background.requests import Runner, Transfer
from app.documents.history import History, Take
from app.documents.messages import Kind, MessageBoard, Offer
from app.documents.open_document import OpenDocument
from app.documents.take_name import take_name
from app.documents.take_sentences import run_sentences, why_unchanged
from app.playback.side import STYLED
from app.session.marked_passage import MarkedPassage
from app.session.transfer_options import Amounts, TransferChoices
from app.system.language import style_name
from tonenet_core.checkpoint import CheckpointInfo
from tonenet_core.compute.devices import GPU_FULL
from tonenet_core.errors import Cancelled, MidiError
from tonenet_core.harmony.hands import Hands
from tonenet_core.midi.tracks import choose_tracks
from tonenet_core.parts.beats import choose_beats, with_beats_of
from tonenet_core.parts.passage import check_scope
from tonenet_core.parts.tempo import NO_BEATS
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress
from tonenet_core.timing.passage import Passage
from tonenet_core.timing.taps import with_taps
from tonenet_core.transfer import STRONGEST, Interpretation

Scope = tuple[Passage | None, Hands]


class TransferRuns(QObject):
    """Runs models on the open piece, one at a time; another run takes the place of one that has not ended.

    Attributes:
        ended: a run has ended, with a result or without one.
        stopped: the run that was wanted last has ended without one.
        more_wanted: more of the result's style is wanted.
        other_wanted: a transfer to this style is wanted instead.
    """

    ended = Signal()
    stopped = Signal()
    more_wanted = Signal()
    other_wanted = Signal(str)

    def __init__(
        self,
        document: OpenDocument,
        options: Callable[[], TransferChoices],
        marked: MarkedPassage,
        *,
        jobs: Jobs,
        runner: Runner,
        messages: MessageBoard,
        parent: QObject | None = None,
    ) -> None:
        """Run nothing yet; `options` gives the options of this moment, `marked` its passage."""
        super().__init__(parent)
        self._document = document
        self._options = options
        self._marked = marked
        self._jobs = jobs
        self._runner = runner
        self._messages = messages
        self._job: Job | None = None
        self._style: str | None = None  # of the result that is on its way
        self._sought: bytes | None = None  # the file in whose notes beats are looked for

    def start(self, style: str, piece: Performance, done: Done, failed: Failed, *, instead: Take | None = None) -> None:
        """Run the chosen model, which there must be, on notes of the open file.

        Args:
            style: one of the model's.
            piece: the notes.
            done: called once the result is shown.
            failed: called where there is none, with `Cancelled` when the piece was left meanwhile.
            instead: the take in whose place the result comes, of the same passage and hands; None: another one, of
                those that are wanted now.
        """
        self.cancel()
        model = self._options().model
        assert model is not None
        try:
            scope = self._scope(piece) if instead is None else (instead.passage, instead.hands)
        except MidiError as error:
            self._messages.failed(error)
            failed(error)
            return
        request = self._options().request(piece, style)
        if piece.source is self._sought:
            request = replace(request, beats="auto")
        self._messages.dismiss()
        self._style = style
        self._job = job = self._jobs.run(
            _interpret,
            self._runner,
            request,
            piece,
            scope,
            title=self.tr("Transferring to {0}").format(style_name(style.capitalize())),
            done=lambda made: self._show(
                piece, request, model, made, scope=scope, instead=instead, done=done, failed=failed
            ),
            failed=lambda error: self._fail(job, error, failed),
        )

    def _scope(self, piece: Performance) -> Scope:
        options = self._options()
        return self._marked.of(piece) if options.passage_only else None, options.hands

    def show_again(self, style: str) -> bool:
        """Show a take that a model run of the options has made, or one more of it where amounts or scope are others.

        Returns:
            Whether the options have made one.
        """
        document, options = self._document.current, self._options()
        if document is None or options.model is None:
            return False
        alike = options.made_of(document.performance, style, document.history.takes)
        if not alike:
            return False
        try:
            scope = self._scope(document.performance)
            check_scope(document.performance, *scope)
        except MidiError:
            return False
        self.cancel()
        amounts = options.amounts(options.model.default_accents)
        wanted = (*amounts, *scope)
        same = [each for each in alike if (each.strength, each.accents, each.level, each.passage, each.hands) == wanted]
        if not same:
            history = document.history.add(replace(amounts.of(alike[0].fresh()), passage=scope[0], hands=scope[1]))
        else:
            history = document.history.choose(next((take for take in same if take is document.take), same[0]).number)
        self._messages.dismiss()
        self._document.set_history(history, STYLED)
        return True

    def play_tracks(self, tracks: tuple[int, ...] | None, done: Done, failed: Failed) -> None:
        """Show other tracks of the open file; a result that is shown, or on its way, is made of them.

        Args:
            tracks: their numbers, from 1; None: those of the piano.
            done: called once they are shown, with their result if there is to be one.
            failed: called where the former ones are still played.
        """
        piece, style = self._document.original, self._style or self._document.style
        if piece is None:
            return
        self.cancel()
        self._style = style
        self._job = job = self._jobs.run(
            _choose_tracks,
            piece,
            tracks,
            title=self.tr("Reading the tracks"),
            done=lambda chosen: self._show_tracks(chosen, style, done, failed),
            failed=lambda error: self._fail(job, error, failed),
        )

    def cancel(self) -> None:
        """Cancel the run."""
        if self._job is not None:
            self._job.cancel()
        self._job = self._style = None

    def _show_tracks(self, piece: Performance, style: str | None, done: Done, failed: Failed) -> None:
        if style is not None and style in self._options().styles:
            self.start(style, piece, done, failed, instead=self._document.made)
            return
        self._job = self._style = None
        self._document.show_tracks(piece)
        done()

    def _fail(self, job: Job, error: Exception, failed: Failed) -> None:
        if job is self._job:
            self._job = self._style = None
            self.stopped.emit()
        self._messages.failed(error)
        self.ended.emit()
        failed(error)

    def _show(
        self,
        piece: Performance,
        request: Transfer,
        model: CheckpointInfo,
        made: Interpretation,
        *,
        scope: Scope,
        instead: Take | None,
        done: Done,
        failed: Failed,
    ) -> None:
        self._job = self._style = None
        document, options = self._document.current, self._options()
        if document is None or piece.source is not document.performance.source:
            self.ended.emit()
            failed(Cancelled())
            return
        piece = with_beats_of(piece, made)
        strength, accents, level = options.amounts(model.default_accents)
        take = Take(
            performance=piece,
            interpretation=made,
            strength=strength,
            accents=accents,
            seed=request.seed,
            model=model.title,
            model_name=model.name,
            source_style=request.source_style,
            level=level,
            perform=request.perform,
            parts=request.parts,
            swing=request.swing,
            rubato=request.rubato,
            passage=scope[0],
            hands=scope[1],
        )
        edited = document.take if instead is None and document.take is not None and document.take.is_by_hand else None
        self._messages.forget_result()
        self._document.set_history(_with(document.history, take, instead), STYLED)
        self._explain(take, edited)
        self.ended.emit()
        done()

    def _explain(self, take: Take, edited: Take | None) -> None:
        """Show the sentences on a run as one message, and why nothing is different where nothing is.

        Args:
            take: that the run has made.
            edited: the take by hand that was shown before; None for another one, or none.
        """
        styled, document = self._document.styled, self._document.current
        others = () if document is None else document.history.takes
        texts = run_sentences(take, others, timing_asked=self._options().asks_for_timing)
        unchanged = document is not None and not document.differs_from_file
        if styled is not None and unchanged and (why := why_unchanged(take, styled)):
            texts.append(why)
        if edited is not None:
            text = self.tr("The piece was transferred as it was opened; what you edited stays in “{0}”.")
            texts.append(text.format(take_name(edited)))
        if texts:
            kind: Kind = "warning" if GPU_FULL in take.interpretation.notices else "info"
            self._messages.say(kind, " ".join(texts), self._offers(take), of_result=True)

    def _offers(self, take: Take) -> list[Offer]:
        """Return other beats, or what may have been meant by a transfer of a piece that is in the style already."""
        made = take.interpretation
        if made.tracked_sec is not None:
            return [Offer("noBeatsOffer", self.tr("Without These Beats"), lambda: self._seek_beats(None))]
        if NO_BEATS in made.all_notices and take.performance.source is not self._sought:
            return [Offer("findBeatsOffer", self.tr("Find the Beats"), lambda: self._seek_beats(take))]
        if not made.already or made.source_style == made.style:
            return []
        other = self.tr("To {0} Instead").format(style_name(made.source_style.capitalize()))
        offers = [
            Offer("moreOffer", self.tr("More of It"), self.more_wanted.emit),
            Offer("keepOffer", self.tr("Keep This"), self._messages.forget_result),
            Offer("otherOffer", other, lambda: self.other_wanted.emit(made.source_style)),
        ]
        return offers[take.strength >= STRONGEST :]

    def _seek_beats(self, of: Take | None) -> None:
        """Make the result with the beats that are found in the notes of a take; None: without any."""
        take = self._document.take
        if take is not None:
            self._sought = None if of is None else of.performance.source
            piece = choose_beats(take.performance, "none")
            self.start(take.interpretation.style, piece, ignore, ignore_failure, instead=take)


def _interpret(
    runner: Runner, request: Transfer, piece: Performance, scope: Scope, progress: Progress
) -> Interpretation:
    """Run a model; MidiError if nothing of the piece is in the scope, whose hands are found here."""
    check_scope(piece, *scope)
    return runner.interpret(request, progress)


def _choose_tracks(piece: Performance, tracks: tuple[int, ...] | None, progress: Progress) -> Performance:
    progress(0.0)
    chosen = choose_tracks(piece, tracks)
    return chosen if piece.tapped_sec is None else with_taps(chosen, np.array(piece.tapped_sec))


def _with(history: History, take: Take, instead: Take | None) -> History:
    """Return the history with a new result: another take, or one in the place of `instead`, unless that is gone."""
    former = next((each for each in history.takes if instead is not None and each.number == instead.number), None)
    if former is None:
        return history.add(take)
    edits = former.edits.moved(former.performance, take.performance)
    take = replace(take, number=former.number, name=former.name, starred=former.starred, edits=edits)
    if history.current is not former:  # another take is heard by now, and the amounts are its own
        take = Amounts(former.strength, former.accents, former.level).of(take)
    return history.change(take)
