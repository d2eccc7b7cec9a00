"""What becomes of a list of jobs when a worker process is killed at a random moment.

    python -m benchmarks._killed_workers [--moments 200] [--busy 2] [--seed 0] [--work files|prepare]

A run is a pool of two or four fresh processes, from their start to their end, in which one of them gets SIGTERM or
SIGKILL; there are as many runs as it takes to hit a process at so many moments. `files` writes 24 files of 200 kB,
whose bytes come back through the pipes as well; every fourth run of it is given up at a random place, as by Ctrl-C.
`prepare` makes a cache of 24 MIDI files. Exit status 1 if a file is missing, or an unfinished file or a process is left
behind; a run of a minute is a hang, and ends the program with the stacks of all threads.
"""

from __future__ import annotations

import argparse
import faulthandler
import multiprocessing
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tonenet_core.compute.workers import completed, processes, stop_if_asked
from tonenet_core.errors import Cancelled
from tonenet_core.files.atomic import remove_unfinished, replacing

FILES = 24
PIECES, PIECE_BYTES = 4, 50_000
HANG_SEC = 60
UNHARMED_RUNS = 3  # to know how long one takes
SIGNALS = (signal.SIGTERM, signal.SIGKILL)


@dataclass
class Figures:
    """What was counted in the runs with so many workers."""

    kills: int = 0
    lost: int = 0
    missing: int = 0
    left: int = 0
    seconds: list[float] = field(default_factory=list)

    def row(self, name: str, workers: int, sent: signal.Signals) -> str:
        counts = f"{len(self.seconds)} | {self.kills} | {self.lost} | {self.missing} | {self.left}"
        times = f"{statistics.median(self.seconds):.2f} | {max(self.seconds):.2f}"
        return f"| `{name}` | {workers} | {sent.name} | {counts} | {times} |"


def write(path: Path) -> bytes:
    """Write a file bit by bit."""
    content = path.name.encode() * (PIECES * PIECE_BYTES // len(path.name))
    with replacing(path) as unfinished, unfinished.open("wb") as file:
        for start in range(0, len(content), PIECE_BYTES):
            stop_if_asked()
            file.write(content[start : start + PIECE_BYTES])
            file.flush()
    return content


def write_files(folder: Path, workers: int, given_up_after: int | None) -> int:
    """Write the files, those of lost processes a second time; return how many those were."""
    folder.mkdir()
    paths = [folder / f"{index:02d}.bin" for index in range(FILES)]
    lost = []
    try:
        with suppress(Cancelled), processes(workers) as pool:
            for number, (path, future) in enumerate(completed(pool, write, paths, 4 * workers)):
                if number == given_up_after:
                    raise Cancelled
                if isinstance(future.exception(), BrokenExecutor):
                    lost.append(path)
                else:
                    future.result()
        if given_up_after is None:
            with processes(1) as pool:
                for path in lost:
                    pool.submit(write, path).result()
    finally:
        remove_unfinished(folder, [path.name for path in paths])
    return len(lost)


@contextmanager
def killed_after(seconds: float, sent: signal.Signals, chance: random.Random, figures: Figures) -> Iterator[None]:
    """Send a signal to one of the workers in a moment."""
    over = threading.Event()

    def kill() -> None:
        over.wait(seconds)
        while not over.wait(0.001):  # until there is one
            if pids := sorted(child.pid for child in multiprocessing.active_children() if child.pid):
                with suppress(ProcessLookupError):
                    os.kill(chance.choice(pids), sent)
                    figures.kills += 1
                return

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield
    finally:
        over.set()
        killer.join()


def run_files(place: Path, workers: int, chance: random.Random, number: int, figures: Figures) -> None:
    given_up_after = chance.randrange(FILES) if number % 4 == 3 else None
    figures.lost += write_files(place / "files", workers, given_up_after)
    names = {path.name: path.stat().st_size for path in (place / "files").iterdir()}
    if given_up_after is None:
        figures.missing += FILES - sum(name.endswith(".bin") and size > 0 for name, size in names.items())
    figures.left += sum(name.startswith(".") for name in names)


def run_prepare(place: Path, workers: int, _chance: random.Random, _number: int, figures: Figures) -> None:
    from tonenet_core.data.cache import open_cache  # a worker that writes files needs no numpy
    from tonenet_core.data.prepare import prepare

    left_out = prepare(place.parent / "midi", place / "cache", workers=workers, shard_pieces=2)
    figures.lost += len(left_out)
    figures.missing += FILES - len(open_cache(place / "cache").entries)
    figures.left += len(list(place.iterdir())) - 1


WORKS: dict[str, Callable[[Path, int, random.Random, int, Figures], None]] = {
    "files": run_files,
    "prepare": run_prepare,
}


def measured(name: str, workers: int, moments: int, chance: random.Random, root: Path) -> dict[signal.Signals, Figures]:
    """Make runs with so many workers until so many of them were hit; return the figures of each signal."""
    figures, usual, number = {sent: Figures() for sent in SIGNALS}, Figures(), 0
    while sum(each.kills for each in figures.values()) < moments:
        sent = min(SIGNALS, key=lambda each: figures[each].kills)
        counted = figures[sent] if len(usual.seconds) == UNHARMED_RUNS else usual
        faulthandler.dump_traceback_later(HANG_SEC, exit=True)
        began = time.monotonic()
        with tempfile.TemporaryDirectory(dir=root) as folder:
            if counted is usual:
                WORKS[name](Path(folder), workers, chance, 0, counted)
            else:
                number += 1
                with killed_after(chance.uniform(0.0, 0.8 * min(usual.seconds)), sent, chance, counted):
                    WORKS[name](Path(folder), workers, chance, number, counted)
        counted.seconds.append(time.monotonic() - began)
        counted.left += len(multiprocessing.active_children())
    faulthandler.cancel_dump_traceback_later()
    return figures


@contextmanager
def busy(count: int) -> Iterator[None]:
    """Keep so many cores busy."""
    # They end by themselves when a hang has ended this process.
    loop = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: pass"
    loops = [subprocess.Popen([sys.executable, "-c", loop]) for _ in range(count)]
    try:
        yield
    finally:
        for process in loops:
            process.kill()
            process.wait()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--moments", type=int, default=200)
    parser.add_argument("--busy", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--work", choices=WORKS, default="files")
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    failed = 0
    print("| work | workers | signal | runs | kills | jobs lost | files missing | left | median s | longest s |")
    print("|---|---:|---|---:|---:|---:|---:|---:|---:|---:|", flush=True)
    with tempfile.TemporaryDirectory() as folder, busy(asked.busy):
        root = Path(folder)
        if asked.work == "prepare":
            from tests.pieces import folder_of_melodies

            folder_of_melodies(root / "midi", range(30, 30 + FILES // 2))
        for workers in (2, 4):
            for sent, figures in measured(asked.work, workers, asked.moments, chance, root).items():
                print(figures.row(asked.work, workers, sent), flush=True)
                failed += figures.missing + figures.left
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
