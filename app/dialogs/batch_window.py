"""The batch window: files and folders in, a folder of results out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.batch_options import BatchOptions
from app.dialogs.batch_table import BatchTable
from app.session.batch_files import Order
from app.session.session import Session
from app.system.file_names import path_of_text
from app.system.folders import show_folder
from app.widgets.buttons import push_button
from app.widgets.file_drops import FileDrops
from app.widgets.file_filters import midi_filter
from app.widgets.time_text import time_left
from tonenet_core.errors import printable

FIRST = (860, 620)
FINE = 1000  # steps of the progress bar


class BatchWindow(QDialog):
    """Shows and steers the session's batch; closing it lets the batch go on."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        """Show the batch of `session`."""
        super().__init__(parent)
        self._session, self._batch = session, session.batch
        self.setObjectName("batchWindow")
        self.setWindowTitle(self.tr("Batch"))
        self.setWindowFlag(Qt.WindowType.WindowMinMaxButtonsHint)
        self._build()
        invitation = self.tr("Let go to add them")
        FileDrops(self, self.add, accepting=lambda: not self._batch.running, invitation=invitation)
        self.resize(*FIRST)
        self.restoreGeometry(session.settings.bytes("batch_geometry"))
        self._batch.changed.connect(self.refresh)
        self._batch.advanced.connect(self._refresh_progress)
        self._batch.searched.connect(self._refresh_search)
        self._batch.finished.connect(self._tell_the_end)
        self.refresh()

    def add(self, paths: Sequence[Path]) -> None:
        """Add files and folders to the list; not while the batch runs."""
        self._batch.add(paths)

    def refresh(self) -> None:
        """Re-read the batch."""
        batch = self._batch
        idle, files = not batch.running, bool(batch.items)
        self.choices.refresh()
        for button in (self.add_files, self.add_folder):
            button.setEnabled(idle)
        self.remove.setEnabled(idle and files)
        self.start.setEnabled(files and not batch.searching and self.choices.model is not None)
        self.start.setText(self.tr("Start Again") if batch.order is not None else self.tr("Start"))
        had_focus = self.cancel.hasFocus() or self.start.hasFocus()
        self.start.setVisible(idle and not batch.searching)
        self.cancel.setVisible(not idle or batch.searching)
        if had_focus:
            (self.cancel if self.start.isHidden() else self.start).setFocus()
        self.open_folder.setVisible(idle and any(item.state in ("done", "kept") for item in batch.items))
        self.pages.setCurrentWidget(self.table if files else self.empty)
        self._refresh_search()

    def _refresh_search(self) -> None:
        searching = self._batch.searching
        self.empty.setText(self._looking() if searching else self.tr("Drop MIDI files or a folder here"))
        self._refresh_progress()

    def _refresh_progress(self) -> None:
        batch = self._batch
        self.bar.setVisible(batch.running)
        parts = [batch.summary() or (self.tr("%Ln files", "", len(batch.items)) if batch.items else "")]
        if batch.state is not None:
            self.bar.setValue(round((batch.state.fraction or 0.0) * FINE))
            parts.append(time_left(batch.state.seconds_left))
        elif batch.searching and batch.items:
            parts = [self._looking()]
        elif batch.limit_text:
            parts.append(batch.limit_text)
        self.summary.setText("  ·  ".join(part for part in parts if part))

    def _looking(self) -> str:
        """Return the text of a search, with the number of files that it has found."""
        text = self.tr("Looking for MIDI files…")
        found = self._batch.found_so_far
        return " ".join([text, self.tr("%Ln found", "", found)]) if found else text

    def _tell_the_end(self) -> None:
        """Show the outcome in the main window if this window is closed."""
        if not self.isVisible() and self._batch.order is not None and not self._batch.cancelled:
            text = self.tr("Batch: {0} The results are in {1}.")
            self._session.messages.say("info", text.format(self._batch.summary(), printable(self._batch.order.folder)))

    # --- actions of the user -------------------------------------------------------------------------------------

    def ask_start(self) -> None:
        """Start, unless a result would take an input's place; ask once where results are there already."""
        order, batch = self.choices.order(), self._batch
        if order is None:
            self._refuse(self.tr("Please choose a folder for the results."))
        elif (replaced := batch.replaced_input(order.folder)) is not None:
            text = self.tr(
                "A result in this folder would overwrite {0}, which is one of the files to transfer. "
                "Please choose another folder for the results."
            )
            self._refuse(text.format(printable(replaced.name)))
        elif existing := batch.existing(order.folder):
            self._ask_replacing(order, len(existing))
        else:
            batch.start(order)

    def _ask_replacing(self, order: Order, existing: int) -> None:
        text = self.tr("{0} of %Ln results already exist in {1}.", "", len(self._batch.items))
        box = self._box(text.format(existing, printable(order.folder)))
        replace = box.addButton(self.tr("Replace Them"), QMessageBox.ButtonRole.ActionRole)
        keep = box.addButton(self.tr("Keep Them"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(keep)
        replace.setObjectName("replaceButton")
        keep.setObjectName("keepButton")
        replace.clicked.connect(lambda: self._batch.start(order, replacing=True))
        keep.clicked.connect(lambda: self._batch.start(order))
        box.open()

    def _refuse(self, text: str) -> None:
        self._box(text, QMessageBox.StandardButton.Ok).open()

    def _box(self, text: str, buttons: QMessageBox.StandardButton = QMessageBox.StandardButton.NoButton) -> QMessageBox:
        box = QMessageBox(QMessageBox.Icon.NoIcon, self.windowTitle(), text, buttons, self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return box

    def _ask_files(self) -> None:
        start = printable(self._session.settings.open_folder)
        names, _ = QFileDialog.getOpenFileNames(self, self.tr("Add MIDI Files"), start, midi_filter())
        self._add_chosen([path_of_text(name) for name in names])

    def _ask_folder(self) -> None:
        start = printable(self._session.settings.open_folder)
        name = QFileDialog.getExistingDirectory(self, self.tr("Add a Folder"), start)
        self._add_chosen([path_of_text(name)] if name else [])

    def _add_chosen(self, paths: Sequence[Path]) -> None:
        if paths:
            self._session.settings.open_folder = paths[0].parent
            self.add(paths)

    def _remove(self) -> None:
        self._batch.remove(self.table.chosen())

    def _open(self, row: int) -> None:
        """Open a file in the main window: its result where there is one, else the file itself."""
        if row < 0:
            return
        item, order = self._batch.items[row], self._batch.order
        made = order is not None and item.state in ("done", "kept")
        self._session.open(order.folder / item.place if order is not None and made else item.path)
        if (window := self.parentWidget()) is not None:
            window.activateWindow()

    def _show_folder(self) -> None:
        if self._batch.order is not None:
            show_folder(self._batch.order.folder)

    # --- the end -------------------------------------------------------------------------------------------------

    def done(self, result: int) -> None:
        """Save the window's geometry, and show a message if the batch keeps running."""
        self._session.settings.set_bytes("batch_geometry", self.saveGeometry())
        if self._batch.running and self.isVisible():
            self._session.messages.say("info", self.tr("The batch keeps running. File > Batch shows it again."))
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        """End as Esc does."""
        self.done(0)
        event.accept()

    # --- places --------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.table = BatchTable(self._batch)
        self.choices = BatchOptions(self._session)
        self.empty = QLabel()
        self.empty.setProperty("class", "empty")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.addLayout(self._build_head())
        column.addWidget(self.pages, 1)
        column.addWidget(self.choices)
        column.addLayout(self._build_foot())
        self.start.setDefault(True)  # once it is in the dialog: before, Qt takes the first button of all
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.table)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._remove)
        enter = QShortcut(QKeySequence("Return"), self.table)
        enter.setContext(Qt.ShortcutContext.WidgetShortcut)
        enter.activated.connect(lambda: self._open(self.table.currentIndex().row()))
        self.table.doubleClicked.connect(lambda index: self._open(index.row()))

    def _build_head(self) -> QHBoxLayout:
        intro = QLabel(
            self.tr("All files to one style: the same notes, played another way. Your files are not changed.")
        )
        intro.setProperty("class", "muted")
        intro.setWordWrap(True)  # else the window would be wider than a small screen
        self.add_files = push_button(
            "addFilesButton", self.tr("Add Files…"), self.tr("Add MIDI files"), self._ask_files
        )
        tip = self.tr("Add all MIDI files in a folder and in the folders below it")
        self.add_folder = push_button("addFolderButton", self.tr("Add Folder…"), tip, self._ask_folder)
        tip = self.tr("Remove the selected files from the list (Del)")
        self.remove = push_button("removeButton", self.tr("Remove"), tip, self._remove)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(intro, 1)
        for button in (self.add_files, self.add_folder, self.remove):
            row.addWidget(button)
        return row

    def _build_foot(self) -> QHBoxLayout:
        self.summary = QLabel()
        self.summary.setObjectName("batchSummary")
        self.summary.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setObjectName("batchProgressBar")
        self.bar.setAccessibleName(self.tr("Progress of the batch"))
        self.bar.setTextVisible(False)
        self.bar.setRange(0, FINE)
        self.bar.setFixedWidth(200)
        tip = self.tr("Show the results in the file manager")
        self.open_folder = push_button("openFolderButton", self.tr("Open Folder"), tip, self._show_folder)
        tip = self.tr("Stop; results already written are kept")
        self.cancel = push_button("batchCancelButton", self.tr("Cancel"), tip, self._batch.cancel)
        tip = self.tr("Transfer all files")
        self.start = push_button("batchStartButton", self.tr("Start"), tip, self.ask_start, primary=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.bar)
        row.addWidget(self.summary, 1)
        for button in (self.open_folder, self.cancel, self.start):
            row.addWidget(button)
        return row
