"""The blind comparison's dialog: how many trials, then A, X and B to hear, then the score and what it says."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.abx import TRIALS, USUAL_TRIALS, Round
from app.mixer import ORIGINAL, STYLED
from app.session import Session
from app.transport import JumpSlider, time_text
from tonenet_core import __version__
from tonenet_core.atomic import replacing
from tonenet_core.locations import user_abx

SIDES = {"A": ORIGINAL, "B": STYLED}
CONVINCING = 0.05  # the p-value below which a score is said to be more than luck


class AbxDialog(QDialog):
    """One round after another over the two sides that the session plays.

    It has the window to itself, so that nothing there can be asked for meanwhile; and the window shows the side that
    was heard before, whatever is heard now.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        """Offer a round over the two sides of `session`."""
        super().__init__(parent)
        self._session, self._player = session, session.player
        self._match = session.listening.level_match
        self._sides = session.sides
        self._matched_before = self._match.on
        self._ended = False
        self.round: Round | None = None
        self.file: Path | None = None
        self.setObjectName("abxDialog")
        self.setWindowTitle(self.tr("Blind Comparison (ABX)"))
        self.setModal(True)
        self._pages = QStackedWidget()
        for page in (self._setup_page(), self._trial_page(), self._result_page()):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.addWidget(self._pages)
        self.setMinimumWidth(520)
        self._make_shortcuts()
        self._match.changed.connect(self._level_changed)
        self._player.changed.connect(self._refresh_playing)
        self._player.moved.connect(self._show_position)
        session.changed.connect(self._session_changed)
        self._refresh_playing()

    # --- before a round ------------------------------------------------------------------------------------------

    def _setup_page(self) -> QWidget:
        words = QLabel(
            self.tr(
                "Do you hear the difference? In each trial X is secretly A or B. Listen to A, B and X as often as you"
                " like, then say what X is. The music goes on while you switch, and a loop stays in force."
            )
        )
        words.setWordWrap(True)
        names = self._session.side_names
        which = QLabel(self.tr("A: {0}     B: {1}").format(*names))
        which.setProperty("class", "heading")
        self.length = QSpinBox()
        self.length.setObjectName("abxTrialsSpin")
        self.length.setAccessibleName(self.tr("Trials"))
        self.length.setToolTip(self.tr("How many trials the round has; it is fixed before it begins"))
        self.length.setRange(*TRIALS)
        self.length.setValue(USUAL_TRIALS)
        self.matched = QCheckBox(self.tr("Match the levels of A and B"))
        self.matched.setObjectName("abxMatchCheck")
        self.matched.setAccessibleName(self.matched.text())
        self.matched.setToolTip(self.tr("Otherwise the louder one is known by its loudness alone"))
        self.matched.setEnabled(self._match.possible)
        self.matched.setChecked(self._match.possible)
        self.start_button = self._button("abxStartButton", self.tr("Begin"), self.start)
        self.start_button.setProperty("primary", True)
        self.start_button.setDefault(True)
        close = self._button("abxCancelButton", self.tr("Close"), self.reject)
        self._waiting = QLabel()
        self._waiting.setProperty("class", "muted")
        self._waiting.setWordWrap(True)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.addRow(self.tr("Trials"), self.length)
        return _column(words, which, form, self.matched, self._waiting, None, _row(None, close, self.start_button))

    @Slot()
    def start(self) -> None:
        """Begin a round, as soon as both levels are known if they are to be matched."""
        self._sides = self._session.sides
        if self._match.possible and self._match.on != self.matched.isChecked():
            self._match.switch(self.matched.isChecked())
        if self._match.on and self._match.measuring:
            self.start_button.setEnabled(False)
            self._waiting.setText(self.tr("The levels of both sides are being measured; then it begins."))
            return
        self._begin()

    @Slot()
    def _level_changed(self) -> None:
        if self._ended or self.start_button.isEnabled() or self._match.measuring:
            return
        self.start_button.setEnabled(True)
        if self._pages.currentIndex() == 0:
            self._waiting.clear()
            if self._match.on:
                self._begin()
            else:
                self._waiting.setText(self.tr("The levels could not be measured; the window behind says why."))

    def _begin(self) -> None:
        self.round = Round(self.length.value())
        self.file = None
        self._show_page(1)
        self._next_trial()
        if not self._player.playing:
            self._player.play()

    # --- a trial -------------------------------------------------------------------------------------------------

    def _trial_page(self) -> QWidget:
        self.trial_label = QLabel()
        self.trial_label.setObjectName("abxTrialLabel")
        self.trial_label.setProperty("class", "title")
        names = dict(zip("AB", self._session.side_names, strict=True))
        self.hear_buttons: dict[str, QPushButton] = {}
        self._heard = QButtonGroup(self)
        for letter in "AXB":
            text = f"{letter}\n{names.get(letter, self.tr('A or B?'))}"
            button = self._button(f"abxHear{letter}Button", text, lambda letter=letter: self.hear(letter))
            button.setToolTip(self.tr("Hear {0} at this position ({0})").format(letter))
            button.setAccessibleName(self.tr("Hear {0}").format(letter))
            button.setCheckable(True)
            button.setMinimumHeight(64)
            self._heard.addButton(button)
            self.hear_buttons[letter] = button
        self.answer_buttons: dict[str, QPushButton] = {}
        for letter in "AB":
            button = self._button(
                f"abxIs{letter}Button", self.tr("X is {0}").format(letter), lambda letter=letter: self.answer(letter)
            )
            button.setToolTip(self.tr("Say that X is {0}, and go on to the next trial (Shift+{0})").format(letter))
            self.answer_buttons[letter] = button
        self.play_button = self._button("abxPlayButton", "", self._player.toggle)
        self.play_button.setToolTip(self.tr("Play or pause (Space)"))
        self.slider = JumpSlider()
        self.slider.setObjectName("abxPositionSlider")
        self.slider.setAccessibleName(self.tr("Position"))
        self.slider.setToolTip(self.tr("Click or drag to go somewhere else (arrow keys: one second)"))
        self.slider.setSingleStep(1000)
        self.slider.setPageStep(5000)
        self.slider.actionTriggered.connect(self._moved_by_key)
        self.slider.sliderPressed.connect(self._seek)
        self.slider.sliderReleased.connect(self._seek)
        self.position_label = QLabel()
        self.position_label.setProperty("class", "muted")
        self._trouble = QLabel()
        self._trouble.setWordWrap(True)
        self._trouble.hide()
        stop = self._button("abxStopButton", self.tr("Give Up"), self.reject)
        stop.setToolTip(self.tr("End this round without a result (Esc)"))
        return _column(
            self.trial_label,
            _row(*self.hear_buttons.values()),
            _row(*self.answer_buttons.values()),
            _row(self.play_button, self.slider, self.position_label),
            self._trouble,
            None,
            _row(None, stop),
        )

    def hear(self, letter: str) -> None:
        """Hear A, B or X; each switch sounds the same, whether it is one or not."""
        if self.round is None or self._pages.currentIndex() != 1:
            return
        self.hear_buttons[letter].setChecked(True)
        self.hear_buttons[letter].setFocus()
        self._player.set_side(self.round.x if letter == "X" else SIDES[letter], masked=True)

    def answer(self, letter: str) -> None:
        """Say that X is A or B."""
        if self.round is None or self._pages.currentIndex() != 1:
            return
        self.round.answer(SIDES[letter])
        if self.round.finished:
            self._finish()
        else:
            self._next_trial()

    def _next_trial(self) -> None:
        assert self.round is not None
        self.trial_label.setText(self.tr("Trial {0} of {1}").format(len(self.round.trials) + 1, self.round.length))
        self.hear("X")

    # --- after a round -------------------------------------------------------------------------------------------

    def _result_page(self) -> QWidget:
        self.score_label = QLabel()
        self.score_label.setObjectName("abxScoreLabel")
        self.score_label.setProperty("class", "title")
        self.meaning_label = QLabel()
        self.meaning_label.setObjectName("abxMeaningLabel")
        self.meaning_label.setWordWrap(True)
        self.saved_label = QLabel()
        self.saved_label.setProperty("class", "muted")
        self.saved_label.setWordWrap(True)
        self.saved_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.show_button = self._button("abxShowButton", self.tr("Show the File"), self._show_file)
        self.show_button.setToolTip(self.tr("Open the folder in which the results are kept"))
        self.save_button = self._button("abxSaveButton", self.tr("Save As…"), self.ask_save)
        self.save_button.setToolTip(self.tr("Write the result to another file as well"))
        self.again_button = self._button("abxAgainButton", self.tr("Another Round"), lambda: self._show_page(0))
        self.done_button = self._button("abxDoneButton", self.tr("Close"), self.reject)
        buttons = _row(self.show_button, self.save_button, None, self.again_button, self.done_button)
        return _column(self.score_label, self.meaning_label, self.saved_label, None, buttons)

    def _finish(self) -> None:
        assert self.round is not None
        self._player.pause()
        p_value = self.round.p_value
        shown = f"p = {p_value:.3f}" if p_value >= 0.001 else "p < 0.001"
        self.score_label.setText(self.tr("{0} of {1} right, {2}").format(self.round.score, self.round.length, shown))
        share = f"{100 * p_value:.1f}" if p_value >= 0.001 else self.tr("less than 0.1")
        meaning = (
            self.tr("You hear the difference: guessing does as well in {0} % of all rounds only.")
            if p_value < CONVINCING
            else self.tr("This does not show that you hear a difference: guessing does as well in {0} % of all rounds.")
        )
        self.meaning_label.setText(meaning.format(share))
        self._save()
        self._show_page(2)
        self.done_button.setFocus()

    def report(self) -> dict[str, Any]:
        """Return the round and what it was about, for a JSON file."""
        assert self.round is not None
        session, player, take = self._session, self._player, self._session.take
        gains, loop = self._match.gains_db if self._match.possible else None, player.loop
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
            **self.round.report(),
        }

    def _save(self) -> None:
        name = f"abx-{datetime.now():%Y-%m-%d-%H%M%S}.json"
        try:
            user_abx().mkdir(parents=True, exist_ok=True)
            self._write(user_abx() / name)
            self.file = user_abx() / name
            self.saved_label.setText(self.tr("Kept in {0}").format(self.file))
        except OSError as error:
            self.saved_label.setText(self.tr("The result could not be kept: {0}.").format(error.strerror or error))
        self.show_button.setEnabled(self.file is not None)

    def _write(self, path: Path) -> None:
        with replacing(path) as unfinished:
            unfinished.write_text(json.dumps(self.report(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    def ask_save(self) -> None:
        """Ask for a file and write the result to it."""
        start = self._session.settings.open_folder / (self.file.name if self.file else "abx.json")
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Save the Result"), str(start), self.tr("JSON (*.json)"))
        if not name:
            return
        try:
            self._write(Path(name))
            self.saved_label.setText(self.tr("Saved {0}").format(name))
        except OSError as error:
            self.saved_label.setText(self.tr("{0} could not be written: {1}.").format(name, error.strerror or error))

    def _show_file(self) -> None:
        if self.file is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.file.parent)))

    # --- what happens meanwhile ----------------------------------------------------------------------------------

    @Slot()
    def _session_changed(self) -> None:
        """End the round when one of the sides is another, as when a transfer that went on has ended."""
        if self._ended or self._session.sides == self._sides:
            return
        self._sides = self._session.sides
        if self._sides[1] is None:
            self.reject()
        elif self._pages.currentIndex() == 1:
            self._show_page(0)
            self._waiting.setText(self.tr("The round ended without a result, because what it compared has changed."))

    @Slot()
    def _refresh_playing(self) -> None:
        playing = self._player.playing
        self.play_button.setText(self.tr("Pause") if playing else self.tr("Play"))
        self.play_button.setAccessibleName(self.play_button.text())
        theme.set_icon(self.play_button, "pause" if playing else "play")
        self.slider.setRange(0, round(self._player.duration_sec * 1000))
        self._trouble.setVisible(self._player.problem is not None)
        self._trouble.setText(self._player.problem or "")
        self._show_position(self._player.position_sec)

    @Slot(float)
    def _show_position(self, sec: float) -> None:
        if not self.slider.isSliderDown():
            self.slider.setValue(round(sec * 1000))
            self.position_label.setText(time_text(sec))

    @Slot(int)
    def _moved_by_key(self, _action: int) -> None:
        if not self.slider.isSliderDown():
            self._seek()

    @Slot()
    def _seek(self) -> None:
        self._player.seek(self.slider.sliderPosition() / 1000)

    def _show_page(self, index: int) -> None:
        if index != 1:
            self._player.set_side(self._session.side)
        for shortcut in self._shortcuts:
            shortcut.setEnabled(index == 1)
        self._pages.setCurrentIndex(index)

    def done(self, result: int) -> None:
        """Leave everything as it was before."""
        if not self._ended:
            self._ended = True
            self._player.set_side(self._session.side)
            if self._match.on != self._matched_before:
                self._match.switch(self._matched_before)
        super().done(result)

    # --- parts ---------------------------------------------------------------------------------------------------

    def _button(self, name: str, text: str, call: Any) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setToolTip(text)
        button.clicked.connect(lambda _=False: call())
        return button

    def _make_shortcuts(self) -> None:
        keys: dict[str, Any] = {letter: lambda letter=letter: self.hear(letter) for letter in "AXB"}
        keys |= {f"Shift+{letter}": lambda letter=letter: self.answer(letter) for letter in "AB"}
        keys["Space"] = self._player.toggle
        self._shortcuts = []
        for key, call in keys.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(False)
            shortcut.setEnabled(False)
            shortcut.activated.connect(call)
            self._shortcuts.append(shortcut)


def _row(*parts: QWidget | None) -> QHBoxLayout:
    """Return widgets side by side; None is a stretch."""
    row = QHBoxLayout()
    row.setSpacing(8)
    for part in parts:
        row.addStretch(1) if part is None else row.addWidget(part)
    return row


def _column(*parts: QWidget | QHBoxLayout | QFormLayout | None) -> QWidget:
    """Return widgets and rows one below the other; None is a stretch."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(14)
    for part in parts:
        if part is None:
            column.addStretch(1)
        elif isinstance(part, QWidget):
            column.addWidget(part)
        else:
            column.addLayout(part)
    return page
