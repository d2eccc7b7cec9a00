"""The three pages of the blind comparison: before a round, a trial, the score."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.playback.player import Player
from app.session.abx import TRIALS, USUAL_TRIALS, Round
from app.theme import theme
from app.widgets.position_slider import JumpSlider
from app.widgets.time_text import time_text
from tonenet_core.files.atomic import replacing
from tonenet_core.files.locations import user_abx

CONVINCING = 0.05  # the p-value below which a score is said to be more than luck


class SetupPage(QWidget):
    """How many trials, and whether the levels are matched.

    Attributes:
        begin: the user wants to begin.
        leave: the user wants to close the dialog.
    """

    begin = Signal()
    leave = Signal()

    def __init__(self, names: tuple[str, str], *, may_match: bool) -> None:
        """Offer a round over sides of these names."""
        super().__init__()
        words = QLabel(
            self.tr(
                "Do you hear the difference? In each trial X is secretly A or B. Listen to A, B and X as often as you"
                " like, then say what X is. The music goes on while you switch, and a loop stays in force."
            )
        )
        words.setWordWrap(True)
        which = QLabel(self.tr("A: {0}     B: {1}").format(*names))
        which.setProperty("class", "heading")
        self.length = QSpinBox()
        self.length.setObjectName("abxTrialsSpin")
        self.length.setAccessibleName(self.tr("Trials"))
        self.length.setToolTip(self.tr("How many trials the round has; it is fixed before it begins"))
        self.length.setRange(*TRIALS)
        self.length.setValue(USUAL_TRIALS)
        self.length.setMaximumWidth(96)
        self.matched = QCheckBox(self.tr("Match the levels of A and B"))
        self.matched.setObjectName("abxMatchCheck")
        self.matched.setAccessibleName(self.matched.text())
        self.matched.setToolTip(self.tr("Otherwise the louder one is known by its loudness alone"))
        self.matched.setEnabled(may_match)
        self.matched.setChecked(may_match)
        self.begin_button = _button("abxBeginButton", self.tr("Begin"), self.begin.emit)
        self.begin_button.setProperty("primary", True)
        self.begin_button.setDefault(True)
        close = _button("abxCancelButton", self.tr("Close"), self.leave.emit)
        self.note = QLabel()
        self.note.setObjectName("abxNoteLabel")
        self.note.setProperty("class", "muted")
        self.note.setWordWrap(True)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.addRow(self.tr("Trials"), self.length)
        _fill(self, words, which, form, self.matched, self.note, None, _row(None, close, self.begin_button))


class TrialPage(QWidget):
    """A, X and B to hear, two answers, and what is needed to move in the piece.

    Attributes:
        heard: the letter that the user wants to hear.
        answered: the letter that the user takes X for.
        leave: the user gives up.
    """

    heard = Signal(str)
    answered = Signal(str)
    leave = Signal()

    def __init__(self, player: Player, names: tuple[str, str]) -> None:
        """Show and steer `player`, whose sides have these names."""
        super().__init__()
        self._player = player
        self.title = QLabel()
        self.title.setObjectName("abxTrialLabel")
        self.title.setProperty("class", "title")
        self.hear_buttons = self._hear_buttons(dict(zip("AB", names, strict=True)))
        self.answer_buttons = self._answer_buttons()
        self.play_button = _button("abxPlayButton", "", player.toggle, self.tr("Play or pause (Space)"))
        self._make_slider()
        self._position = QLabel()
        self._position.setProperty("class", "muted")
        self._trouble = QLabel()
        self._trouble.setWordWrap(True)
        give_up = _button(
            "abxGiveUpButton", self.tr("Give Up"), self.leave.emit, self.tr("End this round without a result (Esc)")
        )
        keys = QLabel(self.tr("A, X and B let it be heard, Shift+A and Shift+B answer, Space plays and pauses."))
        keys.setProperty("class", "muted")
        keys.setWordWrap(True)
        _fill(
            self,
            self.title,
            _row(*self.hear_buttons.values()),
            _row(*self.answer_buttons.values()),
            _row(self.play_button, self.slider, self._position),
            self._trouble,
            keys,
            None,
            _row(None, give_up),
        )
        player.changed.connect(self._refresh)
        player.moved.connect(self._show_position)
        self._refresh()

    def show_trial(self, number: int, count: int) -> None:
        """Say which trial of how many this is; the first is 1."""
        self.title.setText(self.tr("Trial {0} of {1}").format(number, count))

    def show_heard(self, letter: str) -> None:
        """Show which of A, X and B is heard."""
        self.hear_buttons[letter].setChecked(True)
        self.hear_buttons[letter].setFocus()

    def _hear_buttons(self, names: dict[str, str]) -> dict[str, QPushButton]:
        group, buttons = QButtonGroup(self), {}
        for letter in "AXB":
            text = f"{letter}    {names.get(letter, self.tr('A or B?'))}"
            tip = self.tr("Hear {0} at this position ({0})").format(letter)
            button = _button(f"abxHear{letter}Button", text, partial(self.heard.emit, letter), tip)
            button.setAccessibleName(self.tr("Hear {0}").format(letter))
            button.setCheckable(True)
            group.addButton(button)
            buttons[letter] = button
        return buttons

    def _answer_buttons(self) -> dict[str, QPushButton]:
        buttons = {}
        for letter in "AB":
            text = self.tr("X is {0}").format(letter)
            tip = self.tr("Say that X is {0}, and go on to the next trial (Shift+{0})").format(letter)
            buttons[letter] = _button(f"abxIs{letter}Button", text, partial(self.answered.emit, letter), tip)
        return buttons

    def _make_slider(self) -> None:
        self.slider = JumpSlider()
        self.slider.setObjectName("abxPositionSlider")
        self.slider.setAccessibleName(self.tr("Position"))
        self.slider.setToolTip(self.tr("Click or drag to go somewhere else (arrow keys: one second)"))
        self.slider.setSingleStep(1000)
        self.slider.setPageStep(5000)
        self.slider.actionTriggered.connect(self._moved_by_key)
        self.slider.sliderPressed.connect(self._seek)
        self.slider.sliderReleased.connect(self._seek)

    @Slot()
    def _refresh(self) -> None:
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
            self._position.setText(time_text(sec))

    @Slot(int)
    def _moved_by_key(self, _action: int) -> None:
        if not self.slider.isSliderDown():
            self._seek()

    @Slot()
    def _seek(self) -> None:
        self._player.seek(self.slider.sliderPosition() / 1000)


class ResultPage(QWidget):
    """The score, what it says, and where it is kept.

    Attributes:
        again: the user wants another round.
        leave: the user wants to close the dialog.
        file: where the last result is kept; None before, or if that failed.
    """

    again = Signal()
    leave = Signal()

    def __init__(self, folder: Path) -> None:
        """Begin without a result.

        Args:
            folder: where "Save As" begins.
        """
        super().__init__()
        self.file: Path | None = None
        self._folder = folder
        self._text = ""
        self.score = QLabel()
        self.score.setObjectName("abxScoreLabel")
        self.score.setProperty("class", "title")
        self.meaning = QLabel()
        self.meaning.setObjectName("abxMeaningLabel")
        self.meaning.setWordWrap(True)
        self.kept = QLabel()
        self.kept.setProperty("class", "muted")
        self.kept.setWordWrap(True)
        self.kept.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.show_button = _button(
            "abxShowButton", self.tr("Show the File"), self._show_file, self.tr("Open the folder with the results")
        )
        self.save_button = _button(
            "abxSaveButton", self.tr("Save As…"), self._ask_save, self.tr("Write the result to another file as well")
        )
        self.again_button = _button("abxAgainButton", self.tr("Another Round"), self.again.emit)
        self.close_button = _button("abxCloseButton", self.tr("Close"), self.leave.emit)
        buttons = _row(self.show_button, self.save_button, None, self.again_button, self.close_button)
        _fill(self, self.score, self.meaning, self.kept, None, buttons)

    def show_result(self, finished: Round, report: dict[str, Any]) -> None:
        """Show the score of a round and keep `report` in the user's folder."""
        p_value = finished.p_value
        shown = f"p = {p_value:.3f}" if p_value >= 0.001 else "p < 0.001"
        self.score.setText(self.tr("{0} of {1} right, {2}").format(finished.score, finished.length, shown))
        share = f"{100 * p_value:.1f}" if p_value >= 0.001 else self.tr("less than 0.1")
        meaning = (
            self.tr("You hear the difference: guessing does as well in {0} % of all rounds only.")
            if p_value < CONVINCING
            else self.tr("This does not show that you hear a difference: guessing does as well in {0} % of all rounds.")
        )
        self.meaning.setText(meaning.format(share))
        self._text = json.dumps(report, indent=2, ensure_ascii=False) + "\n"
        self.file = user_abx() / f"abx-{datetime.now():%Y-%m-%d-%H%M%S}.json"
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self._write(self.file)
            self.kept.setText(self.tr("Kept in {0}").format(self.file))
        except OSError as error:
            self.file = None
            self.kept.setText(self.tr("The result could not be kept: {0}.").format(error.strerror or error))
        self.show_button.setEnabled(self.file is not None)

    def _write(self, path: Path) -> None:
        with replacing(path) as unfinished:
            unfinished.write_text(self._text, encoding="utf-8")

    def _ask_save(self) -> None:
        start = self._folder / (self.file.name if self.file else "abx.json")
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Save the Result"), str(start), self.tr("JSON (*.json)"))
        if not name:
            return
        try:
            self._write(Path(name))
            self.kept.setText(self.tr("Saved {0}").format(name))
        except OSError as error:
            self.kept.setText(self.tr("{0} could not be written: {1}.").format(name, error.strerror or error))

    def _show_file(self) -> None:
        if self.file is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.file.parent)))


def _button(name: str, text: str, call: Callable[[], object], tip: str = "") -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setToolTip(tip or text)
    button.clicked.connect(lambda _=False: call())
    return button


def _row(*parts: QWidget | None) -> QHBoxLayout:
    """Return widgets side by side; None is a stretch."""
    row = QHBoxLayout()
    row.setSpacing(8)
    for part in parts:
        row.addStretch(1) if part is None else row.addWidget(part)
    return row


def _fill(page: QWidget, *parts: QWidget | QHBoxLayout | QFormLayout | None) -> None:
    """Put widgets and rows one below the other into `page`; None is a stretch."""
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
