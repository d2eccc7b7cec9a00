"""The tracks of both sides of a player."""

from __future__ import annotations

from app.playback.side import ORIGINAL, STYLED, Side
from app.playback.track import Track
from tonenet_core.midi.retime import TimeMap
from tonenet_core.performance import Performance
from tonenet_core.sound.audible import EVERYTHING, Audible


class TrackPair:
    """The tracks of the performances on both sides, all at one tempo.

    Attributes:
        original: A's track; None without a piece.
        styled: B's track; None without a result.
        tempo: how many times as fast as written, 1 as written.
        audible: which of the file's notes are heard.
        time_map: of A's seconds to B's; None where they are the same.
    """

    def __init__(self) -> None:
        self.original: Track | None = None
        self.styled: Track | None = None
        self.tempo = 1.0
        self.audible = EVERYTHING
        self.time_map: TimeMap | None = None

    @property
    def performances(self) -> tuple[Performance | None, Performance | None]:
        """The performances of A and B."""
        return _performance(self.original), _performance(self.styled)

    def on(self, side: Side) -> Track | None:
        """Return a side's track; A's where B has none."""
        return self.original if side == ORIGINAL or self.styled is None else self.styled

    def second_on(self, side: Side, second: float, *, of: Side = ORIGINAL) -> float:
        """Return the second of one side at the musical place of a second `of` one."""
        if side == of or self.time_map is None:
            return second
        return (self.time_map if side == STYLED else self.time_map.inverse).at(second)

    def set_performances(
        self, original: Performance | None, styled: Performance | None, *, time_map: TimeMap | None, audible: Audible
    ) -> None:
        """Take other performances; the track of one that stays on its side is kept, with what is rendered of it."""
        self.audible = audible
        self.original = self._track(self.original, original)
        self.time_map = time_map
        self.styled = self._track(self.styled, styled, time_map)

    def renew(self, tempo: float | None = None) -> None:
        """Replace the tracks by empty ones, to be rendered again; at another tempo if it is given."""
        self.tempo = self.tempo if tempo is None else tempo
        original, styled = self.performances
        self.original, self.styled = self._track(None, original), self._track(None, styled, self.time_map)

    def _track(
        self, former: Track | None, performance: Performance | None, time_map: TimeMap | None = None
    ) -> Track | None:
        if former is not None and former.performance is performance and former.audible == self.audible:
            return former
        return None if performance is None else Track(performance, self.tempo, audible=self.audible, time_map=time_map)


def _performance(track: Track | None) -> Performance | None:
    return None if track is None else track.performance
