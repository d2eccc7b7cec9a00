"""The window's actions and menus: one place for names, shortcuts and what they call."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from app.session.session import Session
from app.widgets.actions import make_action, native_text, with_key
from app.widgets.forms import plain_text
from app.window.recent_pieces import RecentPieces
from tonenet_core.errors import printable

Key = QKeySequence.StandardKey
MOST_SHOWN = 100  # files in a menu


@dataclass(frozen=True)
class Dialogs:
    """Callbacks of the window for actions that need a dialog."""

    open: Callable[[], None]
    open_demo: Callable[[], None]
    batch: Callable[[], None]
    export_midi: Callable[[], object]
    export_wav: Callable[[], None]
    copy_result: Callable[[], None]
    preferences: Callable[[], None]
    shortcuts: Callable[[], None]
    log: Callable[[], None]
    about: Callable[[], None]


class Actions(QObject):
    """All actions of the window; they re-read the session when it changes."""

    def __init__(self, window: QMainWindow, session: Session, dialogs: Dialogs) -> None:
        """Make the actions and put them into the menu bar of `window`."""
        super().__init__(window)
        self._window = window
        self._make = partial(make_action, window)
        self._session = session
        self._dialogs = dialogs
        self._style_actions: list[QAction] = []
        self._styles: tuple[str, ...] | None = None
        self._build_file_actions()
        self._build_edit_actions()
        self._build_playback_actions()
        self._build_menus()
        session.changed.connect(self.refresh)
        session.progressed.connect(self._refresh_cancel)
        session.player.changed.connect(self._refresh_playback)
        self.refresh()

    def refresh(self) -> None:
        """Re-read the session."""
        session = self._session
        piece = session.original is not None
        if session.transfers.options.styles != self._styles:
            self._build_style_actions(session.transfers.options.styles)
        for action in self._style_actions:
            action.setEnabled(piece)
        self.export_midi.setEnabled(session.document.has_result)
        self.copy_result.setEnabled(session.document.has_result)
        self.export_wav.setEnabled(piece)
        self.undo.setEnabled(session.transfers.can_undo)
        self.redo.setEnabled(session.transfers.can_redo)
        self.swap.setEnabled(session.sides[1] is not None)
        for action in (self.play, self.stop, self.tap):
            action.setEnabled(piece)
        self._refresh_cancel()
        self._refresh_playback()

    def add_picture_menu(self, menu: QMenu) -> None:
        """Offer the pictures behind the other exports."""
        file = self.menus[0]
        actions = file.actions()
        file.insertMenu(actions[actions.index(self.export_wav) + 1], menu)

    def shortcut_sections(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Give for each menu its title, what its actions do and the keys for it; what has no key is left out."""
        sections = []
        for menu in self.menus:
            rows = [row for action in menu.actions() if (row := _keys_of(action))[1]]
            if rows:
                sections.append((menu.title().replace("&", ""), rows))
        return sections

    def _build_file_actions(self) -> None:
        dialogs = self._dialogs
        self.open = self._make("openAction", self.tr("&Open…"), dialogs.open, Key.Open, icon="open")
        self.open_demo = self._make("openDemoAction", self.tr("Open the &Demo"), dialogs.open_demo)
        self.export_midi = self._make(
            "exportMidiAction",
            self.tr("&Export MIDI…"),
            dialogs.export_midi,
            "Ctrl+E",
            icon="export",
            tip=self.tr("Save the result as a MIDI file: your file with new velocities, or the generated piece"),
        )
        self.export_wav = self._make(
            "exportWavAction",
            self.tr("Export &Audio…"),
            dialogs.export_wav,
            "Ctrl+Shift+E",
            tip=self.tr("Save the side you hear as a WAV or FLAC file"),
        )
        self.batch = self._make(
            "batchAction",
            self.tr("&Batch…"),
            dialogs.batch,
            "Ctrl+Shift+B",
            tip=self.tr("Transfer many files, or a whole folder, to one style"),
        )
        self.quit = self._make("quitAction", self.tr("&Quit"), self._window.close, Key.Quit)
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)

    def _build_edit_actions(self) -> None:
        session = self._session
        self.undo = self._make(
            "undoAction",
            self.tr("&Undo"),
            session.transfers.undo,
            Key.Undo,
            icon="undo",
            tip=self.tr("Return to the previous result"),
        )
        self.redo = self._make(
            "redoAction",
            self.tr("&Redo"),
            session.transfers.redo,
            Key.Redo,
            icon="redo",
            tip=self.tr("Restore the result that was undone"),
        )
        self.copy_result = self._make(
            "copyResultAction",
            self.tr("&Copy Result"),
            self._dialogs.copy_result,
            Key.Copy,
            tip=self.tr("Copy the result as a MIDI file, to paste it into another program or a folder"),
        )
        self.preferences = self._make(
            "preferencesAction", self.tr("&Preferences…"), self._dialogs.preferences, "Ctrl+,", icon="settings"
        )
        self.preferences.setMenuRole(QAction.MenuRole.PreferencesRole)
        self.shortcuts = self._make("shortcutsAction", self.tr("&Keyboard Shortcuts"), self._dialogs.shortcuts, "F1")
        self.shortcuts.setShortcuts([QKeySequence("F1"), QKeySequence("?")])
        self.log = self._make("logAction", self.tr("Show &Log"), self._dialogs.log)
        self.about = self._make("aboutAction", self.tr("&About ToneNet"), self._dialogs.about)
        self.about.setMenuRole(QAction.MenuRole.AboutRole)

    def _build_playback_actions(self) -> None:
        """Make the actions of the transport; their keys are its own, and are only written into the menu here."""
        session, player = self._session, self._session.player
        self.cancel = self._make("cancelAction", self.tr("&Cancel"), session.cancel, "Esc")
        self.play = self._make("playAction", self.tr("&Play"), player.toggle, icon="play", shown_key="Space")
        self.stop = self._make("stopAction", self.tr("&Stop"), player.stop, icon="stop", shown_key="Shift+Space")
        self.swap = self._make(
            "swapAction", self.tr("&Switch Sides (A/B)"), session.toggle_side, icon="swap", shown_key="Tab"
        )
        self.passage = self._make("passageAction", self.tr("Only the Marked &Passage"), self._toggle_passage, "Ctrl+L")
        self.passage.setCheckable(True)
        self.tap = self._make(
            "tapAction",
            self.tr("&Tap the Beat"),
            session.tapping.tap,
            "T",
            tip=self.tr("While the piece plays, press T with its beat: its timing and bars follow what you tap"),
        )
        self.tap.setAutoRepeat(False)
        self.unloop = self._make("unloopAction", self.tr("Clear &Loop"), lambda: player.set_loop(None))

    def _build_menus(self) -> None:
        bar = self._window.menuBar()
        file, edit, view, transfer, takes, playback, help_ = (
            bar.addMenu(title)
            for title in (
                self.tr("&File"),
                self.tr("&Edit"),
                self.tr("&View"),
                self.tr("&Transfer"),
                self.tr("Ta&kes"),
                self.tr("&Playback"),
                self.tr("&Help"),
            )
        )
        self.menus = (file, edit, view, transfer, takes, playback, help_)
        self.edit_menu, self.view_menu = edit, view
        file.addAction(self.open)
        self.recent = self._file_menu(file, self.tr("Open &Recent"), lambda: self._session.settings.recent)
        self.also = self._file_menu(file, self.tr("&Also Dropped"), lambda: self._session.document.also_dropped)
        self.pieces = RecentPieces(self._session, self._window)
        file.addMenu(self.pieces)
        file.addAction(self.open_demo)
        file.addSeparator()
        file.addActions([self.export_midi, self.export_wav])
        file.addSeparator()
        file.addAction(self.batch)
        file.addSeparator()
        file.addAction(self.quit)
        edit.addActions([self.undo, self.redo, self.copy_result])
        edit.addSeparator()
        edit.addAction(self.preferences)
        self.transfer_menu = transfer
        transfer.addSeparator()
        transfer.addAction(self.passage)
        transfer.addSeparator()
        transfer.addAction(self.cancel)
        self.takes_menu, self.playback_menu = takes, playback
        playback.addActions([self.play, self.stop, self.swap, self.unloop, self.tap])
        help_.addAction(self.shortcuts)
        help_.addSeparator()
        help_.addActions([self.log, self.about])
        file.aboutToShow.connect(self._refresh_file_menus)
        self._refresh_file_menus()

    def _file_menu(self, parent: QMenu, title: str, paths: Callable[[], Iterable[Path]]) -> QMenu:
        """Add a submenu that opens one of `paths`, which is called each time the menu is shown."""
        menu = parent.addMenu(title)

        def fill() -> None:
            menu.clear()
            there = list(paths())
            for path in there[:MOST_SHOWN]:
                action = menu.addAction(printable(path.name).replace("&", "&&"))
                action.setToolTip(printable(path))
                action.triggered.connect(lambda _=False, path=path: self._session.open(path))
            if len(there) > MOST_SHOWN:
                more = self.tr("%Ln More in the Batch Window…", "", len(there) - MOST_SHOWN)
                menu.addAction(more).triggered.connect(lambda: self._session.batch_wanted.emit(there))
            if menu is self.recent and not menu.isEmpty():
                menu.addSeparator()
                menu.addAction(self.tr("Clear This List")).triggered.connect(self._session.settings.forget_recent)

        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(fill)
        return menu

    def _refresh_file_menus(self) -> None:
        self.pieces.refresh()
        self.recent.setEnabled(bool(self._session.settings.recent))
        self.also.menuAction().setVisible(bool(self._session.document.also_dropped))

    def _build_style_actions(self, styles: tuple[str, ...]) -> None:
        for action in self._style_actions:
            self.transfer_menu.removeAction(action)
            self._window.removeAction(action)  # its key is another's from now on
            action.setParent(None)
            action.deleteLater()
        first = self.transfer_menu.actions()[0]
        self._styles, self._style_actions = styles, []
        for number, style in enumerate(styles, start=1):
            action = self._make(
                f"transferTo{style.title()}Action",
                self._session.marked.transfer_text(style, only=False),
                partial(self._session.transfers.run, style),
                f"Ctrl+{number}" if number < 10 else "",
            )
            self.transfer_menu.insertAction(first, action)
            self._style_actions.append(action)

    def _refresh_cancel(self) -> None:
        self.cancel.setEnabled(self._session.job is not None)

    def _toggle_passage(self) -> None:
        transfers = self._session.transfers
        transfers.set(passage_only=not transfers.options.passage_only)

    def _refresh_passage(self) -> None:
        marked, options = self._session.marked, self._session.transfers.options
        self.passage.setEnabled(marked.span is not None)
        self.passage.setChecked(options.passage_only)
        for style, action in zip(self._styles or (), self._style_actions, strict=True):
            action.setText(marked.transfer_text(style, only=options.passage_only, hands=options.hands))

    def _refresh_playback(self) -> None:
        self._refresh_passage()
        playing = self._session.player.playing
        self.play.setText(with_key(self.tr("&Pause") if playing else self.tr("&Play"), "Space"))
        self.unloop.setEnabled(self._session.player.loop is not None)


def _keys_of(action: QAction) -> tuple[str, str]:
    """Return what an action does and the keys for it; these are empty where it has none."""
    text, _, shown = action.text().partition("\t")
    native = map(native_text, action.shortcuts())
    return plain_text(text), shown or QCoreApplication.translate("Actions", " or ").join(native)
