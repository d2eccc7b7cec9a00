"""Keeps a snapshot of the session on disk while the program runs, and restores it after a crash."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from app.documents.document import Document
from app.documents.kept_piece import KeptPiece
from app.documents.kept_pieces import PieceFiles, PieceReader
from app.documents.messages import Offer
from app.playback.side import ORIGINAL
from app.recovery.snapshot import SessionFolder, Snapshot
from app.session.session import Session
from tonenet_core.errors import MidiError, printable
from tonenet_core.progress import Progress

log = logging.getLogger(__name__)

DELAY_MS = 250  # from a choice, or the move of a slider, until it is written
PASSING = {"choice", "strength", "accents", "hands"}  # changes of what was made, which may follow a little later
SYNCED_MS = 10_000  # until it outlives a power cut too; the position alone is written as seldom


class Recovery(QObject):
    """Writes a snapshot whenever the session changes, and restores the one of a session that crashed.

    What was made is written before it is painted; choices and moves of a slider a little later. `close` means a clean
    end, after which no snapshot is left.

    Attributes:
        restoring: whether a crashed session is being restored.
    """

    def __init__(self, session: Session, root: Path, *, delay_ms: int = DELAY_MS) -> None:
        """Watch `session` from now on.

        Args:
            session: the session to keep; this becomes its child.
            root: the folder of all sessions' folders; made when there is something to write.
            delay_ms: from a choice, or the move of a slider, until it is written.
        """
        super().__init__(session)
        self.restoring = False
        self._session, self._root = session, root
        self._own: SessionFolder | None = None
        self._files: PieceFiles | None = None
        self._crashed: SessionFolder | None = None
        self._written: Snapshot | None = None
        self._synced = True
        self._known: frozenset[Document] = frozenset()  # that are written
        self._closed = False
        self._soon = QTimer(self, singleShot=True, interval=delay_ms)
        self._soon.timeout.connect(partial(self.save, synced=False))
        self._later = QTimer(self, singleShot=True, interval=SYNCED_MS)
        self._later.timeout.connect(self.save)
        session.changed.connect(self._note)
        session.player.changed.connect(self._note)
        session.player.moved.connect(self._note_position)

    # --- writing -------------------------------------------------------------------------------------------------

    @property
    def pending(self) -> bool:
        """Whether a change waits to be written."""
        return self._soon.isActive() or self._later.isActive()

    def save(self, *, synced: bool = True) -> bool:
        """Write the session if it has changed; errors of the disk are logged and not shown.

        Args:
            synced: whether to wait for the disk, so that a power cut loses nothing either.

        Returns:
            Whether all is written.
        """
        self._soon.stop()
        if synced:
            self._later.stop()
        documents = self._session.document.pieces.documents
        if self._closed or not documents:
            return False
        try:
            if self._own is None:
                self._own = SessionFolder.new(self._root)
                self._files = PieceFiles(self._own)
            assert self._files is not None
            snapshot = snapshot_of(self._session, self._files.keep(documents))
            if snapshot != self._written or (synced and not self._synced):
                self._files.forget(self._own.write(snapshot, synced=synced))
                self._written, self._synced = snapshot, synced
        except OSError as error:
            log.warning("The session could not be kept for a crash: %s", error)
            return False
        self._known = frozenset(documents)
        return True

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
        if self._closed:
            return
        documents = self._session.document.pieces.documents
        collecting = {each.history.collecting for each in documents if each not in self._known}
        # Of what a hand changes many times a second the first is written at once, and the rest with `_soon`.
        if "" in collecting or (collecting - PASSING and not self._soon.isActive()):
            self.save(synced=False)
        if not self._soon.isActive():
            self._soon.start()
        self._note_position()

    def _note_position(self) -> None:
        if not self._closed and not self._later.isActive():
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
        self._session.messages.say("info", text.format(self._named(snapshot)), offers)

    def _named(self, snapshot: Snapshot) -> str:
        """Return the name of the open piece or its project, or of the latest, and the number of the others."""
        if not snapshot.pieces:
            return ""
        piece, others = snapshot.pieces[snapshot.opened], len(snapshot.pieces) - 1
        title = printable(Path(piece.project).name) if piece.project else piece.title
        return self.tr("{0} and %n more", "", others).format(title) if others else title

    def discard(self) -> None:
        """Delete what the crashed session left."""
        if self._crashed is not None:
            self._crashed.remove()
            self._crashed = None

    def restore(self) -> None:
        """Restore the session that was offered: its pieces with their results, and what was open."""
        snapshot = self._crashed.read() if self._crashed is not None else None
        if snapshot is None or self._crashed is None:
            return
        self.restoring = True

        def fail(error: Exception) -> None:
            self._session.messages.failed(error)
            self._finish(restored=False)

        self._session.jobs.run(
            partial(read_pieces, self._crashed, snapshot),
            title=self.tr("Restoring"),
            done=lambda documents: self._show(snapshot, documents),
            failed=fail,
        )

    def _show(self, snapshot: Snapshot, documents: list[Document | None]) -> None:
        """Show the pieces that were read."""
        found = [document for document in documents if document is not None]
        current = documents[snapshot.opened] if 0 <= snapshot.opened < len(documents) else None
        document = self._session.document
        document.pieces.add_older(found)
        if current is not None:
            document.replace(current)
            self._restore_choices(snapshot)
        self._finish(restored=bool(found))

    def _restore_choices(self, snapshot: Snapshot) -> None:
        """Set the options, the side, the loop and the position."""
        session, transfers = self._session, self._session.transfers
        model = next((info for info in transfers.options.models if info.name == snapshot.model), None)
        if model is not None:
            transfers.choose(model.name, snapshot.source_style if snapshot.source_style in model.styles else None)
        transfers.set(
            strength=snapshot.strength,
            seed=snapshot.seed,
            accents=snapshot.accents,
            accents_set=snapshot.accents_set,
            level=snapshot.level,
            perform=snapshot.perform,
            parts=snapshot.parts,
            swing=snapshot.swing,
            rubato=snapshot.rubato,
        )
        session.set_side(snapshot.side)
        if snapshot.loop is not None:
            session.player.set_loop(snapshot.loop, ORIGINAL)
        session.player.seek(snapshot.position_sec, ORIGINAL)

    def _finish(self, *, restored: bool) -> None:
        self.restoring = False
        if self.save() and restored:
            self.discard()
        self._note()


def read_pieces(folder: SessionFolder, snapshot: Snapshot, progress: Progress) -> list[Document | None]:
    """Return the pieces of a snapshot in its order; None in the place of one that is damaged.

    Raises:
        MidiError: if there is a single piece, and it cannot be read.
        Cancelled: out of `progress`.
    """
    reader = PieceReader(folder)
    documents: list[Document | None] = []
    for number, piece in enumerate(snapshot.pieces):
        progress(number / len(snapshot.pieces))
        try:
            documents.append(reader.read(piece))
        except MidiError:
            if len(snapshot.pieces) == 1:
                raise
            log.warning("%s could not be restored", piece.title, exc_info=True)
            documents.append(None)
        except (OSError, ValueError):
            log.warning("%s could not be restored", piece.title, exc_info=True)
            documents.append(None)
    return documents


def snapshot_of(session: Session, pieces: tuple[KeptPiece, ...]) -> Snapshot:
    """Return the snapshot of `session`.

    Args:
        session: the session.
        pieces: `session.document.pieces`, as they were kept.
    """
    options, take, places = session.transfers.options, session.document.made, session.player.places
    loop = places.loop_sec(ORIGINAL)
    documents = session.document.pieces.documents
    return Snapshot(
        pieces=pieces,
        opened=documents.index(session.document.current) if session.document.current in documents else -1,
        model=options.model_name if take is None else take.model_name,
        source_style=(options.source_style if take is None else take.source_style) or "",
        strength=options.strength,
        accents=options.accents,
        accents_set=options.accents_set,
        seed=options.seed if take is None else take.seed,
        level=options.level,
        perform=options.perform if take is None else take.perform,
        parts=options.parts if take is None else take.parts,
        swing=options.swing if take is None else take.swing,
        rubato=options.rubato if take is None else take.rubato,
        side=session.side,
        position_sec=round(places.position_sec(ORIGINAL), 3),
        loop=None if loop is None else (round(loop[0], 3), round(loop[1], 3)),
    )
