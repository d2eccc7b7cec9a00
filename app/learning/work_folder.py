"""The folder of a style that is being learnt: locked while its process lives, and found again after a crash.

    learning/<process>-<random>/    lock, order.json, cache/, and the files of the run

A folder without an order was only looked into; nothing is lost with it.
"""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QLockFile

from tonenet_core.learning.order import ORDER, Order, read_order

LOCK = "lock"


class WorkFolder:
    """A folder that is locked by this process."""

    def __init__(self, path: Path, lock: QLockFile) -> None:
        """Wrap a folder whose lock is held; use `new` or `left`."""
        self.path = path
        self._lock = lock

    @classmethod
    def new(cls, root: Path) -> WorkFolder:
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
    def left(cls, root: Path) -> WorkFolder | None:
        """Lock and return a folder with an order that no process holds; None without one. Others are removed."""
        with suppress(OSError):
            for path in sorted(root.iterdir()):
                lock = _lock(path)
                if not path.is_dir() or not lock.tryLock(0):
                    continue
                folder = cls(path, lock)
                if folder.order is not None:
                    return folder
                folder.remove()
        return None

    @property
    def order(self) -> Order | None:
        """What is to be learnt in it."""
        return read_order(self.path)

    def release(self) -> None:
        """Unlock the folder and leave it as it is."""
        self._lock.unlock()

    def remove(self) -> None:
        """Delete the folder, its order first, so that nobody takes the rest for a run that can go on."""
        with suppress(OSError):
            (self.path / ORDER).unlink(missing_ok=True)
        self._lock.unlock()
        shutil.rmtree(self.path, ignore_errors=True)


def _lock(folder: Path) -> QLockFile:
    lock = QLockFile(str(folder / LOCK))
    lock.setStaleLockTime(0)  # a lock is stale only when its process is gone, however old it is
    return lock
