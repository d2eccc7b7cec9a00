"""Taking results out of the program: MIDI files, sound files, and what of them was taken out already."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Protocol

from PySide6.QtCore import QObject

from app.background.jobs import Jobs
from app.session.dropped_files import export_name
from app.session.history import SavedResults
from app.session.messages import MessageBoard
from app.system.language import told
from app.system.settings import Settings
from tonenet_core.errors import ToneNetError
from tonenet_core.midi import write_midi
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress
from tonenet_core.sound.synth import render_wav, working_soundfont


class OpenPiece(Protocol):
    """What there is to be taken out; the session is one."""

    @property
    def path(self) -> Path | None:
        """The open piece's file; None for one that was made here."""

    @property
    def title(self) -> str:
        """Its name."""

    @property
    def style(self) -> str | None:
        """The style of the result, or None before a transfer."""

    @property
    def result(self) -> Performance | None:
        """What is exported as MIDI."""

    @property
    def side(self) -> Literal["original", "styled"]:
        """Which of the two sides is heard."""

    @property
    def sides(self) -> tuple[Performance | None, Performance | None]:
        """What can be heard."""


class Exports(QObject):
    """Writes what is open, and remembers what was written.

    Attributes:
        running: how many sound files are being written or wait for it.
    """

    def __init__(
        self, piece: OpenPiece, jobs: Jobs, messages: MessageBoard, settings: Settings, parent: QObject | None = None
    ) -> None:
        """Write nothing yet.

        Args:
            piece: what is open.
            jobs: run the writing of sound files.
            messages: where it is said what was written, or why not.
            settings: know the folders and the SoundFont.
            parent: as in Qt.
        """
        super().__init__(parent)
        self.running = 0
        self._piece = piece
        self._jobs = jobs
        self._messages = messages
        self._settings = settings
        self._saved = SavedResults()

    def suggested(self, suffix: str) -> Path:
        """Return where an export would go unless the user says otherwise: the last export's folder or the piece's."""
        piece, settings = self._piece, self._settings
        beside = settings.open_folder if piece.path is None else piece.path.parent
        style = piece.style if piece.side == "styled" or suffix == ".mid" else None
        name = export_name(piece.path or Path(f"{piece.title}.mid"), style, suffix)
        return (settings.export_folder or beside) / name

    def midi(self, path: Path) -> bool:
        """Write the result as MIDI, a transfer's with only velocity bytes changed; return whether that went well.

        Done at once, not a job.
        """
        result = self._piece.result
        if result is None or not self._may_write(path):
            return False
        try:
            write_midi(path, result)
        except ToneNetError as error:
            self._messages.say("error", told(error))
            return False
        self.mark_saved(result)
        self._written(path)
        return True

    def wav(self, path: Path) -> None:
        """Render the side that is heard to a WAV file, as a job."""
        performance = self._piece.sides[self._piece.side == "styled"]
        if performance is None or not self._may_write(path):
            return

        def render(progress: Progress) -> Path:
            soundfont, _ = working_soundfont(self._settings.soundfont)  # the player has said which one, and why
            render_wav(performance, path, soundfont, progress)
            self.mark_saved(performance)
            return path

        self.running += 1
        title = self.tr("Writing {0}").format(path.name)
        self._jobs.run(render, title=title, done=self._rendered, failed=self._not_rendered)

    def saved(self, result: Performance) -> bool:
        """Tell whether a result was taken out; one of the same bytes is the same."""
        return result in self._saved

    def mark_saved(self, result: Performance) -> None:
        """Count a result as taken out: nobody is asked about it any more."""
        self._saved.add(result)

    def _rendered(self, path: Path) -> None:
        self.running -= 1
        self._written(path)

    def _not_rendered(self, error: Exception) -> None:
        self.running -= 1
        self._messages.failed(error)

    def _may_write(self, path: Path) -> bool:
        original = self._piece.path
        if original is not None and path.exists() and path.samefile(original):
            text = self.tr("{0} is the original, which is never changed: please choose another name.")
            self._messages.say("error", text.format(path.name))
            return False
        return True

    def _written(self, path: Path) -> None:
        self._settings.export_folder = path.parent
        self._messages.say("info", self.tr("Saved {0} in {1}.").format(path.name, path.parent))
