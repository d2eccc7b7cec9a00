"""Names of the chords along time, as many as fit, for the ruler."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFontMetricsF

from app.background.jobs import Job
from app.playback.side import STYLED, Side
from tonenet_core.errors import Cancelled
from tonenet_core.harmony.chord_names import NamedChord, name_chords
from tonenet_core.performance import MidiSource, Performance

if TYPE_CHECKING:
    from app.session.session import Session
    from app.views.viewport import Viewport
    from tonenet_core.progress import Progress

GAP_PX = 6.0  # from one name to the next
Names = tuple[NamedChord, ...]


class ChordLine(QObject):
    """Chords of the open piece where they begin on a side; they are found in the background, once a file.

    Attributes:
        found: the chords of the open piece are known.
        shown: whether the user wants to see them.
    """

    found = Signal()

    def __init__(self, session: Session, side: Side, parent: QObject | None = None) -> None:
        """Find nothing until it is shown."""
        super().__init__(parent)
        self.shown = False
        self._session = session
        self._side: Side = side
        self._known: WeakKeyDictionary[MidiSource, Names] = WeakKeyDictionary()
        self._job: Job | None = None

    @property
    def takes_room(self) -> bool:
        """Whether there is a line of chords: they are shown, and the piece is metered."""
        piece = self._session.original
        return self.shown and piece is not None and piece.metered

    def texts(self, viewport: Viewport, width: float, letters: QFontMetricsF) -> list[tuple[float, str]]:
        """Return the names that fit before the chord after them, each with the pixel where it begins."""
        chords = self._chords()
        if not chords:
            return []
        ends = np.array([(chord.begin_sec, chord.end_sec) for chord in chords])
        time_map = self._session.player.places.time_map
        if self._side == STYLED and time_map is not None:
            ends = time_map.apply(ends.ravel()).reshape(ends.shape)
        places = (ends - viewport.start_sec) / viewport.span_sec * width
        found = []
        for row in np.flatnonzero((places[:, 1] > 0) & (places[:, 0] < width)).tolist():
            begin = max(float(places[row, 0]), 0.0)
            if begin + letters.horizontalAdvance(chords[row].name) + GAP_PX <= min(float(places[row, 1]), width):
                found.append((begin, chords[row].name))
        return found

    def _chords(self) -> Names:
        piece = self._session.original
        if not self.takes_room or piece is None:
            return ()
        if piece.file not in self._known and self._job is None:
            self._job = self._session.jobs.run(
                _name, piece, title="", done=self._finish, failed=self._fail, lane="figures"
            )
        return self._known.get(piece.file, ())

    def _finish(self, named: tuple[MidiSource, Names]) -> None:
        self._job = None
        self._known[named[0]] = named[1]
        self.found.emit()

    def _fail(self, error: Exception) -> None:
        self._job = None
        if not isinstance(error, Cancelled):
            self._session.messages.failed(error)


def _name(piece: Performance, progress: Progress) -> tuple[MidiSource, Names]:
    progress(0.0)
    return piece.file, name_chords(piece)
