"""The entry of the Transfer menu that learns a style, and its dialog."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMainWindow, QMenu

from app.dialogs.learning.learn_dialog import LearnDialog
from app.session.session import Session
from app.widgets.actions import make_action


class LearnMenu(QObject):
    """Opens the dialog, which stays with the window."""

    def __init__(self, window: QMainWindow, session: Session, menu: QMenu) -> None:
        """Put the entry at the end of `menu`."""
        super().__init__(window)
        self._window, self._session = window, session
        self._dialog: LearnDialog | None = None
        self.learn = make_action(
            window,
            "learnStyleAction",
            self.tr("&Learn a Style from a Folder…"),
            self.show,
            "Ctrl+Shift+T",
            tip=self.tr("Teach ToneNet how somebody plays, from their MIDI files"),
        )
        menu.addSeparator()
        menu.addAction(self.learn)

    def show(self) -> None:
        """Show the dialog."""
        if self._dialog is None:
            self._dialog = LearnDialog(self._session, self._window)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()
