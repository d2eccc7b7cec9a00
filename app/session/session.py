"""The piece that is open now and all that can be done with it; one signal, `changed`.

Views read what they show from here whenever `changed` comes, and call the methods here; they never talk to each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from app.background.jobs import Job, Jobs, JobState
from app.background.model_process import Devices, Invention, ModelProcess, Request, Runner
from app.playback.player import Player
from app.session.batch import Batch
from app.session.dropped_files import Dropped, NothingFound, open_first
from app.session.exports import Exports
from app.session.generation_options import Generation, Origin
from app.session.history import Piece, Take, Takes
from app.session.listening import Listening
from app.session.messages import Message, MessageBoard, Offer
from app.session.style_judgement import Judging, shipped_judge
from app.session.transfer_options import Choices
from app.system.language import style_name, told
from app.system.settings import Settings
from tonenet_core import checkpoint
from tonenet_core.checkpoint import CheckpointInfo
from tonenet_core.errors import MidiError
from tonenet_core.midi import read_midi
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress
from tonenet_core.transfer import STRONGEST, Interpretation, apply, has_dynamics

if TYPE_CHECKING:
    from tonenet_core.judge import Judge

Side = Literal["original", "styled"]
GENERATED_MAX = 20  # new pieces that can be come back to


class Session(QObject):
    """What is open, its result, and the work that goes on.

    Attributes:
        changed: anything but the progress of a job is new; views re-read.
        progressed: only `job` is new (many times a second).
        batch_wanted: files and folders are to be shown in the batch window.
        original: the open piece; None before the first.
        styled: the result; None before a transfer.
        path: the open piece's file; None for one that was made here.
        title: the open piece's name; empty before the first.
        made_from: the piece that the open one was made from, to be compared with; None for any other.
        way: the pieces on the way between two, if the open one is one of them.
        generated: names and pieces that were made here, the last one first.
        side: which of the two `sides` is heard: "original" is the first.
        choices: what is chosen for the next transfer, and where the sliders stand.
        generation: what is chosen for the next new piece.
        judging: what an independent judge says of both sides.
        devices: what the models can run on, as the model process reports it; empty until it did.
        messages: what is said to the user.
        also_dropped: MIDI files that came with the open piece and are not open.
        batch: many files at once.
        exports: takes results out.
        player: plays both sides.
        listening: where that sound goes, and how its level is matched.
        settings: what is remembered between starts.
    """

    changed = Signal()
    progressed = Signal()
    batch_wanted = Signal(list)

    def __init__(
        self,
        runner: Runner | None = None,
        settings: Settings | None = None,
        models: Sequence[CheckpointInfo] | None = None,
        player: Player | None = None,
        *,
        generators: Sequence[CheckpointInfo] | None = None,
        load_judge: Callable[[], Judge | None] = shipped_judge,
        parent: QObject | None = None,
    ) -> None:
        """Start empty.

        Args:
            runner: where models run; a child process unless given, which is started by `warm` or the first transfer.
            settings: the user's own unless given.
            models: the installed ones unless given.
            player: a new one unless given.
            generators: likewise those that invent pieces.
            load_judge: gives the judge of styles, or None; called in the background.
            parent: as in Qt.
        """
        super().__init__(parent)
        self.settings = settings or Settings()
        self.original: Performance | None = None
        self.styled: Performance | None = None
        self.path: Path | None = None
        self.title = ""
        self.made_from: Performance | None = None
        self.way: tuple[Performance, ...] = ()
        self.generated: tuple[tuple[str, Performance], ...] = ()
        self.side: Side = "original"
        self.messages = MessageBoard(self)
        self.messages.changed.connect(self.changed)
        self.also_dropped: tuple[Path, ...] = ()
        self.choices = Choices(checkpoint.installed() if models is None else models, self.settings.device)
        inventing = checkpoint.generators() if generators is None else generators
        self.generation = Generation(inventing, [info for info in self.choices.models if info.performs])
        self.devices: Devices = []
        self.player = player or Player()
        if self.settings.soundfont is not None:
            self.player.set_soundfont(self.settings.soundfont)
        self.player.set_volume(self.settings.volume)
        self._told_of_soundfont: str | None = None
        self.player.changed.connect(self._tell_of_soundfont)
        self._runner: Runner = runner or ModelProcess()
        self._jobs = Jobs(self)
        self._jobs.changed.connect(self.progressed)
        self.batch = Batch(self._jobs, self._runner, self)
        self.judging = Judging(load_judge, self.messages.failed, self)
        self.judging.changed.connect(self.changed)
        self._transfer_job: Job | None = None
        self._generate_job: Job | None = None
        self._open_job: Job | None = None
        self._warm_job: Job | None = None
        self._takes = Takes()
        self.exports = Exports(self, self._jobs, self.messages, self.settings, self)
        self.listening = Listening(self.player, self.settings, self.messages, self)

    # --- what there is -------------------------------------------------------------------------------------------

    @property
    def message(self) -> Message | None:
        """What the message bar says; None for nothing."""
        return self.messages.now

    @property
    def job(self) -> JobState | None:
        """The job that the user waits for, or None."""
        return self._jobs.state

    @property
    def idle(self) -> bool:
        """Whether no job runs or waits, the judge's included."""
        return self._jobs.idle and self.judging.idle

    @property
    def take(self) -> Take | None:
        """The result as it is now, or None before a transfer."""
        return self._takes.now

    @property
    def style(self) -> str | None:
        """The style of the result, or None before a transfer."""
        return self.take.interpretation.style if self.take else None

    @property
    def flat(self) -> bool:
        """Whether the open piece has no dynamics of its own; False without a piece."""
        return self.original is not None and not has_dynamics(self.original)

    @property
    def seeded(self) -> bool:
        """Whether the seed matters: there is something to perform, and the chosen model does so."""
        return self.flat and self.choices.model is not None and self.choices.model.performs

    @property
    def sides(self) -> tuple[Performance | None, Performance | None]:
        """A and B: the open piece and its result; before there is one, what the piece was made from and the piece."""
        if self.styled is None and self.made_from is not None:
            return self.made_from, self.original
        return self.original, self.styled

    @property
    def side_names(self) -> tuple[str, str]:
        """What A and B are called."""
        if self.styled is None and self.made_from is not None:
            return self.tr("Source"), self.tr("New")
        return self.tr("Original"), style_name(self.style.capitalize()) if self.style else self.tr("Styled")

    @property
    def result(self) -> Performance | None:
        """What is exported: the result of a transfer, or a piece that was made here; None where there is neither."""
        return self.original if self.styled is None and self.path is None else self.styled

    @property
    def unsaved(self) -> bool:
        """Whether closing would lose something: a result, or a piece that was made here, that was not taken out."""
        return self.result is not None and self._changes_something() and not self.exports.saved(self.result)

    def _changes_something(self) -> bool:
        """Whether the result differs from a file that the user has."""
        before, after = self.original, self.styled
        return self.path is None or (
            before is not None and after is not None and bool((before.velocities != after.velocities).any())
        )

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

        A model that runs is cancelled: who opens another piece should not wait for this one's.
        """
        self._cancel_models()
        if self._open_job is not None:
            self._open_job.cancel()
        title = self.tr("Opening {0}").format(paths[0].name)
        self._open_job = self._jobs.run(
            open_first, paths, title=title, done=partial(self._opened, paths), failed=partial(self._not_opened, paths)
        )
        self.messages.dismiss()

    def _not_opened(self, paths: Sequence[Path], error: Exception) -> None:
        several = len(paths) > 1 or paths[0].is_dir()
        if several and isinstance(error, MidiError) and not isinstance(error, NothingFound):
            self.messages.say("error", told(error), offers=[self._offer_batch(paths)])
        else:
            self.messages.failed(error)

    def _offer_batch(self, paths: Sequence[Path]) -> Offer:
        return Offer("batchOffer", self.tr("Transfer All…"), lambda: self.batch_wanted.emit(list(paths)))

    def _opened(self, paths: Sequence[Path], dropped: Dropped) -> None:
        self._open_job = None
        self._cancel_models()  # what was asked for while the file was read is for the piece before
        left = self._leave()
        self.path, self.also_dropped = dropped.path, dropped.others
        self._show_piece(dropped.performance, dropped.path.name)
        self.settings.remember_piece(dropped.path)
        notices, offers = [told(notice) for notice in dropped.performance.transfer_notices], []
        if dropped.others:
            notices.append(self._name_others(dropped.others))
            offers.append(self._offer_batch(paths))
        self._say_on_leaving(left, notices, offers)

    def _leave(self) -> Piece | None:
        """Return the open piece with its results if one of these was not taken out and would be lost; else None."""
        if self.original is None or self.styled is None or not self.unsaved:
            return None
        return Piece(self.original, self.title, self.path, self.made_from, self.way, self._takes)

    def _say_on_leaving(self, left: Piece | None, notices: Sequence[str] = (), offers: Sequence[Offer] = ()) -> None:
        """Say what there is to say once another piece is open, and offer the result that was left."""
        said, offered = [*notices], [*offers]
        if left is not None:
            said.append(self.tr("The result of {0} was not exported.").format(left.title))
            offered.append(Offer("bringBackOffer", self.tr("Go Back to It"), lambda: self._bring_back(left)))
        if said:
            self.messages.say("info", " ".join(said), offers=offered)
        else:
            self.changed.emit()

    def _bring_back(self, piece: Piece) -> None:
        """Open a piece again as it was left, with its results."""
        self._cancel_models()
        left = self._leave()
        self.path, self.also_dropped = piece.path, ()
        self._show_piece(piece.original, piece.title, piece.made_from, piece.way, piece.takes)
        self.messages.now = None
        self._say_on_leaving(left)

    def _show_piece(
        self,
        performance: Performance,
        title: str,
        made_from: Performance | None = None,
        way: tuple[Performance, ...] = (),
        takes: Takes | None = None,
    ) -> None:
        """Put a piece in the open one's place, without a result unless `takes` has one."""
        self.original, self.title, self.made_from, self.way = performance, title, made_from, way
        self._takes = takes or Takes()
        self.choices.source_style = None
        self._follow_take(side="original" if made_from is None and self.take is None else "styled")

    def _name_others(self, others: Sequence[Path]) -> str:
        named = ", ".join(path.name for path in others[:3])
        if len(others) > 3:
            named = self.tr("{0} and %n more", "", len(others) - 3).format(named)
        return self.tr("Also dropped: {0} (see File, Also Dropped).").format(named)

    # --- transfer ------------------------------------------------------------------------------------------------

    def transfer(self, style: str) -> None:
        """Run the model on the open piece; a run that goes on is cancelled. Without a piece it does nothing."""
        model = self.choices.model
        if self.original is None or model is None:
            return
        self._cancel_transfer()
        self.messages.dismiss()
        request = self.choices.request(self.original, style)
        self._transfer_job = self._jobs.run(
            self._runner.interpret,
            request,
            title=self.tr("Transferring to {0}").format(style_name(style.capitalize())),
            done=lambda interpretation: self._transferred(request, model, interpretation),
            failed=self.messages.failed,
        )

    def _transferred(self, request: Request, model: CheckpointInfo, interpretation: Interpretation) -> None:
        self._transfer_job = None
        if request.performance is not self.original:
            return
        choices = self.choices
        accents = choices.accents if choices.accents_set else model.default_accents
        said = request.source_style
        self._takes.add(Take(interpretation, choices.strength, accents, request.seed, model.title, model.name, said))
        self._show_take(side="styled")
        self._tell_if_unchanged()
        for notice in interpretation.notices:
            self.messages.say("warning", told(notice), of_result=True)
        self.warm()
        if (request.seed, request.source_style) != (choices.seed, choices.source_style):
            self._transfer_again()  # they were changed while it ran

    def _transfer_again(self) -> None:
        """Make the result anew with what is chosen now; without one there is nothing to do."""
        if self.style in self.choices.styles:
            self.transfer(self.style)
        else:
            self.changed.emit()

    def _tell_if_unchanged(self) -> None:
        """Say why nothing is different: within one style, what the player does is already what the style does."""
        take, before, after = self.take, self.original, self.styled
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
            self.messages.say("info", text.format(style_name(style)), of_result=True)

    # --- new pieces ----------------------------------------------------------------------------------------------

    def generate(self) -> None:
        """Have a piece made as `generation` says, to take the open one's place; nothing where something is missing."""
        generation = self.generation
        if generation.missing(self.original) is not None:
            return
        self._cancel_models()
        self.messages.dismiss()
        request = generation.request(self.original, self.choices.seed)
        other = generation.other if generation.origin == "between" else None
        name = self.path.stem if self.path else self.title
        titles = {
            "noise": self.tr("New {0} piece {1}").format(style_name(generation.style), self.choices.seed),
            "piece": self.tr("{0} rebuilt").format(name),
            "between": self.tr("Between {0} and {1}").format(name, other.stem if other else ""),
            "primer": self.tr("{0}, continued {1}").format(name, self.choices.seed),
        }
        title = titles[generation.origin]

        def invent(progress: Progress) -> list[Performance]:
            whole = request if other is None else replace(request, second=read_midi(other))
            return self._runner.invent(whole, progress)

        self._generate_job = self._jobs.run(
            invent,
            title=self.tr("Generating"),
            done=lambda pieces: self._generated(request, title, pieces),
            failed=self.messages.failed,
        )

    def _generated(self, request: Invention, title: str, pieces: list[Performance]) -> None:
        self._generate_job = None
        left = self._leave()
        self.path, self.also_dropped = None, ()
        piece = pieces[len(pieces) // 2]
        self.generated = ((title, piece), *self.generated)[:GENERATED_MAX]
        made_from = request.first if request.primer_bars is None else None  # what goes on is no version of it
        self._show_piece(piece, title, made_from, tuple(pieces) if len(pieces) > 1 else ())
        self._say_on_leaving(left)
        self.warm()

    def show_generated(self, index: int) -> None:
        """Open a piece again that was made here; 0 is the last one."""
        self._cancel_models()
        left = self._leave()
        title, piece = self.generated[index]
        self.path, self.also_dropped = None, ()
        self._show_piece(piece, title)
        self.messages.now = None
        self._say_on_leaving(left)

    def set_place(self, index: int) -> None:
        """Show another piece of those on the way between two; 0 is the first end."""
        if self.way and self.way[index] is not self.original:
            self._cancel_models()
            side = self.side
            self._show_piece(self.way[index], self.title, self.made_from, self.way)
            self.generated = ((self.title, self.way[index]), *self.generated[1:])
            self.set_side(side)

    def set_generator(self, name: str) -> None:
        """Choose what invents the next piece."""
        self.generation.choose_model(name)
        self.changed.emit()

    def set_origin(self, origin: Origin) -> None:
        """Choose what the next piece is made from."""
        self.generation.origin = origin
        self.changed.emit()

    def set_other(self, path: Path) -> None:
        """Choose the piece at the other end of the way."""
        self.generation.other = path
        self.changed.emit()

    # --- the end of what runs ------------------------------------------------------------------------------------

    def cancel(self) -> None:
        """Stop what the user waits for; the window stays as it is."""
        self._jobs.cancel_all()

    def _cancel_models(self) -> None:
        self._cancel_transfer()
        if self._generate_job is not None:
            self._generate_job.cancel()
            self._generate_job = None

    def _cancel_transfer(self) -> None:
        if self._transfer_job is not None:
            self._transfer_job.cancel()
            self._transfer_job = None

    def warm(self) -> None:
        """Start the model process and ask it for its devices, and have the judge loaded, behind everything else."""
        self.judging.warm()
        if self._warm_job is None and not self.devices:
            self._warm_job = self._jobs.run(
                self._start_runner, title="", done=self._found_devices, failed=self._not_warm, background=True
            )

    def _start_runner(self, progress: object) -> Devices:
        self._runner.start()
        return self._runner.devices(progress)  # type: ignore[arg-type]

    def _not_warm(self, error: Exception) -> None:
        self._warm_job = None
        self.messages.failed(error)

    def _found_devices(self, devices: Devices) -> None:
        self._warm_job = None
        self.devices = devices
        if self.choices.device not in {"auto", *(name for name, _ in devices)}:
            self.choices.device = "auto"
        self.changed.emit()

    # --- choices -------------------------------------------------------------------------------------------------

    def set_model(self, name: str) -> None:
        """Choose a model by its name; a result stays, and the sliders with it, until the next transfer."""
        self.choices.choose_model(name)
        if self.take is None:
            self.choices.default_accents()
        self.changed.emit()

    def set_source_style(self, style: str | None) -> None:
        """Say what the piece is played in, or None to leave that to the model; a result is made anew."""
        self.choices.source_style = style
        self._transfer_again()

    def set_device(self, device: str) -> None:
        """Choose where models run: "auto", "cpu" or "cuda:N"."""
        self.choices.device = self.settings.device = device
        self.changed.emit()

    def set_seed(self, seed: int) -> None:
        """Choose how a piece without dynamics is performed, and what comes from noise; a performance is made anew."""
        self.choices.seed = seed
        if self.seeded:
            self._transfer_again()
        else:
            self.changed.emit()

    def set_strength(self, strength: float) -> None:
        """Lay more or less of the style on, 0..1.5; acts at once, without a model run."""
        self.choices.strength = min(max(strength, 0.0), STRONGEST)
        self._adjusted("strength")

    def set_accents(self, accents: float) -> None:
        """Keep more or less of the player's accents, 0..1; acts at once, without a model run."""
        self.choices.accents, self.choices.accents_set = min(max(accents, 0.0), 1.0), True
        self._adjusted("accents")

    def _adjusted(self, slider: str) -> None:
        if self.take is None:
            self.changed.emit()
            return
        self._takes.adjust(slider, self.choices.strength, self.choices.accents)
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
            self.choices.seed = self.take.seed
        self._show_take(side=self.side if self.styled is not None else "styled")

    def _show_take(self, side: Side) -> None:
        self._follow_take(side)
        self.messages.forget_result()
        self.changed.emit()

    def _follow_take(self, side: Side) -> None:
        """Bring everything in line with the take that there is now, or with there being none."""
        assert self.original is not None
        take, choices = self.take, self.choices
        if take is None:
            self.styled, self.side = None, side if self.made_from is not None else "original"
            choices.default_accents()
        else:
            self.styled, self.side = apply(self.original, take.interpretation, take.strength, take.accents), side
            choices.strength, choices.accents = take.strength, take.accents
        self.player.set_performances(*self.sides)
        self.player.set_side(self.side)
        self.judging.look_at(self.original, self.styled)

    # --- hearing -------------------------------------------------------------------------------------------------

    def set_side(self, side: Side) -> None:
        """Hear the original or the result, at the same position; without a result it stays the original."""
        self.side = side if self.sides[1] is not None else "original"
        self.player.set_side(self.side)
        self.changed.emit()

    def toggle_side(self) -> None:
        """Hear the other side."""
        self.set_side("original" if self.side == "styled" else "styled")

    def set_soundfont(self, path: Path | None) -> None:
        """Play with this SoundFont from now on; None for the best one found."""
        if path != self.settings.soundfont:
            self.settings.soundfont = path
            self.player.set_soundfont(path)

    def _tell_of_soundfont(self) -> None:
        """Say once that another SoundFont plays than the one that was chosen."""
        notice = self.player.notice
        if notice != self._told_of_soundfont:
            self._told_of_soundfont = notice
            if notice is not None:
                self.messages.say("warning", notice)

    # --- the end -------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Cancel and end everything: worker, model process, sound. Safe to call twice."""
        self.settings.volume = self.player.volume
        self.judging.close()
        self.batch.cancel()
        self._jobs.close()
        self._runner.close()
        self.listening.close()
        self.player.close()
        self.settings.sync()
