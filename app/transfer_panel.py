"""The column at the right: one button a style, the model's choices, how much of it, and how far it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.jobs import JobState
from app.session import Session
from tonenet_core.transfer import STRONGEST

FINE = 1000  # steps of the progress bar
REVEAL_MS = 150  # jobs that are over sooner show no bar: it would only flicker


class TransferPanel(QWidget):
    """Buttons, choices, sliders and progress; all of it reads the session and calls it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        """Show and steer `session`."""
        super().__init__(parent)
        self.setObjectName("transferPanel")
        self._styles = _StylesPanel(session)
        self._amounts = _AmountsPanel(session)
        self._progress = _ProgressPanel(session)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for part in (self._styles, self._amounts, self._progress):
            column.addWidget(part)


class _Panel(QFrame):
    """A framed part of the column."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setProperty("class", "panel")
        session.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Re-read the session."""
        raise NotImplementedError


class _StylesPanel(_Panel):
    """From which style to which, which model, which device."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._shown: tuple[str, ...] | None = None
        self._buttons: dict[str, QPushButton] = {}
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        self._missing = QLabel(
            self.tr(
                "No model is installed. Put a checkpoint (.safetensors) into resources/checkpoints and start again."
            )
        )
        self._missing.setWordWrap(True)
        self._missing.setProperty("class", "muted")
        self.source = _combo(
            "sourceCombo",
            self.tr("From"),
            self.tr("What the piece is played in now; “Auto” leaves it to the model to tell"),
        )
        self.model = _combo("modelCombo", self.tr("Model"), self.tr("The model that plays the piece"))
        self.device = _combo("deviceCombo", self.tr("Device"), self.tr("Where the model runs"))
        self.source.activated.connect(lambda _: session.set_source_style(self.source.currentData()))
        self.model.activated.connect(lambda _: session.set_model(self.model.currentData()))
        self.device.activated.connect(lambda _: session.set_device(self.device.currentData()))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 12, 12, 12)
        outer.setSpacing(10)
        outer.addLayout(self._column)
        outer.addWidget(self._missing)
        self._source_name = _name(self.source.accessibleName(), self.source)
        names = (self._source_name, *(_name(combo.accessibleName(), combo) for combo in (self.model, self.device)))
        outer.addLayout(_rows(names, (self.source, self.model, self.device)))
        self.refresh()

    def refresh(self) -> None:
        """Show the session's styles, models and devices, and what is chosen of them."""
        session, choices = self.session, self.session.choices
        if choices.styles != self._shown:
            self._build_buttons(choices.styles)
        for style, button in self._buttons.items():
            button.setEnabled(session.original is not None)
            button.setToolTip(_transfer_tip(self, style, list(self._buttons).index(style)))
        sources = [(None, self.tr("Auto")), *((style, style.capitalize()) for style in choices.styles)]
        _fill(self.source, sources, choices.source_style)
        for part in (self._source_name, self.source):
            part.setVisible(not session.flat)  # without dynamics it is played in no style
        _fill(self.model, [(info.name, info.title) for info in choices.models], choices.model_name)
        devices = session.devices or [("cpu", "CPU")]
        auto = self.tr("Auto ({0})").format(devices[0][1]) if session.devices else self.tr("Auto")
        _fill(self.device, [("auto", auto), *devices], choices.device)

    def _build_buttons(self, styles: tuple[str, ...]) -> None:
        self._shown = styles
        for button in self._buttons.values():
            self._column.removeWidget(button)
            button.deleteLater()
        self._buttons = {style: self._button(style, primary=index == 0) for index, style in enumerate(styles)}
        self._missing.setVisible(not styles)

    def _button(self, style: str, *, primary: bool) -> QPushButton:
        button = QPushButton(self.tr("Transfer to {0}").format(style.title()))
        button.setObjectName(f"transferTo{style.title().replace(' ', '').replace('-', '')}Button")
        button.setAccessibleName(button.text())
        button.setProperty("primary", primary)
        button.setAutoDefault(True)
        button.setAcceptDrops(False)
        if primary:
            button.setMinimumHeight(40)
        button.clicked.connect(lambda: self.session.transfer(style))
        self._column.addWidget(button)
        return button


def _transfer_tip(panel: QWidget, style: str, index: int) -> str:
    tip = panel.tr("Play the same notes with the dynamics of {0} (Ctrl+{1})")
    return tip.format(style, index + 1)


