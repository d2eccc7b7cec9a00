"""Latency of the window's event loop while 20,000 notes are opened, transferred, adjusted, played and exported.

A timer is due every 5 ms; its delay is the time that a key or a click would have to wait. Models run in their own
process and FluidSynth renders the sound, as for the user. Beside each delay stands the longest stretch of work of the
window's thread alone, which is the delay on an idle machine.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.background.jobs import HANDOVER_SEC
from app.playback.player import Player
from app.session.session import Session
from app.system.settings import Settings
from app.theme import theme
from app.widgets.sliders import PercentSlider
from app.window.main_window import MainWindow
from benchmarks._long_piece import write_long_piece
from tests.app.drops import drop

NOTES = 20_000
PERIOD_MS = 5


class Lateness:
    """Runs the event loop until a condition holds, and records the delays of a timer."""

    def __init__(self) -> None:
        self._loop = QEventLoop()
        self._timer = QTimer(interval=PERIOD_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._done: Callable[[], bool] = lambda: True
        self._last = (0.0, 0.0)
        self._gaps: list[tuple[float, float]] = []

    def during(self, what: str, start: Callable[[], object], done: Callable[[], bool]) -> None:
        """Start an action, run the loop until it is done, and print the delays."""
        self._gaps, self._done = [], done
        began = time.perf_counter()
        self._last = (began, time.thread_time())
        start()
        self._timer.start()
        self._loop.exec()
        late = np.array(self._gaps) * 1e3 - [PERIOD_MS, 0]
        print(f"{what:<28}{time.perf_counter() - began:>8.1f} s{np.percentile(late[:, 0], 99):>12.1f}"
              f"{late[:, 0].max():>10.1f}{late[:, 1].max():>10.1f}", flush=True)  # fmt: skip

    def _tick(self) -> None:
        now = (time.perf_counter(), time.thread_time())
        self._gaps.append((now[0] - self._last[0], now[1] - self._last[1]))
        self._last = now
        if self._done():
            self._timer.stop()
            self._loop.quit()


class Drag:
    """Moves a slider by a step every 25 ms."""

    def __init__(self, slider: PercentSlider) -> None:
        self._slider = slider
        self._timer = QTimer(interval=25)
        self._timer.timeout.connect(self._move)
        self.start = self._timer.start
        self.over = False

    def _move(self) -> None:
        self._slider.setValue(self._slider.value() - 1)
        if self._slider.value() <= 60:
            self.over = True
            self._timer.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=NOTES)
    parser.add_argument("--model", default="", help="the checkpoint's name; the default one unless given")
    options = parser.parse_args()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    sys.setswitchinterval(HANDOVER_SEC)  # as the program does
    theme.apply_theme(app)
    lateness = Lateness()
    with tempfile.TemporaryDirectory() as folder:
        path = write_long_piece(Path(folder) / "long.mid", options.notes)
        session = Session(settings=Settings(Path(folder) / "settings.ini"), player=Player(audio=False))
        if options.model:
            session.transfers.set_model(options.model)
        window = MainWindow(session)
        window.showNormal()  # on the small screen of the offscreen platform it would be maximised
        window.resize(1440, 900)
        print(f"{options.notes:,} notes{'':<{27 - len(f'{options.notes:,} notes')}}"
              f"{'took':>10}{'late, p99':>13}{'worst, ms':>10}{'work, ms':>10}")  # fmt: skip
        lateness.during("start", session.warm, lambda: bool(session.transfers.devices))
        lateness.during("open", lambda: drop(window, [path]), lambda: session.path == path and session.idle)
        lateness.during(
            "transfer",
            lambda: session.transfers.run(session.transfers.options.styles[0]),
            lambda: session.styled is not None and session.idle,
        )
        session.transfers.set(parts=("dynamics", "timing"), swing=0.8)
        lateness.during(
            "transfer in time",
            lambda: session.transfers.run(session.transfers.options.styles[0]),
            lambda: session.take is not None and "timing" in session.take.parts and session.idle,
        )
        drag = Drag(window.findChild(PercentSlider, "strengthSlider"))
        lateness.during(
            "drag the strength", drag.start, lambda: drag.over and session.document.heard is session.document.current
        )
        until = time.perf_counter() + 5.0
        lateness.during("play", session.player.play, lambda: time.perf_counter() > until)
        session.player.pause()
        sound = Path(folder) / "long.wav"
        lateness.during("export WAV", lambda: session.exports.wav(sound), lambda: sound.exists() and session.idle)
        lateness.during("export MIDI", lambda: session.exports.midi(path.with_name("other.mid")), lambda: session.idle)
        window.close()
        session.close()


if __name__ == "__main__":
    main()
