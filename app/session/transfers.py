"""Transfers of the open piece: their options, the model run, the sliders, undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Unpack

from PySide6.QtCore import QObject, Signal

from app.background.continuations import Done, Failed, ignore, ignore_failure
from app.background.jobs import Job, Jobs
from app.background.requests import Devices, Runner, Transfer
from app.playback.side import STYLED
from app.session.history import Slider, Take
from app.session.messages import MessageBoard
from app.session.open_document import OpenDocument
from app.session.transfer_options import TransferChanges, first_options
from app.system.language import style_name, translate
from app.system.settings import Settings
from tonenet_core.checkpoint import CheckpointInfo
from tonenet_core.errors import Cancelled
from tonenet_core.transfer import STRONGEST, Interpretation


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
        self._jobs = jobs
        self._runner = runner
        self._messages = messages
        self._settings = settings
        self._job: Job | None = None
        document.superseded.connect(self.cancel)
        document.replaced.connect(self._forget_source_style)
        document.shown.connect(self._follow_take)

    # --- the run -------------------------------------------------------------------------------------------------

    def run(self, style: str, done: Done = ignore, failed: Failed = ignore_failure) -> bool:
        """Transfer the open piece to a style; a run that has not ended is cancelled.

        Args:
            style: one of the chosen model's.
            done: called once the result is shown.
            failed: called where there is no result, with `Cancelled` when the piece was left meanwhile.

        Returns:
            Whether a run was started: there must be a piece and a model.
        """
        model, piece = self.options.model, self._document.original
        if piece is None or model is None:
            return False
        self.cancel()
        self._messages.dismiss()
        request = self.options.request(piece, style)

        def fail(error: Exception) -> None:
            self._messages.failed(error)
            self.ended.emit()
            failed(error)

        self._job = self._jobs.run(
            self._runner.interpret,
            request,
            title=self.tr("Transferring to {0}").format(style_name(style.capitalize())),
            done=lambda interpretation: self._show(request, model, interpretation, done, failed),
            failed=fail,
        )
        return True

    def cancel(self) -> None:
        """Cancel the run."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _show(
        self, request: Transfer, model: CheckpointInfo, interpretation: Interpretation, done: Done, failed: Failed
    ) -> None:
        self._job = None
        document, options = self._document.current, self.options
        if document is None or request.performance is not document.performance:
            self.ended.emit()
            failed(Cancelled())
            return
        accents = options.accents if options.accents_set else model.default_accents
        take = Take(
            interpretation, options.strength, accents, request.seed, model.title, model.name, request.source_style
        )
        self._messages.forget_result()
        self._document.set_history(document.history.add(take), STYLED)
        self._explain_if_unchanged()
        for notice in interpretation.notices:
            self._messages.say("warning", translate(notice), of_result=True)
        self.ended.emit()
        done()
        if (request.seed, request.source_style) != (self.options.seed, self.options.source_style):
            self._run_again()  # they were changed while the model ran

    def _run_again(self) -> None:
        """Replace the result by one of the current options, if there is a result."""
        style = self._document.style
        if style is not None and style in self.options.styles:
            self.run(style)

    def _explain_if_unchanged(self) -> None:
        """Say why nothing is different: within one style, the piece already has the style's velocities."""
        take, before, after = self._document.take, self._document.original, self._document.styled
        assert take is not None
        assert before is not None
        assert after is not None
        style = take.interpretation.style
        within = style == take.interpretation.source_style and take.strength > 0
        if within and (before.velocities == after.velocities).all():
            text = self.tr(
                "From {0} to {0} nothing changes. Lower “Keep my accents” to hear the model’s own dynamics, or choose "
                "another style under “From”."
            )
            self._messages.say("info", text.format(style_name(style)), of_result=True)

    # --- options -------------------------------------------------------------------------------------------------

    @property
    def seeded(self) -> bool:
        """Whether the seed matters: the open piece has no dynamics, and the chosen model performs."""
        document, model = self._document.current, self.options.model
        return document is not None and document.flat and model is not None and model.performs

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

    def set_strength(self, strength: float) -> None:
        """Apply more or less of the style, 0..1.5; acts at once, without a model run."""
        self.options = replace(self.options, strength=min(max(strength, 0.0), STRONGEST))
        self._adjust("strength")

    def set_accents(self, accents: float) -> None:
        """Keep more or less of the player's accents, 0..1; acts at once, without a model run."""
        self.options = replace(self.options, accents=min(max(accents, 0.0), 1.0), accents_set=True)
        self._adjust("accents")

    def _adjust(self, slider: Slider) -> None:
        document = self._document.current
        if document is None or document.take is None:
            self.changed.emit()
            return
        self._messages.forget_result()
        history = document.history.adjust(slider, self.options.strength, self.options.accents)
        self._document.set_history(history, self._document.side)

    def _forget_source_style(self) -> None:
        self.options = replace(self.options, source_style=None)

    def _follow_take(self) -> None:
        """Put the sliders where the current result has them."""
        take = self._document.take
        if take is None:
            self.options = self.options.with_default_accents()
        else:
            self.options = replace(self.options, strength=take.strength, accents=take.accents)

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
        document = self._document.current
        if document is None:
            return
        history = document.history.move(steps)
        if history.current is not None:
            self.options = replace(self.options, seed=history.current.seed)
        self._messages.forget_result()
        self._document.set_history(history, STYLED if document.take is None else self._document.side)
