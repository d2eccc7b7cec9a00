"""The preferences' rows on where the sound goes: audio device, MIDI port."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QLabel

from app.session.listening import Listening, Outputs
from app.widgets.forms import combo_box


class SoundPage(QObject):
    """Combo boxes of audio devices and MIDI ports, which are looked up in the background since drivers may be slow."""

    def __init__(self, listening: Listening, dialog: QDialog) -> None:
        """Show the current choice; the others are added when they are found."""
        super().__init__(dialog)
        self._listening = listening
        self._dialog = dialog
        tip = self.tr("The output of the built-in synthesizer; it can be changed during playback")
        self.device = combo_box("audioDeviceCombo", self.tr("Audio device"), tip)
        self.device.addItem(self.tr("System default"), None)
        tip = self.tr("A MIDI instrument that plays instead of the built-in synthesizer")
        self.port = combo_box("midiPortCombo", self.tr("MIDI output"), tip)
        self.port.addItem(self.tr("None (built-in synthesizer)"), None)
        self.hint = QLabel()
        self.hint.setObjectName("midiHint")
        self.hint.setProperty("class", "muted")
        self.hint.setWordWrap(True)
        self.hint.hide()
        for combo, chosen in ((self.device, listening.audio_device), (self.port, listening.player.midi_port)):
            if chosen is not None:
                _offer(combo, [chosen])
                combo.setCurrentIndex(1)
        listening.outputs_found.connect(self._found)
        listening.look_for_outputs()

    def add_rows(self, form: QFormLayout) -> None:
        """Put the choosers into a form."""
        form.addRow(self.tr("Audio device"), self.device)
        form.addRow(self.tr("MIDI output"), self.port)
        form.addRow("", self.hint)

    def accept(self) -> None:
        """Put the choices into force and remember them."""
        self._listening.set_audio_device(self.device.currentData())
        self._listening.set_midi_port(self.port.currentData())

    @Slot(object)
    def _found(self, outputs: Outputs) -> None:
        _offer(self.device, outputs.devices)
        _offer(self.port, outputs.ports)
        if not outputs.ports:
            self.hint.setText(outputs.problem or self.tr("No MIDI port was found."))
            self.hint.show()
            self._dialog.adjustSize()


def _offer(combo: QComboBox, names: list[str]) -> None:
    for name in names:
        if combo.findData(name) < 0:
            combo.addItem(name, name)
