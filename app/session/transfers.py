"""Transfers of the open piece: their options, the model run, the sliders, undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Unpack

from PySide6.QtCore import QObject, Signal

from app.background.continuations import Done, Failed, ignore, ignore_failure
from app.background.jobs import Jobs
from app.background.requests import Devices, Runner
from app.documents.history import History, Slider
from app.documents.messages import MessageBoard
from app.documents.open_document import OpenDocument
from app.playback.side import STYLED, Side
from app.session.marked_passage import MarkedPassage
from app.session.transfer_options import TransferChanges, first_options
from app.session.transfer_runs import TransferRuns
from app.system.settings import Settings
from tonenet_core.checkpoint import CheckpointInfo
from tonenet_core.harmony.hands import BOTH_HANDS
from tonenet_core.interpretation import Part
from tonenet_core.transfer import STRONGEST, Level, Perform


class Transfers(QObject):
    """Runs velocity models on the open piece and applies their results.

    Attributes:
        changed: the options are new.
        ended: a model run has ended, with a result or without one.
        options: the options of the next transfer, and the positions of the sliders.
        devices: the devices that the models can run on; empty until the model process has reported them.
    """

    changed = Signal()
    ended = Signal()

    def __init__(
        self,
        document: OpenDocument,
        models: Sequence[CheckpointInfo],
        *,
        marked: MarkedPassage,
        jobs: Jobs,
        runner: Runner,
        messages: MessageBoard,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        """Choose the first model.

        Args:
            document: the piece to transfer.
            models: the installed ones, the default first.
            marked: the passage that is transferred where it alone is wanted.
            jobs: run the model in the background.
            runner: where the models run.
            messages: get what goes wrong, and the notices of a run.
            settings: know the device.
            parent: as in Qt.
        """
        super().__init__(parent)
        self.options = first_options(tuple(models), settings.device)
        self.devices: Devices = []
        self._document = document
        self._messages = messages
        self._settings = settings
        self._runs = TransferRuns(
            document, lambda: self.options, marked, jobs=jobs, runner=runner, messages=messages, parent=self
        )
        self._runs.ended.connect(self.ended)
        self._runs.stopped.connect(self._follow_tracks)
        self._runs.more_wanted.connect(lambda: self.set_strength(STRONGEST))
        self._runs.other_wanted.connect(self.run)
        document.superseded.connect(self.cancel)
        document.replaced.connect(self._forget_piece)
        document.shown.connect(self._follow_take)

    # --- the run -------------------------------------------------------------------------------------------------

    def run(self, style: str, done: Done = ignore, failed: Failed = ignore_failure) -> bool:
        """Transfer the open piece to a style; a run that has not ended is cancelled.

        Where these options have made a take already, it is shown again.

        Args:
            style: one of the chosen model's.
            done: called once the result is shown.
            failed: called where there is no result, with `Cancelled` when the piece was left meanwhile.

        Returns:
            Whether there is or will be a result: there must be a piece and a model.
        """
        piece = self._document.original
        if piece is None or self.options.model is None:
            return False
        if self._runs.show_again(style):
            done()
        else:
            self._runs.start(style, piece, lambda: self._end(done), failed)
        return True

    def cancel(self) -> None:
        """Cancel the run."""
        self._runs.cancel()

    def _end(self, done: Done) -> None:
        """Report a result, and replace it if options were changed while the model ran."""
        done()
        take = self._document.take
        if take is not None and not self.options.made(take):
            self._run_again()

    def _run_again(self) -> None:
        """Replace the result by one of the current options, if there is a result."""
        style, take, piece = self._document.style, self._document.take, self._document.original
        if take is not None and piece is not None and style is not None and style in self.options.styles:
            self._runs.start(style, piece, lambda: self._end(ignore), ignore_failure, instead=take)

    # --- options -------------------------------------------------------------------------------------------------

    @property
    def performs(self) -> bool | None:
        """Whether the next transfer performs the open piece, as far as that is known; None: its model decides.

        What is performed is played in no style, and its seed matters.
        """
        document = self._document.current
        return False if document is None else self.options.performs(document)

    @property
    def seeded(self) -> bool:
        """Whether the seed may matter."""
        return self.performs is not False

    def set(self, **changes: Unpack[TransferChanges]) -> None:
        """Set options without any of the consequences that their own methods have."""
        self.options = replace(self.options, **changes)
        self.changed.emit()

    def set_model(self, name: str) -> None:
        """Choose a model by its name; a result stays, and the sliders with it, until the next transfer."""
        options = self.options.with_model(name)
        self.options = options if self._document.take is not None else options.with_default_accents()
        self.changed.emit()

    def choose(self, model: str, source_style: str | None) -> None:
        """Set a model and a source style without running it, for a session that is restored."""
        self.options = replace(self.options.with_model(model), source_style=source_style)
        self.changed.emit()

    def set_source_style(self, style: str | None) -> None:
        """Set the style that the piece is played in, or None to let the model tell; runs the model again."""
        self.set(source_style=style)
        self._run_again()

    def set_device(self, device: str) -> None:
        """Choose where models run: "auto", "cpu" or "cuda:N"."""
        self._settings.device = device
        self.set(device=device)

    def set_devices(self, devices: Devices) -> None:
        """Take over the available devices; a chosen one that is not among them becomes "auto"."""
        self.devices = devices
        known = self.options.device in {"auto", *(name for name, _ in devices)}
        self.set(device=self.options.device if known else "auto")

    def set_seed(self, seed: int) -> None:
        """Set the seed of performances and of generated pieces; a performance is made again."""
        self.set(seed=seed)
        if self.seeded:
            self._run_again()

    def set_perform(self, perform: Perform) -> None:
        """Choose whether the piece is performed; runs the model again."""
        self.set(perform=perform)
        self._run_again()

    def set_parts(self, parts: tuple[Part, ...]) -> None:
        """Choose the parts of the performance that are changed; runs the model again."""
        self.options = self.options.with_parts(parts)
        self.changed.emit()
        self._run_again()

    def set_swing(self, swing: float | None) -> None:
        """Choose the swing of the result, log2 of its ratio, or None for the style's; runs the model again."""
        if swing != self.options.swing:
            self.set(swing=swing)
            self._run_again()

    def set_rubato(self, rubato: float | None) -> None:
        """Choose how far the tempo goes to the style's, 0..1.5, or None for what is usual; runs the model again."""
        if rubato != self.options.rubato:
            self.set(rubato=rubato)
            self._run_again()

    def set_tracks(self, tracks: tuple[int, ...] | None, done: Done = ignore, failed: Failed = ignore_failure) -> None:
        """Play other tracks of the open piece; a result is made again of them.

        Args:
            tracks: their numbers, from 1; None: those of the piano.
            done: called once they are shown, with their result if there was one.
            failed: called where the former ones are still played.
        """
        if self._document.original is not None:
            self.set(tracks=tracks)
            self._runs.play_tracks(tracks, lambda: self._end(done), failed)

    def set_level(self, level: Level) -> None:
        """Choose the loudness of the result; acts at once, without a model run."""
        self.options = replace(self.options, level=level)
        self._adjust("")

    def set_strength(self, strength: float, *, moving: bool = False) -> None:
        """Apply more or less of the style, 0..1.5; acts at once, without a model run; `moving` as `set_history`."""
        self.options = replace(self.options, strength=min(max(strength, 0.0), STRONGEST))
        self._adjust("strength", moving=moving)

    def set_accents(self, accents: float, *, moving: bool = False) -> None:
        """Keep more or less of the player's accents, 0..1; acts at once, as `set_strength`."""
        self.options = replace(self.options, accents=min(max(accents, 0.0), 1.0), accents_set=True)
        self._adjust("accents", moving=moving)

    def set_shares(self, left: float, right: float, *, moving: bool = False) -> None:
        """Give each hand a share of the strength, 0..1, of which one is above 0; acts at once, as `set_strength`."""
        self.options = replace(self.options, hands=replace(self.options.hands, left=left, right=right))
        self._adjust("hands", moving=moving)

    def _adjust(self, slider: Slider, *, moving: bool = False) -> None:
        document = self._document.current
        if document is None or document.take is None or document.take.is_by_hand:
            self.changed.emit()
            return
        self._messages.forget_result()
        options = self.options
        hands = options.hands if slider == "hands" else None
        history = document.history.adjust(slider, options.strength, options.accents, options.level, hands)
        self._document.set_history(history, self._document.side, moving=moving)

    def _forget_piece(self) -> None:
        self.options = replace(self.options, source_style=None, hands=BOTH_HANDS)

    def _follow_tracks(self) -> None:
        """Choose the tracks that are played."""
        piece = self._document.original
        if piece is not None and piece.tracks != self.options.tracks:
            self.set(tracks=piece.tracks)

    def _follow_take(self) -> None:
        """Put the sliders where the current result of a model has them."""
        self.options = self.options.with_amounts_of(self._document.made)
        if (piece := self._document.original) is not None:
            self.options = replace(self.options, tracks=piece.tracks)

    # --- undo ----------------------------------------------------------------------------------------------------

    @property
    def can_undo(self) -> bool:
        """Whether there is an earlier result."""
        return self._document.current is not None and self._document.current.history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether an undone result can be brought back."""
        return self._document.current is not None and self._document.current.history.can_redo

    def undo(self) -> None:
        """Show the previous result, or the original alone."""
        self._move(-1)

    def redo(self) -> None:
        """Show the result that was undone last."""
        self._move(1)

    def _move(self, steps: int) -> None:
        if (document := self._document.current) is not None:
            self.show(document.history.move(steps), STYLED if document.take is None else self._document.side)

    def show(self, history: History, side: Side) -> None:
        """Show another take, or other takes, of the open piece, and choose the options that made the current one."""
        if (take := history.current) is not None and not take.is_by_hand:
            self.options = self.options.with_run_of(take)
        self._messages.forget_result()
        self._document.set_history(history, side)
