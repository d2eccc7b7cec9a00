"""Actions on takes: in the Takes menu for the current one, and in the menu of each chip."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from app.documents.history import Take
from app.documents.take_name import take_name
from app.playback.side import STYLED
from app.session.session import Session
from app.widgets.actions import make_action, with_key

KEYS = 9  # takes that have a key


class TakeMenu(QObject):
    """The Takes menu, the keys 0 to 9, and the menu of a chip.

    Attributes:
        name_wanted: a take is to be named.
    """

    name_wanted = Signal(Take)

    def __init__(
        self,
        window: QMainWindow,
        session: Session,
        menu: QMenu,
        export: Callable[[Take], object],
        export_all: Callable[[], object],
    ) -> None:
        """Fill the menu of a window.

        Args:
            window: the window; the shortcuts work all over it.
            session: has the takes.
            menu: to fill.
            export: asks for a file and writes a take.
            export_all: asks for a folder and writes all takes.
        """
        super().__init__(window)
        self._window, self._session, self._menu, self._export = window, session, menu, export
        takes = session.takes
        tip = self.tr("Make a take with the same options and the next seed")
        self._another = self._add("anotherTakeAction", self.tr("&Another Take"), takes.another, "Ctrl+T", tip=tip)
        self._of_current = [
            self._add("duplicateTakeAction", self.tr("&Duplicate"), self._on_current(takes.duplicate), "Ctrl+D"),
        ]
        menu.addSeparator()
        self.star = self._add("starTakeAction", self.tr("&Star"), self._on_current(self._star))
        self.star.setCheckable(True)
        self._of_current += [
            self.star,
            self._add("renameTakeAction", self.tr("&Rename…"), self._on_current(self.name_wanted.emit), "F2"),
            self._add("deleteTakeAction", self.tr("De&lete"), self._on_current(takes.delete), "Ctrl+Del"),
        ]
        menu.addSeparator()
        self.export_all = self._add("exportAllTakesAction", self.tr("&Export All…"), export_all, "Ctrl+Alt+E")
        menu.addSeparator()
        self._list: list[QAction] = []
        self._keys = [self._key(place) for place in range(KEYS + 1)]
        menu.aboutToShow.connect(self._fill)
        session.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Enable what can be done."""
        takes = self._session.takes
        for action in self._of_current:
            action.setEnabled(takes.current is not None)
        self._another.setEnabled(takes.may_draw_another)
        self.star.setChecked(takes.current is not None and takes.current.starred)
        self.export_all.setEnabled(bool(takes.all))
        for place, key in enumerate(self._keys):
            key.setEnabled(place <= len(takes.all) and bool(takes.all))

    def of(self, take: Take, parent: QWidget) -> QMenu:
        """Return the menu of one take."""
        menu, takes = QMenu(parent), self._session.takes
        menu.setObjectName("takeMenu")
        menu.addAction(self.tr("&Rename…")).triggered.connect(lambda: self.name_wanted.emit(take))
        star = menu.addAction(self.tr("Remove the &Star") if take.starred else self.tr("&Star"))
        star.triggered.connect(lambda: self._star(take))
        menu.addAction(self.tr("&Duplicate")).triggered.connect(lambda: takes.duplicate(take))
        menu.addSeparator()
        menu.addAction(self.tr("&Export MIDI…")).triggered.connect(lambda: self._export(take))
        menu.addAction(self.export_all)
        menu.addSeparator()
        menu.addAction(self.tr("De&lete")).triggered.connect(lambda: takes.delete(take))
        return menu

    def _star(self, take: Take) -> None:
        self._session.takes.star(take, starred=not take.starred)

    def _on_current(self, call: Callable[[Take], object]) -> Callable[[], None]:
        """Return a function that calls `call` with the current take, if there is one."""

        def act() -> None:
            if (take := self._session.takes.current) is not None:
                call(take)

        return act

    def _fill(self) -> None:
        """List the original and the takes at the end of the menu."""
        for action in self._list:
            self._menu.removeAction(action)
            action.deleteLater()
        session, takes = self._session, self._session.takes
        names = [self.tr("Original"), *(take_name(take) for take in takes.all)] if takes.all else []
        self._list = []
        heard = 0
        if session.side == STYLED and takes.current is not None:
            heard = [take.number for take in takes.all].index(takes.current.number) + 1
        for place, name in enumerate(names):
            text = with_key(name.replace("&", "&&"), str(place) if place <= KEYS else "")
            action = self._menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(place == heard)
            action.triggered.connect(lambda _=False, place=place: takes.hear(place))
            self._list.append(action)

    def _key(self, place: int) -> QShortcut:
        key = QShortcut(QKeySequence(str(place)), self._window)
        key.setContext(Qt.ShortcutContext.WindowShortcut)
        key.setAutoRepeat(False)
        key.activated.connect(partial(self._session.takes.hear, place))
        return key

    def _add(
        self, name: str, text: str, call: Callable[[], object], keys: str = "", *, tip: str = "", shown_key: str = ""
    ) -> QAction:
        action = make_action(self._window, name, text, call, keys, tip=tip, shown_key=shown_key)
        self._menu.addAction(action)
        return action
