"""Private PulseAudio server without a sound card, and a recording of its output."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tonenet_core.sound.schedule import SAMPLE_RATE

_FRAME_BYTES = 8  # two float32
_SINK = "loudspeaker"


class SoundServer:
    """Sound server with one null sink, for this process and its children; ends with the block."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> SoundServer:
        socket = self._folder / "server"
        os.environ |= {
            "PULSE_SERVER": f"unix:{socket}",
            "XDG_RUNTIME_DIR": str(self._folder),
            "HOME": str(self._folder),
        }
        modules = [
            f"module-native-protocol-unix socket={socket} auth-anonymous=1 auth-cookie-enabled=0",
            f"module-null-sink sink_name={_SINK} rate={SAMPLE_RATE} format=float32le",
        ]
        arguments = ["--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes", "-n"]
        arguments += [part for module in modules for part in ("-L", module)]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(["pulseaudio", *arguments], stdout=log, stderr=log)
        for _ in range(100):
            if subprocess.run(["pactl", "info"], capture_output=True, check=False).returncode == 0:
                return self
            time.sleep(0.1)
        raise RuntimeError((self._folder / "log").read_text())

    def __exit__(self, *_error: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()


class Recording:
    """Recording of the sink from now on, with the arrival time of each block."""

    def __init__(self, latency_ms: int = 40) -> None:
        """Begin.

        Args:
            latency_ms: how late it may arrive. The sink works in blocks of that size then, as a sound card's do in its
                own; few milliseconds make a server without real-time priority stumble, whoever plays.
        """
        self._blocks: list[bytes] = []
        self._times: list[float] = []
        command = [
            "parec",
            "-d",
            f"{_SINK}.monitor",
            "--format=float32le",
            f"--rate={SAMPLE_RATE}",
            "--channels=2",
            "--raw",
        ]
        command += [f"--latency-msec={latency_ms}", f"--process-time-msec={latency_ms}"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE)
        self._thread = threading.Thread(target=self._read)
        self._thread.start()
        while not self._blocks:  # the sink runs once somebody listens
            time.sleep(0.01)

    def _read(self) -> None:
        assert self._process.stdout is not None
        while block := os.read(self._process.stdout.fileno(), 1 << 16):
            self._times.append(time.perf_counter())
            self._blocks.append(block)

    def stop(self) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """End the recording and return the samples `(n, 2)` and the arrival time of each."""
        self._process.terminate()
        self._process.wait()
        self._thread.join()
        data = b"".join(self._blocks)
        data = data[: len(data) // _FRAME_BYTES * _FRAME_BYTES]
        counts = np.diff(np.cumsum([0, *map(len, self._blocks)]) // _FRAME_BYTES)
        times = np.repeat(self._times, counts)
        samples = np.frombuffer(data, np.float32).reshape(-1, 2)
        return samples, times[: len(samples)]
