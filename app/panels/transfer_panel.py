"""Transfer: one button a style, the model's choices, how much of it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from app.documents.take_sentences import timing_kept
from app.panels.more_options import MoreOptions
from app.panels.panel import Panel
from app.panels.style_buttons import StyleButtons
from app.session.session import Session
from app.system.language import style_name, translate
from app.widgets.buttons import CheckBox, push_button
from app.widgets.forms import MARGIN, combo_box, fill, identify, labelled, rows
from app.widgets.hands_choice import HandsChoice
from app.widgets.parts_row import PartsRow
from app.widgets.sliders import PercentSlider
from tonenet_core.transfer import STRONGEST

EDGE = 10  # pixels above and below what a panel holds: all panels together fit a window 900 high


class TransferPanel(QWidget):
    """Buttons, choices and sliders; all of it reads the session and calls it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        """Show and steer `session`."""
        super().__init__(parent)
        self.setObjectName("transferPanel")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(_StylesPanel(session))
        self._amounts = _AmountsPanel(session)
        column.addWidget(self._amounts)

    def show_more(self) -> None:
        """Show the options that are seldom needed, with the focus on the tracks."""
        self._amounts.more.open()
        self._amounts.more.tracks.setFocus(Qt.FocusReason.PopupFocusReason)


class _StylesPanel(Panel):
    """From which style to which, which model, which device."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._missing = QLabel(
            self.tr(
                "No model is installed. Put a model file (.safetensors) into resources/checkpoints and start again."
            )
        )
        self._missing.setWordWrap(True)
        self._missing.setProperty("class", "muted")
        self.source = combo_box(
            "sourceCombo",
            self.tr("From"),
            self.tr("The style that the piece is played in; with “Auto” the model decides"),
        )
        self.model = combo_box("modelCombo", self.tr("Model"), self.tr("The model that makes the transfer"))
        self.device = combo_box("deviceCombo", self.tr("Device"), self.tr("Where the model runs"))
        self.source.activated.connect(lambda _: session.transfers.set_source_style(self.source.currentData()))
        self.model.activated.connect(lambda _: session.transfers.set_model(self.model.currentData()))
        self.device.activated.connect(lambda _: session.transfers.set_device(self.device.currentData()))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(MARGIN, EDGE, MARGIN, EDGE)
        outer.setSpacing(8)
        self._buttons = StyleButtons(session)
        outer.addWidget(self._buttons)
        outer.addWidget(self._missing)
        tip = self.tr("Transfer what the loop marks, and leave the rest of the piece as it is")
        self.passage = CheckBox("passageCheck", self.tr("Only the marked passage"), tip)
        self.passage.toggled.connect(lambda only: session.transfers.set(passage_only=only))
        outer.addWidget(self.passage)
        tip = self.tr("The hand that is played in the style; the other one stays as it is")
        self.hands = HandsChoice(self, tip)
        self.hands.chosen.connect(lambda hands: session.transfers.set(hands=hands))
        outer.addLayout(self._hands_rows())
        chosen, names = rows(self.source, self.model, self.device)
        self._source_name = names[0]
        widest = max(name.sizeHint().width() for name in (*names, *self.hands.labels))
        for name in (*names, *self.hands.labels):
            name.setMinimumWidth(widest)
        outer.addLayout(chosen)
        session.judgement.changed.connect(self.refresh)
        session.player.changed.connect(self._refresh_passage)
        self.refresh()

    def _hands_rows(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(6)
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(1, 1)
        pairs = (self.hands.hands_label, self.hands.hands), (self.hands.border_label, self.hands.border)
        for row, pair in enumerate(pairs):
            for column, part in enumerate(pair):
                grid.addWidget(part, row, column)
        return grid

    def _refresh_passage(self) -> None:
        """Show whether a passage is marked, and on the buttons what they transfer."""
        marked, options = self.session.marked, self.session.transfers.options
        self.passage.setVisible(marked.span is not None)
        with QSignalBlocker(self.passage):
            self.passage.setChecked(options.passage_only)
        self._buttons.refresh_texts()

    def refresh(self) -> None:
        """Show the session's styles, models and devices, and the current ones."""
        session, choices = self.session, self.session.transfers.options
        self._buttons.refresh()
        self._missing.setVisible(not choices.styles)
        self._refresh_passage()
        self.hands.set_hands(choices.hands)
        sources = [(None, self._auto()), *((style, style_name(style.capitalize())) for style in choices.styles)]
        fill(self.source, sources, choices.source_style)
        for part in (self._source_name, self.source):
            part.setVisible(session.transfers.performs is not True)  # a page is played in no style
        fill(self.model, [(info.name, info.title) for info in choices.models], choices.model_name)
        devices = session.transfers.devices or [("cpu", "CPU")]
        auto = self.tr("Auto ({0})").format(devices[0][1]) if session.transfers.devices else self.tr("Auto")
        fill(self.device, [("auto", auto), *devices], choices.device)

    def _auto(self) -> str:
        """Return the text of the choice that leaves the source style to the program, with what it found."""
        found = self.session.detected_style
        return self.tr("Auto: {0}").format(style_name(found.capitalize())) if found else self.tr("Auto")


