"""The session: the open document, and the parts that transfer, generate, judge, play and export it.

Views re-read what they show whenever `changed` comes, and call the methods of the session and its parts; they never
talk to each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app.background.continuations import Done, Failed, ignore, ignore_failure
from app.background.jobs import Job, Jobs, JobState
from app.background.model_process import ModelProcess
from app.background.requests import Devices, Learner, Runner, Warming
from app.documents.history import Take
from app.documents.messages import Message, MessageBoard
from app.documents.open_document import OpenDocument
from app.documents.opening import Opening
from app.editing.editing import Editing
from app.learning.learning import Learning
from app.playback.player import Player
from app.playback.side import ORIGINAL, STYLED, Side
from app.session.batch import Batch
from app.session.covering import Covering
from app.session.exports import Exports
from app.session.generation import Generation
from app.session.listening import Listening
from app.session.marked_passage import MarkedPassage
from app.session.style_judgement import StyleJudgement, shipped_judge
from app.session.takes import Takes
from app.session.takes_ahead import TakesAhead
from app.session.tapping import Tapping
from app.session.transfers import Transfers
from app.system.settings import Settings
from tonenet_core import checkpoint
from tonenet_core.checkpoint import CheckpointInfo
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress

if TYPE_CHECKING:
    from tonenet_core.judge import Judge


class Session(QObject):
    """The open document and all that can be done with it.

    Attributes:
        changed: document, result, side or options are new; views re-read. Messages, verdicts and the player have
            signals of their own.
        progressed: only `job` is new (many times a second).
        batch_wanted: files and folders are to be shown in the batch window.
        tracks_wanted: the tracks of the open piece are to be shown, to choose from.
        document: the open piece with its results, and the side that is heard.
        transfers: the options and runs of transfers, the sliders, undo.
        takes, editing: the results of the open piece; its notes that are selected, and velocities set by hand.
        generation: the options and runs of generators, and the generated pieces.
        covering: the options and runs of covers.
        judgement: an independent classifier's verdicts on both sides.
        messages: the message bar's state.
        batch: transfers of many files.
        learning: a style that is learnt from a folder.
        exports: writes results to files.
        player: plays both sides.
        marked: the passage that its loop marks.
        tapping: the beats that are tapped to it.
        listening: the outputs of the sound, and the level match.
        settings: what is remembered between starts.
        runner: runs the models.
        jobs: runs core calls in the background.
    """

    changed = Signal()
    progressed = Signal()
    batch_wanted = Signal(list)
    tracks_wanted = Signal()

    def __init__(
        self,
        runner: Runner | None = None,
        settings: Settings | None = None,
        models: Sequence[CheckpointInfo] | None = None,
        player: Player | None = None,
        *,
        generators: Sequence[CheckpointInfo] | None = None,
        accompanists: Sequence[CheckpointInfo] | None = None,
        load_judge: Callable[[], Judge | None] = shipped_judge,
        make_learner: Callable[[], Learner] = ModelProcess,
        parent: QObject | None = None,
    ) -> None:
        """Start without a document.

        Args:
            runner: where models run; a child process unless given, which is started by `warm` or the first transfer.
            settings: the user's own unless given.
            models: the installed velocity models unless given.
            player: a new one unless given.
            generators: the installed generators unless given.
            accompanists: the installed models that write accompaniments unless given.
            load_judge: returns the judge of styles, or None; called in the background.
            make_learner: makes what learns styles.
            parent: as in Qt.
        """
        super().__init__(parent)
        models = checkpoint.installed() if models is None else models
        generators = checkpoint.generators() if generators is None else generators
        self.settings = settings = settings or Settings()
        self.runner = runner = runner or ModelProcess()
        self.messages = messages = MessageBoard(self)
        self.jobs = jobs = Jobs(self)
        self.document = document = OpenDocument(messages, self)
        self.player = player or Player()
        self.marked = marked = MarkedPassage(document, self.player)
        self.transfers = Transfers(
            document, models, marked=marked, jobs=jobs, runner=runner, messages=messages, settings=settings, parent=self
        )
        self.takes = Takes(self.document, self.transfers, self.messages, self)
        self.editing = Editing(self.document, self.player, messages, self)
        performers = [info for info in models if info.performs]
        self.generation = Generation(
            self.document, generators, performers, jobs=jobs, runner=self.runner, messages=messages, parent=self
        )
        self.covering = Covering(
            self.document, accompanists, self.transfers, jobs=jobs, runner=self.runner, messages=messages, parent=self
        )
        self.exports = Exports(self.document, jobs, self.messages, self.settings, self)
        self.batch = Batch(jobs, self.runner, self)
        self.learning = Learning(jobs, messages, make_learner, self)
        self.judgement = StyleJudgement(load_judge, jobs, self.messages.failed, self)
        self.tapping = Tapping(self.document, self.player, messages, self)
        self.listening = Listening(self.player, jobs, self.settings, self.messages, self)
        TakesAhead(document, jobs, self._play_document, messages.failed, self)
        self._opening = Opening(self.document, jobs, self.messages, self.settings, self)
        self._opening.batch_wanted.connect(self.batch_wanted)
        self._opening.tracks_wanted.connect(self.tracks_wanted)
        self._warm_job: Job | None = None
        self._played = False
        self._connect()

    def _connect(self) -> None:
        self.jobs.changed.connect(self.progressed)
        self.document.shown.connect(self._play_document)
        self.document.side_changed.connect(lambda: self.player.set_side(self.side))
        self.player.changed.connect(self._catch_up)
        for part in (self.document, self.transfers, self.generation, self.covering):
            part.changed.connect(self.changed)
        self.learning.learned.connect(lambda name: self.transfers.set(**self.transfers.options.read_again(name)))
        for runs in (self.transfers, self.generation, self.covering):
            runs.ended.connect(self.warm)

    # --- the document --------------------------------------------------------------------------------------------

    @property
    def original(self) -> Performance | None:
        """The open piece; None before the first."""
        return self.document.original

    @property
    def styled(self) -> Performance | None:
        """The result; None before a transfer."""
        return self.document.styled

    @property
    def order(self) -> NDArray[np.int64] | None:
        """For each note of the result the place of the same note in the piece; None before a transfer."""
        return self.document.order

    @property
    def take(self) -> Take | None:
        """The result with its settings, or None before a transfer."""
        return self.document.take

    @property
    def style(self) -> str | None:
        """The style of the result, or None before a transfer."""
        return self.document.style

    @property
    def detected_style(self) -> str | None:
        """The style that the open piece was found to be played in; None where it is not known."""
        take, verdict = self.document.made, self.judgement.before
        if take is not None and take.source_style is None and not take.interpretation.performed:
            made = take.interpretation
            return made.style if made.already else made.source_style
        return None if verdict is None else verdict.named

    @property
    def path(self) -> Path | None:
        """The open piece's file; None for a generated piece."""
        return self.document.path

    @property
    def title(self) -> str:
        """The open piece's name; empty before the first."""
        return self.document.title

    @property
    def side(self) -> Side:
        """The side that is heard."""
        return self.document.side

    @property
    def sides(self) -> tuple[Performance | None, Performance | None]:
        """A and B; see `Document.sides`."""
        return self.document.sides

    @property
    def side_names(self) -> tuple[str, str]:
        """The names of A and B, for people."""
        return self.document.side_names

    @property
    def message(self) -> Message | None:
        """The message in the message bar; None for none."""
        return self.messages.now

    @property
    def job(self) -> JobState | None:
        """The job that the user waits for, or None."""
        return self.jobs.state

    @property
    def idle(self) -> bool:
        """Whether no job runs or waits, the judge's and those of figures included."""
        return self.jobs.is_idle("user", "figures") and self.judgement.idle

    def set_side(self, side: Side) -> None:
        """Hear the original or the result, at the same musical place; without a result it stays the original."""
        self.document.set_side(side)

    def toggle_side(self) -> None:
        """Hear the other side."""
        self.set_side(ORIGINAL if self.side == STYLED else STYLED)

    def _play_document(self) -> None:
        self.listening.follow(*self.sides, self.document.time_map, self.document.neighbours)
        self.player.set_side(self.side)
        self.judgement.judge(self.original, self.styled)

    def _catch_up(self) -> None:
        """Begin to play with the notes where they sound."""
        begins, self._played = self.player.playing and not self._played, self.player.playing
        if begins:
            self.document.catch_up()

    # --- calls ---------------------------------------------------------------------------------------------------

    def open(self, path: Path, done: Done = ignore, failed: Failed = ignore_failure) -> None:
        """Open a MIDI file; see `Opening.open_paths`."""
        self._opening.open_paths([path], done, failed)

    def open_paths(self, paths: Sequence[Path], done: Done = ignore, failed: Failed = ignore_failure) -> None:
        """Open the first MIDI file among files and folders; see `Opening.open_paths`."""
        self._opening.open_paths(paths, done, failed)

    def generate(self, done: Done = ignore, failed: Failed = ignore_failure) -> bool:
        """Generate a piece with the options and the seed, or the next seed: see `Generation.next_seed`, `.run`."""
        seed = self.generation.next_seed(self.transfers.options.seed)
        self.transfers.set(seed=seed)
        return self.generation.run(seed, done, failed)

    def cancel(self) -> None:
        """Cancel what the user waits for; the window stays as it is."""
        self.jobs.cancel_all()

    def warm(self) -> None:
        """Start the model process, have it load the chosen model, and load the judge, all in the background."""
        self.judgement.warm()
        if self._warm_job is None:
            self._warm_job = self.jobs.run(
                self._warm_runner,
                self.transfers.options.warming(),
                title="",
                done=self._warmed,
                failed=self._not_warmed,
                background=True,
            )

    def _warm_runner(self, warming: Warming | None, progress: Progress) -> Devices:
        self.runner.start()
        devices = self.runner.devices(progress)
        if warming is not None:
            self.runner.warm(warming, progress)
        return devices

    def _not_warmed(self, error: Exception) -> None:
        self._warm_job = None
        self.messages.failed(error)

    def _warmed(self, devices: Devices) -> None:
        self._warm_job = None
        if devices != self.transfers.devices:
            self.transfers.set_devices(devices)

    def close(self) -> None:
        """Cancel and end everything: jobs, model process, sound. Safe to call twice."""
        for part in (self.document, self.listening, self.judgement):
            part.close()
        self.batch.cancel()
        self.jobs.close()
        self.learning.close()
        self.runner.close()
        self.player.close()
        self.settings.sync()
