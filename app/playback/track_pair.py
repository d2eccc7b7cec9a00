"""The tracks of both sides of a player, and of what may take the place of one."""

from __future__ import annotations

from collections.abc import Sequence

from app.playback.metronome import Metronome
from app.playback.side import ORIGINAL, STYLED, Side
from app.playback.track import Track, Version
from tonenet_core.midi.retime import TimeMap
from tonenet_core.performance import Performance
from tonenet_core.sound.audible import EVERYTHING, Audible


class TrackPair:
    """The tracks of the performances on both sides, all at one tempo.

    Attributes:
        original: A's track; None without a piece.
        styled: B's track; None without a result.
        others: those of other results, each of which may become B's.
        tempo: how many times as fast as written, 1 as written.
        audible: which of the file's notes are heard.
        time_map: of A's seconds to B's; None where they are the same.
    """

    def __init__(self, metronome: Metronome | None = None) -> None:
        """Start without a piece; `metronome` clicks with what is heard."""
        self._metronome = metronome
        self.original: Track | None = None
        self.styled: Track | None = None
        self.others: tuple[Track, ...] = ()
        self.tempo = 1.0
        self.audible = EVERYTHING
        self.time_map: TimeMap | None = None

    @property
    def performances(self) -> tuple[Performance | None, Performance | None]:
        """The performances of A and B."""
        return _performance(self.original), _performance(self.styled)

    @property
    def other_versions(self) -> tuple[Version, ...]:
        """The other results."""
        return tuple(Version(track.performance, track.time_map) for track in self.others)

    def on(self, side: Side) -> Track | None:
        """Return a side's track; A's where B has none."""
        return self.original if side == ORIGINAL or self.styled is None else self.styled

    def second_on(self, side: Side, second: float, *, of: Side = ORIGINAL) -> float:
        """Return the second of one side at the musical place of a second `of` one."""
        if side == of or self.time_map is None:
            return second
        return (self.time_map if side == STYLED else self.time_map.inverse).at(second)

    def set_performances(
        self,
        original: Performance | None,
        styled: Performance | None,
        *,
        time_map: TimeMap | None,
        audible: Audible,
        others: Sequence[Version] = (),
    ) -> None:
        """Take other performances; tracks of those that stay are kept, with what is rendered of them.

        A result may change its place: from the others to B, and back.
        """
        self.audible, self.time_map = audible, time_map
        results = (self.styled, *self.others)
        self.original = self._track((self.original,), original)
        self.styled = self._track(results, styled, time_map)
        apart = [each for each in others if each.performance is not styled]
        self.others = tuple(track for each in apart if (track := self._track(results, *each)) is not None)

    def renew(self, tempo: float | None = None) -> None:
        """Replace the tracks by empty ones, to be rendered again; at another tempo if it is given."""
        self.tempo = self.tempo if tempo is None else tempo
        original, styled = self.performances
        self.original, self.styled = self._track((), original), self._track((), styled, self.time_map)
        self.others = tuple(track for each in self.other_versions if (track := self._track((), *each)) is not None)

    def _track(
        self, former: Sequence[Track | None], performance: Performance | None, time_map: TimeMap | None = None
    ) -> Track | None:
        for track in former:
            if track is not None and track.performance is performance and track.audible == self.audible:
                return track
        if performance is None:
            return None
        return Track(performance, self.tempo, audible=self.audible, time_map=time_map, metronome=self._metronome)


def _performance(track: Track | None) -> Performance | None:
    return None if track is None else track.performance
