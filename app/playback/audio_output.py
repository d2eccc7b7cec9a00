"""The audio device, through miniaudio; a silent clock without one."""

from __future__ import annotations

import ctypes
import logging
import sys
from collections.abc import Callable, Generator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from app.system.language import QT_TRANSLATE_NOOP

log = logging.getLogger(__name__)

# The callback is Python, the GUI thread may hold the interpreter for 30 to 50 ms, and two processes may burn the cores.
# Through PulseAudio and PipeWire miniaudio keeps but one period in the server, and asks for a whole one at a time:
# 20 ms gave gaps under load, 60 ms few, 100 ms none; but each is heard as a delay when the side is switched.
PERIOD_MS = 80
PERIODS = 2
NO_DEVICE = QT_TRANSLATE_NOOP(
    "Sound", "There is no sound because no audio device was found; the playhead moves silently."
)
OTHER_DEVICE = QT_TRANSLATE_NOOP("Sound", "The audio device “{0}” is not available; the default one plays instead.")

# What takes ALSA's lines about what it did not find; the window says that there is no device.
_IGNORE = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p)(
    lambda *_details: None
)

Mix = Callable[[NDArray[np.float32]], None]


class AudioOutput:
    """One stream of stereo float32 samples to one device.

    Not thread-safe: one thread opens, starts, stops and closes it. `mix` is called on miniaudio's own thread.

    Attributes:
        problem: a sentence on why there is no sound, or none on the chosen device; None without a problem.
        device: name of the chosen device; None for the default one.
    """

    def __init__(self, mix: Mix, sample_rate: int, *, silent: bool = False) -> None:
        """Take what fills the blocks; the device is opened by `start`.

        Args:
            mix: fills a `(n, 2)` float32 array with the next n frames, within +-1.
            sample_rate: frames a second.
            silent: never look for a device; a clock calls `mix`.
        """
        self.problem: str | None = None
        self.device: str | None = None
        self._mix = mix
        self._sample_rate = sample_rate
        self._silent = silent
        self._device: Any = None
        self._lost = False

    @property
    def opened(self) -> bool:
        """Whether there is a device, or the clock."""
        return self._device is not None

    @property
    def running(self) -> bool:
        """Whether `mix` is being called."""
        return self._device is not None and bool(self._device.running) and not self._lost

    @property
    def lost(self) -> bool:
        """Whether the device stopped by itself: it was unplugged, or the sound server ended."""
        return self._lost

    def use(self, device: str | None) -> None:
        """Let go of the device; the next one is `device`, or the default one."""
        self.close()
        self.device, self.problem = device, None

    def open(self) -> None:
        """Open the device without starting it; without one, open the clock and set `problem`."""
        if self._device is None:
            self._lost = False
            self._device = self._open_device()

    def start(self) -> None:
        """Let `mix` be called from now on. After a silent start the device is looked for again."""
        import miniaudio

        if self.running:
            return
        if self._lost or self.problem is not None:
            self.close()
        self.open()
        try:
            self._start_device()
        except miniaudio.MiniaudioError as error:  # it went away since it was opened, or another program has it
            log.info("the audio device does not start: %s", error)
            self.close()
            self._device, self.problem = self._clock(), QCoreApplication.translate("Sound", NO_DEVICE)
            self._start_device()

    def _start_device(self) -> None:
        blocks = self._blocks()
        next(blocks)
        self._device.start(blocks)
        self._device.stop_callback = self._stopped

    def stop(self) -> None:
        """Let `mix` be called no more; the device stays open."""
        if self._device is None or not self.running:
            return
        import miniaudio

        self._device.stop_callback = None
        try:
            self._device.stop()
        except miniaudio.MiniaudioError as error:
            log.info("the audio device does not stop: %s", error)
            self.close()

    def close(self) -> None:
        """Let go of the device; safe to call twice."""
        device, self._device = self._device, None
        if device is None:
            return
        import miniaudio

        device.stop_callback = None
        context = device._context  # the package never ends it: a connection to the sound server would stay open
        device.close()
        miniaudio.lib.ma_context_uninit(context)
        self._lost = False

    def _open_device(self) -> Any:
        import miniaudio

        quiet_alsa()
        self.problem = None
        if self._silent:
            return self._clock()
        try:
            if self.device is not None:
                found = next((device for device in _playback_devices() if device["name"] == self.device), None)
                if found is not None:
                    return self._try_device(device_id=found["id"])
                self.problem = QCoreApplication.translate("Sound", OTHER_DEVICE).format(self.device)
            device = self._try_device()
        except miniaudio.MiniaudioError as error:
            log.info("no audio device: %s", error)
            device = self._clock()
        if device.backend == "Null":
            self.problem = QCoreApplication.translate("Sound", NO_DEVICE)
        return device

    def _clock(self) -> Any:
        import miniaudio

        return self._try_device(backends=[miniaudio.Backend.NULL])

    def _try_device(self, **which: Any) -> Any:
        import miniaudio

        return miniaudio.PlaybackDevice(
            miniaudio.SampleFormat.FLOAT32,
            nchannels=2,
            sample_rate=self._sample_rate,
            buffersize_msec=PERIOD_MS,
            callback_periods=PERIODS,
            app_name="ToneNet",
            **which,
        )

    def _blocks(self) -> Generator[memoryview | bytes, int, None]:
        """Give one block after the other; each is overwritten by the next."""
        buffer = np.zeros((8192, 2), np.float32)
        frames = yield b""
        while True:
            if frames > len(buffer):
                buffer = np.zeros((frames, 2), np.float32)
            block = buffer[:frames]
            self._mix(block)
            frames = yield block.data

    def _stopped(self) -> None:
        self._lost = True


def device_names() -> list[str]:
    """Return the names of the audio devices; slow drivers take long."""
    import miniaudio

    quiet_alsa()
    try:
        return list(dict.fromkeys(device["name"] for device in _playback_devices()))
    except miniaudio.MiniaudioError as error:
        log.info("no audio devices: %s", error)
        return []


def _playback_devices() -> list[dict[str, Any]]:
    import miniaudio

    devices = miniaudio.Devices()
    return [] if devices.backend == "Null" else devices.get_playbacks()


def quiet_alsa() -> None:
    """Keep ALSA from writing a page to the terminal where there is no sound card."""
    if not sys.platform.startswith("linux"):
        return
    try:
        alsa = ctypes.CDLL("libasound.so.2")
    except OSError:
        return
    alsa.snd_lib_error_set_handler(_IGNORE)
