"""Folders: those of the program's own state, and showing one to the user."""

from __future__ import annotations

from pathlib import Path

import platformdirs
from PySide6.QtGui import QDesktopServices

from app.system.file_names import url_of


def state_folder() -> Path:
    """Return the user's state folder; it need not exist."""
    return Path(platformdirs.user_state_dir("ToneNet", appauthor=False))


def show_folder(folder: Path) -> None:
    """Open a folder in the desktop's own window of files."""
    QDesktopServices.openUrl(url_of(folder))


def sessions_folder() -> Path:
    """Return the folder of the snapshots of running and crashed sessions."""
    return state_folder() / "sessions"


def log_file() -> Path:
    """Return the file of the log."""
    return state_folder() / "tonenet.log"
