"""How long the user waits: the first transfer after the start, those after it, one after Cancel; and the time left.

The window runs as for the user, with the models in their own process. A transfer is timed from the click to the
result. The time left is compared with the time that it really took from each of its changes on; only moments with more
than a second to go count.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app.background.jobs import HANDOVER_SEC
from app.playback.player import Player
from app.session.session import Session
from app.system.settings import Settings
from app.theme import theme
from app.window.main_window import MainWindow
from benchmarks._long_piece import write_long_piece

POLL_MS = 2
LEAST_LEFT_SEC = 1.0
SMALL, LARGE = 2_000, 20_000  # notes
NEW_SEC = 600.0  # length of a generated piece


def wait(done: Callable[[], bool]) -> float:
    """Run the event loop until a condition holds; return the seconds that it took."""
    loop, timer, began = QEventLoop(), QTimer(interval=POLL_MS), time.perf_counter()
    timer.timeout.connect(lambda: done() and loop.quit())
    timer.start()
    loop.exec()
    timer.stop()
    return time.perf_counter() - began


def transfer(session: Session, style: int = 0) -> float:
    """Transfer the open piece, which has no result yet, to one of the styles; return the seconds to the result."""
    session.transfers.run(session.transfers.options.styles[style])
    return wait(lambda: session.styled is not None)


def open_piece(session: Session, path: Path) -> None:
    """Open a piece, without the results that it has if it is open: the same transfer again would only show its take."""
    before = session.original
    session.open(path)
    wait(lambda: session.original is not before and session.path == path and session.idle)


def transfer_again(session: Session, path: Path) -> float:
    """Open a piece and transfer it; return the seconds of the transfer."""
    open_piece(session, path)
    return transfer(session)


def with_time_left(session: Session, run: Callable[[], float]) -> tuple[float, list[float]]:
    """Return the seconds that a run took, and the time left at each of its changes as a multiple of the true one."""
    seen: list[tuple[float, float]] = []

    def note() -> None:
        if session.job is not None and session.job.seconds_left is not None:
            seen.append((time.perf_counter(), session.job.seconds_left))

    session.progressed.connect(note)
    seconds = run()
    ended = time.perf_counter()
    session.progressed.disconnect(note)
    return seconds, [left / (ended - at) for at, left in seen if ended - at > LEAST_LEFT_SEC]


def generate(session: Session) -> float:
    before = session.original
    session.generate()
    return wait(lambda: session.original is not before)


def show_time_left(title: str, seconds: float, factors: list[float]) -> None:
    if not factors:
        print(f"{title:32}{seconds:8.2f} s   too short for an estimate", flush=True)
        return
    print(f"{title:32}{seconds:8.2f} s   time left: median {statistics.median(factors):.2f} of the true one, "
          f"{min(factors):.2f} to {max(factors):.2f}", flush=True)  # fmt: skip


def measure(folder: Path, notes: tuple[int, int], new_sec: float, *, warmed: bool) -> None:
    small, large = (write_long_piece(folder / f"{count}.mid", count) for count in notes)
    session = Session(settings=Settings(folder / "settings.ini"), player=Player(audio=False))
    window = MainWindow(session)
    window.show()
    QApplication.processEvents()
    ready = 0.0
    session.warm()
    if warmed:
        ready = wait(lambda: session.jobs.idle)
        print(f"{'models ready after':32}{ready:8.2f} s", flush=True)
    open_piece(session, small)
    kind = "warmed" if warmed else "clicked at once"
    first = transfer(session)
    later = [transfer_again(session, small) for _ in range(5)]
    print(f"{f'first transfer, {kind}':32}{first:8.2f} s", flush=True)
    print(f"{'second; the next four, median':32}{later[0]:8.2f} s {statistics.median(later[1:]):6.2f} s", flush=True)
    if warmed:
        open_piece(session, large)
        session.transfers.run(session.transfers.options.styles[0])
        wait(lambda: session.job is not None and (session.job.fraction or 0.0) > 0.1)
        session.cancel()
        print(f"{f'Cancel of {notes[1]:,} notes':32}{wait(lambda: session.job is None):8.2f} s", flush=True)
        open_piece(session, small)
        print(f"{'the next transfer':32}{transfer(session):8.2f} s", flush=True)
        open_piece(session, small)
        show_time_left(f"transfer of {notes[0]:,} notes", *with_time_left(session, lambda: transfer(session)))
        open_piece(session, large)
        show_time_left(f"transfer of {notes[1]:,} notes", *with_time_left(session, lambda: transfer(session)))
        open_piece(session, large)
        session.transfers.set_perform("yes")
        show_time_left("performed", *with_time_left(session, lambda: transfer(session)))
        for index, style in enumerate(session.transfers.options.styles[:2]):
            open_piece(session, large)
            session.transfers.set_perform("auto")
            session.transfers.set_parts(("dynamics", "timing", "articulation", "pedal"))
            title = f"in all parts, {style}"
            show_time_left(title, *with_time_left(session, lambda index=index: transfer(session, index)))
        for generator in session.generation.options.models[:2]:
            session.generation.set_model(generator.name)
            session.generation.set(length_sec=new_sec)
            title = f"{generator.title}, {new_sec:.0f} s of music"
            show_time_left(title, *with_time_left(session, lambda: generate(session)))
    window.close()
    session.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, nargs=2, default=(SMALL, LARGE), metavar=("SMALL", "LARGE"))
    parser.add_argument("--length", type=float, default=NEW_SEC, help="seconds of the pieces that are generated")
    options = parser.parse_args()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    sys.setswitchinterval(HANDOVER_SEC)  # as the program does
    theme.apply_theme(app)
    for warmed in (True, False):
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), tuple(options.notes), options.length, warmed=warmed)


if __name__ == "__main__":
    main()
