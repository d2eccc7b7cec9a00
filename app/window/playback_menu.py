"""Actions of the Playback menu for listening and comparing: tempo, metronome, solo, level match, blind comparison."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu

from app.practice.counting import VOLUMES
from app.session.session import Session
from app.widgets.actions import make_action
from tonenet_core.midi.tracks import list_tracks

if TYPE_CHECKING:
    from app.dialogs.abx_dialog import AbxDialog
    from tonenet_core.performance import MidiSource


class PlaybackMenu(QObject):
    """The actions, at the end of a menu; they re-read the player when it changes."""

    def __init__(self, window: QMainWindow, session: Session, menu: QMenu) -> None:
        """Add the actions to `menu` of `window`."""
        super().__init__(window)
        self._window = window
        self._session = session
        self._menu = menu
        self._file: MidiSource | None = None
        self._tracks = 0  # of the file
        listening = session.listening
        menu.addSeparator()
        self.slower = self._add("slowerAction", self.tr("Slo&wer"), lambda: listening.change_tempo(-1), "Ctrl+Down")
        self.faster = self._add("fasterAction", self.tr("&Faster"), lambda: listening.change_tempo(1), "Ctrl+Up")
        self.own_tempo = self._add(
            "ownTempoAction", self.tr("Original &Tempo"), lambda: session.player.set_tempo(1.0), "Ctrl+0"
        )
        menu.addSeparator()
        self._build_metronome()
        menu.addSeparator()
        self.solo = self._add("soloAction", self.tr("Solo &Piano"), self._switch_solo, "S")
        self.solo.setCheckable(True)
        tip = self.tr("Show the tracks of the file, to silence some or hear some alone")
        self.tracks = self._add("tracksAction", self.tr("Mute or Solo T&racks…"), session.tracks_wanted.emit, "", tip)
        self.match = self._add("matchLevelsAction", self.tr("&Match Levels"), self._switch_match, "M")
        self.match.setCheckable(True)
        self.abx = self._add(
            "abxAction",
            self.tr("&Blind Comparison (ABX)…"),
            self.compare,
            "Ctrl+B",
            self.tr("Find out whether you hear the difference: X is secretly A or B"),
        )
        session.changed.connect(self._refresh)
        session.player.changed.connect(self._refresh)
        listening.level_match.changed.connect(self._refresh)
        listening.counting.changed.connect(self._refresh)
        self._refresh()

    def _build_metronome(self) -> None:
        counting = self._session.listening.counting
        tip = self.tr("Click with the beats of what you hear, accented on the first of each bar")
        self.metronome = self._add("metronomeAction", self.tr("Metro&nome"), counting.switch, "K", tip)
        self.metronome.setCheckable(True)
        tip = self.tr("Click one bar, then play from the loop's start, or from where the music is")
        self.count_in = self._add("countInAction", self.tr("Count &In and Play"), counting.play, "Shift+K", tip)
        self.click_volumes = self._menu.addMenu(self.tr("Metronome &Volume"))
        group = QActionGroup(self)
        for volume, text in zip(VOLUMES, (self.tr("&Soft"), self.tr("&Medium"), self.tr("&Loud")), strict=True):
            action = self.click_volumes.addAction(text)
            action.setCheckable(True)
            action.setData(volume)
            group.addAction(action)
            action.triggered.connect(partial(counting.set_volume, volume))
        played = self._session.listening.keyboard
        tip = self.tr("Keys of a connected MIDI keyboard sound and light up beside the roll; nothing is recorded")
        self.keyboard = self._add("midiKeyboardAction", self.tr("Play from MIDI &Keyboard"), played.switch, "", tip)
        self.keyboard.setCheckable(True)
        played.changed.connect(self._refresh_keyboard)
        self._refresh_keyboard()

    def _refresh_keyboard(self) -> None:
        self.keyboard.setChecked(self._session.listening.keyboard.on)

    def compare(self) -> AbxDialog:
        """Open the blind comparison, which has the window to itself."""
        from app.dialogs.abx_dialog import AbxDialog

        dialog = AbxDialog(self._session, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def _switch_match(self) -> None:
        listening = self._session.listening
        listening.match_levels(not listening.level_match.on)

    def _switch_solo(self) -> None:
        self._session.listening.set_solo(not self._session.player.audible.piano)

    @Slot()
    def _refresh(self) -> None:
        match, there = self._session.listening.level_match, self._session.original is not None
        for action in (self.slower, self.faster, self.own_tempo):
            action.setEnabled(there)
        self.tracks.setEnabled(self._several_tracks())
        self.solo.setEnabled(self._session.listening.may_solo)
        self.solo.setChecked(self._session.player.audible.piano)
        counting = self._session.listening.counting
        self.metronome.setEnabled(there)
        self.metronome.setChecked(counting.on)
        self.count_in.setEnabled(there)
        for action in self.click_volumes.actions():
            action.setChecked(action.data() == counting.volume)
        self.match.setEnabled(match.possible)
        self.match.setChecked(match.on)
        self.abx.setEnabled(self._session.sides[1] is not None)

    def _several_tracks(self) -> bool:
        """Return whether the open file has tracks to choose from; they are counted once a file."""
        piece = self._session.original
        file = None if piece is None else piece.file
        if file is not self._file:
            self._file, self._tracks = file, 0 if piece is None else len(list_tracks(piece))
        return self._tracks > 1

    def _add(self, name: str, text: str, call: Callable[[], object], keys: str, tip: str = "") -> QAction:
        action = make_action(self._window, name, text, call, keys, tip=tip)
        self._menu.addAction(action)
        return action
