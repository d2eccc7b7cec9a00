"""The takes of the open piece: which is heard, another one, names and stars."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject

from app.background.continuations import Done, Failed, ignore, ignore_failure
from app.documents.document import Result
from app.documents.history import History, Take
from app.documents.messages import MessageBoard, Offer
from app.documents.open_document import OpenDocument
from app.documents.take_name import take_name
from app.playback.side import ORIGINAL, STYLED
from app.session.transfers import Transfers


class Takes(QObject):
    """Switches between the takes of the open piece, makes more of them, and keeps them in order."""

    def __init__(
        self, document: OpenDocument, transfers: Transfers, messages: MessageBoard, parent: QObject | None = None
    ) -> None:
        """Serve the open document.

        Args:
            document: the open document.
            transfers: make other takes; their options follow the one that is chosen.
            messages: get what was deleted, and why a take sounds like the one before.
            parent: as in Qt.
        """
        super().__init__(parent)
        self._document = document
        self._transfers = transfers
        self._messages = messages

    @property
    def all(self) -> tuple[Take, ...]:
        """The takes of the open piece, in the order in which they were made."""
        return self._history.takes

    @property
    def current(self) -> Take | None:
        """The one that is B; None before a transfer."""
        return self._document.take

    @property
    def may_draw_another(self) -> bool:
        """Whether a model has made the current one."""
        return self.current is not None and not self.current.is_by_hand

    @property
    def results(self) -> tuple[Result, ...]:
        """The result of each take, whether it was exported or not."""
        document = self._document.current
        return () if document is None else tuple(map(document.result_of, self.all))

    def result_of(self, take: Take) -> Result:
        """Return the result of a take of the open piece."""
        document = self._document.current
        assert document is not None
        return document.result_of(take)

    def hear(self, place: int) -> None:
        """Hear a take at the position where the music is: 1 is the first; 0 is the original."""
        if place == 0:
            self._document.set_side(ORIGINAL)
        elif place <= len(self.all):
            self.choose(self.all[place - 1])

    def choose(self, take: Take) -> None:
        """Hear a take at the position where the music is; the options become those that made it."""
        if take.number == (self.current and self.current.number):
            self._document.set_side(STYLED)
        else:
            self._transfers.show(self._history.choose(take.number), STYLED)

    def step(self, by: int) -> None:
        """Hear the next take, or the one before; before the first is the original."""
        heard = self._document.side == STYLED
        numbers = [take.number for take in self.all]
        place = numbers.index(self.current.number) + 1 if heard and self.current is not None else 0
        self.hear(min(max(place + by, 0), len(numbers)))

    def another(self, done: Done = ignore, failed: Failed = ignore_failure) -> bool:
        """Make a take of the options and the next seed that none has yet; of one by hand there is no other.

        Args:
            done: called once it is heard.
            failed: called if there is none.

        Returns:
            Whether there is or will be one: there must be a result of a model.
        """
        take = self.current
        if take is None or not self.may_draw_another:
            return False
        seeds = {other.seed for other in self.all if other.interpretation.style == take.interpretation.style}
        seed = next(seed for seed in range(take.seed + 1, take.seed + len(seeds) + 2) if seed not in seeds)
        self._transfers.set(seed=seed)
        if self._transfers.options.made(take):  # whatever the seed
            self._show(self._history.add(replace(take.fresh(), seed=seed)))
            if not take.edits:
                self._explain()
            done()
            return True

        def finish() -> None:
            if self.current is not None and _sounds_like(self.result_of(self.current), self.result_of(take)):
                self._explain()
            done()

        return self._transfers.run(take.interpretation.style, finish, failed)

    def duplicate(self, take: Take) -> None:
        """Make a take like another one, whose sliders can then be moved."""
        self._show(self._history.add(take.copy()))

    def rename(self, take: Take, name: str) -> None:
        """Give a take a name; an empty one takes it away."""
        if (name := " ".join(name.split())) != take.name:
            self._change(replace(take, name=name))

    def star(self, take: Take, *, starred: bool) -> None:
        """Mark a take, or take the mark away."""
        self._change(replace(take, starred=starred))

    def delete(self, take: Take) -> None:
        """Delete a take; undo brings it back."""
        name = take_name(take)
        self._show(self._history.remove(take.number), stay=True)
        offer = Offer("undoDeleteOffer", self.tr("Undo"), self._transfers.undo)
        self._messages.say("info", self.tr("{0} was deleted.").format(name), [offer], of_result=True)

    @property
    def _history(self) -> History:
        document = self._document.current
        return History() if document is None else document.history

    def _change(self, take: Take) -> None:
        self._show(self._history.change(take), stay=True)

    def _show(self, history: History, *, stay: bool = False) -> None:
        self._transfers.show(history, self._document.side if stay else STYLED)

    def _explain(self) -> None:
        """Say why another seed has changed nothing, and offer what would."""
        text = self.tr(
            "This take sounds like the one before it: it follows your own playing, and nothing is drawn by lot. Vary "
            "it with the sliders, or let the model perform the piece."
        )
        model = self._transfers.options.model
        perform = Offer("performOffer", self.tr("Perform the Piece"), lambda: self._transfers.set_perform("yes"))
        offers = [perform] if model is not None and model.performs else []
        self._messages.say("info", text, offers, of_result=True)


def _sounds_like(one: Result, other: Result) -> bool:
    ours, theirs = one.performance, other.performance
    return ours.source == theirs.source and np.array_equal(ours.velocities, theirs.velocities)
