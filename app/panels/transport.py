"""The bar at the bottom: play, stop, loop, position, A and B, volume."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.panels.transport_controls import LevelButton, SoloButton, TempoBox
from app.playback.side import ORIGINAL
from app.session.session import Session
from app.theme.icons import set_icon
from app.widgets.ab_switch import AbSwitch
from app.widgets.buttons import push_button, tool_button
from app.widgets.forms import identify
from app.widgets.sliders import JumpSlider, SeekSlider
from app.widgets.time_text import time_text

_ICON = QSize(16, 16)
_SPACING = 8
_LEAST_SLIDER = 64  # pixels of the position slider
_GOOD_SLIDER = 160  # where there is more to show than what is needed


class Transport(QFrame):
    """Controls of playback; they read the session and its player.

    Space plays and pauses, Tab goes to the other side, wherever the focus is in the window. While there are two sides,
    Ctrl+Tab moves the focus on instead (Shift+Tab moves it back, as always).
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._player = session.player
        self._loop: tuple[float, float] | None = None  # the one that was switched off last, in seconds of the original
        self._audible = self._player.volume
        self.setProperty("class", "panel")
        self.setObjectName("transport")
        self._make_buttons()
        self._make_position()
        self._make_volume()
        self._lay_out()
        self._make_shortcuts()
        session.changed.connect(self._refresh)
        self._player.changed.connect(self._refresh)
        self._player.moved.connect(self._show_position)
        self._refresh()

    # --- the parts -----------------------------------------------------------------------------------------------

    def _make_buttons(self) -> None:
        player = self._player
        self.play_button = push_button("playButton", self.tr("Play"), self.tr("Play or pause (Space)"), player.toggle)
        tip = self.tr("Stop and return to the beginning (Shift+Space)")
        self.stop_button = push_button("stopButton", "", tip, player.stop, label=self.tr("Stop"))
        self.loop_button = push_button("loopButton", self.tr("Loop"))
        self.loop_button.setCheckable(True)
        self.loop_button.clicked.connect(self._switch_loop)
        set_icon(self.stop_button, "stop")
        set_icon(self.loop_button, "loop")
        for button in (self.play_button, self.stop_button, self.loop_button):
            button.setIconSize(_ICON)
        self.side_button = AbSwitch(self)
        self.side_button.setObjectName("sideButton")
        self.side_button.picked.connect(self._pick_side)
        self.level_button = LevelButton(self._session.listening, self)
        self.solo_button = SoloButton(self._session.listening, self)
        self.tempo_box = TempoBox(self._session.listening, self)
        self.problem_button = tool_button("soundProblemButton", "warning", self.tr("Sound"), "", self._show_problem)

    def _make_position(self) -> None:
        self.position_label = QLabel(self)
        self.position_label.setObjectName("positionLabel")
        self.position_label.setProperty("class", "value")
        self.position_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.duration_label = QLabel(self)
        self.duration_label.setObjectName("durationLabel")
        self.duration_label.setProperty("class", "muted")
        self.position_slider = SeekSlider("positionSlider", self._player.seek)
        self.position_slider.setMinimumWidth(_LEAST_SLIDER)
        self.position_slider.dragged.connect(lambda sec: self.position_label.setText(time_text(sec)))

    def _make_volume(self) -> None:
        tip = self.tr("Mute, or return to the previous volume")
        self.mute_button = tool_button("muteButton", "volume", self.tr("Mute"), tip, self._mute)
        self.volume_slider = JumpSlider(self)
        identify(self.volume_slider, "volumeSlider", self.tr("Volume"), "")
        self.volume_slider.setRange(0, 100)
        self.volume_slider.setPageStep(10)
        self.volume_slider.setMinimumWidth(56)
        self.volume_slider.setMaximumWidth(110)
        self.volume_slider.setValue(round(self._player.volume * 100))
        self.volume_slider.valueChanged.connect(lambda percent: self._player.set_volume(percent / 100))

    def _lay_out(self) -> None:
        hint = QLabel(self.tr("Tab to switch"), self)
        hint.setProperty("class", "muted")
        self._hint = hint
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(_SPACING)
        for widget in (self.play_button, self.stop_button, self.loop_button):
            row.addWidget(widget)
        row.addSpacing(_SPACING)
        row.addWidget(self.position_label)
        row.addWidget(self.position_slider, 1)
        row.addWidget(self.duration_label)
        row.addSpacing(_SPACING)
        row.addWidget(self.side_button)
        row.addWidget(hint)
        row.addWidget(self.solo_button)
        row.addWidget(self.level_button)
        row.addWidget(self.tempo_box)
        row.addSpacing(_SPACING)
        row.addWidget(self.problem_button)
        row.addWidget(self.mute_button)
        row.addWidget(self.volume_slider)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _make_shortcuts(self) -> None:
        self._shortcut(QKeySequence("Space"), self._player.toggle)
        self._shortcut(QKeySequence("Shift+Space"), self._player.stop)
        self._shortcut(QKeySequence("L"), self.loop_button.click)
        self._side_shortcuts = [
            self._shortcut(QKeySequence("Tab"), self._session.toggle_side),
            self._shortcut(QKeySequence("Ctrl+Tab"), self._focus_next),
        ]

    def _shortcut(self, keys: QKeySequence, action: Callable[[], object]) -> QShortcut:
        shortcut = QShortcut(keys, self)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(action)
        return shortcut

    def _focus_next(self) -> None:
        self.window().focusNextChild()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what has no room in a narrow window; all of it is in the Playback menu too."""
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        """Show as many of the less important parts as have room, the more important ones first."""
        parts = (self.level_button, self.tempo_box, self._hint)
        widths = [max(part.minimumWidth(), part.minimumSizeHint().width()) + _SPACING for part in parts]
        shown = sum(width for part, width in zip(parts, widths, strict=True) if not part.isHidden())
        room = self.width() - self._row.minimumSize().width() + shown - (_GOOD_SLIDER - _LEAST_SLIDER)
        for part, width in zip(parts, widths, strict=True):
            room -= width
            part.setVisible(room >= 0)

    # --- showing -------------------------------------------------------------------------------------------------

    @Slot()
    def _refresh(self) -> None:
        session, player = self._session, self._player
        there = session.original is not None
        for widget in (self.play_button, self.stop_button, self.loop_button, self.position_slider):
            widget.setEnabled(there)
        playing = player.playing
        self.play_button.setText(self.tr("Pause") if playing else self.tr("Play"))
        self.play_button.setAccessibleName(self.play_button.text())
        set_icon(self.play_button, "pause" if playing else "play")
        self.loop_button.setChecked(player.loop is not None)
        self.loop_button.setToolTip(self._loop_tip())
        self._loop = player.places.loop_sec(ORIGINAL) or (self._loop if there else None)
        self.problem_button.setVisible(there and player.problem is not None)
        self.problem_button.setToolTip(player.problem or "")
        self.problem_button.setAccessibleName(player.problem or self.tr("Sound"))
        self._refresh_side()
        self._refresh_volume()
        self.position_slider.set_duration(player.duration_sec)
        self.duration_label.setText(time_text(player.duration_sec, tenths=False))
        self._fix_widths()
        self._fit()
        self._show_position(player.position_sec)

    def _refresh_side(self) -> None:
        session = self._session
        two = session.sides[1] is not None
        names = session.side_names
        self.side_button.set_names(*names)
        self.side_button.setEnabled(two)
        self.side_button.setChecked(session.side == "styled")
        heard = names[session.side == "styled"]
        self.side_button.setAccessibleName(self.tr("A or B, now playing: {0}").format(heard))
        tip = self.tr("Switch between the original and the result at the same position (Tab; Ctrl+Tab moves the focus)")
        self.side_button.setToolTip(tip if two else self.tr("No result yet: transfer the piece first"))
        self._hint.setEnabled(two)
        for shortcut in self._side_shortcuts:
            shortcut.setEnabled(two)

    def _refresh_volume(self) -> None:
        percent = round(self._player.volume * 100)
        if not self.volume_slider.isSliderDown():
            self.volume_slider.setValue(percent)
        self.volume_slider.setToolTip(self.tr("Volume: {0} %").format(percent))
        set_icon(self.mute_button, "volume" if percent else "volume-off")

    def _loop_tip(self) -> str:
        loop = self._player.loop
        if loop is None:
            return self.tr("Repeat the marked passage, or the whole piece (L); drag over the notes to mark one")
        return self.tr("Repeating {0} to {1} (L)").format(time_text(loop[0]), time_text(loop[1]))

    def _fix_widths(self) -> None:
        """Keep the bar from twitching while the figures run and Play becomes Pause."""
        digits = time_text(self._player.duration_sec).translate({ord(digit): "0" for digit in "123456789"})
        letters = QFontMetrics(self.position_label.font())
        # Fixed in both directions, so that a new text, ten a second, does not lay the bar out again.
        self.position_label.setFixedSize(letters.horizontalAdvance(digits) + 4, letters.height())
        metrics = QFontMetrics(self.play_button.font())
        widest = max(metrics.horizontalAdvance(text) for text in (self.tr("Play"), self.tr("Pause")))
        self.play_button.setMinimumWidth(widest + _ICON.width() + 38)

    @Slot(float)
    def _show_position(self, sec: float) -> None:
        if not self.position_slider.isSliderDown():
            self.position_slider.set_position(sec)
            self.position_label.setText(time_text(sec))

    # --- controlling ---------------------------------------------------------------------------------------------

    @Slot(int)
    def _pick_side(self, half: int) -> None:
        self._session.set_side("styled" if half else "original")
        self._refresh_side()  # also where nothing changed: the click has ticked it

    @Slot(bool)
    def _switch_loop(self, on: bool) -> None:
        length = self._player.places.duration_sec(ORIGINAL)
        self._player.set_loop((self._loop or (0.0, length)) if on else None, ORIGINAL)

    @Slot()
    def _mute(self) -> None:
        if self._player.volume > 0:
            self._audible = self._player.volume
            self._player.set_volume(0.0)
        else:
            self._player.set_volume(self._audible)

    @Slot()
    def _show_problem(self) -> None:
        self._session.messages.say("warning", self._player.problem or "")
