"""The window's entry: arguments, logging, then Qt. Imports nothing heavy, for the model process imports it too."""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import platform
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from app.system.folders import log_file
from app.system.log import Log, log_qt
from tonenet_core import __version__

log = logging.getLogger(__name__)

WARM_AFTER_MS = 250  # the window is painted first; then torch's import may have the processor


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window and return the exit status when it is closed.

    Args:
        arguments: the command line without the program's name; that of the process unless given.
    """
    multiprocessing.freeze_support()
    options = _parse(arguments)
    kept = Log(log_file(), verbose=options.verbose)
    # Python's own handler would not run before Qt comes back to Python; the model process ends with its pipe.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    log.info("ToneNet %s begins, Python %s, %s", __version__, platform.python_version(), platform.platform())
    try:
        return _run(options)
    except Exception:
        log.critical("The window could not be opened.", exc_info=True)
        raise
    finally:
        log.info("ToneNet ends")
        kept.close()


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tonenet-app", description="Plays a pianist's MIDI in another style.")
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE.mid", help="the piece or project to open")
    parser.add_argument("--demo", action="store_true", help="open the piece that comes with the program")
    parser.add_argument("--check", type=Path, metavar="DIR", help="try the main job on the demo into DIR, and exit")
    parser.add_argument("--verbose", action="store_true", help="log in detail to the terminal")
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace) -> int:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from app.background.jobs import HANDOVER_SEC
    from app.playback.player import Player
    from app.recovery.recovery import Recovery
    from app.session.session import Session
    from app.system.folders import sessions_folder
    from app.system.language import install_translators
    from app.system.settings import Settings
    from app.theme.theme import apply_saved_theme
    from app.window.main_window import MainWindow
    from app.window.message_bar import BugReporter

    log_qt()
    sys.setswitchinterval(HANDOVER_SEC)  # the window asks for the lock many times a frame, and 5 ms each add up
    app = QApplication(sys.argv[:1])
    app.setApplicationName("ToneNet")
    app.setOrganizationName("ToneNet")
    app.setDesktopFileName("tonenet")
    check: Path | None = options.check
    # Nobody sits before a check: it knows no settings and opens no audio device.
    settings = Settings(None if check is None else check / "settings.ini")
    install_translators(app, settings.language)
    apply_saved_theme(settings.theme, settings.colour_map)
    session = Session(settings=settings, player=None if check is None else Player(audio=False))
    window = MainWindow(session)
    BugReporter(window).install()
    recovery = Recovery(session, sessions_folder() if check is None else check / "sessions")
    app.aboutToQuit.connect(recovery.close)
    app.aboutToQuit.connect(session.close)
    window.show()
    if check is not None:
        from app.self_check import SelfCheck

        self_check = SelfCheck(window, check.absolute())
        self_check.finished.connect(app.exit)
        QTimer.singleShot(0, self_check.start)
        return app.exec()
    if options.file is not None:
        session.open(options.file.absolute())
    elif options.demo:
        window.open_demo()
    recovery.offer()
    session.learning.offer()
    QTimer.singleShot(WARM_AFTER_MS, session.warm)
    QTimer.singleShot(WARM_AFTER_MS, session.listening.keyboard.start)
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
