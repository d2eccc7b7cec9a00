"""Options of a batch: styles, model, strength, accents, parts, swing, rubato, hands, and the folder of the results."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
)

from app.session.batch_files import Order
from app.session.session import Session
from app.system.file_names import path_of_text
from app.system.language import style_name
from app.widgets.buttons import push_button
from app.widgets.forms import MARGIN, combo_box, fill, identify, labelled
from app.widgets.hands_choice import HandsChoice
from app.widgets.parts_row import PartsRow
from app.widgets.sliders import PercentSlider, RubatoSlider, SwingSlider
from tonenet_core.checkpoint import CheckpointInfo
from tonenet_core.errors import printable
from tonenet_core.transfer import STRONGEST


class BatchOptions(QFrame):
    """Options of a batch; they start as those of the main window and do not change them."""

    def __init__(self, session: Session) -> None:
        """Offer the models of `session`."""
        super().__init__()
        self._session = session
        self._named = False  # whether the user has named the folder
        self.setProperty("class", "panel")
        self._build()
        choices = session.transfers.options
        fill(self.model_combo, [(info.name, info.title) for info in choices.models], choices.model_name)
        self.refresh()
        if session.style in [self.style_combo.itemData(index) for index in range(self.style_combo.count())]:
            self.style_combo.setCurrentIndex(self.style_combo.findData(session.style))
        self.strength.set_amount(choices.strength)
        self.accents.set_amount(choices.accents)
        self.seed.setValue(choices.seed)
        levels = [("keep", self.tr("That of the piece")), ("style", self.tr("Usual in the style"))]
        fill(self.level_combo, levels, choices.level)
        performs = [
            ("auto", self.tr("Auto")),
            ("yes", self.tr("Perform the piece")),
            ("no", self.tr("Keep the player's")),
        ]
        fill(self.perform_combo, performs, choices.perform)
        self.parts.set_parts(choices.parts)
        self.swing.set_swing(choices.swing)
        self.rubato.set_rubato(choices.rubato)
        self.hands.set_hands(choices.hands)
        self.refresh()

    @property
    def model(self) -> CheckpointInfo | None:
        """The chosen model, or None when none is installed."""
        name = self.model_combo.currentData()
        return next((info for info in self._session.transfers.options.models if info.name == name), None)

    @property
    def folder(self) -> Path | None:
        """Folder of the results; None if none is named."""
        name = self.folder_edit.text().strip()
        return path_of_text(str(Path(name).expanduser().absolute())) if name else None

    def order(self) -> Order | None:
        """Return the order of the batch; None without a model or a folder."""
        model, folder = self.model, self.folder
        if model is None or folder is None:
            return None
        return Order(
            folder=folder,
            model=model,
            style=self.style_combo.currentData(),
            source=self.source_combo.currentData(),
            strength=self.strength.amount,
            accents=self.accents.amount,
            seed=self.seed.value(),
            device=self._session.transfers.options.device,
            level=self.level_combo.currentData(),
            perform=self.perform_combo.currentData(),
            parts=self.parts.parts,
            swing=self.swing.swing if self.swing.isEnabled() else None,
            rubato=self.rubato.rubato if self.rubato.isEnabled() else None,
            hands=self.hands.chosen_hands,
        )

    def refresh(self) -> None:
        """Offer the styles of the chosen model and suggest a folder; disabled while the batch runs."""
        self.setEnabled(not self._session.batch.running)
        model = self.model
        styles = sorted(model.styles) if model else []
        chosen = self.style_combo.currentData()
        if chosen not in styles:
            chosen = styles[0] if styles else None
        named = [(style, style_name(style.title())) for style in styles]
        fill(self.style_combo, named, chosen)
        source = self.source_combo.currentData()
        fill(self.source_combo, [(None, self.tr("Auto")), *named], source if source in styles else None)
        for part in (self.seed, self.perform_combo):
            part.setEnabled(model is not None and model.performs)
        for slider in (self.swing, self.rubato):
            slider.setEnabled("timing" in self.parts.parts)
        self._suggest_folder()

    def _choose_model(self) -> None:
        if (model := self.model) is not None and not self._session.transfers.options.accents_set:
            self.accents.set_amount(model.default_accents)
        self.refresh()

    def _suggest_folder(self) -> None:
        """Name a folder beside the files, after the style, until the user has named one."""
        items, style = self._session.batch.items, self.style_combo.currentData()
        if self._named or self._session.batch.running or not items or style is None:
            return
        first = items[0]
        root = first.path.parents[len(first.place.parts) - 1]
        prefix = str(root / "_")[:-1]
        together = len(items) > 1 and all(str(item.path) == f"{prefix}{item.place}" for item in items)
        folder = root.with_name(f"{root.name} ({style})") if together and root.name else root / style.title()
        self.folder_edit.setText(printable(folder))

    def _name_folder(self) -> None:
        self._named = bool(self.folder_edit.text().strip())

    def _ask_folder(self) -> None:
        start = self.folder.parent if self.folder else self._session.settings.open_folder
        if name := QFileDialog.getExistingDirectory(self, self.tr("Folder for the Results"), printable(start)):
            self._named = True
            self.folder_edit.setText(name)

    def _build(self) -> None:
        self.style_combo = combo_box("batchStyleCombo", self.tr("To"), self.tr("The style to transfer to"))
        tip = self.tr("The style that the files are played in; with “Auto” the model decides for each")
        self.source_combo = combo_box("batchSourceCombo", self.tr("From"), tip)
        self.model_combo = combo_box("batchModelCombo", self.tr("Model"), self.tr("The model that makes the transfers"))
        self.style_combo.currentIndexChanged.connect(lambda _: self._suggest_folder())
        self.model_combo.activated.connect(lambda _: self._choose_model())
        tip = self.tr("How much of the style is applied: 0 % is the original, 100 % the style, more exaggerates it")
        self.strength = PercentSlider("batchStrengthSlider", self.tr("Strength"), tip, STRONGEST)
        tip = self.tr(
            "How much of the player's own accents is kept: at 0 % every note has the velocity typical of the style"
        )
        self.accents = PercentSlider("batchAccentsSlider", self.tr("Keep accents"), tip)
        tip = self.tr("How loud the results are: as loud as each piece was, or as the style usually is")
        self.level_combo = combo_box("batchLevelCombo", self.tr("Loudness"), tip)
        tip = self.tr("Whether each player's dynamics are carried over, or the pieces are performed as from a page")
        self.perform_combo = combo_box("batchPerformCombo", self.tr("Dynamics"), tip)
        grid = QGridLayout(self)
        grid.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        for row, combo in enumerate((self.source_combo, self.style_combo, self.model_combo)):
            grid.addWidget(labelled(combo.accessibleName(), combo), row, 0)
            grid.addWidget(combo, row, 1)
        for row, slider in enumerate((self.strength, self.accents)):
            grid.addWidget(labelled(slider.accessibleName(), slider), row, 3)
            grid.addWidget(slider, row, 4)
            grid.addWidget(slider.figure, row, 5)
        grid.setColumnMinimumWidth(2, 12)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(4, 1)
        where = self._build_where()
        grid.addWidget(labelled(self.level_combo.accessibleName(), self.level_combo), 2, 3)
        grid.addWidget(self.level_combo, 2, 4, 1, 2)
        grid.addWidget(labelled(self.perform_combo.accessibleName(), self.perform_combo), 3, 0)
        grid.addWidget(self.perform_combo, 3, 1)
        self.parts = PartsRow(batch=True)
        self.parts.chosen.connect(lambda _: self.refresh())
        grid.addWidget(self.parts, 3, 3, 1, 3)
        self._add_time(grid, 4)
        self._add_hands(grid, 5)
        grid.addWidget(labelled(self.tr("Results in"), self.folder_edit), 6, 0)
        grid.addLayout(where, 6, 1, 1, 5)

    def _add_hands(self, grid: QGridLayout, row: int) -> None:
        """Add the hands, and beside them how they are told apart."""
        tip = self.tr("The hand of each file that is played in the style; the other one stays as it is")
        self.hands = hands = HandsChoice(self, tip, batch=True)
        hands.chosen.connect(hands.set_hands)
        grid.addWidget(hands.hands_label, row, 0)
        grid.addWidget(hands.hands, row, 1)
        grid.addWidget(hands.border_label, row, 3)
        grid.addWidget(hands.border, row, 4, 1, 2)

    def _add_time(self, grid: QGridLayout, row: int) -> None:
        """Add the sliders that belong to timing."""
        self.swing, self.rubato = SwingSlider(batch=True), RubatoSlider(batch=True)
        swing = QHBoxLayout()
        swing.addWidget(self.swing, 1)
        swing.addWidget(self.swing.figure)
        grid.addWidget(labelled(self.swing.accessibleName(), self.swing), row, 0)
        grid.addLayout(swing, row, 1)
        grid.addWidget(labelled(self.rubato.accessibleName(), self.rubato), row, 3)
        grid.addWidget(self.rubato, row, 4)
        grid.addWidget(self.rubato.figure, row, 5)

    def _build_where(self) -> QHBoxLayout:
        self.folder_edit = QLineEdit()
        identify(self.folder_edit, "batchFolderEdit", self.tr("Results in"), self.tr("The folder for the results"))
        self.folder_edit.textEdited.connect(self._name_folder)
        tip = self.tr("Choose a folder for the results")
        browse = push_button("batchFolderButton", self.tr("Choose…"), tip, self._ask_folder)
        self.seed = QSpinBox()
        self.seed.setRange(0, 2**31 - 1)
        tip = self.tr("For files without dynamics: another seed gives another performance")
        identify(self.seed, "batchSeedSpin", self.tr("Seed"), tip)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.folder_edit, 1)
        row.addWidget(browse)
        row.addSpacing(12)
        row.addWidget(labelled(self.tr("Seed"), self.seed))
        row.addWidget(self.seed)
        return row
