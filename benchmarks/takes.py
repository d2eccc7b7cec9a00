"""Takes by their keys while the piece plays: time from the key to the sound and to the picture of another take.

The key is sent to the whole window as Qt sends it. `sound` is the time until the other take can be mixed, so that the
device's next block has it (when that block is heard, `sound` measures); `picture` the time until every view has painted
it. Beside each stands the work of the window's own thread, which a busy machine hardly changes.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from app.background.jobs import HANDOVER_SEC
from app.background.requests import Transfer
from app.documents.document import Document
from app.playback.crossfade import FADE
from app.playback.mixer import RESERVE, Mixer
from app.playback.track import Track
from app.theme import theme
from benchmarks._drawn_window import DrawnWindow, StandInModel, settle
from benchmarks._long_piece import write_long_piece
from tonenet_core.progress import Progress
from tonenet_core.transfer import Interpretation

SIZES = (2_000, 20_000)
TAKES = 6
PRESSES = 40
APART_SEC = 0.3
NEEDED = RESERVE + 2 * FADE + 3528  # frames: a block of the device, and what a fade in and out takes


class SeededModel(StandInModel):
    """Answers at once, with other velocities for each seed."""

    def interpret(self, request: Transfer, progress: Progress) -> Interpretation:  # noqa: D102
        velocities = request.performance.notes["velocity"].astype(np.float32)
        other = np.clip(velocities + np.random.default_rng(request.seed).normal(0, 15, len(velocities)), 1, 127)
        made = other.astype(np.float32)
        return Interpretation(request.style, "jazz", made, made, performed=True)


class WatchedMixer(Mixer):
    """Mixer that notes when a side was given another track."""

    moment = 0.0

    def set_tracks(self, original: Track | None, styled: Track | None, others: tuple[Track, ...] = ()) -> None:
        """Put other tracks in the place of those that play."""
        super().set_tracks(original, styled, others)
        self.moment = time.perf_counter()

    @property
    def is_ready(self) -> bool:
        """Whether B can be heard in the next block."""
        track = dict(self.sides)["styled"]
        return track.ready(track.place_at(self.position, track.tempo), NEEDED)


def press(drawn: DrawnWindow, digit: int) -> None:
    key = Qt.Key(Qt.Key.Key_0 + digit)
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(drawn.window, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, str(digit)))


def wait(seconds: float) -> None:
    until = time.perf_counter() + seconds
    settle(lambda: time.perf_counter() > until)


def switch_ms(drawn: DrawnWindow, mixer: WatchedMixer, digit: int) -> tuple[float, float, float]:
    """Press a digit; return the milliseconds to the sound and to the picture, and the work until then."""
    session = drawn.session
    began, worked = time.perf_counter(), time.thread_time()
    press(drawn, digit)
    assert session.take is not None
    assert session.take.number == session.takes.all[digit - 1].number
    sound = mixer.moment if mixer.is_ready else 0.0

    def is_painted() -> bool:
        nonlocal sound
        if not sound and mixer.is_ready:
            sound = time.perf_counter()
        return drawn.paints.all_since(began)

    settle(is_painted)
    picture, work = time.perf_counter(), time.thread_time() - worked
    settle(lambda: is_painted() and bool(sound))
    return 1000 * (sound - began), 1000 * (picture - began), 1000 * work


def report(notes: int, folder: Path) -> None:
    mixer = WatchedMixer()
    drawn = DrawnWindow(folder, runner=SeededModel(), mixer=mixer)
    drawn.first_picture_sec(write_long_piece(folder / f"{notes}.mid", notes))
    drawn.transfer()
    for number in range(2, TAKES + 1):
        drawn.session.takes.another()
        settle(lambda number=number: len(drawn.session.takes.all) == number)
    window = drawn.roll.viewport
    window.zoom(30 / window.span_sec, 20.0)
    drawn.session.player.seek(10.0)
    wait(2.0)
    drawn.session.player.play()
    wait(2.0)
    figures = []
    for turn in range(PRESSES):
        figures.append(switch_ms(drawn, mixer, 1 + turn % TAKES))
        wait(APART_SEC)
    drawn.session.player.pause()
    for name, values in zip(("sound", "picture", "work"), np.transpose(figures), strict=True):
        median, late = np.percentile(values, [50, 95])
        print(f"{notes:>8,} notes, {TAKES} takes   {name:<8} median {median:6.1f} ms   95th {late:6.1f}   "
              f"longest {values.max():6.1f}", flush=True)  # fmt: skip
    drawn.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--alone", action="store_true", help="render A and B ahead alone, as before takes were")
    options = parser.parse_args()
    if options.alone:
        Document.neighbours = property(lambda _document: [])
    app = QApplication.instance() or QApplication(sys.argv[:1])
    sys.setswitchinterval(HANDOVER_SEC)  # as the program does
    theme.apply_theme(app)
    with tempfile.TemporaryDirectory() as folder:
        for notes in options.notes:
            report(notes, Path(folder))


if __name__ == "__main__":
    main()
