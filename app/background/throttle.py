"""Progress reports at a rate that a window can follow."""

from __future__ import annotations

import time
from collections.abc import Callable

INTERVAL_SEC = 0.05  # 20 reports a second


def throttled(
    report: Callable[[float], object],
    interval_sec: float = INTERVAL_SEC,
    clock: Callable[[], float] = time.monotonic,
) -> Callable[[float], None]:
    """Return a function that passes its argument on to `report`, at most once in `interval_sec` seconds.

    The first call always passes; later ones within the interval are dropped.
    """
    last = -interval_sec

    def maybe(fraction: float) -> None:
        nonlocal last
        now = clock()
        if now - last >= interval_sec:
            last = now
            report(fraction)

    return maybe
