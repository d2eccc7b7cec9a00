"""MIDI inputs, through RtMidi; where it, the system's sequencer or a keyboard is missing, there are none."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from app.playback.audio_output import quiet_alsa

log = logging.getLogger(__name__)

Receive = Callable[[Sequence[int]], None]
_NO_KEYBOARD = re.compile(r"midi through|^tonenet", re.IGNORECASE)  # ALSA's own port, and our output's


class InputPort(Protocol):
    """An input that messages come from until it is closed."""

    def close(self) -> None:
        """Let go of it."""
        ...


class Inputs(Protocol):
    """The system's MIDI inputs."""

    def names(self) -> list[str]:
        """Return the names of the keyboards that are connected now; none where there is no MIDI."""
        ...

    def open(self, name: str, receive: Receive) -> InputPort | None:
        """Open one; each channel message goes to `receive`, on a thread of RtMidi's. None where it is gone."""
        ...


class RtMidiInputs:
    """The inputs that RtMidi finds."""

    def __init__(self) -> None:
        self._finder: Any = None
        self._missing = False

    def names(self) -> list[str]:
        """Return the names of the keyboards that are connected now; none where there is no MIDI."""
        if self._finder is None and not self._missing:
            self._finder = _input()
            self._missing = self._finder is None
        if self._finder is None:
            return []
        return [name for name in self._finder.get_ports() if not _NO_KEYBOARD.search(name)]

    def open(self, name: str, receive: Receive) -> InputPort | None:
        """Open one; each channel message goes to `receive`, on a thread of RtMidi's. None where it is gone."""
        port = _input()
        if port is None:
            return None
        names = port.get_ports()
        try:
            port.open_port(names.index(name), "ToneNet keyboard")
        except (OSError, ValueError) as error:
            log.info("the MIDI input %s does not open: %s", name, error)
            port.delete()
            return None
        port.set_callback(lambda event, _data: receive(event[0]))
        return _RtMidiPort(port)


class _RtMidiPort:
    def __init__(self, port: Any) -> None:
        self._port = port

    def close(self) -> None:
        """Let go of the port."""
        self._port.cancel_callback()
        self._port.close_port()
        self._port.delete()


def _input() -> Any:
    """Return RtMidi's input; None without RtMidi, or where it finds no MIDI service."""
    quiet_alsa()
    try:
        import rtmidi

        return rtmidi.MidiIn(name="ToneNet")
    except (ImportError, OSError) as error:
        log.info("no MIDI input: %s", error)
        return None
