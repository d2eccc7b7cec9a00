"""The preferences: SoundFont, where the sound goes, device for the models, look."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.appearance_page import AppearancePage
from app.dialogs.learning.styles_row import StylesRow
from app.dialogs.sound_page import SoundPage
from app.session.session import Session
from app.system.file_names import path_of_text
from app.system.language import LANGUAGES, SYSTEM
from app.widgets.buttons import push_button
from app.widgets.forms import combo_box
from tonenet_core.errors import SynthError, printable
from tonenet_core.sound.soundfont import find_soundfont


class Preferences(QDialog):
    """Preferences; nothing is saved before OK."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        """Show the choices of the session's settings."""
        super().__init__(parent)
        self._session = session
        self.setObjectName("preferencesDialog")
        self.setWindowTitle(self.tr("Preferences"))
        self._build_soundfont()
        self.sound = SoundPage(session.listening, self)
        self.device = combo_box(
            "preferredDeviceCombo", self.tr("Device for the models"), self.tr("Where the models run")
        )
        for name, text in [("auto", self.tr("Auto")), *(session.transfers.devices or [("cpu", "CPU")])]:
            self.device.addItem(text, name)
        self.device.setCurrentIndex(max(self.device.findData(session.transfers.options.device), 0))
        self.appearance = AppearancePage(session.settings, self)
        self.theme = self.appearance.theme
        self.styles = StylesRow(session, self)
        self.language = combo_box(
            "languageCombo", self.tr("Language"), self.tr("Takes effect the next time ToneNet starts")
        )
        for name, text in ((SYSTEM, self.tr("Same as the system")), *LANGUAGES.items()):
            self.language.addItem(text, name)
        self.language.setCurrentIndex(max(self.language.findData(session.settings.language), 0))
        self.ask_unsaved = QCheckBox(self.tr("Ask before discarding a result that has not been exported"))
        self.ask_unsaved.setObjectName("askUnsavedCheck")
        self.ask_unsaved.setChecked(session.settings.ask_unsaved)
        self._lay_out()

    def accept(self) -> None:
        """Put the choices into force and remember them."""
        session = self._session
        chosen = self.soundfont.text().strip()
        session.listening.set_soundfont(path_of_text(chosen) if chosen else None)
        self.sound.accept()
        session.transfers.set_device(self.device.currentData())
        session.settings.language = self.language.currentData()
        session.settings.ask_unsaved = self.ask_unsaved.isChecked()
        self.appearance.accept()
        super().accept()

    def reject(self) -> None:
        """Leave everything as it was, the look included."""
        self.appearance.reject()
        super().reject()

    def _build_soundfont(self) -> None:
        chosen = self._session.settings.soundfont
        self.soundfont = QLineEdit(printable(chosen) if chosen else "")
        self.soundfont.setObjectName("soundfontEdit")
        self.soundfont.setAccessibleName(self.tr("SoundFont"))
        self.soundfont.setClearButtonEnabled(True)
        self.soundfont.setMinimumWidth(320)
        try:
            best = find_soundfont(None)
            self.soundfont.setPlaceholderText(self.tr("Best one found: {0}").format(best.name))
        except SynthError:
            self.soundfont.setPlaceholderText(self.tr("None found"))
        self.browse = push_button(
            "browseSoundfontButton", self.tr("Choose…"), self.tr("Choose a SoundFont"), self._choose
        )

    def _choose(self) -> None:
        start = self.soundfont.text() or printable(self._session.settings.open_folder)
        kinds = self.tr("SoundFonts (*.sf2 *.sf3 *.SF2 *.SF3);;All files (*)")
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a SoundFont"), start, kinds)
        if chosen:
            self.soundfont.setText(chosen)

    def _build_language(self) -> QHBoxLayout:
        row, note = QHBoxLayout(), QLabel(self.tr("after a restart"))
        note.setProperty("class", "muted")
        row.setSpacing(10)
        row.addWidget(self.language, 1)
        row.addWidget(note)
        return row

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.soundfont, 1)
        row.addWidget(self.browse)
        hint = QLabel(
            self.tr(
                "Leave empty to use the best one in soundfonts/ and the system's folders, or else the built-in one."
            )
        )
        hint.setProperty("class", "muted")
        hint.setWordWrap(True)
        form = QFormLayout()
        form.setVerticalSpacing(8)
        form.setHorizontalSpacing(16)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.addRow(self.tr("SoundFont"), row)
        form.addRow("", hint)
        self.sound.add_rows(form)
        form.addRow(self.tr("Device for the models"), self.device)
        self.styles.add_to(form)
        self.appearance.add_to(form)
        form.addRow(self.tr("Language"), self._build_language())
        form.addRow(self.tr("When closing"), self.ask_unsaved)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(12)
        column.addLayout(form)
        column.addStretch(1)
        column.addWidget(buttons)
