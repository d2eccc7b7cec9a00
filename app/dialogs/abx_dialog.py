"""The blind comparison's dialog: leads from page to page, lets A, B and X be heard, gives nothing away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from app.dialogs.abx import Report, Round
from app.dialogs.abx_result import ResultPage
from app.dialogs.abx_setup import SetupPage
from app.dialogs.abx_trial import TrialPage
from app.playback.side import ORIGINAL, STYLED
from app.session.session import Session
from tonenet_core import __version__

SIDES = {"A": ORIGINAL, "B": STYLED}


class AbxDialog(QDialog):
    """One round after another over the two sides that the session plays.

    It has the window to itself, so that nothing there can be asked for meanwhile; and the window shows the side that
    was heard before, whatever is heard now.

    Attributes:
        round: the running round, or the last one; None before the first.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        """Offer a round over the two sides of `session`."""
        super().__init__(parent)
        self._session, self._player = session, session.player
        self._match = session.listening.level_match
        session.document.catch_up()
        self._sides = session.sides
        self._matched_before = self._match.on
        self._ended = False
        self.round: Round | None = None
        self.setObjectName("abxDialog")
        self.setWindowTitle(self.tr("Blind Comparison (ABX)"))
        self.setModal(True)
        self.setup_page = SetupPage(session.side_names, may_match=self._match.possible)
        self.trial_page = TrialPage(self._player, session.side_names)
        self.result_page = ResultPage(session.settings.open_folder)
        self._pages = QStackedWidget()
        for page in (self.setup_page, self.trial_page, self.result_page):
            page.leave.connect(self.reject)
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.addWidget(self._pages)
        self.setMinimumWidth(520)
        # Once it is in the dialog: before, Qt takes the first button of the page for the one that Enter presses.
        self.setup_page.begin_button.setDefault(True)
        self._make_shortcuts()
        self.setup_page.begin.connect(self.begin)
        self.trial_page.heard.connect(self.hear)
        self.trial_page.answered.connect(self.answer)
        self.result_page.again.connect(lambda: self._show_page(self.setup_page))
        self._match.changed.connect(self._level_changed)
        session.changed.connect(self._session_changed)

    # --- a round -------------------------------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        """Whether a round is running."""
        return self._pages.currentWidget() is self.trial_page

    @Slot()
    def begin(self) -> None:
        """Begin a round, as soon as both levels are known if they are to be matched."""
        setup = self.setup_page
        setup.note.clear()
        if self._match.possible and self._match.on != setup.matched.isChecked():
            self._match.switch(setup.matched.isChecked())
        if self._match.on and self._match.measuring:
            setup.begin_button.setEnabled(False)
            setup.note.setText(
                self.tr("The levels of both sides are being measured; the round starts as soon as they are known.")
            )
        else:
            self._begin()

    @Slot()
    def _level_changed(self) -> None:
        """Begin the round that waited for the levels."""
        setup = self.setup_page
        if self._ended or setup.begin_button.isEnabled() or self._match.measuring:
            return
        setup.begin_button.setEnabled(True)
        setup.note.clear()
        if self._match.on:
            self._begin()
        else:
            setup.note.setText(self.tr("The levels could not be measured; the message in the main window says why."))

    def _begin(self) -> None:
        self.round = Round(self.setup_page.length.value())
        self._show_page(self.trial_page)
        self._next_trial(self.round)
        if not self._player.playing:
            self._player.play()

    def _next_trial(self, going_on: Round) -> None:
        self.trial_page.show_trial(len(going_on.trials) + 1, going_on.length)
        self.hear("X")

    @Slot(str)
    def hear(self, letter: str) -> None:
        """Hear A, B or X; each switch sounds the same, whether it is one or not."""
        if self.round is not None and self.running:
            self.trial_page.show_heard(letter)
            self._player.set_side(self.round.x if letter == "X" else SIDES[letter], masked=True)

    @Slot(str)
    def answer(self, letter: str) -> None:
        """Answer that X is A or B."""
        if self.round is None or not self.running:
            return
        self.round.answer(SIDES[letter])
        if not self.round.finished:
            self._next_trial(self.round)
            return
        self._player.pause()
        self.result_page.show_result(self.round, self.report(self.round))
        self._show_page(self.result_page)
        self.result_page.again_button.setFocus()

    def report(self, finished: Round) -> Report:
        """Return a round and its conditions, for a JSON file."""
        session, player, take = self._session, self._player, self._session.document.made
        gains, loop = self._match.gains_db if self._match.possible else None, player.places.loop_sec(ORIGINAL)
        return {
            "when": datetime.now().astimezone().isoformat(timespec="seconds"),
            "program": f"ToneNet {__version__}",
            "piece": session.title,
            "file": str(session.path) if session.path else None,
            "A": session.side_names[0],
            "B": session.side_names[1],
            "model": take.model if take else None,
            "strength": take.strength if take else None,
            "accents": take.accents if take else None,
            "seed": take.seed if take else None,
            "level_match_db": None if gains is None else {"A": round(gains[0], 2), "B": round(gains[1], 2)},
            "tempo": round(player.tempo, 2),
            "loop_sec": None if loop is None else [round(second, 3) for second in loop],
            "soundfont": str(player.soundfont) if player.soundfont else None,
            "midi_port": player.midi_port,
            **finished.report(),
        }

    # --- what happens meanwhile ----------------------------------------------------------------------------------

    @Slot()
    def _session_changed(self) -> None:
        """End the round when one of the sides is another, as when a transfer that went on has ended."""
        if self._ended or self._session.sides == self._sides:
            return
        self._sides = self._session.sides
        if self._sides[1] is None:
            self.reject()
        elif self.running:
            self._show_page(self.setup_page)
            self.setup_page.note.setText(
                self.tr("The round ended without a result because one of its sides has changed.")
            )

    def _show_page(self, page: QWidget) -> None:
        if page is not self.trial_page:
            self._player.set_side(self._session.side)
        for shortcut in self._shortcuts:
            shortcut.setEnabled(page is self.trial_page)
        self._pages.setCurrentWidget(page)

    def done(self, result: int) -> None:
        """Leave everything as it was before."""
        if not self._ended:
            self._ended = True
            self._player.set_side(self._session.side)
            if self._match.on != self._matched_before:
                self._match.switch(self._matched_before)
        super().done(result)

    def _make_shortcuts(self) -> None:
        keys: dict[str, Callable[[], object]] = {letter: partial(self.hear, letter) for letter in "AXB"}
        keys |= {f"Shift+{letter}": partial(self.answer, letter) for letter in "AB"}
        keys["Space"] = self._player.toggle
        self._shortcuts = []
        for key, call in keys.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(False)
            shortcut.setEnabled(False)
            shortcut.activated.connect(call)
            self._shortcuts.append(shortcut)
