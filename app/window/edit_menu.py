"""Actions of the Edit menu on notes: which are selected, and their velocities in B."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu

from app.lanes.hand_scope import AT_ONCE
from app.session.session import Session
from app.widgets.actions import make_action
from tonenet_core.harmony.hands import LEFT, RIGHT, find_hands
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress


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
            self._add("selectLeftHandAction", self.tr("Select the Le&ft Hand"), partial(self._select_hand, LEFT)),
            self._add("selectRightHandAction", self.tr("Select the Ri&ght Hand"), partial(self._select_hand, RIGHT)),
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

    def _select_hand(self, hand: int) -> None:
        """Select the notes of a hand as the options part them, once it is known which they are."""
        session, piece, split = self._session, self._session.original, self._session.transfers.options.hands.split
        if piece is None:
            return

        def select(found: Performance) -> None:
            if found is session.original:
                session.editing.selection.select_hand(hand, split)

        if split is not None or len(piece) <= AT_ONCE:
            select(piece)
        else:
            session.jobs.run(
                _find, piece, title=self.tr("Finding the hands"), done=select, failed=session.messages.failed
            )

    def _refresh(self) -> None:
        session, selected = self._session, bool(len(self._session.editing.selection))
        for action in self._of_piece:
            action.setEnabled(session.original is not None)
        self._of_loop.setEnabled(session.original is not None and session.player.loop is not None)
        for action in self._of_selection:
            action.setEnabled(selected)
        self._remove.setEnabled(bool(len(session.editing.edits)))


def _find(piece: Performance, progress: Progress) -> Performance:
    progress(0.0)
    find_hands(piece)
    return piece
