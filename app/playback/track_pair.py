"""The tracks of both sides of a player."""

from __future__ import annotations

from app.playback.track import Track
from tonenet_core.performance import Performance


class TrackPair:
    """The tracks of the performances on both sides, all at one tempo.

    Attributes:
        original: A's track; None without a piece.
        styled: B's track; None without a result.
        tempo: how many times as fast as written, 1 as written.
        solo: whether the file's other instruments are silent.
    """

    def __init__(self) -> None:
        self.original: Track | None = None
        self.styled: Track | None = None
        self.tempo = 1.0
        self.solo = False

    @property
    def performances(self) -> tuple[Performance | None, Performance | None]:
        """The performances of A and B."""
        return _performance(self.original), _performance(self.styled)

    def set_performances(self, original: Performance | None, styled: Performance | None, *, solo: bool) -> None:
        """Take other performances; the track of one that stays on its side is kept, with what is rendered of it."""
        self.solo = solo
        self.original = self._track(self.original, original)
        self.styled = self._track(self.styled, styled)

    def renew(self, tempo: float | None = None) -> None:
        """Replace the tracks by empty ones, to be rendered again; at another tempo if it is given."""
        self.tempo = self.tempo if tempo is None else tempo
        self.original, self.styled = (self._track(None, performance) for performance in self.performances)

    def _track(self, former: Track | None, performance: Performance | None) -> Track | None:
        if former is not None and former.performance is performance and former.solo == self.solo:
            return former
        return None if performance is None else Track(performance, self.tempo, solo=self.solo)


def _performance(track: Track | None) -> Performance | None:
    return None if track is None else track.performance
