"""Pictures of the window at four sizes, dark, light and in German, into docs/screens: to be looked at.

The demo piece with its transfer to Classical, each picture by a process of its own, since Qt takes the scale of the
screen when it starts. `python -m benchmarks._screens [FOLDER]`
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from app.background.in_process import InProcess
from app.playback.player import Player
from app.session.session import Session
from app.system.language import install_translators
from app.system.settings import Settings
from app.theme import theme
from app.window.main_window import DEMO, MainWindow
from benchmarks._drawn_window import settle

SIZES = {  # logical pixels, device pixels each
    "900x500": (900, 500, 1),
    "1366x768": (1366, 768, 1),
    "1440x900": (1440, 900, 1),
    "1920x1080-2x": (960, 540, 2),
}
LOOKS = {"dark": ("dark", "en"), "light": ("light", "en"), "german": ("dark", "de")}
FOLDER = Path(__file__).parent.parent / "docs" / "screens"


def picture(app: QApplication, window: MainWindow, piece: Path) -> QPixmap:
    """Return the window with a piece and its transfer."""
    session = window.session
    session.open(piece)
    settle(lambda: session.original is not None and session.idle)
    session.transfers.run("classical")
    settle(lambda: session.styled is not None and session.idle)
    session.player.seek(session.player.duration_sec / 6)
    for _ in range(20):
        app.processEvents()
    return window.grab()


def take(path: Path, size: tuple[int, int], theme_name: str, language: str) -> None:
    """Write a picture of the window in a look."""
    app = QApplication(["screens"])
    theme.apply_theme(app, theme_name)
    install_translators(app, language)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "settings.ini")
        session = Session(runner=InProcess(), settings=settings, player=Player(audio=False))
        settings.ask_unsaved = False
        window = MainWindow(session)
        window.show()
        app.processEvents()
        window.resize(*size)  # only now: a window opens inside its screen, and the offscreen one is 800 x 800
        try:
            picture(app, window, DEMO).save(str(path))
        finally:
            window.close()
            session.close()
    if (window.width(), window.height()) != size:
        raise AssertionError(f"the window is {window.width()} x {window.height()}, not {size}")
    with Image.open(path) as image:
        image.convert("RGB").save(path, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--one", nargs=2, metavar=("SIZE", "LOOK"))
    options = parser.parse_args()
    if options.one:
        width, height, _ = SIZES[options.one[0]]
        take(options.folder / f"{'-'.join(options.one)}.png", (width, height), *LOOKS[options.one[1]])
        return
    for size, look in product(SIZES, LOOKS):
        command = [sys.executable, "-m", "benchmarks._screens", str(options.folder), "--one", size, look]
        subprocess.run(command, check=True, env={**os.environ, "QT_SCALE_FACTOR": str(SIZES[size][2])})
        print(f"{size}-{look}.png", flush=True)


if __name__ == "__main__":
    main()
