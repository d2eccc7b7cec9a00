"""Which of a file's notes are heard: mute and solo, as a mixing desk has them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Audible:
    """Tracks that are muted or solo, for listening only.

    What is muted is silent; as soon as anything is solo, all that is not solo is silent too.

    Attributes:
        muted: numbers of tracks, from 1.
        solo: numbers of tracks, from 1.
        piano: whether the Performance's own notes are solo, on whichever track.
    """

    muted: frozenset[int] = frozenset()
    solo: frozenset[int] = frozenset()
    piano: bool = False

    def among(self, tracks: NDArray[np.int64], own: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which of some notes are heard, `(n,)`.

        Args:
            tracks: `(n,)`, the number of each note's track.
            own: `(n,)`, whether each is the Performance's own.
        """
        heard = np.full(len(tracks), not (self.solo or self.piano))
        heard |= np.isin(tracks, list(self.solo)) | (own & self.piano)
        return np.asarray(heard & ~np.isin(tracks, list(self.muted)))


EVERYTHING = Audible()
