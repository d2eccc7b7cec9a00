"""Cover: the open piece in another genre, with other notes under its melody."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSpinBox, QVBoxLayout, QWidget

from app.panels.panel import Panel
from app.session.generation import SEEDS
from app.session.session import Session
from app.system.language import style_name
from app.widgets.buttons import CheckBox, push_button
from app.widgets.forms import MARGIN, combo_box, fill, identify, labelled, rows
from app.widgets.sliders import PercentSlider
from tonenet_core.cover import ARRANGER


class CoverPanel(Panel):
    """One button a genre, model, how much stays, seed; it reads the session and calls it."""

    def __init__(self, session: Session) -> None:
        """Show and steer the covers of `session`."""
        super().__init__(session)
        self.setObjectName("coverPanel")
        self._shown: tuple[str, ...] | None = None
        self._buttons: dict[str, QPushButton] = {}
        self._of_styles = QVBoxLayout()
        self._of_styles.setSpacing(8)
        tip = self.tr("The same cover with another accompaniment: the next seed")
        self.again = push_button("coverAgainButton", self.tr("Another Take"), tip, session.covering.run_again)
        self.explanation = QLabel()
        self.explanation.setObjectName("coverExplanation")
        self.explanation.setWordWrap(True)
        self.explanation.setProperty("class", "muted")
        self._make_choices()
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(10)
        column.addLayout(self._of_styles)
        column.addWidget(self.again)
        column.addWidget(self.explanation)
        self._build_buttons(self._styles())
        chosen, _ = rows(self.model, self.seed)
        column.addLayout(self._amount())
        column.addLayout(chosen)
        self.refresh()

    def refresh(self) -> None:
        """Show the session's models and options."""
        covering, choices = self.session.covering, self.session.covering.choices
        if (styles := self._styles()) != self._shown:
            self._build_buttons(styles)
        for button in self._buttons.values():
            button.setEnabled(covering.piece is not None)
        self.again.setEnabled(covering.style is not None)
        self.explanation.setText(self._explained())
        tried = self.tr("{0} (experimental)")
        models: list[tuple[str | None, str]] = [
            (info.name, tried.format(info.title) if info.comparison else info.title) for info in choices.models
        ]
        if models:
            models.insert(0, (None, self.tr("Best for the genre")))
        fill(self.model, [*models, (ARRANGER, self.tr("Arranger (by rule)"))], choices.model_name)
        self.keep.set_amount(choices.keep)
        with QSignalBlocker(self.bass):
            self.bass.setChecked(choices.keep_bass)
        with QSignalBlocker(self.seed):
            if self.seed.value() != choices.seed:
                self.seed.setValue(choices.seed)

    def _explained(self) -> str:
        if self.session.covering.piece is None:
            return self.tr("Open a piece first: its melody is kept.")
        if self.session.covering.choices.experimental:
            return self.tr(
                "An experiment: what is played under the melody is changed, often too little to be another genre."
            )
        if self.session.covering.style is None:
            return self.tr("Other notes are written under the melody, which stays note by note. For piano alone.")
        if self.session.settings.colour_map == "lagoon":
            return self.tr("Pink is new; the melody and what was kept have the colours of their velocities.")
        return self.tr("Green is new; the melody and what was kept have the colours of their velocities.")

    def _styles(self) -> tuple[str, ...]:
        """Return the genres, in the order of the transfer's buttons."""
        known, order = self.session.covering.choices.styles, self.session.transfers.options.styles
        return (*(style for style in order if style in known), *(style for style in known if style not in order))

    def _build_buttons(self, styles: tuple[str, ...]) -> None:
        self._shown = styles
        former = [*self._buttons.values()]
        self._buttons = {style: self._button(style, primary=index == 0) for index, style in enumerate(styles)}
        for before, after in pairwise([*former, *self._buttons.values(), self.again]):
            QWidget.setTabOrder(before, after)
        for button in former:
            self._of_styles.removeWidget(button)
            button.deleteLater()

    def _button(self, style: str, *, primary: bool) -> QPushButton:
        name = "coverButton" if primary else f"coverTo{style.title().replace(' ', '').replace('-', '')}Button"
        text = self.tr("Cover in {0}").format(style_name(style.title()))
        tip = self.tr("Keep the melody and write an accompaniment in {0} under it").format(style_name(style))
        button = push_button(name, text, tip, partial(self.session.covering.run, style), primary=primary)
        if primary:
            button.setMinimumHeight(40)
        self._of_styles.addWidget(button)
        return button

    def _make_choices(self) -> None:
        covering = self.session.covering
        self.model = combo_box(
            "coverModelCombo",
            self.tr("Model"),
            self.tr("What writes the accompaniment: a model that learnt it, or rules"),
        )
        self.model.activated.connect(lambda _: covering.set(model_name=self.model.currentData()))
        tip = self.tr("How much of the piece's own accompaniment stays: at 0 % all of it is new")
        self.keep = PercentSlider("coverKeepSlider", self.tr("Original accompaniment"), tip)
        self.keep.amount_changed.connect(lambda keep: covering.set(keep=keep))
        tip = self.tr("The lowest note of each half bar stays; nothing is written below it")
        self.bass = CheckBox("coverBassCheck", self.tr("Keep the bass"), tip)
        self.bass.toggled.connect(lambda keep: covering.set(keep_bass=keep))
        self.seed = QSpinBox()
        identify(self.seed, "coverSeedSpin", self.tr("Seed"), self.tr("Another seed gives another accompaniment"))
        self.seed.setRange(0, SEEDS - 1)
        self.seed.valueChanged.connect(lambda seed: covering.set(seed=seed))

    def _amount(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        grid.addWidget(labelled(self.keep.accessibleName(), self.keep), 0, 0)
        grid.addWidget(self.keep.figure, 0, 1)
        grid.addWidget(self.keep, 1, 0, 1, 2)
        grid.addWidget(self.bass, 2, 0, 1, 2)
        return grid
