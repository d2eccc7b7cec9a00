"""Writing a file so that it is either there whole or not there at all."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_UNFINISHED = re.compile(r"\.[0-9a-f]{8}-(.+)", re.DOTALL)


@contextmanager
def replacing(path: Path, *, synced: bool = True) -> Iterator[Path]:
    """Give the path of a new, empty file beside `path` that takes its place when the block ends well.

    The new file keeps the permissions of the one it replaces; a symbolic link keeps pointing to it. When the block
    fails, `path` is as it was before and the new file is removed. Only a process that is killed leaves it behind (see
    `remove_unfinished`); its name begins with a dot, and nothing here reads such files.

    Args:
        path: the file to write; its folder must exist.
        synced: whether the disk is waited for; otherwise the file outlives a killed process, but perhaps no power cut.

    Yields:
        The file to fill. Its name ends as that of `path`, for writers that look at it.

    Raises:
        OSError: if the folder cannot be written to, or is full; names `path`.
    """
    target = Path(os.path.realpath(path))
    unfinished = target.with_name(f".{secrets.token_hex(4)}-{_end_of(target.name)}")
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        with suppress(FileNotFoundError):
            unfinished.chmod(target.stat().st_mode & 0o777)
        yield unfinished
        if synced:
            sync(unfinished)  # else a power cut could leave the new name with no content
        unfinished.replace(target)
    except BaseException as error:
        with suppress(OSError):
            unfinished.unlink()
        # The user knows `path`; a full disk's error names no file at all.
        if isinstance(error, OSError) and error.errno and str(error.filename) in ("None", str(unfinished)):
            error.filename = str(path)
        raise


def sync(path: Path) -> None:
    """Wait until the content of a file is on the disk; one that is gone by now does not matter.

    Raises:
        OSError: if it cannot be written there.
    """
    with suppress(FileNotFoundError), path.open("rb+") as file:
        os.fsync(file.fileno())


def _end_of(name: str) -> str:
    """Return the last 100 bytes of a file's name: names have up to 255 bytes, and letters up to four."""
    return os.fsencode(name)[-100:].decode(errors="ignore")


def remove_unfinished(folder: Path, names: Iterable[str]) -> None:
    """Remove what killed processes have left of files of these names; nobody may be writing them now."""
    wanted = {_end_of(name) for name in names}
    with suppress(OSError):  # no such folder, or nothing may be removed from it
        for path in folder.iterdir():
            found = _UNFINISHED.fullmatch(path.name)
            if found is not None and found[1] in wanted:
                path.unlink(missing_ok=True)
