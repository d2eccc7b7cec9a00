"""Folders of the program's own state: the log, and snapshots of running sessions."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def state_folder() -> Path:
    """Return the user's state folder; it need not exist."""
    return Path(platformdirs.user_state_dir("ToneNet", appauthor=False))


def sessions_folder() -> Path:
    """Return the folder of the snapshots of running and crashed sessions."""
    return state_folder() / "sessions"


def log_file() -> Path:
    """Return the file of the log."""
    return state_folder() / "tonenet.log"
