"""Tap tempo: a key pressed with the beat of what is heard gives the open piece its beats."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.documents.messages import MessageBoard, Offer
from app.documents.open_document import OpenDocument
from app.playback.player import Player
from app.playback.side import ORIGINAL
from tonenet_core.errors import MidiError
from tonenet_core.performance import Performance
from tonenet_core.timing.taps import LONGEST_SEC, SHORTEST_SEC, check_taps, with_taps

AROUND = 9  # taps that tell the tempo now


class Tapping(QObject):
    """Collects taps, and shows them as a message with the buttons that use or discard them.

    Attributes:
        changed: there are other taps.
        taps_sec: the taps, in seconds of the original, ascending.
    """

    changed = Signal()

    def __init__(self, document: OpenDocument, player: Player, messages: MessageBoard, parent: QObject) -> None:
        """Collect taps to what `player` plays of `document`, and report them to `messages`."""
        super().__init__(parent)
        self.taps_sec: list[float] = []
        self._document, self._player, self._messages = document, player, messages
        self._untapped: Performance | None = None  # the piece before tapped beats were used
        document.replaced.connect(self._forget)

    @property
    def beats_a_minute(self) -> float | None:
        """Tempo of the last taps; None for fewer than two."""
        latest = self.taps_sec[-AROUND:]
        return 60 / float(np.median(np.diff(latest))) if len(latest) > 1 else None

    def tap(self) -> None:
        """Record a beat where the music is heard now; one behind a jump begins again."""
        if self._document.original is None:
            return
        if not self._player.playing:
            offer = Offer("countInOffer", self.tr("Count In and Play"), lambda: self._player.play(count_in=True))
            self._messages.say("info", self.tr("Play the piece, and press T with its beat."), [offer])
            return
        now, taps = self._player.places.position_sec(ORIGINAL), self.taps_sec
        if taps and 0 <= now - taps[-1] < SHORTEST_SEC:
            return
        if taps and not SHORTEST_SEC <= now - taps[-1] <= LONGEST_SEC:
            taps.clear()
        taps.append(now)
        self._report()

    def use(self) -> None:
        """Give the open piece the beats that were tapped; results are made again by the next transfer."""
        piece = self._document.original
        if piece is None:
            return
        try:
            tapped = with_taps(piece, check_taps(self.taps_sec, piece.name))
        except MidiError as error:
            self._messages.failed(error)
            return
        self._untapped = self._untapped or piece
        self.discard()
        self._show(tapped)
        text = self.tr("The piece has the beats that you tapped; a transfer with Timing follows them.")
        self._messages.say("info", text, [Offer("ownBeatsOffer", self.tr("Discard the Beats"), self._restore)])

    def discard(self) -> None:
        """Forget the taps."""
        self.taps_sec.clear()
        self._messages.dismiss()
        self.changed.emit()

    def _restore(self) -> None:
        """Show the piece as it was before."""
        piece, self._untapped = self._untapped, None
        if piece is not None:
            self._show(piece)
            self._messages.dismiss()

    def _show(self, piece: Performance) -> None:
        """Show the piece with other beats, where the music is."""
        position_sec = self._player.places.position_sec(ORIGINAL)
        self._document.show_tracks(piece)
        self._player.seek(position_sec, ORIGINAL)

    def _forget(self) -> None:
        self.taps_sec.clear()
        self._untapped = None
        self.changed.emit()

    def _report(self) -> None:
        count, tempo, offers = len(self.taps_sec), self.beats_a_minute, []
        text = self.tr("%Ln beats tapped", "", count)
        if tempo is not None:
            text = self.tr("{0}, {1} a minute.").format(text, round(tempo))
            offers = [
                Offer("useBeatsOffer", self.tr("Use These Beats"), self.use),
                Offer("discardBeatsOffer", self.tr("Discard"), self.discard),
            ]
        self._messages.say("info", text if tempo is not None else f"{text}.", offers)
        self.changed.emit()
