"""Moments and durations as people read them."""

from __future__ import annotations


def time_text(sec: float, *, tenths: bool = True) -> str:
    """Return seconds as people read them: `3:06.4`, from an hour on `1:03:06.4`."""
    tenths_of_sec = int(max(sec, 0.0) * 10 + 1e-6)
    minutes, rest = divmod(tenths_of_sec, 600)
    seconds = f"{rest // 10:02d}" + (f".{rest % 10}" if tenths else "")
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds}" if minutes >= 60 else f"{minutes}:{seconds}"
