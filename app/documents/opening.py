"""Opens pieces: from files and folders to the open document."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.background.continuations import Done, Failed, ignore, ignore_failure
from app.background.jobs import Job, Jobs
from app.documents.document import Document
from app.documents.dropped_files import Dropped, NothingFound, limit_text, open_first
from app.documents.messages import MessageBoard, Offer
from app.documents.open_document import OpenDocument
from app.documents.project_file import Project, is_project_file, read_project
from app.system.language import translate
from app.system.settings import Settings
from tonenet_core.errors import MidiError, printable
from tonenet_core.performance import Performance


class Opening(QObject):
    """Reads MIDI files in the background and puts them in the open document's place.

    Attributes:
        batch_wanted: files and folders are to be shown in the batch window.
        tracks_wanted: the tracks of the open piece are to be shown, to choose from.
    """

    batch_wanted = Signal(list)
    tracks_wanted = Signal()

    def __init__(
        self,
        document: OpenDocument,
        jobs: Jobs,
        messages: MessageBoard,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        """Open nothing yet.

        Args:
            document: the open document.
            jobs: read the files.
            messages: get what the reader reports.
            settings: remember what was opened.
            parent: as in Qt.
        """
        super().__init__(parent)
        self._document = document
        self._jobs = jobs
        self._messages = messages
        self._settings = settings
        self._job: Job | None = None

    def open_paths(self, paths: Sequence[Path], done: Done = ignore, failed: Failed = ignore_failure) -> None:
        """Open the first project, else the first MIDI file, of what was dropped (files, folders) and offer the others.

        It takes the place of the open piece only when it is whole. A model that runs is cancelled at once: opening must
        not wait for it.

        Args:
            paths: files and folders.
            done: called once the piece is open.
            failed: called if none was opened, with `Cancelled` if another one was asked for meanwhile.
        """
        self._document.supersede()
        if self._job is not None:
            self._job.cancel()

        def fail(error: Exception) -> None:
            self._report_refusal(paths, error)
            failed(error)

        def show(dropped: Dropped) -> None:
            self._show(paths, dropped)
            done()

        project = next(filter(is_project_file, paths), None)
        if project is not None and self._bring_back(project):
            done()
            return
        title = self.tr("Opening {0}").format(printable((project or paths[0]).name))
        if project is None:
            self._job = self._jobs.run(open_first, paths, title=title, done=show, failed=fail)
        else:
            others = tuple(path for path in paths if path != project)

            def show_project(read: Project) -> None:
                self._show_project(read, others)
                done()

            self._job = self._jobs.run(read_project, project, title=title, done=show_project, failed=fail)
        self._messages.dismiss()

    def _bring_back(self, project: Path) -> bool:
        """Show the piece of a project again if this session has it; return whether it has."""
        pieces = self._document.pieces
        found = next((each for each in pieces.documents if each.project == project.absolute()), None)
        if found is not None:
            self._settings.remember_piece(project)
            self._document.bring_back(found)
        return found is not None

    def _show_project(self, project: Project, others: tuple[Path, ...]) -> None:
        self._job, document = None, project.document
        assert document.project is not None
        self._settings.remember_piece(document.project)
        self._document.open_project(project, others)

    def _report_refusal(self, paths: Sequence[Path], error: Exception) -> None:
        several = len(paths) > 1 or paths[0].is_dir()
        if several and isinstance(error, MidiError) and not isinstance(error, NothingFound):
            self._messages.say("error", translate(error), offers=[self._offer_batch(paths)])
        else:
            self._messages.failed(error)

    def _offer_batch(self, paths: Sequence[Path]) -> Offer:
        return Offer("batchOffer", self.tr("Transfer All…"), partial(self.batch_wanted.emit, list(paths)))

    def _show(self, paths: Sequence[Path], dropped: Dropped) -> None:
        self._job = None
        self._settings.remember_piece(dropped.path)
        notices, offers = [translate(notice) for notice in dropped.performance.short_notices], []
        if dropped.performance.left_out:
            offers.append(Offer("tracksOffer", self.tr("Choose Tracks…"), self.tracks_wanted.emit))
        if dropped.others:
            notices.append(self._name_others(dropped))
            offers.append(self._offer_batch(paths))
        document = Document(dropped.performance, printable(dropped.path.name), dropped.path)
        if (original := dropped.original) is not None:
            notices.append(self.tr("A transfer has changed the times of this piece; the file keeps the original."))
            show = partial(self._show_original, original, document.title)
            offers.append(Offer("originalOffer", self.tr("Open the Original"), show))
        self._document.replace(document, dropped.others, notices, offers)

    def _show_original(self, original: Performance, title: str) -> None:
        document = Document(original, self.tr("{0} (original)").format(title))
        self._document.replace(document)

    def _name_others(self, dropped: Dropped) -> str:
        others = dropped.others
        named = ", ".join(printable(path.name) for path in others[:3])
        if len(others) > 3:
            named = self.tr("{0} and %Ln more", "", dropped.found - 4).format(named)
        text = self.tr("Also dropped: {0} (see File, Also Dropped).").format(named)
        return f"{text} {limit_text(len(others) + 1, dropped.found)}".strip()
