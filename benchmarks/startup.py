"""Start-up times: `tonenet --help`, and the window from process start to its first paint.

The window runs with its own settings and opens the demo piece, on the Qt platform of the environment ("offscreen" under
`make bench`). It also prints whether torch was imported by then, which must not happen.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 5

# Runs in the process of the window: reports the moment after the main window's first paint, then closes it.
WINDOW = """
import os, sys, time
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
from app.__main__ import main

def report():
    # Past sys.stdout, which the synthesizer's thread redirects while it looks for its library.
    os.write(1, f"{time.monotonic()} {'torch' in sys.modules}".encode())

class Watch(QObject):
    def eventFilter(self, window, event):
        if event.type() == QEvent.Type.Paint:
            window.removeEventFilter(self)
            QTimer.singleShot(0, lambda: (report(), window.close()))
        return False

run_loop = QApplication.exec

def watched(application):
    (window,) = [widget for widget in application.topLevelWidgets() if isinstance(widget, QMainWindow)]
    watch = Watch(application)
    window.installEventFilter(watch)
    return run_loop()

QApplication.exec = watched
sys.exit(main(["--demo"]))
"""


def help_seconds() -> float:
    began = time.monotonic()
    subprocess.run([Path(sys.executable).with_name("tonenet"), "--help"], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def window_seconds() -> tuple[float, bool]:
    """Return (seconds to the first paint, whether torch was imported by then)."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home}
        began = time.monotonic()
        child = subprocess.run(
            [sys.executable, "-c", WINDOW], check=True, stdout=subprocess.PIPE, text=True, env=environment
        )
    painted, torch_imported = child.stdout.split()
    return float(painted) - began, torch_imported == "True"


def show(title: str, seconds: list[float]) -> None:
    print(f"{title:28} {statistics.median(seconds):5.2f} s   ({min(seconds):.2f} to {max(seconds):.2f}, {RUNS} runs)")


def main() -> None:
    show("tonenet --help", [help_seconds() for _ in range(RUNS)])
    windows = [window_seconds() for _ in range(RUNS)]
    show("window, first paint", [seconds for seconds, _ in windows])
    print(f"torch imported by then       {'yes' if any(imported for _, imported in windows) else 'no'}")


if __name__ == "__main__":
    main()
