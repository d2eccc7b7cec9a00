"""Processor time while a piece plays: share of a core for the window, and for the synthesizer beside it.

The whole window at 1440 x 900 with a result to compare, on a virtual X server where Xvfb is installed and else without
a screen; the sound goes to a private PulseAudio server where that is installed. Both sides are rendered ahead, and the
figures are those of the time after that, second for second as it plays. "rest" is the process's other threads, which
mix and send the sound. "frames" are the pictures a second of a piano roll, and "minimised" is the window again, so.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from app.background.jobs import HANDOVER_SEC
from app.theme import theme
from benchmarks._drawn_window import DrawnWindow
from benchmarks._long_piece import write_long_piece
from benchmarks._sound_server import SoundServer
from benchmarks._virtual_screen import screen

SIZES = (2_000, 20_000)
AHEAD_SEC = 60.0  # at most until the synthesizer has rendered ahead
QUIET = 0.5  # of a core: the synthesizer has caught up with what plays


class Frames(QObject):
    """Number of times that a widget was painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, _widget: QObject, event: QEvent) -> bool:  # noqa: N802
        """Count the paintings."""
        self.count += event.type() == QEvent.Type.Paint
        return False


def wait(seconds: float) -> None:
    """Run the event loop as the program does: idle while nothing happens."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def processor_sec() -> dict[str, float]:
    """Return the processor time so far of this thread, of the synthesizer's, and of the process."""
    threads = {thread.name: thread.ident for thread in threading.enumerate()}
    clock = time.pthread_getcpuclockid(threads["render-ahead"])
    used = {"window": time.thread_time(), "synthesizer": time.clock_gettime(clock)}
    process = time.process_time()
    return {**used, "rest": process - sum(used.values()), "process": process}


def shares(seconds: float) -> dict[str, float]:
    """Return the share of a core, 0..1, that each took while the event loop ran."""
    before, began = processor_sec(), time.perf_counter()
    wait(seconds)
    passed = time.perf_counter() - began
    return {name: (now - before[name]) / passed for name, now in processor_sec().items()}


def measure(notes: int, seconds: float, folder: Path, *, audio: bool) -> None:
    """Print the shares for a piece of so many notes."""
    drawn = DrawnWindow(folder, audio=audio)
    drawn.first_picture_sec(write_long_piece(folder / f"{notes}.mid", notes))
    drawn.transfer()
    drawn.session.player.play()
    until = time.perf_counter() + AHEAD_SEC
    while shares(3.0)["synthesizer"] > QUIET and time.perf_counter() < until:
        pass
    frames, began = Frames(drawn.roll.canvas.viewport()), time.perf_counter()
    found = shares(seconds)
    rate = frames.count / (time.perf_counter() - began)
    drawn.window.showMinimized()
    minimised = shares(seconds / 4)["window"]
    drawn.session.player.pause()
    figures = "".join(f"{100 * share:>12.1f} %" for share in (*found.values(), minimised))
    print(f"{notes:>10,}{figures}{rate:>10.0f}", flush=True)
    drawn.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--notes", type=int, nargs="+", default=SIZES)
    options = parser.parse_args()
    audio = shutil.which("pulseaudio") is not None
    with screen() as platform, tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        if audio:
            servers.enter_context(SoundServer(Path(folder)))
        app = QApplication(["playing"])
        sys.setswitchinterval(HANDOVER_SEC)  # as the program does
        theme.apply_theme(app)
        columns = ("window", "synthesizer", "rest", "process", "minimised")
        print(f"{'notes':>10}" + "".join(f"{name:>14}" for name in columns) + f"{'frames':>10}   on {platform}")
        for notes in options.notes:
            measure(notes, options.seconds, Path(folder), audio=audio)


if __name__ == "__main__":
    main()
