"""The log: a rotating file in the user's state folder, and the terminal.

Qt's messages, uncaught exceptions and fatal signals are logged too.
"""

from __future__ import annotations

import faulthandler
import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO

log = logging.getLogger(__name__)

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
MOST_BYTES = 500_000
KEPT = 2  # older files beside the one that is written


class Log:
    """The handlers of the root logger, from `__init__` to `close`."""

    def __init__(self, file: Path, *, verbose: bool = False) -> None:
        """Begin to write `file`; if that fails, log to the terminal alone.

        Args:
            file: made with its folder; a file that has grown is put beside it as `.1`.
            verbose: everything, to the terminal too.
        """
        self.file = file
        terminal = logging.StreamHandler()
        terminal.setLevel(logging.DEBUG if verbose else logging.WARNING)
        self._handlers: list[logging.Handler] = [terminal]
        self._faults: IO[str] | None = None
        problem = self._open()
        root = logging.getLogger()
        self._level_before = root.level
        root.setLevel(logging.DEBUG if verbose else logging.INFO)
        for handler in self._handlers:
            handler.setFormatter(logging.Formatter(FORMAT))
            root.addHandler(handler)
        logging.captureWarnings(capture=True)
        if problem is not None:
            log.warning("There is no log file: %s", problem)

    def _open(self) -> OSError | None:
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            kept = RotatingFileHandler(
                self.file, maxBytes=MOST_BYTES, backupCount=KEPT, encoding="utf-8", errors="backslashreplace"
            )
            self._handlers.append(kept)
            self._faults = self.file.open("a", encoding="utf-8")
        except OSError as error:
            return error
        self._faults_before = faulthandler.is_enabled()
        faulthandler.enable(self._faults)
        return None

    def close(self) -> None:
        """Restore the root logger as it was before; safe to call twice."""
        logging.captureWarnings(capture=False)
        for handler in self._handlers:
            logging.getLogger().removeHandler(handler)
            handler.close()
        if self._handlers:
            logging.getLogger().setLevel(self._level_before)
        self._handlers = []
        if self._faults is not None:
            faulthandler.disable()
            if self._faults_before and sys.__stderr__ is not None:
                faulthandler.enable(sys.__stderr__)
            self._faults.close()
            self._faults = None


def report_bug(error: BaseException) -> None:
    """Hand an exception that nobody expected to `sys.excepthook`, which logs it and shows its trace."""
    sys.excepthook(type(error), error, error.__traceback__)


def read_log(file: Path, most_bytes: int = 200_000) -> str:
    """Return the end of the log, from the beginning of a line; empty without a log."""
    try:
        with file.open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(max(size - most_bytes, 0))
            text = stream.read().decode("utf-8", errors="backslashreplace")
    except OSError:
        return ""
    return text if size <= most_bytes else text.partition("\n")[2]


def log_qt() -> None:
    """Send Qt's messages to the log instead of the terminal."""
    from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

    levels = {
        QtMsgType.QtDebugMsg: logging.DEBUG,
        QtMsgType.QtInfoMsg: logging.INFO,
        QtMsgType.QtWarningMsg: logging.WARNING,
    }

    def handle(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        logging.getLogger("qt").log(levels.get(kind, logging.ERROR), "%s", text)

    qInstallMessageHandler(handle)