class _AmountsPanel(_Panel):
    """How much of the style, how much of the player's own accents, which seed."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.strength = self._slider(
            "strengthSlider",
            self.tr("Strength"),
            self.tr("How much of the style is laid on: 0 % is the original, 100 % the style, more exaggerates"),
            round(STRONGEST * 100),
            session.set_strength,
        )
        self.accents = self._slider(
            "accentsSlider",
            self.tr("Keep my accents"),
            self.tr("How much of the player's own accents stays: 0 % is the style's own velocity for every note"),
            100,
            session.set_accents,
        )
        self.seed = QSpinBox()
        self.seed.setObjectName("seedSpin")
        self.seed.setAccessibleName(self.tr("Seed"))
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setToolTip(self.tr("Another seed, another performance"))
        self.seed.setFixedWidth(110)
        self.seed.setKeyboardTracking(False)  # a number is typed to its end before the model runs
        self.seed.valueChanged.connect(session.set_seed)
        self._strength_value, self._accents_value = _value_label(), _value_label()
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 12, 12, 12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        parts = ((self.strength, self._strength_value), (self.accents, self._accents_value))
        for index, (slider, value) in enumerate(parts):
            grid.addWidget(_name(slider.accessibleName(), slider), index * 3, 0)
            grid.addWidget(value, index * 3, 1)
            grid.addWidget(slider, index * 3 + 1, 0, 1, 2)
            grid.setRowMinimumHeight(index * 3 + 2, 4)
        self._seed_name = _name(self.tr("Seed"), self.seed)
        grid.addWidget(self._seed_name, 6, 0)
        grid.addWidget(self.seed, 6, 1)
        self.refresh()

    def refresh(self) -> None:
        """Show the session's amounts."""
        session, choices = self.session, self.session.choices
        strength, accents = round(choices.strength * 100), round(choices.accents * 100)
        for slider, value, amount in (
            (self.strength, self._strength_value, strength),
            (self.accents, self._accents_value, accents),
        ):
            with QSignalBlocker(slider):
                slider.setValue(amount)
            value.setText(f"{amount} %")
        with QSignalBlocker(self.seed):
            self.seed.setValue(choices.seed)
        # Where nothing is drawn by lot, a piece is played the same way every time: a seed would do nothing.
        self.seed.setVisible(session.seeded)
        self._seed_name.setVisible(session.seeded)

    @staticmethod
    def _slider(name: str, label: str, tip: str, maximum: int, set_value: Callable[[float], None]) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setObjectName(name)
        slider.setAccessibleName(label)
        slider.setToolTip(tip)
        slider.setRange(0, maximum)
        slider.setPageStep(10)
        slider.valueChanged.connect(lambda value: set_value(value / 100))
        return slider


class _ProgressPanel(_Panel):
    """What goes on, how far it is, how long it takes yet, and a way out; hidden while nothing does."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._title, self._left = QLabel(), QLabel()
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._left.setProperty("class", "muted")
        self.bar = QProgressBar()
        self.bar.setObjectName("progressBar")
        self.bar.setAccessibleName(self.tr("Progress"))
        self.bar.setTextVisible(False)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setObjectName("cancelButton")
        self.cancel.setAccessibleName(self.tr("Cancel what goes on"))
        self.cancel.setToolTip(self.tr("Cancel (Esc)"))
        self.cancel.setAutoDefault(True)
        self.cancel.clicked.connect(session.cancel)
        self._reveal = QTimer(self, singleShot=True, interval=REVEAL_MS)
        self._reveal.timeout.connect(lambda: self.setVisible(session.job is not None))
        above = QHBoxLayout()
        above.addWidget(self._title, 1)
        above.addWidget(self._left)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(above)
        column.addWidget(self.bar)
        column.addWidget(self.cancel)
        session.progressed.connect(self.refresh)
        self.hide()
        self.refresh()

    def refresh(self) -> None:
        """Show the session's job."""
        job = self.session.job
        self.cancel.setEnabled(job is not None)
        if job is None:
            self._reveal.stop()
            self.hide()
            self.bar.reset()
            return
        if self.isHidden() and not self._reveal.isActive():
            self._reveal.start()
        waiting = self.tr("{0}, {1} waiting").format(job.title, job.waiting)
        self._title.setText(waiting if job.waiting else job.title)
        self._title.setToolTip(job.title)
        self._left.setText(self._remaining(job))
        self.bar.setRange(0, FINE if job.fraction else 0)
        if job.fraction:
            self.bar.setValue(round(job.fraction * FINE))

    def _remaining(self, job: JobState) -> str:
        if not job.fraction:
            return self.tr("starting…")
        if job.seconds_left is None:
            return ""
        seconds = max(round(job.seconds_left), 1)
        if seconds < 90:
            return self.tr("about {0} s left").format(seconds)
        return self.tr("about {0} min left").format(round(seconds / 60))


def _combo(name: str, label: str, tip: str) -> QComboBox:
    combo = QComboBox()
    combo.setObjectName(name)
    combo.setAccessibleName(label)
    combo.setToolTip(tip)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(12)
    return combo


def _fill(combo: QComboBox, choices: Sequence[tuple[str | None, str]], chosen: str | None) -> None:
    """Show `choices` as (data, text) with the one of data `chosen` selected; untouched where nothing changed."""
    shown = [(combo.itemData(index), combo.itemText(index)) for index in range(combo.count())]
    with QSignalBlocker(combo):
        if shown != [*choices]:
            combo.clear()
            for data, text in choices:
                combo.addItem(text, data)
        combo.setCurrentIndex(combo.findData(chosen))
    combo.setEnabled(len(choices) > 1)


def _rows(names: Sequence[QLabel], combos: Sequence[QComboBox]) -> QGridLayout:
    grid = QGridLayout()
    grid.setVerticalSpacing(6)
    grid.setHorizontalSpacing(12)
    grid.setColumnStretch(1, 1)
    for index, (name, combo) in enumerate(zip(names, combos, strict=True)):
        grid.addWidget(name, index, 0)
        grid.addWidget(combo, index, 1)
    return grid


def _name(text: str, buddy: QWidget) -> QLabel:
    label = QLabel(text)
    label.setProperty("class", "muted")
    label.setBuddy(buddy)
    return label


def _value_label() -> QLabel:
    label = QLabel()
    label.setProperty("class", "value")
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return label