class _AmountsPanel(Panel):
    """Strength of the style, share of the player's own accents, and seed."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        tip = self.tr("How much of the style is applied: 0 % is the original, 100 % the style, more exaggerates it")
        self.strength = PercentSlider("strengthSlider", self.tr("Strength"), tip, STRONGEST)
        tip = self.tr(
            "How much of the player's own accents is kept: at 0 % every note has the velocity typical of the style"
        )
        self.accents = PercentSlider("accentsSlider", self.tr("Keep my accents"), tip)
        self.strength.amount_changed.connect(partial(session.transfers.set_strength, moving=True))
        self.accents.amount_changed.connect(partial(session.transfers.set_accents, moving=True))
        self.seed = QSpinBox()
        identify(self.seed, "seedSpin", self.tr("Seed"), self.tr("Another seed gives another performance"))
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setFixedWidth(110)
        self.seed.valueChanged.connect(session.transfers.set_seed)
        grid = QGridLayout(self)
        grid.setContentsMargins(MARGIN, EDGE, MARGIN, EDGE)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        self.parts = PartsRow()
        self.parts.chosen.connect(session.transfers.set_parts)
        grid.addWidget(self.parts, 6, 0, 1, 2)
        for index, slider in enumerate((self.strength, self.accents)):
            grid.addWidget(labelled(slider.accessibleName(), slider), index * 3, 0)
            grid.addWidget(slider.figure, index * 3, 1)
            grid.addWidget(slider, index * 3 + 1, 0, 1, 2)
            grid.setRowMinimumHeight(index * 3 + 2, 2)
        self._seed_name = labelled(self.tr("Seed"), self.seed)
        grid.addWidget(self._seed_name, 7, 0)
        grid.addWidget(self.seed, 7, 1)
        self.summary = QLabel()
        self.summary.setObjectName("resultSummary")
        self.summary.setProperty("class", "muted")
        self.summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        tip = self.tr("Loudness, dynamics, and the tracks to play")
        button = push_button("moreButton", self.tr("More…"), tip)
        self.more = MoreOptions(session, button)
        last = QHBoxLayout()  # of its own: the column of the seed is wider than the button
        last.addWidget(self.summary, stretch=1)
        last.addWidget(button)
        grid.addLayout(last, 8, 0, 1, 2)
        self.refresh()

    def refresh(self) -> None:
        """Show the session's amounts."""
        session, choices = self.session, self.session.transfers.options
        self.strength.set_amount(choices.strength)
        self.accents.set_amount(choices.accents)
        self.accents.setEnabled("dynamics" in choices.parts)
        self.parts.set_parts(choices.parts)
        with QSignalBlocker(self.seed):
            self.seed.setValue(choices.seed)
        # Where nothing is drawn by lot, a piece is played the same way every time: a seed would do nothing.
        self.seed.setVisible(session.transfers.seeded)
        self._seed_name.setVisible(session.transfers.seeded)
        self._summarise()

    def _summarise(self) -> None:
        """Say how the result was made, and how many of the notes are played where it is not all of them."""
        take, piece, lines = self.session.take, self.session.original, []
        if take is not None and take.is_by_hand:
            lines.append(self.tr("Set by hand"))
        elif take is not None and take.interpretation.performed:
            lines.append(self.tr("Performed"))
        elif take is not None:
            source = style_name(take.interpretation.source_style.capitalize())
            lines.append(self.tr("Carried over from {0}").format(source))
        kept, why = ("", "") if take is None else timing_kept(take)
        lines += [kept] if kept else []
        if piece is not None and piece.left_out:
            count, everything = len(piece), len(piece) + piece.notes_left_out
            number = self.locale().toString
            lines.append(self.tr("{0} of {1} notes played").format(number(count), number(everything)))
        self.summary.setText("\n".join(lines))
        left_out = () if piece is None else map(translate, piece.transfer_notices)
        self.summary.setToolTip("\n".join(filter(None, (why, *left_out))))
