"""The volume: a factor of samples that changes without a step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DEFAULT_VOLUME = 0.8
LOUDEST_DB = 9.0  # renderings of a solo piano peak at -9 dBFS and below; what is louder is clipped


def gain_at(volume: float) -> float:
    """Return the factor of samples at a volume of 0..1: 1 at the default, beyond it up to 9 dB for a solo piano."""
    if volume <= DEFAULT_VOLUME:
        return (volume / DEFAULT_VOLUME) ** 2
    return float(10 ** (LOUDEST_DB / 20 * (volume - DEFAULT_VOLUME) / (1 - DEFAULT_VOLUME)))


class Volume:
    """A factor, and the ramp to it from the one before.

    Attributes:
        factor: of the samples, 0..1; may be set from any thread.
    """

    def __init__(self) -> None:
        self.factor = 1.0
        self._applied = 1.0

    def apply(self, out: NDArray[np.float32], *, at_once: bool) -> None:
        """Multiply `out` `(n, 2)` in place; without a ramp where `at_once`, as in a silence."""
        factor = self.factor
        before, self._applied = factor if at_once else self._applied, factor
        if before != factor:
            out *= np.linspace(before, factor, len(out), dtype=np.float32)[:, None]
        elif factor != 1.0:
            out *= factor
