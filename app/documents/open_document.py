"""The document that is open now, and which of its sides is heard: the one place where it is swapped for another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from app.documents.document import Document, Pieces
from app.documents.history import History, Take
from app.documents.messages import MessageBoard, Offer
from app.documents.project_file import Project
from app.playback.side import ORIGINAL, STYLED, Side
from app.playback.track import Version
from app.system.language import style_name
from tonenet_core.midi.retime import TimeMap
from tonenet_core.performance import Performance

REST_MS = 120  # from a slider's last move until the notes follow
LIVE_NOTES = 1000  # up to so many they follow while it moves, every `REST_MS`


class OpenDocument(QObject):
    """Holds the open document; everything that shows, plays, transfers or exports it reads it here.

    Attributes:
        superseded: another piece was asked for: model runs on this one are of no use any more.
        replaced: another piece is open; `shown` follows.
        shown: the piece or its result is new: for what must be up to date before the views re-read it.
        side_changed: the other side is to be heard, of the same Performances.
        changed: piece, result or side is new.
        project_opened: the open piece came out of a project, with these `PieceSettings`.
        current: the open document; None before the first.
        heard: the state of it whose notes are shown where they sound, and played: `current`, or while a slider moves, a
            slightly older one. Velocities and exports are those of `current` always.
        side: the side that is heard.
        also_dropped: MIDI files that were dropped together with the open piece and are not open.
        pieces: this and every other piece of the session that has a result.
    """

    superseded = Signal()
    replaced = Signal()
    shown = Signal()
    side_changed = Signal()
    changed = Signal()
    project_opened = Signal(object)

    def __init__(self, messages: MessageBoard, parent: QObject | None = None) -> None:
        """Start without a document; a result that is left without having been exported is offered in `messages`."""
        super().__init__(parent)
        self.current: Document | None = None
        self.heard: Document | None = None
        self.side: Side = ORIGINAL
        self.also_dropped: tuple[Path, ...] = ()
        self.pieces = Pieces()
        self._messages = messages
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.catch_up)
        self.close = self._rest.stop  # no slider is waited for any more

    # --- reading -------------------------------------------------------------------------------------------------

    @property
    def original(self) -> Performance | None:
        """The open piece; None before the first."""
        return self.current.performance if self.current else None

    @property
    def styled(self) -> Performance | None:
        """The result; None before a transfer."""
        return self.current.styled if self.current else None

    @property
    def order(self) -> NDArray[np.int64] | None:
        """For each note of the result the place of the same note in the piece; None before a transfer."""
        rendered = self.heard.rendered if self.heard else None
        return None if rendered is None else rendered.order

    @property
    def time_map(self) -> TimeMap | None:
        """Map of the seconds of the piece to those of the result, as they are heard; None where they are the same."""
        rendered = self.heard.rendered if self.heard else None
        return None if rendered is None else rendered.time_map

    @property
    def neighbours(self) -> list[Version]:
        """Results that a key brings next, nearest first; see `Document.neighbours`."""
        return (
            [] if self.heard is None else [Version(each.performance, each.time_map) for each in self.heard.neighbours]
        )

    @property
    def path(self) -> Path | None:
        """The open piece's file; None for a generated piece."""
        return self.current.path if self.current else None

    @property
    def title(self) -> str:
        """The open piece's name; empty before the first."""
        return self.current.title if self.current else ""

    @property
    def take(self) -> Take | None:
        """The current result with its settings, or None before a transfer."""
        return self.current.take if self.current else None

    @property
    def made(self) -> Take | None:
        """The current result, if a model has made it."""
        return None if self.take is None or self.take.is_by_hand else self.take

    @property
    def style(self) -> str | None:
        """The style of the result, or None before a transfer, and for a result by hand."""
        return (self.take.interpretation.style or None) if self.take else None

    @property
    def sides(self) -> tuple[Performance | None, Performance | None]:
        """A and B as they are heard; see `Document.sides`."""
        return self.heard.sides if self.heard else (None, None)

    @property
    def has_result(self) -> bool:
        """Whether there is something to export."""
        return self.current is not None and self.current.has_result

    @property
    def side_names(self) -> tuple[str, str]:
        """The names of A and B, for people."""
        if self.style:
            result = style_name(self.style.capitalize())
        elif self.take is not None:
            result = self.tr("Edited")
        else:
            result = self.tr("New") if self._is_new else self.tr("Styled")
        return self.tr("Source") if self._is_new else self.tr("Original"), result

    @property
    def original_name(self) -> str:
        """The name of the open piece before any transfer, for people: what is compared with its source is new."""
        return self.tr("New") if self._is_new else self.tr("Original")

    @property
    def _is_new(self) -> bool:
        return self.current is not None and self.current.compares_source

    @property
    def source(self) -> Performance | None:
        """The piece that the open one was reconstructed from; None for any other."""
        return self.current.source if self.current else None

    @property
    def between(self) -> tuple[Performance, ...]:
        """All pieces of the interpolation that the open one belongs to; empty for any other."""
        return self.current.between if self.current else ()

    @property
    def result(self) -> Performance | None:
        """The Performance to export; see `Document.result`."""
        return self.current.result if self.current else None

    @property
    def unsaved(self) -> bool:
        """Whether the result, or the generated piece, was not exported."""
        current, result = self.current, self.result
        if current is None or result is None:
            return False
        return current.differs_from_file and result not in self.pieces.saved

    # --- changing ------------------------------------------------------------------------------------------------

    def supersede(self) -> None:
        """Cancel the model runs on the open piece."""
        self.superseded.emit()

    def replace(
        self,
        document: Document,
        also_dropped: tuple[Path, ...] = (),
        notices: Sequence[str] = (),
        offers: Sequence[Offer] = (),
    ) -> None:
        """Open another document.

        Args:
            document: the document.
            also_dropped: the other files of its drop.
            notices: sentences for the message bar.
            offers: buttons beside them.
        """
        self.supersede()
        left = self.current is not None and bool(self.pieces.unsaved_of(self.current))
        self.also_dropped = also_dropped
        self._show(document, ORIGINAL if document.source is None and document.take is None else STYLED)
        self._report_left(self.pieces.unsaved_before(document) if left else None, notices, offers)

    def open_project(self, project: Project, also_dropped: tuple[Path, ...] = ()) -> None:
        """Open the piece of a project that was read; `also_dropped` as in `replace`."""
        self.pieces.note_project(project.document)
        self.replace(project.document, also_dropped)
        self.project_opened.emit(project.settings)

    def bring_back(self, document: Document) -> None:
        """Open one of `pieces` again, with its results."""
        self._messages.dismiss()
        self.replace(document)

    def show_instead(self, piece: Performance) -> None:
        """Show another piece of the interpolation that is open, on the same side; one with results stays as it is."""
        current = self.current
        if current is None or piece is current.performance:
            return
        self.supersede()
        shown = replace(current, opened=piece, history=History())
        if current.history.takes:
            shown = Document(piece, current.title, source=current.source, between=current.between)
        self._show(shown, self.side)

    def show_tracks(self, piece: Performance) -> None:
        """Show other tracks of the open piece's file, before any result of them."""
        if self.current is not None:
            self._follow(self.current.with_tracks(piece), self.side)

    def set_project(self, project: Path) -> None:
        """Count the open piece as saved in a project, as it is now."""
        if self.current is not None:
            document = replace(self.current, project=project)
            self.pieces.note_project(document)
            self._follow(document, self.side)

    def set_history(self, history: History, side: Side, *, moving: bool = False) -> None:
        """Show other results of the open piece, and hear `side`.

        Args:
            history: with them.
            side: the side.
            moving: whether a slider moves, so that more of the kind follow: the notes may follow a little later.
        """
        if self.current is not None:
            self._follow(self.current.with_history(history), side, moving=moving)

    def catch_up(self) -> None:
        """Hear the current result if a slider has moved on."""
        self._rest.stop()
        if self.heard is not self.current:
            self.heard = self.current
            self.shown.emit()
            self.changed.emit()

    def set_side(self, side: Side) -> None:
        """Hear this side at the same position; without a second side it stays the original."""
        self.side = side if self.current is not None and self.current.has_two_sides else ORIGINAL
        self.side_changed.emit()
        self.changed.emit()

    def _show(self, document: Document, side: Side) -> None:
        self.current = document
        self.replaced.emit()
        self._follow(document, side)

    def _follow(self, document: Document, side: Side, *, moving: bool = False) -> None:
        waits = moving and document.moves and self.heard is not None and _same_take(self.heard, document)
        self.current = document
        if not waits:
            self._rest.stop()
            self.heard = document
        elif not self._rest.isActive() or len(document.performance) > LIVE_NOTES:
            self._rest.start()
        self.pieces.keep(document)
        self.side = side if document.has_two_sides else ORIGINAL
        self.shown.emit()
        self.changed.emit()

    def _report_left(self, left: Document | None, notices: Sequence[str], offers: Sequence[Offer]) -> None:
        """Show the notices of the new document, and offer `left`, whose result was not exported."""
        texts, buttons = [*notices], [*offers]
        if left is not None:
            text = self.tr("The result of {0} was not exported.") if left.take else self.tr("{0} was not exported.")
            texts.append(text.format(left.title))
            buttons.append(Offer("bringBackOffer", self.tr("Go Back to It"), lambda: self.bring_back(left)))
        if texts:
            self._messages.say("info", " ".join(texts), offers=buttons)


def _same_take(one: Document, other: Document) -> bool:
    """Whether two states show one take."""
    return one.take is not None and other.take is not None and one.take.number == other.take.number
