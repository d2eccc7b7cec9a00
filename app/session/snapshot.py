"""What is on the disk of a session as long as it goes on, so that a crash loses nothing: a folder of its own, locked.

    sessions/<process>-<random>/    lock, session.json, piece-<hash>.mid (pieces that were made here)

A session that ends well removes its folder. A folder whose lock nobody holds is what a crash left.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLockFile

from tonenet_core.files.atomic import replacing

log = logging.getLogger(__name__)

FORMAT = 1
KEPT_DAYS = 30  # what a crash left and nobody wanted for so long is removed
SESSION, LOCK = "session.json", "lock"


@dataclass(frozen=True)
class Snapshot:
    """All that brings a session back.

    Attributes:
        title: the open piece's name.
        path: its file; empty for one that was made here.
        made: the place of the open piece among `pieces`; -1 where `path` has it.
        pieces: names and file names of the pieces that were made here, the last one first.
        style: of the result; empty where there is none.
        model: the name of the model that made it.
        source_style: what the piece was said to be played in; empty: that was left to the model.
        strength: 0..1.5.
        accents: 0..1.
        accents_set: whether the user set them.
        seed: of the performance.
        side: "original" or "styled".
        position_sec: where the music is.
        loop: where the loop begins and ends; empty for none.
    """

    title: str = ""
    path: str = ""
    made: int = -1
    pieces: tuple[tuple[str, str], ...] = ()
    style: str = ""
    model: str = ""
    source_style: str = ""
    strength: float = 1.0
    accents: float = 0.0
    accents_set: bool = False
    seed: int = 0
    side: str = "original"
    position_sec: float = 0.0
    loop: tuple[float, ...] = ()

    @classmethod
    def of_json(cls, text: str) -> Snapshot:
        """Read one.

        Raises:
            ValueError: if it is damaged or of another version.
        """
        try:
            values: dict[str, Any] = json.loads(text)
            if values.pop("format") != FORMAT:
                raise ValueError("a session of another version")
            values["pieces"] = tuple((str(title), Path(name).name) for title, name in values["pieces"])
            values["loop"] = tuple(float(second) for second in values["loop"])
            return cls(**values)
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(str(error)) from error

    def to_json(self) -> str:
        """Return it as text that `of_json` reads."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1)


class SessionFolder:
    """A folder that this process alone may write to."""

    def __init__(self, path: Path, lock: QLockFile) -> None:
        """Take a folder whose lock is held; use `new` or `left_by_a_crash`."""
        self.path = path
        self._lock = lock

    @classmethod
    def new(cls, root: Path) -> SessionFolder:
        """Make one under `root`.

        Raises:
            OSError: if that cannot be.
        """
        path = root / f"{os.getpid()}-{secrets.token_hex(4)}"
        path.mkdir(parents=True)
        lock = _lock(path)
        if not lock.tryLock(0):
            raise OSError(f"{path} could not be locked")
        return cls(path, lock)

    @classmethod
    def left_by_a_crash(cls, root: Path) -> SessionFolder | None:
        """Return the newest folder that no process holds, now held by this one; None if there is none."""
        found = sorted(root.glob(f"*/{SESSION}"), key=_age_sec)
        for file in found:
            lock = _lock(file.parent)
            if not lock.tryLock(0):
                continue
            folder = cls(file.parent, lock)
            if _age_sec(file) < KEPT_DAYS * 86_400 and folder.read() is not None:
                return folder
            folder.remove()
        return None

    def read(self) -> Snapshot | None:
        """Return what was written last; None where that cannot be read."""
        try:
            return Snapshot.of_json((self.path / SESSION).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            log.warning("The session in %s cannot be restored: %s", self.path, error)
            return None

    def keep(self, piece: bytes) -> str:
        """Write a MIDI file unless it is there, and return its name.

        Raises:
            OSError: if it cannot be written.
        """
        name = f"piece-{hashlib.sha256(piece).hexdigest()[:16]}.mid"
        if not (self.path / name).exists():
            with replacing(self.path / name) as unfinished:
                unfinished.write_bytes(piece)
        return name

    def write(self, snapshot: Snapshot) -> None:
        """Put a snapshot in the place of the one before, whole or not at all, and drop pieces that it names no more.

        Raises:
            OSError: if it cannot be written.
        """
        with replacing(self.path / SESSION) as unfinished:
            unfinished.write_text(snapshot.to_json(), encoding="utf-8")
        self._drop_all_but([name for _, name in snapshot.pieces])

    def release(self) -> None:
        """Leave it to whoever wants it next."""
        self._lock.unlock()

    def remove(self) -> None:
        """Delete it with all that is in it, the session first, so that nobody takes what is left for a crash."""
        with suppress(OSError):
            (self.path / SESSION).unlink(missing_ok=True)
        self._lock.unlock()
        shutil.rmtree(self.path, ignore_errors=True)

    def _drop_all_but(self, names: Sequence[str]) -> None:
        for file in self.path.glob("piece-*.mid"):
            if file.name not in names:
                file.unlink(missing_ok=True)


def _lock(folder: Path) -> QLockFile:
    lock = QLockFile(str(folder / LOCK))
    lock.setStaleLockTime(0)  # stale is only what a process left that is gone, however old
    return lock


def _age_sec(file: Path) -> float:
    try:
        return time.time() - file.stat().st_mtime
    except OSError:
        return float("inf")
