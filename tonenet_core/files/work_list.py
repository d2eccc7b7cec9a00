"""Work list of a batch: an SQLite table of the files that are done, so that a stopped batch can be continued."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tonenet_core.errors import ToneNetError


@dataclass
class WorkList:
    """Files that were processed with the same options; one row a file, written when its result is complete.

    Attributes:
        table: the open database.
        options: a text that differs whenever the results would.
    """

    table: sqlite3.Connection
    options: str

    @classmethod
    @contextmanager
    def open(cls, path: Path, options: str) -> Iterator[WorkList]:
        """Open a work list, made if missing, and lock it: two batches would write the same files.

        Raises:
            ToneNetError: if it cannot be used, or is not a work list.
        """
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as table:
            try:
                table.execute("PRAGMA locking_mode = EXCLUSIVE")
                table.execute("PRAGMA journal_mode = WAL")
                table.execute("BEGIN IMMEDIATE")
                table.execute("CREATE TABLE IF NOT EXISTS done (file TEXT PRIMARY KEY, state TEXT) WITHOUT ROWID")
                table.execute("COMMIT")
            except sqlite3.OperationalError as error:
                raise ToneNetError(f"{path} cannot be used, or another transfer is using it: {error}.") from error
            except sqlite3.DatabaseError as error:
                raise ToneNetError(f"{path} is not the work list of a transfer: {error}.") from error
            yield cls(table, options)

    def is_done(self, name: str, source: Path, result: Path) -> bool:
        """Return whether a file was processed with these options, and neither it nor its result has changed since."""
        row = self.table.execute("SELECT state FROM done WHERE file = ?", (os.fsencode(name),)).fetchone()
        return row is not None and row[0] == self._state(source, result)

    def add(self, name: str, source: Path, result: Path) -> None:
        """Record that a file was processed."""
        row = os.fsencode(name), self._state(source, result)
        self.table.execute("INSERT OR REPLACE INTO done VALUES (?, ?)", row)

    def _state(self, *paths: Path) -> str:
        sizes_and_times = []
        for path in paths:
            try:
                status = path.stat()
                sizes_and_times.append((status.st_size, status.st_mtime_ns))
            except OSError:
                sizes_and_times.append((-1, -1))
        return f"{self.options} {sizes_and_times}"
