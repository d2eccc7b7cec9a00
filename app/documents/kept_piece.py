"""A piece with its results as it is kept: JSON, and the names of the files that hold its bytes and arrays."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

Kind = Literal["piece", "take"]
SUFFIXES: dict[Kind, str] = {"piece": ".mid", "take": ".safetensors"}


class PieceStore(Protocol):
    """Place of the files: a session's folder, or a project."""

    def keep(self, data: bytes, kind: Kind) -> str:
        """Keep a file unless it is there already, and return its name."""

    def read_file(self, name: str) -> bytes:
        """Return a file's bytes."""


def file_name(data: bytes, kind: Kind) -> str:
    """Return the name of a file, which says what is in it: the same bytes have the same name."""
    return f"{kind}-{hashlib.sha256(data).hexdigest()[:16]}{SUFFIXES[kind]}"


@dataclass(frozen=True)
class KeptTake:
    """A result of a piece.

    Attributes:
        file: name of the file with the arrays of its interpretation.
        tracks: as of a piece.
        tapped_sec: as of a piece.
        values: the other fields of the take.
        interpretation: the other fields of its interpretation.
        more: name of the file with the arrays among `values`; empty without any.
    """

    file: str
    tracks: tuple[int, ...] | None
    tapped_sec: tuple[float, ...] | None
    values: dict[str, Any]
    interpretation: dict[str, Any]
    more: str = ""

    @classmethod
    def of_values(cls, values: dict[str, Any]) -> KeptTake:
        """Return the take of values out of JSON."""
        return cls(
            Path(values["file"]).name,
            _tracks(values["tracks"]),
            _seconds(values["tapped_sec"]),
            dict(values["values"]),
            dict(values["interpretation"]),
            Path(values["more"]).name,
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
        tapped_sec: the beats that somebody tapped; None: its own.
        file: a copy of it; empty for a piece without a result, of which `path` is enough.
        source: the copy of the piece that it was reconstructed from; empty for none.
        between: the copies of all pieces of the interpolation that it belongs to.
        cover: name, style and seed of the cover that it is; None for any other.
        takes: its results, in every state that undo and redo lead to.
        steps: of undo: for each, which of `takes` there are, and which of these is the current one.
        position: index of the step that is shown.
        project: the project that it was saved in; empty for none.
    """

    title: str
    path: str = ""
    tracks: tuple[int, ...] | None = None
    tapped_sec: tuple[float, ...] | None = None
    file: str = ""
    source: str = ""
    between: tuple[str, ...] = ()
    cover: tuple[str, str, int] | None = None
    takes: tuple[KeptTake, ...] = ()
    steps: tuple[KeptStep, ...] = ()
    position: int = 0
    project: str = ""

    @classmethod
    def of_values(cls, values: dict[str, Any]) -> KeptPiece:
        """Return the piece of values out of JSON.

        Raises:
            KeyError, TypeError, ValueError, AttributeError: if they are none.
        """
        return cls(
            str(values["title"]),
            str(values["path"]),
            _tracks(values["tracks"]),
            _seconds(values["tapped_sec"]),
            Path(values["file"]).name,
            Path(values["source"]).name,
            tuple(Path(name).name for name in values["between"]),
            _cover(values["cover"]),
            tuple(KeptTake.of_values(each) for each in values["takes"]),
            tuple(KeptStep.of_values(each) for each in values["steps"]),
            int(values["position"]),
            str(values["project"]),
        )

    @property
    def files(self) -> set[str]:
        """The files that it needs."""
        of_takes = (name for take in self.takes for name in (take.file, take.more))
        return {self.file, self.source, *self.between, *of_takes} - {""}


def _tracks(numbers: list[int] | None) -> tuple[int, ...] | None:
    return None if numbers is None else tuple(int(number) for number in numbers)


def _seconds(times: list[float] | None) -> tuple[float, ...] | None:
    return None if times is None else tuple(float(time) for time in times)


def _cover(values: list[Any] | None) -> tuple[str, str, int] | None:
    if values is None:
        return None
    name, style, seed = values
    return str(name), str(style), int(seed)
