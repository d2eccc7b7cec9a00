"""The log, to be read and copied."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication, QTextCursor
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app.system.folders import show_folder
from app.system.log import read_log
from app.widgets.buttons import push_button
from tonenet_core.errors import printable


class LogDialog(QDialog):
    """Shows the end of the log as it was when it was opened."""

    def __init__(self, file: Path, parent: QWidget | None = None) -> None:
        """Show `file`."""
        super().__init__(parent)
        self.setObjectName("logDialog")
        self.setWindowTitle(self.tr("Log"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._folder = file.parent
        where = QLabel(printable(file))
        where.setProperty("class", "muted")
        where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text = QPlainTextEdit(read_log(file) or self.tr("The log is empty."))
        self.text.setReadOnly(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(self.tr("The log"))
        self.text.moveCursor(QTextCursor.MoveOperation.End)
        self.text.moveCursor(QTextCursor.MoveOperation.StartOfLine)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        tip = self.tr("Copy the log")
        self.copy = push_button("copyLogButton", self.tr("Copy"), tip, self._copy, label=tip)
        tip = self.tr("Open the folder of the log file")
        self.reveal = push_button("logFolderButton", self.tr("Open Folder"), tip, self._open_folder, label=tip)
        for button in (self.copy, self.reveal):
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.addWidget(where)
        column.addWidget(self.text, 1)
        column.addWidget(buttons)
        self.resize(860, 480)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())

    def _open_folder(self) -> None:
        show_folder(self._folder)
