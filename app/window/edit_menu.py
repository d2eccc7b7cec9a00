"""Actions of the Edit menu on notes: which are selected, and their velocities in B."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu

from app.session.session import Session
from app.widgets.actions import make_action
from tonenet_core.harmony.hands import LEFT, RIGHT


class EditMenu(QObject):
    """The actions; they are enabled by the piece, its loop, the selection and the current take."""

    def __init__(self, window: QMainWindow, session: Session, menu: QMenu) -> None:
        """Add the actions to `menu` of `window`, before its last section."""
        super().__init__(window)
        self._window, self._session, self._menu = window, session, menu
        self._before = [action for action in menu.actions() if action.isSeparator()][-1]
        editing = session.editing
        selection = editing.selection
        menu.insertSeparator(self._before)
        self._of_piece = [
            self._add("selectAllNotesAction", self.tr("Select &All Notes"), selection.select_all, "Ctrl+A"),
            self._add("selectLeftHandAction", self.tr("Select the Le&ft Hand"), lambda: selection.select_hand(LEFT)),
            self._add("selectRightHandAction", self.tr("Select the Ri&ght Hand"), lambda: selection.select_hand(RIGHT)),
        ]
        self._of_loop = self._add("selectLoopAction", self.tr("Select the Notes in the L&oop"), selection.select_loop)
        self._of_selection = [
            self._add(
                "selectPitchAction", self.tr("Select All of This Pitc&h"), selection.select_same_pitch, "Ctrl+Shift+H"
            ),
            self._add("deselectAction", self.tr("D&eselect"), selection.clear, "Ctrl+Shift+A"),
        ]
        menu.insertSeparator(self._before)
        self._of_selection += [
            self._add("louderAction", self.tr("&Louder"), lambda: editing.shift(1), "Alt+Up"),
            self._add("softerAction", self.tr("&Softer"), lambda: editing.shift(-1), "Alt+Down"),
            self._add("scaleUpAction", self.tr("Louder in Propo&rtion"), lambda: editing.scale(up=True)),
            self._add("scaleDownAction", self.tr("Softer in Proport&ion"), lambda: editing.scale(up=False)),
            self._add("levelAction", self.tr("Le&vel"), editing.level, "Ctrl+Shift+L"),
            self._add("compressAction", self.tr("Co&mpress"), editing.compress, "Ctrl+Shift+K"),
            self._add("expandAction", self.tr("E&xpand"), lambda: editing.compress(expand=True), "Ctrl+Shift+J"),
            self._add("straightLineAction", self.tr("Straight Li&ne"), editing.straighten),
        ]
        self._remove = self._add("removeEditsAction", self.tr("Remove E&dits"), editing.remove, "Ctrl+Backspace")
        selection.changed.connect(self._refresh)
        session.changed.connect(self._refresh)
        session.player.changed.connect(self._refresh)
        self._refresh()

    def _add(self, name: str, text: str, call: Callable[[], object], keys: str = "") -> QAction:
        action = make_action(self._window, name, text, call, keys)
        self._menu.insertAction(self._before, action)
        return action

    def _refresh(self) -> None:
        session, selected = self._session, bool(len(self._session.editing.selection))
        for action in self._of_piece:
            action.setEnabled(session.original is not None)
        self._of_loop.setEnabled(session.original is not None and session.player.loop is not None)
        for action in self._of_selection:
            action.setEnabled(selected)
        self._remove.setEnabled(bool(len(session.editing.edits)))
