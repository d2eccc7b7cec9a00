"""The snapshot of a running session on disk, so that a crash loses nothing: one locked folder for each session.

    sessions/<process>-<random>/    lock, session.json, piece-<hash>.mid, take-<hash>.npz (see `kept_pieces`)

A session that ends cleanly removes its folder. A folder whose lock no process holds was left by a crash.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
import shutil
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from PySide6.QtCore import QLockFile

from app.playback.side import ORIGINAL, STYLED, Side
from tonenet_core.files.atomic import replacing
from tonenet_core.interpretation import DEFAULT_PARTS, STRONGEST, Part
from tonenet_core.transfer import LEAST_SWING, MOST_SWING, Level, Perform

log = logging.getLogger(__name__)

FORMAT = 3
KEPT_DAYS = 30  # older folders of crashed sessions are removed
SESSION, LOCK = "session.json", "lock"

Kind = Literal["piece", "take"]
SUFFIXES: dict[Kind, str] = {"piece": ".mid", "take": ".npz"}


@dataclass(frozen=True)
class KeptTake:
    """A result of a piece.

    Attributes:
        file: name of the file with the arrays of its interpretation.
        tracks: as of a piece.
        values: the other fields of the take.
        interpretation: the other fields of its interpretation.
    """

    file: str
    tracks: tuple[int, ...] | None
    values: dict[str, Any]
    interpretation: dict[str, Any]

    @classmethod
    def of_values(cls, values: dict[str, Any]) -> KeptTake:
        """Return the take of values out of JSON."""
        return cls(
            Path(values["file"]).name, _tracks(values["tracks"]), dict(values["values"]), dict(values["interpretation"])
        )


@dataclass(frozen=True)
class KeptStep:
    """A step of the undo history of a piece.

    Attributes:
        takes: indices of its takes.
        current: index of the current one; -1 for the original alone.
    """

    takes: tuple[int, ...] = ()
    current: int = -1

    @classmethod
    def of_values(cls, values: dict[str, Any]) -> KeptStep:
        """Return the step of values out of JSON."""
        return cls(tuple(map(int, values["takes"])), int(values["current"]))


@dataclass(frozen=True)
class KeptPiece:
    """A piece of a session; files are named without their folder.

    Attributes:
        title: its name.
        path: its file; empty for a generated piece.
        tracks: numbers of the tracks that are played; None: those of the piano.
        file: a copy of it in the folder; empty for a piece without a result, of which `path` is enough.
        source: the copy of the piece that it was reconstructed from; empty for none.
        between: the copies of all pieces of the interpolation that it belongs to.
        takes: its results, in every state that undo and redo lead to.
        steps: of undo: for each, which of `takes` there are, and which of these is the current one.
        position: index of the step that is shown.
    """

    title: str
    path: str = ""
    tracks: tuple[int, ...] | None = None
    file: str = ""
    source: str = ""
    between: tuple[str, ...] = ()
    takes: tuple[KeptTake, ...] = ()
    steps: tuple[KeptStep, ...] = ()
    position: int = 0

    @classmethod
    def of_values(cls, values: dict[str, Any]) -> KeptPiece:
        """Return the piece of values out of JSON."""
        return cls(
            str(values["title"]),
            str(values["path"]),
            _tracks(values["tracks"]),
            Path(values["file"]).name,
            Path(values["source"]).name,
            tuple(Path(name).name for name in values["between"]),
            tuple(KeptTake.of_values(each) for each in values["takes"]),
            tuple(KeptStep.of_values(each) for each in values["steps"]),
            int(values["position"]),
        )

    @property
    def files(self) -> set[str]:
        """The files in the folder that it needs."""
        return {self.file, self.source, *self.between, *(take.file for take in self.takes)} - {""}


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
    rubato: float = 0.0
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
            values["parts"] = tuple(values.get("parts", DEFAULT_PARTS))
            if not values["parts"] or not set(values["parts"]) <= set(get_args(Part)):
                raise ValueError(f"no parts: {values['parts']!r}")
            swing = values.get("swing")
            if swing is not None and not LEAST_SWING <= swing <= MOST_SWING:
                raise ValueError(f"no swing: {swing!r}")
            if not 0 <= values.get("rubato", 0.0) <= STRONGEST:
                raise ValueError(f"no rubato: {values['rubato']!r}")
            return cls(**values)
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(str(error)) from error

    def to_json(self) -> str:
        """Return the text that `of_json` parses."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1)


def _tracks(numbers: list[int] | None) -> tuple[int, ...] | None:
    return None if numbers is None else tuple(int(number) for number in numbers)


def _loop(ends: list[float] | None) -> tuple[float, float] | None:
    start, end = ends or (None, None)  # an empty list, too, is no loop: files of version 0.1 have it
    return None if start is None or end is None else (float(start), float(end))


class SessionFolder:
    """A folder that is locked by this process."""

    def __init__(self, path: Path, lock: QLockFile) -> None:
        """Wrap a folder whose lock is held; use `new` or `left_by_a_crash`."""
        self.path = path
        self._lock = lock

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
            if _age_sec(file) < KEPT_DAYS * 86_400 and folder.read() is not None:
                return folder
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
        name = f"{kind}-{hashlib.sha256(data).hexdigest()[:16]}{SUFFIXES[kind]}"
        if not (self.path / name).exists():
            with replacing(self.path / name) as unfinished:
                unfinished.write_bytes(data)
        return name

    def write(self, snapshot: Snapshot) -> None:
        """Replace the snapshot, whole or not at all, and delete files that the new one does not name.

        Raises:
            OSError: if it cannot be written.
        """
        with replacing(self.path / SESSION) as unfinished:
            unfinished.write_text(snapshot.to_json(), encoding="utf-8")
        self._drop_all_but(set().union(*(piece.files for piece in snapshot.pieces)))

    def release(self) -> None:
        """Unlock the folder and leave it as it is."""
        self._lock.unlock()

    def remove(self) -> None:
        """Delete the folder, the snapshot first, so that no other process takes the rest for a crashed session."""
        with suppress(OSError):
            (self.path / SESSION).unlink(missing_ok=True)
        self._lock.unlock()
        shutil.rmtree(self.path, ignore_errors=True)

    def _drop_all_but(self, names: Collection[str]) -> None:
        for kind, suffix in SUFFIXES.items():
            for file in self.path.glob(f"{kind}-*{suffix}"):
                if file.name not in names:
                    file.unlink(missing_ok=True)


def _lock(folder: Path) -> QLockFile:
    lock = QLockFile(str(folder / LOCK))
    lock.setStaleLockTime(0)  # a lock is stale only when its process is gone, however old it is
    return lock


def _age_sec(file: Path) -> float:
    try:
        return time.time() - file.stat().st_mtime
    except OSError:
        return float("inf")
