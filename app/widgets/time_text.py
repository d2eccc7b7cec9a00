"""Moments and durations as people read them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def time_text(sec: float, *, tenths: bool = True) -> str:
    """Return seconds as people read them: `3:06.4`, from an hour on `1:03:06.4`."""
    tenths_of_sec = int(max(sec, 0.0) * 10 + 1e-6)
    minutes, rest = divmod(tenths_of_sec, 600)
    seconds = f"{rest // 10:02d}" + (f".{rest % 10}" if tenths else "")
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds}" if minutes >= 60 else f"{minutes}:{seconds}"


def time_left(seconds_left: float | None) -> str:
    """Return the estimated time that is left as text; empty if it is unknown."""
    if seconds_left is None:
        return ""
    seconds = max(round(seconds_left), 1)
    if seconds < 90:
        return QCoreApplication.translate("ProgressPanel", "about {0} s left").format(seconds)
    return QCoreApplication.translate("ProgressPanel", "about {0} min left").format(round(seconds / 60))
