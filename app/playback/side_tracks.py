"""The tracks and gains of both sides, as the mixer has them."""

from __future__ import annotations

from app.playback.side import ORIGINAL, STYLED, Side
from app.playback.track import Track


class SideTracks:
    """A track and a gain for each side, and the side that is chosen.

    Attributes:
        tracks: by side; None where a side has none.
        others: of what may take the place of a side's; rendered ahead, and not heard.
        gains: of the samples of each side, 0..1.
        chosen: the side to be heard; without a track of it, the original is heard.
    """

    def __init__(self) -> None:
        self.tracks: dict[Side, Track | None] = {ORIGINAL: None, STYLED: None}
        self.others: tuple[Track, ...] = ()
        self.gains: dict[Side, float] = {ORIGINAL: 1.0, STYLED: 1.0}
        self.chosen: Side = ORIGINAL

    @property
    def track(self) -> Track | None:
        """The track to be heard; None without a piece."""
        return self.tracks[self._audible]

    @property
    def gain(self) -> float:
        """The gain of the side to be heard."""
        return self.gains[self._audible]

    def end_frame(self, tempo: float) -> int:
        """Return where the longer of the tracks ends, in frames of the original's at a tempo; 0 without any."""
        tracks = [track for track in self.tracks.values() if track is not None]
        return max((track.frame_at(track.end_frame, tempo) for track in tracks), default=0)

    def ordered(self) -> list[tuple[Side, Track]]:
        """Return the sides that have a track, the chosen one first."""
        names = sorted(self.tracks, key=lambda side: side != self.chosen)
        return [(name, track) for name in names if (track := self.tracks[name]) is not None]

    def ready(self, frame: int, count: int, tempo: float) -> bool:
        """Return whether `count` frames can be read from every track from the original's frame at a tempo on."""
        tracks = [track for track in self.tracks.values() if track is not None]
        return all(track.ready(track.place_at(frame, tempo), count) for track in tracks)

    @property
    def _audible(self) -> Side:
        return ORIGINAL if self.tracks[self.chosen] is None else self.chosen
