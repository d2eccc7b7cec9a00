"""Keeps the session on the disk while it goes on, and brings back what a crash ended."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from app.session.messages import Offer
from app.session.session import Session
from app.session.snapshot import SessionFolder, Snapshot
from tonenet_core.errors import ToneNetError
from tonenet_core.midi import read_midi

log = logging.getLogger(__name__)

DELAY_MS = 1_000  # from a change to the disk: a slider that moves is written once
WHILE_PLAYING_MS = 10_000  # the position alone


class Recovery(QObject):
    """Writes a snapshot whenever the session changes; `close` means a clean end, after which nothing is left."""

    def __init__(self, session: Session, root: Path, *, delay_ms: int = DELAY_MS) -> None:
        """Watch `session` from now on.

        Args:
            session: what is kept; this becomes its child.
            root: the folder of all sessions' folders; made when there is something to write.
            delay_ms: from a change until it is written.
        """
        super().__init__(session)
        self._session, self._root = session, root
        self._own: SessionFolder | None = None
        self._left: SessionFolder | None = None
        self._written: Snapshot | None = None
        self._closed = False
        self._restoring: _Restoring | None = None
        self._soon = QTimer(self, singleShot=True, interval=delay_ms)
        self._later = QTimer(self, singleShot=True, interval=WHILE_PLAYING_MS)
        for timer in (self._soon, self._later):
            timer.timeout.connect(self.save)
        session.changed.connect(self._note)
        session.player.changed.connect(self._note)
        session.player.moved.connect(self._note_position)

    def offer(self) -> None:
        """Offer in the message bar what a crash left, if there is something."""
        if self._left is None:
            self._left = SessionFolder.left_by_a_crash(self._root)
        snapshot = self._left.read() if self._left is not None else None
        if snapshot is None:
            return
        offers = (
            Offer("restoreOffer", self.tr("Restore"), self.restore),
            Offer("discardOffer", self.tr("Discard"), self.discard),
        )
        text = self.tr("ToneNet did not end as it should. What was open then can be brought back: {0}.")
        self._session.messages.say("info", text.format(snapshot.title or self.tr("new pieces")), offers)

    def restore(self) -> None:
        """Bring back what `offer` found; the model runs anew, and gives what it gave."""
        snapshot = self._left.read() if self._left is not None else None
        if snapshot is not None and self._left is not None:
            self._restoring = _Restoring(self._session, snapshot, self._left.path, self._restored)
            self._restoring.start()

    def _restored(self, well: bool) -> None:
        self._restoring = None
        self.save()
        if well:
            self.discard()
        self._note()

    def discard(self) -> None:
        """Forget what a crash left."""
        if self._left is not None:
            self._left.remove()
            self._left = None

    def save(self) -> None:
        """Write what has changed; a disk that refuses is logged, and the work goes on."""
        self._soon.stop()
        self._later.stop()
        session = self._session
        if self._closed or self._restoring is not None or (session.original is None and not session.generated):
            return
        try:
            if self._own is None:
                self._own = SessionFolder.new(self._root)
            pieces = tuple((title, self._own.keep(piece.to_bytes())) for title, piece in session.generated)
            snapshot = snapshot_of(session, pieces)
            if snapshot != self._written:
                self._own.write(snapshot)
                self._written = snapshot
        except OSError as error:
            log.warning("The session could not be kept for a crash: %s", error)

    def close(self) -> None:
        """End cleanly: of this session nothing is left to restore. Safe to call twice."""
        self._closed = True
        self._soon.stop()
        self._later.stop()
        if self._left is not None:
            self._left.release()  # neither restored nor discarded: it is offered once more
        if self._own is not None:
            self._own.remove()
        self._own = self._left = None

    def _note(self) -> None:
        if not self._closed:
            self._soon.start()

    def _note_position(self) -> None:
        if not self._closed and not self._later.isActive() and not self._soon.isActive():
            self._later.start()


def snapshot_of(session: Session, pieces: tuple[tuple[str, str], ...]) -> Snapshot:
    """Return what brings `session` back.

    Args:
        session: the session; a piece or a new piece is there.
        pieces: names and files of what was made here, in the order of `session.generated`.
    """
    choices, take, loop = session.choices, session.take, session.player.loop
    made = [index for index, (_, piece) in enumerate(session.generated) if piece is session.original]
    return Snapshot(
        title=session.title,
        path="" if session.path is None else str(session.path),
        made=made[0] if made and session.path is None else -1,
        pieces=pieces,
        style="" if take is None else take.interpretation.style,
        model=choices.model_name if take is None else take.model_name,
        source_style=(choices.source_style if take is None else take.source_style) or "",
        strength=choices.strength,
        accents=choices.accents,
        accents_set=choices.accents_set,
        seed=choices.seed if take is None else take.seed,
        side=session.side,
        position_sec=round(session.player.position_sec, 3),
        loop=() if loop is None else (round(loop[0], 3), round(loop[1], 3)),
    )


class _Restoring(QObject):
    """Brings a snapshot back step by step, as the session answers: the piece, its result, where the music was."""

    def __init__(self, session: Session, snapshot: Snapshot, folder: Path, done: Callable[[bool], None]) -> None:
        super().__init__(session)
        self._session, self._snapshot, self._folder, self._done = session, snapshot, folder, done
        self._next: Callable[[], None] = self._wait_for_piece
        self._before = session.original
        self._ran = False

    def start(self) -> None:
        """Open the piece."""
        session, snapshot = self._session, self._snapshot
        session.changed.connect(self._go_on)
        session.progressed.connect(self._look_at_the_job)
        try:
            made = [(title, read_midi(self._folder / name)) for title, name in snapshot.pieces]
        except ToneNetError as error:
            log.warning("A piece of the session could not be read: %s", error)
            made = []
        session.generated = (*session.generated, *made)
        if snapshot.path:
            session.open(Path(snapshot.path))
        elif 0 <= snapshot.made < len(made):
            session.show_generated(len(session.generated) - len(made) + snapshot.made)
        else:
            self._end(well=bool(made))

    def _go_on(self) -> None:
        self._next()

    def _look_at_the_job(self) -> None:
        """End where a job ended without what it was for: refused, or cancelled."""
        if self._session.job is not None:
            self._ran = True
        elif self._ran:
            self._ran = False
            self._next()
            if self._next == self._wait_for_result:
                self._end(well=True)  # the piece is back; its result can be had with one click
            elif self._next == self._wait_for_piece:
                self._end(well=False)

    def _wait_for_piece(self) -> None:
        session, snapshot = self._session, self._snapshot
        if session.original is None or session.original is self._before:
            return
        if snapshot.path and session.path != Path(snapshot.path):
            self._end(well=False)  # the user was quicker, with another piece
            return
        self._before = session.original
        self._next = self._wait_for_result
        self._ran = False
        choices = session.choices
        choices.strength, choices.seed = snapshot.strength, snapshot.seed
        choices.accents, choices.accents_set = snapshot.accents, snapshot.accents_set
        model = next((info for info in choices.models if info.name == snapshot.model), None)
        if model is None or (snapshot.style and snapshot.style not in model.styles):
            session.messages.say("warning", self.tr("The model {0} is not there any more.").format(snapshot.model))
            self._place()
            return
        choices.choose_model(model.name)
        choices.source_style = snapshot.source_style if snapshot.source_style in model.styles else None
        if snapshot.style:
            session.transfer(snapshot.style)
        else:
            self._place()

    def _wait_for_result(self) -> None:
        session = self._session
        if session.original is not self._before:
            self._end(well=True)  # the user has gone on to another piece
        elif session.take is not None:
            self._place()

    def _place(self) -> None:
        """Put the side, the loop and the position back."""
        session, snapshot = self._session, self._snapshot
        self._end(well=True)
        if session.take is not None:
            if session.take.strength != snapshot.strength:
                session.set_strength(snapshot.strength)
            if session.take.accents != snapshot.accents:
                session.set_accents(snapshot.accents)
        session.set_side("original" if snapshot.side == "original" else "styled")
        if len(snapshot.loop) == 2:
            session.player.set_loop((snapshot.loop[0], snapshot.loop[1]))
        session.player.seek(snapshot.position_sec)

    def _end(self, *, well: bool) -> None:
        self._next = lambda: None
        self._session.changed.disconnect(self._go_on)
        self._session.progressed.disconnect(self._look_at_the_job)
        self._done(well)
        self.deleteLater()
