"""Saves the open piece as a project, and shows an opened one as it was left."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMainWindow, QMenu, QMessageBox

from app.documents.document import Document
from app.documents.dropped_files import export_name
from app.documents.project_file import PieceSettings, ProjectError, is_project_file, write_project
from app.lanes.view_stack import ViewStack
from app.playback.side import ORIGINAL
from app.session.session import Session
from app.system.file_names import path_of_text
from app.widgets.actions import make_action
from app.widgets.file_filters import project_filter
from tonenet_core.errors import printable
from tonenet_core.midi.containers import PROJECT_SUFFIX


class Projects(QObject):
    """The projects of a session: their actions in the File menu, and their state for the title bar."""

    def __init__(self, window: QMainWindow, session: Session, views: ViewStack, menu: QMenu) -> None:
        """Add the actions to `menu` of `window`, behind those that open; `views` show the session."""
        super().__init__(window)
        self._window, self._session, self._views = window, session, views
        self._left: dict[int, PieceSettings] = {}  # of other pieces, by the numbers of their documents
        self.save_action = make_action(
            window,
            "saveProjectAction",
            self.tr("&Save Project"),
            self.save,
            "Ctrl+S",
            tip=self.tr("Keep the piece, its takes and what you set in one file, to go on with another day"),
        )
        text = self.tr("Save Project &As…")
        self.save_as_action = make_action(window, "saveProjectAsAction", text, self.save_as, "Ctrl+Shift+S")
        before = next(action for action in menu.actions() if action.isSeparator())
        menu.insertSeparator(before)
        menu.insertActions(before, [self.save_action, self.save_as_action])
        session.document.project_opened.connect(self._restore)
        session.document.superseded.connect(self._remember)
        session.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Re-read the session."""
        for action in (self.save_action, self.save_as_action):
            action.setEnabled(self._session.document.current is not None)

    @property
    def name(self) -> str:
        """The name of the open piece's project, or of the piece while it has none; empty without a piece."""
        current = self._session.document.current
        project = None if current is None else current.project
        return self._session.title if project is None else printable(project.name)

    @property
    def changed(self) -> bool:
        """Whether the open piece has a project, which does not have all of it."""
        document = self._session.document
        return document.current is not None and document.pieces.differs_from_project(document.current)

    # --- saving --------------------------------------------------------------------------------------------------

    def save(self) -> bool:
        """Save the open piece in its project, or ask for a file; return whether it was written."""
        current = self._session.document.current
        if current is None:
            return False
        return self.save_as() if current.project is None else self._write(current.project)

    def save_as(self) -> bool:
        """Ask for a file and save the open piece there; return whether it was written."""
        if self._session.document.current is None:
            return False
        title = self.tr("Save Project")
        name, _ = QFileDialog.getSaveFileName(self._window, title, printable(self._suggested()), project_filter())
        if not name:
            return False
        path = path_of_text(name)
        if not is_project_file(path):
            path = path.with_name(path.name + PROJECT_SUFFIX)
            question = self.tr("{0} exists already. Replace it?").format(printable(path.name))
            yes = QMessageBox.StandardButton.Yes
            if path.exists() and QMessageBox.question(self._window, title, question) != yes:
                return False
        return self._write(path.absolute())

    def save_changed(self) -> bool:
        """Save each project of the session that does not have all of its piece; return whether all were written."""
        document = self._session.document
        return all(self._write_one(each) for each in document.pieces.changed_projects())

    def _write(self, path: Path) -> bool:
        document, current = self._session.document, self._session.document.current
        if current is None or not self._write_to(path, current, self._settings()):
            return False
        document.set_project(path)
        self._session.settings.remember_piece(path)
        self._session.settings.sync()  # else a crash would leave it out of the recent ones
        self._session.messages.say(
            "info", self.tr("Saved {0} in {1}.").format(printable(path.name), printable(path.parent))
        )
        return True

    def _write_one(self, document: Document) -> bool:
        """Save a piece in its project, whether it is the open one or another."""
        current, project = self._session.document.current, document.project
        assert project is not None
        settings = self._settings() if document is current else self._left.get(document.number, PieceSettings())
        if not self._write_to(project, document, settings):
            return False
        self._session.document.pieces.note_project(document)
        return True

    def _write_to(self, path: Path, document: Document, settings: PieceSettings) -> bool:
        try:
            write_project(path, document, settings)
        except ProjectError as error:
            self._session.messages.say("error", str(error))
            return False
        return True

    def _suggested(self) -> Path:
        """Return the file to propose: the project, or one of the piece's name beside it."""
        session = self._session
        current = session.document.current
        if current is not None and current.project is not None:
            return current.project
        name = export_name(session.path or Path(f"{session.title}.mid"), None, PROJECT_SUFFIX)
        opened = session.settings.open_folder
        beside = opened if session.path is None else session.path.parent
        return next((each for each in (beside, opened) if os.access(each, os.W_OK)), Path.home()) / name

    # --- how a piece is shown ------------------------------------------------------------------------------------

    def _settings(self) -> PieceSettings:
        session = self._session
        places, audible, loop = session.player.places, session.player.audible, session.player.places.loop_sec(ORIGINAL)
        return PieceSettings(
            side=session.side,
            position_sec=places.position_sec(ORIGINAL),
            loop=None if loop is None else (loop[0], loop[1]),
            passage_only=session.transfers.options.passage_only,
            muted=tuple(sorted(audible.muted)),
            solo=tuple(sorted(audible.solo)),
            view=self._views.viewport.part,
            shown=tuple(self._views.choices.items()),
        )

    def _remember(self) -> None:
        """Keep how a piece with a project was left, for it may be saved later."""
        current = self._session.document.current
        if current is not None and current.project is not None:
            self._left[current.number] = self._settings()

    def _restore(self, settings: PieceSettings) -> None:
        """Show the piece that was opened as it was left, with the options of the take that is B."""
        session, transfers = self._session, self._session.transfers
        current, take = session.document.current, session.document.made
        assert current is not None
        if take is not None:
            if (
                model := next((info for info in transfers.options.models if info.name == take.model_name), None)
            ) is not None:
                transfers.choose(model.name, take.source_style if take.source_style in model.styles else None)
            transfers.show(current.history, settings.side)
        session.set_side(settings.side)
        transfers.set(passage_only=settings.passage_only)
        for number in settings.muted:
            session.listening.mute_track(number, True)
        for number in settings.solo:
            session.listening.solo_track(number, True)
        session.player.set_loop(settings.loop, ORIGINAL)
        session.player.seek(settings.position_sec, ORIGINAL)
        for name in self._views.lanes:
            if (shown := dict(settings.shown).get(name)) is not None:
                self._views.set_shown(name, shown)
        if settings.view is not None:
            self._views.viewport.show_part(settings.view)
