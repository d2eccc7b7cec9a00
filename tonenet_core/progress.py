"""Progress reports of long core calls, and their cancellation."""

from collections.abc import Callable

Progress = Callable[[float], None]
"""Called with the fraction done, 0..1, never decreasing. It may raise `errors.Cancelled`: the call then stops at once
and leaves nothing behind."""


def no_progress(fraction: float) -> None:
    """Ignore the fraction; the default."""


def part(progress: Progress, index: int, count: int) -> Progress:
    """Return the progress of part `index` of `count` equal parts of a call."""

    def of_part(fraction: float) -> None:
        progress((index + fraction) / count)

    return of_part
