"""The messages of the tracks that play, each file read once."""

from __future__ import annotations

from app.playback.mixer import Mixer
from app.playback.track import TAIL, Track
from tonenet_core.sound.schedule import Schedule


class Schedules:
    """What is sent for each of a mixer's tracks; used by one thread.

    Of notes that were read already only the velocities and the tempo are new.
    """

    def __init__(self, mixer: Mixer) -> None:
        self._mixer = mixer
        self._known: dict[Track, Schedule] = {}

    def known(self, track: Track) -> bool:
        """Tell whether `of` has the track's messages at once."""
        return track in self._known

    def of(self, track: Track) -> Schedule:
        """Return the track's messages at its tempo; its end is the whole file's from then on."""
        if track in self._known:
            return self._known[track]
        performance = track.performance
        alike = (known for other, known in self._known.items() if other.audible == track.audible)
        same = next((known for known in alike if known.has_notes_of(performance)), None)
        if same is not None:
            schedule = same.with_velocities_of(performance)
        else:
            schedule = Schedule.of(performance).only(track.audible)
        schedule = schedule.at_tempo(track.tempo)
        current = set(self._mixer.tracks)
        self._known = {old: kept for old, kept in self._known.items() if old in current}
        self._known[track] = schedule
        track.end_frame = schedule.end_frame + TAIL
        return schedule
