"""A piano that is played key by key, through FluidSynth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tonenet_core.sound.schedule import CONTROL, NOTE_OFF, NOTE_ON, SAMPLE_RATE
from tonenet_core.sound.synth import load_library, new_synth


class LivePiano:
    """Synthesizer with one piano; messages and samples may come and go on different threads."""

    def __init__(self, soundfont: Path, sample_rate: int = SAMPLE_RATE) -> None:
        """Load FluidSynth and the SoundFont.

        Raises:
            SynthError: if FluidSynth is missing or the SoundFont cannot be used.
        """
        self.soundfont = soundfont
        self._library = load_library()
        self._synth: Any = new_synth(soundfont, sample_rate, 16)
        self._library.program(self._synth.synth, 0, 0)

    def send(self, message: Sequence[int]) -> None:
        """Strike or release a key, or move a pedal; other messages are passed over, and so is the channel."""
        kind, handle = message[0] & 0xF0, self._synth.synth
        if kind == NOTE_ON and message[2]:
            self._library.note_on(handle, 0, message[1], message[2])
        elif kind in (NOTE_ON, NOTE_OFF):
            self._library.note_off(handle, 0, message[1])
        elif kind == CONTROL:
            self._library.control(handle, 0, message[1], message[2])

    def read(self, frames: int) -> NDArray[np.float32]:
        """Return the next `(frames, 2)` samples."""
        samples = np.zeros((frames, 2), np.float32)
        address = samples.ctypes.data
        self._library.write_float(self._synth.synth, frames, address, 0, 2, address, 1, 2)
        return samples

    def close(self) -> None:
        """Free the synthesizer."""
        self._synth.delete()
