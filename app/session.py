"""The piece that is open now and all that can be done with it; one signal, `changed`.

Views read what they show from here whenever `changed` comes, and call the methods here; they never talk to each other.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from app.files import Dropped, export_name, open_first
from app.jobs import Job, Jobs, JobState
from app.model_process import Devices, ModelProcess, Request, Runner
from app.player import Player
from app.settings import Settings
from app.takes import Take, Takes
from tonenet_core import checkpoint
from tonenet_core.checkpoint import CheckpointInfo
from tonenet_core.errors import Cancelled, ToneNetError
from tonenet_core.midi import write_midi
from tonenet_core.performance import Performance
from tonenet_core.synth import find_soundfont, render_wav
from tonenet_core.transfer import STRONGEST, Interpretation, apply

Side = Literal["original", "styled"]


@dataclass(frozen=True)
class Message:
    """One sentence for the message bar.

    Attributes:
        kind: how it is shown.
        text: full sentences.
    """

    kind: Literal["info", "warning", "error"]
    text: str


class Session(QObject):
    """What is open, its result, and the work that goes on.

    Attributes:
        changed: anything but the progress of a job is new; views re-read.
        progressed: only `job` is new (many times a second).
        original: the open piece; None before the first.
        styled: the result; None before a transfer.
        path: the open piece's file.
        side: which of the two is heard.
        strength: 0..1.5, how much of the style is laid on.
        accents: 0..1, how much of the player's own accents is kept.
        seed: for models that draw by lot.
        models: the checkpoints found.
        devices: what the models can run on, as the model process reports it; empty until it did.
        message: what the message bar says; None for nothing.
        also_dropped: MIDI files that came with the open piece and are not open.
        player: plays both sides.
        settings: what is remembered between starts.
    """

    changed = Signal()
    progressed = Signal()

    def __init__(
        self,
        runner: Runner | None = None,
        settings: Settings | None = None,
        models: Sequence[CheckpointInfo] | None = None,
        player: Player | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Start empty.

        Args:
            runner: where models run; a child process unless given, which is started by `warm` or the first transfer.
            settings: the user's own unless given.
            models: the installed ones unless given.
            player: a new one unless given.
            parent: as in Qt.
        """
        super().__init__(parent)
        self.settings = settings or Settings()
        self.original: Performance | None = None
        self.styled: Performance | None = None
        self.path: Path | None = None
        self.side: Side = "original"
        self.message: Message | None = None
        self.also_dropped: tuple[Path, ...] = ()
        self.models = list(checkpoint.installed() if models is None else models)
        self.devices: Devices = []
        self.seed = 0
        self.strength = 1.0
        self.accents = self.models[0].default_accents if self.models else 0.0
        self.model_name = self.models[0].name if self.models else ""
        self.device = self.settings.device
        self.player = player or Player()
        if self.settings.soundfont is not None:
            self.player.set_soundfont(self.settings.soundfont)
        self.player.set_volume(self.settings.volume)
        self._runner: Runner = runner or ModelProcess()
        self._jobs = Jobs(self)
        self._jobs.changed.connect(self.progressed)
        self._transfer_job: Job | None = None
        self._open_job: Job | None = None
        self._warm_job: Job | None = None
        self._takes = Takes()

    # --- what there is -------------------------------------------------------------------------------------------

    @property
    def job(self) -> JobState | None:
        """The job that the user waits for, or None."""
        return self._jobs.state

    @property
    def idle(self) -> bool:
        """Whether no job runs or waits."""
        return self._jobs.idle

    @property
    def take(self) -> Take | None:
        """The result as it is now, or None before a transfer."""
        return self._takes.now

    @property
    def style(self) -> str | None:
        """The style of the result, or None before a transfer."""
        return self.take.interpretation.style if self.take else None

    @property
    def source_style(self) -> str | None:
        """The style that the model took the original to be in, or None before a transfer."""
        return self.take.interpretation.source_style if self.take else None

    @property
    def model(self) -> CheckpointInfo | None:
        """The chosen model, or None when none is installed."""
        return next((info for info in self.models if info.name == self.model_name), None)

    def styles(self) -> tuple[str, ...]:
        """Return the styles of the chosen model by name; each gets a button."""
        return tuple(sorted(self.model.styles)) if self.model else ()

    @property
    def seeded(self) -> bool:
        """Whether the chosen model draws by lot, so that the seed matters."""
        return bool(self.model and self.model.config.get("seeded", False))

    @property
    def can_undo(self) -> bool:
        """Whether there is an earlier result."""
        return self._takes.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether an undone result can come back."""
        return self._takes.can_redo

    # --- opening -------------------------------------------------------------------------------------------------

    def open(self, path: Path) -> None:
        """Read a MIDI file; it takes the place of the open piece only when it is whole."""
        self.open_paths([path])

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open the first MIDI file of what was dropped (files, folders) and keep the others on offer.

        A transfer that runs is cancelled: who opens another piece should not wait for this one's.
        """
        self._cancel_transfer()
        if self._open_job is not None:
            self._open_job.cancel()
        title = self.tr("Opening {0}").format(paths[0].name)
        self._open_job = self._jobs.run(open_first, paths, title=title, done=self._opened, failed=self._failed)
        self.dismiss_message()

    def _opened(self, dropped: Dropped) -> None:
        self._open_job = None
        self._cancel_transfer()  # one that was asked for while the file was read is for the piece before
        self.original, self.path = dropped.performance, dropped.path
        self.also_dropped = dropped.others
        self._takes = Takes()
        self.styled, self.side = None, "original"
        self.settings.remember_piece(dropped.path)
        self._give_player()
        notices = [*dropped.performance.notices]
        if dropped.others:
            notices.append(self._name_others(dropped.others))
        self._say("info", " ".join(notices)) if notices else self.changed.emit()

    def _name_others(self, others: Sequence[Path]) -> str:
        named = ", ".join(path.name for path in others[:3])
        if len(others) > 3:
            named = self.tr("{0} and {1} more").format(named, len(others) - 3)
        return self.tr("Also dropped: {0} (see File, Also Dropped).").format(named)

    # --- transfer ------------------------------------------------------------------------------------------------

    def transfer(self, style: str) -> None:
        """Run the model on the open piece; a run that goes on is cancelled. Without a piece it does nothing."""
        if self.original is None or self.model is None:
            return
        self._cancel_transfer()
        self.dismiss_message()
        request = Request(self.original, str(self.model.path), style, self.seed, self.device)
        self._transfer_job = self._jobs.run(
            self._runner.interpret,
            request,
            title=self.tr("Transferring to {0}").format(style.capitalize()),
            done=lambda interpretation: self._transferred(request, interpretation),
            failed=self._failed,
        )

    def _transferred(self, request: Request, interpretation: Interpretation) -> None:
        self._transfer_job = None
        if request.performance is not self.original:
            return
        self._takes.add(Take(interpretation, self.strength, self.accents))
        self._show_take(side="styled")
        self.warm()

    def cancel(self) -> None:
        """Stop what the user waits for; the window stays as it is."""
        self._jobs.cancel_all()

    def _cancel_transfer(self) -> None:
        if self._transfer_job is not None:
            self._transfer_job.cancel()
            self._transfer_job = None

    def warm(self) -> None:
        """Start the model process and ask it for its devices, behind everything else."""
        if self._warm_job is None and not self.devices:
            self._warm_job = self._jobs.run(
                self._start_runner, title="", done=self._found_devices, failed=self._not_warm, background=True
            )

    def _start_runner(self, progress: object) -> Devices:
        self._runner.start()
        return self._runner.devices(progress)  # type: ignore[arg-type]

    def _not_warm(self, error: Exception) -> None:
        self._warm_job = None
        self._failed(error)

    def _found_devices(self, devices: Devices) -> None:
        self._warm_job = None
        self.devices = devices
        if self.device not in {"auto", *(name for name, _ in devices)}:
            self.device = "auto"
        self.changed.emit()

    # --- choices -------------------------------------------------------------------------------------------------

    def set_model(self, name: str) -> None:
        """Choose a model by its name; accents go to its default unless the user had set them."""
        old = self.model
        self.model_name = name
        if self.model and old and self.accents == old.default_accents:
            self.accents = self.model.default_accents
        self.changed.emit()

    def set_device(self, device: str) -> None:
        """Choose where models run: "auto", "cpu" or "cuda:N"."""
        self.device = self.settings.device = device
        self.changed.emit()

    def set_seed(self, seed: int) -> None:
        """Choose the seed of the next transfer."""
        self.seed = seed
        self.changed.emit()

    def set_strength(self, strength: float) -> None:
        """Lay more or less of the style on, 0..1.5; acts at once, without a model run."""
        self.strength = min(max(strength, 0.0), STRONGEST)
        self._adjusted("strength")

    def set_accents(self, accents: float) -> None:
        """Keep more or less of the player's accents, 0..1; acts at once, without a model run."""
        self.accents = min(max(accents, 0.0), 1.0)
        self._adjusted("accents")

    def _adjusted(self, slider: str) -> None:
        if self.take is None:
            self.changed.emit()
            return
        self._takes.adjust(slider, self.strength, self.accents)
        self._show_take(side=self.side)

    def undo(self) -> None:
        """Go back to the result before; without one, to the original alone."""
        self._move(-1)

    def redo(self) -> None:
        """Bring the result back that was undone last."""
        self._move(1)

    def _move(self, steps: int) -> None:
        if self.original is None:
            return
        self._takes.move(steps)
        if self.take is not None:
            self.strength, self.accents = self.take.strength, self.take.accents
        self._show_take(side=self.side if self.styled is not None else "styled")

    def _show_take(self, side: Side) -> None:
        assert self.original is not None
        take = self.take
        self.styled = apply(self.original, take.interpretation, take.strength, take.accents) if take else None
        self.side = side if take else "original"
        self._give_player()
        self.changed.emit()

    # --- hearing -------------------------------------------------------------------------------------------------

    def set_side(self, side: Side) -> None:
        """Hear the original or the result, at the same position; without a result it stays the original."""
        self.side = side if self.styled is not None else "original"
        self.player.set_side(self.side)
        self.changed.emit()

    def toggle_side(self) -> None:
        """Hear the other side."""
        self.set_side("original" if self.side == "styled" else "styled")

    def _give_player(self) -> None:
        self.player.set_performances(self.original, self.styled)
        self.player.set_side(self.side)

    def set_soundfont(self, path: Path | None) -> None:
        """Play with this SoundFont from now on; None for the best one found."""
        if path != self.settings.soundfont:
            self.settings.soundfont = path
            self.player.set_soundfont(path)

    # --- exporting -----------------------------------------------------------------------------------------------

    def suggested_export(self, suffix: str) -> Path:
        """Return where an export would go unless the user says otherwise: the last export's folder or the piece's."""
        assert self.path is not None
        folder = self.settings.export_folder or self.path.parent
        return folder / export_name(
            self.path, self.style if self.side == "styled" or suffix == ".mid" else None, suffix
        )

    def export(self, path: Path) -> None:
        """Write the result as MIDI: the source's bytes with only velocity bytes changed. Done at once, not a job."""
        if self.styled is None or not self._may_write(path):
            return
        try:
            write_midi(path, self.styled)
        except ToneNetError as error:
            self._say("error", str(error))
            return
        self._exported(path)

    def export_wav(self, path: Path) -> None:
        """Render the side that is heard to a WAV file, as a job."""
        performance = self.styled if self.side == "styled" else self.original
        if performance is None or not self._may_write(path):
            return

        def render(progress: object) -> Path:
            soundfont = find_soundfont(self.settings.soundfont)
            render_wav(performance, path, soundfont, progress)  # type: ignore[arg-type]
            return path

        title = self.tr("Writing {0}").format(path.name)
        self._jobs.run(render, title=title, done=self._exported, failed=self._failed)

    def _may_write(self, path: Path) -> bool:
        if self.path is not None and path.exists() and path.samefile(self.path):
            text = self.tr("{0} is the original, which is never changed: please choose another name.")
            self._say("error", text.format(path.name))
            return False
        return True

    def _exported(self, path: Path) -> None:
        self.settings.export_folder = path.parent
        self._say("info", self.tr("Saved {0} in {1}.").format(path.name, path.parent))

    # --- messages and the end ------------------------------------------------------------------------------------

    def say(self, kind: Literal["info", "warning", "error"], text: str) -> None:
        """Show a sentence in the message bar."""
        self._say(kind, text)

    def dismiss_message(self) -> None:
        """Empty the message bar."""
        self.message = None
        self.changed.emit()

    def _say(self, kind: Literal["info", "warning", "error"], text: str) -> None:
        self.message = Message(kind, text)
        self.changed.emit()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Cancelled):
            self.changed.emit()
        elif isinstance(error, ToneNetError):
            self._say("error", str(error))
        else:
            self.changed.emit()
            sys.excepthook(type(error), error, error.__traceback__)

    def close(self) -> None:
        """Cancel and end everything: worker, model process, sound. Safe to call twice."""
        self.settings.volume = self.player.volume
        self._jobs.close()
        self._runner.close()
        self.player.close()
        self.settings.sync()
