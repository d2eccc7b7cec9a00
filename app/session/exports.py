"""Export of results as MIDI and sound files, and which of them were exported already."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject

from app.background.continuations import Done, Failed, ignore, ignore_failure
from app.background.jobs import Jobs
from app.documents.document import Result
from app.documents.dropped_files import export_name
from app.documents.messages import MessageBoard
from app.documents.open_document import OpenDocument
from app.playback.side import STYLED
from app.system.language import translate
from app.system.settings import Settings
from tonenet_core.errors import ToneNetError, printable
from tonenet_core.files.names import unique_place
from tonenet_core.midi import write_midi
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress
from tonenet_core.sound.synth import render_audio, working_soundfont


class Exports(QObject):
    """Writes the results of the open document, and remembers which were written.

    Attributes:
        running: number of sound files that are being written or wait for it.
    """

    def __init__(
        self,
        document: OpenDocument,
        jobs: Jobs,
        messages: MessageBoard,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        """Write nothing yet.

        Args:
            document: the open document.
            jobs: run the writing of sound files.
            messages: get what was written, or why it was not.
            settings: know the folders and the SoundFont.
            parent: as in Qt.
        """
        super().__init__(parent)
        self.running = 0
        self._document = document
        self._jobs = jobs
        self._messages = messages
        self._settings = settings

    def suggested(self, suffix: str, result: Result | None = None) -> Path:
        """Return the file to propose for an export: in the last export's folder, else in the piece's.

        Args:
            suffix: of the file.
            result: of the open document; None for what is heard, or for MIDI the current one.
        """
        document, settings = self._document, self._settings
        beside = settings.open_folder if document.path is None else document.path.parent
        if result is None and document.take is not None and (document.side == STYLED or suffix == ".mid"):
            result = None if document.current is None else document.current.result_of(document.take)
        label = None if result is None else result.label
        name = export_name(document.path or Path(f"{document.title}.mid"), label, suffix)
        return (settings.export_folder or beside) / name

    def midi(self, path: Path, result: Performance | None = None) -> bool:
        """Write the current result, or another one, as MIDI at once, not as a job; return whether it was written.

        Of a transfer's result only velocity bytes differ from the piece's file, unless its time was changed too.
        """
        result = self._document.result if result is None else result
        if result is None or not self._may_write(path):
            return False
        try:
            write_midi(path, result)
        except ToneNetError as error:
            self._messages.say("error", translate(error))
            return False
        self.mark_saved(result)
        self._written(path)
        return True

    def all_of(self, results: Sequence[Result], folder: Path) -> bool:
        """Write results of the session as MIDI into `folder`; return whether all were written.

        No file is replaced: one of the same name gets a number.
        """
        try:
            taken = set(folder.iterdir())
            for result in results:
                document = result.document
                source = document.path or Path(f"{document.title}.mid")
                path = unique_place(folder / export_name(source, result.label, ".mid"), taken)
                write_midi(path, result.performance)
                taken.add(path)
                self.mark_saved(result.performance)
        except (OSError, ToneNetError) as error:
            reason = translate(error) if isinstance(error, ToneNetError) else error.strerror or error
            text = self.tr("Not all results could be written: {0}")
            self._messages.say("error", text.format(reason))
            return False
        self._settings.export_folder = folder
        text = self.tr("Saved %n results in {0}.", "", len(results)).format(printable(folder))
        self._messages.saved(text, folder)
        return True

    def wav(self, path: Path, done: Done = ignore, failed: Failed = ignore_failure) -> bool:
        """Render the side that is heard to a WAV file, or to FLAC if the name ends so, as a job.

        Args:
            path: the file.
            done: called once it is written.
            failed: called if it was not.

        Returns:
            Whether a job was started: there must be a piece, and `path` must not be its file.
        """
        self._document.catch_up()
        performance = self._document.sides[self._document.side == "styled"]
        if performance is None or not self._may_write(path):
            return False

        def render(progress: Progress) -> Path:
            soundfont, _ = working_soundfont(self._settings.soundfont)  # the player has reported which one, and why
            render_audio(performance, path, soundfont, progress)
            self.mark_saved(performance)
            return path

        def finish(path: Path) -> None:
            self.running -= 1
            self._written(path)
            done()

        def fail(error: Exception) -> None:
            self.running -= 1
            self._messages.failed(error)
            failed(error)

        self.running += 1
        self._jobs.run(render, title=self.tr("Writing {0}").format(printable(path.name)), done=finish, failed=fail)
        return True

    def mark_saved(self, result: Performance) -> None:
        """Count a result as exported, so that closing does not ask about it."""
        self._document.pieces.saved.add(result)

    def _may_write(self, path: Path) -> bool:
        original = self._document.path
        if original is not None and path.exists() and path.samefile(original):
            text = self.tr("{0} is the original, which is never changed: please choose another name.")
            self._messages.say("error", text.format(printable(path.name)))
            return False
        return True

    def _written(self, path: Path) -> None:
        self._settings.export_folder = path.parent
        text = self.tr("Saved {0} in {1}.").format(printable(path.name), printable(path.parent))
        self._messages.saved(text, path.parent)
