"""The sound of the keys that are pressed on a MIDI keyboard, added to what plays."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tonenet_core.errors import SynthError
from tonenet_core.sound.live import LivePiano
from tonenet_core.sound.schedule import NOTE_ON, SAMPLE_RATE
from tonenet_core.sound.synth import working_soundfont

log = logging.getLogger(__name__)

RING = 10 * SAMPLE_RATE  # frames for which a piano's key may ring once it was struck or a pedal moved


class KeyVoice:
    """A piano that sounds beside the player. Without FluidSynth or a SoundFont it is silent.

    `play` is called by MIDI's thread, `add_to` by the audio device's.
    """

    def __init__(self, soundfont: Callable[[], Path | None]) -> None:
        """Play with the SoundFont that `soundfont` returns, None for the best one; it is loaded at the first key."""
        self._soundfont = soundfont
        self._chosen: Path | None = None
        self._piano: LivePiano | None = None
        self._failed = False
        self._left = 0  # frames for which it may still sound
        self._lock = threading.Lock()

    @property
    def sounding(self) -> bool:
        """Whether there may be something to hear."""
        return self._left > 0

    def play(self, message: Sequence[int]) -> None:
        """Play a channel message."""
        struck = message[0] & 0xF0 == NOTE_ON
        if struck:
            self._load()
        with self._lock:
            if self._piano is not None:
                self._piano.send(message)
                self._left = RING if struck else self._left

    def add_to(self, out: NDArray[np.float32], gain: float) -> None:
        """Add the next samples, times a gain, to `out` `(n, 2)`, within +-1."""
        with self._lock:
            if self._piano is None or self._left <= 0:
                return
            out += gain * self._piano.read(len(out))
            self._left -= len(out)
        np.clip(out, -1.0, 1.0, out=out)

    def close(self) -> None:
        """Free the piano; safe to call twice."""
        with self._lock:
            piano, self._piano, self._left = self._piano, None, 0
        if piano is not None:
            piano.close()

    def _load(self) -> None:
        """Take the chosen SoundFont before the next key; the device does not wait for it."""
        chosen = self._soundfont()
        if (self._piano is not None or self._failed) and chosen == self._chosen:
            return
        self._chosen = chosen
        try:
            piano: LivePiano | None = LivePiano(working_soundfont(chosen)[0])
        except SynthError as error:
            log.info("the keys of a MIDI keyboard are silent: %s", error)
            piano = None
        self._failed = piano is None
        with self._lock:
            former, self._piano = self._piano, piano
        if former is not None:
            former.close()
