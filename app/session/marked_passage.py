"""The passage that is marked in the open piece: the loop, as bars or seconds of the original."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.documents.open_document import OpenDocument
from app.playback.player import Player
from app.playback.side import ORIGINAL
from app.system.language import style_name
from tonenet_core.performance import Performance
from tonenet_core.timing.passage import Passage, Scope, find_bars, find_passage


class MarkedPassage:
    """Reads the loop of the player as a passage of the open piece."""

    def __init__(self, document: OpenDocument, player: Player) -> None:
        """Read the loop of `player` in the piece of `document`."""
        self._document = document
        self._player = player

    @property
    def span(self) -> tuple[float, float] | None:
        """Where it begins and ends, in seconds of the original; None where nothing is marked."""
        return None if self._document.original is None else self._player.places.loop_sec(ORIGINAL)

    def of(self, piece: Performance) -> Passage | None:
        """Return the passage of a piece of the open file; None where nothing is marked.

        Raises:
            MidiError: if no note is in it.
        """
        if (span := self.span) is None:
            return None
        return find_passage(piece, Scope(from_sec=max(span[0], 0.0), to_sec=span[1]))

    def transfer_text(self, style: str, *, only: bool) -> str:
        """Return the text of what transfers to a style: the piece, or with `only` the passage that is marked."""
        piece, span, name = self._document.original, self.span, style_name(style.title())
        if not only or piece is None or span is None:
            return QCoreApplication.translate("Passage", "Transfer to {0}").format(name)
        bars = find_bars(piece, *span)
        if bars is None:
            begin, end = (f"{int(second) // 60}:{int(second) % 60:02d}" for second in span)
            return QCoreApplication.translate("Passage", "Transfer {0}–{1} to {2}").format(begin, end, name)
        if bars[0] == bars[1]:
            return QCoreApplication.translate("Passage", "Transfer bar {0} to {1}").format(bars[0], name)
        return QCoreApplication.translate("Passage", "Transfer bars {0}–{1} to {2}").format(*bars, name)
