"""MIDI ports, through RtMidi; where it or the system's sequencer is missing, a sentence says so."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtCore import QCoreApplication

from app.system.language import QT_TRANSLATE_NOOP
from tonenet_core.errors import ToneNetError

log = logging.getLogger(__name__)

NO_RTMIDI = QT_TRANSLATE_NOOP("Sound", "MIDI output needs the package python-rtmidi, which is not installed.")
NO_SEQUENCER = QT_TRANSLATE_NOOP("Sound", "The system's MIDI service cannot be reached, so there are no MIDI ports.")
NO_PORT = QT_TRANSLATE_NOOP(
    "Sound",
    "The MIDI port “{0}” is not available: connect it and press Play, or choose another output in the preferences.",
)

_ALSA_NUMBERS = re.compile(r" \d+:\d+$")  # of client and port; others at the next start


class PortError(ToneNetError):
    """No port can be opened; the message says why."""


class Port(Protocol):
    """Where MIDI messages go. Raises `OSError` when they do not get there."""

    def send(self, message: Sequence[int]) -> None:
        """Send one channel message, status byte first, at once."""
        ...

    def close(self) -> None:
        """Let go of the port."""
        ...


class RtMidiPort:
    """A port of the system's."""

    def __init__(self, name: str) -> None:
        """Open the port of that name.

        Raises:
            PortError: if there is no such port.
        """
        self._output = _output()
        names = self._output.get_ports()
        index = _find(name, names)
        if index is None:
            self._output.delete()
            raise PortError(QCoreApplication.translate("Sound", NO_PORT).format(name))
        try:
            self._output.open_port(index, "ToneNet")
        except OSError as error:  # RtMidi's errors are such
            self._output.delete()
            raise PortError(QCoreApplication.translate("Sound", NO_PORT).format(name)) from error

    def send(self, message: Sequence[int]) -> None:
        """Send one channel message, status byte first, at once."""
        self._output.send_message(message)

    def close(self) -> None:
        """Let go of the port."""
        self._output.close_port()
        self._output.delete()


def open_port(name: str) -> Port:
    """Open the MIDI port of that name.

    Raises:
        PortError: if there is no such port.
    """
    return RtMidiPort(name)


def port_names() -> list[str]:
    """Return the names of the available MIDI ports.

    Raises:
        PortError: if RtMidi or the system's MIDI service is missing.
    """
    output = _output()
    names: list[str] = output.get_ports()
    output.delete()
    return names


def _output() -> Any:
    try:
        import rtmidi
    except ImportError as error:
        raise PortError(QCoreApplication.translate("Sound", NO_RTMIDI)) from error
    try:
        return rtmidi.MidiOut(name="ToneNet")
    except OSError as error:
        log.info("no MIDI service: %s", error)
        raise PortError(QCoreApplication.translate("Sound", NO_SEQUENCER)) from error


def _find(name: str, names: Sequence[str]) -> int | None:
    """Return which of `names` is meant: the very name, or one that differs by ALSA's numbers alone."""
    if name in names:
        return names.index(name)
    bare = [_ALSA_NUMBERS.sub("", other) for other in names]
    wanted = _ALSA_NUMBERS.sub("", name)
    return bare.index(wanted) if wanted in bare else None
