"""Callbacks of the session's calls: `done` when the work is done and shown, `failed` when it is not."""

from __future__ import annotations

from collections.abc import Callable

Done = Callable[[], object]
Failed = Callable[[Exception], object]


def ignore() -> None:
    """Do nothing: the default for callers that do not wait."""


def ignore_failure(error: Exception) -> None:
    """Do nothing: the default for callers that do not wait; the message bar shows why."""
