"""Moments and durations as text."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

ROUNDING_SLACK = 1e-6  # of a tenth: 0.3 s as a sum of floats is still 0:00.3


def time_text(sec: float, *, tenths: bool = True) -> str:
    """Return a moment as `m:ss.t`, from an hour on as `h:mm:ss.t`; every clock of the window uses it.

    Unfinished tenths (or seconds) are cut off, not rounded, as on a clock: a piece of 59.7 s lasts 0:59.

    Args:
        sec: seconds; negative ones count as 0.
        tenths: whether tenths of a second are shown.
    """
    tenths_of_sec = int(max(sec, 0.0) * 10 + ROUNDING_SLACK)
    minutes, rest = divmod(tenths_of_sec, 600)
    seconds = f"{rest // 10:02d}" + (f".{rest % 10}" if tenths else "")
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds}" if minutes >= 60 else f"{minutes}:{seconds}"


def time_left(seconds_left: float | None) -> str:
    """Return the estimated time left as text; empty if it is unknown."""
    if seconds_left is None:
        return ""
    seconds = max(round(seconds_left), 1)
    if seconds < 90:
        return QCoreApplication.translate("ProgressPanel", "about {0} s left").format(seconds)
    return QCoreApplication.translate("ProgressPanel", "about {0} min left").format(round(seconds / 60))
