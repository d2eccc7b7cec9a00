"""Keeps a snapshot of the session on disk while the program runs, and restores it after a crash."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from app.recovery.snapshot import SessionFolder, Snapshot
from app.session.messages import Offer
from app.session.session import Session
from tonenet_core.errors import ToneNetError
from tonenet_core.midi import read_midi
from tonenet_core.performance import Performance

log = logging.getLogger(__name__)

DELAY_MS = 1_000  # from a change to the disk: a slider that moves is written once
WHILE_PLAYING_MS = 10_000  # the position alone


class Recovery(QObject):
    """Writes a snapshot whenever the session changes, and restores the one of a session that crashed.

    `close` means a clean end, after which no snapshot is left.

    Attributes:
        restoring: whether a crashed session is being restored.
    """

    def __init__(self, session: Session, root: Path, *, delay_ms: int = DELAY_MS) -> None:
        """Watch `session` from now on.

        Args:
            session: the session to keep; this becomes its child.
            root: the folder of all sessions' folders; made when there is something to write.
            delay_ms: from a change until it is written.
        """
        super().__init__(session)
        self.restoring = False
        self._session, self._root = session, root
        self._own: SessionFolder | None = None
        self._crashed: SessionFolder | None = None
        self._written: Snapshot | None = None
        self._closed = False
        self._soon = QTimer(self, singleShot=True, interval=delay_ms)
        self._later = QTimer(self, singleShot=True, interval=WHILE_PLAYING_MS)
        for timer in (self._soon, self._later):
            timer.timeout.connect(self.save)
        session.changed.connect(self._note)
        session.player.changed.connect(self._note)
        session.player.moved.connect(self._note_position)

    # --- writing -------------------------------------------------------------------------------------------------

    @property
    def pending(self) -> bool:
        """Whether a change waits to be written."""
        return self._soon.isActive() or self._later.isActive()

    def save(self) -> None:
        """Write the session if it has changed; errors of the disk are logged and not shown."""
        self._soon.stop()
        self._later.stop()
        session = self._session
        if self._closed or self.restoring or (session.original is None and not session.generation.pieces):
            return
        try:
            if self._own is None:
                self._own = SessionFolder.new(self._root)
            pieces = tuple((title, self._own.keep(piece.to_bytes())) for title, piece in session.generation.pieces)
            snapshot = snapshot_of(session, pieces)
            if snapshot != self._written:
                self._own.write(snapshot)
                self._written = snapshot
        except OSError as error:
            log.warning("The session could not be kept for a crash: %s", error)

    def close(self) -> None:
        """End cleanly: nothing of this session is left to restore. Safe to call twice."""
        self._closed = True
        self._soon.stop()
        self._later.stop()
        if self._crashed is not None:
            self._crashed.release()  # neither restored nor discarded: it is offered at the next start
        if self._own is not None:
            self._own.remove()
        self._own = self._crashed = None

    def _note(self) -> None:
        if not self._closed:
            self._soon.start()

    def _note_position(self) -> None:
        if not self._closed and not self.pending:
            self._later.start()

    # --- restoring -----------------------------------------------------------------------------------------------

    def offer(self) -> None:
        """Offer in the message bar to restore a session that crashed, if there is one."""
        if self._crashed is None:
            self._crashed = SessionFolder.left_by_a_crash(self._root)
        snapshot = self._crashed.read() if self._crashed is not None else None
        if snapshot is None:
            return
        offers = (
            Offer("restoreOffer", self.tr("Restore"), self.restore),
            Offer("discardOffer", self.tr("Discard"), self.discard),
        )
        text = self.tr("ToneNet did not close properly. You can restore what was open: {0}.")
        self._session.messages.say("info", text.format(snapshot.title or self.tr("new pieces")), offers)

    def discard(self) -> None:
        """Delete what the crashed session left."""
        if self._crashed is not None:
            self._crashed.remove()
            self._crashed = None

    def restore(self) -> None:
        """Restore the session that was offered: its pieces, then the open one, then its result by a model run."""
        snapshot = self._crashed.read() if self._crashed is not None else None
        if snapshot is None or self._crashed is None:
            return
        self.restoring = True
        generation, pieces = self._session.generation, _read_pieces(self._crashed.path, snapshot)
        generation.add_older(pieces)
        if snapshot.path:
            self._session.open(
                Path(snapshot.path),
                done=lambda: self._restore_result(snapshot),
                failed=lambda _: self._finish(restored=False),
            )
        elif 0 <= snapshot.made < len(pieces):
            generation.show(len(generation.pieces) - len(pieces) + snapshot.made)
            self._restore_result(snapshot)
        else:
            self._finish(restored=bool(pieces))

    def _restore_result(self, snapshot: Snapshot) -> None:
        """Set the options and the tracks, then go on to the result."""
        transfers = self._session.transfers
        transfers.set(
            strength=snapshot.strength,
            seed=snapshot.seed,
            accents=snapshot.accents,
            accents_set=snapshot.accents_set,
            level=snapshot.level,
            perform=snapshot.perform,
        )
        if snapshot.tracks is None:
            self._run_model(snapshot)
        else:
            transfers.set_tracks(
                snapshot.tracks,
                done=lambda: self._run_model(snapshot),
                failed=lambda _: self._finish(restored=True),
            )

    def _run_model(self, snapshot: Snapshot) -> None:
        """Run the model again if there was a result; it gives what it gave before."""
        session, transfers = self._session, self._session.transfers
        model = next((info for info in transfers.options.models if info.name == snapshot.model), None)
        if model is None or (snapshot.style and snapshot.style not in model.styles):
            session.messages.say("warning", self.tr("The model {0} is no longer installed.").format(snapshot.model))
            self._restore_position(snapshot)
            return
        transfers.choose(model.name, snapshot.source_style if snapshot.source_style in model.styles else None)
        if snapshot.style:
            transfers.run(
                snapshot.style,
                done=lambda: self._restore_position(snapshot),
                failed=lambda _: self._finish(restored=True),  # the piece is back; one click gives its result
            )
        else:
            self._restore_position(snapshot)

    def _restore_position(self, snapshot: Snapshot) -> None:
        """Set the sliders, the side, the loop and the position."""
        session = self._session
        self._finish(restored=True)
        if session.take is not None:
            if session.take.strength != snapshot.strength:
                session.transfers.set_strength(snapshot.strength)
            if session.take.accents != snapshot.accents:
                session.transfers.set_accents(snapshot.accents)
        session.set_side(snapshot.side)
        if snapshot.loop is not None:
            session.player.set_loop(snapshot.loop)
        session.player.seek(snapshot.position_sec)

    def _finish(self, *, restored: bool) -> None:
        self.restoring = False
        self.save()
        if restored:
            self.discard()
        self._note()


def _read_pieces(folder: Path, snapshot: Snapshot) -> list[tuple[str, Performance]]:
    try:
        return [(title, read_midi(folder / name)) for title, name in snapshot.pieces]
    except ToneNetError as error:
        log.warning("A piece of the session could not be read: %s", error)
        return []


def snapshot_of(session: Session, pieces: tuple[tuple[str, str], ...]) -> Snapshot:
    """Return the snapshot of `session`.

    Args:
        session: the session; a piece is open, or was generated.
        pieces: titles and files of the generated pieces, in the order of `session.generation.pieces`.
    """
    options, take, loop = session.transfers.options, session.take, session.player.loop
    original = session.original
    source, tracks = (None, None) if original is None else (original.source, original.tracks)
    made = [index for index, (_, piece) in enumerate(session.generation.pieces) if piece.source == source]
    return Snapshot(
        title=session.title,
        path="" if session.path is None else str(session.path),
        made=made[0] if made and session.path is None else -1,
        pieces=pieces,
        style="" if take is None else take.interpretation.style,
        model=options.model_name if take is None else take.model_name,
        source_style=(options.source_style if take is None else take.source_style) or "",
        strength=options.strength,
        accents=options.accents,
        accents_set=options.accents_set,
        seed=options.seed if take is None else take.seed,
        level=options.level,
        perform=options.perform if take is None else take.perform,
        tracks=tracks,
        side=session.side,
        position_sec=round(session.player.position_sec, 3),
        loop=None if loop is None else (round(loop[0], 3), round(loop[1], 3)),
    )
