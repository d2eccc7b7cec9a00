"""The passage that is marked in the open piece: the loop, as bars or seconds of the original."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.documents.open_document import OpenDocument
from app.documents.scope_name import hands_name, passage_name
from app.playback.player import Player
from app.playback.side import ORIGINAL
from app.system.language import style_name
from tonenet_core.harmony.hands import BOTH_HANDS, Hands
from tonenet_core.performance import Performance
from tonenet_core.timing.passage import Passage, Scope, find_passage


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

    def transfer_text(self, style: str, *, only: bool, hands: Hands = BOTH_HANDS) -> str:
        """Return the text of what transfers to a style: with `only` the passage that is marked; and the hand if one."""
        piece, span, name = self._document.original, self.span, style_name(style.title()).replace("&", "&&")
        passage = "" if not only or piece is None or span is None else passage_name(piece, Passage(*span))
        hand = "" if hands.together else hands_name(hands)
        if passage and hand:
            text = QCoreApplication.translate("Passage", "{0}, {1}, to {2}").format(passage, hand, name)
        elif passage or hand:
            text = QCoreApplication.translate("Passage", "Transfer {0} to {1}").format(passage or hand, name)
        else:
            text = QCoreApplication.translate("Passage", "Transfer to {0}").format(name)
        return text[:1].upper() + text[1:]
