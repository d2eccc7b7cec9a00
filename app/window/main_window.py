"""The main window: lays out the parts and connects them. No logic.

Dialogs are imported when they are opened: the window is painted sooner.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QMainWindow,
    QMessageBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.documents.document import Result
from app.documents.history import Take
from app.lanes.view_stack import ViewStack
from app.panels.performance_panel import PerformancePanel
from app.panels.progress_panel import ProgressPanel
from app.panels.style_meter import StyleMeter
from app.panels.tool_panel import ToolPanel
from app.panels.transport import Transport
from app.projects.projects import Projects
from app.session.session import Session
from app.system.file_names import path_of_text
from app.system.folders import log_file
from app.widgets.file_drops import FileDrops
from app.widgets.file_filters import midi_filter, open_filter, with_chosen_suffix
from app.widgets.side_column import BAR, SideColumn
from app.window.actions import Actions, Dialogs
from app.window.closing import Closing
from app.window.drag_handle import DragHandle, ResultFiles
from app.window.edit_menu import EditMenu
from app.window.header import Header
from app.window.learn_menu import LearnMenu
from app.window.message_bar import MessageBar
from app.window.picture_export import PictureExport
from app.window.playback_menu import PlaybackMenu
from app.window.screen_place import place_window
from app.window.take_menu import TakeMenu
from app.window.take_strip import TakeStrip
from app.window.view_menu import ViewMenu
from app.window.welcome import Welcome
from tonenet_core.errors import printable
from tonenet_core.files.locations import RESOURCES

if TYPE_CHECKING:
    from app.dialogs.batch_window import BatchWindow

DEMO = RESOURCES / "demo" / "corner-table.mid"
SMALLEST = (860, 430)
EDGE, BETWEEN, BOTTOM = 10, 6, 8
BELOW_STRIP = 2


class MainWindow(QMainWindow):
    """The main window over one session; closing it ends the session.

    Attributes:
        session: the session shown.
        pages: the welcome page, and the views.
        views: the rolls and lanes.
        performance: the figures before and after.
        pictures: the export of pictures.
    """

    def __init__(self, session: Session | None = None) -> None:
        """Build the window of a session, or of a new one; it is not shown yet."""
        super().__init__()
        session = Session() if session is None else session
        self.session = session
        self.setObjectName("mainWindow")
        self.setWindowTitle("ToneNet")
        self._files = ResultFiles(session, self)
        self.actions_ = Actions(self, session, self._dialogs())
        PlaybackMenu(self, session, self.actions_.playback_menu)
        EditMenu(self, session, self.actions_.edit_menu)
        self._learn = LearnMenu(self, session, self.actions_.transfer_menu)
        takes = self.actions_.takes_menu
        self._takes = TakeMenu(self, session, takes, self.ask_export_take, self.ask_export_takes)
        self.setCentralWidget(self._build())
        self.setMinimumSize(*SMALLEST)
        place_window(self, session.settings.bytes("geometry"))
        ViewMenu(self, session, self.views, self.performance, self.actions_.view_menu)
        FileDrops(self, session.open_paths, invitation=self.tr("Let go to open it"))
        self._batch: BatchWindow | None = None
        self._projects = Projects(self, session, self.views, self.actions_.menus[0])
        self._closing = Closing(session, self, self._projects, self._ask_export_unsaved)
        session.batch_wanted.connect(self.show_batch)
        session.changed.connect(self.refresh)
        self.setFocus()  # else what can be used first would have the focus, though nobody has come to it
        self.refresh()

    def refresh(self) -> None:
        """Show the views once a piece is open, and its name in the title bar."""
        session = self.session
        self.pages.setCurrentIndex(0 if session.original is None else 1)
        name, mark = self._projects.name.replace("[*]", "[*][*]"), "[*]" if self._projects.changed else ""
        self.setWindowTitle(f"{name}{mark} – ToneNet" if name else "ToneNet")
        self.setWindowModified(self._projects.changed)
        self.setWindowFilePath("")

    # --- dialogs -------------------------------------------------------------------------------------------------

    def _dialogs(self) -> Dialogs:
        return Dialogs(
            open=self.ask_open,
            open_demo=self.open_demo,
            batch=self.show_batch,
            export_midi=self.ask_export_midi,
            copy_result=self._files.copy,
            export_wav=self.ask_export_wav,
            preferences=self.show_preferences,
            shortcuts=self.show_shortcuts,
            log=self.show_log,
            about=self.show_about,
        )

    def ask_open(self) -> None:
        """Ask for a piece or a project and open it."""
        if path := self._ask_midi(self.tr("Open a Piece or a Project"), open_filter()):
            self.session.open(path)

    def ask_other(self) -> None:
        """Ask for the second piece of an interpolation."""
        if name := self._ask_midi(self.tr("Choose the Second Piece"), midi_filter()):
            self.session.generation.set(other=name)

    def _ask_midi(self, title: str, kinds: str) -> Path | None:
        folder = printable(self.session.settings.open_folder)
        name, _ = QFileDialog.getOpenFileName(self, title, folder, kinds)
        return path_of_text(name) if name else None

    def open_demo(self) -> None:
        """Open the piece that comes with the program."""
        self.session.open(DEMO)

    def ask_export_midi(self) -> bool:
        """Ask for a file and write the result as MIDI; return whether it was written."""
        path = self._ask_save(self.tr("Export MIDI"), ".mid", self.tr("MIDI files (*.mid *.midi)"))
        return path is not None and self.session.exports.midi(path)

    def ask_export_take(self, take: Take) -> bool:
        """Ask for a file and write a take of the open piece as MIDI; return whether it was written."""
        result = self.session.takes.result_of(take)
        path = self._ask_save(self.tr("Export MIDI"), ".mid", self.tr("MIDI files (*.mid *.midi)"), result)
        return path is not None and self.session.exports.midi(path, result.performance)

    def ask_export_takes(self) -> bool:
        """Ask for a folder and write all takes of the open piece; return whether all were written."""
        return self._ask_export_all(self.session.takes.results)

    def _ask_export_unsaved(self) -> bool:
        """Ask where the results go that were not exported, and write them; return whether all were written."""
        results = self.session.document.pieces.unsaved()
        if len(results) == 1 and results[0].performance is self.session.document.result:
            return self.ask_export_midi()
        return self._ask_export_all(results)

    def _ask_export_all(self, results: Sequence[Result]) -> bool:
        exports = self.session.exports
        beside = printable(exports.suggested(".mid").parent)
        folder = QFileDialog.getExistingDirectory(self, self.tr("Choose a Folder for the Results"), beside)
        return bool(folder) and exports.all_of(results, path_of_text(folder))

    def ask_export_wav(self) -> None:
        """Ask for a file and render the side that is heard."""
        kinds = self.tr("WAV files (*.wav);;FLAC files (*.flac)")
        if path := self._ask_save(self.tr("Export Audio"), ".wav", kinds):
            self.session.exports.wav(path)

    def _ask_save(self, title: str, suffix: str, kinds: str, result: Result | None = None) -> Path | None:
        """Ask for a file; one whose name gets another end is not overwritten without another question.

        A name without a suffix gets that of the chosen kind, and so does one with the suffix that was suggested.
        """
        suggested = printable(self.session.exports.suggested(suffix, result))
        name, chosen = QFileDialog.getSaveFileName(self, title, suggested, kinds)
        if not name:
            return None
        typed = path_of_text(name)
        path = with_chosen_suffix(typed, suffix, chosen)
        if path == typed:
            return path
        question = self.tr("{0} exists already. Replace it?").format(printable(path.name))
        if path.exists() and QMessageBox.question(self, title, question) != QMessageBox.StandardButton.Yes:
            return None
        return path

    def show_batch(self, paths: Sequence[Path] = ()) -> None:
        """Show the batch window, with these files and folders added."""
        from app.dialogs.batch_window import BatchWindow

        if self._batch is None:
            self._batch = BatchWindow(self.session, self)
        self._batch.add(paths)
        self._batch.show()
        self._batch.raise_()
        self._batch.activateWindow()

    def show_preferences(self) -> None:
        """Open the preferences."""
        from app.dialogs.preferences import Preferences

        dialog = Preferences(self.session, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def show_shortcuts(self) -> None:
        """Show every key, and what keys and mouse do in the views."""
        from app.dialogs.shortcut_sheet import ShortcutSheet

        ShortcutSheet(self.actions_.shortcut_sections(), self).open()

    def show_log(self) -> None:
        """Open the log."""
        from app.dialogs.log_dialog import LogDialog

        LogDialog(log_file(), self).open()

    def show_about(self) -> None:
        """Open the page about the program and its components."""
        from app.dialogs.about import About

        About(self.session, self).open()

    def changeEvent(self, event: QEvent) -> None:
        """Paint nothing while the window is minimised, whatever plays."""
        super().changeEvent(event)
        central = self.centralWidget()
        if event.type() == QEvent.Type.WindowStateChange and central is not None:
            central.setUpdatesEnabled(not self.isMinimized())

    # --- the end -------------------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save the window's geometry and close the session, once the user has agreed to any loss."""
        if not self._closing.may_close():
            event.ignore()
            return
        if self._batch is not None:
            self._batch.close()
        self.session.settings.set_bytes("geometry", self.saveGeometry())
        self.session.close()
        event.accept()

    # --- places --------------------------------------------------------------------------------------------------

    def _build(self) -> QWidget:
        session = self.session
        self.views = ViewStack(session)
        self.pages = QStackedWidget()
        actions = self.actions_
        welcome = Welcome(session, actions.open, actions.open_demo, actions.batch, actions.shortcuts)
        self.pages.addWidget(welcome)
        desk = QWidget()
        column = QVBoxLayout(desk)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(BELOW_STRIP)
        strip = TakeStrip(session, self._files, self._takes)
        column.addWidget(strip)
        column.addWidget(self.views, 1)
        self.pages.addWidget(desk)
        self.performance = PerformancePanel(session)
        self._offer_pictures()
        panels = (ToolPanel(session, self.ask_other), StyleMeter(session), self.performance)
        shown = (actions.open, actions.undo, actions.redo, actions.export_midi)
        header = Header(session, shown, DragHandle(session, self._files))
        side, transport, central = SideColumn(panels, ProgressPanel(session)), Transport(session), QWidget()
        for part in (side, transport):  # Tab comes by in the order in which the parts get their parent
            part.setParent(central)
        grid = QGridLayout(central)
        grid.setContentsMargins(EDGE, 4, EDGE - BAR, BOTTOM)
        grid.setVerticalSpacing(BETWEEN)
        grid.setHorizontalSpacing(0)
        grid.setColumnMinimumWidth(1, EDGE)
        grid.setColumnMinimumWidth(3, BAR)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(1, 1)
        grid.addWidget(header, 0, 0, 1, 3)
        grid.addWidget(self.pages, 1, 0)
        grid.addWidget(side, 1, 2, 1, 2)
        grid.addWidget(transport, 2, 0, 1, 3)
        MessageBar(session, header.title, strip, central)
        return central

    def _offer_pictures(self) -> None:
        pictures = [*self.views.pictures(), *self.performance.pictures()]
        self.pictures = PictureExport(self.session, pictures, self._ask_save, self)
        self.actions_.add_picture_menu(self.pictures.menu)
