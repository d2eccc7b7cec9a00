"""Generate: model, starting point and options of a new piece; the position between two pieces."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.panels.panel import Panel
from app.session.generation import SEEDS
from app.session.generation_options import LENGTHS_SEC, PRIMER_BARS, GenerationOptions
from app.session.session import Session
from app.system.language import style_name
from app.widgets.buttons import push_button
from app.widgets.forms import MARGIN, combo_box, fill, identify, labelled, rows
from app.widgets.sliders import JumpSlider
from tonenet_core.errors import printable


class GeneratePanel(Panel):
    """Panel of the generator; it reads the session and calls it."""

    def __init__(self, session: Session, ask_other: Callable[[], None]) -> None:
        """Show and steer the generation of `session`; `ask_other` lets the user choose a second piece."""
        super().__init__(session)
        self.setObjectName("generatePanel")
        tip = self.tr("Generate a new piece with these settings")
        self.button = push_button("generateButton", self.tr("Generate"), tip, session.generate, primary=True)
        self.button.setMinimumHeight(40)
        self.missing = QLabel()
        self.missing.setWordWrap(True)
        self.missing.setProperty("class", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(10)
        column.addWidget(self.button)
        column.addWidget(self.missing)
        self._make_choices()
        self._make_numbers()
        # Each with the rule by which it is shown.
        shown: dict[QWidget, Callable[[GenerationOptions], bool]] = {
            self.model: lambda _: True,
            self.origin: lambda _: True,
            self.primer_bars: lambda generation: generation.origin == "primer",
            self.style_: lambda _: True,
            self.dynamics: lambda _: True,
            self.key: lambda generation: bool(generation.keys),
            self.metre: lambda generation: bool(generation.metres),
            self.length: lambda generation: generation.random,
            self.temperature: lambda generation: generation.random,
            self.top_p: lambda generation: generation.composes,
            self.seed: lambda generation: generation.random,
            self.repeats: lambda generation: generation.repeating,
        }
        chosen, names = rows(*shown)
        self._shown = [(rule, (widget, name)) for (widget, rule), name in zip(shown.items(), names, strict=True)]
        column.addLayout(chosen)
        self._add_other(column, ask_other)
        self._add_way(column)
        self.refresh()

    def refresh(self) -> None:
        """Show the session's generators and options."""
        session, generation = self.session, self.session.generation.options
        missing = generation.missing(session.original)
        self.button.setEnabled(missing is None)
        next_seed = session.generation.next_seed(session.transfers.options.seed)
        another = next_seed != session.transfers.options.seed
        self.button.setText(self.tr("Another (seed {0})").format(next_seed) if another else self.tr("Generate"))
        self.button.setAccessibleName(self.button.text())
        self.missing.setText(self._missing_text(missing))
        self.missing.setVisible(missing is not None)
        compared = self.tr("{0} (for comparison)")
        models = [
            (info.name, compared.format(info.title) if info.comparison else info.title) for info in generation.models
        ]
        fill(self.model, models, generation.model_name)
        origins = {
            "noise": self.tr("Nothing"),
            "piece": self.tr("The open piece"),
            "between": self.tr("Two pieces"),
            "primer": self.tr("The first bars"),
        }
        fill(self.origin, [(origin, origins[origin]) for origin in generation.origins], generation.origin)
        fill(self.style_, [(style, style_name(style.capitalize())) for style in generation.styles], generation.style)
        players = [(str(info.path), info.title) for info in generation.performers]
        plain = self.tr("Constant") if generation.composes else self.tr("As generated")
        fill(self.dynamics, [*players, (None, plain)], generation.performer)
        any_ = (None, self.tr("Any"))
        fill(self.key, [any_, *((key, self._key_name(key)) for key in generation.keys)], generation.key)
        fill(self.metre, [any_, *((metre, metre) for metre in generation.metres)], generation.metre)
        other = generation.other
        self.other.setText(printable(other.name).replace("&", "&&") if other else self.tr("Choose the second piece…"))
        self.other.setVisible(generation.origin == "between")
        self._refresh_numbers()
        for rule, row in self._shown:
            for part in row:
                part.setVisible(rule(generation))
        self._refresh_way()

    def _refresh_numbers(self) -> None:
        generation = self.session.generation.options
        values: dict[QSpinBox | QDoubleSpinBox, float] = {
            self.primer_bars: generation.primer_bars,
            self.length: round(generation.length_sec),
            self.temperature: generation.temperature,
            self.top_p: generation.top_p,
            self.seed: self.session.transfers.options.seed,
        }
        for spin, value in values.items():
            with QSignalBlocker(spin):
                if spin.value() != value:  # else what is being typed would be formatted
                    spin.setValue(value)  # type: ignore[arg-type]  # whole where the box is one of whole numbers

        with QSignalBlocker(self.repeats):
            self.repeats.setChecked(generation.repeats)

    def _key_name(self, key: str) -> str:
        """Return the name for people of one of `key.MUSICAL_KEYS`."""
        tonic = key.removesuffix("m").replace("#", "♯").replace("b", "♭")
        return (self.tr("{0} minor") if key.endswith("m") else self.tr("{0} major")).format(tonic)

    def _missing_text(self, missing: str | None) -> str:
        return {
            "model": self.tr(
                "No generator is installed. Put its model file (.safetensors) into "
                "resources/checkpoints and restart ToneNet."
            ),
            "piece": self.tr("Open a piece first: the new one is made from it."),
            "other": self.tr("Choose the second piece first."),
            "beats": self.tr("The open piece was recorded without a metronome, so it has no bars to continue."),
        }.get(missing or "", "")

    def _make_choices(self) -> None:
        session, generation = self.session, self.session.generation
        self.model = combo_box("generatorCombo", self.tr("Model"), self.tr("The model that generates the piece"))
        self.origin = combo_box(
            "originCombo",
            self.tr("From"),
            self.tr(
                "What to start from: nothing for a new piece, the open piece for an imitation of it, "
                "its first bars for a continuation, two pieces for nine pieces on the way from one to the other"
            ),
        )
        self.style_ = combo_box("generateStyleCombo", self.tr("Style"), self.tr("The style of the new piece"))
        self.dynamics = combo_box(
            "dynamicsCombo",
            self.tr("Dynamics"),
            self.tr("The model that plays the new piece, with the dynamics of its style"),
        )
        self.key = combo_box(
            "keyCombo",
            self.tr("Key"),
            self.tr("The key of the new piece; with “Any”, keys come up as often as in the training music"),
        )
        self.metre = combo_box(
            "metreCombo",
            self.tr("Time signature"),
            self.tr("The time signature of the new piece; with “Any”, each comes up as often as in the training music"),
        )
        self.model.activated.connect(lambda _: session.generation.set_model(self.model.currentData()))
        self.origin.activated.connect(lambda _: generation.set_origin(self.origin.currentData()))
        self.style_.activated.connect(lambda _: generation.set(style=self.style_.currentData()))
        self.dynamics.activated.connect(lambda _: generation.set(performer=self.dynamics.currentData()))
        self.key.activated.connect(lambda _: generation.set(key=self.key.currentData()))
        self.metre.activated.connect(lambda _: generation.set(metre=self.metre.currentData()))

    def _add_other(self, column: QVBoxLayout, ask_other: Callable[[], None]) -> None:
        tip, label = self.tr("Choose the piece at the other end of the way"), self.tr("The second piece")
        self.other = push_button("otherPieceButton", "", tip, ask_other, label=label)
        column.addWidget(self.other)

    def _make_numbers(self) -> None:
        session, generation = self.session, self.session.generation
        self.length, self.temperature, self.seed = QSpinBox(), QDoubleSpinBox(), QSpinBox()
        self.primer_bars, self.top_p = QSpinBox(), QDoubleSpinBox()
        tip = self.tr("How many bars from the beginning of the open piece are continued")
        identify(self.primer_bars, "primerBarsSpin", self.tr("First bars"), tip)
        self.primer_bars.setRange(*PRIMER_BARS)
        identify(self.length, "lengthSpin", self.tr("Length"), self.tr("The length of the new piece"))
        self.length.setRange(*LENGTHS_SEC)
        self.length.setSuffix(self.tr(" s"))
        self.length.setSingleStep(5)
        tip = self.tr("How daring the piece is: 1.0 is as the model learnt it, lower is tamer, higher is wilder")
        identify(self.temperature, "temperatureSpin", self.tr("Temperature"), tip)
        self.temperature.setRange(0.0, 2.0)
        self.temperature.setSingleStep(0.1)
        self.temperature.setDecimals(1)
        tip = self.tr(
            "Lower leaves out more of the notes that the model thinks unlikely; at 1.00 any note can come (top-p)"
        )
        identify(self.top_p, "topPSpin", self.tr("Surprises"), tip)
        self.top_p.setRange(0.05, 1.0)
        self.top_p.setSingleStep(0.05)
        self.top_p.setDecimals(2)
        identify(
            self.seed,
            "generateSeedSpin",
            self.tr("Seed"),
            self.tr("The number that a piece is drawn by: the same one gives the same piece, any other another"),
        )
        self.seed.setRange(0, SEEDS - 1)
        self.repeats = QCheckBox(self.tr("A A B B"))
        tip = self.tr("Play each part twice, as folk tunes are played; otherwise nothing is repeated")
        identify(self.repeats, "repeatsCheck", self.tr("Repeats"), tip)
        self.repeats.toggled.connect(lambda on: generation.set(repeats=on))
        self.length.valueChanged.connect(lambda value: generation.set(length_sec=float(value)))
        self.temperature.valueChanged.connect(lambda value: generation.set(temperature=value))
        self.primer_bars.valueChanged.connect(lambda value: generation.set(primer_bars=value))
        self.top_p.valueChanged.connect(lambda value: generation.set(top_p=value))
        self.seed.valueChanged.connect(session.transfers.set_seed)

    def _add_way(self, column: QVBoxLayout) -> None:
        self.way = JumpSlider()
        identify(
            self.way,
            "waySlider",
            self.tr("Position between the pieces"),
            self.tr("Left: the first piece as the model imitates it. Right: the second one"),
        )
        self.way.valueChanged.connect(self.session.generation.show_between)
        self._way_name = labelled(self.way.accessibleName(), self.way)
        column.addWidget(self._way_name)
        column.addWidget(self.way)

    def _refresh_way(self) -> None:
        way = self.session.document.between
        for part in (self._way_name, self.way):
            part.setVisible(bool(way))
        if way:
            with QSignalBlocker(self.way):
                self.way.setRange(0, len(way) - 1)
                self.way.setValue(next(place for place, piece in enumerate(way) if piece is self.session.original))
