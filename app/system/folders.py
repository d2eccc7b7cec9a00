"""Where the program keeps what is neither a setting nor the user's: the log, and sessions that go on."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def state_folder() -> Path:
    """Return the user's folder for it; it need not exist."""
    return Path(platformdirs.user_state_dir("ToneNet", appauthor=False))


def sessions_folder() -> Path:
    """Return the folder of the sessions that go on, and of those that a crash ended."""
    return state_folder() / "sessions"


def log_file() -> Path:
    """Return the file of the log."""
    return state_folder() / "tonenet.log"
