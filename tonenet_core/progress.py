"""Progress reports of long core calls, and their cancellation."""

from collections.abc import Callable

Progress = Callable[[float], None]
"""Called with the fraction done, 0..1, never decreasing. It may raise `errors.Cancelled`: the call then stops at once
and leaves nothing behind."""


def no_progress(fraction: float) -> None:
    """Ignore the fraction; the default."""


def part(progress: Progress, index: int, count: int) -> Progress:
    """Return the progress of part `index` of `count` equal parts of a call."""
    return stretch(progress, index / count, (index + 1) / count)


def stretch(progress: Progress, begin: float, end: float) -> Progress:
    """Return the progress of the part of a call that takes it from fraction `begin` to `end`."""

    def of_stretch(fraction: float) -> None:
        progress(begin + fraction * (end - begin))

    return of_stretch
