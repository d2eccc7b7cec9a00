"""The files of a batch as a table: what each is, and what became of it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from app.session.batch import Batch
from app.session.batch_files import Item
from app.theme import icons, palette
from tonenet_core.errors import printable

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
ICONS = {"done": "check", "refused": "error", "running": "play", "kept": "info"}
ROW_PX = 28
ICON_PX = 16


class BatchModel(QAbstractTableModel):
    """A row for each item: its file, and its state in words."""

    def __init__(self, batch: Batch, parent: QAbstractItemView) -> None:
        """Show `batch`; it repaints a row at a time while files advance."""
        super().__init__(parent)
        self._batch = batch
        self._icons: dict[tuple[str, str], QIcon] = {}
        self._blank = QPixmap(ICON_PX, ICON_PX)
        self._blank.fill(Qt.GlobalColor.transparent)
        batch.changed.connect(self._reset)
        batch.advanced.connect(self._changed)

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of files."""
        return 0 if parent is not None and parent.isValid() else len(self._batch.items)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return 2: file, state."""
        return 0 if parent is not None and parent.isValid() else 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Name the columns."""
        if role == Role.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return (self.tr("File"), self.tr("State"))[section]
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return a cell's text, colour, icon, tool tip or description for screen readers."""
        item = self._batch.items[index.row()]
        is_state = index.column() == 1
        if role == Role.DisplayRole:
            return self._state(item) if is_state else printable(item.place)
        if role in (Role.ToolTipRole, Role.AccessibleDescriptionRole):
            return self._state(item) if is_state else printable(item.path)
        if is_state and role == Role.ForegroundRole:
            colours = palette.current()
            tint = {"waiting": colours.muted, "kept": colours.muted, "running": colours.accent_text}.get(item.state)
            return QColor(tint) if tint else None
        if is_state and role == Role.DecorationRole:
            return self._icon(item)
        return None

    def _state(self, item: Item) -> str:
        """Return the state as text: the error of a refused file, the notices of a transferred one."""
        if item.state == "refused":
            return item.text
        words = {
            "waiting": self.tr("waiting"),
            "running": self.tr("running, {0} %").format(round(item.fraction * 100)),
            "kept": self.tr("already there, kept"),
            "done": self.tr("done"),
        }[item.state]
        return f"{words}. {item.text}" if item.text else words

    def _icon(self, item: Item) -> QIcon | QPixmap:
        """Return the state's picture; an empty one for what waits, so that all words begin at one place."""
        colours, name = palette.current(), ICONS.get(item.state)
        if name is None:
            return self._blank
        tint = {"refused": colours.error, "running": colours.accent_text}.get(item.state, colours.muted)
        key = (name, tint)
        if key not in self._icons:
            self._icons[key] = icons.icon(name, tint)
        return self._icons[key]

    def _reset(self) -> None:
        self.beginResetModel()
        self.endResetModel()

    def _changed(self, row: int) -> None:
        self.dataChanged.emit(self.index(row, 0), self.index(row, 1))


class BatchTable(QTableView):
    """Shows the files of a batch, and keeps the one in sight that runs."""

    def __init__(self, batch: Batch) -> None:
        """Show `batch`."""
        super().__init__()
        self._batch = batch
        self._followed = -1
        self.setObjectName("batchTable")
        self.setAccessibleName(self.tr("Files of the batch"))
        self.setModel(BatchModel(batch, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setIconSize(QSize(ICON_PX, ICON_PX))
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(0, 300)
        batch.advanced.connect(self._follow)

    def chosen(self) -> list[int]:
        """Return the indexes of the files that are selected."""
        return [index.row() for index in self.selectionModel().selectedRows()]

    def _follow(self, row: int) -> None:
        if row != self._followed and self._batch.items[row].state == "running":
            self._followed = row
            self.scrollTo(self.model().index(row, 0))
