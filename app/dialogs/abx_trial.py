"""The page of a trial of the blind comparison: A, X and B to hear, and two answers."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QLabel, QPushButton, QWidget

from app.playback.player import Player
from app.theme import icons
from app.widgets.buttons import push_button
from app.widgets.page_layout import fill_page, row_of
from app.widgets.sliders import SeekSlider
from app.widgets.time_text import time_text


class TrialPage(QWidget):
    """Page of a trial: buttons to listen to A, X and B, two answers, and the position in the piece.

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
        self.play_button = push_button("abxPlayButton", "", self.tr("Play or pause (Space)"), player.toggle)
        self.slider = SeekSlider("abxPositionSlider", player.seek)
        self._position = QLabel()
        self._position.setProperty("class", "muted")
        self._trouble = QLabel()
        self._trouble.setWordWrap(True)
        give_up = push_button(
            "abxGiveUpButton", self.tr("Give Up"), self.tr("End this round without a result (Esc)"), self.leave.emit
        )
        keys = QLabel(self.tr("A, X and B: listen. Shift+A and Shift+B: answer. Space: play or pause."))
        keys.setProperty("class", "muted")
        keys.setWordWrap(True)
        fill_page(
            self,
            self.title,
            row_of(*self.hear_buttons.values()),
            row_of(*self.answer_buttons.values()),
            row_of(self.play_button, self.slider, self._position),
            self._trouble,
            keys,
            None,
            row_of(None, give_up),
        )
        self.slider.dragged.connect(lambda sec: self._position.setText(time_text(sec)))
        player.changed.connect(self._refresh)
        player.moved.connect(self._show_position)
        self._refresh()

    def show_trial(self, number: int, count: int) -> None:
        """Show the number of the trial, from 1, and the length of the round."""
        self.title.setText(self.tr("Trial {0} of {1}").format(number, count))

    def show_heard(self, letter: str) -> None:
        """Show which of A, X and B is heard."""
        self.hear_buttons[letter].setChecked(True)
        self.hear_buttons[letter].setFocus()

    def _hear_buttons(self, names: dict[str, str]) -> dict[str, QPushButton]:
        group, buttons = QButtonGroup(self), {}
        for letter in "AXB":
            text = f"{letter}    {names.get(letter, self.tr('A or B?'))}"
            tip = self.tr("Listen to {0} at this position ({0})").format(letter)
            button = push_button(
                f"abxHear{letter}Button",
                text,
                tip,
                partial(self.heard.emit, letter),
                label=self.tr("Listen to {0}").format(letter),
            )
            button.setCheckable(True)
            group.addButton(button)
            buttons[letter] = button
        return buttons

    def _answer_buttons(self) -> dict[str, QPushButton]:
        buttons = {}
        for letter in "AB":
            text = self.tr("X is {0}").format(letter)
            tip = self.tr("Answer that X is {0} and go to the next trial (Shift+{0})").format(letter)
            buttons[letter] = push_button(f"abxIs{letter}Button", text, tip, partial(self.answered.emit, letter))
        return buttons

    @Slot()
    def _refresh(self) -> None:
        playing = self._player.playing
        self.play_button.setText(self.tr("Pause") if playing else self.tr("Play"))
        self.play_button.setAccessibleName(self.play_button.text())
        icons.set_icon(self.play_button, "pause" if playing else "play")
        self.slider.set_duration(self._player.duration_sec)
        self._trouble.setVisible(self._player.problem is not None)
        self._trouble.setText(self._player.problem or "")
        self._show_position(self._player.position_sec)

    @Slot(float)
    def _show_position(self, sec: float) -> None:
        if not self.slider.isSliderDown():
            self.slider.set_position(sec)
            self._position.setText(time_text(sec))
