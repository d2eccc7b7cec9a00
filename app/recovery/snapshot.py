"""The snapshot of a running session on disk, so that a crash loses nothing: one locked folder for each session.

    sessions/<process>-<random>/    lock, session.json, piece-<hash>.mid, take-<hash>.safetensors

A session that ends cleanly removes its folder. A folder whose lock no process holds was left by a crash.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import shutil
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from PySide6.QtCore import QLockFile

from app.documents.kept_piece import SUFFIXES, KeptPiece, Kind, file_name
from app.playback.side import ORIGINAL, STYLED, Side
from tonenet_core.files.atomic import replacing, sync
from tonenet_core.interpretation import DEFAULT_PARTS, STRONGEST, Part
from tonenet_core.transfer import LEAST_SWING, MOST_SWING, Level, Perform

log = logging.getLogger(__name__)

FORMAT = 4
KEPT_DAYS = 30  # older folders of crashed sessions are removed
SESSION, LOCK = "session.json", "lock"


@dataclass(frozen=True)
class Snapshot:
    """The state of a session that can be restored.

    Attributes:
        pieces: the open piece, and all others that have results, the oldest first.
        opened: index of the open piece; -1 for none.
        model: name of the chosen model.
        source_style: the style that the user chose under "From"; empty left it to the model.
        strength: 0..1.5.
        accents: 0..1.
        accents_set: whether the user set the accents.
        seed: seed of the performance.
        level: the loudness of the result.
        perform: whether the piece is performed.
        parts: of the performance that are changed.
        swing, rubato: see `TransferOptions`.
        side: the side that is heard.
        position_sec: the playback position, in seconds of the original.
        loop: start and end of the loop, in seconds of the original; None for none.
    """

    pieces: tuple[KeptPiece, ...] = ()
    opened: int = -1
    model: str = ""
    source_style: str = ""
    strength: float = 1.0
    accents: float = 0.0
    accents_set: bool = False
    seed: int = 0
    level: Level = "keep"
    perform: Perform = "auto"
    parts: tuple[Part, ...] = DEFAULT_PARTS
    swing: float | None = None
    rubato: float | None = None
    side: Side = ORIGINAL
    position_sec: float = 0.0
    loop: tuple[float, float] | None = None

    @classmethod
    def of_json(cls, text: str) -> Snapshot:
        """Parse what `to_json` wrote.

        Raises:
            ValueError: if it is damaged or of another version.
        """
        try:
            values: dict[str, Any] = json.loads(text)
            if values.pop("format") != FORMAT:
                raise ValueError("a session of another version")
            values["pieces"] = tuple(KeptPiece.of_values(each) for each in values["pieces"])
            values["side"] = STYLED if values.get("side") == STYLED else ORIGINAL
            values["loop"] = _loop(values["loop"])
            for name, known in (("level", Level), ("perform", Perform)):
                if values.setdefault(name, getattr(cls, name)) not in get_args(known):
                    raise ValueError(f"no {name}: {values[name]!r}")
            values["parts"] = tuple(values.get("parts", ["dynamics"]))  # all that there was before it was kept
            if not values["parts"] or not set(values["parts"]) <= set(get_args(Part)):
                raise ValueError(f"no parts: {values['parts']!r}")
            swing = values.get("swing")
            if swing is not None and not LEAST_SWING <= swing <= MOST_SWING:
                raise ValueError(f"no swing: {swing!r}")
            rubato = values.get("rubato")
            if rubato is not None and not 0 <= rubato <= STRONGEST:
                raise ValueError(f"no rubato: {rubato!r}")
            return cls(**values)
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(str(error)) from error

    def to_json(self) -> str:
        """Return the text that `of_json` parses."""
        return json.dumps({"format": FORMAT, **vars(self)}, default=vars)


def _loop(ends: list[float] | None) -> tuple[float, float] | None:
    start, end = ends or (None, None)  # an empty list, too, is no loop: files of version 0.1 have it
    return None if start is None or end is None else (float(start), float(end))


class SessionFolder:
    """A folder that is locked by this process."""

    def __init__(self, path: Path, lock: QLockFile) -> None:
        """Wrap a folder whose lock is held; use `new` or `left_by_a_crash`."""
        self.path = path
        self._lock = lock
        self._unsynced: list[Path] = []

    @classmethod
    def new(cls, root: Path) -> SessionFolder:
        """Make a folder under `root`.

        Raises:
            OSError: if it cannot be made or locked.
        """
        path = root / f"{os.getpid()}-{secrets.token_hex(4)}"
        path.mkdir(parents=True)
        lock = _lock(path)
        if not lock.tryLock(0):
            raise OSError(f"{path} could not be locked")
        return cls(path, lock)

    @classmethod
    def left_by_a_crash(cls, root: Path) -> SessionFolder | None:
        """Lock and return the newest folder that no process holds; None without one."""
        found = sorted(root.glob(f"*/{SESSION}"), key=_age_sec)
        for file in found:
            lock = _lock(file.parent)
            if not lock.tryLock(0):
                continue
            folder = cls(file.parent, lock)
            recent = _age_sec(file) < KEPT_DAYS * 86_400
            if recent and folder.read() is not None:
                return folder
            if recent and _is_of_another_version(file):
                folder.release()  # that version may be started again
            else:
                folder.remove()
        return None

    def read(self) -> Snapshot | None:
        """Return the snapshot in the folder; None if it cannot be read."""
        try:
            return Snapshot.of_json((self.path / SESSION).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            log.warning("The session in %s cannot be restored: %s", self.path, error)
            return None

    def keep(self, data: bytes, kind: Kind) -> str:
        """Write a file unless the folder has it already, and return its name.

        Raises:
            OSError: if it cannot be written.
        """
        name = file_name(data, kind)
        if not (self.path / name).exists():
            with replacing(self.path / name, synced=False) as unfinished:
                unfinished.write_bytes(data)
            self._unsynced.append(self.path / name)
        return name

    def read_file(self, name: str) -> bytes:
        """Return the bytes of a file that was kept.

        Raises:
            OSError: if it cannot be read.
        """
        return (self.path / Path(name).name).read_bytes()

    def write(self, snapshot: Snapshot, *, synced: bool = True) -> set[str]:
        """Replace the snapshot, whole or not at all, and delete files that the new one does not name.

        Args:
            snapshot: what to write.
            synced: whether it is to outlive a power cut, for which the disk is waited for; it outlives a killed process
                in any case.

        Returns:
            The names of the files that were deleted.

        Raises:
            OSError: if it cannot be written.
        """
        while synced and self._unsynced:
            sync(self._unsynced.pop())
        with replacing(self.path / SESSION, synced=synced) as unfinished:
            unfinished.write_text(snapshot.to_json(), encoding="utf-8")
        return self._drop_all_but(set().union(*(piece.files for piece in snapshot.pieces)))

    def release(self) -> None:
        """Unlock the folder and leave it as it is."""
        self._lock.unlock()

    def remove(self) -> None:
        """Delete the folder, the snapshot first, so that no other process takes the rest for a crashed session."""
        with suppress(OSError):
            (self.path / SESSION).unlink(missing_ok=True)
        self._lock.unlock()
        shutil.rmtree(self.path, ignore_errors=True)

    def _drop_all_but(self, names: Collection[str]) -> set[str]:
        dropped = set()
        for kind, suffix in SUFFIXES.items():
            for file in self.path.glob(f"{kind}-*{suffix}"):
                if file.name not in names:
                    file.unlink(missing_ok=True)
                    dropped.add(file.name)
        return dropped


def _lock(folder: Path) -> QLockFile:
    lock = QLockFile(str(folder / LOCK))
    lock.setStaleLockTime(0)  # a lock is stale only when its process is gone, however old it is
    return lock


def _is_of_another_version(file: Path) -> bool:
    try:
        return int(json.loads(file.read_text(encoding="utf-8"))["format"]) != FORMAT
    except (OSError, ValueError, TypeError, KeyError):
        return False


def _age_sec(file: Path) -> float:
    try:
        return time.time() - file.stat().st_mtime
    except OSError:
        return float("inf")
