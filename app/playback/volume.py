"""The volume: a factor of samples that changes without a step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


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
