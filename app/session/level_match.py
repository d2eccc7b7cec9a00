"""Level match: both sides equally loud as a whole, with their dynamics unchanged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.background.jobs import Job, Jobs
from app.playback.player import Player
from tonenet_core.errors import Cancelled
from tonenet_core.performance import Performance
from tonenet_core.progress import Progress
from tonenet_core.sound.audible import EVERYTHING, Audible
from tonenet_core.sound.loudness import sound_level_lufs


class LevelMatch(QObject):
    """Lowers the louder side to the loudness of the other, once both were measured in the background.

    Nothing is ever made louder, so that nothing is clipped that was not before. Until a new result is measured it is
    heard with the gain of the one before.

    Attributes:
        changed: `on`, `measuring` or the gains are new.
        on: whether the user has switched it on.
    """

    changed = Signal()

    def __init__(
        self, player: Player, jobs: Jobs, failed: Callable[[Exception], None], parent: QObject | None = None
    ) -> None:
        """Start switched off.

        Args:
            player: whose sides are matched.
            jobs: run the measurements.
            failed: called with what went wrong in the background.
            parent: as in Qt.
        """
        super().__init__(parent)
        self.on = False
        self._player = player
        self._failed = failed
        self._jobs = jobs
        self._job: Job | None = None
        self._levels: dict[Performance, float | None] = {}
        self._sound: tuple[Path | None, Audible] = (None, EVERYTHING)
        self._asked: tuple[Performance | None, ...] = ()
        self._gains_db: tuple[float, float] | None = None
        player.changed.connect(self._follow)

    @property
    def possible(self) -> bool:
        """Whether there are two sides, and the built-in synthesizer plays them."""
        return None not in self._player.performances and self._player.midi_port is None

    @property
    def measuring(self) -> bool:
        """Whether a side is being measured."""
        return self._job is not None

    @property
    def gains_db(self) -> tuple[float, float] | None:
        """Gains of A and B in dB, one of them 0 and neither above; None while switched off or not measured."""
        return self._gains_db if self.on else None

    def switch(self, on: bool) -> None:
        """Switch the level match on or off."""
        self.on = on
        self._asked = ()
        self._follow()
        self._apply()

    @Slot()
    def _follow(self) -> None:
        """Measure those of the played sides that were not measured yet."""
        performances = self._player.performances
        sound = (self._player.soundfont, self._player.audible)
        if sound != self._sound:
            self._sound, self._levels, self._asked = sound, {}, ()
        if not self.on or performances == self._asked:
            return
        if performances[0] not in self._levels:
            self._gains_db = None
        self._asked = performances
        self._stop()
        self._levels = {known: level for known, level in self._levels.items() if known in performances}
        missing = [side for side in performances if side is not None and side not in self._levels]
        if None in performances:
            self._gains_db = None
        elif missing:
            self._job = self._jobs.run(
                _measure, missing, *self._sound, title="", done=self._measured, failed=self._fail, lane="loudness"
            )
        else:
            self._match()
        self._apply()

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _measured(self, levels: dict[Performance, float | None]) -> None:
        self._job = None
        self._levels |= levels
        self._match()
        self._apply()

    def _match(self) -> None:
        original, styled = (self._levels.get(side) if side is not None else None for side in self._player.performances)
        if original is None or styled is None:  # silent
            self._gains_db = (0.0, 0.0)
        else:
            target = min(original, styled)
            self._gains_db = (target - original, target - styled)

    def _apply(self) -> None:
        original, styled = self.gains_db or (0.0, 0.0)
        self._player.set_gains(10 ** (original / 20), 10 ** (styled / 20))
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        if isinstance(error, Cancelled):
            return
        self._job = None
        self.on = False
        self._apply()
        self._failed(error)


def _measure(
    performances: list[Performance], soundfont: Path | None, audible: Audible, progress: Progress
) -> dict[Performance, float | None]:
    return {each: sound_level_lufs(each, soundfont, progress, audible=audible) for each in performances}
